"""A document in the reader's language, each number beside its target: what page, PDF, workbook and table show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from craft_site.home.scorecard import plan
from craft_site.home.scorecard.document import day, numbers
from craft_site.home.scorecard.models import Figure, Indicator, Measure
from craft_site.home.scorecard.plan import Bar, Standing
from craft_site.kit.language import in_language

NO_TARGET = frozenset({Standing.NONE, Standing.OPEN})
Years = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Point:
    """One year of a trend: what was reached, what was asked. shown: as it is printed."""

    year: int
    value: Decimal | None
    shown: str
    target: Decimal | None
    target_shown: str


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    value: int
    page: str


@dataclass(frozen=True)
class Number:
    """A measure in its year. key: its name in addresses; shown, target_shown: without the unit; days: of a period
    that is not the year."""

    key: str
    label: str
    unit: str
    shown: str
    value: Decimal | None
    target: Decimal | None
    target_shown: str
    target_words: str
    standing: Standing
    bar: Bar | None
    period: str
    basis: str
    counted: Decimal | None
    reported: Decimal | None
    reported_shown: str
    source: str
    quote: str
    target_source: str
    target_quote: str
    records: tuple[Record, ...]
    list_page: str
    carried_from: int | None = None
    days: str = ""
    trend: tuple[Point, ...] = ()
    next_target: str = ""

    @property
    def has_trend(self) -> bool:
        """Whether it tells something: a number of one year, and a number or a target of another."""
        told = [one for one in self.trend if one.value is not None or one.target is not None]
        return len(told) > 1 and any(one.value is not None for one in told)

    @property
    def is_told(self) -> bool:
        """Whether there is anything to say: a number, a target, a target of the next year."""
        return bool(self.shown or self.target_said or self.next_target)

    @property
    def is_counted(self) -> bool:
        return self.basis != Figure.Basis.ENTERED and self.counted is not None

    @property
    def is_short(self) -> bool:
        """Whether the source says more than the records here."""
        return self.counted is not None and self.reported is not None and self.counted < self.reported

    @property
    def standing_kind(self) -> str:
        """The class of its colour; the words and the sign say the same."""
        kinds = {Standing.BEHIND: "warn", Standing.AT: "good", Standing.AHEAD: "good"}
        return kinds.get(self.standing, "plain")

    @property
    def icon(self) -> str:
        icons = {Standing.BEHIND: "down", Standing.AT: "check", Standing.AHEAD: "up"}
        return icons.get(self.standing, "")

    @property
    def said(self) -> str:
        """The number with its unit; "–" for none."""
        return " ".join(part for part in (self.shown, self.unit) if part) if self.shown else "–"

    @property
    def target_said(self) -> str:
        """The target with its unit, else in words; empty for none."""
        if not self.target_shown:
            return self.target_words
        return " ".join(part for part in (self.target_shown, self.unit) if part)


@dataclass(frozen=True)
class Line:
    """One indicator. share_sum: what its shares come to where that is not 100."""

    code: str
    name: str
    group: str
    leading: bool
    shares: bool
    numbers: tuple[Number, ...]
    share_sum: Decimal | None = None

    @property
    def told(self) -> list[Number]:
        """Those of its numbers of which there is anything to say."""
        return [one for one in self.numbers if one.is_told]


@dataclass(frozen=True)
class Sheet:
    """A whole year. closed: whether it is frozen; then its periods are over, whatever day it is."""

    year: int
    lines: tuple[Line, ...]
    closed: bool
    years: tuple[int, ...] = field(default=())

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The lines under the names of their groups, both in their order."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.group, []).append(line)
        return [(str(Indicator.Group(key).label), lines) for key, lines in found.items()]

    @property
    def told_groups(self) -> list[tuple[str, list[Line]]]:
        """The groups without lines of which nothing is to say: what readers see."""
        kept = [(name, [line for line in lines if line.told]) for name, lines in self.groups]
        return [(name, lines) for name, lines in kept if lines]

    @property
    def leading(self) -> list[Line]:
        """Those at the head of the page, with something to show in large figures."""
        return [
            line
            for line in self.lines
            if line.leading and any(one.shown or one.target_shown for one in line.numbers)
        ]

    @property
    def behind(self) -> list[tuple[Line, Number]]:
        """What is behind plan, the furthest first."""
        found = [
            (line, one) for line in self.lines for one in line.numbers if one.standing == Standing.BEHIND
        ]
        return sorted(found, key=lambda pair: _reached(pair[1]))

    def standings(self) -> dict[Standing, int]:
        """How many numbers stand how, in the order behind, on, ahead, open; without those that have no target."""
        counted = dict.fromkeys((Standing.BEHIND, Standing.AT, Standing.AHEAD, Standing.OPEN), 0)
        for line in self.lines:
            for one in line.numbers:
                if one.standing in counted:
                    counted[one.standing] += 1
        return counted

    @property
    def sources(self) -> list[str]:
        """Where the sentences stand, each once, in the order of the page: the number of a source is its place here."""
        every = (name for line in self.lines for one in line.told for name in (one.source, one.target_source))
        return [name for name in dict.fromkeys(every) if name]

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.code == code), None)


def _reached(number: Number) -> Decimal:
    return number.bar.fill if number.bar else Decimal(0)


def read(document: Mapping[str, Any], *, closed: bool, today: date, others: Years | None = None) -> Sheet:
    """The sheet of a document. others: the documents of other years, for trends and for the targets of the next."""
    year = int(document["year"])
    every = dict(others or {}) | {year: document}
    known = {one: numbers(every[one]) for one in sorted(every)}
    lines = []
    for line in document["lines"]:
        shown = tuple(
            _number(line, one, year, closed=closed, today=today, known=known) for one in line["measures"]
        )
        lines.append(
            Line(
                code=line["code"],
                name=in_language(line["name"], line["name_en"]),
                group=line["group"],
                leading=line["leading"],
                shares=line["shares"],
                numbers=shown,
                share_sum=plan.share_faults(one.value for one in shown) if line["shares"] else None,
            )
        )
    return Sheet(year, tuple(lines), closed, tuple(known))


def _number(
    line: Mapping[str, Any],
    one: Mapping[str, Any],
    year: int,
    *,
    closed: bool,
    today: date,
    known: Mapping[int, Mapping[tuple[str, str], Mapping[str, Any]]],
) -> Number:
    key = (line["code"], one["code"])
    value, target = _decimal(one["value"]), _decimal(one["target"])
    percent = one["kind"] == Measure.Kind.PERCENT
    done = Decimal(1) if closed else plan.part_done(day(one["from"]), day(one["until"]), today)
    alone = len(line["measures"]) == 1
    name = in_language(one["name"], one["name_en"])
    return Number(
        key=one["code"],
        label=name or ("" if alone else one["code"]),
        unit=in_language(one["unit"], one["unit_en"]),
        shown=_reached_words(value, one["sign"]),
        value=value,
        target=target,
        target_shown=plan.written(target, one["target_sign"]),
        target_words=in_language(one["target_words"], one["target_words_en"]),
        standing=plan.standing(value, target, one["target_sign"], done=done, grows=not percent),
        bar=plan.bar(value, target, whole=Decimal(100) if percent else None) if target is not None else None,
        period=in_language(one["period"], one["period_en"]),
        basis=one["basis"],
        counted=_decimal(one["counted"]),
        reported=_decimal(one["reported"]),
        reported_shown=_reached_words(_decimal(one["reported"]), one["reported_sign"]),
        source=one["source"],
        quote=one["quote"],
        target_source=one["target_source"],
        target_quote=one["target_quote"],
        records=tuple(
            Record(in_language(row["name"], row["name_en"]), row["value"], row["page"])
            for row in one["records"]
        ),
        list_page=one["list"],
        carried_from=one["carried_from"],
        days=_days(day(one["from"]), day(one["until"]), year),
        trend=tuple(_point(at, known[at].get(key)) for at in known),
        next_target=_next_target(known.get(year + 1, {}).get(key)),
    )


def _reached_words(value: Decimal | None, sign: str) -> str:
    """A number that was reached: 最高达40 is a highest value, not a limit, which ≤ says of a target."""
    if value is not None and sign == plan.AT_MOST:
        return _("up to %(number)s") % {"number": plan.written(value)}
    return plan.written(value, sign)


def _days(start: date, end: date, year: int) -> str:
    if (start, end) == (date(year, 1, 1), date(year, 12, 31)):
        return ""
    return f"{start:%Y-%m-%d} – {end:%Y-%m-%d}"


def _point(year: int, one: Mapping[str, Any] | None) -> Point:
    if one is None:
        return Point(year, None, "", None, "")
    value, target = _decimal(one["value"]), _decimal(one["target"])
    return Point(
        year,
        value,
        _reached_words(value, one["sign"]),
        target,
        plan.written(target, one["target_sign"]),
    )


def _next_target(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    target = plan.written(_decimal(one["target"]), one["target_sign"])
    if not target:
        return in_language(one["target_words"], one["target_words_en"])
    return " ".join(part for part in (target, in_language(one["unit"], one["unit_en"])) if part)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def basis_words(number: Number) -> str:
    """Where a number comes from, in one sentence."""
    if number.basis == Figure.Basis.ENTERED:
        return _("entered from the source")
    if number.counted is None:
        return _("nothing counts it here yet")
    if number.basis == Figure.Basis.COUNTED or number.reported is None:
        return _("counted from the records")
    if number.counted >= number.reported:
        return _("counted from the records")
    return _("%(reported)s %(unit)s by the source, %(counted)s of them with records here") % {
        "reported": number.reported_shown,
        "unit": number.unit,
        "counted": plan.written(number.counted),
    }
