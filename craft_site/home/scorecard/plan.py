"""A number against its plan: signs, standing, the lengths of a bar. Pure: exact numbers in, words and numbers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

AT_LEAST, EXACTLY, MORE, AT_MOST, BARE = "≥", "=", "+", "≤", ""
QUALIFIERS = (
    (BARE, pgettext_lazy("sign of a number", "none")),
    (AT_LEAST, pgettext_lazy("sign of a number", "≥ at least")),
    (EXACTLY, pgettext_lazy("sign of a number", "= exactly")),
    (MORE, pgettext_lazy("sign of a number", "+ and more (余、多)")),
    (AT_MOST, pgettext_lazy("sign of a number", "≤ at most")),
)
SIGNS = frozenset(sign for sign, _label in QUALIFIERS)


class Standing(TextChoices):
    """How a number stands to its target."""

    BEHIND = "behind", pgettext_lazy("standing", "Behind plan")
    AT = "at", pgettext_lazy("standing", "On plan")
    AHEAD = "ahead", pgettext_lazy("standing", "Ahead of plan")
    OPEN = "open", pgettext_lazy("standing", "No figure yet")
    NONE = "none", pgettext_lazy("standing", "No target number")


def standing(
    value: Decimal | None,
    target: Decimal | None,
    sign: str,
    *,
    done: Decimal = Decimal(1),
    grows: bool = True,
) -> Standing:
    """How a value stands to a target.

    sign: of the target; done: the part of the period that is over, 0 to 1; grows: whether the number adds up over the
    period (sessions) or is a state (a share). While the period runs, a growing number is measured against the part of
    the target that is due by now, rounded down, and is ahead once it passes the whole target.
    """
    if target is None:
        return Standing.NONE
    if value is None:
        return Standing.OPEN
    if sign == AT_MOST:
        return Standing.AT if value <= target else Standing.BEHIND
    if value > target:
        return Standing.AHEAD
    if value == target:
        return Standing.AT
    if done >= 1:
        return Standing.BEHIND
    if not grows:
        return Standing.OPEN  # a share that is reached at the end says nothing on the way
    return Standing.BEHIND if value < due(target, done) else Standing.AT


def due(target: Decimal, done: Decimal) -> Decimal:
    """How much of a target is due when this part of the period is over, in whole units."""
    return (target * min(max(done, Decimal(0)), Decimal(1))).to_integral_value(ROUND_DOWN)


def part_done(start: date, end: date, today: date) -> Decimal:
    """The part of a period that is over at the end of today, 0 to 1."""
    days = (end - start).days + 1
    return min(max(Decimal((today - start).days + 1) / days, Decimal(0)), Decimal(1))


@dataclass(frozen=True, slots=True)
class Bar:
    """Per cent of the bar's full width. goal: where the mark of the target begins, None for none."""

    fill: Decimal
    goal: Decimal | None


def bar(value: Decimal | None, target: Decimal | None, *, whole: Decimal | None = None) -> Bar | None:
    """The bar of a value against its target. whole: the full width; else the larger of both. None: nothing to draw."""
    if value is None and target is None:
        return None
    full = whole or max(value or Decimal(0), target or Decimal(0))
    if full <= 0:
        return Bar(Decimal(0), None)
    fill = min(100 * (value or Decimal(0)) / full, Decimal(100))
    return Bar(fill, None if target is None else min(100 * target / full, Decimal("99.2")))


def share_faults(values: Iterable[Decimal | None]) -> Decimal | None:
    """What the shares of a whole sum up to where that is not 100; None where it is, or not all are known."""
    known = list(values)
    if not known or any(value is None for value in known):
        return None
    total = sum((value for value in known if value is not None), Decimal(0))
    return None if total == 100 else total


def written(value: Decimal | None, sign: str = BARE) -> str:
    """A number with its sign as a page prints it: 8,700+, ≥20, ≤40; empty for none."""
    if value is None:
        return ""
    plain = f"{value.normalize():,f}" if value else "0"
    if sign == MORE:
        return f"{plain}+"
    return f"{sign}{plain}" if sign in (AT_LEAST, AT_MOST) else plain
