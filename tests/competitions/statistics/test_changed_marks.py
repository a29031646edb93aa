"""The fewest changed marks, worked out by hand: every answer's marks are tried, and the number is exact."""

import pytest

from competitions.scoring.engine import score_event
from competitions.scoring.penalties import PenaltyInput
from competitions.statistics.changed_marks import ChangedMarks

from .judged import ASPECT, fewest, inputs, scheme


def exactly(document, entries, kind="winner"):
    """How many, when that is certain."""
    found = fewest(document, entries, kind)
    assert found.at_least == found.at_most
    return found.at_most


@pytest.mark.parametrize(("low", "marks"), [(9, 1), (6, 2), (3, 3), (0, 3)])
def test_the_farther_apart_the_more_marks_it_takes(low, marks):
    """10 10 10 against 9 9 9: one 10 to 0. Against 0 0 0: all three to 0, then both have won."""
    assert exactly(scheme(), inputs({"W": (10, 10, 10), "L": (low,) * 3})) == marks


def test_a_certificate_says_which_mark():
    """9 9 9 against 8 8 9: raising one 8 to 10 gives 27, level with W and shared."""
    found = fewest(scheme(), inputs({"W": (9, 9, 9), "L": (8, 8, 9)}))
    (change,) = found.changes
    assert (found.at_least, change.aspect) == (1, ASPECT)
    assert change.before != change.after


def test_a_trimmed_mean_takes_two_marks_of_one_panel():
    """One odd mark of five is dropped. Two: 8 8 8 and two zeros count 0 8 8, which is 5.33, below 6."""
    panel = {"judges": 5, "drop_high": 1, "drop_low": 1}
    found = fewest(scheme(panel), inputs({"W": (8,) * 5, "L": (6,) * 5}))
    assert (found.at_least, found.at_most) == (2, 2)
    assert {change.entry for change in found.changes} in ({"W"}, {"L"})


def test_a_median_moves_when_half_of_the_panel_does():
    median = scheme({"combine": "median"})
    assert exactly(median, inputs({"W": (8, 8, 8), "L": (5, 5, 5)})) == 2
    assert exactly(median, inputs({"W": (8, 8, 2), "L": (5, 5, 5)})) == 1


def test_a_sum_of_values():
    """8 against 2: one mark moves at most 3 of them."""
    panel = {"combine": "sum", "result": "value", "scale": {"max": 3, "step": 1}}
    assert exactly(scheme(panel), inputs({"W": (3, 3, 2), "L": (1, 1, 0)})) == 2


def test_the_spread_rule_holds_single_marks_back():
    """Without the rule one 3 falls to 0. With it a lone mark moves by 1, and 9 against 6 needs three."""
    rows = {"W": (3, 3, 3), "L": (2, 2, 2)}
    assert exactly(scheme({"scale": {"max": 3, "step": 1}}), inputs(rows)) == 1
    assert exactly(scheme({"scale": {"max": 3, "step": 1}, "max_spread": 1}), inputs(rows)) == 3


def test_rounding_helps_and_hinders():
    """7.33 and 7.67 round to 7 and 8: two marks of a point are enough where three are without rounding."""
    panel = {"max_spread": 1}
    rows = {"W": (8, 8, 8), "L": (7, 7, 7)}
    whole = {"mode": "ROUND_HALF_UP", "aspect": 0}
    assert exactly(scheme(panel), inputs(rows)) == 3
    assert exactly(scheme(panel, rounding=whole), inputs(rows)) == 2


def test_a_scale_that_knows_only_two_marks():
    """15 against 6, and every mark moves by 3: three make it level."""
    panel = {"scale": {"min": 2, "max": 5, "step": 3}}
    assert exactly(scheme(panel), inputs({"W": (5, 5, 5), "L": (2, 2, 2)})) == 3


def test_who_was_absent_stays_absent():
    panel = {"judges_min": 2}
    assert exactly(scheme(panel), inputs({"W": (10, 10, None), "L": (1, 1, None)})) == 2


def test_equals_are_parted_by_one_mark():
    rows = {"A": (9, 8, 7), "B": (9, 8, 7), "C": (0, 0, 0)}
    assert exactly(scheme(), inputs(rows)) == 1


def test_level_is_not_enough_where_the_faster_one_stands_first():
    """20 against 0: two marks make it level; if W was faster it takes a third."""
    rows = {"W": (10, 10, 0), "L": (0, 0, 0)}
    timed = scheme(tie_break=["elapsed_seconds asc", "shared_rank"])
    assert exactly(timed, inputs(rows, elapsed_seconds={"W": 200, "L": 100})) == 2
    assert exactly(timed, inputs(rows, elapsed_seconds={"W": 100, "L": 200})) == 3


