"""Who issues: the name and address of this site, its did:web identifier and the document that lists its keys."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from craft_site.credentials import keys

DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def base_url() -> str:
    """The public address of the site, without a slash at its end."""
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def did() -> str:
    """did:web:certificates.example.org. It stands in every certificate, so it must never change."""
    if chosen := str(getattr(settings, "CREDENTIAL_DID", "")):
        return chosen
    return "did:web:" + base_url().split("://")[-1].replace(":", "%3A")


def profile() -> dict[str, Any]:
    """The issuer as every credential names it."""
    return {"id": did(), "type": ["Profile"], "name": str(settings.CREDENTIAL_ISSUER), "url": base_url()}


def default_issuers() -> list[Mapping[str, str]]:
    """The bodies that grant a certificate where a wing names none: whoever runs this site."""
    return [{"zh": str(settings.CREDENTIAL_ISSUER)}]


def method(key_id: str) -> str:
    """The name of a key inside the did document."""
    return f"{did()}#{key_id}"


def did_document() -> dict[str, Any]:
    """/.well-known/did.json: every key that has ever signed, so that an old certificate verifies after a rotation."""
    own = did()
    methods: list[dict[str, Any]] = [
        {
            "id": method(key.key_id),
            "type": "Multikey",
            "controller": own,
            "publicKeyMultibase": key.multibase,
        }
        for key in keys.ring().values()
    ]
    methods += [
        {"id": method(key.key_id), "type": "JsonWebKey2020", "controller": own, "publicKeyJwk": key.jwk}
        for key in keys.rsa_ring().values()
    ]
    return {
        "@context": [*DID_CONTEXTS, "https://w3id.org/security/suites/jws-2020/v1"],
        "id": own,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }
