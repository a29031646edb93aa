"""All figures of one panel as one document of plain JSON: what the command prints, the desk stores and the page draws.

Every figure that could not be computed is null, and `notes` says why in a stable code.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from . import agreement, severity
from .bias import Difference, off_the_panel, offsets
from .fit import Spread
from .ratings import Ratings
from .severity import Measure, NoSeverity, Severity

NOTES = {
    "too_few": "it needs at least two judges and two entries with marks in common",
    "gaps": "marks are missing: this figure needs every judge's mark for every entry",
    "no_differences": "the marks do not differ, so there is nothing to compare",
    "negative": "a ratio needs marks that are not negative",
    "grouped": "there are so many different marks that they were put into {classes} classes for the measurement",
    "extreme": "{names}: only top or only bottom marks; measured with an adjustment of 0.3 steps and without fit",
    "parts": "the marks fall into {parts} parts that share too little: severities compare only within a part",
    "not_converged": "the marks leave too little to chance, so the measurement did not settle: do not use its figures",
    "apart": "the marks part the entries so wholly that nothing says how far; the judges' severities can be used",
    "few_marks": "{names}: fewer than 10 marks, so the figures are rough",
}
FEW = 10


def report(ratings: Ratings) -> dict[str, Any]:
    """The document of one table of marks."""
    notes: list[dict[str, Any]] = []
    return {
        "counts": {
            "judges": len(ratings.judges),
            "entries": len(ratings.entries),
            "items": len(ratings.items),
            "marks": len(ratings.rows),
            "gaps": sum(len(ratings.judges) - len(marks) for marks in ratings.cells.values()),
        },
        **_agreement(ratings, notes),
        **_severity(ratings, notes),
        "notes": notes,
    }


def note(notes: list[dict[str, Any]], code: str, concerns: str, **params: Any) -> None:
    text = NOTES[code].format(**{name: _joined(value) for name, value in params.items()})
    notes.append({"code": code, "concerns": concerns, **params, "text": f"{concerns}: {text}"})


def _joined(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _agreement(ratings: Ratings, notes: list[dict[str, Any]]) -> dict[str, Any]:
    by_entry, by_cell = ratings.by_entry(), ratings.by_cell()
    icc: dict[str, Any] = dict.fromkeys(agreement.ICC_FORMS)
    kendall: dict[str, Any] = dict.fromkeys(("w", "w_uncorrected", "chi2", "df", "p"))
    alpha: dict[str, Any] = dict.fromkeys(agreement.ALPHA_LEVELS)
    detail: dict[str, Any] | None = None
    try:
        found = agreement.icc(by_entry)
        icc |= found.values
        detail = {
            "interval_95": {form: [_number(end) for end in ends] for form, ends in found.intervals.items()},
            "f": {form: _number(value) for form, value in found.f.items()},
            "df": {form: list(df) for form, df in found.df.items()},
            "p": dict(found.p),
            "mean_squares": dict(found.mean_squares),
        }
    except agreement.NotComputable as reason:
        note(notes, reason.code, "icc")
    try:
        order = agreement.kendall(by_entry)
        kendall |= {name: getattr(order, name) for name in kendall}
    except agreement.NotComputable as reason:
        note(notes, reason.code, "kendall")
    for level in alpha:
        try:
            alpha[level] = agreement.alpha(by_cell, level)
        except agreement.NotComputable as reason:
            note(notes, reason.code, f"alpha {level}")
    return {"icc": icc, "icc_detail": detail, "kendall": kendall, "alpha": alpha}


def _severity(ratings: Ratings, notes: list[dict[str, Any]]) -> dict[str, Any]:
    off = offsets(ratings)
    measured: Severity | None = None
    try:
        measured = severity.measure(ratings)
        _remarks(measured, notes)
    except NoSeverity as reason:
        note(notes, reason.code, "severity")
    return {
        "judges": {
            judge: _measure(measured.judges[judge] if measured else None, "severity")
            | _offset(off_the_panel(off[judge]))
            for judge in ratings.judges
        },
        "items": {
            item: _measure(measured.items[item] if measured else None, "difficulty") for item in ratings.items
        },
        "entries": {
            entry: _measure(measured.entries[entry] if measured else None, "ability")
            for entry in ratings.entries
        },
        "unexpected": [
            {
                "judge": mark.judge,
                "entry": mark.entry,
                "item": mark.item,
                "value": mark.value,
                "expected": mark.expected,
                "z": mark.z,
            }
            for mark in (measured.unexpected if measured else ())
        ],
        "steps": {
            "marks": list(measured.scale.values),
            "grouped": measured.scale.grouped,
            "thresholds": list(measured.steps),
        }
        if measured
        else None,
        "exact_agreement": dict(zip(("seen", "expected"), measured.agreement, strict=True))
        if measured and measured.agreement
        else None,
        "separation": {kind: _spread(spread) for kind, spread in measured.spread.items()}
        if measured
        else None,
        "estimation": {
            "method": "JMLE",
            "loglikelihood": measured.loglikelihood,
            "rounds": measured.rounds,
            "converged": measured.converged,
            "settled": measured.settled,
            "parts": measured.parts,
        }
        if measured
        else None,
    }


def _remarks(measured: Severity, notes: list[dict[str, Any]]) -> None:
    if not measured.converged:
        note(notes, "not_converged", "severity")
    elif not measured.settled:
        note(notes, "apart", "entries")
    if measured.parts > 1:
        note(notes, "parts", "severity", parts=measured.parts)
    if measured.scale.grouped:
        note(notes, "grouped", "severity", classes=len(measured.scale.values))
    for kind, held in (
        ("judges", measured.judges),
        ("items", measured.items),
        ("entries", measured.entries),
    ):
        if extreme := [name for name, one in held.items() if one.extreme]:
            note(notes, "extreme", kind, names=extreme)
    if few := [name for name, one in measured.judges.items() if one.count < FEW]:
        note(notes, "few_marks", "judges", names=few)


def _measure(one: Measure | None, name: str) -> dict[str, Any]:
    if one is None:
        return {name: None, "se": None, "infit": None, "outfit": None}
    return {
        name: one.measure,
        "se": one.se,
        "infit": one.infit,
        "outfit": one.outfit,
        "marks": one.count,
        "extreme": one.extreme,
        "part": one.part,
    }


def _offset(found: Difference | None) -> dict[str, Any]:
    return {"offset": as_document(found)}


def as_document(found: Difference | None) -> Mapping[str, Any] | None:
    """A difference as JSON."""
    if found is None:
        return None
    return {
        "value": found.value,
        "se": found.se,
        "p": found.p,
        "entries": found.count,
        "stands_out": found.stands_out,
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "separation": spread.separation,
        "reliability": spread.reliability,
        "strata": spread.strata,
        "chi2": spread.chi2,
        "df": spread.df,
        "p": spread.p,
    }


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
