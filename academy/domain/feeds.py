"""Timetables as calendar feeds: of a class, of a mentor, of a person. No name of a person who learns is in them.

A person's own feed has an address that a calendar program may fetch without signing in: a key drawn at random and
signed. Who gives the address up, or asks for another, makes the old one worthless at once.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain import pair_dates
from academy.domain.pair_dates import MID, DueDay
from academy.models import CalendarAddress, ClassSession, Enrolment, Mentor, TrainingClass
from craft_site.kit.ical import Appointment, calendar


def class_feed(training_class: TrainingClass) -> bytes:
    sessions = training_class.sessions.select_related("place__academy", "training_class__programme")
    return calendar(str(training_class), _appointments(sessions))


def mentor_feed(mentors: Iterable[Mentor]) -> bytes:
    """All sessions of a person's appointments in classes that are held."""
    sessions = (
        ClassSession.objects.filter(mentor__in=list(mentors))
        .exclude(training_class__state=TrainingClass.State.PLANNED)
        .for_lists()
    )
    return calendar(_("My teaching"), _appointments(sessions))


def person_feed(user: Any) -> bytes:
    """What somebody attends with a place and what somebody teaches; and the days that the own pairs must keep."""
    seated = Enrolment.objects.filter(worker__user=user).seated().values("training_class")
    announced = ClassSession.objects.exclude(training_class__state=TrainingClass.State.PLANNED)
    mine = announced.filter(Q(training_class__in=seated) | Q(mentor__worker__user=user))
    days = _days(pair_dates.of_person(user))
    return calendar(_("My courses"), [*_appointments(mine.for_lists()), *days])


def address_of(user: Any) -> CalendarAddress | None:
    return CalendarAddress.objects.filter(user=user).first()


def address_token(address: CalendarAddress) -> str:
    """What stands in the address of the feed: the key and its signature."""
    return _signer().sign(address.uuid.hex)


def owner_of(token: str) -> Any | None:
    """Whose feed this token opens; None for a token that is wrong, given up or of somebody who may not sign in."""
    try:
        key = UUID(hex=_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    found = CalendarAddress.objects.filter(uuid=key, user__is_active=True).select_related("user").first()
    return found.user if found else None


def draw_address(*, user: Any) -> CalendarAddress:
    """A new address; the one before it opens nothing any more. No ledger line: it is a key and no fact."""
    found, _made = CalendarAddress.objects.update_or_create(user=user, defaults={"uuid": uuid4()})
    return found


def give_up_address(*, user: Any) -> None:
    CalendarAddress.objects.filter(user=user).delete()


def _signer() -> Signer:
    return Signer(salt="academy.calendar", sep="~")


def _days(due: Iterable[DueDay]) -> list[Appointment]:
    """Whole days, known by the number of the agreement: neither of the two is named."""
    stamp = timezone.now()
    found = []
    for one in due:
        at = timezone.make_aware(datetime.combine(one.on, time()))
        month = f"-{one.month:%Y-%m}" if one.month else ""
        found.append(
            Appointment(
                uid=f"{one.pair.uuid}-{one.kind}{month}@pair",
                starts_at=at,
                ends_at=at,
                stamp=stamp,
                title=_day_title(one),
                words=_("Agreement %(number)s, %(trade)s")
                % {"number": one.pair.number, "trade": one.pair.trade},
                whole_day=True,
            )
        )
    return found


def _day_title(one: DueDay) -> str:
    if one.month is not None:
        return _("Monthly log due: %(month)s") % {"month": f"{one.month:%Y-%m}"}
    if one.kind == MID:
        return _("Mid-term evaluation due")
    return _("Last day of the pair: final evaluation due")


def _appointments(sessions: Iterable[ClassSession]) -> list[Appointment]:
    stamp = timezone.now()
    return [
        Appointment(
            uid=f"{one.uuid}@class-session",
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            stamp=stamp,
            title=f"{one.training_class} · {one.topic or one.get_part_display()}",
            place=f"{one.place.academy} {one.place}".strip(),
            words=one.get_part_display(),
            cancelled=one.training_class.state == TrainingClass.State.CANCELLED,
        )
        for one in sessions
    ]
