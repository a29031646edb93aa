"""The figures of a year: visits, firms, problems, people trained, saving, ratings; talks and who heard them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from honours.domain import outreach_counts as counts
from honours.models import Talk, Visit, VisitCraftsman, VisitProblem


@dataclass(frozen=True, slots=True)
class Figures:
    """saving: yuan, of the visits whose firms told it; rating: mean of `rated` ratings, None for none."""

    visits: int
    firms: int
    craftsmen: int
    solved: int
    still_open: int
    trained: int
    hours: Decimal
    saving: Decimal
    savings_told: int
    rating: Decimal | None
    rated: int
    talks: int
    audience: int
    views: int


def of_year(year: int) -> Figures:
    """Five queries."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    held = counts.visits(start, end)
    sums = held.order_by().aggregate(
        visits=Count("pk"),
        firms=Count("employer", distinct=True),
        trained=Sum("people_trained"),
        all_hours=Sum("hours"),
        all_saving=Sum("saving"),
        savings_told=Count("saving"),
        rated=Count("rating"),
        points=Sum("rating"),
    )
    problems = VisitProblem.objects.filter(visit__in=held).aggregate(
        solved=Count("pk", filter=Q(solved_on__isnull=False)),
        still_open=Count("pk", filter=Q(solved_on__isnull=True)),
    )
    came = VisitCraftsman.objects.filter(visit__in=held, came=True)
    talks = counts.talks(start, end).order_by()
    heard = talks.aggregate(talks=Count("pk"), people=Sum("audience"), views=Sum("online_views"))
    rated = sums["rated"]
    return Figures(
        visits=sums["visits"],
        firms=sums["firms"],
        craftsmen=came.aggregate(people=Count("worker", distinct=True))["people"],
        solved=problems["solved"],
        still_open=problems["still_open"],
        trained=sums["trained"] or 0,
        hours=sums["all_hours"] or Decimal(0),
        saving=sums["all_saving"] or Decimal(0),
        savings_told=sums["savings_told"],
        rating=(Decimal(sums["points"]) / rated).quantize(Decimal("0.1")) if rated else None,
        rated=rated,
        talks=heard["talks"],
        audience=heard["people"] or 0,
        views=heard["views"] or 0,
    )


def years() -> list[int]:
    """Years in which something took place, the newest first."""
    visited = Visit.objects.held().order_by().annotate(y=ExtractYear("visited_on")).values_list("y")
    talked = Talk.objects.held().order_by().annotate(y=ExtractYear("held_on")).values_list("y")
    return sorted({year for (year,) in visited.union(talked)}, reverse=True)


def newest_told() -> int | None:
    """The newest year of which the public can read single visits or talks."""
    visited = Visit.objects.in_public().order_by().annotate(y=ExtractYear("visited_on")).values_list("y")
    talked = Talk.objects.in_public().order_by().annotate(y=ExtractYear("held_on")).values_list("y")
    return max((year for (year,) in visited.union(talked)), default=None)


def by_month(year: int, kinds: list[str]) -> dict[int, dict[int, int]]:
    """Visits by month and place of their kind in `kinds`, every month and kind there."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    found = {month: dict.fromkeys(range(len(kinds)), 0) for month in range(1, 13)}
    _count(found, counts.visits(start, end), "visited_on", "kind", kinds)
    return found


def talks_by_month(year: int, hosts: list[str]) -> dict[int, dict[int, int]]:
    """Talks by month and place of the kind of host in `hosts`."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    found = {month: dict.fromkeys(range(len(hosts)), 0) for month in range(1, 13)}
    _count(found, counts.talks(start, end), "held_on", "host_kind", hosts)
    return found


def _count(
    found: dict[int, dict[int, int]], rows: QuerySet[Any], day: str, kind: str, kinds: list[str]
) -> None:
    counted = rows.order_by().annotate(month=ExtractMonth(day)).values_list("month", kind)
    for month, key, count in counted.annotate(count=Count("pk")):
        found[month][kinds.index(key)] = count


def audience_by_host(year: int) -> dict[str, int]:
    """People present by kind of host, those with nobody left out."""
    rows = counts.talks(date(year, 1, 1), date(year + 1, 1, 1)).order_by()
    return dict(rows.values_list("host_kind").annotate(people=Sum("audience")).filter(people__gt=0))


def ratings(year: int) -> dict[int, int]:
    """How many firms gave 5, 4, 3, 2, 1."""
    rows = counts.visits(date(year, 1, 1), date(year + 1, 1, 1)).filter(rating__isnull=False).order_by()
    counted = dict(rows.values_list("rating").annotate(count=Count("pk")))
    return {points: counted.get(points, 0) for points in range(5, 0, -1)}
