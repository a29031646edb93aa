"""What stands in a copy of somebody's data: rows for programs, the same in every language, and rows to read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from craft_site.kit.encryption import SealError
from craft_site.kit.fields import Sealed
from craft_site.kit.language import colon, listed
from craft_site.people.keeping import Kept

NOTHING = "–"
TOLD = 2  # columns that a line shows
LONGEST = 60  # characters of each


def for_programs(kept: Kept, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows by the names of their columns; choices by their codes, times with their zone."""
    return [{name: _plain(_open(getattr(row, name))) for name in kept.shows} for row in rows]


def to_read(kept: Kept, rows: Iterable[Any], *, masked: bool = False) -> list[list[tuple[str, str]]]:
    """Rows as label and words, in the language of the moment. What only programs read is left out.

    masked: sealed numbers by their last signs, as every page shows them; the copy alone tells them whole.
    """
    names = [name for name in kept.shows if name not in kept.for_programs]
    return [
        [(label(kept, row._meta, name), words(kept, row, name, masked=masked)) for name in names]
        for row in rows
    ]


def line(kept: Kept, row: Any) -> str:
    """One row in a line, as a list shows it: its first day and what tells it from others, each with its name, since a
    bare date or a bare yes says nothing. Numbers are masked; "" when there is nothing to say."""
    days, told = [], []
    for name in kept.shows:
        if name in kept.for_programs:
            continue
        value, called = getattr(row, name), label(kept, row._meta, name)
        said = words(kept, row, name, masked=True)
        if isinstance(value, date):
            days.append(f"{called}{colon()}{_day(value):%Y-%m-%d}")
        elif said != NOTHING and set(said) != {"*"}:
            told.append(f"{called}{colon()}{Truncator(said).chars(LONGEST)}")
    return " · ".join([*days[:1], *told[:TOLD]])


def _day(value: date) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def label(kept: Kept, meta: Any, name: str) -> str:
    return capfirst(str(kept.labels.get(name) or meta.get_field(name).verbose_name))


def words(kept: Kept, row: Any, name: str, *, masked: bool = False) -> str:
    value = _open(getattr(row, name), masked=masked)
    if name in kept.words:
        return kept.words[name](value) or NOTHING
    if (shown := getattr(row, f"get_{name}_display", None)) is not None:
        value = shown()
    return _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, Mapping):
        return listed(f"{key} {_words(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return listed(_words(one) for one in value)
    return str(value)


def _open(value: Any, *, masked: bool = False) -> Any:
    if not isinstance(value, Sealed):
        return value
    try:
        return value.masked() if masked else value.reveal()
    except SealError:
        return ""


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)  # a choice says its code, not its name in Python
    if isinstance(value, bool | int | list | Mapping) or value is None:
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
