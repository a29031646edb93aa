"""What the judge's page knows of a sheet: the same facts for the server's rendering and for the script."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from competitions.domain.alarms import alarms_of
from competitions.domain.locked_sheets import aspects_of
from competitions.domain.marking import DISCUSSED
from competitions.domain.panel_view import PanelState, came_along, panel_states
from competitions.domain.results import scheme_of
from competitions.models import Mark, Sheet
from competitions.scoring.explain import limit_text
from competitions.scoring.numbers import plain_text
from competitions.scoring.readings import aspect_limits
from competitions.scoring.scheme import Aspect
from competitions.web.scheme_words import limit_words, pass_word, unit_words
from craft_site.kit.language import colon, comma, in_language, listed

BUTTONS = 6  # a scale of at most so many values is shown as buttons


def scheme_aspects(sheet: Sheet) -> Mapping[str, Aspect]:
    """The aspects of the scheme in force, by code. Raises NoScheme."""
    version = scheme_of(sheet.event)
    return (
        {aspect.code: aspect for aspect in version.scheme.aspects()}
        if not version.frozen_at
        else aspects_of(version.content_hash)
    )


def sheet_cells(sheet: Sheet, user: Any) -> list[dict[str, Any]]:
    """Every aspect of the sheet with what stands there, in the order of the sheet. Four queries."""
    aspects = scheme_aspects(sheet)
    panels = panel_states(sheet, aspects)
    marks = {mark.aspect: mark for mark in sheet.marks.filter(is_current=True)}
    alarmed = alarms_of(sheet.alarm)
    closed = sheet.state not in Sheet.OPEN
    own = sheet.seat.user_id == user.pk
    cells = []
    for code in sheet.aspects:
        if (aspect := aspects.get(code)) is None:
            continue
        panel = panels.get(code)
        mark = marks.get(code)
        again = panel is not None and panel.alarm
        # Whoever has judged again waits like in a first round: for the others, whose values are sealed.
        revealed = bool(panel and panel.revealed) and (not own or not again or code in alarmed)
        sealed = (
            panel is not None
            and mark is not None
            and ((came_along(sheet, mark) and not revealed) if own else (again or not panel.revealed))
        )
        cells.append(
            describe(aspect)
            | standing(aspect, mark, sealed=sealed)
            | (_first_value(panel, sheet) if panel and again and not own else {})
            | {
                "state": _state(mark, alarm=code in alarmed, closed=closed),
                "alarm": code in alarmed,
                "panel": _panel(panel, sheet) if panel else [],
                "again": again,
                "outside": _outside(aspect, None if sealed else mark),
                "revealed": revealed,
            }
        )
    return cells


def describe(aspect: Aspect) -> dict[str, Any]:
    """An aspect as it is asked for: plain JSON, words in the reader's language. parts: where the fields of an aspect
    are different things, what each of them is and which numbers it takes."""
    limits = aspect_limits(aspect)
    kind = limits["kind"]
    parts = _parts(aspect, limits)
    if parts:
        kind, limits = "range", limits | {"fields": 2, "decimals": 3, "low": None, "high": None}
    elif kind == "scale":
        kind = "scale" if 0 < len(limits["values"]) <= BUTTONS else "range"
        limits |= {"fields": 1, "decimals": 3, "low": None, "high": None}
    instrument = in_language(aspect.instrument.zh, aspect.instrument.en) if aspect.instrument else ""
    return limits | {
        "kind": kind,
        "parts": parts,
        "name": in_language(aspect.name.zh, aspect.name.en),
        "instrument": instrument,
        "max_mark": plain_text(aspect.max_mark),
        "tolerance": _tolerance(aspect),
        "unit": _unit(aspect),
        "benchmarks": _benchmarks(aspect, limits),
        "events": [
            {"code": e.code, "text": in_language(e.zh, e.en), "unit": plain_text(e.unit)}
            for e in aspect.events
        ],
    }


def _parts(aspect: Aspect, limits: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The value and the difficulty, where the judges choose one; else nothing."""
    if aspect.difficulty is None:
        return []
    least, most = limits["difficulty"]
    mark = {"label": _("Value"), "decimals": 3} | {name: limits[name] for name in ("min", "max", "step")}
    return [
        mark,
        {"label": _("Difficulty"), "min": least, "max": most, "step": None, "decimals": 3},
    ]


