"""A contest driven by chance from its announcement to the marking, beside a model of it in a few dicts.

Each step is one real verb, done in one of the ways of tests.competitions.machine.steps. What a play brings to the
marking is marked, decoded and published too, so that whoever registered is followed to the place on the published list.
CRAFT_SOAK=20 makes twenty times as many contests (`make soak`).
"""

import os
from decimal import Decimal

import pytest

from competitions.domain import component_marks
from competitions.domain.component_marks import ComponentMark
from competitions.domain.reviews import Decision
from competitions.models import Code, Release, Sheet
from tests.competitions.announced_contest import ALSO_JUDGE, BY_ROSTER, SEATS, make_announced
from tests.competitions.machine.before import LAYERS
from tests.competitions.machine.beginning import Beginning
from tests.competitions.machine.drawing import DICE
from tests.competitions.machine.handing_over import handed_over
from tests.competitions.machine.steps import AGAIN, CRASH, CUT, DOUBLE, OLD, ONCE, S, play

pytestmark = pytest.mark.django_db

SOAK = int(os.environ.get("CRAFT_SOAK", "1"))


def test_a_contest_comes_to_its_marking_whatever_is_done_in_whatever_order():
    announced = make_announced()
    play(type("Beginning", (Beginning,), {"announced": announced}), contests=5, steps=25, soak=SOAK)


# --- plays that chance finds seldom ----------------------------------------------------------------------------------


@pytest.fixture
def contest():
    found = type("Beginning", (Beginning,), {"announced": make_announced()})()
    yield found
    found.all_that_always_holds()


def enters(contest, n, *ways, years=5):
    """Contestant n hands in; each way is that of all four steps."""
    for way in ways:
        contest.contestant_starts(n, way)
        at = [m for m in sorted(contest.cards) if m != BY_ROSTER].index(n) if n in contest.cards else 0
        contest.contestant_answers(at, years, way)
        contest.contestant_agrees(at, True, True, way)
        contest.contestant_hands_in(at, way)


def test_an_entry_handed_in_twice_at_once_has_one_number_and_goes_one_way(contest):
    contest.office_moves_the_event(S.REGISTERING, DOUBLE)
    enters(contest, 0, CUT, CRASH, DOUBLE, AGAIN)
    contest.reviewer_decides(0, Decision.RETURN, False, DOUBLE)
    contest.contestant_hands_in(0, DOUBLE)
    contest.reviewer_decides(0, Decision.PASS, False, DOUBLE)
    contest.reviewer_decides(0, Decision.ACCEPT, True, DOUBLE)
    assert contest.cards[0].state == "accepted"
    assert contest.cards[0].serial == 1


def test_a_second_look_is_for_the_refused_alone(contest):
    contest.office_moves_the_event(S.REGISTERING, ONCE)
    contest.contestant_starts(0, ONCE)
    contest.contestant_asks_for_a_second_look(0, ONCE)
    enters(contest, 0, ONCE)
    contest.contestant_asks_for_a_second_look(0, ONCE)
    assert contest.cards[0].state == "submitted"
    contest.reviewer_decides(0, Decision.REFUSE, False, ONCE)
    contest.contestant_asks_for_a_second_look(0, DOUBLE)
    assert contest.cards[0].state == "unit_ok"


def test_a_second_look_does_not_open_a_firms_quota(contest):
    contest.office_moves_the_event(S.REGISTERING, ONCE)
    enters(contest, 0, ONCE)
    contest.reviewer_decides(0, Decision.REFUSE, False, ONCE)
    enters(contest, 1, ONCE)
    enters(contest, 2, ONCE)
    contest.contestant_asks_for_a_second_look(0, ONCE)
    for n in (1, 2):
        contest.reviewer_decides(n, Decision.PASS, False, ONCE)
        contest.reviewer_decides(n, Decision.ACCEPT, True, ONCE)
    contest.reviewer_decides(0, Decision.ACCEPT, True, ONCE)
    assert [card.state for card in contest.cards.values()] == ["unit_ok", "accepted", "accepted"]


