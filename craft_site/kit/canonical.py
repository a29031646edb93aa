"""One spelling for one value: the JSON that is hashed, signed and compared.

RFC 8785 (JCS) as far as our records need it: keys sorted by UTF-16 code units, no spaces, UTF-8, the short
escapes only. Two rules are stricter than the RFC, because a hash must never depend on how a machine prints
a fraction: floats are refused, and a Decimal travels as a string.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

#: Integers beyond this are not exact in every JSON reader (RFC 8785, 3.2.2.3): send them as text.
MAX_SAFE_INTEGER = 2**53 - 1


class CanonicalError(ValueError):
    """The value has no single spelling: NaN, a naive time, a lone surrogate, an integer beyond 2^53 - 1."""


def canonical_json(value: Any) -> bytes:
    """The canonical UTF-8 bytes of `value`.

    Takes None, bool, int, str, Decimal, datetime (aware), date, UUID, Enum (its value), and mappings with
    text keys, lists and tuples of these. Raises TypeError for anything else (floats, sets and bytes among
    them) and CanonicalError for a value of the right type that has no single spelling.
    """
    return _spelled(value, at="$").encode()


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
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _spelled(value: Any, *, at: str) -> str:
    # bool before int and Enum before str: Python counts the one among the other (TextChoices are both).
    match value:
        case None:
            return "null"
        case Enum():
            return _spelled(value.value, at=at)
        case bool():
            return "true" if value else "false"
        case int():
            return _integer(value, at=at)
        case str():
            return _text(value, at=at)
        case Decimal():
            return _text(plain_decimal(value), at=at)
        case datetime():
            return _text(utc_timestamp(value), at=at)
        case date():
            return _text(value.isoformat(), at=at)
        case UUID():
            return _text(str(value), at=at)
        case Mapping():
            return _object(value, at=at)
        case list() | tuple():
            return "[" + ",".join(_spelled(item, at=f"{at}[{i}]") for i, item in enumerate(value)) + "]"
    raise TypeError(f"{at}: {type(value).__name__} has no canonical spelling")


def _integer(value: int, *, at: str) -> str:
    if abs(value) > MAX_SAFE_INTEGER:
        raise CanonicalError(f"{at}: an integer beyond 2^53 - 1 must be sent as text")
    return str(int(value))


def _text(value: str, *, at: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError(f"{at}: the text holds half a character (a lone surrogate)") from error
    # str(value) drops lazy or marked subclasses; json writes the same short escapes as the RFC.
    return json.dumps(str(value), ensure_ascii=False)


def _object(value: Mapping[Any, Any], *, at: str) -> str:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"{at}: the key {key!r} is not text")
    # UTF-16 order (RFC 8785, 3.2.3) differs from Python's for characters beyond the first plane.
    names = sorted(value, key=lambda name: str(name).encode("utf-16-be", "surrogatepass"))
    members = (f"{_text(name, at=at)}:{_spelled(value[name], at=f'{at}.{name}')}" for name in names)
    return "{" + ",".join(members) + "}"
