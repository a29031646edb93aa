"""The timetable: no mentor and no place twice at one time, in whatever classes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.refusals import TrainingRefused
from academy.models import ClassSession, Mentor, Place, TrainingClass
from craft_site.kit.language import short_day
from craft_site.ledger.chain import append, lock_head

S = TrainingClass.State
CLOSED = frozenset({S.FINISHED, S.CANCELLED})
LONGEST_HOURS = 12


def set_session(
    *,
    training_class: TrainingClass,
    mentor: Mentor,
    place: Place,
    starts_at: datetime,
    ends_at: datetime,
    by: Any,
    part: str = ClassSession.Part.THEORY,
    topic: str = "",
    session: ClassSession | None = None,
) -> ClassSession:
    """Adds a session, or changes the one given. Cancelled classes hold neither mentor nor place.

    Raises TrainingRefused: closed class, times that cannot be, outside the class's days, a mentor not appointed on the
    day, a mentor or place that is taken, a session that somebody has signed in to.
    """
    with transaction.atomic():
        now = locked(training_class.pk)
        if now.state in CLOSED:
            raise TrainingRefused(_("This class is closed."))
        if session is not None and session.attendances.exists():
            raise TrainingRefused(_("People have signed in to this session: it stands."))
        _check_times(now, starts_at, ends_at)
        if not mentor.serves(timezone.localtime(starts_at).date()):
            raise TrainingRefused(_("This mentor is not appointed on that day."), field="mentor")
        lock_head(now.chain)
        # Whoever else gives this mentor or this place away waits here; the order is the same for all.
        list(Mentor.objects.select_for_update().filter(worker=mentor.worker_id).order_by("pk"))
        Place.objects.select_for_update().get(pk=place.pk)
        if other := _overlapping(starts_at, ends_at, session).filter(mentor__worker=mentor.worker_id).first():
            raise TrainingRefused(_taken(_("This mentor teaches %(name)s then."), other), field="mentor")
        if other := _overlapping(starts_at, ends_at, session).filter(place=place).first():
            raise TrainingRefused(_taken(_("This place is taken by %(name)s then."), other), field="place")
        fresh = session is None
        session = session or ClassSession(training_class=now)
        session.mentor, session.place, session.part, session.topic = mentor, place, part, topic
        session.starts_at, session.ends_at = starts_at, ends_at
        session.save()
        append(
            now.chain,
            "session.added" if fresh else "session.changed",
            subject=f"session:{session.uuid}",
            facts={"mentor": mentor.uuid, "starts": starts_at, "ends": ends_at},
            by=by,
        )
    return session


@transaction.atomic
def add_weekly(
    *,
    training_class: TrainingClass,
    weeks: int,
    starts_at: datetime,
    ends_at: datetime,
    by: Any,
    **session: Any,
) -> list[ClassSession]:
    """Adds a session and the same again on the weekday of the following weeks: `weeks` in all, or none of them.

    session: what set_session takes besides. Raises TrainingRefused as it does, naming the day where there are several.
    """
    made = []
    for week in range(weeks):
        first, last = (_weeks_later(moment, week) for moment in (starts_at, ends_at))
        try:
            made.append(
                set_session(training_class=training_class, starts_at=first, ends_at=last, by=by, **session)
            )
        except TrainingRefused as refused:
            if weeks == 1:
                raise
            words = _("%(day)s: %(problem)s Nothing was added.")
            day = short_day(first, year=True)
            raise TrainingRefused(words % {"day": day, "problem": refused}, field=refused.field) from refused
    return made


def _weeks_later(moment: datetime, weeks: int) -> datetime:
    """The same hour on the wall clock, whatever the zone does in between."""
    naive = timezone.make_naive(moment) + timedelta(weeks=weeks)
    return timezone.make_aware(naive)


@transaction.atomic
def drop_session(*, session: ClassSession, by: Any) -> None:
    """Takes a session off the timetable. Raises TrainingRefused once somebody has signed in, or in a closed class."""
    now = locked(session.training_class_id)
    if now.state in CLOSED:
        raise TrainingRefused(_("This class is closed."))
    if session.attendances.exists():
        raise TrainingRefused(_("People have signed in to this session: it stands."))
    uuid = session.uuid
    session.delete()
    append(now.chain, "session.dropped", subject=f"session:{uuid}", facts={}, by=by)


def hours_by_part(training_class: TrainingClass) -> list[tuple[str, int, int]]:
    """(part, class hours in the timetable, class hours of the programme), theory first; from the sessions without a
    query where they are prefetched."""
    wanted = {
        ClassSession.Part.THEORY: training_class.programme.theory_hours,
        ClassSession.Part.PRACTICE: training_class.programme.practice_hours,
    }
    there = dict.fromkeys(wanted, 0)
    for session in training_class.sessions.all():  # type: ignore[attr-defined]
        there[ClassSession.Part(session.part)] += session.hours
    return [(str(part), there[part], hours) for part, hours in wanted.items()]


def _check_times(now: TrainingClass, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise TrainingRefused(_("The session ends before it begins."), field="ends_at")
    if (ends_at - starts_at).total_seconds() > LONGEST_HOURS * 3600:
        raise TrainingRefused(
            _("A session lasts at most %(hours)s hours.") % {"hours": LONGEST_HOURS}, field="ends_at"
        )
    day = timezone.localtime(starts_at).date()
    if not now.starts_on <= day <= now.ends_on:
        raise TrainingRefused(_("The session lies outside the days of the class."), field="starts_at")


def _overlapping(starts_at: datetime, ends_at: datetime, but: ClassSession | None) -> QuerySet[ClassSession]:
    found = ClassSession.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exclude(
        training_class__state=S.CANCELLED
    )
    if but is not None:
        found = found.exclude(pk=but.pk)
    return found.select_related("training_class__programme").order_by("starts_at")


def _taken(words: str, other: ClassSession) -> str:
    return words % {"name": other.training_class}
