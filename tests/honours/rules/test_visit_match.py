"""Who fits a firm's request: every point has its reason, more of what is wanted never costs, own people are barred."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honours.rules.visit_match import EACH_VISIT, OWN_FIRM, WEIGHTS, Craftsman, Need, distance, fit, ranked

KINDS = ("service", "problem", "management")
FIRMS = st.integers(1, 4)
SPOTS = st.none() | st.tuples(
    st.decimals("28.5", "29.5", places=2, allow_nan=False), st.decimals("119.5", "120.5", places=2)
)
needs = st.builds(
    Need,
    employer=FIRMS,
    kind=st.sampled_from(KINDS),
    trade=st.none() | st.integers(1, 3),
    town=st.none() | st.integers(1, 3),
    spot=SPOTS,
)
craftsmen = st.builds(
    Craftsman,
    key=st.integers(1, 50),
    grades=st.dictionaries(st.integers(1, 3), st.integers(1, 8), max_size=3),
    honour=st.integers(0, 4),
    solved=st.dictionaries(st.sampled_from(KINDS), st.integers(0, 20)),
    town=st.none() | st.integers(1, 3),
    spot=SPOTS,
    visits=st.integers(0, 12),
    employer=st.none() | FIRMS,
    former=st.frozensets(FIRMS),
)
NEED = Need(employer=1, kind="problem", trade=7, town=1)
BEST = Craftsman(key=1, grades={7: 8}, honour=4, solved={"problem": 3}, town=1, employer=2)


def test_the_weights_are_a_hundred_and_the_best_gets_them_all():
    assert sum(WEIGHTS.values()) == 100
    assert fit(NEED, BEST).score == 100


@given(needs, craftsmen)
def test_every_point_has_a_reason_within_its_most(need, one):
    found = fit(need, one)
    assert [reason.key for reason in found.reasons] == list(WEIGHTS)
    assert all(0 <= reason.points <= reason.most == WEIGHTS[reason.key] for reason in found.reasons)
    assert 0 <= found.score == sum(reason.points for reason in found.reasons) <= 100


@given(needs, craftsmen)
def test_more_skill_honour_and_practice_never_cost_and_more_load_never_helps(need, one):
    score = fit(need, one).score
    better = {trade: min(8, grade + 1) for trade, grade in one.grades.items()}
    assert fit(need, replace(one, grades=better)).score >= score
    assert fit(need, replace(one, honour=min(4, one.honour + 1))).score >= score
    more = {**one.solved, need.kind: one.solved.get(need.kind, 0) + 1}
    assert fit(need, replace(one, solved=more)).score >= score
    assert fit(need, replace(one, visits=one.visits + 1)).score <= score


@given(needs, st.lists(craftsmen, max_size=12, unique_by=lambda one: one.key))
def test_the_order_is_whole_and_the_same_whoever_is_named_first(need, people):
    found = ranked(need, people)
    assert sorted(one.key for one in found) == sorted(one.key for one in people)
    assert ranked(need, reversed(people)) == found
    free = [one for one in found if not one.barred]
    assert found[: len(free)] == free
    assert [one.score for one in free] == sorted((one.score for one in free), reverse=True)
    own = {one.key for one in people if one.employer == need.employer}
    assert {one.key for one in found if one.barred == OWN_FIRM} == own


def test_somebody_who_worked_there_before_is_told_and_not_weighed():
    before = fit(NEED, replace(BEST, former=frozenset({1})))
    assert (before.former, before.barred, before.score) == (True, "", 100)


@pytest.mark.parametrize(("visits", "points"), [(0, 10), (1, 10 - EACH_VISIT), (3, 1), (4, 0), (9, 0)])
def test_who_has_been_out_often_this_year_is_spared(visits, points):
    [load] = [one for one in fit(NEED, replace(BEST, visits=visits)).reasons if one.key == "load"]
    assert load.points == points


def test_distance_is_by_town_then_by_kilometres_then_not_known():
    east, west = (Decimal("28.89"), Decimal("120.05")), (Decimal("28.95"), Decimal("119.98"))
    need = Need(employer=1, kind="service", town=1, spot=east)
    assert distance(need, Craftsman(key=1, town=1)) == 0
    assert distance(need, Craftsman(key=1, town=2, spot=west)) == 10
    assert distance(need, Craftsman(key=1, town=2, spot=east)) == 1
    assert distance(need, Craftsman(key=1, town=2)) is None
    assert distance(need, Craftsman(key=1)) is None


def test_a_request_without_a_trade_gives_everybody_the_same_for_it():
    points = {
        fit(replace(NEED, trade=None), replace(BEST, grades=grades)).reasons[0].points
        for grades in ({}, {7: 8})
    }
    assert points == {WEIGHTS["trade"] // 2}
