"""The parts of a scorecard's line: the trend of a number, where it comes from."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from craft_site.home.scorecard.sheet import Line, Number, Sheet, basis_words
from craft_site.home.scorecard.web import trend_svg
from craft_site.kit.language import colon, listed, semicolon

register = template.Library()


@register.inclusion_tag("home/scorecard/trend.html")
def trend(number: Number, line: Line, year: int) -> dict[str, Any]:
    """The years of a number as columns, and in words for whoever does not see them."""
    if not number.has_trend:
        return {"columns": []}
    told = []
    for point in number.trend:
        parts = [part for part in (point.shown, _aim(point.target_shown)) if part]
        if parts:
            told.append(f"{point.year}{colon()}{listed(parts)}")
    name = " ".join(part for part in (line.name, number.label) if part)
    return {
        "columns": trend_svg.columns(number.trend, current=year),
        "label": _("%(name)s over the years") % {"name": name} + colon() + semicolon().join(told),
    }


def _aim(target: str) -> str:
    return _("target %(target)s") % {"target": target} if target else ""


@register.filter
def where_from(number: Number) -> str:
    """The sentence that says where a number comes from."""
    return basis_words(number)


@register.simple_tag
def sentences(line: Line, sheet: Sheet) -> list[dict[str, Any]]:
    """The sentences of a line's numbers and targets, each once: [{quote, number, of}]. number: of its source."""
    places = {name: n for n, name in enumerate(sheet.sources, start=1)}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in line.told:
        for quote, source, of in (
            (one.quote, one.source, ""),
            (one.target_quote, one.target_source, _("Target")),
        ):
            if quote:
                found.setdefault((quote, source), {"quote": quote, "number": places.get(source, 0), "of": of})
    return list(found.values())