def test_marks_are_shared_out_over_the_panels_that_move_most():
    """Of 10 points A1.1 holds 8: its marks are worth 8/3 each, those of A1.2 2/3."""
    document = scheme(aspects=(("A1.1", 8), ("A1.2", 2)))
    rows = {"W": {"A1.1": (10, 10, 10), "A1.2": (10, 10, 10)}, "L": {"A1.1": (0, 0, 0), "A1.2": (10, 10, 10)}}
    found = fewest(document, inputs(rows))
    assert (found.at_least, found.at_most) == (3, 3)
    assert {change.aspect for change in found.changes} == {"A1.1"}


def test_no_judged_mark_makes_up_for_theory():
    parts = [
        {"code": "T", "name": "理论", "full": 100, "weight": "0.9"},
        {"code": "P", "name": "操作", "full": 10, "weight": "0.1"},
    ]
    entries = inputs({"W": (0, 0, 0), "L": (0, 0, 0)}, components={"W": {"T": 90}, "L": {"T": 10}})
    found = fewest(scheme(components=parts), entries)
    assert (found.at_least, found.at_most, found.unknown) == (None, None, "")


def test_an_aspect_that_a_penalty_has_zeroed_gives_nothing():
    """5 points each: L has 0 and 5, W 2 and 5. Marks of the aspect that was zeroed for L would be 5 points."""
    rules = [{"code": "Z", "zh": "作废", "effect": "zero_aspects", "aspects": "[A1.1]", "component": "P"}]
    document = scheme(aspects=(("A1.1", 5), ("A1.2", 5)), penalties=rules)
    rows = {"W": {"A1.1": (4, 4, 4), "A1.2": (10, 10, 10)}, "L": {"A1.1": (0, 0, 0), "A1.2": (10, 10, 10)}}
    entries = inputs(rows, penalties={"W": (), "L": (PenaltyInput("Z"),)})
    found = fewest(document, entries)
    assert (found.at_least, found.at_most) == (2, 2)
    assert {change.entry for change in found.changes} == {"W"}


# --- the first three and awards --------------------------------------------------------------------------------------

FIVE = {"A": (9, 9, 9), "B": (8, 8, 8), "C": (7, 7, 7), "D": (1, 1, 1), "E": (0, 0, 0)}


def test_the_first_three_hang_on_the_third_and_the_fourth():
    """21 against 3: two of D's marks to 10 give 21, level with C, and both are third."""
    found = fewest(scheme(), inputs(FIVE), "podium")
    assert (found.at_least, found.at_most) == (2, 2)
    assert {change.entry for change in found.changes} == {"D"}


def test_of_three_all_stand_among_the_first_three():
    found = fewest(scheme(), inputs({name: FIVE[name] for name in "ABC"}), "podium")
    assert (found.at_least, found.at_most) == (None, None)


def tiers(edge_tie, **more):
    names = ("first", "second")
    return {
        "base": "all",
        "edge_tie": edge_tie,
        "tiers": [{"code": name, "name": name, "by": "count", "value": 1} for name in names],
    } | more


def test_equals_at_the_edge_share_an_award_or_wait():
    """15 against 5, and every mark moves by 5: level by two: an award for both, or none yet; three part them."""
    entries = inputs({"A": (5, 5, 5), "B": (5, 0, 0), "C": (0, 0, 0)})
    panel = {"scale": {"max": 5, "step": 5}}
    assert exactly(scheme(panel, awards=tiers("widen")), entries, "tier:first") == 2
    assert exactly(scheme(panel, awards=tiers("ask")), entries, "tier:first") == 3


def test_an_open_choice_comes_first():
    rows = {"A": (5, 5, 5), "B": (5, 5, 5), "C": (0, 0, 0)}
    found = fewest(scheme(awards=tiers("ask")), inputs(rows), "tier:first")
    assert (found.at_least, found.at_most, found.unknown) == (None, None, "choice")


def test_an_award_is_lost_with_the_pass_that_it_needs():
    """W is far ahead of L and just passed: one mark to 0 takes 3.33 points."""
    parts = [{"code": "P", "name": "操作", "full": 10, "weight": 1, "pass_mark": 7}]
    document = scheme(components=parts, awards=tiers("widen", needs_pass=True))
    entries = inputs({"W": (10, 10, 10), "L": (0, 0, 0)})
    assert exactly(document, entries, "tier:first") == 1


