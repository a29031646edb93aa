"""Why a reading is not taken, in words for the person at the instrument; and readings as they are kept: a number that
was typed keeps its zeros ("5.000" says how finely was read), a choice has one spelling."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.scoring.numbers import NotANumber, plain_text, read_number
from competitions.scoring.readings import CONFIRM, Refusal, check_readings, possible, zone
from competitions.scoring.scheme import Aspect

Readings = list[str | None] | dict[str, str]

MOST_PLACES = 6  # decimals of a millimetre that any measuring machine writes

WORDS: dict[str, Promise] = {
    "not_a_list": gettext_lazy("Give %(expected)s readings."),
    "not_counts": gettext_lazy("Give a count for each deduction."),
    "wrong_number": gettext_lazy("%(expected)s readings are needed, there are %(actual)s."),
    "derived": gettext_lazy("This aspect is computed from %(source)s and takes no readings."),
    "float": gettext_lazy("Send numbers as text, so that they stay exact."),
    "not_a_number": gettext_lazy("This is not a number: digits and one decimal point."),
    "yes_or_no": gettext_lazy("Choose pass or fail."),
    "below_minimum": gettext_lazy("%(value)s is below %(minimum)s, the least that can be."),
    "above_maximum": gettext_lazy("%(value)s is above %(maximum)s, the most that can be."),
    "second_look": gettext_lazy(
        "%(value)s is more than %(tolerances)s tolerances off. Is the decimal point right?"
    ),
    "off_scale": gettext_lazy("%(value)s is not on the scale."),
    "difficulty": gettext_lazy("The difficulty is a number from %(minimum)s to %(maximum)s."),
    "unknown_event": gettext_lazy("There is no deduction %(event)s."),
    "not_a_count": gettext_lazy("A count is a whole number from 0 to %(maximum)s."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why readings are not taken as they are. field: place of the reading, from 0, or the code of an event.

    asks: nothing is wrong for sure; saved when the judge has looked a second time.
    """

    code: str
    message: str
    field: int | str | None = None
    asks: bool = False


def checked_values(aspect: Aspect, given: object, *, not_done: bool) -> tuple[Readings, Trouble | None]:
    """What one seat enters for an aspect, as it is kept, and the first reason against it.

    given: a list of texts, one for each point (None for a point not done); for a judged aspect a list of one, or of
    two where the judges choose the difficulty: the value, the difficulty; for an allotment a mapping from event to
    count. not_done: the whole aspect; then nothing else may be given.
    """
    if not_done:
        return [], _not_done(aspect, given)
    try:
        values = _spelled(aspect, given)
    except _Misspelled as fault:
        return [], fault.trouble
    if isinstance(values, list) and not any(value is not None for value in values) and aspect.points:
        return values, Trouble("empty", _("Enter a reading, or choose “not done”."), 0)
    return values, _first_refusal(aspect, values)


def _first_refusal(aspect: Aspect, values: Readings) -> Trouble | None:
    asked = None
    for refusal in check_readings(aspect, _as_panel(aspect, values)):
        if refusal.severity == CONFIRM:
            trouble = _second_look(aspect, refusal)
        else:
            trouble = Trouble(refusal.code, refusal_text(refusal), _field(refusal))
        if not trouble.asks:
            return trouble
        asked = asked or trouble
    return asked


def _second_look(aspect: Aspect, gross: Refusal) -> Trouble:
    """A gross reading: asked about with how far off it is; refused where it can never be, which no look mends."""
    value, place = Decimal(gross.params["value"]), _field(gross)
    least, most = possible(aspect)
    if least is not None and value < least:
        return _never("below_minimum", place, value=value, minimum=least)
    if most is not None and value > most:
        return _never("above_maximum", place, value=value, maximum=most)
    low, high = zone(aspect)
    if low is not None and value < low:
        text, limit = _("%(value)s is %(off)s below the limit %(limit)s. Is the decimal point right?"), low
    else:
        assert high is not None
        text, limit = _("%(value)s is %(off)s above the limit %(limit)s. Is the decimal point right?"), high
    words = {"value": value, "off": abs(value - limit), "limit": limit}
    told = text % {name: plain_text(number) for name, number in words.items()}
    return Trouble(gross.code, told, place, asks=True)


