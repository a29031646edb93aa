"""A second implementation that shares no line with the one under test: JSON-LD and RDFC-1.0 by oxigraph (Rust),
base58, the Multikey and the status list read by hand from their specifications."""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def unbase58(text: str) -> bytes:
    digits = [ALPHABET.index(sign) for sign in text]
    value = sum(digit * 58**place for place, digit in enumerate(reversed(digits)))
    body = bytes.fromhex(f"{value:0{len(f'{value:x}') + len(f'{value:x}') % 2}x}") if value else b""
    return bytes(len(text) - len(text.lstrip("1"))) + body


def canonical(document: Mapping[str, Any], contexts: Mapping[str, Any]) -> bytes:
    inlined = {**document, "@context": [contexts[url]["@context"] for url in document["@context"]]}
    quads = ox.Dataset(ox.parse(json.dumps(inlined), format=ox.RdfFormat.JSON_LD))
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in quads)).encode()


def verifies(credential: Mapping[str, Any], did: Mapping[str, Any], contexts: Mapping[str, Any]) -> bool:
    """Whether the embedded proof holds under the key that the did document lists for it."""
    document = {name: value for name, value in credential.items() if name != "proof"}
    options = dict(credential["proof"])
    signature = options.pop("proofValue")
    if options["type"] != "DataIntegrityProof" or options["cryptosuite"] != "eddsa-rdfc-2022":
        return False
    if options["verificationMethod"] not in did["assertionMethod"]:
        return False
    [method] = [one for one in did["verificationMethod"] if one["id"] == options["verificationMethod"]]
    named = document["issuer"] if isinstance(document["issuer"], str) else document["issuer"]["id"]
    if method["controller"] != named:
        return False
    key = unbase58(method["publicKeyMultibase"].removeprefix("z"))
    assert key[:2] == b"\xed\x01"
    config = {"@context": document["@context"], **options}
    covered = b"".join(hashlib.sha256(canonical(part, contexts)).digest() for part in (config, document))
    try:
        Ed25519PublicKey.from_public_bytes(key[2:]).verify(unbase58(signature.removeprefix("z")), covered)
    except InvalidSignature:
        return False
    return True


def bit(encoded: str, index: int) -> int:
    """The bit of a status list; the leftmost of the first byte is number 0."""
    assert encoded.startswith("u")
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    bits = gzip.decompress(packed)
    assert len(bits) * 8 >= 131_072
    return bits[index // 8] >> (7 - index % 8) & 1
