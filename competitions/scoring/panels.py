"""What becomes of a panel's marks: drop, combine, round, scale. Sources: see each function."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from .numbers import round_exact
from .scheme import Panel


class PanelIncomplete(ValueError):
    """Fewer marks than the rule needs. A missing judge is never guessed."""


def combined_mark(*, panel: Panel, marks: Sequence[Decimal | None]) -> Fraction:
    """The panel's mark on its own scale.

    marks: one a judge in seat order, None for an absent judge.
    Drops `drop_high` and `drop_low` of the marks present (five or seven judges of Chinese contests;
    nine or eight of the ISU), then mean, median or sum, then `round`.
    Raises PanelIncomplete.
    """
    present = sorted(mark for mark in marks if mark is not None)
    if len(marks) != panel.judges or len(present) < panel.judges_min:
        raise PanelIncomplete(
            f"{len(present)} of {panel.judges} marks, at least {panel.judges_min} are needed"
        )
    counting = present[panel.drop_low : len(present) - panel.drop_high]
    combined = _combine(panel.combine, counting)
    if _spread_alarm(panel, counting, combined):
        combined = _combine(panel.combine, present)
    if panel.round is not None:
        combined = round_exact(combined, places=panel.round.places, mode=panel.round.mode)
    return combined


def panel_mark(
    *,
    panel: Panel,
    marks: Sequence[Decimal | None],
    max_mark: Decimal,
    factor: Decimal = Decimal(1),
    difficulty: Decimal = Decimal(1),
) -> Fraction:
    """The aspect's mark before its rounding.

    share_of_max: max_mark x combined / top of the scale, so three judges on 0-3 give
    max_mark x sum / 9. value: combined x factor x difficulty. Raises PanelIncomplete.
    """
    combined = combined_mark(panel=panel, marks=marks)
    if panel.result == "value":
        return combined * Fraction(factor) * Fraction(difficulty)
    top = scale_top(panel=panel, max_mark=max_mark)
    if panel.combine == "sum":
        top *= panel.judges - panel.drop_high - panel.drop_low
    return Fraction(max_mark) * combined / Fraction(top) * Fraction(factor) * Fraction(difficulty)


def scale_top(*, panel: Panel, max_mark: Decimal) -> Decimal:
    """The highest mark that one judge of the panel may give for an aspect of `max_mark`."""
    if panel.scale.values:
        return max(panel.scale.values)
    return max_mark if panel.scale.maximum is None else panel.scale.maximum


def _combine(combine: str, marks: Sequence[Decimal]) -> Fraction:
    """marks: sorted, at least one."""
    if combine == "median":
        middle = len(marks) // 2
        return (Fraction(marks[middle]) + Fraction(marks[-middle - 1])) / 2
    total = Fraction(sum(marks, Decimal(0)))
    return total if combine == "sum" else total / len(marks)


def _spread_alarm(panel: Panel, counting: Sequence[Decimal], combined: Fraction) -> bool:
    """Gymnastics: middle marks too far apart for their height, so the mean of all marks counts.

    Source: FIG aerobic gymnastics, general principles (0.3 from 8.00, 0.4 from 7.00, 0.5 from 6.00).
    """
    for band in panel.alarm:
        if combined >= band.at_least:
            return counting[-1] - counting[0] > band.spread
    return False
