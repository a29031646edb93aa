"""Visits and talks as calendar feeds: whole days, by firm and topic; no person is named in them."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.ical import Appointment, calendar
from honours import roles_outreach as roles
from honours.models import Talk, Visit, VisitCraftsman

MOST = 2000


def visits_between(user: Any, start: date, end: date) -> Any:
    """Those that the person may know of and that were or will be on these days, start <= day < end."""
    on_the_day = Q(visited_on__gte=start, visited_on__lt=end) | Q(
        visited_on=None,
        planned_on__gte=start,
        planned_on__lt=end,
        state__in=(Visit.State.MATCHED, Visit.State.AGREED),
    )
    return Visit.objects.visible_to(user).filter(on_the_day).for_list()


def talks_between(start: date, end: date) -> Any:
    held = Q(held_on__gte=start, held_on__lt=end)
    planned = Q(state=Talk.State.PLANNED, planned_on__gte=start, planned_on__lt=end)
    return Talk.objects.filter(held | planned)


def office_feed(user: Any, start: date, end: date) -> bytes:
    found = [
        *_visits(visits_between(user, start, end)[:MOST]),
        *_talks(talks_between(start, end)[:MOST]),
    ]
    return calendar(_("Visits and talks"), found)


def person_feed(user: Any) -> bytes:
    """What somebody promised or did: visits as a craftsman or as the firm's contact, talks as a speaker."""
    wide = (date(1980, 1, 1), date(timezone.localdate().year + 3, 1, 1))
    no = VisitCraftsman.objects.filter(
        worker__user=user, answer__in=(VisitCraftsman.Answer.NO, VisitCraftsman.Answer.DROPPED)
    )
    mine = Q(craftsmen__worker__user=user)
    if roles.is_contact(user, user.employer_id):
        mine |= Q(employer=user.employer_id)
    visits = visits_between(user, *wide).filter(mine).exclude(pk__in=no.values("visit")).distinct()
    talks = talks_between(*wide).filter(speakers__worker__user=user).distinct()
    return calendar(_("My visits and talks"), [*_visits(visits[:MOST]), *_talks(talks[:MOST])])


def _visits(found: Iterable[Visit]) -> list[Appointment]:
    return [
        _day(
            f"{one.uuid}@firm-visit",
            one.visited_on or one.planned_on,
            _("Visit to %(firm)s") % {"firm": one.employer},
            one.place,
            f"{one.number} {one.get_kind_display()} · {one.get_state_display()}",
        )
        for one in found
    ]


def _talks(found: Iterable[Talk]) -> list[Appointment]:
    return [
        _day(
            f"{one.uuid}@talk",
            one.on,
            _("Talk: %(topic)s") % {"topic": one.topic},
            one.place,
            f"{one.host} · {one.get_state_display()}",
        )
        for one in found
    ]


def _day(uid: str, on: date | None, title: str, place: str, words: str) -> Appointment:
    assert on is not None
    at = timezone.make_aware(datetime.combine(on, time()))
    return Appointment(
        uid=uid,
        starts_at=at,
        ends_at=at,
        stamp=timezone.now(),
        title=title,
        place=place,
        words=words,
        whole_day=True,
    )
