"""The sections of an event at the desk: nobody is shown a door that does not open."""

import pytest
from django.urls import reverse

from competitions.domain.panels import NEEDED_ROLE
from competitions.models import Event, Seat
from craft_site.people import roles
from tests.factories import make_event, make_seat, make_user

pytestmark = pytest.mark.django_db

S, R = Event.State, Seat.Role
OFFICE = (roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR)
SEATS = (R.CHIEF, R.CODING, R.RECORDER, R.SUPERVISOR, R.ARBITER, R.COMMITTEE)


@pytest.mark.parametrize("state", [S.REGISTERING, S.SCORING, S.DECODED])
@pytest.mark.parametrize(
    ("role", "seat"),
    [
        *((role, None) for role in OFFICE),
        *((role, seat) for seat in SEATS for role in NEEDED_ROLE.get(seat, (roles.JUDGE,))),
    ],
)
def test_every_section_that_is_shown_opens(client, state, role, seat):
    event = make_event(state=state)
    user = make_user(role)
    if seat is not None:
        make_seat(event, seat, user=user)
    client.force_login(user)
    shown = client.get(reverse("desk:event", args=(event.code,))).context["desk_nav"]
    assert shown
    assert {place["url"]: client.get(place["url"]).status_code for place in shown} == {
        place["url"]: 200 for place in shown
    }
