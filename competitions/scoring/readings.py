"""Which readings a sheet may hold: the refusals, the second looks, and the limits for a browser.

A refusal of severity `refuse` can never be saved or scored. One of severity `confirm` asks for a
second look before saving (a slipped decimal point); once saved it is scored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .aspects import tolerance
from .numbers import NotANumber, plain_text, read_number
from .panels import scale_top
from .scheme import Aspect, Panel

REFUSE, CONFIRM = "refuse", "confirm"
COUNT_MAX = 999
SIZE_SLIP = 20  # times its greatest size is no workpiece; one digit too many is less, and is asked about
UNIT_SLIP = Decimal(1000)  # tolerances off is no gap and no deviation: the unit is wrong, um typed for mm
# The templates are the message ids of the translation catalogue.
MESSAGES = {
    "not_a_list": "expected a list of {expected} readings",
    "not_counts": "expected a count for each deduction",
    "wrong_number": "{expected} readings are needed, there are {actual}",
    "derived": "this aspect is computed from {source} and takes no readings",
    "float": "reading {position}: a binary floating-point number is not exact",
    "not_a_number": "reading {position} is not a number",
    "yes_or_no": "reading {position} must be 1 (yes) or 0 (no)",
    "below_minimum": "reading {position}: {value} is below {minimum}",
    "above_maximum": "reading {position}: {value} is above {maximum}",
    "second_look": "reading {position}: {value} is more than {tolerances} tolerances off, a typing error?",
    "off_scale": "judge {position}: {value} is not on the scale",
    "judge_missing": "judge {position} has given no mark",
    "too_few_judges": "{actual} judges have marked, at least {expected} are needed",
    "spread": "the judges are {spread} apart, at most {max_spread} is allowed: discuss and mark again",
    "difficulty": "the difficulty must be a number from {minimum} to {maximum}",
    "unknown_event": "there is no deduction {event}",
    "not_a_count": "{event}: the count must be a whole number from 0 to {maximum}",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why readings are not taken as they are."""

    code: str
    params: dict[str, str]
    message: str
    severity: str = REFUSE


def check_readings(aspect: Aspect, raw: object) -> list[Refusal]:
    """Every reason against saving `raw` for `aspect`; empty when all is well."""
    return checked_readings(aspect, raw)[1]


def checked_readings(aspect: Aspect, raw: object) -> tuple[Any, list[Refusal]]:
    """The readings as exact numbers, in the shape `aspect_mark` takes, and the reasons against them.

    The readings are None when a reason of severity `refuse` stands against them.
    """
    check = _Check()
    match aspect.method:
        case "judged":
            readings = _judged(aspect, raw, check)
        case "allotment":
            readings = _allotment(aspect, raw, check)
        case _:
            readings = _measured(aspect, raw, check)
    refused = any(refusal.severity == REFUSE for refusal in check.refusals)
    return (None if refused else readings), check.refusals


