"""One spelling for one value: the JSON that is hashed, signed and compared.

RFC 8785 (JCS) as far as our records need it: keys sorted by UTF-16 code units, no spaces, UTF-8, the short
escapes only. Two rules are stricter than the RFC, because a hash must never depend on how a machine prints
a fraction: floats are refused, and a Decimal travels as a string.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring
from types import NoneType
from typing import Any
from uuid import UUID

#: Integers beyond this are not exact in every JSON reader (RFC 8785, 3.2.2.3): send them as text.
MAX_SAFE_INTEGER = 2**53 - 1


#: Where a value stands, from the outside in: (place of its holder, key or index). Written out only for an error.
_Place = tuple["_Place | None", str | int]


class CanonicalError(ValueError):
    """The value has no single spelling: NaN, a naive time, a lone surrogate, an integer beyond 2^53 - 1."""


def canonical_json(value: Any) -> bytes:
    """The canonical UTF-8 bytes of `value`.

    Takes None, bool, int, str, Decimal, datetime (aware), date, UUID, Enum (its value), and mappings with
    text keys, lists and tuples of these. Raises TypeError for anything else (floats, sets and bytes among
    them) and CanonicalError for a value of the right type that has no single spelling.
    """
    return _spelled(value, None).encode()


def sha256_hex(value: Any) -> str:
    """64 lower-case hex digits of SHA-256: over bytes as they are, over anything else as canonical JSON.

    A str is therefore hashed with its JSON quotes; encode it first to hash the bare text.
    """
    content = bytes(value) if isinstance(value, bytes | bytearray | memoryview) else canonical_json(value)
    return hashlib.sha256(content).hexdigest()


def plain_decimal(value: Decimal) -> str:
    """A Decimal without exponent and with its places kept ("75.30" stays "75.30"); zero has no sign.

    The places are part of the record: 75.3 measured to a tenth is not 75.30 measured to a hundredth.
    Raises CanonicalError for NaN and infinities.
    """
    if not value.is_finite():
        raise CanonicalError(f"{value} has no canonical spelling")
    return format(abs(value) if value.is_zero() else value, "f")


def utc_timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with six decimals and Z, so that text order is time order; naive times are refused."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise CanonicalError("a time without a zone has no canonical spelling")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _spelled(value: Any, at: _Place | None) -> str:
    return (_SPELLINGS.get(type(value)) or _inherited(value, at))(value, at)


def _inherited(value: Any, at: _Place | None) -> "_Spelling":
    """The spelling of what is not exactly one of the types but derived from one."""
    # Enum first, and date behind datetime: Python counts the one among the other (TextChoices are texts as well).
    for kind in (Enum, bool, int, str, Decimal, datetime, date, UUID, Mapping, list, tuple):
        if isinstance(value, kind):
            return _SPELLINGS[kind]
    raise TypeError(f"{_written(at)}: {type(value).__name__} has no canonical spelling")


def _integer(value: int, at: _Place | None) -> str:
    if abs(value) > MAX_SAFE_INTEGER:
        raise CanonicalError(f"{_written(at)}: an integer beyond 2^53 - 1 must be sent as text")
    return str(int(value))


def _text(value: str, at: _Place | None) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise CanonicalError(
                f"{_written(at)}: the text holds half a character (a lone surrogate)"
            ) from error
    return encode_basestring(value)  # the same short escapes as the RFC


def _array(value: Sequence[Any], at: _Place | None) -> str:
    return "[" + ",".join([_spelled(item, (at, n)) for n, item in enumerate(value)]) + "]"


def _object(value: Mapping[Any, Any], at: _Place | None) -> str:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"{_written(at)}: the key {key!r} is not text")
    if "".join(value).isascii():
        names = sorted(value)
    else:
        # UTF-16 order (RFC 8785, 3.2.3) differs from Python's for characters beyond the first plane.
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join([f"{_text(name, at)}:{_spelled(value[name], (at, name))}" for name in names]) + "}"


_Spelling = Callable[[Any, _Place | None], str]
_SPELLINGS: dict[type, _Spelling] = {
    NoneType: lambda value, at: "null",
    Enum: lambda value, at: _spelled(value.value, at),
    bool: lambda value, at: "true" if value else "false",
    int: _integer,
    str: _text,
    Decimal: lambda value, at: _text(plain_decimal(value), at),
    datetime: lambda value, at: _text(utc_timestamp(value), at),
    date: lambda value, at: _text(value.isoformat(), at),
    UUID: lambda value, at: f'"{value}"',
    Mapping: _object,
    dict: _object,
    list: _array,
    tuple: _array,
}


def _written(at: _Place | None) -> str:
    """A place as a reader looks for it: $.facts.values[3]."""
    if at is None:
        return "$"
    holder, step = at
    return f"{_written(holder)}[{step}]" if isinstance(step, int) else f"{_written(holder)}.{step}"


def words_hash(text: str) -> str:
    """SHA-256 of what somebody wrote freely, "" for nothing. Such words may name a person, so that a line of the
    ledger carries their hash; the words stand beside the fact, where they can be erased."""
    said = text.strip()
    return sha256_hex(said) if said else ""
