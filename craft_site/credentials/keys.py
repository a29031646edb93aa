"""The keys that sign certificates. They live outside the database, so that whoever can write rows cannot issue.

CREDENTIAL_KEYS: key id -> base64 of 32 random bytes, an Ed25519 seed (docs/credentials.md). The first signs; the
others only verify what was signed before, and may stand there as `public:<base64 of the public key>`.
CREDENTIAL_RSA_KEYS: key id -> base64 of an RSA key (PKCS#8, DER), 3072 bits or more, in the same way; an old one may
stand there as `public:<base64 of its SubjectPublicKeyInfo>`. It signs the JWT form, which validators take with RS256
alone.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from craft_site.credentials.encoding import base64url, multikey

KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
PUBLIC = "public:"
SEED_BYTES = 32
RSA_BITS = 3072  # at least; SP 800-57: 128 bits of strength


@dataclass(frozen=True, slots=True)
class Key:
    """An Ed25519 key of the ring. secret is None for a key that only verifies."""

    key_id: str
    public: Ed25519PublicKey = field(repr=False)
    secret: Ed25519PrivateKey | None = field(default=None, repr=False)

    @property
    def multibase(self) -> str:
        return multikey(self.public.public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        assert self.secret is not None  # signing_key() has seen to it
        return self.secret.sign(message)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key of the ring, for RS256."""

    key_id: str
    public: RSAPublicKey = field(repr=False)
    secret: RSAPrivateKey | None = field(default=None, repr=False)

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.public.public_numbers()
        return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}

    def sign(self, message: bytes) -> bytes:
        assert self.secret is not None  # rsa_signing_key() has seen to it
        return self.secret.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            self.public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def ring() -> Mapping[str, Key]:
    """All Ed25519 keys by id, the signing one first. Raises ImproperlyConfigured and names the entry, never the
    key."""
    return _ring(_entries("CREDENTIAL_KEYS"))


def rsa_ring() -> Mapping[str, RsaKey]:
    """All RSA keys by id, the signing one first. Raises ImproperlyConfigured and names the entry, never the key."""
    return _rsa_ring(_entries("CREDENTIAL_RSA_KEYS"))


def signing_key() -> Key:
    """Raises ImproperlyConfigured when the first key cannot sign."""
    key = next(iter(ring().values()))
    if key.secret is None:
        raise _cannot_sign("CREDENTIAL_KEYS", key.key_id)
    return key


def rsa_signing_key() -> RsaKey:
    """Raises ImproperlyConfigured when the first key cannot sign."""
    key = next(iter(rsa_ring().values()))
    if key.secret is None:
        raise _cannot_sign("CREDENTIAL_RSA_KEYS", key.key_id)
    return key


def check_keys(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """System check: the site must not start when it could not issue, or when one key serves two ends."""
    try:
        signing_key()
        rsa_signing_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="credentials.E001")]
    if double := set(ring()) & set(rsa_ring()):
        return [
            Error(
                f"CREDENTIAL_KEYS and CREDENTIAL_RSA_KEYS share the key id {min(double)!r}: one id names one key.",
                id="credentials.E002",
            )
        ]
    ledger = {entry.removeprefix(PUBLIC) for entry in (getattr(settings, "LEDGER_KEYS", None) or {}).values()}
    if ledger & {entry.removeprefix(PUBLIC) for _key_id, entry in _entries("CREDENTIAL_KEYS")}:
        return [
            Error(
                "CREDENTIAL_KEYS and LEDGER_KEYS share a key: use a key for one purpose only.",
                id="credentials.E003",
            )
        ]
    return []


def _entries(name: str) -> tuple[tuple[str, str], ...]:
    entries: Mapping[str, str] = getattr(settings, name, None) or {}
    return tuple(entries.items())


@lru_cache(maxsize=4)
def _ring(entries: tuple[tuple[str, str], ...]) -> Mapping[str, Key]:
    keys: dict[str, Key] = {}
    for key_id, encoded in entries:
        raw = _raw("CREDENTIAL_KEYS", key_id, encoded)
        if len(raw) != SEED_BYTES:
            raise ImproperlyConfigured(
                f"CREDENTIAL_KEYS[{key_id!r}] must be the base64 of {SEED_BYTES} random bytes."
            )
        if encoded.startswith(PUBLIC):
            keys[key_id] = Key(key_id, Ed25519PublicKey.from_public_bytes(raw))
        else:
            secret = Ed25519PrivateKey.from_private_bytes(raw)
            keys[key_id] = Key(key_id, secret.public_key(), secret)
    if not keys:
        raise ImproperlyConfigured(
            "CREDENTIAL_KEYS is empty: give at least one key (openssl rand -base64 32)."
        )
    return keys


@lru_cache(maxsize=4)
def _rsa_ring(entries: tuple[tuple[str, str], ...]) -> Mapping[str, RsaKey]:
    keys: dict[str, RsaKey] = {}
    for key_id, encoded in entries:
        raw = _raw("CREDENTIAL_RSA_KEYS", key_id, encoded)
        secret: Any = None
        try:
            if encoded.startswith(PUBLIC):
                public: Any = serialization.load_der_public_key(raw)
            else:
                secret = serialization.load_der_private_key(raw, password=None)
                public = secret.public_key()
        except (ValueError, TypeError, UnsupportedAlgorithm):
            public = None
        # "from None" by leaving the except block: the text of a half-right key must not reach a log.
        if not isinstance(public, RSAPublicKey) or public.key_size < RSA_BITS:
            raise ImproperlyConfigured(
                f"CREDENTIAL_RSA_KEYS[{key_id!r}] must be the base64 of an RSA key (DER) of at least {RSA_BITS} bits."
            )
        keys[key_id] = RsaKey(key_id, public, secret)
    if not keys:
        raise ImproperlyConfigured(
            "CREDENTIAL_RSA_KEYS is empty: give at least one key (docs/credentials.md says how)."
        )
    return keys


def _raw(setting: str, key_id: str, encoded: str) -> bytes:
    if not KEY_ID.fullmatch(key_id):
        raise ImproperlyConfigured(f"{setting}: the key id {key_id!r} may hold A-Z a-z 0-9 _ - only.")
    try:
        return base64.b64decode(encoded.removeprefix(PUBLIC), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _cannot_sign(setting: str, key_id: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{setting}: the first key, {key_id!r}, is a public one; it cannot sign.")


def _integer(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))