class _Check:
    """The refusals found so far."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def add(self, code: str, /, *, severity: str = REFUSE, **params: object) -> None:
        texts = {name: str(value) for name, value in params.items()}
        self.refusals.append(Refusal(code, texts, MESSAGES[code].format(**texts), severity))

    def number(self, value: object, position: int) -> Decimal | None:
        try:
            return read_number(value)
        except NotANumber as error:
            self.add(error.code, position=position)
            return None


def _measured(aspect: Aspect, raw: object, check: _Check) -> list[Decimal | None]:
    if aspect.derived_from is not None:
        if raw:
            check.add("derived", source=aspect.derived_from)
        return []
    if not isinstance(raw, (list, tuple)):
        check.add("not_a_list", expected=aspect.points)
        return []
    if len(raw) != aspect.points:
        check.add("wrong_number", expected=aspect.points, actual=len(raw))
        return []
    low, high, gross_low, gross_high = _bounds(aspect)
    yes_or_no = aspect.rule in {"gauge", "checklist"}
    readings: list[Decimal | None] = []
    for position, item in enumerate(raw, start=1):
        value = None if item is None else check.number(item, position)
        readings.append(value)
        if value is None:
            continue
        if yes_or_no:
            if value != 0 and value != 1:
                check.add("yes_or_no", position=position)
        elif low is not None and value < low:
            check.add("below_minimum", position=position, value=value, minimum=low)
        elif high is not None and value > high:
            check.add("above_maximum", position=position, value=value, maximum=high)
        elif (gross_low is not None and value < gross_low) or (gross_high is not None and value > gross_high):
            tolerances = plain_text(aspect.second_look or Decimal(0))
            check.add("second_look", severity=CONFIRM, position=position, value=value, tolerances=tolerances)
    return readings


def _bounds(aspect: Aspect) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
    """Least and most allowed, then least and most that raise no second look.

    A deviation from form, a roughness or a count cannot be negative: below zero is a slip of the key,
    and with a one-sided limit it would earn the full mark.
    """
    low = aspect.minimum
    if low is None and aspect.rule in {"max", "ra", "bands"}:
        low = Decimal(0)
    least, most = zone(aspect)
    if aspect.second_look is None or most is None:
        return low, aspect.maximum, None, None
    width = most if least is None else most - least
    if width <= 0:
        return low, aspect.maximum, None, None
    away = width * aspect.second_look
    return low, aspect.maximum, None if least is None else least - away, most + away


def zone(aspect: Aspect) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest reading within the limits, by which a gross one is told; of bands the last one's end."""
    least, most = tolerance(aspect)
    return (least, aspect.bands[-1].max) if aspect.rule == "bands" and aspect.bands else (least, most)


def possible(aspect: Aspect) -> tuple[Decimal | None, Decimal | None]:
    """Least and most that a reading can be at all, None where open: asked about at entry, never in scoring.

    The scheme's `minimum` and `maximum` come first. Else a size, whose second look begins above zero, is neither
    negative nor SIZE_SLIP times too large (below zero the other way round); a gap or a deviation is less than
    UNIT_SLIP tolerances off. Only readings that raise a second look are outside.
    """
    low, high, gross_low, gross_high = _bounds(aspect)
    least, most = zone(aspect)
    if gross_high is None or most is None:
        return low, high
    if least is not None and gross_low is not None and gross_low > 0:
        found: tuple[Decimal | None, Decimal] = Decimal(0), SIZE_SLIP * most
    elif least is not None and gross_high < 0:
        found = SIZE_SLIP * least, Decimal(0)
    else:
        away = (most if least is None else most - least) * max(UNIT_SLIP, aspect.second_look or UNIT_SLIP)
        found = None if least is None else least - away, most + away
    return found[0] if low is None else low, found[1] if high is None else high


def _judged(aspect: Aspect, raw: object, check: _Check) -> object:
    assert aspect.panel is not None
    if aspect.difficulty is None:
        return _judges(aspect, aspect.panel, raw, check)
    marks = raw.get("marks") if isinstance(raw, Mapping) else None
    difficulty = raw.get("difficulty") if isinstance(raw, Mapping) else None
    least, most = aspect.difficulty.min, aspect.difficulty.max
    try:
        factor = read_number(difficulty)
    except NotANumber:
        factor = None
    if factor is None or not least <= factor <= most:
        check.add("difficulty", minimum=least, maximum=most)
    return {"marks": _judges(aspect, aspect.panel, marks, check), "difficulty": factor}


def _judges(aspect: Aspect, panel: Panel, raw: object, check: _Check) -> Sequence[Decimal | None]:
    if not isinstance(raw, (list, tuple)):
        check.add("not_a_list", expected=panel.judges)
        return []
    if len(raw) != panel.judges:
        check.add("wrong_number", expected=panel.judges, actual=len(raw))
        return []
    top = scale_top(panel=panel, max_mark=aspect.max_mark)
    marks: list[Decimal | None] = []
    for position, item in enumerate(raw, start=1):
        value = None if item is None else check.number(item, position)
        marks.append(value)
        if item is None and panel.judges_min == panel.judges:
            check.add("judge_missing", position=position)
        elif value is not None and not _on_scale(value, panel, top):
            check.add("off_scale", position=position, value=value)
    present = [mark for mark in marks if mark is not None]
    if len(present) < panel.judges_min and not check.refusals:
        check.add("too_few_judges", actual=len(present), expected=panel.judges_min)
    if panel.max_spread is not None and present and max(present) - min(present) > panel.max_spread:
        check.add("spread", spread=max(present) - min(present), max_spread=panel.max_spread)
    return marks


