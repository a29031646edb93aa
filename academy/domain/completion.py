"""Who completes a class: the verdict with its reason in words, the deed that finishes a class, and what a certificate
of completion would hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from academy.domain import diplomas, enrolments
from academy.domain.classes import MOVES, locked, write_move
from academy.domain.refusals import TrainingRefused
from academy.models import Attendance, Enrolment, ExamMark, Leave, TrainingClass
from academy.rules.completion import Held, Verdict, judge, percent
from craft_site.kit.language import bracketed, listed, semicolon
from craft_site.ledger.chain import append
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry

S = TrainingClass.State


@dataclass(frozen=True, slots=True)
class Completion:
    """What a certificate of completion holds. Names come in Chinese with the English beside it."""

    enrolment: Enrolment
    name: str
    class_code: str
    edition: int
    programme: str
    programme_en: str
    academy: str
    academy_en: str
    trade: str
    grade: int | None
    hours: int
    first_day: date
    last_day: date
    completed_on: date
    marks: dict[str, Decimal]
    attended_percent: Decimal


def verdicts(training_class: TrainingClass, people: Sequence[Enrolment] | None = None) -> dict[int, Verdict]:
    """The verdict on everybody with a place, by key of the enrolment. Five queries at any size, four where the people
    are known."""
    sessions = list(training_class.sessions.order_by("starts_at"))
    if people is None:
        people = list(Enrolment.objects.filter(training_class=training_class).seated())
    made: dict[tuple[int, int], int] = {}
    counted = Attendance.objects.filter(session__in=sessions).order_by()
    for enrolment, session, count in counted.values_list("enrolment", "session").annotate(count=Count("pk")):
        made[enrolment, session] = count
    away = set(
        Leave.objects.filter(session__in=sessions, state=Leave.State.GRANTED).values_list(
            "enrolment", "session"
        )
    )
    marks: dict[int, dict[str, Decimal]] = {}
    for enrolment, part, mark in ExamMark.objects.filter(enrolment__in=people).values_list(
        "enrolment", "part", "mark"
    ):
        marks.setdefault(enrolment, {})[part] = mark
    programme = training_class.programme
    return {
        person.pk: judge(
            [
                Held(
                    hours=one.hours,
                    turns=training_class.sign_ins,
                    made=made.get((person.pk, one.pk), 0),
                    on_leave=(person.pk, one.pk) in away,
                    before=person.came_after(one),
                )
                for one in sessions
            ],
            attendance_percent=programme.attendance_percent,
            parts=programme.exam_parts(),
            marks=marks.get(person.pk, {}),
            pass_mark=programme.pass_mark,
        )
        for person in people
    }


def in_words(verdict: Verdict, training_class: TrainingClass) -> str:
    """Why somebody completes the class or does not, in one line."""
    programme = training_class.programme
    share = _("attended %(share)s %% of the class hours, %(needed)s %% are needed") % {
        "share": percent(verdict.attended),
        "needed": programme.attendance_percent,
    }
    said = [share]
    if verdict.leave_hours:
        said[0] += bracketed(_("%(hours)s of them missed on leave") % {"hours": verdict.leave_hours})
    if verdict.before_hours:
        said[0] += bracketed(
            _("%(hours)s of them missed before joining the class") % {"hours": verdict.before_hours}
        )
    labels = dict(ExamMark.Part.choices)
    if verdict.missing:
        parts = listed(labels[part] for part in verdict.missing)
        said.append(_("no mark yet: %(parts)s") % {"parts": parts})
    if verdict.below:
        parts = listed(labels[part] for part in verdict.below)
        said.append(
            _("below %(mark)s: %(parts)s") % {"mark": f"{programme.pass_mark.normalize():f}", "parts": parts}
        )
    return semicolon().join(said)


def lacking(now: TrainingClass, found: Mapping[int, Verdict]) -> list[str]:
    """What is missing before the class can be finished, in words. found: its verdicts."""
    said = []
    if now.sessions.filter(ends_at__gt=timezone.now()).exists():
        said.append(_("A session of this class is still to come."))
    if without := sum(bool(verdict.missing) and not verdict.short for verdict in found.values()):
        words = _("Marks are missing for %(count)s people who attended enough. Enter them first.")
        said.append(words % {"count": without})
    return said


@transaction.atomic
def finish(*, training_class: TrainingClass, by: Any) -> dict[str, int]:
    """Completes a class: judges everybody, writes the growth record. Sent twice it is done once.

    Raises TrainingRefused: not running, a session still to come, marks missing for somebody.
    """
    now = locked(training_class.pk)
    if now.state == S.FINISHED:
        training_class.state = now.state
        return _counts(now)
    if S.FINISHED not in MOVES[now.state]:
        raise TrainingRefused(_("Only a class that runs can be completed."))
    found = verdicts(now)
    if missing := lacking(now, found):
        raise TrainingRefused(" ".join(missing))
    write_move(now, S.FINISHED, by=by)
    for one in now.enrolments.filter(state=Enrolment.State.WAITING):
        enrolments.move(one, Enrolment.State.WITHDRAWN, now=now, by=by)
    for one in now.enrolments.filter(state=Enrolment.State.ENROLLED).select_related("worker"):
        verdict = found[one.pk]
        to = Enrolment.State.COMPLETED if verdict.complete else Enrolment.State.FAILED
        enrolments.move(one, to, now=now, by=by)
        if verdict.complete:
            _record(one, now)
    counts = _counts(now)
    append(now.chain, "class.completed", subject=f"class:{now.code}", facts=counts, by=by)
    diplomas.ask_for_class(training_class=now, by=by)
    training_class.state = now.state
    return counts


def completion_of(*, enrolment: Enrolment) -> Completion:
    """What a certificate of completion of this enrolment holds. Raises TrainingRefused when it was not completed."""
    if enrolment.state != Enrolment.State.COMPLETED:
        raise TrainingRefused(_("This course has not been completed."))
    held = enrolment.training_class
    programme, academy = held.programme, held.academy
    verdict = verdicts(held)[enrolment.pk]
    return Completion(
        enrolment=enrolment,
        name=enrolment.worker.name,
        class_code=held.code,
        edition=held.edition,
        programme=programme.name,
        programme_en=programme.name_en,
        academy=academy.name,
        academy_en=academy.name_en,
        trade=programme.trade.name if programme.trade else "",
        grade=programme.grade,
        hours=programme.hours,
        first_day=held.starts_on,
        last_day=held.ends_on,
        completed_on=held.finished_on or held.ends_on,
        marks={one.part: one.mark for one in enrolment.exam_marks.all()},
        attended_percent=percent(verdict.attended),
    )


def _counts(now: TrainingClass) -> dict[str, int]:
    people = now.enrolments
    return {
        "completed": people.filter(state=Enrolment.State.COMPLETED).count(),
        "failed": people.filter(state=Enrolment.State.FAILED).count(),
    }


def _record(enrolment: Enrolment, now: TrainingClass) -> None:
    programme, academy = now.programme, now.academy
    hours = {"academy": academy.name, "hours": programme.hours}
    with translation.override("zh-hans"):
        detail = _("%(academy)s, %(hours)s class hours") % hours
    with translation.override("en"):
        detail_en = _("%(academy)s, %(hours)s class hours") % (
            hours | {"academy": academy.name_en or academy.name}
        )
    growth.record(
        worker=enrolment.worker,
        kind=GrowthEntry.Kind.COURSE,
        on=now.finished_on or now.ends_on,
        title=programme.name,
        title_en=programme.name_en,
        detail=detail,
        detail_en=detail_en,
        source=diplomas.enrolment_source(enrolment),
    )
