"""Chance that comes out the same on every machine: numbers from a hash of what they are for."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def number(low: int, high: int, *what: object) -> int:
    """A whole number from low to high, both included, decided by `what` it is for."""
    digest = hashlib.sha256("/".join(map(str, what)).encode()).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


def one_of(options: Sequence[T], *what: object) -> T:
    return options[number(0, len(options) - 1, *what)]


def happens(percent: int, *what: object) -> bool:
    return number(1, 100, *what) <= percent
