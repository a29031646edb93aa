"""The last detail of a penalty: what two notes of one breach add up to, what is zeroed by which, what is refused."""

from decimal import Decimal

import pytest

from competitions.scoring.penalties import PenaltyBook, PenaltyFault, PenaltyInput
from competitions.scoring.scheme import Penalties, PenaltyRule, Selector

PARTS = {"A": ("a1", "a2"), "A1": ("a1",), "a1": ("a1",), "a2": ("a2",), "B": ("b1",), "b1": ("b1",)}


def rule(code, effect, **more):
    return PenaltyRule(code, code, code, effect, more.pop("component", "P"), **more)


CHOSEN = Selector("given", ("a1", "a2"), chosen_when_given=True)
RULES = (
    rule("late", "total_points", points=Decimal(5), each=True),
    rule("loud", "total_points", points=Decimal(3)),
    rule("rude", "total_points", points=Decimal(2), second_time="disqualify"),
    rule("wild", "total_points", points=Decimal(2), second_time="zero_all"),
    rule("cheat", "total_points", points=Decimal(4), component="T"),
    rule("mark", "zero_aspects", aspects=Selector("B", ("b1",))),
    rule("part", "zero_aspects", aspects=CHOSEN),
    rule("none", "zero_all"),
    rule("stop", "stop"),
    rule("out", "disqualify"),
)


def effect(*given, cap=None):
    book = PenaltyBook(Penalties(RULES, cap_total_points=cap), aspects_of=PARTS)
    return book.effect([PenaltyInput(item) if isinstance(item, str) else item for item in given])


@pytest.mark.parametrize(
    ("given", "deducted"),
    [
        ([PenaltyInput("late", 3)], {"P": 15}),
        ([PenaltyInput("loud", 3)], {"P": 3}),
        (["late", "loud", "cheat"], {"P": 8, "T": 4}),
        (["late", "late"], {"P": 10}),
        (["none"], {}),
    ],
)
def test_points_add_up_by_component(given, deducted):
    found = effect(*given)
    assert (found.deducted, found.faults, found.status) == (deducted, [], None)


@pytest.mark.parametrize(
    ("cap", "deducted"), [("7", {"P": 7}), ("8", {"P": 8}), ("10", {"P": 8, "T": 2}), ("0", {})]
)
def test_the_cap_is_used_up_in_the_order_of_the_penalties(cap, deducted):
    assert effect("late", "loud", "cheat", cap=Decimal(cap)).deducted == deducted


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(5, 5, None), (10, None, None), (None, 10, None), (None, 5, "5"), (5, None, "5"), (7, 5, "12")],
)
def test_what_the_judges_wrote_is_added_up_before_it_is_compared(first, second, expected):
    written = [
        PenaltyInput("late", points=None if points is None else Decimal(points)) for points in (first, second)
    ]
    faults = effect(*written).faults
    params = {"penalty": "late", "given": expected, "expected": "10"}
    assert faults == ([] if expected is None else [PenaltyFault("penalty_points", params)])


def test_two_notes_of_one_breach_zero_what_both_of_them_name():
    found = effect(PenaltyInput("part", aspects=("A1",)), PenaltyInput("part", aspects=("a2",)))
    assert (found.zeroed, found.faults) == ({"a1": "part", "a2": "part"}, [])


def test_a_criterion_that_is_wholly_selected_may_be_named():
    assert effect(PenaltyInput("part", aspects=("A",))).zeroed == {"a1": "part", "a2": "part"}


def test_what_is_not_selected_or_not_there_is_named_and_the_rest_is_zeroed():
    found = effect(PenaltyInput("part", aspects=("B", "nothing", "a1")))
    assert found.zeroed == {"a1": "part"}
    assert found.faults == [
        PenaltyFault("penalty_aspect_outside", {"penalty": "part", "aspect": code})
        for code in ("B", "nothing")
    ]
    assert effect("part").faults == [PenaltyFault("penalty_needs_aspects", {"penalty": "part"})]


def test_each_zeroed_aspect_says_by_which_penalty():
    assert effect("mark").zeroed == {"b1": "mark"}
    assert effect("mark", "none").zeroed == dict.fromkeys(("a1", "a2", "b1"), "none")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (["rude"], None),
        ([PenaltyInput("rude", 2)], "disqualified"),
        (["rude", "rude", "rude"], "disqualified"),
        (["stop"], "stopped"),
        (["out"], "disqualified"),
        (["out", "stop"], "disqualified"),
        (["stop", "out"], "disqualified"),
    ],
)
def test_the_gravest_consequence_stands(given, status):
    assert effect(*given).status == status


def test_a_second_time_has_its_own_consequence_beside_the_points():
    found = effect("wild", "wild")
    assert found.zeroed == dict.fromkeys(("a1", "a2", "b1"), "wild")
    assert (found.deducted, found.status) == ({"P": 2}, None)
    assert effect("wild").zeroed == {}


def test_an_unknown_penalty_and_one_given_no_time_are_named_and_those_after_them_count():
    found = effect("what", PenaltyInput("loud", 0), "late")
    assert found.faults == [
        PenaltyFault("penalty_unknown", {"penalty": "what"}),
        PenaltyFault("penalty_times", {"penalty": "loud"}),
    ]
    assert found.deducted == {"P": 5}
