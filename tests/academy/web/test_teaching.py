"""A mentor's own teaching: the sessions, the people, who was there, and nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import attendance
from academy.models import Attendance
from academy.web.me import course_tasks
from tests.academy.training import make_academy, make_class, make_mentor, make_session, seat
from tests.factories import make_user, make_worker


@pytest.fixture
def mentor(client, db):
    user = make_user("worker")
    made = make_mentor(make_academy(), worker=make_worker("Master Li", user=user))
    client.force_login(user)
    return made


def taught(mentor, **fields):
    held = make_class(academy=mentor.academy, state="running", sessions=0)
    return make_session(held, mentor=mentor, **fields)


def test_sessions_to_come_and_taught_stand_apart(client, mentor):
    now = timezone.now()
    here = taught(mentor)
    past = taught(mentor, starts_at=now - timedelta(days=2))
    taught(make_mentor())
    page = client.get(reverse("me:teaching"))
    assert [row["session"] for row in page.context["coming"]] == [here]
    assert [row["session"] for row in page.context["past"]] == [past]
    assert "On now" in page.content.decode()


def test_who_teaches_is_led_there_and_nobody_else(client, mentor):
    session = taught(mentor)
    assert course_tasks.section(mentor.worker)["items"][0]["url"] == reverse("me:teaching")
    assert str(session.training_class) in course_tasks.teaching(mentor.worker.user)["hint"]
    client.force_login(make_user("worker"))
    assert "appointed by no academy" in client.get(reverse("me:teaching")).content.decode()
    assert client.get(reverse("me:teaching_calendar")).status_code == 404
    assert client.get(reverse("me:teaching_session", args=(session.uuid,))).status_code == 404


def test_another_mentors_session_is_not_there(client, mentor):
    other = taught(make_mentor(mentor.academy))
    assert client.get(reverse("me:teaching_session", args=(other.uuid,))).status_code == 404


def test_the_people_of_the_class_and_who_is_there(client, mentor):
    session = taught(mentor)
    there = seat(session.training_class, worker=make_worker("Wang Wu", user=make_user("worker")))
    seat(session.training_class, worker=make_worker("Zhao Liu"))
    seat(session.training_class, worker=make_worker("Waits Still"), state="waiting")
    token = attendance.wall_token(session, timezone.now())
    attendance.scan(token=token, user=there.worker.user)
    page = client.get(reverse("me:teaching_session", args=(session.uuid,)))
    assert [(row["enrolment"].worker.name, row["label"]) for row in page.context["rows"]] == [
        ("Wang Wu", "Present"),
        ("Zhao Liu", "Not signed in yet"),
    ]
    assert "1 of 2 present" in page.content.decode()
    assert Attendance.objects.count() == 1


def test_where_one_signs_in_twice_the_first_is_being_there(client, mentor):
    held = make_class(academy=mentor.academy, state="running", sessions=0, sign_ins=2)
    session = make_session(held, mentor=mentor, starts_at=timezone.now() - timedelta(minutes=5))
    there = seat(held)
    Attendance.objects.create(enrolment=there, session=session, source="scan", at=timezone.now())
    page = client.get(reverse("me:teaching_session", args=(session.uuid,)))
    assert page.context["rows"][0]["label"] == "Signed in once, once more to do"
    assert "1 of 1 present" in page.content.decode()


def test_what_a_mentor_teaches_comes_as_a_calendar(client, mentor):
    taught(mentor)
    taught(make_mentor(mentor.academy))
    content = client.get(reverse("me:teaching_calendar")).content.decode()
    assert content.count("BEGIN:VEVENT") == 1


@pytest.mark.parametrize("many", [1, 30])
def test_the_pages_cost_the_same_at_any_size(client, mentor, many, django_assert_max_num_queries):
    for day in range(many):
        session = taught(mentor, starts_at=timezone.now() + timedelta(days=day + 1))
        taught(mentor, starts_at=timezone.now() - timedelta(days=day + 1))
    for _ in range(many):
        seat(session.training_class)
    client.get(reverse("me:teaching"))
    with django_assert_max_num_queries(10):
        client.get(reverse("me:teaching"))
    with django_assert_max_num_queries(10):
        client.get(reverse("me:teaching_session", args=(session.uuid,)))
