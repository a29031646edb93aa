"""Drawing lots so that anybody can repeat it: commit first, throw dice in the hall, reveal, sort.

Every value is text. H(x) is SHA-256 over the UTF-8 bytes of x, written as 64 lower-case hexadecimal digits;
`+` joins texts and "\\n" is one line feed (byte 0A). There is no trailing line feed anywhere.

    L     list hash   = H(item 1 + "\\n" + item 2 + ... + "\\n" + item n), the items sorted by their UTF-8 bytes
    C     commitment  = H(secret)
    seed              = H("draw-v1" + "\\n" + L + "\\n" + secret + "\\n" + dice)
    digest of an item = H(seed + "\\n" + item)
    order             = the items sorted by digest, equal digests by the item itself

L and C are published before the dice fall. The organiser knows the secret but cannot foresee the dice; whoever
throws the dice does not know the secret; and the list is bound by L. No random generator takes part, so the draw
does not depend on a language or the version of a library.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

ALGORITHM = "draw-v1"

Digest = Callable[[str], str]


class DrawError(ValueError):
    """The list, the secret or the dice cannot be drawn with; the message names the fault."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the outcome. position counts from 1."""

    position: int
    item: str
    digest: str


def sha256(text: str) -> str:
    """H of the module's definition."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(items: Iterable[str]) -> tuple[str, ...]:
    """The list in its one order, by UTF-8 bytes.

    Raises DrawError for an empty list, an empty item, an item with a line break, and one that stands twice.
    """
    found = sorted(items, key=lambda item: item.encode())
    if not found:
        raise DrawError("the list is empty")
    for item in found:
        _one_line(item, "an item of the list")
    for one, other in pairwise(found):
        if one == other:
            raise DrawError(f"{one!r} stands twice in the list")
    return tuple(found)


def list_hash(items: Iterable[str]) -> str:
    """L: the same for every order in which the items are given. Raises DrawError as `canonical` does."""
    return sha256("\n".join(canonical(items)))


def commitment(secret: str) -> str:
    """C: what is published of the secret before the dice fall. Raises DrawError for an empty secret."""
    return sha256(_one_line(secret, "the secret"))


def code_commitment(secret: str, key: str, label: str, item: str) -> str:
    """What the ledger says of a code when it is made: its key belongs to this drawn label, which the item got.

    Nobody can try out the links while the secret of the draw is closed; with the secret everybody can check them.
    Raises DrawError as `commitment` does.
    """
    parts = (_one_line(secret, "the secret"), key, label, _one_line(item, "the item"))
    return sha256("\n".join(("code-v1", *parts)))


def seed(list_hash: str, secret: str, dice: str) -> str:
    """The seed of the draw. dice: the text that was entered in the hall, e.g. "4 6 1 3 5".

    Raises DrawError when one of the three is empty or has a line break.
    """
    parts = (
        ALGORITHM,
        _one_line(list_hash, "the list hash"),
        _one_line(secret, "the secret"),
        _one_line(dice, "the dice"),
    )
    return sha256("\n".join(parts))


def drawn_order(seed: str, items: Iterable[str], *, digest: Digest = sha256) -> tuple[Drawn, ...]:
    """The items in drawn order, from position 1 on. `digest` is another hash function for tests only.

    Raises DrawError as `canonical` does.
    """
    lots = sorted((digest(f"{seed}\n{item}"), item.encode(), item) for item in canonical(items))
    return tuple(Drawn(position, item, lot) for position, (lot, _, item) in enumerate(lots, start=1))


def verify_draw(
    *,
    items: Iterable[str],
    list_hash: str,
    commitment: str,
    secret: str,
    dice: str,
    seed: str,
    order: Sequence[str],
) -> tuple[str, ...]:
    """What does not hold in a published draw, empty when all of it holds.

    order: the items as published, first drawn first. Each check is made from the published values alone, so that
    a changed list is named as "list", a changed secret as "secret"; the others are "seed" and "order".
    Raises DrawError when the values cannot be a draw at all.
    """
    items = canonical(items)
    faults = []
    if _list_hash(items) != list_hash:
        faults.append("list")
    if _commitment(secret) != commitment:
        faults.append("secret")
    if _seed(list_hash, secret, dice) != seed:
        faults.append("seed")
    if tuple(lot.item for lot in drawn_order(seed, items)) != tuple(order):
        faults.append("order")
    return tuple(faults)


# `verify_draw` takes the published values under the names of the functions that compute them.
_list_hash, _commitment, _seed = list_hash, commitment, seed


def _one_line(text: str, what: str) -> str:
    if not text:
        raise DrawError(f"{what} is empty")
    if "\n" in text or "\r" in text:
        raise DrawError(f"{what} has a line break: {text!r}")
    return text
