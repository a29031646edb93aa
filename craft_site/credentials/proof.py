"""Embedded proofs: DataIntegrityProof with the cryptosuite eddsa-rdfc-2022 (W3C VC-DI-EdDSA 1.0)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from craft_site.credentials import issuer, rdf
from craft_site.credentials.encoding import base58, from_base58
from craft_site.credentials.keys import Key

SUITE = "eddsa-rdfc-2022"


def moment(at: datetime) -> str:
    """A time as credentials write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signed(document: Mapping[str, Any], *, key: Key, at: datetime) -> dict[str, Any]:
    """The document with its proof. document: without a proof; at: when it is signed."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(at),
        "verificationMethod": issuer.method(key.key_id),
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(_covered(document, options))
    return {**document, "proof": options | {"proofValue": "z" + base58(signature)}}


def holds(credential: Mapping[str, Any], *, ring: Mapping[str, Key]) -> bool:
    """Whether the proof of a credential of this site is valid under one of the keys of the ring."""
    document = {name: value for name, value in credential.items() if name != "proof"}
    given = credential.get("proof")
    if not isinstance(given, dict) or given.get("cryptosuite") != SUITE:
        return False
    if given.get("proofPurpose") != "assertionMethod":
        return False
    named = str(given.get("verificationMethod", ""))
    controller, _sharp, key_id = named.partition("#")
    value = str(given.get("proofValue", ""))
    options = {name: part for name, part in given.items() if name != "proofValue"}
    try:
        if issued_by(document) != controller or not value.startswith("z"):
            return False
        return ring[key_id].verifies(from_base58(value[1:]), _covered(document, options))
    except (KeyError, TypeError, ValueError, rdf.NotLinkedData):
        return False


def issued_by(document: Mapping[str, Any]) -> str:
    """The identifier of the issuer, who is named by it alone or by a profile. Raises KeyError, TypeError."""
    named = document["issuer"]
    return str(named if isinstance(named, str) else named["id"])


def _covered(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """What is signed: the hash of the proof's own options, then the hash of the document."""
    in_context = {"@context": document["@context"], **options}
    return sha256(rdf.canonical(in_context)).digest() + sha256(rdf.canonical(dict(document))).digest()
