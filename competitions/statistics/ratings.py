"""A table of marks as the statistics read it: who marked which entry on which item with what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple


class Rating(NamedTuple):
    """One mark of one judge. item: "" where there is only one."""

    judge: str
    entry: str
    item: str
    value: Decimal


class DuplicateRating(ValueError):
    """One judge marked one entry twice on one item; which of the two counts is not for a statistic to say."""


Row = tuple[int | None, ...]  # one subject: a value of each judge, None where there is no mark


@dataclass(frozen=True, slots=True)
class Grid:
    """Subjects by judges, as whole numbers in units of 1/scale, so that sums stay exact."""

    subjects: tuple[str, ...]
    rows: tuple[Row, ...]
    scale: int

    @property
    def gaps(self) -> int:
        return sum(value is None for row in self.rows for value in row)


class Ratings:
    """All marks of one panel. judges, entries and items stand in the order of their first mark."""

    def __init__(self, rows: Iterable[Rating]) -> None:
        """Raises DuplicateRating."""
        self.rows: tuple[Rating, ...] = tuple(rows)
        self.judges = tuple(dict.fromkeys(row.judge for row in self.rows))
        self.entries = tuple(dict.fromkeys(row.entry for row in self.rows))
        self.items = tuple(dict.fromkeys(row.item for row in self.rows))
        self.cells: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(
            dict
        )  # (entry, item) -> judge -> mark
        for row in self.rows:
            cell = self.cells[row.entry, row.item]
            if row.judge in cell:
                raise DuplicateRating(f"{row.judge} marked {row.entry} {row.item} twice")
            cell[row.judge] = row.value

    def by_cell(self) -> Grid:
        """A subject is one item of one entry."""
        found = [
            (f"{entry} {item}".strip(), [_fraction(marks.get(judge)) for judge in self.judges])
            for (entry, item), marks in self.cells.items()
        ]
        return _grid(found)

    def by_entry(self) -> Grid:
        """A subject is an entry with the mean of its items. A judge who left out an item of it has a gap there: a
        mean of fewer items would be another thing."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for entry, item in self.cells:
            wanted[entry].append(item)
        found = []
        for entry in self.entries:
            cells = [self.cells[entry, item] for item in wanted[entry]]
            means: list[Fraction | None] = []
            for judge in self.judges:
                given = [cell[judge] for cell in cells if judge in cell]
                whole = len(given) == len(cells)
                means.append(sum(map(Fraction, given), Fraction(0)) / len(cells) if whole else None)
            found.append((entry, means))
        return _grid(found)


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _grid(found: Sequence[tuple[str, Sequence[Fraction | None]]]) -> Grid:
    scale = lcm(*{value.denominator for _subject, row in found for value in row if value is not None})
    rows = tuple(
        tuple(None if value is None else int(value * scale) for value in row) for _subject, row in found
    )
    return Grid(tuple(subject for subject, _row in found), rows, scale)
