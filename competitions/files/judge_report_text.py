"""The figures of a judge report as a table for a terminal."""

from collections.abc import Mapping
from typing import Any

LEFT = 14


def as_text(report: Mapping[str, Any]) -> str:
    """All figures of one panel, rounded for reading; `--json` gives them in full."""
    counts = report["counts"]
    lines = [
        f"{counts['judges']} judges, {counts['entries']} entries, {counts['items']} items, "
        f"{counts['marks']} marks, {counts['gaps']} gaps",
        "",
        _row("ICC", [f"({form}) {_figure(value)}" for form, value in report["icc"].items()]),
        _row("Kendall", [f"{name} {_figure(value)}" for name, value in report["kendall"].items()]),
        _row("alpha", [f"{level} {_figure(value)}" for level, value in report["alpha"].items()]),
    ]
    for kind, name in (("judges", "severity"), ("items", "difficulty"), ("entries", "ability")):
        lines += ["", _row(kind, [f"{head:>9}" for head in (name, "se", "infit", "outfit")])]
        lines += [
            _row(label, [f"{_figure(one[key]):>9}" for key in (name, "se", "infit", "outfit")])
            for label, one in report[kind].items()
        ]
    lines += ["", f"unexpected marks: {len(report['unexpected'])}"]
    lines += [
        f"  {mark['judge']} {mark['entry']} {mark['item']}: {mark['value']:g}, "
        f"expected {mark['expected']:.2f} (z {mark['z']:.2f})"
        for mark in report["unexpected"][:20]
    ]
    lines += [f"note: {note['text']}" for note in report["notes"]]
    return "\n".join(lines)


def _row(label: str, cells: list[str]) -> str:
    return f"{label:<{LEFT}} " + "  ".join(cells)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}" if abs(value) >= 100 else f"{value:.3f}"
