"""How one aspect got its mark, point by point: the public "how was this computed" sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .aspects import compiled_aspect, is_series, mark_per_point, point_ratio, tolerance, within_range
from .numbers import plain_text, to_decimal
from .readings import REFUSE, Refusal, checked_readings
from .scheme import Aspect, Panel


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation.

    kind: point, range, judge, difficulty, event or sum. reading: what was entered, None where nothing
    was done. limit: the accepted zone or the cost of one event. passed: None where a yes or no has no
    meaning. mark: what the line earns or costs, before rounding; None for a single judge.
    """

    kind: str
    label: str
    reading: Decimal | None
    limit: str
    passed: bool | None
    mark: Decimal | None


class RefusedReadings(ValueError):
    """The readings cannot be explained because they cannot be marked."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__("; ".join(refusal.message for refusal in refusals))
        self.refusals = refusals


def explain_aspect(aspect: Aspect, raw: Any, *, source: Aspect | None = None) -> tuple[Step, ...]:
    """Every step from the readings to the mark; the last one, `sum`, is the mark before rounding.

    source: for a derived aspect, the aspect whose readings `raw` is. Raises RefusedReadings.
    """
    readings, refusals = checked_readings(source or aspect, raw)
    if readings is None:
        raise RefusedReadings(tuple(item for item in refusals if item.severity == REFUSE))
    if aspect.panel is not None:
        steps = _judges(aspect.panel, readings)
    elif aspect.method == "allotment":
        steps = _events(aspect, readings)
    elif aspect.derived_from is not None:
        steps = _range(aspect, readings)
    else:
        steps = _points(aspect, readings)
    mark = compiled_aspect(aspect)(readings)
    total = Step("sum", aspect.code, None, plain_text(aspect.max_mark), None, to_decimal(mark))
    return (*steps, total)


def _points(aspect: Aspect, readings: list[Decimal | None]) -> list[Step]:
    ratio, share, limit = point_ratio(aspect), mark_per_point(aspect), limit_text(aspect)
    steps = []
    for position, reading in enumerate(readings, start=1):
        earned = Fraction(0) if reading is None else ratio(reading)
        steps.append(Step("point", str(position), reading, limit, earned == 1, to_decimal(earned * share)))
    return steps


def _range(aspect: Aspect, readings: list[Decimal | None]) -> list[Step]:
    done = [reading for reading in readings if reading is not None]
    spread = max(done) - min(done) if done else None
    passed = within_range(aspect, readings)
    mark = aspect.max_mark if passed else Decimal(0)
    return [Step("range", aspect.derived_from or "", spread, limit_text(aspect), passed, mark)]


def _judges(panel: Panel, readings: Any) -> list[Step]:
    steps = []
    marks = readings
    if isinstance(readings, Mapping):
        marks = readings["marks"]
        steps.append(Step("difficulty", "", readings["difficulty"], "", None, None))
    assert is_series(marks)
    counting = _counting_seats(panel, marks)
    for seat, mark in enumerate(marks):
        steps.append(Step("judge", str(seat + 1), mark, "", seat in counting, None))
    return steps


def _counting_seats(panel: Panel, marks: Any) -> frozenset[int]:
    """Seats whose marks are not dropped; of equal marks the earlier seat counts as the lower one."""
    present = sorted((mark, seat) for seat, mark in enumerate(marks) if mark is not None)
    kept = present[panel.drop_low : len(present) - panel.drop_high]
    return frozenset(seat for _, seat in kept)


def _events(aspect: Aspect, counts: Mapping[str, int]) -> list[Step]:
    return [
        Step(
            kind="event",
            label=event.code,
            reading=Decimal(counts.get(event.code, 0)),
            limit=plain_text(event.unit),
            passed=counts.get(event.code, 0) == 0,
            mark=-event.unit * counts.get(event.code, 0),
        )
        for event in aspect.events
    ]


def limit_text(aspect: Aspect) -> str:
    """The fully accepted zone as it stands on a sheet: 59.78..59.8 or ≤ 0.01, with the unit."""
    unit = f" {aspect.unit}" if aspect.unit else ""
    if aspect.rule == "bands":
        return ", ".join(f"≤ {plain_text(b.max)}{unit}: {plain_text(b.ratio)}" for b in aspect.bands)
    low, high = tolerance(aspect)
    if high is None:
        return "1"
    if low is None:
        return f"≤ {plain_text(high)}{unit}"
    return f"{plain_text(low)}..{plain_text(high)}{unit}"
