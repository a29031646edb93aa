"""Signing in by the code on the wall, made up by the office, and leave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.domain import attendance
from academy.domain.refusals import TrainingRefused
from academy.models import Attendance
from craft_site.ledger.chain import lines_by_kind
from craft_site.ledger.models import Line
from tests.academy.training import make_class, make_session, seat
from tests.competitions.marking_contest import together


@pytest.fixture
def held(db):
    return make_class(state="running", sessions=0)


@pytest.fixture
def session(held):
    return make_session(held)


@pytest.fixture
def enrolment(held):
    return seat(held)


def scan(session, enrolment, *, shown=0, at=0):
    """The code as it was shown `shown` seconds from now, scanned `at` seconds from now."""
    now = timezone.now()
    token = attendance.wall_token(session, now + timedelta(seconds=shown))
    return attendance.scan(token=token, user=enrolment.worker.user, at=now + timedelta(seconds=at))


def test_a_scan_signs_in_once_and_the_line_names_nobody(session, enrolment):
    assert scan(session, enrolment) == scan(session, enrolment)
    assert Attendance.objects.get().turn == 1
    assert lines_by_kind(session.training_class.chain) == {"attendance.scanned": 1}
    line = Line.objects.get(kind="attendance.scanned")
    assert enrolment.worker.name not in line.body
    assert str(enrolment.uuid) in line.subject


def test_a_photograph_sent_to_a_friend_is_refused_a_minute_later(session, enrolment):
    with pytest.raises(TrainingRefused, match="too old"):
        scan(session, enrolment, at=60)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "A" * 38, "A" * 22 + "é" * 16])
def test_what_is_no_code_is_refused_with_words(token, session, enrolment):
    with pytest.raises(TrainingRefused):
        attendance.scan(token=token, user=enrolment.worker.user)


@pytest.mark.parametrize("away", [timedelta(hours=-3), timedelta(hours=3)])
def test_before_and_after_its_time_a_session_takes_nobody(away, held, enrolment):
    session = make_session(held, starts_at=timezone.now() + away)
    with pytest.raises(TrainingRefused, match="around its time"):
        scan(session, enrolment)


def test_somebody_without_a_place_is_refused(session, held):
    for one in (
        seat(held, state="waiting"),
        seat(held, state="withdrawn"),
        seat(make_class(state="running")),
    ):
        with pytest.raises(TrainingRefused, match="no place"):
            scan(session, one)


@pytest.mark.parametrize("state", ["planned", "finished", "cancelled"])
def test_a_class_that_is_not_held_takes_nobody(state, session, enrolment):
    session.training_class.state = state
    session.training_class.save()
    with pytest.raises(TrainingRefused, match="not held"):
        scan(session, enrolment)


def test_where_a_class_signs_in_twice_each_half_takes_its_own(enrolment, held):
    held.sign_ins = 2
    held.save()
    session = make_session(
        held, starts_at=timezone.now() - timedelta(minutes=50)
    )  # two hours: half is in ten minutes
    first = scan(session, enrolment)
    second = scan(session, enrolment, shown=900, at=900)
    again = scan(session, enrolment, shown=1200, at=1200)
    assert (first.turn, second.turn, again) == (1, 2, second)


def test_the_office_makes_up_with_a_reason_and_not_before_the_session(organiser, held, session, enrolment):
    make = {"enrolment": enrolment, "turn": 1, "by": organiser}
    with pytest.raises(TrainingRefused, match="reason"):
        attendance.make_up(session=session, reason=" ", **make)
    later = make_session(held, starts_at=timezone.now() + timedelta(days=1))
    with pytest.raises(TrainingRefused, match="not begun"):
        attendance.make_up(session=later, reason="x", **make)
    with pytest.raises(TrainingRefused, match="not one of"):
        attendance.make_up(session=make_session(make_class(state="running")), reason="x", **make)
    made = attendance.make_up(session=session, reason="The phone of Wang was broken", **make)
    assert (made.source, made.by) == ("office", organiser)
    assert "Wang" not in Line.objects.get(kind="attendance.made_up").body


def test_leave_is_asked_before_the_session_and_answered_once(organiser, held, session, enrolment):
    ask = {"enrolment": enrolment, "by": enrolment.worker.user}
    with pytest.raises(TrainingRefused, match="before the session"):
        attendance.ask_leave(session=session, reason="ill", **ask)
    later = make_session(held, starts_at=timezone.now() + timedelta(days=1))
    leave = attendance.ask_leave(session=later, reason="ill", **ask)
    assert attendance.ask_leave(session=later, reason="very ill", **ask).pk == leave.pk
    with pytest.raises(TrainingRefused, match="reason"):
        attendance.decide_leave(leave=leave, granted=False, answer="", by=organiser)
    assert attendance.decide_leave(leave=leave, granted=True, answer="", by=organiser).state == "granted"
    with pytest.raises(TrainingRefused, match="Somebody else"):
        attendance.decide_leave(leave=leave, granted=False, answer="no", by=organiser)
    with pytest.raises(TrainingRefused, match="answered"):
        attendance.ask_leave(session=later, reason="again", **ask)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_six_scans_at_the_same_moment_sign_in_once():
    held = make_class(state="running", sessions=0)
    session, enrolment = make_session(held), seat(held)
    together(lambda n: scan(session, enrolment), 6)
    assert Attendance.objects.count() == 1
