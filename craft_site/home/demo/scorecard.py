"""The scorecards of the demonstration: 2024 as the report prints it, closed by two; its plan for 2025; and
this year, whose numbers are counted from the demonstration's own records against the targets carried over.

A number is counted where the demonstration keeps its records: three of the five contests of 2024 are here, so five are
entered from the report and the page says that three have records. Nothing is invented to fill the difference.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Prefetch

from craft_site.home.scorecard.domain import cards, freezing, indicators
from craft_site.home.scorecard.domain.cards import Given
from craft_site.home.scorecard.files.shipped import shipped
from craft_site.home.scorecard.models import Figure, Indicator, Measure, Scorecard
from craft_site.people.models import User

FILE = Path(__file__).parent / "scorecard.yaml"
REPORTED, PLANNED = 2024, 2025
Of = tuple[str, str]  # indicator and measure


def make_scorecards(organiser: User, supervisor: User, today: date) -> None:
    """Each year unless it is there already."""
    indicators.take_over(indicators=shipped(), by=organiser)
    told: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for year in (REPORTED, PLANNED):
        if Scorecard.objects.filter(year=year).exists():
            continue
        card = cards.open_year(year=year, by=organiser, carry_over=False)
        _fill(card, dict(_figures(told[year], told["source"])), organiser, counts=year >= today.year)
        cards.publish(card=card, published=True, by=organiser)
        if year == REPORTED:
            freezing.decide(request=freezing.ask(card=card, by=organiser), confirm=True, by=supervisor)
    for year in range(PLANNED + 1, today.year + 1):
        if not Scorecard.objects.filter(year=year).exists():
            card = cards.open_year(year=year, by=organiser)
            cards.publish(card=card, published=True, by=organiser)


def _figures(passages: list[Mapping[str, Any]], source: str) -> Iterator[tuple[Of, Given]]:
    for passage in passages:
        period, period_en = passage.get("period", ("", ""))
        start, end = passage.get("days", (None, None))
        for of, told in passage["figures"].items():
            words, words_en = told.get("words", ("", ""))
            given = Given(
                basis=told.get("basis", Figure.Basis.ENTERED),
                period=period,
                period_en=period_en,
                starts_on=start,
                ends_on=end,
            )
            if "actual" in told:
                given = replace(
                    given,
                    actual=Decimal(told["actual"]),
                    actual_sign=told.get("as", ""),
                    source=source,
                    quote=passage["quote"],
                )
            else:
                given = replace(
                    given,
                    target=Decimal(told["target"]) if "target" in told else None,
                    target_sign=told.get("sign", "≥"),
                    target_words=words,
                    target_words_en=words_en,
                    target_source=source,
                    target_quote=passage["quote"],
                )
            indicator, measure = of.split("/")
            yield (indicator, measure), given


def _fill(card: Scorecard, told: Mapping[Of, Given], by: User, *, counts: bool) -> None:
    """Every measure: as it is told, else nothing yet. counts: whether the year's own records may be counted; before the
    demonstration's own time it has none, and no records would read as nought."""
    by_indicator: defaultdict[str, dict[str, Given]] = defaultdict(dict)
    rows = Indicator.objects.prefetch_related(Prefetch("measures", queryset=Measure.objects.all()))
    known = {indicator.code: indicator for indicator in rows}
    for indicator in known.values():
        for measure in indicator.measures.all():  # type: ignore[attr-defined]
            given = told.get((indicator.code, measure.code), Given())
            if counts and measure.counter and given.actual is None:
                given = replace(given, basis=Figure.Basis.COUNTED)
            by_indicator[indicator.code][measure.code] = given
    for code, given_here in by_indicator.items():
        cards.set_figures(card=card, indicator=known[code], given=given_here, by=by)