def test_whoever_gains_the_pass_takes_a_place_that_was_left_or_stands_above_the_line():
    """14 of 30 is short of half by one point: one mark, however far the others are ahead."""
    parts = [{"code": "P", "name": "操作", "full": 10, "weight": 1, "pass_mark": 5}]
    entries = inputs({"W": (9, 9, 9), "L": (5, 5, 4)})
    places = {
        "base": "all",
        "needs_pass": True,
        "tiers": [{"code": "a", "name": "a", "by": "count", "value": 2}],
    }
    line = {
        "base": "all",
        "needs_pass": True,
        "tiers": [{"code": "a", "name": "a", "by": "score", "value": 4}],
    }
    for awards in (places, line):
        found = fewest(scheme(components=parts, awards=awards), entries, "tier:a")
        assert (found.at_least, found.at_most) == (1, 1)
        assert {change.entry for change in found.changes} == {"L"}


def test_a_place_left_empty_is_taken_by_whoever_gains_the_pass_for_it():
    """L stands second of two places without a pass, and Y, who has one, third."""
    parts = [
        {"code": "T", "name": "理论", "full": 100, "weight": "0.5"},
        {"code": "P", "name": "操作", "full": 10, "weight": "0.5", "pass_mark": 5},
    ]
    left = {"needs_pass": True, "passed_over": "left_empty", "base": "all", "edge_tie": "ask"}
    document = scheme(
        components=parts, awards=left | {"tiers": [{"code": "a", "name": "a", "by": "count", "value": 2}]}
    )
    theory = {"W": {"T": 90}, "L": {"T": 70}, "Y": {"T": 10}}
    entries = inputs({"W": (9, 9, 9), "L": (5, 5, 4), "Y": (9, 9, 9)}, components=theory)
    found = fewest(document, entries, "tier:a")
    assert (found.at_least, found.at_most) == (1, 1)
    assert {change.entry for change in found.changes} == {"L"}


def test_further_tie_breaks_at_an_edge_hang_on_marks_that_no_total_shows():
    """Totals are whole: 5 and 5. A has the award by A1.1 alone; its 6 can become 4, and no total has moved."""
    rule = {"edge_tie": "next_tie_break", "next_tie_break": ["aspect[A1.1] desc"]}
    document = scheme(
        {"max_spread": 1},
        aspects=(("A1.1", 5), ("A1.2", 5)),
        awards=tiers("ask") | rule,
        rounding={"mode": "ROUND_HALF_UP", "total": 0},
    )
    rows = {"A": {"A1.1": (6, 5, 5), "A1.2": (5, 5, 5)}, "B": {"A1.1": (5, 5, 5), "A1.2": (5, 5, 5)}}
    assert exactly(document, inputs(rows), "tier:first") == 1
    assert exactly(document, inputs(rows)) == 2  # by totals both are first


def test_a_line_of_scores():
    """From 9 it takes two marks to 0 to fall below 4, and from 3 one mark to reach it: 3, 3 and 10."""
    line = {"base": "all", "tiers": [{"code": "good", "name": "良", "by": "score", "value": 4}]}
    assert exactly(scheme(awards=line), inputs({"W": (9, 9, 9), "L": (0, 0, 0)}), "tier:good") == 2
    assert exactly(scheme(awards=line), inputs({"W": (9, 9, 9), "L": (3, 3, 3)}), "tier:good") == 1


def test_a_standardised_score_hangs_on_everybody_so_only_a_certificate_is_told():
    """9, 5 and 1 have 600, 500 and 400 of a mean 500 and a spread 100; the line is 550."""
    awards = {
        "base": "all",
        "on": "standard",
        "tiers": [{"code": "good", "name": "良", "by": "score", "value": 550}],
    }
    scale = {
        "centre": 500,
        "spread": 100,
        "estimator": "sd",
        "minimum_n": 3,
        "low": 0,
        "high": 1000,
        "round": 0,
    }
    document = scheme(awards=awards, standard_scale=scale)
    found = fewest(document, inputs({"A": (9, 9, 9), "B": (5, 5, 5), "C": (1, 1, 1)}), "tier:good")
    assert (found.at_least, found.at_most, found.unknown) == (1, 2, "standard")


def test_medals_by_a_window():
    """Alone gold, one point ahead with a window of half a point: a mark of the second by two points makes two golds."""
    window = {
        "method": "medals",
        "window": "0.5",
        "tiers": [{"code": code, "name": code, "by": "medal"} for code in ("gold", "silver", "bronze")],
    }
    found = fewest(
        scheme(awards=window), inputs({"A": (9, 9, 9), "B": (8, 8, 8), "C": (1, 1, 1)}), "tier:gold"
    )
    assert (found.at_least, found.at_most) == (1, 1)


