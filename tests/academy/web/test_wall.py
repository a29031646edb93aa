"""The wall in the room: its code changes by itself, an old one is refused, and only whoever teaches may show it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import attendance
from academy.models import Attendance
from tests.academy.training import make_academy, make_class, make_mentor, make_session, seat
from tests.factories import make_employer, make_union, make_user, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(make_class(state="running", sessions=0))


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves on by hand."""

    class Clock:
        now = timezone.now()

        def goes_on(self, **by):
            self.now += timedelta(**by)

    found = Clock()
    monkeypatch.setattr(timezone, "now", lambda: found.now)
    return found


def wall(client, session, name="wall"):
    answer = client.get(reverse(f"desk:{name}", args=(session.uuid,)))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def drawn(text):
    return re.search(r"<svg.*?</svg>", text, re.DOTALL)[0]


def test_the_code_changes_every_half_minute_and_leads_to_the_scan(client, organiser, session, clock):
    client.force_login(organiser)
    first = drawn(wall(client, session, "wall_code"))
    clock.goes_on(seconds=30)
    assert drawn(wall(client, session, "wall_code")) != first


def test_what_the_wall_shows_signs_in_now_and_not_a_minute_later(client, organiser, session, clock):
    person = seat(session.training_class)
    token = attendance.wall_token(session, clock.now)
    client.force_login(person.worker.user)
    clock.goes_on(minutes=1)
    assert client.post(reverse("me:attend", args=(token,))).status_code == 422
    assert not Attendance.objects.exists()
    fresh = attendance.wall_token(session, clock.now)
    assert client.post(reverse("me:attend", args=(fresh,))).status_code == 302
    assert Attendance.objects.get().enrolment == person


def test_the_wall_counts_who_is_there_and_renews_itself_without_scripts_too(client, organiser, session):
    held = session.training_class
    people = [seat(held), seat(held), seat(held, state="waiting")]
    Attendance.objects.create(enrolment=people[0], session=session, turn=1, source="scan", at=timezone.now())
    client.force_login(organiser)
    text = wall(client, session)
    assert "<strong>1</strong> / 2" in text
    assert 'http-equiv="refresh"' in text
    assert str(session.place) in text
    for one in people:
        assert one.worker.name not in text


def test_before_and_after_the_session_there_is_no_code(client, organiser, session, clock):
    client.force_login(organiser)
    clock.goes_on(hours=-3)
    assert "Signing in opens at" in (before := wall(client, session))
    assert "wall-code" in before
    assert "<svg" not in before.split('class="wall-code"')[1]
    clock.goes_on(hours=9)
    assert "Signing in is over." in wall(client, session)


@pytest.mark.parametrize("state", ["planned", "finished", "cancelled"])
def test_a_class_that_is_not_held_shows_no_code(client, organiser, state):
    session = make_session(make_class(state=state, sessions=0))
    client.force_login(organiser)
    assert "This class is not held now." in wall(client, session)


def test_with_two_sign_ins_the_wall_says_which_one_it_is(client, organiser, clock):
    session = make_session(make_class(state="running", sessions=0, sign_ins=2), starts_at=clock.now)
    client.force_login(organiser)
    assert "First sign-in" in wall(client, session)
    clock.goes_on(minutes=90)
    assert "Second sign-in" in wall(client, session)


def test_the_mentor_of_the_class_shows_the_wall_and_nobody_else_without_the_role(client, session):
    teaching = session.mentor.worker.user
    client.force_login(teaching)
    wall(client, session)
    wall(client, session, "wall_code")
    another = make_mentor(session.training_class.academy, worker=make_worker(user=make_user("worker")))
    enrolled = seat(session.training_class).worker.user
    for user in (
        another.worker.user,
        enrolled,
        make_user("reviewer"),
        make_user("employer"),
        make_user("judge"),
    ):
        client.force_login(user)
        for name in ("wall", "wall_code"):
            assert client.get(reverse(f"desk:{name}", args=(session.uuid,))).status_code == 403, user


def test_who_is_not_signed_in_is_sent_to_sign_in(client, session):
    assert client.get(reverse("desk:wall", args=(session.uuid,))).status_code == 302


@pytest.mark.parametrize("size", [1, 30])
def test_the_wall_costs_the_same_queries_at_any_size(
    client, organiser, session, size, django_assert_max_num_queries
):
    for _ in range(size):
        Attendance.objects.create(
            enrolment=seat(session.training_class), session=session, turn=1, source="scan", at=timezone.now()
        )
    client.force_login(organiser)
    with django_assert_max_num_queries(7):
        wall(client, session, "wall_code")


def test_the_reviewer_of_the_academys_own_union_shows_the_wall_and_another_does_not(client):
    town = make_union("Town", level="town", parent=make_union("City"))
    firm = make_employer(union=make_union("Works", level="enterprise", parent=town))
    main = make_academy(employer=firm)
    for academy in (main, make_academy(kind="branch", parent=main)):
        session = make_session(make_class(academy=academy, state="running", sessions=0))
        for union, status in ((town, 200), (firm.union, 200), (make_union(level="town"), 403), (None, 403)):
            client.force_login(make_user("reviewer", union=union))
            for name in ("wall", "wall_code"):
                answer = client.get(reverse(f"desk:{name}", args=(session.uuid,)))
                assert answer.status_code == status, (academy, union)
        client.force_login(make_user("worker", union=town))
        assert client.get(reverse("desk:wall", args=(session.uuid,))).status_code == 403
