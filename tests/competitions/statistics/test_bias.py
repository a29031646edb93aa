"""Off the panel, home lift and drift: known tables worked by hand, and simulated ones with a known cause."""

import random

import pytest

from competitions.statistics.bias import drift, home_lift, off_the_panel, offsets
from tests.competitions.statistics.tables import by_entry, guilford


def test_offsets_compare_with_the_mean_of_the_others():
    off = offsets(by_entry([(5, 3, 4), (9, None, 8), (7, None, None)]))
    assert off["J1"] == {"E1": 1.5, "E2": 1.0}  # alone on E3: nothing to compare with
    assert off["J2"] == {"E1": -1.5}
    assert off["J3"] == {"E1": 0.0, "E2": -1.0}


def test_items_of_an_entry_are_one_observation():
    off = offsets(guilford())
    assert {len(by_entry_) for by_entry_ in off.values()} == {7}
    # Totals 171, 156, 181 of 35 marks each: 171/35 - (156 + 181)/70.
    assert off_the_panel(off["J1"]).value == pytest.approx(171 / 35 - 337 / 70)
    assert sum(off_the_panel(one).value for one in off.values()) == pytest.approx(0)


def test_a_judge_apart_by_more_than_chance_stands_out():
    chance = random.Random(2)
    strict = {f"E{n}": -1 + chance.gauss(0, 0.5) for n in range(20)}
    like_all = {f"E{n}": chance.gauss(0, 0.5) for n in range(20)}
    assert off_the_panel(strict).stands_out
    assert not off_the_panel(like_all).stands_out


def test_one_entry_tells_nothing_about_chance():
    found = off_the_panel({"E1": 3.0})
    assert (found.value, found.se, found.p, found.stands_out) == (3.0, None, None, False)
    assert off_the_panel({}) is None


def test_t_test_of_the_offset_by_hand():
    """Mean 1, variance 1, n 4: t = 2 on 3 degrees of freedom, p = .139."""
    found = off_the_panel({"a": 0.0, "b": 1.0, "c": 1.0, "d": 2.0})
    assert found.se == pytest.approx((2 / 3 / 4) ** 0.5)
    assert off_the_panel({"a": 0.0, "b": 2.0, "c": 0.0, "d": 2.0}).p == pytest.approx(0.1817, abs=1e-4)


def test_home_lift_is_the_difference_of_own_people_and_others():
    off = {"E1": 2.0, "E2": 1.0, "E3": 0.0, "E4": -0.5, "E5": 0.5}
    lift = home_lift(off, {"E1", "E2", "E9"})
    assert (lift.home, lift.away, lift.difference.value) == (1.5, 0.0, 1.5)
    assert (lift.home_entries, lift.away_entries) == (2, 3)
    assert lift.difference.se == pytest.approx((0.5 / 2 + 0.25 / 3) ** 0.5)


def test_home_lift_needs_both_kinds():
    assert home_lift({"E1": 1.0}, {"E1"}) is None
    assert home_lift({"E1": 1.0}, set()) is None
    alone = home_lift({"E1": 1.0, "E2": 0.0, "E3": 0.0}, {"E1"})
    assert (alone.difference.value, alone.difference.p, alone.difference.stands_out) == (1.0, None, False)


def test_a_judge_who_lifts_the_own_people_stands_out():
    chance = random.Random(4)
    home = {f"E{n}" for n in range(6)}
    off = {f"E{n}": (1.5 if f"E{n}" in home else 0) + chance.gauss(0, 0.4) for n in range(40)}
    assert home_lift(off, home).difference.stands_out


def test_drift_along_a_line():
    found = drift([0.0, 0.1, 0.2, 0.3, 0.4])
    assert found.change.value == pytest.approx(0.4)
    assert found.start == pytest.approx(0)
    assert found.change.stands_out


def test_no_drift_in_marks_that_only_vary():
    chance = random.Random(8)
    assert not drift([chance.gauss(0, 1) for _ in range(40)]).change.stands_out
    steady = drift([0.25] * 6)
    assert (steady.change.value, steady.change.p) == (0, 1)


def test_three_entries_are_too_few_for_a_drift():
    assert drift([1.0, 2.0, 3.0]) is None
