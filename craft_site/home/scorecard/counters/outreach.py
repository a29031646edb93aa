"""The honours' part outside the house: visits to firms and talks that took place, and the people at the talks."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.urls import reverse

from craft_site.home.scorecard.count import Count, Record
from honours.domain import outreach_counts
from honours.models import Talk

A_DAY = timedelta(days=1)  # they count up to a day, a period ends with its last


def visits(start: date, end: date) -> Count:
    """Each visit is a record: its day, and the firm where it agreed to be named. One query."""
    rows = outreach_counts.visits(start, end + A_DAY).select_related("employer")
    records = []
    for one in rows.order_by("visited_on", "pk"):
        firm = f" {one.employer.name}" if one.may_publish else ""
        records.append(
            Record(
                name=f"{one.visited_on:%Y-%m-%d}{firm}",
                value=1,
                public=_public(one.visited_on.year),
                desk=one.get_absolute_url(),
            )
        )
    return Count.of(records, public=_public(start.year), desk=reverse("desk:firm_visits"))


def talks(start: date, end: date) -> Count:
    return _by_month(start, end, lambda talk: 1)


def audience(start: date, end: date) -> Count:
    return _by_month(start, end, lambda talk: talk.audience)


def _by_month(start: date, end: date, value: Callable[[Talk], int]) -> Count:
    """Talks are many and small: a record is a month of them. One query."""
    months: Counter[tuple[int, int]] = Counter()
    for talk in outreach_counts.talks(start, end + A_DAY).only("held_on", "audience"):
        months[talk.held_on.year, talk.held_on.month] += value(talk)
    desk = reverse("desk:talks")
    records: Sequence[Record] = [
        Record(
            name=f"{year}年{month}月",
            name_en=f"{year}-{month:02}",
            value=many,
            public=_public(year),
            desk=desk,
        )
        for (year, month), many in sorted(months.items())
    ]
    return Count.of(records, public=_public(start.year), desk=desk)


def _public(year: int) -> str:
    """Both kinds stand on one public page, a year at a time."""
    return f"{reverse('honours:outreach')}?year={year}"
