"""The number of a certificate: 80 random bits in sixteen signs that nobody mixes up. It tells nothing and follows
nothing.

Crockford's base 32: O is read as 0, I and L as 1; dashes and spaces are for the eye.
"""

import re
import secrets

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_GROUP = 4
_ALIKE = str.maketrans("OIL", "011")


def new() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def shown(number: str) -> str:
    """7K3M-9QXT-0BZ4-M1EA"""
    return "-".join(number[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def read(text: str) -> str | None:
    """The number that somebody typed or scanned, or None when it can be none."""
    folded = "".join(re.findall(r"[0-9A-Z]", _half_width(text).upper())).translate(_ALIKE)
    return folded if len(folded) == LENGTH and set(folded) <= set(SIGNS) else None


def _half_width(text: str) -> str:
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text[:200])
