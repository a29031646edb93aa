"""The public lists of revoked certificates: W3C Bitstring Status List 1.0, signed like a certificate."""

import gzip
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils import timezone

from craft_site.credentials import issuer, keys, proof, rdf
from craft_site.credentials.encoding import base64url
from craft_site.credentials.models import Certificate, StatusList

FRESH_SECONDS = 600  # a list is signed anew after so long, and at once when a bit was set


def encoded(indexes: list[int]) -> str:
    """The list with these bits set, as multibase base64url of its gzip; the first bit is the leftmost (W3C, 3.2)."""
    bits = bytearray(StatusList.SIZE // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def credential(listed: StatusList) -> dict[str, Any]:
    """The signed list as it stands now."""
    revoked = Certificate.objects.filter(status_list=listed, revoked_at__isnull=False)
    key = keys.signing_key()
    found = revoked.aggregate(count=Count("pk"), last=Max("revoked_at"))
    last = f"{found['last']:%Y%m%d%H%M%S%f}" if found["last"] else ""
    name = f"credentials:status:{listed.number}:{key.key_id}:{found['count']}:{last}"
    kept: dict[str, Any] | None = cache.get(name)
    if kept is None:
        kept = _signed(listed, list(revoked.values_list("status_index", flat=True)), key, timezone.now())
        cache.set(name, kept, FRESH_SECONDS)
    return kept


def _signed(listed: StatusList, indexes: list[int], key: keys.Key, at: datetime) -> dict[str, Any]:
    made = {
        "@context": [rdf.CREDENTIALS],
        "id": listed.url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did(),
        "validFrom": proof.moment(at),
        "credentialSubject": {
            "id": f"{listed.url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(indexes),
        },
    }
    return proof.signed(made, key=key, at=at)
