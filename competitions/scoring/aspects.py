"""From the readings of one aspect to its mark, exact and before rounding.

The rules are those of the scheme's `methods.measured.rules`; `point_ratio` is the one place where a
reading meets a limit, for the mark as well as for the sheet that explains it.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

from .numbers import exact_sum
from .panels import panel_mark
from .scheme import Aspect

Reading = Decimal | None

FULL, NOTHING = Fraction(1), Fraction(0)


def aspect_mark(aspect: Aspect, readings: object) -> Fraction:
    """The mark of checked readings, before rounding, between 0 and max_mark.

    readings: as `checked_readings` returns them. measured: one Decimal a point, None for a point that
    was not done (earns nothing); a derived aspect gets the readings of its source. judged: one Decimal
    a judge, None for an absent one, or {"marks": [...], "difficulty": d}. allotment: {event: count}.
    """
    return compiled_aspect(aspect)(readings)


def compiled_aspect(aspect: Aspect) -> Callable[[object], Fraction]:
    """`aspect_mark` of one aspect with its limits worked out once, for marking many entries."""
    if aspect.method == "judged":
        return lambda readings: _judged_mark(aspect, readings)
    if aspect.method == "allotment":
        return lambda readings: _allotment_mark(aspect, readings)
    if aspect.derived_from is not None:
        full = Fraction(aspect.max_mark)
        return lambda readings: full if within_range(aspect, _series(readings)) else NOTHING
    ratio, share = point_ratio(aspect), mark_per_point(aspect)

    def measured(readings: object) -> Fraction:
        earned = [ratio(reading) for reading in _series(readings) if reading is not None]
        return exact_sum(earned) * share

    return measured


def _series(readings: object) -> Sequence[Reading]:
    assert is_series(readings)
    return readings


def is_series(readings: object) -> TypeGuard[Sequence[Reading]]:
    """Whether readings are a list, as every measured aspect has them."""
    return isinstance(readings, (list, tuple))


def mark_per_point(aspect: Aspect) -> Fraction:
    """What one point of a measured aspect is worth; an even share of max_mark where it is not written."""
    if aspect.mark_per_point is not None:
        return Fraction(aspect.mark_per_point)
    return Fraction(aspect.max_mark) / aspect.points if aspect.points else Fraction(aspect.max_mark)


def tolerance(aspect: Aspect) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest reading that is fully accepted, guard band included; None where open."""
    guard = aspect.guard
    if aspect.nominal is not None and aspect.lower is not None and aspect.upper is not None:
        return aspect.nominal + aspect.lower + guard, aspect.nominal + aspect.upper - guard
    if aspect.limit is not None:
        return None, aspect.limit - guard
    return None, None


def point_ratio(aspect: Aspect) -> Callable[[Decimal], Fraction]:
    """A function from one reading to the share of its point's mark that it earns, 0 to 1."""
    low, high = tolerance(aspect)
    partial = Fraction(aspect.partial_ratio)
    match aspect.rule:
        case "within" if low is not None and high is not None:
            return lambda value: FULL if low <= value <= high else NOTHING
        case "step" if low is not None and high is not None and aspect.grace is not None:
            least, most = low - aspect.grace, high + aspect.grace
            return lambda value: (
                FULL if low <= value <= high else partial if least <= value <= most else NOTHING
            )
        case "max" if high is not None:
            return lambda value: FULL if value <= high else NOTHING
        case "ra" if high is not None and aspect.next_grade is not None:
            next_grade = aspect.next_grade - aspect.guard
            return lambda value: FULL if value <= high else partial if value <= next_grade else NOTHING
        case "bands":
            bands = [(band.max, Fraction(band.ratio)) for band in aspect.bands]
            return lambda value: next((ratio for most, ratio in bands if value <= most), NOTHING)
        case "gauge" | "checklist":
            return lambda value: FULL if value == 1 else NOTHING
    raise ValueError(f"aspect {aspect.code} cannot be marked by rule {aspect.rule!r}")


def within_range(aspect: Aspect, source: Sequence[Reading]) -> bool:
    """Whether the readings of the source lie within `limit` of each other.

    With a point not done the evenness is not shown, so it is not accepted.
    """
    readings = [reading for reading in source if reading is not None]
    high = tolerance(aspect)[1]
    if high is None or not readings or len(readings) != len(source):
        return False
    return max(readings) - min(readings) <= high


def _judged_mark(aspect: Aspect, readings: object) -> Fraction:
    assert aspect.panel is not None
    difficulty = Decimal(1)
    if isinstance(readings, Mapping):
        difficulty, readings = readings["difficulty"], readings["marks"]
    mark = panel_mark(
        panel=aspect.panel,
        marks=_series(readings),
        max_mark=aspect.max_mark,
        factor=aspect.factor,
        difficulty=difficulty,
    )
    return min(max(mark, NOTHING), Fraction(aspect.max_mark))


def _allotment_mark(aspect: Aspect, counts: object) -> Fraction:
    """max(0, max_mark - sum(count x unit)): deducted until the allotment is used up."""
    assert isinstance(counts, Mapping)
    lost = sum((event.unit * counts.get(event.code, 0) for event in aspect.events), Decimal(0))
    return max(Fraction(aspect.max_mark) - Fraction(lost), NOTHING)
