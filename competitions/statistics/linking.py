"""Which judges, items and entries can be compared at all: severities mean something only within one linked part.

In an additive model of entry, item and judge, two judges can be compared when the difference of their severities is
determined by who marked what. Two panels that share no entry, or that share items but no entry, cannot be.
"""

from collections import defaultdict
from collections.abc import Sequence

from .linear import null_space

Cell = tuple[int, int, int]  # entry, judge, item


def parts(cells: Sequence[Cell], sizes: Cell) -> tuple[list[int], list[int], list[int]]:
    """The number of its part for every entry, judge and item. One part everywhere: all can be compared."""
    entries, judges, items = sizes
    side = judges + items
    of_entry: list[dict[int, int]] = [defaultdict(int) for _ in range(entries)]
    both: list[list[float]] = [[0.0] * side for _ in range(side)]
    for entry, judge, item in cells:
        for place in (judge, judges + item):
            of_entry[entry][place] += 1
            both[place][place] += 1
        both[judge][judges + item] += 1
        both[judges + item][judge] += 1
    patterns: dict[tuple[tuple[int, int], ...], int] = defaultdict(int)
    for held in of_entry:
        patterns[tuple(sorted(held.items()))] += 1
    for pattern, times in patterns.items():
        marks = sum(count for _place, count in pattern) / 2
        for place, count in pattern:
            for other, many in pattern:
                both[place][other] -= times * count * many / marks
    basis = null_space(both, size_of_sums=len(cells))
    rows = [tuple(round(vector[place], 5) + 0.0 for vector in basis) for place in range(side)]
    by_entry = []
    for held in of_entry:
        marks = sum(held.values()) / 2 or 1
        shift = [sum(vector[place] * count for place, count in held.items()) / marks for vector in basis]
        by_entry.append(tuple(round(value, 5) + 0.0 for value in shift))
    return _numbered(by_entry), _numbered(rows[:judges]), _numbered(rows[judges:])


def _numbered(keys: Sequence[tuple[float, ...]]) -> list[int]:
    known: dict[tuple[float, ...], int] = {}
    return [known.setdefault(key, len(known)) for key in keys]
