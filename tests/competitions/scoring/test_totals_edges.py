"""Totals, panels and ranks at their edges: below zero, steps not declared, empty places, missing seats."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction as F

import pytest

from competitions.scoring.panels import PanelIncomplete, combined_mark, panel_mark, scale_top
from competitions.scoring.ranking import rank
from competitions.scoring.scheme import Panel, RoundingStep, Scale, SpreadBand, Text, TieKey
from competitions.scoring.totals import component_mark, rounded, team_part

WHOLE = RoundingStep(0, "ROUND_HALF_UP")


@pytest.mark.parametrize(
    ("before", "deducted", "never_negative", "step", "mark"),
    [
        (F(10), "10", True, None, F(0)),
        (F(10), "11", True, None, F(0)),
        (F(10), "11", False, None, F(-1)),
        (F(10), "0.5", True, None, F(19, 2)),
        (F(10), "0.5", True, WHOLE, F(10)),
        (F(-3), "0", True, None, F(-3)),  # without a deduction there is nothing to bound
        (F(1, 3), "0", False, None, F(1, 3)),
    ],
)
def test_a_deduction_ends_at_zero_where_the_rule_says_so(before, deducted, never_negative, step, mark):
    found = component_mark(
        before=before, deducted=Decimal(deducted), never_negative=never_negative, step=step
    )
    assert found == mark


def test_a_step_that_is_not_declared_leaves_the_third_a_third():
    assert rounded(F(1, 3), None) == F(1, 3)
    assert rounded(F(5, 2), WHOLE) == 3


@pytest.mark.parametrize(
    ("totals", "combine", "best", "size", "part"),
    [
        ([], "mean", None, 3, None),
        ([], "sum", None, None, None),
        ([60, 90], "mean", None, 3, F(50)),
        ([60, 90], "mean", None, None, F(75)),
        ([60, 90], "sum", None, 3, F(150)),
        ([60, 90, 70], "best", 2, None, F(160)),
        ([60, 90], "best", 2, None, F(150)),
        ([90], "best", 2, None, None),
    ],
)
def test_what_members_give_their_team(totals, combine, best, size, part):
    assert team_part(own_totals=map(F, totals), combine=combine, best=best, size=size) == part


THREE = Panel("p", 3, 2, Scale(maximum=Decimal(10)), "share_of_max")


def decimals(*marks):
    return [None if mark is None else Decimal(mark) for mark in marks]


def test_the_least_number_of_marks_is_enough_and_one_fewer_is_not():
    assert combined_mark(panel=THREE, marks=decimals(4, None, 6)) == 5
    for marks in (decimals(4, None, None), decimals(4, 5), decimals(4, 5, 6, 7)):
        with pytest.raises(PanelIncomplete):
            combined_mark(panel=THREE, marks=marks)


@pytest.mark.parametrize(("high", "low", "mark"), [(1, 0, 2), (0, 1, 6), (1, 1, 3), (0, 0, F(13, 3))])
def test_highest_and_lowest_are_dropped_each_by_its_own_number(high, low, mark):
    panel = replace(THREE, drop_high=high, drop_low=low)
    assert combined_mark(panel=panel, marks=decimals(3, 9, 1)) == mark


@pytest.mark.parametrize(("marks", "mark"), [((1, 5, 9), 5), ((9, 1, None), 5), ((2, 2, 8), 2)])
def test_the_median_of_odd_and_even(marks, mark):
    assert combined_mark(panel=replace(THREE, combine="median"), marks=decimals(*marks)) == mark


def test_the_share_is_of_the_top_of_the_scale_times_the_judges_that_count():
    nine = replace(THREE, scale=Scale(values=(Decimal(0), Decimal(3), Decimal(1))), combine="sum")
    assert panel_mark(panel=nine, marks=decimals(3, 3, 0), max_mark=Decimal(9)) == 6
    one = replace(nine, drop_high=1, drop_low=1)
    assert panel_mark(panel=one, marks=decimals(3, 1, 0), max_mark=Decimal(9)) == 3
    assert panel_mark(
        panel=THREE, marks=decimals(5, 5, 5), max_mark=Decimal(8), factor=Decimal(3), difficulty=Decimal(2)
    ) == F(24)
    value = replace(THREE, result="value")
    assert panel_mark(panel=value, marks=decimals(5, 5, 5), max_mark=Decimal(8), factor=Decimal(3)) == 15


def test_the_top_of_a_scale_is_its_highest_value_its_maximum_or_the_mark_itself():
    mark = Decimal(7)
    assert scale_top(panel=replace(THREE, scale=Scale(values=(Decimal(3), Decimal(1)))), max_mark=mark) == 3
    assert scale_top(panel=THREE, max_mark=mark) == 10
    assert scale_top(panel=replace(THREE, scale=Scale()), max_mark=mark) == 7


def test_a_band_of_the_spread_alarm_begins_at_its_own_mark_and_below_all_bands_nothing_rings():
    panel = replace(
        THREE, judges=4, judges_min=4, drop_high=1, drop_low=1, alarm=(SpreadBand(Decimal(8), Decimal(1)),)
    )
    assert combined_mark(panel=panel, marks=decimals(0, 7, 9, 10)) == F(26, 4)  # exactly 8, two apart
    assert combined_mark(panel=panel, marks=decimals(0, "6.9", 9, 10)) == F("7.95")


class Contender:
    def __init__(self, entry, total, **values):
        self.entry, self.exact_total, self.values = entry, F(total), values

    def value(self, key):
        return self.values.get(key.kind)


TIME = TieKey("time asc", "elapsed_seconds", "", False, Text("用时", "Time"))
PART = TieKey("A desc", "criterion", "A", True, Text("操作", "Practical"))
SHARED = TieKey("shared_rank", "shared_rank", "", False, Text("并列", "shared rank"))


def c(entry, total, part=None, time=None):
    known = {"criterion": part, "elapsed_seconds": time}
    return Contender(entry, total, **{kind: F(value) for kind, value in known.items() if value is not None})


FIELD = [c("d", 70), c("b", 80, 5, 60), c("a", 80, 5, 60), c("c", 80, 5, 50), c("e", 90)]


@pytest.mark.parametrize(
    ("style", "ranks"),
    [
        ("standard", {"e": 1, "c": 2, "a": 3, "b": 3, "d": 5}),
        ("dense", {"e": 1, "c": 2, "a": 3, "b": 3, "d": 4}),
    ],
)
def test_what_a_shared_rank_leaves_empty(style, ranks):
    found = rank(FIELD, keys=(PART, TIME, SHARED), style=style)
    assert found.ranks == ranks
    assert found.groups == (("e",), ("c",), ("a", "b"), ("d",))
    assert found.missing == ()


def test_the_sentences_of_a_tie_say_each_step_and_how_it_ended():
    decided, shared = rank(FIELD, keys=(PART, TIME, SHARED)).ties
    assert (decided.a, decided.b, decided.winner, str(decided.total)) == ("c", "a", "c", "80.00")
    assert decided.sentence("en") == (
        "Equal totals (80.00). Compared by Practical: 5.00 against 5.00, no difference. "
        "Compared by Time: 50 against 60, lower first."
    )
    assert decided.sentence("ZH-hans") == (
        "总分相同（80.00）。先比操作：5.00 对 5.00，仍相同。再比用时：50 对 60，少者在前。"
    )
    assert shared.winner is None
    assert shared.sentence("en").endswith("60 against 60, no difference. Equal in everything: shared rank.")
    assert shared.sentence("zh-hans").endswith("60 对 60，仍相同。各项均相同，名次并列。")


def test_an_unknown_value_stands_behind_the_known_and_is_named_once():
    found = rank([c("a", 80), c("b", 80, 0), c("c", 80)], keys=(PART, SHARED))
    assert found.groups == (("b",), ("a", "c"))
    assert [(one.entry, one.key) for one in found.missing] == [("a", PART), ("c", PART)]
    first = found.ties[0]
    assert (first.winner, first.steps[0].a, first.steps[0].b) == (None, Decimal("0.00"), None)
    assert "0.00 against ?, no difference." in first.sentence("en")
    assert "0.00 对 未知，仍相同。" in first.sentence("zh")
    last = found.ties[1]
    assert "Practical: ? against ?, no difference." in last.sentence("en")
    assert "操作：未知 对 未知，仍相同。" in last.sentence("zh")


def test_nothing_is_compared_behind_shared_rank():
    found = rank([c("b", 80, 9), c("a", 80, 1)], keys=(SHARED, PART))
    assert found.groups == (("a", "b"),)
    assert found.ties[0].steps == ()
