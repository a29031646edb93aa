"""A worker's course in words: the state, each session, what is still needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain import completion
from academy.domain.standing import Sitting, Standing
from academy.models import Attendance, ClassSession, Enrolment, ExamMark, Leave, TrainingClass
from craft_site.kit.language import plain_decimal, short_day

S = Enrolment.State
C = TrainingClass.State

STATE_KIND = {
    S.ENROLLED: "good",
    S.WAITING: "warn",
    S.WITHDRAWN: "plain",
    S.COMPLETED: "brass",
    S.FAILED: "bad",
}
UNDER_WAY = (C.OPEN, C.RUNNING)


def hours_words(hours: Fraction) -> str:
    """Class hours without needless decimals: 12, or 12.5 after one sign-in of two."""
    return f"{(Decimal(hours.numerator) / hours.denominator).quantize(Decimal('0.1')).normalize():f}"


def when_words(session: ClassSession, now: datetime | None = None) -> str:
    """Today 08:30, Tomorrow 08:30, or 3 Dec 08:30."""
    starts = timezone.localtime(session.starts_at)
    day = timezone.localtime(now or timezone.now()).date()
    names = {day: _("Today"), day + timedelta(days=1): _("Tomorrow")}
    return f"{names.get(starts.date(), short_day(starts))} {starts:%H:%M}"


@dataclass(frozen=True, slots=True)
class SittingRow:
    """One session for its person. may_ask: leave can be asked now; asked: it was, and its reason can be corrected."""

    session: ClassSession
    label: str
    kind: str
    note: str
    may_ask: bool
    asked: bool


def sitting_row(one: Sitting, held: TrainingClass, now: datetime, *, enrolled: bool) -> SittingRow:
    label, kind, note = presence_words(one, held)
    undecided = one.leave is None or one.leave.state == Leave.State.ASKED
    ahead = one.session.starts_at > now and not one.signed
    may_ask = enrolled and held.state in UNDER_WAY and ahead and undecided
    return SittingRow(one.session, label, kind, note, may_ask, one.leave is not None)


def presence_words(one: Sitting, held: TrainingClass) -> tuple[str, str, str]:
    """Whether somebody was there: the word, the kind of its tag, and when or why."""
    label, kind = _attendance(one, held)
    return label, kind, _note(one)


def _attendance(one: Sitting, held: TrainingClass) -> tuple[str, str]:
    if len(one.signed) >= held.sign_ins:
        return _("Present"), "good"
    if one.open:
        return _("Not signed in yet"), "warn"
    if one.signed:
        return (_("Half present"), "warn") if one.over else (_("Signed in once, once more to do"), "info")
    if one.leave is not None and one.leave.state == Leave.State.GRANTED:
        return _("On leave"), "info"
    if one.before:
        return _("Before joining"), "plain"
    if one.over:
        return _("Absent"), "bad"
    if one.leave is not None and one.leave.state == Leave.State.ASKED:
        return _("Leave asked"), "info"
    return _("To come"), "plain"


def _note(one: Sitting) -> str:
    said = []
    for sign in one.signed:
        if sign.source == Attendance.Source.OFFICE:
            said.append(_("signed in by the office"))
        else:
            said.append(_("signed in %(at)s") % {"at": f"{timezone.localtime(sign.at):%H:%M}"})
    if one.leave is not None and one.leave.state == Leave.State.REFUSED:
        said.append(_("leave refused: %(answer)s") % {"answer": one.leave.answer})
    return " · ".join(said)


def verdict_words(found: Standing, held: TrainingClass, state: str) -> list[str]:
    """What stands and what is still needed: the verdict when the class is over, before that the way to it."""
    if state in (S.COMPLETED, S.FAILED):
        return [completion.in_words(found.verdict, held)]
    ahead = found.outlook
    needs = {"needed": hours_words(ahead.needed), "made": hours_words(ahead.made)}
    said = [_("You need %(needed)s class hours and have attended %(made)s.") % needs]
    if not ahead.within_reach:
        said.append(
            _(
                "With the hours still to come that cannot be reached any more. Ask the office about missed ones."
            )
        )
    elif ahead.still:
        said.append(
            _("Attend at least %(still)s of the %(ahead)s class hours still to come.")
            % {"still": hours_words(ahead.still), "ahead": hours_words(ahead.ahead)}
        )
    else:
        said.append(_("That is enough attendance."))
    return said


def mark_rows(found: Standing, held: TrainingClass) -> list[dict[str, Any]]:
    """Each part of the exam with its mark, as components/sum_list.html takes them."""
    labels = dict(ExamMark.Part.choices)
    pass_mark = plain_decimal(held.programme.pass_mark)
    rows = []
    for part in held.programme.exam_parts():
        mark = found.marks.get(part)
        note = _("pass mark %(mark)s") % {"mark": pass_mark}
        if mark is not None and mark < held.programme.pass_mark:
            note = _("below the pass mark %(mark)s") % {"mark": pass_mark}
        rows.append(
            {
                "label": labels[part],
                "value": _("no mark yet") if mark is None else plain_decimal(mark),
                "max": None if mark is None else 100,
                "note": note,
            }
        )
    return rows


def next_words(enrolment: Enrolment, first: ClassSession | None, queue: int | None) -> str:
    """What happens next for whoever has just enrolled."""
    if queue is not None:
        return _(
            "You are number %(number)s in the waiting list. When a place becomes free, the person who waits longest "
            "has it at once; “My courses” then says so. Until then you need not come."
        ) % {"number": queue}
    if first is None:
        return _("You have a place. The timetable is not known yet.")
    return _(
        "You have a place. First session: %(when)s, %(place)s. Scan the code on the wall there to sign in; "
        "if you cannot come, ask leave before it begins."
    ) % {"when": when_words(first), "place": f"{first.place.academy} {first.place}"}