def test_a_firms_quota_and_the_events_places_are_kept_on_every_way_in(contest):
    contest.office_moves_the_event(S.REGISTERING, ONCE)
    for n in range(5):
        enters(contest, n, ONCE)
    assert contest.cards[2].state == "draft"
    contest.contact_loads_the_roster(3, ONCE)
    assert BY_ROSTER not in contest.cards
    for n in range(5):
        contest.reviewer_decides(n, Decision.PASS, False, ONCE)
        contest.reviewer_decides(n, Decision.ACCEPT, True, DOUBLE)
    assert contest.those("accepted") == [0, 1, 3]
    contest.contestant_withdraws(0, 0, ONCE)
    contest.contact_loads_the_roster(3, DOUBLE)
    contest.reviewer_decides(5, Decision.ACCEPT, True, ONCE)
    contest.contestant_hands_in(2, ONCE)
    contest.contestant_starts(0, ONCE)
    contest.contestant_hands_in(0, ONCE)
    assert contest.those("accepted") == [1, 3, BY_ROSTER]
    assert contest.those("draft") == [0, 2]


def test_whoever_was_refused_and_judges_now_is_no_contestant_again(contest):
    contest.office_moves_the_event(S.REGISTERING, ONCE)
    enters(contest, ALSO_JUDGE, ONCE)
    contest.office_gives_a_seat("reserve", ONCE)
    contest.reviewer_decides(0, Decision.REFUSE, True, ONCE)
    contest.office_gives_a_seat("reserve", DOUBLE)
    contest.contestant_asks_for_a_second_look(0, ONCE)
    assert contest.cards[ALSO_JUDGE].state == "refused"


def test_nothing_is_registered_from_a_page_that_was_open_before_the_list_was_frozen(contest):
    contest.begins_at(1, {0, 1, 3})
    contest.contestant_starts(4, ONCE)
    contest.open_pages()
    contest.all_are_decided()
    for n in range(4):
        contest.contestant_answers(n, 3, OLD)
        contest.contestant_agrees(n, False, False, OLD)
    contest.list_is_frozen_and_numbers_are_drawn()
    contest.contestant_starts(2, OLD)
    for n in range(4):
        contest.contestant_withdraws(n, 0, OLD)
    assert contest.state == S.FROZEN


def test_numbers_that_are_voided_after_the_door_was_opened_are_drawn_again_for_all(contest):
    contest.begins_at(3, {0, 1, 3})
    contest.contestant_comes(0, False, DOUBLE)
    contest.contestant_is_not_there(1, DOUBLE)
    contest.coding_judge_asks_to_void("contestant", True, DOUBLE)
    contest.draw_is_voided("contestant", "coding", ONCE)
    contest.draw_is_voided("contestant", "supervisor", DOUBLE)
    contest.lots_are_drawn("contestant")
    assert contest.numbers["contestant"].keys() == {0, 1, 3}
    contest.they_come_and_begin(False)
    assert contest.state == S.RUNNING


def test_a_draw_is_voided_when_somebody_asked_and_nothing_builds_on_it(contest):
    contest.begins_at(3, {0, 3})
    contest.draw_is_voided("contestant", "chief", ONCE)
    contest.coding_judge_asks_to_void("contestant", True, ONCE)
    for n in (0, 1):
        contest.contestant_comes(n, False, ONCE)
    contest.coding_judge_freezes_a_list("station", ONCE)
    contest.draw_is_voided("contestant", "chief", ONCE)
    assert contest.drawn("contestant")
    contest.draw_is_kept("contestant", "supervisor", ONCE)


def test_nobody_comes_late_without_a_work_number(contest):
    contest.begins_at(3, {0, 1, 3})
    contest.they_come_and_begin(True)
    contest.coding_judge_freezes_a_list("work", ONCE)
    contest.contestant_comes_late(2, False, ONCE)
    contest.coding_judge_asks_to_void("work", True, ONCE)
    contest.draw_is_voided("work", "chief", ONCE)
    contest.contestant_comes_late(2, True, ONCE)
    contest.contestant_comes_late(2, False, DOUBLE)
    contest.they_work_and_hand_in()
    assert len(contest.numbers["work"]) == 3


def test_a_tied_judge_sits_when_two_people_have_waived_it_and_not_before(contest):
    contest.begins_at(4, {0, 1, 3})
    contest.lots_are_drawn("work")
    contest.sheets_are_issued("coding", ONCE)
    assert contest.sheets == set()
    contest.official_waives("result 1", 1, "chief", DOUBLE)
    contest.sheets_are_issued("coding", ONCE)
    assert contest.sheets == set()
    contest.official_waives("result 1", 1, "supervisor", CUT)
    contest.official_waives("result 1", 1, "supervisor", AGAIN)
    contest.sheets_are_issued("coding", DOUBLE)
    assert ("result 1", 1) in contest.sheets
    contest.judge_declares_a_tie(3, DOUBLE)
    contest.sheets_are_issued("chief", ONCE)
    contest.office_gives_a_seat("reserve", ONCE)
    contest.sheets_are_issued("chief", ONCE)


