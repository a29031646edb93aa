"""The figures of a year as tiles and charts, for the desk and the public page alike: one counting, one set of words."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from craft_site.kit.money import yuan
from honours.domain import outreach_figures
from honours.domain.outreach_figures import Figures
from honours.models import Talk, Visit
from honours.web import roll_svg

# The colours of the columns, as honours.css names them.
TONES = ("nation", "province", "prefecture", "city")


def year_page(asked: str, *, opens_on: int | None = None) -> dict[str, Any]:
    """year, years, tiles, charts. asked: a year as somebody typed it; where it is none opens_on, or the newest with
    facts."""
    years = outreach_figures.years()
    today = timezone.localdate().year
    year = int(asked) if asked.isascii() and asked.isdigit() and 1980 <= int(asked) <= today else None
    if year is None:
        year = opens_on or (years[0] if years else today)
    figures = outreach_figures.of_year(year)
    kinds, hosts = list(Visit.Kind), list(Talk.Host)
    audience = outreach_figures.audience_by_host(year)
    rated = outreach_figures.ratings(year)
    return {
        "year": year,
        "years": years,
        "tiles": visit_tiles(figures),
        "talk_tiles": talk_tiles(figures),
        "visit_chart": _chart(outreach_figures.by_month(year, [str(kind) for kind in kinds]), kinds),
        "talk_chart": _chart(outreach_figures.talks_by_month(year, [str(host) for host in hosts]), hosts),
        "audience": [
            {"label": host.label, "value": audience[host], "text": f"{audience[host]:,}"}
            for host in hosts
            if host in audience
        ],
        "audience_max": max(audience.values(), default=0),
        "ratings": [
            {"label": "★" * points, "value": count, "text": str(count)} for points, count in rated.items()
        ]
        if figures.rated
        else [],
        "ratings_max": max(rated.values(), default=0),
    }


def visit_tiles(figures: Figures) -> list[dict[str, Any]]:
    problems = figures.solved + figures.still_open
    firms = ngettext("%(count)d firm", "%(count)d firms", figures.firms) % {"count": figures.firms}
    told = ngettext("told by %(count)d firm", "told by %(count)d firms", figures.savings_told)
    rated = ngettext("%(count)d rating", "%(count)d ratings", figures.rated)
    people = ngettext("%(count)d craftsman", "%(count)d craftsmen", figures.craftsmen)
    return [
        {"label": _("Visits held"), "value": figures.visits, "note": firms},
        {
            "label": _("Problems solved"),
            "value": figures.solved,
            "max": problems,
            "percent": 100 * figures.solved // problems if problems else None,
            "kind": "good" if problems and not figures.still_open else "",
            "note": _("%(count)d still open") % {"count": figures.still_open},
        },
        {
            "label": _("People trained"),
            "value": f"{figures.trained:,}",
            "note": people % {"count": figures.craftsmen},
        },
        {
            "label": _("Saving"),
            "value": yuan(figures.saving),
            "unit": _("yuan"),
            "note": told % {"count": figures.savings_told},
        },
        {
            "label": _("Rating by the firms"),
            "value": "–" if figures.rating is None else figures.rating,
            "max": 5,
            "note": rated % {"count": figures.rated},
        },
    ]


def talk_tiles(figures: Figures) -> list[dict[str, Any]]:
    return [
        {"label": _("Talks held"), "value": figures.talks},
        {"label": _("People present"), "value": f"{figures.audience:,}"},
        {"label": _("Views online"), "value": f"{figures.views:,}"},
    ]


def _chart(months: dict[int, dict[int, int]], kinds: list[Any]) -> dict[str, Any]:
    """For honours/outreach_chart.html; empty for a year in which nothing took place."""
    total = sum(sum(counts.values()) for counts in months.values())
    if not total:
        return {}
    tones = {n: TONES[n] for n in range(len(kinds))}
    return {
        **roll_svg.columns(months, tones, least=2),
        "count": total,
        "kinds": [
            {"label": kind.label, "tone": tones[n], "total": sum(counts[n] for counts in months.values())}
            for n, kind in enumerate(kinds)
        ],
    }