def _never(code: str, place: int | str | None, **numbers: Decimal) -> Trouble:
    return Trouble(code, str(WORDS[code]) % {name: plain_text(n) for name, n in numbers.items()}, place)


def refusal_text(refusal: Refusal) -> str:
    """A refusal of the engine in the reader's language."""
    words = WORDS.get(refusal.code)
    return refusal.message if words is None else str(words) % refusal.params


def same_readings(one: Readings, other: Readings) -> bool:
    """Whether two entries say the same: 5.000 is 5."""
    if one == other:
        return True
    if not isinstance(one, list) or not isinstance(other, list) or len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(a == b or (a is not None and b is not None and Decimal(a) == Decimal(b)) for a, b in pairs)


def _as_panel(aspect: Aspect, values: Readings) -> object:
    """One judge's value, asked about as if the whole panel had given it: what remains is whether it is on the scale."""
    if aspect.panel is None or not isinstance(values, list):
        return values
    marks = values[:1] * aspect.panel.judges
    return marks if aspect.difficulty is None else {"marks": marks, "difficulty": values[1]}


def _field(refusal: Refusal) -> int | str | None:
    if refusal.code == "difficulty":
        return 1
    if "position" in refusal.params:
        return int(refusal.params["position"]) - 1
    return refusal.params.get("event")


def _not_done(aspect: Aspect, given: object) -> Trouble | None:
    if given and (not isinstance(given, Sequence) or any(value is not None for value in given)):
        return Trouble("not_done", _("Either a reading or “not done”, not both."))
    if aspect.derived_from is not None:
        return Trouble("derived", str(WORDS["derived"]) % {"source": aspect.derived_from})
    if aspect.method == "allotment":
        return Trouble("not_done", _("Count 0 when nothing happened; an allotment is always done."))
    panel = aspect.panel
    if panel is not None and panel.scale.values and Decimal(0) not in panel.scale.values:
        return Trouble("not_done", _("The scale has no 0: give one of its values."))
    return None


class _Misspelled(Exception):
    def __init__(self, code: str, field: int | str | None, message: str | None = None) -> None:
        super().__init__(code)
        self.trouble = Trouble(code, message or str(WORDS[code]), field)


def _spelled(aspect: Aspect, given: object) -> Readings:
    if aspect.method == "allotment":
        if not isinstance(given, Mapping):
            raise _Misspelled("not_counts", None)
        counts = {str(event)[:40]: _number(count, str(event)[:40]) for event, count in given.items()}
        return {event: count for event, count in counts.items() if count is not None and count != "0"}
    wanted = values_wanted(aspect)
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        raise _Misspelled("not_a_list", None, str(WORDS["not_a_list"]) % {"expected": wanted})
    if len(given) != wanted:
        raise _Misspelled(
            "wrong_number", None, str(WORDS["wrong_number"]) % {"expected": wanted, "actual": len(given)}
        )
    typed = is_typed(aspect)
    values = [_number(value, place, typed=typed) for place, value in enumerate(given)]
    if aspect.panel is not None and None in values:
        raise _Misspelled("empty", values.index(None), _("Give a value, or choose “not done”."))
    return values


def values_wanted(aspect: Aspect) -> int:
    """How many values one seat enters for an aspect that is no allotment."""
    if aspect.panel is None:
        return aspect.points
    return 1 if aspect.difficulty is None else 2


def is_typed(aspect: Aspect) -> bool:
    """Whether a number is typed, so that its zeros mean something; otherwise one of few answers is chosen."""
    if aspect.panel is not None:
        return not aspect.panel.scale.values or aspect.difficulty is not None
    return aspect.rule not in {"gauge", "checklist"}


def _number(value: object, field: int | str, *, typed: bool = False) -> str | None:
    if value is None:
        return None
    if value == "":
        raise _Misspelled("empty", field, _("Enter a reading, or choose “not done”."))
    text: object = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
    if isinstance(text, str) and text.startswith("."):
        text = f"0{text}"
    try:
        number = read_number(text)
    except NotANumber as fault:
        raise _Misspelled(fault.code, field) from fault
    if isinstance(value, bool):
        raise _Misspelled("not_a_number", field)
    spelled = f"{number + 0:f}" if typed else plain_text(number)
    if len(spelled.partition(".")[2]) > MOST_PLACES:
        raise _Misspelled("places", field, _("At most %(places)d decimals.") % {"places": MOST_PLACES})
    return spelled