def test_whoever_registered_is_the_one_who_is_ranked(contest):
    """From the first form to the published list: the better work is of whoever made it, through three codes."""
    comes_to_the_marking(contest)
    only_its_own_layer_is_open_to_each(contest)

    marked, order = handed_over(contest)
    better = order.index(3)  # whom no number tells from the other
    for seat in range(4):
        for work in range(2):
            value = 2 if work == better else 1
            marked.enters(seat, work, value, False, (DOUBLE, CUT, AGAIN, CRASH)[seat])
            marked.enters(seat, work, value, False, ONCE)
    theory = [ComponentMark(2, number, Decimal(80)) for number in contest.numbers["contestant"].values()]
    for _sent in range(2):
        component_marks.import_component(
            event=contest.event, component="T", rows=theory, by=contest.official("chief"), source="theory.csv"
        )
    marked.begins_at(5)
    for way in (CUT, DOUBLE):
        marked.office_publishes(way)
    rows = list(Release.objects.get().rows.order_by("position").select_related("entry__worker"))
    assert [(row.rank, row.name) for row in rows] == [(1, "Contestant 4"), (2, "Contestant 2")]
    assert [row.entry.worker for row in rows] == [contest.announced.workers[3], contest.announced.workers[1]]
    assert [row.contestant_no for row in rows] == [contest.numbers["contestant"][n] for n in (3, 1)]
    marked.all_that_always_holds()
    contest.state = marked.state
    assert contest.state == S.PUBLICITY


def firmly(step, *what):
    """A step that is cut off twice before it is done, and then sent four times."""
    for way in (CUT, CRASH, DOUBLE, AGAIN):
        step(*what, way)


def comes_to_the_marking(contest):
    """With every step done firmly."""
    firmly(contest.office_moves_the_event, S.REGISTERING)
    for at, n in enumerate((1, 3)):
        firmly(contest.contestant_starts, n)
        firmly(contest.contestant_answers, at, 5)
        firmly(contest.contestant_agrees, at, True, True)
        firmly(contest.contestant_hands_in, at)
    firmly(contest.office_moves_the_event, S.ELIGIBILITY)
    contest.reviewer_decides(0, Decision.PASS, False, ONCE)  # once: then it is no longer the employer's
    for at in (0, 1):
        firmly(contest.reviewer_decides, at, Decision.ACCEPT, True)
    firmly(contest.office_publishes_the_list)
    for name in SEATS:
        if name != "reserve":
            firmly(contest.office_gives_a_seat, name)
    firmly(contest.office_moves_the_event, S.FROZEN)
    are_drawn_firmly(contest, "contestant")
    for at in (0, 1):
        firmly(contest.contestant_comes, at, False)
    are_drawn_firmly(contest, "station")
    firmly(contest.office_moves_the_event, S.RUNNING)
    firmly(contest.floor_judge_starts_the_clocks)
    firmly(contest.floor_judge_stops_the_clocks)
    are_drawn_firmly(contest, "work")
    for who in ("chief", "supervisor"):
        firmly(contest.official_waives, "result 1", 1, who)
    firmly(contest.sheets_are_issued, "coding")
    firmly(contest.office_moves_the_event, S.SCORING)
    assert contest.state == S.SCORING


def are_drawn_firmly(contest, layer):
    firmly(contest.coding_judge_freezes_a_list, layer)
    firmly(contest.coding_judge_throws, layer, DICE)
    firmly(contest.supervisor_witnesses, layer, DICE, "supervisor")


def only_its_own_layer_is_open_to_each(contest):
    """Before the codes are opened nobody but the coding judge can join two layers."""
    open_to = {
        name: set(Code.objects.visible_to(by).values_list("layer", flat=True))
        for name, by in contest.announced.officials.items()
    }
    assert open_to == {
        "chief": {"work"},
        "coding": set(LAYERS),
        "supervisor": {"contestant"},
        "watcher": {"contestant"},
        "floor": {"station"},
        "measuring": {"work"},
        "result 1": {"work"},
        "result 2": {"work"},
        "result 3": {"work"},
        "reserve": set(),
    }
    assert not Code.objects.visible_to(contest.announced.workers[0].user).exists()
    assert Sheet.objects.count() == 8