def standing(aspect: Aspect, mark: Mark | None, *, sealed: bool = False) -> dict[str, Any]:
    """The current mark of an aspect as data and as text. sealed: there is one, but its value is not shown; then the
    words for that stand there too."""
    if mark is None:
        return {
            "values": None,
            "not_done": False,
            "revision": 0,
            "seq": 0,
            "text": "",
            "reason": "",
            "sealed": "",
        }
    if sealed:
        return {
            "values": None,
            "not_done": False,
            "revision": mark.revision,
            "seq": mark.seq,
            "text": sealed_words(),
            "reason": "",
            "sealed": sealed_words(),
        }
    return {
        "values": mark.values,
        "not_done": mark.not_done,
        "revision": mark.revision,
        "seq": mark.seq,
        "text": values_text(aspect, mark.values, not_done=mark.not_done),
        "reason": _("Discussed") if mark.reason == DISCUSSED else mark.reason,
        "sealed": "",
    }


def sealed_words() -> str:
    """What stands in place of a value of a panel that may not be read yet."""
    return _("sealed until all have judged")


def values_text(aspect: Aspect, values: Any, *, not_done: bool) -> str:
    """What was entered, for reading: 5.395 · 5.412 mm."""
    if not_done:
        return _("Not done")
    if isinstance(values, dict):
        words = {e.code: in_language(e.zh, e.en) for e in aspect.events}
        found = [f"{words.get(code, code)} × {count}" for code, count in values.items()]
        return listed(found) or _("Nothing to deduct")
    if aspect.rule in {"gauge", "checklist"}:
        return " · ".join(pass_word(value) for value in values)
    if aspect.difficulty is not None:
        return " × ".join(values)
    unit = _unit(aspect)
    text = " · ".join("–" if value is None else value for value in values)
    return f"{text} {unit}" if unit else text


def words() -> dict[str, str]:
    """What the script says, in the reader's language."""
    return {
        "online": _("Everything received"),
        "sending": _("Sending"),
        "offline": _("No network"),
        "signedOut": _("Signed out: sign in again"),
        "otherJudge": _("Somebody else is signed in on this device."),
        "closed": _("This sheet is closed. Load the page again."),
        "stuck": _("The server does not take this. Call the chief judge."),
        "open": _("Not marked"),
        "here": _("On this device"),
        "received": _("Received"),
        "conflict": _("Two values"),
        "again": _("Judge again"),
        "refused": _("Not taken"),
        "locked": _("Signed, locked"),
        "notDone": _("Not done"),
        "nothing": _("Nothing to deduct"),
        "yes": pass_word("1"),
        "no": pass_word("0"),
        "allYes": pgettext("inspection", "All pass"),
        "undo": _("Undo"),
        "next": _("Next"),
        "nextSheet": _("Next sheet"),
        "delete": _("Delete"),
        "sign": _("Plus or minus"),
        "dot": _("Decimal point"),
        "keypad": _("Keypad"),
        "point": _("Point"),
        "marks": _("Marks"),
        "inside": _("Within tolerance"),
        "outside": _("Out of tolerance"),
        "notNumber": _("This is not a number."),
        "below": _("%s is below %s, the least that can be."),
        "above": _("%s is above %s, the most that can be."),
        "step": _("Only steps of %s."),
        "places": _("At most %s decimals."),
        "empty": _("Point %s is empty. Enter it, or choose “not done”."),
        "unanswered": _("Point %s is not answered: choose pass or fail."),
        "gross": _("This is far off. Is the decimal point right?"),
        "keep": _("Yes, it reads so"),
        "correct": pgettext("reading", "Correct it"),
        "mine": _("Mine"),
        "theirs": _("On the server"),
        "twoValues": _("Two values were entered. Which one holds?"),
        "why": _("Why is the mark changed?"),
        "reasons": "|".join(
            [_("Typing error"), _("Read the wrong line"), _("Measured again"), _("Discussed")]
        ),
        "save": _("Save"),
        "cancel": _("Cancel"),
        "you": _("You"),
        "judge": _("Judge %s"),
        "marked": _("marked"),
        "notYet": _("not yet"),
        "sealed": _("Each judges alone; the values are shown when all have judged."),
        "spread": _("The panel is too far apart. Discuss against the benchmarks, then each judges again."),
        "revealed": _("All have judged."),
        "times": _("times"),
        "less": _("One less"),
        "more": _("One more"),
        "saved": _("saved"),
        "colon": colon(),
        "comma": comma(),
    }


