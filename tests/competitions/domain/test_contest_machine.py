"""A whole contest driven by chance, beside a model of it in a few dicts: from marks to the second version of a result.

Each step is one real verb, done in one of the ways of tests.competitions.machine.steps. What comes before the marking
is driven in test_contest_before_marking.py.
CRAFT_SOAK=20 makes twenty times as many contests (`make soak`).
"""

import os

import pytest

from tests.competitions.machine.contest import Contest
from tests.competitions.machine.steps import AGAIN, DOUBLE, OLD, ONCE, play
from tests.competitions.whole_contest import (
    make_whole,
)

pytestmark = pytest.mark.django_db

SOAK = int(os.environ.get("CRAFT_SOAK", "1"))


def test_a_contest_holds_whatever_is_done_in_whatever_order():
    whole = make_whole()
    play(type("Contest", (Contest,), {"whole": whole}), contests=4, steps=20, soak=SOAK)


# --- plays that chance finds seldom ----------------------------------------------------------------------------------


@pytest.fixture
def contest():
    found = type("Contest", (Contest,), {"whole": make_whole()})()
    yield found
    found.all_that_always_holds()


def test_a_mark_that_was_taken_back_agrees_with_its_line(contest):
    contest.takes_back(1, 0, AGAIN)
    contest.enters(1, 0, 3, False, DOUBLE)
    contest.takes_back(0, 1, ONCE)


def test_a_second_error_on_a_corrected_sheet_is_corrected_too(contest):
    contest.begins_at(2)
    contest.supervisor_throws(0, "4 6 1 3 5 2", DOUBLE)
    for value in (1, 2, 3):
        contest.supervisor_finds_an_error(0, value, AGAIN)
        contest.chief_corrects(0, ONCE) if value == 1 else contest.chief_corrects(value - 1, AGAIN)


def test_a_second_error_on_a_corrected_sheet_is_withdrawn(contest):
    contest.begins_at(2)
    contest.supervisor_throws(0, "4 6 1 3 5 2", ONCE)
    contest.supervisor_finds_an_error(0, 1, ONCE)
    contest.chief_corrects(0, ONCE)
    contest.supervisor_finds_an_error(0, 3, ONCE)
    contest.supervisor_withdraws_notice(1, AGAIN)


def test_codes_opened_twice_at_once_are_opened_once(contest):
    contest.begins_at(4)
    contest.coding_judge_asks_to_decode(DOUBLE)
    for _layer in range(3):
        contest.two_people_open_a_layer(0, 0, DOUBLE)
    assert contest.state == "decoded"


def test_a_signature_on_a_breach_sent_twice_at_once_counts_once(contest):
    contest.floor_judge_proposes(0, 0, DOUBLE)
    contest.contestant_signs(0, DOUBLE)
    contest.other_judge_seconds(0, 1, DOUBLE)
    contest.chief_decides_penalty(0, True, DOUBLE)


def test_a_refused_signature_seen_twice_at_once_counts_once(contest):
    contest.floor_judge_proposes(0, 0, ONCE)
    contest.supervisor_sees_refusal(0, 0, DOUBLE)


def test_nothing_is_recorded_at_the_benches_from_a_page_that_was_open_before_the_lock(contest):
    contest.open_pages()
    contest.begins_at(2)
    contest.floor_judge_proposes(0, 0, OLD)
    contest.begins_at(0)


def test_a_contest_goes_all_the_way_to_the_second_version(contest):
    contest.begins_at(6)
    for step in ("admit", "decide", "second", "decide_second"):
        contest.appeal_goes_on(step, False, DOUBLE)
    contest.chief_asks_for_a_correction(0, 1, 0, True, DOUBLE)
    contest.supervisor_approves(0, 1, ONCE)
    contest.supervisor_approves(0, 0, DOUBLE)
    contest.appeal_goes_on("carry_out", False, DOUBLE)
    contest.office_publishes(DOUBLE)
    assert len(contest.published) == 2
