"""How far a number can be carried by changing few marks, and by which marks: one way, exactly.

A number is a panel's mark, a sum of such numbers, or what a rule that never falls makes of one: a step of rounding, a
weight. So the best of a sum is a knapsack: every part has one entry for each number of marks changed in it, and the
changes are shared out among the parts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One judge's mark for one aspect of one entry, as it is and as it might be.

    entry: the one whose sheet it stands on. place: of the judge in the panel, from 0.
    """

    entry: str
    aspect: str
    place: int
    before: Decimal
    after: Decimal


Changes = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """values[n]: the best that at most n changed marks make of a number, from n = 0. changes(n): these marks.

    More than the last n make it no better.
    """

    values: tuple[Fraction, ...]
    changes: Callable[[int], Changes]

    def at(self, count: int) -> Fraction:
        return self.values[min(count, len(self.values) - 1)]

    def through(self, rule: Callable[[Fraction], Fraction]) -> "Reach":
        """What a rule makes of the number. rule: never falls when its argument rises."""
        return Reach(tuple(map(rule, self.values)), self.changes)


def fixed(value: Fraction) -> Reach:
    """A number that no judged mark moves."""
    return Reach((value,), lambda _count: ())


def together(parts: Sequence[Reach], *, upward: bool, least: Sequence[int] = ()) -> tuple[Reach, int]:
    """The sum of the parts, and how few changes it takes.

    least: for each part how many changes it must have at least; without, none. The sum's entries begin with that many
    changes altogether: entry 0 is for `start` of them.
    """
    parts, offsets = tuple(parts), tuple(least) or (0,) * len(parts)
    first = [part.at(offset) for part, offset in zip(parts, offsets, strict=True)]
    movable = [index for index, part in enumerate(parts) if len(part.values) > offsets[index] + 1]
    common = lcm(*[value.denominator for index in movable for value in parts[index].values])
    sign = 1 if upward else -1
    best, shares = [0], []
    for index in movable:
        part, offset = parts[index], offsets[index]
        gains = [int(sign * (value - first[index]) * common) for value in part.values[offset:]]
        best, share = _with_part(best, gains)
        shares.append(share)
    base = sum(first, ZERO)
    used = len(best)
    while used > 1 and best[used - 1] == best[used - 2]:
        used -= 1
    values = tuple(base + sign * Fraction(gain, common) for gain in best[:used])

    def changes(count: int) -> Changes:
        left, given = min(count, used - 1), list(offsets)
        for index, share in zip(reversed(movable), reversed(shares), strict=True):
            given[index] += share[left]
            left -= share[left]
        return tuple(change for part, many in zip(parts, given, strict=True) for change in part.changes(many))

    return Reach(values, changes), sum(offsets)


def total_of(parts: Sequence[Reach], *, upward: bool) -> Reach:
    """The sum of parts any of which may stay as it is."""
    return together(parts, upward=upward)[0]


def _with_part(best: Sequence[int], gains: Sequence[int]) -> tuple[list[int], list[int]]:
    """Gains by number of changes with one part more, and how many of the changes go to it."""
    size = len(best) + len(gains) - 1
    found, share = [-1] * size, [0] * size  # a gain is never below zero
    for own, gain in enumerate(gains):
        for others, so_far in enumerate(best):
            if so_far + gain > found[own + others]:
                found[own + others] = so_far + gain
                share[own + others] = own
    return found, share


def better(options: Sequence[tuple[Reach, int]], *, upward: bool) -> Reach:
    """The best of several ways, each with the number of changes from which on it is open; one is open from 0."""
    last = max(start + len(way.values) for way, start in options)
    choose = max if upward else min
    chosen = [
        choose(
            ((way.at(count - start), way, start) for way, start in options if count >= start),
            key=lambda option: option[0],
        )
        for count in range(last)
    ]

    def changes(count: int) -> Changes:
        count = min(count, last - 1)
        _value, way, start = chosen[count]
        return way.changes(count - start)

    return Reach(tuple(value for value, _way, _start in chosen), changes)
