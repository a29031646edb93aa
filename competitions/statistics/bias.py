"""What one judge does apart from the others, in marks: off the panel, for one's own people, over the day.

Each mark is compared with the mean of the other judges' marks for the same item of the same entry, so how good an entry
is does not matter. The items of an entry are one observation: they were looked at together and are not independent.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from .distributions import t_two_sided
from .ratings import Ratings

CHANCE = 0.01  # with a dozen figures on a page, 1 in 20 would raise an alarm at every contest


@dataclass(frozen=True, slots=True)
class Difference:
    """value in marks; se, p: None when there are too few entries to tell chance from anything else."""

    value: float
    se: float | None
    p: float | None
    count: int

    @property
    def stands_out(self) -> bool:
        """More than chance explains."""
        return self.p is not None and self.p < CHANCE


def offsets(ratings: Ratings) -> dict[str, dict[str, float]]:
    """For each judge, by entry: mark less the mean of the others, averaged over the items of the entry."""
    found: dict[str, dict[str, list[float]]] = {judge: defaultdict(list) for judge in ratings.judges}
    for (entry, _item), marks in ratings.cells.items():
        others = len(marks) - 1
        if others < 1:
            continue
        total = sum(marks.values())
        for judge, mark in marks.items():
            found[judge][entry].append(float(mark - (total - mark) / others))
    return {
        judge: {entry: fsum(values) / len(values) for entry, values in by_entry.items()}
        for judge, by_entry in found.items()
    }


def off_the_panel(by_entry: Mapping[str, float]) -> Difference | None:
    """How much higher one judge marks than the others. None: never marked together with anybody."""
    values = list(by_entry.values())
    if not values:
        return None
    mean, variance = _moments(values)
    if variance is None:
        return Difference(mean, None, None, len(values))
    se = sqrt(variance / len(values))
    return Difference(mean, se, _p(mean, se, len(values) - 1), len(values))


@dataclass(frozen=True, slots=True)
class Lift:
    """Marks for one's own people less marks for others, each against the rest of the panel."""

    home: float
    away: float
    difference: Difference
    home_entries: int
    away_entries: int


def home_lift(by_entry: Mapping[str, float], home: Collection[str]) -> Lift | None:
    """None where the judge marked nobody of their own, or nobody else. Welch's t: the spreads may differ."""
    own = [value for entry, value in by_entry.items() if entry in home]
    others = [value for entry, value in by_entry.items() if entry not in home]
    if not own or not others:
        return None
    (own_mean, own_variance), (mean, variance) = _moments(own), _moments(others)
    count = len(own) + len(others)
    if own_variance is None or variance is None:
        difference = Difference(own_mean - mean, None, None, count)
    else:
        a, b = own_variance / len(own), variance / len(others)
        se = sqrt(a + b)
        freedom = (a + b) ** 2 / (a * a / (len(own) - 1) + b * b / (len(others) - 1)) if se else 1.0
        difference = Difference(own_mean - mean, se, _p(own_mean - mean, se, freedom), count)
    return Lift(own_mean, mean, difference, len(own), len(others))


@dataclass(frozen=True, slots=True)
class Drift:
    """change: from the first entry to the last, along the straight line through `points` (in order of marking)."""

    points: tuple[float, ...]
    start: float
    change: Difference


def drift(values: Sequence[float]) -> Drift | None:
    """values: a judge's offsets in the order in which they were given. None for fewer than four.

    What the whole panel does together is not seen: everybody is compared with the others.
    """
    n = len(values)
    if n < 4:
        return None
    middle, mean = (n - 1) / 2, fsum(values) / n
    squares = fsum((place - middle) ** 2 for place in range(n))
    slope = fsum((place - middle) * (value - mean) for place, value in enumerate(values)) / squares
    rest = fsum((value - mean - slope * (place - middle)) ** 2 for place, value in enumerate(values))
    se = sqrt(rest / (n - 2) / squares)
    change = Difference(slope * (n - 1), se * (n - 1), _p(slope, se, n - 2), n)
    return Drift(tuple(values), mean - slope * middle, change)


def _moments(values: Sequence[float]) -> tuple[float, float | None]:
    mean = fsum(values) / len(values)
    if len(values) < 2:
        return mean, None
    return mean, fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _p(value: float, se: float, freedom: float) -> float:
    if se == 0:  # not a single mark deviates: sure, whatever it says
        return 1.0 if abs(value) < 1e-9 else 0.0
    return t_two_sided(min(abs(value) / se, 1e100), freedom)
