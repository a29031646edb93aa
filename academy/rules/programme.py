"""A subsidy programme as data: what it grants, to whom, how often. Read once, with every fault named by its place.

Levels are whole numbers that rise: skill levels as in the eight levels (2 junior ... 8 chief technician), degrees 1
junior college, 2 bachelor, 3 master; titles 1 junior, 2 intermediate, 3 senior. Amounts are whole yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

KINDS = ("degree", "skill", "title")
STAGES = ("completed", "enrolled")
ONCE_PER = ("certificate", "level", "item", "year", "life")
# What the office asks of the claimant; True: must be so, False: must not be so.
TRAITS = (
    "member",
    "contract",
    "front_line",
    "new_form",
    "public_office",
    "above_section",
    "migrant",
    "post_related",
    "training_subsidy",
    "dues_paid",
)
# Who may come first: what the record proves, or what the claimant says and the union confirms.
PRIORITIES = ("model_worker", "new_form", "front_line", "migrant")
DOCUMENTS = ("identity", "certificate", "record", "bank_card", "receipt", "employment")
ALLOCATIONS = ("first_come", "lottery")
MOST_DAYS, MOST = 366, 1_000_000_000
LONGEST_KEY = 40
LONGEST = {"code": 40, "name": 120, "name_en": 160}


class ProgrammeFault(ValueError):
    """The data is no programme. place: where in it, e.g. "items[0].amount"; code: what is wrong there."""

    def __init__(self, place: str, code: str) -> None:
        super().__init__(f"{place}: {code}")
        self.place = place
        self.code = code


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is granted. amounts: by level, or one for every level under 0. places: None for no quota."""

    key: str
    kind: str
    name: str
    name_en: str
    amounts: Mapping[int, int]
    stage: str = "completed"
    levels: tuple[int, ...] = ()  # empty: every level
    dated_from: date | None = None
    dated_to: date | None = None
    months: int | None = None  # at most since the date on the certificate
    province: str = ""  # two digits of GB/T 2260
    places: int | None = None
    insured_months: int = 0

    def amount(self, level: int) -> int | None:
        """Yuan for this level, None when the item does not grant it."""
        if self.levels and level not in self.levels:
            return None
        return self.amounts.get(level, self.amounts.get(0))


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole programme. any_of: traits of which one is enough; excludes: codes of other programmes."""

    items: tuple[Item, ...]
    traits: Mapping[str, bool]
    any_of: tuple[str, ...]
    months_in_firm: int
    once_per: tuple[str, ...]
    per_year: int | None
    no_lower: bool
    after_hiring: bool
    excludes: tuple[str, ...]
    documents: tuple[str, ...]
    allocation: str
    publicity_days: int
    step_days: int
    first: tuple[
        str, ...
    ] = ()  # groups that come before the others (academy.rules.queue), none before another
    posted_before_filing: int = (
        0  # working days on the notice board of the firm before its union passes a claim
    )
    rehearsal_days: int = 0  # before the opening, in which drafts can be made and tried

    @property
    def asked(self) -> tuple[str, ...]:
        """What the claimant is asked, each once; whether somebody is a member stands in the record."""
        names = dict.fromkeys((*self.traits, *self.any_of, *self.first))
        return tuple(name for name in names if name != "member")

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)


# Every name that the data may hold, beside those that the office reads and no rule does.
ITEM_NAMES = frozenset(field.name for field in fields(Item)) | {"amount"}
NAMES = frozenset(field.name for field in fields(Rules)) | {"code", "name", "name_en", "source", "budget"}


def read(data: Mapping[str, Any]) -> Rules:
    """The programme that `data` describes. Raises ProgrammeFault at the first place that cannot be read."""
    _known(data, NAMES, "")
    _count(data, "budget", "", 0)
    for name, most in LONGEST.items():
        if len(str(data.get(name) or "")) > most:
            raise ProgrammeFault(name, "too_long")
    raw = _list(data, "items", "")
    if not raw:
        raise ProgrammeFault("items", "empty")
    items = tuple(_item(entry, f"items[{n}]") for n, entry in enumerate(raw))
    keys = [item.key for item in items]
    if len(set(keys)) != len(keys):
        raise ProgrammeFault("items", "key_twice")
    traits = data.get("traits") or {}
    if not isinstance(traits, Mapping):
        raise ProgrammeFault("traits", "no_mapping")
    for name, wanted in traits.items():
        if name not in TRAITS or not isinstance(wanted, bool):
            raise ProgrammeFault(f"traits.{name}", "unknown")
    per_year = data.get("per_year")
    return Rules(
        items=items,
        traits=dict(traits),
        any_of=_choices(data, "any_of", TRAITS),
        months_in_firm=_count(data, "months_in_firm", "", 0),
        once_per=_choices(data, "once_per", ONCE_PER),
        per_year=None if per_year is None else _count(data, "per_year", "", 0),
        no_lower=bool(data.get("no_lower", True)),
        after_hiring=bool(data.get("after_hiring", True)),
        excludes=tuple(str(code) for code in _list(data, "excludes", "")),
        documents=_choices(data, "documents", DOCUMENTS),
        allocation=_choice(data, "allocation", "", ALLOCATIONS, "first_come"),
        publicity_days=_count(data, "publicity_days", "", 5, most=MOST_DAYS),
        step_days=_count(data, "step_days", "", 10, most=MOST_DAYS),
        first=_choices(data, "first", PRIORITIES),
        posted_before_filing=_count(data, "posted_before_filing", "", 0, most=MOST_DAYS),
        rehearsal_days=_count(data, "rehearsal_days", "", 0, most=MOST_DAYS),
    )


def _item(data: Any, place: str) -> Item:
    if not isinstance(data, Mapping):
        raise ProgrammeFault(place, "no_mapping")
    if not data.get("key") or not data.get("name"):
        raise ProgrammeFault(f"{place}.{'name' if data.get('key') else 'key'}", "missing")
    if len(str(data["key"])) > LONGEST_KEY:
        raise ProgrammeFault(f"{place}.key", "too_long")
    _known(data, ITEM_NAMES, f"{place}.")
    dated_from, dated_to = _day(data, "dated_from", place), _day(data, "dated_to", place)
    if dated_from and dated_to and dated_from > dated_to:
        raise ProgrammeFault(f"{place}.dated_to", "before_start")
    places, months = data.get("places"), data.get("months")
    return Item(
        key=str(data["key"]),
        kind=_choice(data, "kind", place, KINDS, None),
        name=str(data["name"]),
        name_en=str(data.get("name_en") or ""),
        amounts=_amounts(data, place),
        stage=_choice(data, "stage", place, STAGES, "completed"),
        levels=tuple(_whole(level, f"{place}.levels", least=1) for level in _list(data, "levels", place)),
        dated_from=dated_from,
        dated_to=dated_to,
        months=None if months is None else _whole(months, f"{place}.months", least=1),
        province=str(data.get("province") or ""),
        places=None if places is None else _whole(places, f"{place}.places", least=0),
        insured_months=_count(data, "insured_months", place, 0),
    )


def _amounts(data: Mapping[str, Any], place: str) -> dict[int, int]:
    if "amount" in data:
        return {0: _whole(data["amount"], f"{place}.amount", least=1)}
    table = data.get("amounts")
    if not isinstance(table, Mapping) or not table:
        raise ProgrammeFault(f"{place}.amounts", "missing")
    found = {}
    for level, yuan in table.items():
        text = str(level)
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise ProgrammeFault(f"{place}.amounts.{level}", "no_level")
        found[int(text)] = _whole(yuan, f"{place}.amounts.{level}", least=1)
    return found


def _known(data: Mapping[str, Any], names: frozenset[str], place: str) -> None:
    """A name written wrong would be passed over in silence, and with it a rule."""
    for name in data:
        if name not in names:
            raise ProgrammeFault(f"{place}{name}", "unknown_name")


def _whole(value: Any, place: str, *, least: int, most: int = MOST) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ProgrammeFault(place, "no_count")
    if value > most:
        raise ProgrammeFault(place, "too_much")
    return value


def _count(data: Mapping[str, Any], name: str, place: str, default: int, *, most: int = MOST) -> int:
    return _whole(data.get(name, default), f"{place}.{name}".lstrip("."), least=0, most=most)


def _day(data: Mapping[str, Any], name: str, place: str) -> date | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ProgrammeFault(f"{place}.{name}", "no_date") from error


def _list(data: Mapping[str, Any], name: str, place: str) -> list[Any]:
    value = data.get(name) or []
    if not isinstance(value, list | tuple):
        raise ProgrammeFault(f"{place}.{name}".lstrip("."), "no_list")
    return list(value)


def _choice(
    data: Mapping[str, Any], name: str, place: str, known: tuple[str, ...], default: str | None
) -> str:
    value = data.get(name, default)
    if value not in known:
        raise ProgrammeFault(f"{place}.{name}".lstrip("."), "unknown")
    return str(value)


def _choices(data: Mapping[str, Any], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    values = _list(data, name, "")
    for value in values:
        if value not in known:
            raise ProgrammeFault(name, "unknown")
    return tuple(values)
