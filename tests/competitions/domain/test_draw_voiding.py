import pytest
from django.core.exceptions import PermissionDenied

from competitions.domain import check_in, draw_voiding, draws
from competitions.domain.draws import DrawRefused
from competitions.models import Code, Draw, Entry
from tests.competitions.lots import draw_all, drawn, make_hall, set_state
from tests.factories import make_entry, make_seat


@pytest.fixture
def event(db):
    return make_hall()


@pytest.fixture
def five(event):
    return [make_entry(event) for _ in range(5)]


@pytest.fixture
def three_layers(event, five, coding_judge, supervisor):
    return draw_all(event, five[:4], coding_judge, supervisor)


def test_two_people_void_a_draw_its_outcome_is_kept_and_a_new_round_follows(
    event, five, coding_judge, supervisor
):
    old = drawn(event, "contestant", coding_judge, supervisor)
    with pytest.raises(DrawRefused, match="Nobody has asked"):
        draw_voiding.void_draw(draw=old, by=supervisor)
    draw_voiding.ask_to_void(draw=old, reason="A ball was missing.", by=coding_judge)
    old.refresh_from_db()
    assert (old.state, Code.objects.count()) == ("drawn", 5)
    draw_voiding.void_draw(draw=old, by=supervisor)
    assert draw_voiding.void_draw(draw=old, by=supervisor).state == "void"
    assert (Code.objects.count(), old.slots.count()) == (0, 5)
    new = drawn(event, "contestant", coding_judge, supervisor, "2 2 2 2 2 2")
    assert (new.round, new.commitment == old.commitment, Code.objects.count()) == (2, False, 5)


def test_numbers_voided_when_the_door_is_open_are_drawn_again_for_those_who_came_too(
    event, five, coding_judge, supervisor
):
    old = drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, "frozen")
    check_in.check_in(entry=Entry.objects.get(pk=five[0].pk), by=coding_judge)
    check_in.mark_absent(entry=Entry.objects.get(pk=five[1].pk), by=coding_judge)
    draw_voiding.ask_to_void(draw=old, reason="A ball was missing.", by=coding_judge)
    draw_voiding.void_draw(draw=old, by=supervisor)
    drawn(event, "contestant", coding_judge, supervisor)
    assert set(Code.objects.values_list("entry", flat=True)) == {entry.pk for entry in five}


def test_whoever_asked_does_not_void_and_an_outsider_neither(
    event, five, coding_judge, supervisor, organiser, judge
):
    draw = drawn(event, "contestant", coding_judge, supervisor)
    for person in (organiser, judge, supervisor):
        with pytest.raises(PermissionDenied):
            draw_voiding.ask_to_void(draw=draw, reason="x", by=person)
    draw_voiding.ask_to_void(draw=draw, reason="x", by=coding_judge)
    for person in (organiser, judge, coding_judge):
        with pytest.raises(PermissionDenied):
            draw_voiding.void_draw(draw=draw, by=person)
    make_seat(event, "chief", user=coding_judge)
    with pytest.raises(DrawRefused, match="cannot decide"):
        draw_voiding.void_draw(draw=draw, by=coding_judge)


def test_a_refused_request_leaves_the_draw_as_it_was(event, five, coding_judge, supervisor, chief):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    draw_voiding.ask_to_void(draw=draw, reason="Somebody is missing.", by=coding_judge)
    with pytest.raises(DrawRefused, match="decided first"):
        draws.throw(draw=draw, dice="1 1 1 1 1 1", by=coding_judge)
    draw_voiding.keep_draw(draw=draw, by=chief)
    draws.throw(draw=draw, dice="1 1 1 1 1 1", by=coding_judge)
    assert draws.witness_throw(draw=draw, dice="1 1 1 1 1 1", by=supervisor).state == "drawn"


def test_an_earlier_draw_stands_while_a_later_one_builds_on_it(three_layers, coding_judge):
    for purpose in ("contestant", "station"):
        with pytest.raises(DrawRefused, match="void that one first"):
            draw_voiding.ask_to_void(
                draw=Draw.objects.get(purpose=purpose), reason="Too late.", by=coding_judge
            )


def test_a_draw_needs_a_reason_to_be_voided(event, five, coding_judge):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    with pytest.raises(DrawRefused, match="Say why"):
        draw_voiding.ask_to_void(draw=draw, reason="  ", by=coding_judge)
