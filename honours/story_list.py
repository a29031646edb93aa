"""The list of stories: everything its cards and its filter show, in two queries at any size.

One query reads a light row for each honour of each story; years, titles and trades to choose from, the filter, the
count and the page are taken from these rows. The second one reads what has been rendered of the portraits shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from craft_site.kit.language import in_language
from honours.models import Holder, Honour

_SUBJECT = "subjects__honour"
_HOLDER = f"{_SUBJECT}__holder"
_HELD = f"{_HOLDER}__honours"
_FIELDS = {
    "key": F("pk"),
    "chinese": F("title"),
    "english": F("title_en"),
    "lead": F("intro"),
    "lead_en": F("intro_en"),
    "post": F("role"),
    "post_en": F("role_en"),
    "photo": F("portrait"),
    "photo_alt": F("portrait_alt"),
    "since": F("first_published_at"),
    "who": F(f"{_HOLDER}__name"),
    "unit": F(f"{_HOLDER}__unit"),
    "firm": F(f"{_HOLDER}__employer__name"),
    "trade": F(f"{_HOLDER}__trade"),
    "trade_name": F(f"{_HOLDER}__trade__name"),
    "trade_name_en": F(f"{_HOLDER}__trade__name_en"),
    "year": F(f"{_HELD}__year"),
    "code": F(f"{_HELD}__title__code"),
    "honour": F(f"{_HELD}__title__name"),
    "honour_en": F(f"{_HELD}__title__name_en"),
    "level": F(f"{_HELD}__title__level"),
}


@dataclass(slots=True)
class StoryLine:
    """One story of the list. honours: those that stand, of everybody it tells of: (level, year, code, name)."""

    key: int
    slug: str
    title: str
    lead: str
    role: str
    portrait: int | None
    portrait_alt: str
    since: datetime | None
    names: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    trades: dict[int, str] = field(default_factory=dict)
    honours: list[tuple[int, int, str, str]] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    image: Any = None  # the portrait where it has been rendered
    url: str = ""

    @property
    def highest(self) -> str:
        """The name of the highest honour, the latest of equals."""
        return max(self.honours)[3] if self.honours else ""

    @property
    def first_sign(self) -> str:
        """What stands on the card where no portrait is: the first character of the name."""
        return self.names[0][:1] if self.names else self.title[:1]

    @property
    def who(self) -> str:
        return " · ".join(self.names)

    @property
    def trade(self) -> str:
        return " · ".join(self.trades.values())


def lines(pages: QuerySet[Any]) -> list[StoryLine]:
    """The stories among these pages, the latest first; one query. Whose holder may not be named is not among them."""
    rows = (
        pages.exclude(**{f"{_HOLDER}__basis": Holder.Basis.NONE})
        .filter(**{f"{_HELD}__state": Honour.State.STANDS, f"{_SUBJECT}__state": Honour.State.STANDS})
        .annotate(**{f"row_{name}": value for name, value in _FIELDS.items()})
        .order_by(
            F("first_published_at").desc(nulls_last=True), "-pk", "subjects__sort_order", f"{_HELD}__pk"
        )
        .values("slug", *(f"row_{name}" for name in _FIELDS))
    )
    found: dict[int, StoryLine] = {}
    for row in rows:
        _add(found, {name.removeprefix("row_"): value for name, value in row.items()})
    return list(found.values())


def _add(found: dict[int, StoryLine], row: dict[str, Any]) -> None:
    line = found.get(row["key"])
    if line is None:
        line = found[row["key"]] = StoryLine(
            key=row["key"],
            slug=row["slug"],
            title=in_language(row["chinese"], row["english"]),
            lead=in_language(row["lead"], row["lead_en"]),
            role=in_language(row["post"], row["post_en"]),
            portrait=row["photo"],
            portrait_alt=row["photo_alt"],
            since=row["since"],
        )
        line.words |= {row["chinese"].casefold(), row["english"].casefold(), row["lead"].casefold()}
    unit = row["unit"] or row["firm"] or ""
    if row["who"] not in line.names:
        line.names.append(row["who"])
        line.words |= {row["who"].casefold(), unit.casefold(), row["post"].casefold()}
    if unit and unit not in line.units:
        line.units.append(unit)
    if row["trade"]:
        line.trades[row["trade"]] = in_language(row["trade_name"], row["trade_name_en"])
    honour = (row["level"], row["year"] or 0, row["code"], in_language(row["honour"], row["honour_en"]))
    if honour not in line.honours:
        line.honours.append(honour)


class StoryFilter(forms.Form):
    """The filter of the list; its address can be passed on. What can be chosen is what the stories have."""

    q = forms.CharField(label=_("Name, unit or word"), required=False, max_length=50)
    year = forms.TypedChoiceField(label=_("Year of an honour"), coerce=int, required=False, empty_value=None)
    title = forms.ChoiceField(label=_("Honour"), required=False)
    trade = forms.TypedChoiceField(label=_("Trade"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, among: Sequence[StoryLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among
        honours = [honour for line in among for honour in line.honours]
        titles = {code: (-level, name) for level, _year, code, name in honours}
        trades = {key: name for line in among for key, name in line.trades.items()}
        years = sorted({year for _level, year, _code, _name in honours if year}, reverse=True)
        self._offer("year", [(year, str(year)) for year in years])
        self._offer("title", [(code, titles[code][1]) for code in sorted(titles, key=titles.__getitem__)])
        self._offer("trade", sorted(trades.items(), key=lambda one: one[1]))

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> list[StoryLine]:
        """The stories that answer; all of them while a value cannot be read, which the form then tells."""
        if not self.is_valid():
            return list(self.among)
        asked = self.cleaned_data
        words = asked["q"].strip().casefold()
        return [line for line in self.among if _answers(line, asked, words)]


def _answers(line: StoryLine, asked: dict[str, Any], words: str) -> bool:
    """Year and title are asked of one and the same honour."""
    held = [
        honour
        for honour in line.honours
        if asked["year"] in (None, honour[1]) and asked["title"] in ("", honour[2])
    ]
    return (
        bool(held)
        and asked["trade"] in (None, *line.trades)
        and (not words or any(words in text for text in line.words))
    )
