"""The honour roll for everybody: by year, level, title, trade and unit, with a chart; and a page for each holder."""

from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from craft_site.kit.access import public
from craft_site.kit.pages import open_to_all
from craft_site.people.models import Trade
from honours.domain import certificates, roll
from honours.models import Holder, Honour, HonourTitle, Kind, Level
from honours.pages import StoryPage
from honours.web import roll_svg
from honours.web.words import LEVEL_CLASS

A_PAGE = 60


def _titles(request: Any) -> QuerySet[HonourTitle]:
    """Those of which the page has something to show: names or counts."""
    shown = Q(pk__in=Honour.objects.in_public().values("title")) | Q(tallies__isnull=False)
    return HonourTitle.objects.filter(shown).distinct()


def _trades(request: Any) -> QuerySet[Trade]:
    return Trade.objects.filter(pk__in=Honour.objects.in_public().values("holder__trade"))


class RollFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Name or unit"))
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))
    level = django_filters.ChoiceFilter(
        field_name="title__level", choices=Level.choices, label=gettext_lazy("Level")
    )
    title = django_filters.ModelChoiceFilter(queryset=_titles, label=pgettext_lazy("honour", "Title"))
    kind = django_filters.ChoiceFilter(
        field_name="title__kind", choices=Kind.choices, label=gettext_lazy("Goes to")
    )
    trade = django_filters.ModelChoiceFilter(
        field_name="holder__trade", queryset=_trades, label=gettext_lazy("Trade")
    )

    class Meta:
        model = Honour
        fields = ("q", "year", "level", "title", "kind", "trade")

    def search(self, honours: QuerySet[Honour], name: str, value: str) -> QuerySet[Honour]:
        unit = Q(holder__unit__icontains=value) | Q(holder__employer__name__icontains=value)
        return honours.filter(Q(holder__name__icontains=value) | unit)


@public
def index(request: HttpRequest) -> HttpResponse:
    """The chart and the counts of all years, and below them the names that answer the filter."""
    chosen = RollFilter(request.GET, queryset=roll.named(), request=request)
    page = Paginator(chosen.qs if chosen.is_valid() else roll.named(), A_PAGE).get_page(
        request.GET.get("page")
    )
    years = roll.years()
    levels = roll.by_level(years)
    asked = {name for name, value in request.GET.items() if value and name != "page"}
    counts = _counted(years, chosen, asked)
    sources = _sources(counts)
    context = {
        "page_title": _("Honour roll"),
        "filter": chosen,
        "page_obj": page,
        "by_year": _by_year(page.object_list),
        "narrowed": bool(asked),
        "chart": _chart(levels, years),
        "levels": [
            {
                "label": Level(level).label,
                "kind": LEVEL_CLASS[level],
                "total": sum(counts[level] for counts in levels.values()),
            }
            for level in sorted(Level.values, reverse=True)
        ],
        "counts": [{"row": row, "source": sources.get(_source(row), 0)} for row in counts],
        "sources": [{"number": number, "source": one[0], "quote": one[1]} for one, number in sources.items()],
        "without_year": roll.without_year() if not asked else 0,
        "total": sum(one.total for one in years),
        "named_total": sum(one.named for one in years),
    }
    return render(request, "honours/public/roll.html", context)


def _chart(levels: Any, years: list[roll.YearOfTitle]) -> dict[str, Any]:
    """The columns, each with the period that it stands for: 2022–2023 where all its sources count both years."""
    chart = roll_svg.columns(levels, LEVEL_CLASS)
    for column in chart.get("columns", ()):
        periods = {row.period for row in years if row.year == column["year"]}
        column["label"] = periods.pop().replace("-", "–") if len(periods) == 1 else str(column["year"])
    return chart


def _counted(years: list[roll.YearOfTitle], chosen: RollFilter, asked: set[str]) -> list[roll.YearOfTitle]:
    """The counts that answer a filter by year and title; none where it asks for what a count does not know."""
    if not chosen.is_valid() or asked - {"year", "title"}:
        return []
    given = chosen.form.cleaned_data
    year, title = given["year"], given["title"]
    return [
        row
        for row in years
        if (year is None or row.covers(int(year))) and (title is None or row.title.pk == title.pk)
    ]


def _source(row: roll.YearOfTitle) -> tuple[str, str]:
    return (row.tally.source, row.tally.quote) if row.tally else ("", "")


def _sources(rows: list[roll.YearOfTitle]) -> dict[tuple[str, str], int]:
    """Each sentence once, with its number."""
    told = dict.fromkeys(_source(row) for row in rows if row.tally)
    return {one: number for number, one in enumerate(told, start=1)}


def _by_year(honours: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for honour in honours:
        if not found or found[-1]["year"] != honour.year:
            found.append({"year": honour.year, "honours": []})
        found[-1]["honours"].append({"honour": honour, "kind": LEVEL_CLASS[honour.title.level]})
    return found


@public
def holder(request: HttpRequest, uuid: str) -> HttpResponse:
    """Everything that is public of one holder; 404 for whoever may not be named or holds nothing that stands."""
    found = get_object_or_404(
        Holder.objects.named()
        .filter(honours__state=Honour.State.STANDS)
        .select_related("employer", "trade")
        .distinct(),
        uuid=uuid,
    )
    honours = list(roll.named().filter(holder=found).order_by("year", "pk"))
    issued = certificates.by_source(honours)
    context = {
        "page_title": found.name,
        "holder": found,
        "honours": honours,
        "steps": roll.way(found),
        "kinds": roll.kinds_shown(found),
        "stories": _stories(found),
        "certified": bool(issued),
        # A person hands the number of theirs to whom they like; a unit's or team's may be looked at by everybody.
        "certificates": list(issued.values()) if found.kind != Kind.PERSON else [],
        "members": [
            {"honour": honour, "people": list(honour.members.all())}
            for honour in honours
            if honour.members.all()
        ],
        "sources": sorted({honour.source for honour in honours}),
        "crumbs": [
            {"title": _("Honour roll"), "url": reverse("honours:roll")},
            {"title": found.name, "url": ""},
        ],
    }
    return render(request, "honours/public/holder.html", context)


def _stories(holder: Holder) -> list[dict[str, str]]:
    """{title, url} of what everybody may read of the holder, the latest first. One query."""
    told = StoryPage.objects.live().filter(subjects__honour__holder=holder).distinct()
    pages = open_to_all(told).order_by("-first_published_at", "-pk").defer_streamfields()
    return [{"title": page.heading, "url": page.get_url()} for page in pages]


urlpatterns = [
    path("", index, name="roll"),
    path("holders/<uuid:uuid>/", holder, name="holder"),
]
