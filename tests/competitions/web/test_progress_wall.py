"""The wall of progress says who has done nothing for half an hour, and only that."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from competitions.models import Event, Sheet
from competitions.web.desk.progress_wall import wall
from craft_site.ledger.chain import append
from tests.competitions.marking_contest import enter, make_marking, mark


@pytest.fixture
def marking(db):
    return make_marking(works=2)


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def quiet(marking, minutes, **fields):
    """Every sheet was last touched so many minutes ago."""
    Sheet.objects.filter(event=marking.event).update(updated_at=ago(minutes), **fields)


def late(marking):
    return {line.name for line in wall(marking.event).judges if line.late}


def everybody(marking):
    return {line.name for line in wall(marking.event).judges}


def test_who_has_open_sheets_and_touched_none_for_half_an_hour_is_late(marking):
    quiet(marking, 31)
    assert late(marking) == everybody(marking)
    busy = marking.sheet(marking.measuring)
    Sheet.objects.filter(pk=busy.pk).update(updated_at=ago(1))
    assert late(marking) == everybody(marking) - {marking.measuring.user.name}
    quiet(marking, 29)
    assert late(marking) == set()


def test_whose_sheets_are_all_signed_is_not_late(marking):
    quiet(marking, 90, state=Sheet.State.SIGNED)
    assert late(marking) == set()


def test_the_chief_judges_signature_does_not_wake_a_judge(marking):
    quiet(marking, 31)
    mine = marking.measuring.sheets.order_by("pk")
    assert mine.count() > 1
    Sheet.objects.filter(pk=mine.first().pk).update(state=Sheet.State.CHIEF_SIGNED, updated_at=ago(1))
    assert marking.measuring.user.name in late(marking)


def test_a_panel_too_far_apart_is_one_line_with_the_sheets_of_all_its_judges(marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))
    found = wall(marking.event)
    [alarm] = found.alarms
    assert (alarm["code"], alarm["aspects"]) == ("W-01", "B1.3 Smooth opening and closing")
    assert [sheet.seat for sheet in alarm["sheets"]] == marking.panel
    assert found.figures[0]["value"] == 3  # sheets, as every figure beside it


@pytest.mark.parametrize("state", [Event.State.RUNNING, Event.State.RECHECKING])
def test_nobody_is_late_while_there_is_no_marking(marking, state):
    quiet(marking, 90)
    marking.event.state = state
    assert late(marking) == set()


def test_half_an_hour_begins_with_the_marking(marking):
    quiet(marking, 90)
    moved = append(marking.event.chain, "event.moved", subject="event:x", facts={"to": "scoring"}, by=None)
    assert json.loads(moved.body)["facts"] == {"to": "scoring"}
    assert late(marking) == set()
