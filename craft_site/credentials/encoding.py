"""How bytes are written in credentials: base58 (Bitcoin's alphabet), base64url, and a key as a Multikey."""

import base64
import binascii

_SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {sign: value for value, sign in enumerate(_SIGNS)}
_ED25519 = b"\xed\x01"  # multicodec ed25519-pub


def base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw), ""
    while number:
        number, rest = divmod(number, 58)
        text = _SIGNS[rest] + text
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return _SIGNS[0] * zeros + text


def from_base58(text: str) -> bytes:
    """Raises ValueError for a sign outside the alphabet."""
    number = 0
    for sign in text:
        if sign not in _VALUES:
            raise ValueError("not base58")
        number = number * 58 + _VALUES[sign]
    zeros = len(text) - len(text.lstrip(_SIGNS[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def base64url(raw: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def multikey(public: bytes) -> str:
    """An Ed25519 public key as publicKeyMultibase (W3C Controlled Identifiers 1.0): z6Mk..."""
    return "z" + base58(_ED25519 + public)
