"""What an appointed mentor teaches: the sessions, who comes, who was there. Attendance is only read here."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.domain import feeds, standing
from academy.domain.attendance import SCANNED_IN
from academy.models import ClassSession, Enrolment, Mentor
from academy.web.me.course_words import presence_words, when_words
from academy.web.me.courses import page
from craft_site.kit import ical
from craft_site.kit.access import signed_in
from craft_site.people.web.requests import PersonRequest

MOST_PAST = 30


def _rows(sessions: Iterable[ClassSession]) -> list[dict[str, Any]]:
    now = timezone.now()
    return [{"session": one, "when": when_words(one, now), "now": one.turn_at(now)} for one in sessions]


@signed_in
@never_cache
def teaching(request: PersonRequest) -> HttpResponse:
    """My appointments, the sessions that come and those that were."""
    mine = ClassSession.objects.taught_by(request.user).for_lists()
    now = timezone.now()
    context = {
        "appointments": Mentor.objects.filter(worker__user=request.user)
        .select_related("academy", "trade")
        .order_by("-since"),
        "coming": _rows(mine.filter(ends_at__gt=now)),
        "past": _rows(mine.filter(ends_at__lte=now).order_by("-starts_at", "pk")[:MOST_PAST]),
        "page_title": _("My teaching"),
    }
    return page(request, "teaching", context)


@signed_in
@never_cache
def teaching_session(request: PersonRequest, uuid: str) -> HttpResponse:
    """The people of the class and who is there."""
    session = get_object_or_404(ClassSession.objects.taught_by(request.user).for_lists(), uuid=uuid)
    held, now = session.training_class, timezone.now()
    people = (
        Enrolment.objects.visible_to(request.user)
        .filter(training_class=session.training_class_id)
        .seated()
        .for_desk()
        .order_by("worker__name", "pk")
    )
    roll = standing.roll(session, people)
    rows = [
        {"enrolment": one.enrolment, "label": label, "kind": kind, "note": note}
        for one in roll
        for label, kind, note in [presence_words(one.sitting, held)]
    ]
    context = {
        "session": session,
        "held": held,
        "rows": rows,
        "present": sum(bool(one.sitting.signed) for one in roll),
        "open": session.turn_at(now) is not None,
        "opens": session.wall_opens if now < session.wall_opens and held.state in SCANNED_IN else None,
    }
    return page(request, "teaching_session", context)


@signed_in
@never_cache
def teaching_calendar(request: PersonRequest) -> HttpResponse:
    """All my sessions as a file. Whoever teaches nothing has none."""
    mentors = list(Mentor.objects.filter(worker__user=request.user))
    if not mentors:
        raise Http404("no appointment")
    return ical.response("teaching", feeds.mentor_feed(mentors))


urlpatterns = [
    path("academy/teaching/", teaching, name="teaching"),
    path("academy/teaching/calendar.ics", teaching_calendar, name="teaching_calendar"),
    path("academy/teaching/<uuid:uuid>/", teaching_session, name="teaching_session"),
]
