"""The columns of the overview, drawn by the server: places in per cent, so that a picture grows with its page."""

from collections.abc import Mapping, Sequence
from typing import Any

GAP = 0.18  # of a column's width, on each side


TEXTURES = {
    "open_course": "slanted",
    "drill": "dotted",
}  # patterns that the page defines; the others are plain


def columns(values: Mapping[str, Sequence[int]], labels: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Columns that stack a value of every kind. labels: under each column, and its name in a table.

    values: by kind, as many each as there are labels.
    Answers {top, half, columns: [{label, name, total, at, x, width, y, parts: [{kind, texture, y, height, value}]}]}.
    """
    totals = [sum(series[n] for series in values.values()) for n in range(len(labels))]
    top = _round_up(max(totals, default=0))
    step = 100 / len(labels)
    found = []
    for n, (label, name) in enumerate(labels):
        below, parts = 0, []
        for kind, series in values.items():
            if not series[n]:
                continue
            below += series[n]
            parts.append(
                {
                    "kind": kind,
                    "texture": TEXTURES.get(kind, ""),
                    "value": series[n],
                    "y": _per_cent(100 - 100 * below / top),
                    "height": _per_cent(100 * series[n] / top),
                }
            )
        found.append(
            {
                "label": label,
                "name": name,
                "total": totals[n],
                "at": _per_cent(step * (n + 0.5)),
                "x": _per_cent(step * (n + GAP)),
                "width": _per_cent(step * (1 - 2 * GAP)),
                "y": _per_cent(100 - 100 * totals[n] / top),
                "parts": parts,
            }
        )
    return {"top": top, "half": top // 2 if top % 2 == 0 else None, "columns": found}


def _round_up(value: int) -> int:
    """The next round number: 1, 2 or 5 with noughts, at least 10; so that the half is whole as well."""
    top = 10
    while top < value:
        top = top * 5 // 2 if str(top)[0] == "2" else top * 2
    return top


def _per_cent(value: float) -> str:
    return f"{min(max(value, 0.0), 100.0):.2f}%"
