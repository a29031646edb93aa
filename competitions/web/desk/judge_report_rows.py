"""What the page of the report shows of one panel and of the result: rows, plots and sentences, ready to be written."""

from collections.abc import Mapping
from typing import Any

from competitions.web.desk import judge_plots as plots
from competitions.web.desk import judge_report_words as words
from competitions.web.desk.judge_report_words import figure
from competitions.web.scheme_words import STAGES

MOST_UNEXPECTED = 20
Names = Mapping[str, str]


def panel_view(panel: Mapping[str, Any], names: Names, *, number: int, decoded: bool) -> dict[str, Any]:
    """One panel of the document. names: labels of judges to what the reader may know."""
    figures = panel["figures"]
    unit = words.unit(panel)
    judges = figures["judges"]
    unexpected = figures["unexpected"]
    mean = _mean_severity(judges)
    return {
        "number": number,
        "code": panel["panel"],
        "stage": STAGES.get(panel["stage"], panel["stage"]),
        "aspects": panel["aspects"],
        "unit": unit,
        "percent": panel["percent"],
        "counts": figures["counts"],
        "sealed": panel["sealed"],
        "agreement": words.agreement(figures),
        "icc": _icc(figures),
        "kendall": [
            (name, figure(figures["kendall"][key], places))
            for name, key, places in (
                ("W", "w", 3),
                ("W, no ties", "w_uncorrected", 3),
                ("χ²", "chi2", 1),
                ("p", "p", 4),
            )
        ],
        "alpha": [(level, figure(value, 3)) for level, value in figures["alpha"].items()],
        "notes": words.notes(figures, names),
        "judges": [_judge(names[judge], one, unit, mean, unexpected, judge) for judge, one in judges.items()],
        "offsets": _offsets(judges, names),
        "severity": words.severity(figures, names),
        "severities": _severities(judges, names, mean),
        "unexpected": [
            {
                **mark,
                "judge": names[mark["judge"]],
                "value": figure(mark["value"]),
                "expected": figure(mark["expected"]),
                "z": figure(mark["z"], 1),
            }
            for mark in unexpected[:MOST_UNEXPECTED]
        ],
        "more_unexpected": max(0, len(unexpected) - MOST_UNEXPECTED),
        "unexpected_count": len(unexpected),
        "exact_agreement": _exact(figures["exact_agreement"]),
        "drifts": _drifts(panel["drift"], names, unit),
        "lifts": _lifts(panel["lift"], names, unit) if decoded and panel["lift"] else None,
    }


def _exact(found: Mapping[str, float] | None) -> dict[str, str] | None:
    return None if found is None else {key: figure(100 * value, 0) for key, value in found.items()}


def _icc(figures: Mapping[str, Any]) -> list[dict[str, str]]:
    detail = figures["icc_detail"]
    return [
        {
            "form": form,
            "value": figure(value, 3),
            "range": " … ".join(figure(end) for end in detail["interval_95"][form]) if detail else "–",
        }
        for form, value in figures["icc"].items()
    ]


def _judge(
    name: str, one: Mapping[str, Any], unit: str, mean: float, unexpected: list[Mapping[str, Any]], judge: str
) -> dict[str, Any]:
    offset = one["offset"]
    return {
        "name": name,
        "offset": figure(offset["value"]) if offset else "–",
        "offset_se": figure(offset["se"]) if offset else "–",
        "severity": figure(None if one["severity"] is None else one["severity"] - mean),
        "se": figure(one["se"]),
        "infit": figure(one["infit"]),
        "outfit": figure(one["outfit"]),
        "marks": one.get("marks", ""),
        "part": one.get("part", 0) + 1,
        "unexpected": sum(mark["judge"] == judge for mark in unexpected),
        "hot": bool(offset and offset["stands_out"]),
        "sentences": [words.off_the_panel(name, offset, unit), words.fit(name, one)],
    }


def _offsets(judges: Mapping[str, Any], names: Names) -> dict[str, Any] | None:
    rows = [
        {
            "label": names[judge],
            "value": one["offset"]["value"],
            "se": one["offset"]["se"],
            "hot": one["offset"]["stands_out"],
            "text": figure(one["offset"]["value"]),
        }
        for judge, one in judges.items()
        if one["offset"]
    ]
    return plots.forest(rows) if rows else None


def _mean_severity(judges: Mapping[str, Any]) -> float:
    """Severities are shown against this: that is what the eye compares with, and they have no zero of their own."""
    held = [one["severity"] for one in judges.values() if one["severity"] is not None]
    return sum(held) / len(held) if held else 0.0


def _severities(judges: Mapping[str, Any], names: Names, mean: float) -> dict[str, Any] | None:
    held = {judge: one for judge, one in judges.items() if one["severity"] is not None}
    if not held:
        return None
    return plots.forest(
        [
            {
                "label": names[judge],
                "value": one["severity"] - mean,
                "se": one["se"],
                "hot": False,
                "text": figure(one["severity"] - mean),
            }
            for judge, one in held.items()
        ]
    )


def _drifts(drifts: Mapping[str, Any], names: Names, unit: str) -> list[dict[str, Any]]:
    """All judges on one scale, so that their pictures compare."""
    scale = plots.axis([value for found in drifts.values() if found for value in found["points"]])
    return [
        {
            "name": names[judge],
            "sentence": words.drift(names[judge], found, unit),
            "hot": bool(found and found["change"]["stands_out"]),
            "entries": len(found["points"]) if found else 0,
            "change": figure(found["change"]["value"]) if found else "–",
            "se": figure(found["change"]["se"]) if found else "–",
            "plot": plots.drift(found["points"], found["start"], found["change"]["value"], scale)
            if found
            else None,
        }
        for judge, found in drifts.items()
    ]


def _lifts(lifts: Mapping[str, Mapping[str, Any]], names: Names, unit: str) -> list[dict[str, Any]]:
    """unit: own firm or otherwise tied; union: these and the other firms of the own town union."""
    found = []
    for kind, by_judge in lifts.items():
        held = {judge: lift for judge, lift in by_judge.items() if lift}
        rows = [
            {
                "name": names[judge],
                "label": names[judge],
                "value": lift["difference"]["value"],
                "se": lift["difference"]["se"],
                "hot": lift["difference"]["stands_out"],
                "text": figure(lift["difference"]["value"]),
                "home": figure(lift["home"]),
                "away": figure(lift["away"]),
                "home_entries": lift["home_entries"],
                "away_entries": lift["away_entries"],
                "se_text": figure(lift["difference"]["se"]),
                "sentence": words.lift(names[judge], lift, unit),
            }
            for judge, lift in held.items()
        ]
        found.append({"kind": kind, "rows": rows, "plot": plots.forest(rows) if rows else None})
    return found


def outcome_rows(document: Mapping[str, Any], names: Names, tiers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Winner, podium and awards: whether they survive; after decoding who they are and what would change them."""
    return [
        {
            "what": words.outcome_name(outcome["kind"], tiers),
            "entries": outcome["entries"],
            "sentences": words.outcome(outcome, words.outcome_name(outcome["kind"], tiers), names),
            "stable": all(same is True for same in outcome["without"].values()),
            # Reports kept from before do not have them.
            "changes": [words.changed_mark(change, names) for change in outcome.get("changes", ())],
        }
        for outcome in document["robustness"]["outcomes"]
    ]
