"""Plots of the report on judges, drawn by the server: places in per cent, so that a picture grows with its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

LEFT, RIGHT = 4.0, 96.0  # per cent of the width, inside which everything is drawn
ROW = 2.6  # em, a line of a forest
SURE = 2.0  # standard errors on each side


@dataclass(frozen=True, slots=True)
class Axis:
    """low and high: ends of the scale, in its unit; ticks: round numbers in between with their places."""

    low: float
    high: float
    ticks: tuple[tuple[str, str], ...]

    def at(self, value: float) -> str:
        return _per_cent(LEFT + (RIGHT - LEFT) * (value - self.low) / (self.high - self.low))


def axis(values: Sequence[float]) -> Axis:
    """A scale around 0 that holds all values, with three to seven round ticks."""
    farthest = max((abs(value) for value in values), default=0.0) or 1.0
    step = 10 ** floor(log10(farthest))
    step = next(step * times for times in (0.2, 0.5, 1, 2, 5) if farthest / (step * times) <= 3)
    end = ceil(farthest / step) * step
    count = round(end / step)
    plain = Axis(-end, end, ())
    ticks = tuple((f"{n * step:.10g}", plain.at(n * step)) for n in range(-count, count + 1))
    return Axis(-end, end, ticks)


def forest(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Values with their errors, one line a judge: rows of {label, value, se, hot, text}."""
    reach = [
        end
        for row in rows
        for end in (row["value"] - SURE * (row["se"] or 0), row["value"] + SURE * (row["se"] or 0))
    ]
    scale = axis(reach)
    foot = ROW * len(rows)
    return {
        "zero": scale.at(0),
        "foot": f"{foot:.1f}",
        "labels": f"{foot + 1.2:.1f}",
        "height": f"{foot + 1.6:.1f}",
        "ticks": scale.ticks,
        "rows": [
            {
                "y": f"{ROW * n:.1f}",
                "label": row["label"],
                "text": row["text"],
                "hot": row["hot"],
                "dot": scale.at(row["value"]),
                "low": scale.at(row["value"] - SURE * (row["se"] or 0)),
                "high": scale.at(row["value"] + SURE * (row["se"] or 0)),
            }
            for n, row in enumerate(rows)
        ],
    }


def drift(points: Sequence[float], start: float, change: float, scale: Axis) -> dict[str, Any]:
    """One judge's offsets in the order of marking and the line through them. Up is higher marks."""
    last = max(len(points) - 1, 1)

    def up(value: float) -> str:
        return _per_cent(100 - float(scale.at(value).rstrip("%")))

    def along(place: int) -> str:
        return _per_cent(LEFT + (RIGHT - LEFT) * place / last)

    return {
        "zero": up(0),
        "dots": [(along(place), up(value)) for place, value in enumerate(points)],
        "from": (along(0), up(start)),
        "to": (along(len(points) - 1), up(start + change)),
        "top": f"{scale.high:.10g}",
        "bottom": f"{scale.low:.10g}",
    }


def _per_cent(value: float) -> str:
    return f"{min(max(value, 0.0), 100.0):.2f}%"