def _on_scale(value: Decimal, panel: Panel, top: Decimal) -> bool:
    if panel.scale.values:
        return value in panel.scale.values
    if not panel.scale.minimum <= value <= top:
        return False
    return panel.scale.step is None or (value - panel.scale.minimum) % panel.scale.step == 0


def _allotment(aspect: Aspect, raw: object, check: _Check) -> dict[str, int]:
    if not isinstance(raw, Mapping):
        check.add("not_counts")
        return {}
    known = {event.code for event in aspect.events}
    counts: dict[str, int] = {}
    for event, item in raw.items():
        if event not in known:
            check.add("unknown_event", event=str(event)[:40])
            continue
        try:
            count = read_number(item)
        except NotANumber:
            count = Decimal(-1)
        if isinstance(item, bool) or not 0 <= count <= COUNT_MAX or count != int(count):
            check.add("not_a_count", event=event, maximum=COUNT_MAX)
        else:
            counts[event] = int(count)
    return counts


def aspect_limits(aspect: Aspect) -> dict[str, Any]:
    """What a browser needs to check a field as it is typed; plain JSON data, numbers as texts.

    kind: derived, number, yes_no, scale or counts. fields: how many. min, max: what can be at all. low, high:
    the accepted zone. least, most: the limits that a gross reading is measured from. second_look_low,
    second_look_high: outside them the judge is asked once more.
    """
    limits: dict[str, Any] = {"code": aspect.code, "method": aspect.method, "rule": aspect.rule}
    if aspect.method == "allotment":
        events = [event.code for event in aspect.events]
        return limits | {
            "kind": "counts",
            "fields": len(events),
            "events": events,
            "min": "0",
            "max": str(COUNT_MAX),
        }
    if aspect.panel is not None:
        return limits | _panel_limits(aspect, aspect.panel)
    if aspect.derived_from is not None:
        return limits | {"kind": "derived", "fields": 0, "source": aspect.derived_from}
    if aspect.rule in {"gauge", "checklist"}:
        return limits | {"kind": "yes_no", "fields": aspect.points, "min": "0", "max": "1", "decimals": 0}
    low, high = possible(aspect)
    _low, _high, gross_low, gross_high = _bounds(aspect)
    accepted_low, accepted_high = tolerance(aspect)
    least, most = zone(aspect)
    return limits | {
        "kind": "number",
        "fields": aspect.points,
        "unit": aspect.unit,
        "decimals": _decimals(aspect),
        "min": _text(low),
        "max": _text(high),
        "low": _text(accepted_low),
        "high": _text(accepted_high),
        "least": _text(least),
        "most": _text(most),
        "second_look_low": _text(gross_low),
        "second_look_high": _text(gross_high),
        "not_done_allowed": True,
    }


def _panel_limits(aspect: Aspect, panel: Panel) -> dict[str, Any]:
    difficulty = aspect.difficulty
    return {
        "kind": "scale",
        "fields": panel.judges,
        "values": [plain_text(value) for value in panel.scale.values],
        "min": plain_text(min(panel.scale.values, default=panel.scale.minimum)),
        "max": plain_text(scale_top(panel=panel, max_mark=aspect.max_mark)),
        "step": _text(panel.scale.step),
        "max_spread": _text(panel.max_spread),
        "judges_min": panel.judges_min,
        "difficulty": None
        if difficulty is None
        else [plain_text(difficulty.min), plain_text(difficulty.max)],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain_text(value)


def _decimals(aspect: Aspect) -> int:
    """Decimals worth typing: one more than the tolerance is written with; whole numbers for counts."""
    if aspect.unit == "times":
        return 0
    written = [aspect.nominal, aspect.upper, aspect.lower, aspect.limit, *(band.max for band in aspect.bands)]
    places = [len(plain_text(value).partition(".")[2]) for value in written if value is not None]
    return max(places, default=2) + 1
