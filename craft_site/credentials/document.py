"""The document that is signed: Open Badges 3.0 on W3C Verifiable Credentials 2.0.

A person is named by a salted hash of the name. Whoever gets the file from them knows the name and can check it; the
file alone names nobody. A unit or a team is named in clear, and nobody in it. No number of an identity document and no
hash of one is ever in it: its salt would be public.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from craft_site.credentials import issuer, rdf, wording
from craft_site.credentials.models import Certificate
from craft_site.credentials.proof import moment


def name_hash(name: str, salt: str) -> str:
    """Open Badges 3.0, IdentityHash: the name, then the salt."""
    return "sha256$" + sha256(f"{name}{salt}".encode()).hexdigest()


def identity(certificate: Certificate) -> dict[str, Any]:
    """Who holds it, as the document says so: Open Badges 3.0, IdentityObject."""
    said = {"type": "IdentityObject", "identityType": "name"}
    if certificate.is_collective:
        return said | {"hashed": False, "identityHash": certificate.holder_name}
    hashed = name_hash(certificate.holder_name, certificate.salt)
    return said | {"hashed": True, "identityHash": hashed, "salt": certificate.salt}


def midnight(day: date) -> datetime:
    """The moment by which a document writes a date."""
    return timezone.make_aware(datetime.combine(day, time()))


def build(certificate: Certificate) -> dict[str, Any]:
    """The document of a certificate, without proof, out of its columns alone: the same columns give the same
    document."""
    subject: dict[str, Any] = {
        "id": f"urn:uuid:{certificate.uuid}",  # of this certificate alone: two of one person cannot be joined by it
        "type": ["AchievementSubject"],
        "identifier": [identity(certificate)],
        "licenseNumber": certificate.shown_number,
        "achievement": _achievement(certificate),
    }
    if certificate.facts:
        subject["narrative"] = wording.narrative(certificate.facts)
    listed = certificate.status_list.url
    return {
        "@context": [rdf.CREDENTIALS, rdf.OPEN_BADGES],
        "id": certificate.verify_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer.profile(),
        "name": certificate.title,
        "validFrom": moment(certificate.issued_at),
        "awardedDate": moment(midnight(certificate.on)),
        "credentialSubject": subject,
        "credentialStatus": {
            "id": f"{listed}#{certificate.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(certificate.status_index),
            "statusListCredential": listed,
        },
    }


def _achievement(certificate: Certificate) -> dict[str, Any]:
    kind = wording.ACHIEVEMENT_TYPES[certificate.kind]
    by = "、".join(one["zh"] for one in certificate.issuers)
    same = uuid5(NAMESPACE_URL, f"{issuer.did()}/{certificate.kind}/{certificate.title}/{by}")
    return {
        "id": f"urn:uuid:{same}",
        "type": ["Achievement"],
        "achievementType": kind,
        "name": certificate.title,
        "description": f"颁发单位：{by}",
        "criteria": {"narrative": wording.CRITERIA[certificate.kind]},
        "inLanguage": "zh-CN",
    }


#: What a reader calls a part of the document; the first prefix that fits counts.
PARTS: tuple[tuple[str, str], ...] = (
    ("credentialSubject.identifier", "holder"),
    ("credentialSubject.licenseNumber", "number"),
    ("credentialSubject.id", "holder"),
    ("credentialSubject.narrative", "facts"),
    ("credentialSubject.achievement.description", "issuers"),
    ("credentialSubject.achievement.achievementType", "kind"),
    ("credentialSubject.achievement.criteria", "kind"),
    ("credentialSubject.achievement", "title"),
    ("name", "title"),
    ("awardedDate", "date"),
    ("validFrom", "issued"),
    ("issuer", "issuer"),
    ("credentialStatus", "status"),
    ("id", "number"),
    ("proof", "proof"),
)


def differences(kept: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Which parts of a document differ, by the names of PARTS in their order; "other" for anything else."""
    found = {_part(path) for path in _paths(kept, given, "")}
    order = [name for _prefix, name in PARTS]
    return sorted(found, key=lambda name: order.index(name) if name in order else len(order))


def _part(path: str) -> str:
    return next(
        (name for prefix, name in PARTS if path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))),
        "other",
    )


def _paths(kept: Any, given: Any, at: str) -> list[str]:
    if isinstance(kept, Mapping) and isinstance(given, Mapping):
        return [
            path
            for name in {**kept, **given}
            for path in (
                _paths(kept[name], given[name], f"{at}.{name}" if at else name)
                if name in kept and name in given
                else [f"{at}.{name}" if at else name]
            )
        ]
    if isinstance(kept, list) and isinstance(given, list) and len(kept) == len(given):
        return [
            path
            for n, (one, other) in enumerate(zip(kept, given, strict=True))
            for path in _paths(one, other, f"{at}[{n}]")
        ]
    same = type(kept) is type(given) and kept == given
    return [] if same else [at]
