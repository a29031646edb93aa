"""The document of a year: what its figures, counted and typed in, come to. Whatever shows a scorecard reads it; a
year that is closed keeps it word for word (docs/scorecard.md describes each key)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from craft_site.home.scorecard.count import Count
from craft_site.home.scorecard.counters.registry import Wanted, counted
from craft_site.home.scorecard.models import Figure, Indicator, Measure, Scorecard

SCHEMA = "scorecard/1"
B = Figure.Basis


@dataclass(frozen=True, slots=True)
class Live:
    """A year as it stands now. counts: by indicator and measure, for the ways to the desk's lists."""

    document: dict[str, Any]
    counts: Mapping[tuple[str, str], Count]


def live(card: Scorecard, figures: Iterable[Figure] | None = None) -> Live:
    """Counts what is to be counted. figures: of this card, in order, where they are known already.

    One query for the figures and those of the counters: the same for any number of indicators.
    """
    rows = list(card.figures.in_order() if figures is None else figures)  # type: ignore[attr-defined]
    rows = [row for row in rows if row.measure.indicator.in_use]
    wanted = {row.pk: key for row in rows if (key := _wanted(row, card.year))}
    answers = counted(wanted.values())
    found = {pk: answers[key] for pk, key in wanted.items() if key in answers}
    lines: dict[int, dict[str, Any]] = {}
    counts = {}
    for row in rows:
        indicator = row.measure.indicator
        line = lines.setdefault(indicator.pk, _line(indicator))
        line["measures"].append(_number(row, row.measure, card.year, found.get(row.pk)))
        if row.pk in found:
            counts[indicator.code, row.measure.code] = found[row.pk]
    return Live({"schema": SCHEMA, "year": card.year, "lines": list(lines.values())}, counts)


def _wanted(figure: Figure, year: int) -> Wanted | None:
    if figure.basis == B.ENTERED or not figure.measure.counter:
        return None
    return (figure.measure.counter, *figure.days(year))


def _line(indicator: Indicator) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "name": indicator.name,
        "name_en": indicator.name_en,
        "group": str(indicator.group),
        "leading": indicator.leading,
        "shares": indicator.shares,
        "measures": [],
    }


def _number(figure: Figure, measure: Measure, year: int, count: Count | None) -> dict[str, Any]:
    value, sign = value_of(figure, count)
    start, end = figure.days(year)
    return {
        "code": measure.code,
        "name": measure.name,
        "name_en": measure.name_en,
        "unit": measure.unit,
        "unit_en": measure.unit_en,
        "kind": str(measure.kind),
        "basis": str(figure.basis),
        "from": start,
        "until": end,
        "period": figure.period,
        "period_en": figure.period_en,
        "value": _plain(value),
        "sign": sign,
        "counted": _plain(count.value) if count is not None else None,
        "reported": _plain(figure.actual),
        "reported_sign": figure.actual_sign if figure.actual is not None else "",
        "source": figure.source,
        "quote": figure.quote,
        "target": _plain(figure.target),
        "target_sign": figure.target_sign if figure.target is not None else "",
        "target_words": figure.target_words,
        "target_words_en": figure.target_words_en,
        "carried_from": figure.carried_from,
        "target_source": figure.target_source,
        "target_quote": figure.target_quote,
        "list": count.public if count is not None else "",
        "records": [
            {"name": one.name, "name_en": one.name_en, "value": one.value, "page": one.public}
            for one in (count.records if count is not None else ())
        ],
    }


def value_of(figure: Figure, count: Count | None) -> tuple[Decimal | None, str]:
    """The number of a figure and its sign; None while there is none.

    Completed: what the source says, unless more records are here than it says.
    """
    here = count.value if count is not None else None
    if figure.basis == B.COUNTED:
        return here, ""
    if figure.basis == B.ENTERED or here is None:
        return figure.actual, figure.actual_sign if figure.actual is not None else ""
    if figure.actual is None or here > figure.actual:
        return here, ""
    return figure.actual, figure.actual_sign


def _plain(value: Decimal | None) -> str | None:
    """Without noughts that say nothing: the database gives 5.00."""
    return None if value is None else f"{value.normalize():f}"


def entered(figures: Iterable[Figure], year: int) -> dict[str, Any]:
    """A document of what is typed in alone, for the trend of years that are open: nothing is counted."""
    lines: dict[int, dict[str, Any]] = {}
    for row in figures:
        line = lines.setdefault(row.measure.indicator_id, _line(row.measure.indicator))
        line["measures"].append(_number(row, row.measure, year, None))
    return {"schema": SCHEMA, "year": year, "lines": list(lines.values())}


def numbers(document: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Its numbers by indicator and measure."""
    return {(line["code"], one["code"]): one for line in document["lines"] for one in line["measures"]}


def essence(document: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Its numbers without the ways to their records: an address that moved changes no figure."""
    found = {}
    for key, one in numbers(document).items():
        kept = {name: value for name, value in one.items() if name not in ("records", "list")}
        found[key] = kept | {"from": day(one["from"]), "until": day(one["until"])}
    return found


def day(value: Any) -> date:
    """A day of a document: a date before, a text after it was frozen."""
    return value if isinstance(value, date) else date.fromisoformat(value)
