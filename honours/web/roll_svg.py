"""The columns of the roll, drawn by the server: places in per cent, so that the picture grows with its page."""

from collections.abc import Mapping
from typing import Any

GAP = 0.18  # of a column's width, on each side
MOST_COLUMNS = 12  # as many years as a telephone can show


def columns(
    years: Mapping[int, Mapping[int, int]], classes: Mapping[int, str], *, least: int = 10
) -> dict[str, Any]:
    """The last years as columns that stack the honours of every level, the highest level at the foot.

    years: by year and level; classes: the CSS class of a level; least: the least top of the scale (2 or 10). Answers
    {top, half, columns: [{year, total, at, x, width, y, counts, parts: [{kind, y, height, value}]}]}; empty for none.
    """
    shown = dict(list(years.items())[-MOST_COLUMNS:])
    if not shown:
        return {}
    top = _round_up(max(sum(counts.values()) for counts in shown.values()), least)
    step = 100 / len(shown)
    found = []
    for n, (year, counts) in enumerate(shown.items()):
        below, parts = 0, []
        for level, value in counts.items():
            if value:
                below += value
                parts.append(
                    {
                        "kind": classes[level],
                        "value": value,
                        "y": _per_cent(100 - 100 * below / top),
                        "height": _per_cent(100 * value / top),
                    }
                )
        found.append(
            {
                "year": year,
                "total": below,
                "counts": list(counts.values()),
                "at": _per_cent(step * (n + 0.5)),
                "x": _per_cent(step * (n + GAP)),
                "width": _per_cent(step * (1 - 2 * GAP)),
                "y": _per_cent(100 - 100 * below / top),
                "parts": parts,
            }
        )
    return {"top": top, "half": top // 2 if top % 2 == 0 else None, "columns": found}


def _round_up(value: int, least: int) -> int:
    """The next round number: 1, 2 or 5 with noughts, at least `least`, which is such a number."""
    top = least
    while top < value:
        top = top * 5 // 2 if str(top)[0] == "2" else top * 2
    return top


def _per_cent(value: float) -> str:
    return f"{min(max(value, 0.0), 100.0):.2f}%"
