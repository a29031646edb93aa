"""Attendance at the desk: the grid, sign-ins made up for a reason, leave answered."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.models import Attendance, Leave
from tests.academy.training import make_class, make_mentor, make_place, make_session, seat
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    return make_class(state="running", sessions=0)


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return organiser


def grid(client, held):
    answer = client.get(reverse("desk:class_attendance", args=(held.code,)))
    assert answer.status_code == 200
    return answer.content.decode()


def sign_in(person, session, turn=1, source="scan", reason=""):
    return Attendance.objects.create(
        enrolment=person, session=session, turn=turn, source=source, reason=reason, at=timezone.now()
    )


def cell(person, session, turn=1):
    return f"{person.uuid}:{session.uuid}:{turn}"


def make_up(client, held, *cells, reason="the phone was broken"):
    url = reverse("desk:class_make_up", args=(held.code,))
    return client.post(url, {"cells": cells, "reason": reason})


def test_each_sign_in_says_how_it_came_about(client, office, held):
    session = make_session(held, starts_at=timezone.now() - timedelta(hours=5))
    sign_in(seat(held), session)
    sign_in(seat(held), session, source="office", reason="the phone was broken")
    Leave.objects.create(enrolment=seat(held), session=session, reason="ill", state="granted")
    text = grid(client, held)
    for mark in ("●", "◐", "△", "the phone was broken", "100.0 %", "0.0 %"):
        assert mark in text, mark


def test_many_sign_ins_are_made_up_for_one_reason(client, office, held):
    session, people = make_session(held), [seat(held) for _ in range(3)]
    assert make_up(client, held, *(cell(one, session) for one in people)).status_code == 302
    made = Attendance.objects.all()
    assert {(one.source, one.reason, one.by) for one in made} == {("office", "the phone was broken", office)}
    assert len(made) == 3


def test_without_a_reason_or_a_box_nothing_is_made_up_and_the_boxes_stay_ticked(client, office, held):
    session, person = make_session(held), seat(held)
    answer = make_up(client, held, cell(person, session), reason=" ")
    assert answer.status_code == 422
    assert f'value="{cell(person, session)}" checked' in answer.content.decode()
    assert make_up(client, held).status_code == 422
    assert not Attendance.objects.exists()


def test_a_session_to_come_another_class_and_garbage_are_no_boxes(client, office, held):
    person, past = seat(held), make_session(held)
    coming = make_session(held, starts_at=timezone.now() + timedelta(days=1))
    foreign = make_class(state="running", sessions=0)
    for wrong in (
        cell(person, coming),
        cell(person, make_session(foreign)),
        cell(seat(foreign), past),
        cell(person, past, 2),
        "garbage",
        "a:b:c",
        "",
    ):
        assert make_up(client, held, wrong).status_code == 422, wrong
    assert not Attendance.objects.exists()


def test_a_closed_class_takes_no_more_sign_ins(client, office):
    held = make_class(state="finished", sessions=0)
    session, person = make_session(held), seat(held, state="completed")
    answer = make_up(client, held, cell(person, session))
    assert answer.status_code == 422
    assert "This class is closed." in answer.content.decode()
    assert "Make up the sign-ins ticked" not in grid(client, held)


def test_a_mentor_of_the_class_reads_the_grid_and_makes_nothing_up(client, held):
    session, person = make_session(held), seat(held)
    client.force_login(session.mentor.worker.user)
    text = grid(client, held)
    assert person.worker.name in text
    assert "Make up" not in text
    assert f'"{held.get_absolute_url()}"' not in text
    assert make_up(client, held, cell(person, session)).status_code == 403
    client.force_login(make_mentor(held.academy).worker.user)
    assert client.get(reverse("desk:class_attendance", args=(held.code,))).status_code == 403
    assert client.get(reverse("desk:class_attendance_export", args=(held.code,))).status_code == 403


# --- leave -------------------------------------------------------------------------------------------------


@pytest.fixture
def leave(held):
    session = make_session(held, starts_at=timezone.now() + timedelta(days=1))
    return Leave.objects.create(enrolment=seat(held), session=session, reason="my daughter's wedding")


def answer(client, leave, **sent):
    code = leave.session.training_class.code
    return client.post(reverse("desk:leave_answer", args=(code, leave.uuid)), sent)


def test_leave_is_asked_for_on_top_and_granted(client, office, held, leave):
    assert leave.reason.replace("'", "&#x27;") in grid(client, held)
    answer(client, leave, granted="yes")
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by) == ("granted", office)
    assert "Leave asked for" not in grid(client, held)


def test_a_refusal_gives_its_reason_and_an_answer_stands(client, office, leave):
    for sent in ({"granted": "no"}, {}, {"granted": "perhaps"}, {"granted": "yes", "answer": "x" * 201}):
        answer(client, leave, **sent)
        leave.refresh_from_db()
        assert leave.state == "asked", sent
    answer(client, leave, granted="no", answer="the exam is that day")
    answer(client, leave, granted="yes")
    leave.refresh_from_db()
    assert (leave.state, leave.answer) == ("refused", "the exam is that day")


def test_leave_of_another_class_is_not_there(client, office, leave):
    other = make_class()
    url = reverse("desk:leave_answer", args=(other.code, leave.uuid))
    assert client.post(url, {"granted": "yes"}).status_code == 404


def test_a_reviewer_reads_requests_and_answers_none(client, reviewer, held, leave):
    client.force_login(reviewer)
    assert "Leave asked for" in grid(client, held)
    assert answer(client, leave, granted="yes").status_code == 403


@pytest.mark.parametrize("size", [1, 30])
def test_the_grid_costs_the_same_queries_at_any_size(
    client, office, held, size, django_assert_max_num_queries
):
    mentor, place = make_mentor(), make_place(held.academy)
    sessions = [make_session(held, mentor=mentor, place=place) for _ in range(size)]
    for _ in range(size):
        person = seat(held)
        sign_in(person, sessions[0])
        Leave.objects.create(enrolment=person, session=sessions[-1], reason="ill")
    with django_assert_max_num_queries(10):
        grid(client, held)


def test_the_workbook_says_it_in_words(client, office, held):
    session = make_session(held)
    sign_in(seat(held), session)
    seat(held)
    export = client.get(reverse("desk:class_attendance_export", args=(held.code,)))
    text = str(list(load_workbook(BytesIO(export.content)).active.iter_rows(values_only=True)))
    assert "Scanned" in text
    assert "Absent" in text


def test_a_judge_sees_no_attendance(client, held):
    client.force_login(make_user("judge"))
    assert client.get(reverse("desk:class_attendance", args=(held.code,))).status_code == 403
