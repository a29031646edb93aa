from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.rules.completion import Held, judge, percent, share

RULE = {"attendance_percent": 80, "parts": ("theory", "practice"), "pass_mark": Decimal(60)}
GOOD = {"theory": Decimal(60), "practice": Decimal(60)}


def sessions(made, of, turns=1):
    return [Held(hours=4, turns=turns, made=turns if n < made else 0) for n in range(of)]


@pytest.mark.parametrize(("made", "complete"), [(4, True), (3, False)])
def test_four_of_five_sessions_are_enough_and_three_are_not(made, complete):
    found = judge(sessions(made, 5), marks=GOOD, **RULE)
    assert (found.complete, found.short) == (complete, not complete)


@pytest.mark.parametrize(
    ("marks", "missing", "below"),
    [
        (GOOD, (), ()),
        ({"theory": Decimal("59.99"), "practice": Decimal(100)}, (), ("theory",)),
        ({"practice": Decimal(70)}, ("theory",), ()),
        ({}, ("theory", "practice"), ()),
        ({"theory": Decimal(0), "practice": Decimal(60)}, (), ("theory",)),
    ],
)
def test_each_part_has_to_reach_the_pass_mark_and_no_mark_is_not_zero(marks, missing, below):
    found = judge(sessions(5, 5), marks=marks, **RULE)
    assert (found.missing, found.below) == (missing, below)
    assert found.complete == (not missing and not below)


def test_one_sign_in_of_two_earns_half_of_the_session():
    assert share([Held(hours=4, turns=2, made=1), Held(hours=4, turns=2, made=2)]) == Fraction(3, 4)


def test_leave_explains_hours_and_earns_none():
    found = judge([*sessions(3, 3), Held(4, 1, 0, on_leave=True)], marks=GOOD, **RULE)
    assert (found.attended, found.leave_hours, found.complete) == (Fraction(3, 4), 4, False)


def test_a_share_just_below_the_need_is_never_shown_as_reaching_it():
    assert percent(Fraction(7999, 10000)) == Decimal("79.9")
    for attended, said in (("24/56", "42.9"), ("2/3", "66.7"), ("1/3", "33.3"), ("1", "100.0"), ("0", "0.0")):
        assert percent(Fraction(attended)) == Decimal(said)


@given(
    st.lists(st.builds(Held, hours=st.integers(1, 12), turns=st.just(2), made=st.integers(0, 2)), min_size=1)
)
def test_the_share_lies_between_none_and_all_and_one_more_sign_in_never_lowers_it(held):
    before = share(held)
    assert 0 <= before <= 1
    first = held[0]
    more = Held(first.hours, first.turns, min(first.made + 1, first.turns))
    assert share([more, *held[1:]]) >= before


def test_whoever_comes_late_is_measured_by_the_hours_of_the_whole_course():
    """The certificate speaks of all of them: two sessions of five before joining leave sixty per cent at most."""
    taken = [Held(hours=4, turns=1, made=0, before=True)] * 2 + sessions(3, 3)
    found = judge(taken, marks=GOOD, **RULE)
    assert (found.complete, percent(found.attended), found.before_hours) == (False, Decimal("60.0"), 8)
    one = [Held(hours=4, turns=1, made=0, before=True), *sessions(4, 4)]
    assert judge(one, marks=GOOD, **RULE).complete


def test_who_was_there_before_the_place_is_present_all_the_same():
    taken = [Held(hours=4, turns=1, made=1, before=True), *sessions(3, 4)]
    found = judge(taken, marks=GOOD, **RULE)
    assert (found.complete, found.before_hours) == (True, 0)
