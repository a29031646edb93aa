from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.domain import check_in, draws
from competitions.domain.entries import EntryRefused
from competitions.models import Entry, Event
from tests.competitions.lots import drawn, make_hall, set_state
from tests.factories import make_entry

S = Event.State


@pytest.fixture
def event(db):
    return make_hall()


@pytest.fixture
def five(event):
    return [make_entry(event) for _ in range(5)]


@pytest.fixture
def frozen(event, five):
    set_state(event, S.FROZEN)
    for entry in five:
        entry.event.refresh_from_db()
    return event


def test_the_coding_judge_and_the_organiser_check_in_and_nobody_else(
    frozen, five, coding_judge, organiser, judge, chief, supervisor
):
    assert check_in.check_in(entry=five[0], by=coding_judge).state == Entry.State.CHECKED_IN
    assert check_in.check_in(entry=five[1], by=organiser).state == Entry.State.CHECKED_IN
    for person in (judge, chief, supervisor):
        with pytest.raises(PermissionDenied):
            check_in.check_in(entry=five[2], by=person)


def test_absent_can_still_come_and_a_slip_is_put_right(frozen, five, coding_judge):
    check_in.mark_absent(entry=five[0], by=coding_judge)
    check_in.check_in(entry=five[0], by=coding_judge)
    check_in.check_in(entry=five[0], by=coding_judge)
    assert five[0].steps.count() == 2
    check_in.mark_absent(entry=five[0], by=coding_judge)
    five[0].refresh_from_db()
    assert five[0].state == Entry.State.ABSENT


def test_the_door_closes_fifteen_minutes_after_the_first_start(frozen, five, coding_judge):
    door, minutes = check_in.door(frozen)
    assert door == frozen.sessions.get(number=1).starts_at + timedelta(minutes=minutes)
    assert minutes == 15
    check_in.check_in(entry=five[0], by=coding_judge, at=door)
    with pytest.raises(EntryRefused, match="The door closed"):
        check_in.check_in(entry=five[1], by=coding_judge, at=door + timedelta(seconds=1))


def test_nobody_checks_in_once_the_station_list_is_frozen_or_before_the_event_is(
    event, five, coding_judge, supervisor
):
    with pytest.raises(EntryRefused, match="Check-in opens"):
        check_in.check_in(entry=five[0], by=coding_judge)
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    check_in.check_in(entry=five[0], by=coding_judge)
    draws.commit_draw(event=event, purpose="station", by=coding_judge)
    late = Entry.objects.get(pk=five[1].pk)
    with pytest.raises(EntryRefused, match="check-in is over"):
        check_in.check_in(entry=late, by=coding_judge)
