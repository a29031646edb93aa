"""The small multiples of the scorecard, drawn by the server: places in per cent, so that they grow with their page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from craft_site.home.scorecard.sheet import Point

GAP = Decimal("0.22")  # of a column's width, on each side
MOST_YEARS = 6


def columns(points: Sequence[Point], *, current: int) -> list[dict[str, Any]]:
    """The last years, each a column with the line of its target: [{year, shown, target, at, x, width, y, height, goal,
    goal_to, current}]. A year without a number has no height; without a target no goal. Empty when nothing is known."""
    shown = list(points)[-MOST_YEARS:]
    top = max((max(one.value or Decimal(0), one.target or Decimal(0)) for one in shown), default=Decimal(0))
    if top <= 0:
        return []
    step = Decimal(100) / len(shown)
    found = []
    for n, one in enumerate(shown):
        height = 100 * one.value / top if one.value is not None else None
        goal = 100 - 100 * one.target / top if one.target is not None else None
        found.append(
            {
                "year": one.year,
                "shown": one.shown,
                "target": one.target_shown,
                "at": _per_cent(step * (n + Decimal("0.5"))),
                "x": _per_cent(step * (n + GAP)),
                "width": _per_cent(step * (1 - 2 * GAP)),
                "y": _per_cent(100 - height) if height is not None else "",
                "height": _per_cent(height) if height is not None else "",
                "goal": _per_cent(goal) if goal is not None else "",
                "goal_from": _per_cent(step * (n + GAP / 2)),
                "goal_to": _per_cent(step * (n + 1 - GAP / 2)),
                "current": one.year == current,
            }
        )
    return found


def _per_cent(value: Decimal) -> str:
    return f"{min(max(value, Decimal(0)), Decimal(100)):.2f}%"
