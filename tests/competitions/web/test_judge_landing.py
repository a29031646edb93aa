"""Where an official lands after signing in: on the sheets, or at the desk where nothing is marked but much decided."""

import pytest
from django.urls import reverse

from competitions.models import Event, Seat
from tests.competitions.seats import coded_event
from tests.factories import make_event, make_seat, make_user

pytestmark = pytest.mark.django_db
R, S = Seat.Role, Event.State


def lands(client, user):
    client.force_login(user)
    return client.get(reverse("front_door")).url


@pytest.mark.parametrize("role", [R.CHIEF, R.CODING, R.ARBITER, R.RECORDER])
def test_who_marks_nothing_lands_at_the_desk(client, event, role):
    assert lands(client, make_seat(event, role).user) == reverse("desk:home")


@pytest.mark.parametrize("role", Seat.MARKING)
def test_who_marks_lands_on_the_sheets_whatever_else_they_are_elsewhere(client, event, role):
    judge = make_seat(event, role).user
    make_seat(make_event(), R.CHIEF, user=judge)
    assert lands(client, judge) == reverse("judge:home")


def test_a_judge_without_a_seat_and_one_of_an_event_that_is_over_land_on_the_sheets(client):
    assert lands(client, make_user("judge")) == reverse("judge:home")
    assert lands(client, make_seat(make_event(state=S.ARCHIVED), R.CHIEF).user) == reverse("judge:home")


def test_the_sheets_page_points_to_what_waits_at_the_desk_for_its_own_official_alone(client):
    event = coded_event(1, state=S.LOCKED)
    coder, marker = make_seat(event, R.CODING).user, make_seat(event, R.RESULT).user
    client.force_login(coder)
    page = client.get(reverse("judge:home")).content.decode()
    assert "The marks are locked: decode them" in page
    assert reverse("desk:draws", args=(event.code,)) in page
    client.force_login(marker)
    assert "decode them" not in client.get(reverse("judge:home")).content.decode()


@pytest.mark.parametrize("events", [1, 8])
def test_pointing_costs_the_same_queries_for_any_number_of_events(
    client, events, django_assert_max_num_queries
):
    judge = make_user("judge")
    for _ in range(events):
        make_seat(make_event(state=S.SCORING), R.CHIEF, user=judge)
    client.force_login(judge)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("judge:home")).status_code == 200