def _state(mark: Mark | None, *, alarm: bool, closed: bool) -> str:
    if closed:
        return "locked"
    if alarm:
        return "conflict"
    return "open" if mark is None else "received"


def _outside(aspect: Aspect, mark: Mark | None) -> str:
    """The readings that are not fully accepted, "" for none; an aspect without limits has none."""
    if mark is None or mark.not_done or not isinstance(mark.values, list):
        return ""
    limits = aspect_limits(aspect)
    if limits["kind"] != "number":
        return ""
    low, high = (None if limits[name] is None else Decimal(limits[name]) for name in ("low", "high"))
    found = [
        value
        for value in mark.values
        if value is not None
        and ((low is not None and Decimal(value) < low) or (high is not None and Decimal(value) > high))
    ]
    return listed(found)


def _first_value(panel: PanelState, sheet: Sheet) -> dict[str, Any]:
    """What a reader other than the judge sees while the panel judges again: the value that the alarm was raised on, and
    that it is no longer the one that counts."""
    value = next((judge.value for judge in panel.judges if judge.sheet == sheet.pk), None)
    return {} if value is None else {"text": value or _("Not done"), "first_value": True}


def _panel(panel: PanelState, sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {"place": j.place, "me": j.sheet == sheet.pk, "marked": j.marked, "value": j.value}
        for j in panel.judges
    ]


def _benchmarks(aspect: Aspect, limits: Mapping[str, Any]) -> list[dict[str, str]]:
    if aspect.benchmarks:
        return [{"value": plain_text(b.value), "text": in_language(b.zh, b.en)} for b in aspect.benchmarks]
    return [{"value": value, "text": ""} for value in limits.get("values", [])]


def _unit(aspect: Aspect) -> str:
    if aspect.method != "measured" or aspect.rule in {"gauge", "checklist"}:
        return ""
    return unit_words(aspect.unit or "mm")


def _tolerance(aspect: Aspect) -> str:
    """40 ±0.015, 59.78 +0.02/0, ≤ 0.01: as it stands on the drawing."""
    if aspect.method != "measured" or aspect.rule in {"gauge", "checklist"}:
        return ""
    if aspect.nominal is None or aspect.upper is None or aspect.lower is None:
        return limit_words(limit_text(aspect).replace(f" {aspect.unit}", ""))
    nominal, upper, lower = (plain_text(n) for n in (aspect.nominal, aspect.upper, aspect.lower))
    if aspect.upper == -aspect.lower:
        return f"{nominal} ±{upper}"
    plus = upper if aspect.upper <= 0 else f"+{upper}"
    return f"{nominal} {plus}/{lower if aspect.lower <= 0 else f'+{lower}'}"


def new_client_id() -> str:
    """For the form without a script: a repeated post of one page counts once."""
    return str(uuid4())
