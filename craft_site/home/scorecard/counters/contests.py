"""Contests, counted on their day: the first day of theory or practical work in the calendar of an announced event."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from competitions.models import CalendarStep, Competition, Entry, Event, Exhibit
from craft_site.home.scorecard.count import Asked, Count, Record
from craft_site.kit.counting import count_of
from craft_site.people.models import Employer

UNANNOUNCED = (Event.State.DRAFT, Event.State.FILED)
CONTEST_DAYS = (CalendarStep.Kind.THEORY, CalendarStep.Kind.PRACTICE)
TOOK_PART = (Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.DISQUALIFIED)
PROVINCIAL = (Competition.Tier.PROVINCE, Competition.Tier.NATIONAL)


def held(start: date, end: date) -> Count:
    """Contests whose day lay in the period and has come."""
    return Count.of(
        [_record(contest, 1) for contest in _contests(start, end)],
        public="/competitions/",
        desk=reverse("desk:events"),
    )


def of_a_trade(asked: Collection[Asked]) -> dict[Asked, Count]:
    """Provincial and national contests with an event of a trade. argument: the name of the trade."""
    found = {}
    for one in asked:
        of_trade = Exists(Event.objects.filter(competition=OuterRef("pk"), trade__name=one.argument))
        rows = _contests(one.start, one.end).filter(of_trade, tier__in=PROVINCIAL)
        found[one] = Count.of([_record(contest, 1) for contest in rows], desk=reverse("desk:events"))
    return found


def contestants(asked: Collection[Asked]) -> dict[Asked, Count]:
    """Who was accepted to the contests of a series and came, or may still come. argument: the code of the series."""
    people = count_of(Entry.objects.filter(event__competition=OuterRef("pk"), state__in=TOOK_PART))
    return {one: _of_series(one, people, reverse("desk:entries")) for one in asked}


def firms(asked: Collection[Asked]) -> dict[Asked, Count]:
    """Firms with a mould on show beside the contests of a series. argument: the code of the series."""
    moulds = Exhibit.objects.filter(exhibition__competition=OuterRef(OuterRef("pk")))
    shown = Employer.objects.filter(pk__in=moulds.values("firm"))
    return {one: _of_series(one, count_of(shown), "") for one in asked}


def _of_series(asked: Asked, value: Any, desk: str) -> Count:
    rows: Any = _contests(asked.start, asked.end).filter(series__code=asked.argument).annotate(value=value)
    return Count.of([_record(contest, contest.value) for contest in rows], desk=desk)


def _contests(start: date, end: date) -> QuerySet[Competition]:
    """With page; oldest first."""
    days = CalendarStep.objects.filter(event__competition=OuterRef("pk"), kind__in=CONTEST_DAYS)
    first = days.exclude(event__state__in=UNANNOUNCED).order_by("starts_at").values("starts_at")[:1]
    last = min(end, timezone.localdate())
    return (
        Competition.objects.annotate(day=Subquery(first))
        .filter(day__gte=_midnight(start), day__lt=_midnight(last + timedelta(days=1)))
        .select_related("page")
        .defer("page__body", "page__body_en")
        .order_by("day", "pk")
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _record(contest: Competition, value: int) -> Record:
    page: Any = getattr(contest, "page", None)
    return Record(
        name=contest.name,
        name_en=contest.name_en,
        value=value,
        public=(page.url or "") if page is not None and page.live else "",
        desk=f"{reverse('desk:events')}?competition={contest.pk}",
    )
