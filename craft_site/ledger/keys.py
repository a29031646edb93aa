"""The keys that sign checkpoints. They live outside the database, so that whoever can write rows cannot sign them.

LEDGER_KEYS: key id -> base64 of 32 random bytes (docs/operations.md). The first signs; the others only verify what was
signed before, and may stand there as `public:<base64 of the public key>` once their secret is destroyed.
LEDGER_ORIGIN: the name under which this site signs, e.g. "contests.example.org/ledger". It must never change.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from craft_site.ledger import suites
from craft_site.ledger.notes import Signer, Statement, sign

KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
PUBLIC = "public:"
_ORIGIN = re.compile(r"[^\s+]{1,120}")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the ring. seed is None for a key whose secret is gone. Its repr never shows the seed."""

    key_id: str
    public: bytes
    suite: suites.Suite = field(repr=False)
    seed: bytes | None = field(default=None, repr=False)

    def signer(self, origin: str) -> Signer:
        """The key under the name that its notes carry; origin: of the site that signed."""
        return Signer(name=key_name(origin, self.key_id), key=self.public, suite=self.suite)


def key_name(origin: str, key_id: str) -> str:
    return f"{origin}/keys/{key_id}"


def origin() -> str:
    """The name under which this site signs. Raises ImproperlyConfigured."""
    found = str(getattr(settings, "LEDGER_ORIGIN", "")).rstrip("/")
    if not _ORIGIN.fullmatch(found):
        raise ImproperlyConfigured(
            'LEDGER_ORIGIN must be a name without spaces and plus signs, e.g. "contests.example.org/ledger".'
        )
    return found


def ring() -> Mapping[str, Key]:
    """All keys by id, the signing one first. Raises ImproperlyConfigured and names the entry, never the key."""
    entries: Mapping[str, str] = getattr(settings, "LEDGER_KEYS", None) or {}
    return _ring(tuple(entries.items()))


def signing_key() -> Key:
    """Raises ImproperlyConfigured when the first key cannot sign."""
    key = next(iter(ring().values()))
    if key.seed is None:
        raise ImproperlyConfigured(
            f"LEDGER_KEYS: the first key, {key.key_id!r}, is a public one; it cannot sign."
        )
    return key


def public_keys() -> dict[str, Signer]:
    """What anybody may know: every key by its id, under the name that its notes carry (see `verifier_key`)."""
    return {key_id: key.signer(origin()) for key_id, key in ring().items()}


def signed(statement: Statement) -> tuple[str, Key]:
    """The note of a statement, and the key that signed it."""
    key = signing_key()
    assert key.seed is not None
    return sign(statement, seed=key.seed, signer=key.signer(origin())), key


def check_keys(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """System check: the site must not start when it could not sign."""
    try:
        signing_key()
        origin()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="ledger.E001")]
    return []


@lru_cache(maxsize=4)
def _ring(entries: tuple[tuple[str, str], ...]) -> Mapping[str, Key]:
    suite = suites.suite(suites.DEFAULT)
    keys: dict[str, Key] = {}
    for key_id, encoded in entries:
        if not KEY_ID.fullmatch(key_id):
            raise ImproperlyConfigured(f"LEDGER_KEYS: the key id {key_id!r} may hold A-Z a-z 0-9 _ - only.")
        raw = _raw(encoded.removeprefix(PUBLIC), key_id)
        if encoded.startswith(PUBLIC):
            keys[key_id] = Key(key_id, raw, suite)
        else:
            keys[key_id] = Key(key_id, suite.public_key(raw), suite, raw)
    if not keys:
        raise ImproperlyConfigured("LEDGER_KEYS is empty: give at least one key (openssl rand -base64 32).")
    return keys


def _raw(encoded: str, key_id: str) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != suites.SEED_BYTES:
        # "from None" and no value: the text of a half-right key must not reach a log.
        raise ImproperlyConfigured(
            f"LEDGER_KEYS[{key_id!r}] must be the base64 of {suites.SEED_BYTES} random bytes."
        ) from None
    return raw
