from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from competitions.domain import check_in, draw_lists, draws
from competitions.domain.entries import EntryRefused
from competitions.models import Code, Entry, Event, Station
from craft_site.ledger.models import Line
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


def test_who_is_let_in_twice_at_once_is_let_in_once(frozen, five, coding_judge, organiser):
    also_read = Entry.objects.get(pk=five[0].pk)
    check_in.check_in(entry=five[0], by=coding_judge)
    assert check_in.check_in(entry=also_read, by=organiser).state == Entry.State.CHECKED_IN
    also_read = Entry.objects.get(pk=five[1].pk)
    check_in.mark_absent(entry=five[1], by=coding_judge)
    assert check_in.mark_absent(entry=also_read, by=organiser).state == Entry.State.ABSENT
    assert [entry.steps.count() for entry in five[:2]] == [1, 1]


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


@pytest.fixture
def drawn_hall(event, five, coding_judge, supervisor):
    """Three of five have come, the stations are drawn, six places are there."""
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    for entry in five[:3]:
        check_in.check_in(entry=Entry.objects.get(pk=entry.pk), by=coding_judge)
    drawn(event, "station", coding_judge, supervisor)
    return event


def late(entry):
    return Entry.objects.select_related("event").get(pk=entry.pk)


def test_who_comes_before_the_door_closes_gets_the_first_place_that_nobody_drew(
    drawn_hall, five, coding_judge, organiser, judge
):
    door, _minutes = check_in.door(drawn_hall)
    given = set(Code.objects.filter(event=drawn_hall, layer="station").values_list("number", flat=True))
    with pytest.raises(PermissionDenied):
        check_in.admit_late(entry=late(five[3]), reason="Bus", by=judge)
    with pytest.raises(EntryRefused, match="Say why"):
        check_in.admit_late(entry=late(five[3]), reason=" ", by=organiser)
    with pytest.raises(EntryRefused, match="door closed"):
        check_in.admit_late(entry=late(five[3]), reason="Bus", by=organiser, at=door + timedelta(seconds=1))
    place = check_in.admit_late(entry=late(five[3]), reason="Bus was late", by=organiser, at=door)
    assert place.number not in given
    assert place.number == draw_lists.benches(drawn_hall)[3].label
    assert check_in.admit_late(entry=late(five[3]), reason="again", by=organiser) == place
    entry = late(five[3])
    assert entry.state == Entry.State.CHECKED_IN
    assert entry.steps.order_by("-pk").first().reason == "Bus was late"
    other = check_in.admit_late(entry=late(five[4]), reason="Bus was late", by=coding_judge)
    assert other.number == draw_lists.benches(drawn_hall)[4].label
    assert Line.objects.filter(kind="station.late").count() == 2


def test_nobody_is_admitted_late_once_the_list_of_the_work_numbers_is_frozen(
    drawn_hall, five, coding_judge, organiser
):
    """There would be no number for that work, and after the lock nobody could mark it."""
    set_state(drawn_hall, S.RUNNING)
    draws.commit_draw(event=drawn_hall, purpose="work", by=coding_judge)
    with pytest.raises(EntryRefused, match="voided first"):
        check_in.admit_late(entry=late(five[3]), reason="Bus", by=organiser)
    assert late(five[3]).state == Entry.State.ABSENT


def test_the_minutes_of_the_door_are_the_offices_before_the_schemes(event):
    Event.objects.filter(pk=event.pk).update(late_minutes=20)
    event.refresh_from_db()
    door, minutes = check_in.door(event)
    assert (minutes, door) == (20, event.sessions.get(number=1).starts_at + timedelta(minutes=20))
    event.late_minutes = 0
    assert check_in.late_minutes(event) == 0


def test_nobody_is_admitted_late_before_the_stations_are_drawn_or_where_no_place_is_left(
    drawn_hall, five, organiser
):
    Station.objects.filter(event=drawn_hall, number__gt=1).update(usable=False)
    check_in.admit_late(entry=late(five[3]), reason="Bus", by=organiser)
    with pytest.raises(EntryRefused, match="No usable place"):
        check_in.admit_late(entry=late(five[4]), reason="Bus", by=organiser)
    assert late(five[4]).state == Entry.State.ABSENT
    Code.objects.filter(event=drawn_hall, layer="station", parent__entry=five[0]).delete()
    with pytest.raises(EntryRefused, match="Only somebody who is absent"):
        check_in.admit_late(entry=late(five[0]), reason="Bus", by=organiser)
