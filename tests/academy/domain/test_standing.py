"""Where one person stands in one class, and who is there in one session."""

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.domain import enrolments, standing
from academy.models import Attendance, Enrolment, ExamMark, Leave
from tests.academy.training import HOUR, make_class, make_session, seat

pytestmark = pytest.mark.django_db


def sign(enrolment, session, turn=1):
    return Attendance.objects.create(
        enrolment=enrolment, session=session, turn=turn, source="scan", at=timezone.now()
    )


def test_each_session_is_over_open_or_to_come():
    held = make_class(state="running", sessions=0)
    now = timezone.now()
    past = make_session(held, starts_at=now - 5 * HOUR)
    here = make_session(held)
    ahead = make_session(held, starts_at=now + timedelta(days=1))
    mine = seat(held)
    sign(mine, past)
    Leave.objects.create(enrolment=mine, session=ahead, reason="x")
    ExamMark.objects.create(enrolment=mine, part="theory", mark=71)
    found = standing.of(mine)
    assert [one.session for one in found.sittings] == [past, here, ahead]
    assert [(one.over, one.open, len(one.signed)) for one in found.sittings] == [
        (True, False, 1),
        (False, True, 0),
        (False, False, 0),
    ]
    assert found.sittings[2].leave.reason == "x"
    assert found.marks == {"theory": 71}
    assert (found.outlook.made, found.outlook.missed, found.outlook.ahead) == (2, 0, 4)
    assert found.verdict.missing == ("practice",)


def test_of_two_sign_ins_the_one_that_is_made_is_not_open_any_more():
    held = make_class(state="running", sessions=0, sign_ins=2)
    session = make_session(held, starts_at=timezone.now() - timedelta(minutes=10))
    mine = seat(held)
    assert standing.of(mine).sittings[0].open
    sign(mine, session)
    assert not standing.of(mine).sittings[0].open
    assert standing.of(mine, session.half).sittings[0].open


@pytest.mark.parametrize("many", [1, 20])
def test_it_costs_the_same_at_any_size(many, django_assert_num_queries):
    held = make_class(state="running", sessions=many)
    mine = seat(held)
    with django_assert_num_queries(4):
        standing.of(mine)


def test_the_roll_names_everybody_in_the_order_given(django_assert_num_queries):
    held = make_class(state="running", sessions=0)
    session = make_session(held)
    there, away = seat(held), seat(held)
    sign(there, session)
    Leave.objects.create(enrolment=away, session=session, reason="ill", state="granted")
    with django_assert_num_queries(2):
        found = standing.roll(session, [away, there])
    assert [one.enrolment for one in found] == [away, there]
    assert found[0].sitting.held(1).on_leave
    assert len(found[1].sitting.signed) == 1


def test_a_class_at_the_time_of_another_is_named():
    now = timezone.now() + timedelta(days=1)
    mine = make_class(sessions=0)
    there = make_session(mine, starts_at=now)
    taken = seat(mine)
    wanted = make_class(sessions=0)
    make_session(wanted, starts_at=now + HOUR)
    assert standing.clashes(taken.worker, wanted) == [there]
    assert standing.clashes(taken.worker, mine) == []
    mine.state = "cancelled"
    mine.save()
    assert standing.clashes(taken.worker, wanted) == []


def test_sessions_that_follow_one_another_do_not_clash():
    now = timezone.now() + timedelta(days=1)
    mine, wanted = make_class(sessions=0), make_class(sessions=0)
    make_session(mine, starts_at=now)
    make_session(wanted, starts_at=now + 2 * HOUR)
    assert standing.clashes(seat(mine).worker, wanted) == []


def test_numbers_in_several_queues_come_at_once(django_assert_num_queries):
    first, second = make_class(), make_class()
    ahead, mine = seat(first, state="waiting"), seat(first, state="waiting")
    other = seat(second, worker=mine.worker, state="waiting")
    seated = seat(make_class(), worker=mine.worker)
    found = list(Enrolment.objects.filter(pk__in=[ahead.pk, mine.pk, other.pk, seated.pk]))
    with django_assert_num_queries(1):
        numbers = enrolments.places_in_queue(found)
    assert numbers == {ahead.pk: 1, mine.pk: 2, other.pk: 1}
    assert all(enrolments.place_in_queue(one) == numbers.get(one.pk) for one in found)
