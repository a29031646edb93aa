"""Sealing single values for the database, so that a stolen dump shows no number and no moved row is believed.

AES-256-GCM. The token reads `v1.<key id>.<nonce>.<ciphertext>`, base64url without padding. Version, key id
and `context` are authenticated with the text: a token copied to another row, field or model does not open.
Every failure is a SealError; no function here ever answers with ciphertext or with half a text.

Keys come from the settings and live outside the database (docs: `openssl rand -base64 32`):
FIELD_KEYS: key id -> base64 of 32 bytes; the first seals, all of them open.
INDEX_KEY: base64 of 32 bytes, for blind indexes alone.
"""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

VERSION = "v1"  # under the key ring
OWN = "p1"  # under a key of the row's own (kit.own_keys)
KEY_BYTES = 32
NONCE_BYTES = 12  # 96 random bits: what GCM is specified for (NIST SP 800-38D, 8.2.2)
TAG_BYTES = 16
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
TOKEN = re.compile(
    r"(?P<version>v1|p1)\.(?P<key_id>[A-Za-z0-9_-]{1,32})\.(?P<nonce>[\w-]{16})\.(?P<body>[\w-]{22,})",
    re.ASCII,
)


class SealError(Exception):
    """The token does not open: altered, moved from another place, or sealed with a key that is not here."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by id, the current one named. Its repr shows the ids and never a key."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def cipher(self, key_id: str) -> AESGCM:
        """Raises SealError when the key is not on the ring."""
        if key_id not in self.keys:
            raise SealError(f"sealed with the key {key_id!r}, which is not in FIELD_KEYS")
        return AESGCM(self.keys[key_id])


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The key of one row. Its repr shows the id and never the key."""

    key_id: str
    key: bytes = field(repr=False)


def seal(plaintext: str, *, context: str, own: OwnKey | None = None) -> str:
    """A new token for `plaintext` bound to `context` (model label, field, row uuid): under the current key of the ring,
    or the row's own.

    Sealing the same text twice gives two different tokens. Raises ImproperlyConfigured without usable keys.
    """
    nonce = os.urandom(NONCE_BYTES)
    if own is None:
        ring = keyring()
        version, key_id, cipher = VERSION, ring.current, ring.cipher(ring.current)
    else:
        version, key_id, cipher = OWN, own.key_id, AESGCM(own.key)
    body = cipher.encrypt(nonce, plaintext.encode(), _bound(key_id, context, version))
    return f"{version}.{key_id}.{_b64(nonce)}.{_b64(body)}"


def open_sealed(token: str, *, context: str, own: Callable[[str], OwnKey] | None = None) -> str:
    """The text sealed in `token` for this very `context`. Raises SealError for everything else.

    own: finds a row's own key by its id; without it only the ring opens.
    """
    match = TOKEN.fullmatch(token)
    if match is None:
        raise SealError("not a sealed token")
    key_id, version = match["key_id"], match["version"]
    if version == VERSION:
        cipher = keyring().cipher(key_id)
    elif own is not None:
        cipher = AESGCM(own(key_id).key)
    else:
        raise SealError("sealed with a key of the row's own")
    bound = _bound(key_id, context, version)
    try:
        return cipher.decrypt(_unb64(match["nonce"]), _unb64(match["body"]), bound).decode()
    except (InvalidTag, UnicodeDecodeError) as error:
        raise SealError("the token was altered, or belongs to another row or field") from error


def reseal(token: str, *, context: str) -> str:
    """The same text under the current key; a token that has it already comes back as is. Raises SealError."""
    plaintext = open_sealed(token, context=context)
    return token if token.startswith(current_prefix()) else seal(plaintext, context=context)


def is_token(text: str) -> bool:
    """Whether `text` has the shape of a token; says nothing about whether it opens."""
    return TOKEN.fullmatch(text) is not None


def current_prefix() -> str:
    """What every token under the current key begins with: how rotation finds the others."""
    return f"{VERSION}.{keyring().current}."


def blind_index(value: str, *, purpose: str) -> str:
    """64 hex digits that stand for `value` in a WHERE or UNIQUE: HMAC-SHA256, one space for each purpose.

    value: already normalised (kit.identity), or equal people will not meet. A plain hash would be no
    protection: all citizen numbers can be tried in minutes. Raises ValueError for an empty value or purpose.
    """
    if not value or not purpose or "\0" in purpose:
        raise ValueError("a blind index needs a value and a purpose")
    message = f"blind-index-v1\0{purpose}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(_index_key(), message, sha256).hexdigest()


def keyring() -> Keyring:
    """The keys of the settings. Raises ImproperlyConfigured and names the entry, never the key."""
    entries: Mapping[str, str] = getattr(settings, "FIELD_KEYS", None) or {}
    return _keyring(tuple(entries.items()))


def check_keys(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """System check: the site must not start with keys that are missing, short or shared."""
    try:
        ring, index_key = keyring(), _index_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="kit.E001")]
    if index_key in ring.keys.values():
        return [
            Error("INDEX_KEY must not be one of FIELD_KEYS: use a key for one purpose only.", id="kit.E002")
        ]
    return []


@lru_cache(maxsize=4)
def _keyring(entries: Iterable[tuple[str, str]]) -> Keyring:
    keys: dict[str, bytes] = {}
    for key_id, encoded in entries:
        if not KEY_ID.fullmatch(key_id):
            raise ImproperlyConfigured(f"FIELD_KEYS: the key id {key_id!r} may hold A-Z a-z 0-9 _ - only.")
        keys[key_id] = _key(encoded, name=f"FIELD_KEYS[{key_id!r}]")
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: give at least one key (openssl rand -base64 32).")
    return Keyring(current=next(iter(keys)), keys=keys)


@lru_cache(maxsize=4)
def _key(encoded: str, *, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        # "from None" and no value: the text of a half-right key must not reach a log.
        raise ImproperlyConfigured(f"{name} must be the base64 of {KEY_BYTES} random bytes.") from None
    return key


def _index_key() -> bytes:
    return _key(getattr(settings, "INDEX_KEY", ""), name="INDEX_KEY")


def _bound(key_id: str, context: str, version: str = VERSION) -> bytes:
    if not context:
        raise ValueError("a seal needs a context: model label, field and row uuid")
    return f"{version}.{key_id}.{context}".encode()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise SealError("not a sealed token") from error
    if _b64(raw) != text:  # the spare bits of the last letter must not be a second spelling of the same token
        raise SealError("the token was altered")
    return raw
