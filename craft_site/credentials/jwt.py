"""The same document as a JWT (Open Badges 3.0, 8.2): RS256, because validators refuse EdDSA here.

The claims beside the document (iss, jti, sub, nbf) repeat it; the document itself carries no embedded proof.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from craft_site.credentials import issuer
from craft_site.credentials.encoding import base64url, from_base64url
from craft_site.credentials.keys import RsaKey
from craft_site.credentials.proof import issued_by


def signed(document: Mapping[str, Any], *, key: RsaKey) -> str:
    """document: without proof. The compact form: header.payload.signature."""
    header = {"alg": "RS256", "typ": "JWT", "kid": issuer.method(key.key_id)}
    begins = datetime.strptime(document["validFrom"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    claims = {
        **document,
        "iss": issued_by(document),
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(begins.timestamp()),
    }
    covered = f"{_part(header)}.{_part(claims)}"
    return f"{covered}.{base64url(key.sign(covered.encode()))}"


def document_of(token: str, *, ring: Mapping[str, RsaKey]) -> dict[str, Any] | None:
    """The document of a token that one of these keys signed with RS256, without the claims beside it; else None."""
    covered, _dot, signature = token.rpartition(".")
    try:
        header, claims = (json.loads(from_base64url(part)) for part in covered.split("."))
        if header["alg"] != "RS256":  # whatever else a header may ask for
            return None
        controller, _sharp, key_id = str(header["kid"]).partition("#")
        if controller != claims["iss"] or not ring[key_id].verifies(
            from_base64url(signature), covered.encode()
        ):
            return None
    except (ValueError, KeyError, TypeError):
        return None
    return _without_claims(claims)


def claimed(token: str) -> dict[str, Any] | None:
    """The document that a token claims to carry, whoever signed it; None for what is no token."""
    try:
        claims = json.loads(from_base64url(token.split(".")[1]))
    except (ValueError, IndexError, RecursionError):
        return None
    return _without_claims(claims) if isinstance(claims, dict) else None


def _without_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in ("iss", "jti", "sub", "nbf")}


def _part(value: Mapping[str, Any]) -> str:
    return base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
