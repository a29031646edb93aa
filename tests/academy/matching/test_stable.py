"""The matching of apprentices and mentors against what it promises, and against trying everything."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.matching.people import Apprentice, Mentor, Weights, lot, score
from academy.matching.stable import Market, blocking, market, match
from tests.academy.matching.rounds import every_stable, rounds


def a(key: str, *wishes: str, **fields) -> Apprentice:
    return Apprentice(key, fields.pop("trade", "mould"), fields.pop("grade", 2), wishes=wishes, **fields)


def m(key: str, *wishes: str, places: int = 1, **fields) -> Mentor:
    return Mentor(
        key, fields.pop("trade", "mould"), fields.pop("grade", 4), places=places, wishes=wishes, **fields
    )


def test_the_example_of_gale_and_shapley_gives_the_apprentices_their_first_wishes():
    """Three and three, each apprentice first with another mentor, each mentor last of who wishes them."""
    takers = [a("x", "A", "B", "C"), a("y", "B", "C", "A"), a("z", "C", "A", "B")]
    givers = [m("A", "y", "z", "x"), m("B", "z", "x", "y"), m("C", "x", "y", "z")]
    assert match(market(code="r", apprentices=takers, mentors=givers)) == {"x": "A", "y": "B", "z": "C"}


def test_a_mentor_with_two_places_keeps_the_two_whom_they_prefer():
    takers = [a("x", "A", only_wishes=True), a("y", "A"), a("z", "A")]
    givers = [m("A", "z", "y", "x", places=2), m("B")]
    assert match(market(code="r", apprentices=takers, mentors=givers)) == {"y": "A", "z": "A"} | {}


def test_without_wishes_the_facts_decide_and_equal_points_go_by_lot():
    near, far = a("near", employer="firm", town="east"), a("far", town="west")
    mentor = m("A", employer="firm", town="east")
    assert match(market(code="r", apprentices=[far, near], mentors=[mentor])) == {"near": "A"}
    twins = market(code="r", apprentices=[a("x"), a("y")], mentors=[m("A")])
    assert match(twins) == {min(("x", "y"), key=lambda key: lot("r", key)): "A"}
    codes = {tuple(match(replace(twins, code=f"r{n}", lots={}, lists={})).items()) for n in range(20)}
    assert len(codes) == 2  # another round, another lot


def test_the_points_are_made_of_trade_level_employer_and_town():
    found = score(a("x", employer="f", town="t"), m("A", employer="f", town="t"), Weights())
    assert found is not None
    assert (found.trade, found.level, found.employer, found.town, found.gap) == (40, 20, 25, 15, 2)
    assert found.total == 100
    assert score(a("x", grade=4), m("A", grade=4), Weights()) is None
    assert score(a("x", trade="weld"), m("A"), Weights()) is None
    other = score(a("x", trade="weld"), m("A"), Weights(same_trade_only=False))
    assert other is not None
    assert (other.trade, other.total) == (0, 20)
    no_firm = score(a("x", employer=""), m("A", employer=""), Weights())
    assert no_firm is not None
    assert no_firm.employer == 0  # two people without an employer do not share one
    assert score(a("x", grade=0), m("A", grade=8), Weights()).level == Weights().far


def test_nobody_is_matched_with_themselves_or_with_whom_they_may_not_be():
    both = market(code="r", apprentices=[a("p", "p")], mentors=[m("p", "p")])
    assert match(both) == {}
    assert match(market(code="r", apprentices=[a("x", "A")], mentors=[m("A")], barred=[("x", "A")])) == {}


def test_a_key_stands_once_on_each_side():
    with pytest.raises(ValueError, match="twice"):
        market(code="r", apprentices=[a("x"), a("x")], mentors=[])
    with pytest.raises(ValueError, match="twice"):
        market(code="r", apprentices=[], mentors=[m("A"), m("A")])


def test_the_check_finds_the_pair_that_would_rather_have_one_another():
    round_ = market(code="r", apprentices=[a("x", "A", "B"), a("y", "A", "B")], mentors=[m("A", "x"), m("B")])
    assert blocking(round_, {"y": "A", "x": "B"}) == [("x", "A")]
    assert blocking(round_, {}) != []


@given(rounds())
def test_the_outcome_is_stable_and_keeps_the_places(round_: Market):
    matched = match(round_)
    assert blocking(round_, matched) == []
    for mentor, one in round_.mentors.items():
        assert sum(other == mentor for other in matched.values()) <= one.places
    for apprentice, mentor in matched.items():
        assert round_.apprentices_place(apprentice, mentor) is not None
        assert round_.mentors_place(apprentice, mentor) is not None


@given(rounds(apprentices=4))
@settings(deadline=None)
def test_no_stable_outcome_is_better_for_any_apprentice(round_: Market):
    """Against every stable matching there is, found by trying all; and all of them leave the same people without."""
    matched, all_of_them = match(round_), every_stable(round_)
    assert matched in all_of_them
    for other in all_of_them:
        assert other.keys() == matched.keys()
        for apprentice, mentor in matched.items():
            best, else_ = (
                round_.apprentices_place(apprentice, mentor),
                round_.apprentices_place(apprentice, other[apprentice]),
            )
            assert best is not None
            assert else_ is not None
            assert best <= else_


@given(rounds(apprentices=4), st.data())
@settings(deadline=None, max_examples=60)
def test_no_apprentice_gains_by_reporting_other_wishes(round_: Market, data: st.DataObject):
    """Every list of wishes that one apprentice could report instead, with and without "nobody else"."""
    if not round_.apprentices:
        return
    liar = data.draw(st.sampled_from(sorted(round_.apprentices)))
    true = match(round_).get(liar)
    honest = None if true is None else round_.apprentices_place(liar, true)
    for length in range(len(round_.mentors) + 1):
        for wishes in permutations(sorted(round_.mentors), length):
            for only in (False, True):
                told = replace(round_.apprentices[liar], wishes=wishes, only_wishes=only)
                other = replace(round_, apprentices={**round_.apprentices, liar: told}, lists={})
                got = match(other).get(liar)
                if got is None:
                    continue
                place = round_.apprentices_place(liar, got)  # by the true wishes
                assert place is None or (honest is not None and honest <= place)


@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_in_which_people_come_in_does_not_matter(round_: Market, random: Random):
    takers, givers = list(round_.apprentices.values()), list(round_.mentors.values())
    random.shuffle(takers)
    random.shuffle(givers)
    again = market(
        code=round_.code,
        apprentices=takers,
        mentors=givers,
        weights=round_.weights,
        barred=round_.barred,
        apart=round_.apart,
    )
    assert match(again) == match(round_)


@given(rounds())
def test_one_more_place_hurts_no_apprentice(round_: Market):
    before = match(round_)
    wider = replace(
        round_, mentors={key: replace(one, places=one.places + 1) for key, one in round_.mentors.items()}
    )
    after = match(wider)
    for apprentice, mentor in before.items():
        then, now = (
            round_.apprentices_place(apprentice, mentor),
            round_.apprentices_place(apprentice, after[apprentice]),
        )
        assert then is not None
        assert now is not None
        assert now <= then
