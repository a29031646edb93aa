"""What the nightly walk over the ledger asks of certificates: every line against the row it tells of."""

import json
from collections.abc import Iterator

from craft_site.credentials.domain.revoking import CHAIN
from craft_site.credentials.models import Certificate
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.models import Line
from craft_site.ledger.verification import compared


@compared
def certificates(chain: str) -> Iterator[tuple[int, str]]:
    """(number of a line, what contradicts it): a document that is not the one signed, a revocation undone, a row
    gone."""
    if chain != CHAIN:
        return
    rows = {
        f"certificate:{one.uuid}": one
        for one in Certificate.objects.only("uuid", "credential", "revoked_at").iterator(chunk_size=500)
    }
    for line in Line.objects.filter(chain__name=chain).order_by("seq").iterator(chunk_size=500):
        if line.kind not in ("certificate.issued", "certificate.revoked"):
            continue
        row = rows.get(line.subject)
        if row is None:
            yield line.seq, "its certificate is gone"
        elif line.kind == "certificate.revoked":
            if row.revoked_at is None:
                yield line.seq, "its certificate stands as if it had never been revoked"
        elif row.is_erased:
            if row.revoked_at is None:
                yield line.seq, "its document is gone, and it stands as if it were not"
        elif json.loads(line.body)["facts"]["document"] != sha256_hex(row.credential):
            yield line.seq, "its certificate is another document than the one that was signed"