# --- gates, rounds, teams --------------------------------------------------------------------------------------------


def two_parts(**more):
    """4 points of A1.1, then 6 of A1.2."""
    first, second = more.pop("first", {}), more.pop("second", {})
    parts = [
        {"code": "P", "name": "甲", "full": 4, "weight": 1} | first,
        {"code": "Q", "name": "乙", "full": 6, "weight": 1} | second,
    ]
    return scheme(aspects=(("A1.1", 4), ("A1.2", 6)), split=True, combine="sum", components=parts, **more)


def test_a_gate_opens_and_closes_a_whole_part():
    """W has 4 and 6; one mark to 0 leaves 2.67, short of the gate of 3, and the 6 do not count."""
    rows = {
        "W": {"A1.1": (10, 10, 10), "A1.2": (10, 10, 10)},
        "L": {"A1.1": (10, 10, 10), "A1.2": (0, 0, 0)},
    }
    assert exactly(two_parts(), inputs(rows)) == 3
    assert exactly(two_parts(first={"gate": 3}), inputs(rows)) == 1


def test_whoever_a_gate_kept_out_is_not_counted_and_that_is_said():
    rows = {"W": {"A1.1": (10, 10, 10), "A1.2": (1, 1, 1)}, "L": {"A1.1": (7, 7, 7)}}
    document = two_parts(first={"gate": 3})
    entries = inputs(rows)
    assert fewest(document, entries).at_least == 1
    assert ChangedMarks(document, entries, score_event(document, entries)).closed_out
    full = inputs({"W": rows["W"], "L": rows["W"]})
    assert not ChangedMarks(document, full, score_event(document, full)).closed_out


def test_rounds_count_what_they_carry():
    """C was cut at first. Between A and B the second round decides alone, or with the first where that is carried."""
    rows = {
        "A": {"A1.1": (10, 10, 10), "A1.2": (6, 6, 6)},
        "B": {"A1.1": (5, 5, 5), "A1.2": (5, 5, 5)},
        "C": {"A1.1": (0, 0, 0)},
    }

    def played(carry):
        rounds = [
            {"code": "r1", "name": "初赛", "cut": {"by": "count", "value": 2}},
            {"code": "r2", "name": "决赛", "carry": carry},
        ]
        return two_parts(first={"round": "r1"}, second={"round": "r2"}, rounds=rounds)

    assert exactly(played(False), inputs(rows)) == 1
    assert exactly(played(True), inputs(rows)) == 2
    found = fewest(played(False), inputs(rows), "podium")
    assert (found.at_least, found.at_most) == (None, None)


def test_a_team_hangs_on_its_members():
    teams = {"combine": "sum", "tie_break": ["shared_rank"]}
    rows = {"A": (9, 9, 9), "B": (9, 9, 9), "C": (8, 8, 8), "D": (8, 8, 8)}
    team = {"A": "甲", "B": "甲", "C": "乙", "D": "乙"}
    found = fewest(scheme(teams=teams), inputs(rows, team=team), "team_winner")
    assert (found.at_least, found.at_most) == (1, 1)


def test_a_mark_of_a_team_is_one_mark_for_all_its_members():
    """Q is marked once a team, on A's and on C's sheet; P is worth little."""
    document = two_parts(second={"scope": "team"}, teams={"combine": "mean", "tie_break": ["shared_rank"]})
    rows = {
        "A": {"A1.1": (5, 5, 5), "A1.2": (9, 9, 9)},
        "B": {"A1.1": (5, 5, 5)},
        "C": {"A1.1": (5, 5, 5), "A1.2": (8, 8, 8)},
        "D": {"A1.1": (5, 5, 5)},
    }
    entries = inputs(rows, team={"A": "甲", "B": "甲", "C": "乙", "D": "乙"})
    found = fewest(document, entries, "team_winner")
    assert (found.at_least, found.at_most) == (1, 1)
    assert {change.entry for change in found.changes} <= {"A", "C"}


def test_of_the_best_member_only_the_best_counts():
    teams = {"combine": "best", "best": 1, "tie_break": ["shared_rank"]}
    rows = {"A": (9, 9, 9), "B": (9, 9, 9), "C": (1, 1, 1), "D": (1, 1, 1)}
    entries = inputs(rows, team={"A": "甲", "B": "甲", "C": "乙", "D": "乙"})
    assert exactly(scheme(teams=teams), entries, "team_winner") == 3
