"""Where craftsmen are expected already: visits they were asked to and have not refused, talks they will hold."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from honours.models import Speaker, Talk, Visit, VisitCraftsman

A = VisitCraftsman.Answer


@dataclass(frozen=True, slots=True)
class Engagement:
    """One day that is taken. what: the number of the visit, or the topic of the talk."""

    on: date
    what: str
    is_talk: bool


def coming(workers: Collection[int]) -> Mapping[int, list[Engagement]]:
    """From today on, by key of the worker, the nearest first. Two queries for any number."""
    today, found = timezone.localdate(), defaultdict(list)
    visits = VisitCraftsman.objects.filter(
        worker__in=workers,
        answer__in=(A.ASKED, A.YES),
        visit__state__in=(Visit.State.MATCHED, Visit.State.AGREED),
        visit__planned_on__gte=today,
    ).order_by()
    for worker, on, number in visits.values_list("worker_id", "visit__planned_on", "visit__number"):
        assert on is not None
        found[worker].append(Engagement(on, number, is_talk=False))
    talks = Speaker.objects.filter(
        worker__in=workers, talks__state=Talk.State.PLANNED, talks__planned_on__gte=today
    ).order_by()
    for worker, on, topic in talks.values_list("worker_id", "talks__planned_on", "talks__topic"):
        found[worker].append(Engagement(on, topic, is_talk=True))
    for days in found.values():
        days.sort(key=lambda one: (one.on, one.what))
    return found
