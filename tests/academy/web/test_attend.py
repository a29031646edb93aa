"""The code on the wall, scanned: what one sees, what signs in, what is refused in words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import attendance
from academy.models import Attendance
from tests.academy.training import HOUR, make_class, make_session, seat
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(make_class(state="running", sessions=0))


@pytest.fixture
def me(client, session):
    mine = seat(session.training_class)
    client.force_login(mine.worker.user)
    return mine


def wall(session, ago=0):
    token = attendance.wall_token(session, timezone.now() - timedelta(seconds=ago))
    return reverse("me:attend", args=(token,))


def test_looking_changes_nothing_and_the_button_signs_in(client, me, session):
    page = client.get(wall(session))
    assert "I am here: sign me in" in page.content.decode()
    assert str(session.training_class) in page.content.decode()
    assert not Attendance.objects.exists()
    answer = client.post(wall(session))
    made = Attendance.objects.get()
    assert (made.enrolment, made.source) == (me, "scan")
    assert answer.url == reverse("me:attended", args=(session.uuid,))
    done = client.get(answer.url).content.decode()
    assert "You are signed in" in done
    assert f"{timezone.localtime(made.at):%H:%M:%S}" in done


def test_twice_is_once_and_whoever_looks_again_sees_when(client, me, session):
    client.post(wall(session))
    client.post(wall(session))
    assert Attendance.objects.count() == 1
    assert client.get(wall(session)).url == reverse("me:attended", args=(session.uuid,))


def test_who_is_signed_out_signs_in_and_comes_back(client, session):
    address = wall(session)
    answer = client.get(address)
    assert answer.url == f"/sign-in/?next={address}"


def test_a_photo_a_minute_old_is_worth_nothing(client, me, session):
    for ask in (client.get, client.post):
        assert "too old" in ask(wall(session, ago=61)).content.decode()
    assert client.post(wall(session, ago=61)).status_code == 422
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("token", ["x", "工匠", "A" * 38, "~" * 60, "AAAAAAAAAAAAAAAAAAAAAA"])
def test_what_is_no_code_is_answered_in_words(client, me, token):
    page = client.get(reverse("me:attend", args=(token,)))
    assert page.status_code == 200
    assert "Not signed in" in page.content.decode()


def test_somebody_elses_class_takes_nobody(client, session):
    client.force_login(make_user("worker"))
    answer = client.post(wall(session))
    assert answer.status_code == 422
    assert "no place in this class" in answer.content.decode()
    assert not Attendance.objects.exists()


def test_outside_its_time_the_page_says_when(client, me):
    early = make_session(me.training_class, starts_at=timezone.now() + 3 * HOUR)
    page = client.get(wall(early)).content.decode()
    assert "around its time only" in page
    assert f"{timezone.localtime(early.starts_at):%H:%M}" in page


def test_where_one_signs_in_twice_the_second_time_is_named(client):
    held = make_class(state="running", sessions=0, sign_ins=2)
    session = make_session(held, starts_at=timezone.now() - timedelta(minutes=5))
    mine = seat(held)
    client.force_login(mine.worker.user)
    assert "1 of 2" in client.get(wall(session)).content.decode()
    page = client.post(wall(session), follow=True).content.decode()
    assert f"from {timezone.localtime(session.half):%H:%M} on" in page


def test_who_is_not_signed_in_to_a_session_has_no_proof_of_it(client, me, session):
    assert client.get(reverse("me:attended", args=(session.uuid,))).url == reverse("me:courses")
    other = seat(session.training_class)
    Attendance.objects.create(enrolment=other, session=session, source="scan", at=timezone.now())
    assert client.get(reverse("me:attended", args=(session.uuid,))).url == reverse("me:courses")
