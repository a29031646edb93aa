"""What is kept of a round: weights by plain names, a record that computes the same again, figures that add up."""

import json

import pytest
from hypothesis import given

from academy.matching.figures import figures
from academy.matching.people import Weights
from academy.matching.reasons import Passed, reasons, without
from academy.matching.record import record, replay
from academy.matching.stable import Market, match
from academy.matching.weights import NAMES, WeightsRefused, plain, read
from tests.academy.matching.rounds import rounds


def test_weights_come_back_as_they_were_kept_and_nothing_kept_means_the_usual_ones():
    assert read({}) == Weights()
    other = Weights(trade=1, employer=2, town=3, gaps={1: 4, 2: 5, 3: 6}, far=7, same_trade_only=False)
    assert read(plain(other)) == other
    assert json.loads(json.dumps(plain(other))) == plain(other)


@pytest.mark.parametrize("value", [-1, 101, "5", 5.0, None, True])
@pytest.mark.parametrize("name", NAMES)
def test_points_are_whole_numbers_from_0_to_100(name, value):
    with pytest.raises(WeightsRefused) as refused:
        read({name: value})
    assert refused.value.name == name


@pytest.mark.parametrize("wrong", [{"luck": 1}, {"same_trade_only": 1}])
def test_unknown_names_and_no_truth_values_are_refused(wrong):
    with pytest.raises(WeightsRefused):
        read(wrong)


@given(rounds())
def test_a_record_in_json_computes_the_same_again(round_: Market):
    kept = json.loads(json.dumps(record(round_)))
    again = replay(kept)
    assert match(again) == match(round_)
    assert record(again) == record(round_)


@given(rounds())
def test_figures_count_everybody_once(round_: Market):
    matched = match(round_)
    told = figures(round_, matched)
    assert sum(told.wishes) + told.by_points == told.pairs == len(matched)
    assert told.pairs + told.without == told.apprentices
    assert told.pairs <= told.places
    assert max(told.same_employer, told.same_town) <= told.pairs
    assert told.plain()["wishes"] == list(told.wishes)


@given(rounds())
def test_the_wishes_before_are_told_in_their_order_and_none_of_them_would_have_had_the_apprentice(
    round_: Market,
):
    matched = match(round_)
    kept: dict[str, list[str]] = {}
    for apprentice, mentor in matched.items():
        kept.setdefault(mentor, []).append(apprentice)
    for told in [*reasons(round_, matched), *without(round_, matched)]:
        wished = [key for key in round_.apprentices[told.apprentice].wishes if key in round_.mentors]
        assert [key for key, _why in told.wishes] == wished[: len(told.wishes)]
        for mentor, why in told.wishes:
            if why == Passed.FULL:
                assert len(kept[mentor]) == round_.mentors[mentor].places
