"""Leaving out a judge, on the small scheme."""

from decimal import Decimal

import pytest

from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.statistics.robustness import robustness

from .judged import ASPECT, inputs, scheme

JUDGES = ("J1", "J2", "J3")


def places(rows, judges=JUDGES):
    return {(name, ASPECT): judges for name in rows}


def outcomes(rows, *, judges=JUDGES, panel=None):
    found = robustness(scheme(panel), inputs(rows), places(rows, judges), judges)
    return {outcome.kind: outcome for outcome in found}


def test_a_winner_whom_one_judge_made_does_not_survive_without_that_judge():
    rows = {"A": (10, 6, 6), "B": (5, 8, 8), "C": (1, 1, 1)}
    winner = outcomes(rows)["winner"]
    assert winner.entries == ("A",)
    assert winner.without == {"J1": False, "J2": True, "J3": True}


def test_a_winner_for_all_survives_everybody():
    found = outcomes({"A": (9, 9, 9), "B": (7, 7, 7), "C": (1, 2, 1), "D": (0, 1, 0)})
    assert set(found["winner"].without.values()) == {True}
    assert found["podium"].entries == ("A", "B", "C")


def test_trimmed_panels_do_with_a_judge_less():
    rows = {"A": (9, 9, 9, 2, 9), "B": (8, 8, 8, 8, 8)}
    judges = ("J1", "J2", "J3", "J4", "J5")
    found = outcomes(rows, judges=judges, panel={"judges": 5, "drop_high": 1, "drop_low": 1})["winner"]
    assert found.entries == ("A",)
    assert found.without["J4"] is True
    assert set(found.without) == set(judges)


def test_without_a_judge_there_may_be_too_few_for_the_rule():
    rows = {"A": (9, 9, 9), "B": (8, 8, 8)}
    found = outcomes(rows, panel={"drop_high": 1, "drop_low": 1})["winner"]
    assert found.without == {"J1": None, "J2": None, "J3": None}


def test_a_sum_is_not_smaller_for_want_of_a_judge():
    """J3 marks only B: without J3 the three judges' worth of B stays three judges' worth."""
    rows = {"A": (6, 6, 6), "B": (7, 7, 7)}
    held = {("A", ASPECT): ("J1", "J2", "J4"), ("B", ASPECT): ("J1", "J2", "J3")}
    found = {
        o.kind: o
        for o in robustness(scheme({"combine": "sum"}), inputs(rows), held, ("J1", "J2", "J3", "J4"))
    }
    assert found["winner"].entries == ("B",)
    assert set(found["winner"].without.values()) == {True}


def test_an_award_tier_is_looked_at_too():
    rows = {"A": (9, 9, 9), "B": (9, 6, 6), "C": (4, 7, 8), "D": (1, 1, 1), "E": (0, 0, 0), "F": (0, 0, 1)}
    found = outcomes(rows)["tier:first"]
    assert found.entries == ("A", "B")
    assert found.without["J1"] is False
    assert found.fewest.at_least == found.fewest.at_most == 1


def test_a_panel_that_agrees_on_a_difficulty_keeps_it_without_a_judge():
    document = scheme({"result": "value", "scale": {"max": 5, "step": 1}}, difficulty={"min": 1, "max": 2})
    rows = {"A": ((5, 2, 2), 2), "B": ((4, 4, 4), "1.4")}
    given = [
        EntryInput(
            entry=name, raw={ASPECT: {"marks": list(map(Decimal, marks)), "difficulty": str(difficulty)}}
        )
        for name, (marks, difficulty) in rows.items()
    ]
    found = robustness(document, given, places(rows), JUDGES)[0]
    assert found.entries == ("A",)  # 6.00 against 5.60
    assert found.without == {"J1": False, "J2": True, "J3": True}


def test_an_event_that_cannot_be_scored_is_refused():
    with pytest.raises(ScoringErrors):
        robustness(scheme(), [EntryInput(entry="A")], {}, JUDGES)
