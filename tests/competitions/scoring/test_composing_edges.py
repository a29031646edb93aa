"""Components and gates at their edges: what counts for one person, what a missed gate bars, what is said to lack."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction as F

import pytest

from competitions.scoring.composing import compose, missing_problems
from competitions.scoring.marking import Sheet
from competitions.scoring.penalties import PenaltyEffect
from competitions.scoring.readings import Refusal
from competitions.scoring.results import EntryInput, EventResult, ScoringErrors, problem
from competitions.scoring.scheme import Component, Composition, Penalties, Rounding, TeamRule, Text
from competitions.scoring.totals import SheetTotals

NAME = Text("名", "name")


def component(code, *, scope="individual", source="entered", gate=None):
    return Component(
        code, NAME, Decimal(100), Decimal(1), source, scope, gate=None if gate is None else Decimal(gate)
    )


def sheet(*, missing=(), sums=None, **entered):
    return Sheet(
        given=EntryInput("e1"),
        status="ranked",
        effect=PenaltyEffect(),
        aspects={},
        marks={},
        sums=SheetTotals({}, {}, sums or {}),
        missing=list(missing),
        refused={},
        elapsed=None,
        entered={code: F(mark) for code, mark in entered.items()},
    )


def composed(one, *components, teams=None, component_of=None):
    compose(
        one,
        composition=Composition(tuple(components), Rounding(), combine="sum", teams=teams),
        penalties=Penalties(),
        round_code=None,
        component_of=component_of or {},
    )
    return one


@pytest.mark.parametrize(
    ("teams", "total"),
    [(None, 90), (TeamRule("mean", counts_for_individuals=False), 60), (TeamRule("mean"), 90)],
)
def test_a_team_task_counts_for_one_person_where_no_rule_or_the_rule_says_so(teams, total):
    one = composed(sheet(T=60, W=30), component("T"), component("W", scope="team"), teams=teams)
    assert one.exact_total == total


def test_a_missed_gate_bars_everything_after_it_and_nothing_before():
    parts = (component("A", gate=60), component("B"), component("C", gate=10), component("D"))
    reached = composed(sheet(A=60, B=1, C=10, D=5), *parts)
    assert (reached.barred, reached.exact_total) == ([], 76)
    missed = composed(sheet(A=59, B=90, C=90, D=90), *parts)
    assert (missed.barred, missed.exact_total) == (["B", "C", "D"], 59)
    assert (missed.component_marks, missed.lacking) == ({"A": 59}, [])


def test_a_gate_whose_component_belongs_to_another_round_is_not_reached():
    heat, final = replace(component("H", gate=60), round="heat"), component("F")
    one = composed(sheet(H=90, F=50), heat, final)
    assert (one.barred, one.exact_total) == (["F"], 0)


def test_the_last_gate_bars_nobody_from_itself():
    one = composed(sheet(A=10), component("A", gate=60))
    assert (one.barred, one.exact_total) == ([], 10)


def test_what_was_never_marked_counts_nothing_and_is_told():
    parts = (component("P", source="criteria"), component("T"))
    one = composed(sheet(missing=["A1", "B1"]), *parts, component_of={"A1": "P", "B1": "elsewhere"})
    assert (one.exact_total, one.before) == (0, {"P": 0, "T": 0})
    found = missing_problems([one], known_aspects=frozenset({"A1", "B1"}))
    assert [(one.code, one.params) for one in found] == [
        ("missing_mark", {"entry": "e1", "aspect": "A1"}),
        ("missing_component", {"entry": "e1", "component": "T"}),
    ]


def test_a_refused_reading_is_told_with_the_refusal_itself():
    one, refusal = sheet(), Refusal("count", {}, "3 readings are needed")
    one.refused["A1"] = refusal
    [found] = missing_problems([one], known_aspects=frozenset())
    assert found.cause is refusal
    assert found.message == "entry e1: aspect A1: 3 readings are needed"
    assert (found.entry, found.aspect) == ("e1", "A1")


def test_an_error_says_the_first_twenty_problems_and_keeps_them_all():
    found = tuple(problem("missing_mark", entry=f"e{n}", aspect="A1") for n in range(21))
    error = ScoringErrors(found)
    assert str(error) == "; ".join(one.message for one in found[:20])
    assert error.problems == error.missing == found


def test_an_entry_that_is_not_in_the_result_is_named():
    result = EventResult.__new__(EventResult)
    object.__setattr__(result, "entries", ())
    with pytest.raises(KeyError, match="e9"):
        result.entry("e9")
