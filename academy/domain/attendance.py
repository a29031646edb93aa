"""Signing in: by the code on the wall, or by the office with a reason; and leave, asked and decided."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.refusals import TrainingRefused
from academy.models import Attendance, ClassSession, Enrolment, Leave, TrainingClass
from academy.rules import wall_code
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append

C = TrainingClass.State
CLOSED = frozenset({C.FINISHED, C.CANCELLED})
SCANNED_IN = (C.RUNNING, C.OPEN)  # the office may forget to start a class; the people are there all the same
_UUID_LETTERS = 22


def wall_token(session: ClassSession, at: datetime) -> str:
    """What the code on the wall says now: the session and the code of the present step."""
    name = urlsafe_b64encode(session.uuid.bytes).decode().rstrip("=")
    return name + wall_code.code(_key(), session.uuid, wall_code.step_of(at))


def session_of_token(token: str, at: datetime) -> ClassSession:
    """The session whose wall shows this code now. Raises TrainingRefused for a code that is old or none of ours."""
    name, given = token[:_UUID_LETTERS], token[_UUID_LETTERS:]
    try:
        uuid = UUID(bytes=urlsafe_b64decode(name + "=="))
    except ValueError as error:
        raise TrainingRefused(_("This is not a code of a class. Scan the one on the wall.")) from error
    if not wall_code.accepts(_key(), uuid, given, at):
        raise TrainingRefused(_("This code is too old: it changes every 30 seconds. Scan the wall again."))
    session = (
        ClassSession.objects.select_related("training_class__programme", "place").filter(uuid=uuid).first()
    )
    if session is None:
        raise TrainingRefused(_("This is not a code of a class. Scan the one on the wall."))
    return session


def check_scan(*, token: str, user: Any, at: datetime | None = None) -> tuple[ClassSession, Enrolment, int]:
    """What a scan would sign in: session, the person's enrolment, which sign-in. Nothing is written.

    Raises TrainingRefused: old or foreign code, not enrolled in this class, outside the session, class not held now.
    """
    at = at or timezone.now()
    session = session_of_token(token, at)
    held = session.training_class
    enrolment = Enrolment.objects.filter(training_class=held, worker__user=user).first()
    if enrolment is None or enrolment.state != Enrolment.State.ENROLLED:
        raise TrainingRefused(_("You have no place in this class; ask the office."))
    if held.state not in SCANNED_IN:
        raise TrainingRefused(_("This class is not held now."))
    turn = session.turn_at(at)
    if turn is None:
        raise TrainingRefused(
            _("Signing in to this session is possible around its time only: %(from)s to %(until)s.")
            % {
                "from": f"{timezone.localtime(session.starts_at):%m-%d %H:%M}",
                "until": f"{timezone.localtime(session.ends_at):%H:%M}",
            }
        )
    return session, enrolment, turn


@dataclass(frozen=True, slots=True)
class There:
    """What the wall shows: which sign-in is taken now (None outside), how many have made it, how many have a place;
    opens: when the first or next sign-in begins, None when none is to come."""

    turn: int | None
    signed: int
    seated: int
    opens: datetime | None


def there_now(session: ClassSession, at: datetime) -> There:
    """Two queries."""
    held = session.training_class
    seated = Enrolment.objects.filter(training_class=held).seated().count()
    turn = session.turn_at(at) if held.state in SCANNED_IN else None
    signed = Attendance.objects.filter(session=session, turn=turn).count() if turn else 0
    opens = session.wall_opens
    return There(turn, signed, seated, opens if at < opens and held.state in SCANNED_IN else None)


@transaction.atomic
def scan(*, token: str, user: Any, at: datetime | None = None) -> Attendance:
    """Signs the person in with the code on the wall, once a sign-in however often it is sent.

    Raises TrainingRefused as check_scan does.
    """
    at = at or timezone.now()
    session, enrolment, turn = check_scan(token=token, user=user, at=at)
    now = locked(session.training_class_id)
    if (known := _known(enrolment, session, turn)) is not None:
        return known
    return _write(now, enrolment, session, turn, source=Attendance.Source.SCAN, reason="", at=at, by=user)


@transaction.atomic
def make_up(*, enrolment: Enrolment, session: ClassSession, turn: int, reason: str, by: Any) -> Attendance:
    """The office signs somebody in after the fact, with a reason. Raises TrainingRefused: no reason, another class's
    session, a session still to come, a class that is finished."""
    now = locked(session.training_class_id)
    if enrolment.training_class_id != now.pk or not 1 <= turn <= now.sign_ins:
        raise TrainingRefused(_("This session is not one of this person's class."))
    if now.state in CLOSED:
        raise TrainingRefused(_("This class is closed."))
    if not reason.strip():
        raise TrainingRefused(_("Give a reason."), field="reason")
    if session.starts_at > timezone.now():
        raise TrainingRefused(_("This session has not begun."))
    if (known := _known(enrolment, session, turn)) is not None:
        return known
    source = Attendance.Source.OFFICE
    return _write(now, enrolment, session, turn, source=source, reason=reason, at=timezone.now(), by=by)


@transaction.atomic
def make_up_many(
    *, training_class: TrainingClass, cells: Iterable[tuple[UUID, UUID, int]], reason: str, by: Any
) -> int:
    """Makes up many sign-ins for one reason: (enrolment, session, turn) by their uuids. All of them or none; says how
    many. Raises TrainingRefused as make_up does, and for a cell that is none of this class."""
    people = {one.uuid: one for one in training_class.enrolments.filter(state__in=Enrolment.SEATED)}
    sessions = {one.uuid: one for one in training_class.sessions.all()}
    count = 0
    for person, session, turn in cells:
        if person not in people or session not in sessions:
            raise TrainingRefused(_("This session is not one of this person's class."))
        make_up(enrolment=people[person], session=sessions[session], turn=turn, reason=reason, by=by)
        count += 1
    return count


@transaction.atomic
def ask_leave(*, enrolment: Enrolment, session: ClassSession, reason: str, by: Any) -> Leave:
    """Asks to be away from a session that has not begun. Asked again while undecided, the reason is corrected."""
    now = locked(session.training_class_id)
    if enrolment.training_class_id != now.pk or enrolment.state != Enrolment.State.ENROLLED:
        raise TrainingRefused(_("You have no place in this class; ask the office."))
    if not reason.strip():
        raise TrainingRefused(_("Give a reason."), field="reason")
    if session.starts_at <= timezone.now():
        raise TrainingRefused(_("Leave is asked before the session begins."), field="session")
    if Attendance.objects.filter(enrolment=enrolment, session=session).exists():
        raise TrainingRefused(_("You have signed in to this session already."), field="session")
    leave = Leave.objects.filter(enrolment=enrolment, session=session).first()
    if leave is not None and leave.state != Leave.State.ASKED:
        raise TrainingRefused(_("The office has answered this request already."), field="session")
    leave = leave or Leave(enrolment=enrolment, session=session)
    leave.reason = reason.strip()
    leave.save()
    _leave_line(now, "leave.asked", leave, by=by)
    return leave


@transaction.atomic
def decide_leave(*, leave: Leave, granted: bool, answer: str, by: Any) -> Leave:
    """Answers a request once. A refusal gives its reason."""
    now = locked(leave.session.training_class_id)
    leave = Leave.objects.select_for_update().get(pk=leave.pk)
    to = Leave.State.GRANTED if granted else Leave.State.REFUSED
    if leave.state == to:
        return leave
    if leave.state != Leave.State.ASKED:
        raise TrainingRefused(_("Somebody else has answered this request."))
    if not granted and not answer.strip():
        raise TrainingRefused(_("Give a reason."), field="answer")
    leave.state, leave.answer = to, answer.strip()
    leave.decided_by, leave.decided_at = by, timezone.now()
    leave.save()
    _leave_line(now, "leave.decided", leave, by=by)
    return leave


# --- inside -----------------------------------------------------------------------------------------------


def _key() -> bytes:
    return salted_hmac("academy.wall", "key", secret=settings.SECRET_KEY, algorithm="sha256").digest()


def _known(enrolment: Enrolment, session: ClassSession, turn: int) -> Attendance | None:
    return Attendance.objects.filter(enrolment=enrolment, session=session, turn=turn).first()


def _write(
    now: TrainingClass,
    enrolment: Enrolment,
    session: ClassSession,
    turn: int,
    *,
    source: str,
    reason: str,
    at: datetime,
    by: Any,
) -> Attendance:
    made = Attendance.objects.create(
        enrolment=enrolment, session=session, turn=turn, source=source, reason=reason.strip(), at=at, by=by
    )
    append(
        now.chain,
        "attendance.made_up" if source == Attendance.Source.OFFICE else "attendance.scanned",
        subject=f"enrolment:{enrolment.uuid}",
        facts={"session": session.uuid, "turn": turn, "reason_hash": words_hash(reason)},
        by=by,
    )
    return made


def _leave_line(now: TrainingClass, kind: str, leave: Leave, *, by: Any) -> None:
    facts = {"session": leave.session.uuid, "state": leave.state, "reason_hash": words_hash(leave.reason)}
    append(now.chain, kind, subject=f"leave:{leave.uuid}", facts=facts, by=by)
