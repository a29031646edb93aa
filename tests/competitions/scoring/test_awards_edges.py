"""Who just gets an award and who just does not: shares, minimum fields, score lines, decisions, medals."""

from decimal import Decimal
from fractions import Fraction as F

import pytest

from competitions.scoring.awards import AwardDecision, give_awards, tier_places
from competitions.scoring.medals import medals_by_window
from competitions.scoring.scheme import AwardRule, AwardTier, Text


def tier(code, by, value=None, minimum=0):
    return AwardTier(code, Text(code, code), by, None if value is None else Decimal(value), minimum)


def give(rule, *groups, scores=None, failed=(), split=lambda group, keys: [list(group)], **more):
    entries = [entry for group in groups for entry in group]
    return give_awards(
        rule=rule,
        groups=groups,
        base=more.pop("base", len(entries)),
        scores={entry: F((scores or {}).get(entry, 0)) for entry in entries},
        passed={entry: entry not in failed for entry in entries},
        split=split,
        **more,
    )


@pytest.mark.parametrize(
    ("by", "value", "minimum", "base", "rounding", "places"),
    [
        ("share", "0.1", 0, 6, "floor_min_1", 1),
        ("share", "0.1", 0, 0, "floor_min_1", 0),
        ("share", "0.1", 0, 6, "floor", 0),
        ("share", "0.1", 0, 1, "ceil", 1),
        ("share", "0.1", 0, 5, "half_up", 1),
        ("share", "0.1", 0, 4, "half_up", 0),
        ("share", "0.1", 0, 26, "half_up", 3),
        ("share", "0.5", 4, 4, "floor", 2),
        ("share", "0.5", 4, 3, "floor_min_1", 0),
        ("count", "3", 0, 1, "floor", 3),
        ("count", "3", 2, 1, "floor", 0),
        ("share", None, 0, 9, "ceil", 0),
    ],
)
def test_places_of_a_tier_at_its_edges(by, value, minimum, base, rounding, places):
    assert tier_places(tier=tier("t", by, value, minimum), base=base, rounding=rounding) == places


LINES = AwardRule(
    tiers=(
        tier("void", "score"),
        tier("first", "count", 1),
        tier("gold", "score", 90),
        tier("many", "score", 85, 9),
        tier("good", "score", 80, 5),
    ),
    needs_pass=True,
    passed_over="keep",
)


def test_a_score_line_is_for_everyone_who_reaches_it_and_has_nothing_better():
    scores = {"a": 95, "b": "90", "c": "89.99", "d": 80, "e": "79.99"}
    outcome = give(LINES, ["a"], ["b"], ["c"], ["d"], ["e"], scores=scores)
    assert outcome.awards == {"a": "first", "b": "gold", "c": "good", "d": "good"}


def test_a_score_line_is_not_for_one_who_has_not_passed():
    outcome = give(LINES, ["a"], ["b"], ["c"], ["d"], ["e"], scores=dict.fromkeys("abcde", 95), failed="ab")
    assert outcome.awards == {"c": "gold", "d": "gold", "e": "gold"}  # the first place is kept empty


def test_a_score_line_waits_while_a_choice_is_open():
    outcome = give(LINES, ["a", "b"], ["c"], scores={"c": 95}, scope="team")
    assert outcome.awards == {}
    [choice] = outcome.open_choices
    assert (choice.scope, choice.tier, choice.entries, choice.places_left) == ("team", "first", ("a", "b"), 1)


ONE_EACH = AwardRule(tiers=(tier("first", "count", 1), tier("second", "count", 1)), edge_tie="next_tie_break")


def test_equals_at_the_edge_are_split_once_by_the_keys_of_the_decision():
    asked = []

    def split(group, keys):
        asked.append((tuple(group), tuple(keys)))
        return [[entry] for entry in sorted(group, reverse=True)]

    decision = AwardDecision("first", "next_tie_break", "basics first", ("A desc",))
    outcome = give(ONE_EACH, ["a", "b"], ["c"], split=split, decisions=[decision])
    assert outcome.awards == {"b": "first", "a": "second"}
    assert asked == [(("a", "b"), ("A desc",))]
    assert outcome.decided == [decision]


def test_the_scheme_itself_may_split_equals_and_then_names_no_keys():
    def split(group, keys):
        assert keys == ()
        return [[entry] for entry in group]

    outcome = give(ONE_EACH, ["a", "b"], split=split)
    assert (outcome.awards, outcome.decided) == ({"a": "first", "b": "second"}, [])


def test_equals_that_stay_equal_after_one_split_are_asked_about_and_not_split_again():
    calls = []

    def split(group, keys):
        calls.append(tuple(group))
        return [list(group[:2]), list(group[2:])] if len(group) > 2 else [[entry] for entry in group]

    outcome = give(ONE_EACH, ["a", "b", "c"], split=split)
    assert calls == [("a", "b", "c")]
    assert [(choice.tier, choice.entries) for choice in outcome.open_choices] == [("first", ("a", "b"))]
    assert outcome.awards == {}


def test_a_decision_for_teams_decides_nothing_for_individuals():
    decision = AwardDecision("first", "widen", "both", scope="team")
    rule = AwardRule(tiers=(tier("first", "count", 1),))
    assert len(give(rule, ["a", "b"], decisions=[decision]).open_choices) == 1
    assert give(rule, ["a", "b"], decisions=[decision], scope="team").awards == {"a": "first", "b": "first"}


def medals(window=None, **more):
    metals = tuple(tier(code, "medal") for code in ("gold", "silver", "bronze"))
    return AwardRule(tiers=metals, method="medals", window=window, **more)


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        (medals(), {"a": "gold", "b": "silver", "c": "bronze"}),
        (medals(Decimal(2)), {"a": "gold", "b": "gold", "c": "bronze"}),
        (medals(Decimal(2), chained=True), {"a": "gold", "b": "gold", "c": "gold"}),
    ],
)
def test_medals_take_the_window_and_the_chain_of_the_scheme(rule, given):
    scores = {"a": 720, "b": "719", "c": 717}
    assert give(rule, ["a"], ["b"], ["c"], scores=scores).awards == given


@pytest.mark.parametrize(
    ("scores", "chained", "medals"),
    [
        # a chained window goes on from silver to silver, and from bronze to bronze
        ((720, 715, 713.5, 712), True, "gsss"),
        ((720, 715, 710, 708.5, 707), True, "gsbbb"),
        ((720, 719, 710, 708.5, 707), True, "ggbbb"),
        # three silvers: bronze is measured from the last of them, exactly the window apart still counts
        ((720, 715, 714, 713, 711), False, "gsssb"),
        ((720, 715, 714, 713, 710.99), False, "gsss-"),
        ((720, 719, 718, 716), False, "gggb"),
        ((720, 719, 718, 715.99), False, "ggg-"),
    ],
)
def test_the_window_at_its_edges(scores, chained, medals):
    given = [(str(n), F(str(score))) for n, score in enumerate(scores)]
    found = medals_by_window(scores=given, window=F(2), chained=chained)
    words = {"g": "gold", "s": "silver", "b": "bronze"}
    assert found == {str(n): words[m] for n, m in enumerate(medals) if m != "-"}
