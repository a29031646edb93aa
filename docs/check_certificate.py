"""Checks a certificate of this site without it:
python check_certificate.py CERTIFICATE.json DID.json [NAME] [--status LIST.json]

Needs openbadgeslib[ldp] (another implementation, by other people) and nothing of ours. DID.json is what
/.well-known/did.json of the issuer answers; keep it from a day on which you trusted it. NAME: also say whether it is
the certificate of this person, unit or team. LIST.json: the signed list of revoked certificates, as the address in the
certificate's credentialStatus.statusListCredential answers; it tells the state of the moment when it was signed, which
is printed. Without it nothing is said about revocation.
"""

import argparse
import base64
import gzip
import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import verify_data_integrity_proof

SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def key_of(did: dict, method: str) -> bytes:
    """The public key of a method of the did document, as PEM. Raises StopIteration when it is not listed."""
    listed = next(one for one in did["verificationMethod"] if one["id"] == method)
    number = 0
    for sign in listed["publicKeyMultibase"][1:]:  # multibase z: base58; two bytes say Ed25519
        number = number * 58 + SIGNS.index(sign)
    raw = number.to_bytes(34)[2:]
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )


def signed(document: dict, did: dict) -> None:
    """Raises an exception when the issuer of the did document has not signed this."""
    issuer = document["issuer"]
    if (issuer["id"] if isinstance(issuer, dict) else issuer) != did["id"]:
        raise ValueError("another issuer")
    method = document["proof"]["verificationMethod"]
    if method not in did["assertionMethod"]:
        raise ValueError("signed with a key that does not issue certificates")
    verify_data_integrity_proof(document, key_of(did, method))


def check(certificate: dict, did: dict, name: str = "") -> None:
    """Raises an exception that says what does not hold."""
    signed(certificate, did)
    for holder in certificate["credentialSubject"]["identifier"]:
        said = name  # a unit or a team is named in clear, a person by a salted hash
        if holder["hashed"]:
            said = "sha256$" + hashlib.sha256((name + holder["salt"]).encode()).hexdigest()
        if name and holder["identityHash"] != said:
            raise ValueError("under another name")


def check_status(certificate: dict, listed: dict, did: dict) -> str:
    """Raises ValueError when the list says revoked, or is not the certificate's own; else the moment it speaks of."""
    entry, subject = certificate["credentialStatus"], listed["credentialSubject"]
    signed(listed, did)
    if listed["id"] != entry["statusListCredential"] or subject["statusPurpose"] != entry["statusPurpose"]:
        raise ValueError("the list is not the one that the certificate names")
    packed = subject["encodedList"][1:]  # multibase u: base64url without padding
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    place = int(entry["statusListIndex"])
    if place >= len(bits) * 8:
        raise ValueError("the list is too short")
    if bits[place // 8] >> (7 - place % 8) & 1:
        raise ValueError(f"revoked; the list is of {listed['validFrom']}")
    return listed["validFrom"]


def read(name: str) -> dict:
    return json.loads(Path(name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Checks a certificate without the site that issued it.")
    asked.add_argument("certificate")
    asked.add_argument("did")
    asked.add_argument("name", nargs="?", default="")
    asked.add_argument("--status", help="the signed list of revoked certificates")
    given = asked.parse_args()
    held, did = read(given.certificate), read(given.did)
    check(held, did, given.name)
    when = check_status(held, read(given.status), did) if given.status else ""
    print("holds:", held["name"], "·", held["credentialSubject"].get("narrative", ""))
    print(f"not revoked on {when}" if when else "revocation: not looked at (--status)")
