"""How one person stands in one class: each session with its sign-ins and leave, marks, and what is still needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from academy.models import Attendance, ClassSession, Enrolment, Leave, TrainingClass
from academy.rules.completion import Held, Outlook, Verdict, judge, outlook
from craft_site.people.models import Worker


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session for one person. over: no sign-in is taken any more; open: one that is not made yet is taken now;
    before: it was over before the person had a place."""

    session: ClassSession
    signed: tuple[Attendance, ...]
    leave: Leave | None
    over: bool
    open: bool
    before: bool

    def held(self, turns: int) -> Held:
        on_leave = self.leave is not None and self.leave.state == Leave.State.GRANTED
        return Held(
            hours=self.session.hours,
            turns=turns,
            made=len(self.signed),
            on_leave=on_leave,
            before=self.before,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    sittings: tuple[Sitting, ...]
    marks: dict[str, Decimal]
    verdict: Verdict  # as if the class ended now
    outlook: Outlook


def of(enrolment: Enrolment, at: datetime | None = None) -> Standing:
    """Four queries. enrolment: with its class and programme."""
    at = at or timezone.now()
    held = enrolment.training_class
    sessions = list(ClassSession.objects.filter(training_class=held).for_lists())
    signed: dict[int, list[Attendance]] = {}
    for one in Attendance.objects.filter(enrolment=enrolment).order_by("turn"):
        signed.setdefault(one.session_id, []).append(one)
    leaves = {leave.session_id: leave for leave in Leave.objects.filter(enrolment=enrolment)}
    marks = {one.part: one.mark for one in enrolment.exam_marks.all()}
    sittings = []
    for session in sessions:
        session.training_class = held
        turn = session.turn_at(at)
        over = at > session.starts_at and turn is None
        sign_ins = signed.get(session.pk, [])
        sittings.append(_sitting(enrolment, session, sign_ins, leaves.get(session.pk), turn, over))
    programme = held.programme
    taken = [one.held(held.sign_ins) for one in sittings]
    return Standing(
        sittings=tuple(sittings),
        marks=marks,
        verdict=judge(
            taken,
            attendance_percent=programme.attendance_percent,
            parts=programme.exam_parts(),
            marks=marks,
            pass_mark=programme.pass_mark,
        ),
        outlook=outlook(
            zip(taken, (one.over for one in sittings), strict=True),
            attendance_percent=programme.attendance_percent,
        ),
    )


@dataclass(frozen=True, slots=True)
class Present:
    enrolment: Enrolment
    sitting: Sitting


def roll(session: ClassSession, people: Iterable[Enrolment], at: datetime | None = None) -> list[Present]:
    """Who is there in one session, in the order given; two queries. session: with its class."""
    at = at or timezone.now()
    turn = session.turn_at(at)
    over = at > session.starts_at and turn is None
    signed: dict[int, list[Attendance]] = {}
    for one in Attendance.objects.filter(session=session).order_by("turn"):
        signed.setdefault(one.enrolment_id, []).append(one)
    leaves = {leave.enrolment_id: leave for leave in Leave.objects.filter(session=session)}
    return [
        Present(
            enrolment,
            _sitting(enrolment, session, signed.get(enrolment.pk, []), leaves.get(enrolment.pk), turn, over),
        )
        for enrolment in people
    ]


def _sitting(
    enrolment: Enrolment,
    session: ClassSession,
    signed: list[Attendance],
    leave: Leave | None,
    turn: int | None,
    over: bool,
) -> Sitting:
    still = turn is not None and turn not in (sign.turn for sign in signed)
    return Sitting(session, tuple(signed), leave, over, still, enrolment.came_after(session))


def clashes(worker: Worker, training_class: TrainingClass) -> list[ClassSession]:
    """Sessions of the worker's other classes that lie at the time of one of this class; one query."""
    here = ClassSession.objects.filter(
        training_class=training_class,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    mine = Enrolment.objects.filter(worker=worker, state=Enrolment.State.ENROLLED).exclude(
        training_class=training_class
    )
    others = ClassSession.objects.not_cancelled().filter(training_class__in=mine.values("training_class"))
    return list(others.filter(Exists(here)).for_lists())
