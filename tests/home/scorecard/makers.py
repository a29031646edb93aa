"""Scorecards for tests."""

from decimal import Decimal
from itertools import count
from typing import Any

from craft_site.home.scorecard.models import Figure, Indicator, Measure, Scorecard

_serial = count(1)
SAID = {"source": "Report on the year", "quote": "全年开展活动若干场。"}


def make_card(year: int = 2024, *, published: bool = True) -> Scorecard:
    return Scorecard.objects.get_or_create(year=year, defaults={"published": published})[0]


def make_indicator(code: str = "", *measures: str, counter: str = "", **fields: Any) -> Indicator:
    """measures: codes; one called "number" if none are given. counter: of the first."""
    n = next(_serial)
    values = {"name": f"指标 {n}", "name_en": f"Indicator {n}", "group": "contests", "position": n} | fields
    indicator = Indicator.objects.create(code=code or f"indicator-{n}", **values)
    kind = "percent" if indicator.shares else "number"
    for position, measure in enumerate(measures or ("number",)):
        Measure.objects.create(
            indicator=indicator,
            code=measure,
            name=measure if len(measures) > 1 else "",
            unit="场",
            unit_en="events",
            kind=kind,
            counter="" if position else counter,
            position=position,
        )
    return indicator


def make_figure(card: Scorecard, indicator: Indicator, measure: str = "", **fields: Any) -> Figure:
    """actual, target: whole numbers; basis: entered unless another is given."""
    found = indicator.measures.get(code=measure) if measure else indicator.measures.first()
    for name in ("actual", "target"):
        if fields.get(name) is not None:
            fields[name] = Decimal(fields[name])
    said = SAID if fields.get("actual") is not None else {}
    return Figure.objects.create(card=card, measure=found, **({"basis": "entered"} | said | fields))
