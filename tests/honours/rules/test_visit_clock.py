"""When the next step of a visit is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honours.rules.visit_clock import RATE_DAYS, REPORT_DAYS, URGENCIES, Stand, due

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("stand", "days"),
    [
        (Stand("requested", "urgent", DAY), 1),
        (Stand("triaged", "normal", DAY), 10),
        (Stand("matched", "soon", DAY), 3),
        (Stand("agreed", "urgent", DAY, planned_on=DAY + timedelta(9)), 9 + REPORT_DAYS),
        (Stand("visited", "soon", DAY), RATE_DAYS),
        (Stand("visited", "soon", DAY, open_until=DAY + timedelta(30)), 30),
        (Stand("followed_up", "soon", DAY, rated=True), 0),
    ],
)
def test_each_state_has_its_days(stand, days):
    assert due(stand) == DAY + timedelta(days)


@pytest.mark.parametrize("state", ["closed", "declined", "cancelled"])
def test_what_is_over_has_no_clock(state):
    assert due(Stand(state, "urgent", DAY)) is None


@given(st.sampled_from(["requested", "triaged", "matched"]), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_more_urgent_is_due_sooner_and_never_before_it_began(state, since):
    days = [due(Stand(state, urgency, since)) for urgency in URGENCIES]
    assert days == sorted(days)
    assert days[0] > since
