"""Cuts at their edges, and the order of those who went on, stayed behind, or still wait for their round."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from competitions.scoring.engine import score_event
from competitions.scoring.results import ScoringErrors
from competitions.scoring.rounds import FinalOrder, advancing
from competitions.scoring.scheme import Cut

from .contests import component, contest, contestant

GROUPS = [["a"], ["b", "c"], ["d"], ["e"]]
TOTALS = {"a": F(90), "b": F(80), "c": F(80), "d": F(70), "e": F(60)}


@pytest.mark.parametrize(
    ("cut", "through"),
    [
        (Cut("count", F(0)), ""),
        (Cut("count", F(1)), "a"),
        (Cut("count", F(2)), "abc"),
        (Cut("count", F(2), "exclude"), "a"),
        (Cut("count", F(3), "exclude"), "abc"),
        (Cut("count", F(9), "exclude"), "abcde"),
        (Cut("share", F("0.1")), "a"),
        (Cut("share", F("0.39")), "a"),
        (Cut("share", F("0.4")), "abc"),
        (Cut("share", F("0.8")), "abcd"),
        (Cut("score", F(80)), "abc"),
        (Cut("score", F("80.01")), "a"),
    ],
)
def test_who_passes_a_cut(cut, through):
    found = advancing(cut=cut, groups=GROUPS, totals=TOTALS, started=5)
    assert "".join(found) == through


def test_a_shared_place_leaves_the_next_empty_or_does_not():
    order = FinalOrder(groups=[("a", "b"), ("c",)])
    assert order.ranks(style="standard") == {"a": 1, "b": 1, "c": 3}
    assert order.ranks(style="dense") == {"a": 1, "b": 1, "c": 2}


def three_rounds(cut=None, **last):
    rounds = [
        {"code": "R1", "name": "R1", "cut": cut or {"by": "count", "value": 3}},
        {"code": "R2", "name": "R2", "cut": {"by": "count", "value": 2}},
        {"code": "R3", "name": "R3", **last},
    ]
    parts = [component(f"P{n}", round=f"R{n}", gate=10 if n == 1 else 0) for n in (1, 2, 3)]
    return contest(*parts, rounds=rounds, tie_break=["P2.total desc", "P1.total desc", "shared_rank"])


FIELD = [
    contestant("a", P1=90, P2=50, P3=10),
    contestant("b", P1=80, P2=60, P3=20),
    contestant("c", P1=70, P2=40),
    contestant("d", P1=60),
    contestant("e", P1=50),
]


def order_of(result):
    return [(entry.entry, entry.rank) for entry in result.entries]


def test_each_round_orders_those_whom_it_left_behind():
    result = score_event(three_rounds(), FIELD)
    assert order_of(result) == [("b", 1), ("a", 2), ("c", 3), ("d", 4), ("e", 5)]
    rounds = {entry.entry: [(r.code, r.rank, r.advanced) for r in entry.rounds] for entry in result.entries}
    assert rounds == {
        "b": [("R1", 2, True), ("R2", 1, True), ("R3", 1, None)],
        "a": [("R1", 1, True), ("R2", 2, True), ("R3", 2, None)],
        "c": [("R1", 3, True), ("R2", 3, False)],
        "d": [("R1", 4, False)],
        "e": [("R1", 5, False)],
    }


def test_before_a_round_is_played_the_one_before_orders_who_goes_on():
    waiting = [replace(one, components={**one.components, "P3": None}) for one in FIELD]
    early = score_event(three_rounds(), waiting, provisional=True)
    assert order_of(early) == [("b", 1), ("a", 2), ("c", 3), ("d", 4), ("e", 5)]
    assert {entry.entry: len(entry.rounds) for entry in early.entries} == {
        "a": 2,
        "b": 2,
        "c": 2,
        "d": 1,
        "e": 1,
    }
    assert str(early.entry("a").total) == "50.00"
    first = [replace(one, components={"P1": one.components["P1"]}) for one in FIELD]
    assert order_of(score_event(three_rounds(), first, provisional=True))[0] == ("a", 1)


def test_a_round_starts_from_the_total_before_it_or_from_nothing():
    assert str(score_event(three_rounds(), FIELD).entry("b").total) == "20.00"
    assert str(score_event(three_rounds(carry=True), FIELD).entry("b").total) == "80.00"


def test_a_cut_by_score_lets_everybody_through_who_reaches_it():
    result = score_event(three_rounds({"by": "score", "value": 70}), FIELD)
    assert [entry.entry for entry in result.entries if entry.rounds[0].advanced] == ["b", "a", "c"]


def test_a_cut_by_share_is_of_those_who_have_a_rank():
    out = replace(contestant("x", P1=1), disqualified=True)
    result = score_event(three_rounds({"by": "share", "value": "0.6"}), [*FIELD, out])
    assert [entry.entry for entry in result.entries if entry.rounds[0].advanced] == ["b", "a", "c"]
    assert result.entry("x").rounds[0].rank is None


def test_who_missed_a_gate_goes_on_to_nothing_and_takes_nobody_s_place():
    parts = [component("T", round="R1", gate=10), component("H", round="R1"), component("F", round="R2")]
    rounds = [{"code": "R1", "name": "R1", "cut": {"by": "count", "value": 1}}, {"code": "R2", "name": "R2"}]
    scheme = contest(*parts, rounds=rounds, tie_break=["shared_rank"])
    entries = [contestant("a", T=9), contestant("b", T=10, H=0, F=1), contestant("c", T=9)]
    entries[0] = contestant("a", T="9.5")
    result = score_event(scheme, entries)
    assert order_of(result) == [("b", 1), ("a", 2), ("c", 3)]
    assert [entry.barred for entry in result.entries] == [(), ("H",), ("H",)]


def test_the_ties_of_each_round_stand_with_those_whom_it_ordered():
    """a and b are level in the heat and parted in the final; c and d are level where they stayed."""
    parts = [component("H", round="R1"), component("F", round="R2")]
    rounds = [{"code": "R1", "name": "R1", "cut": {"by": "count", "value": 2}}, {"code": "R2", "name": "R2"}]
    scheme = contest(*parts, rounds=rounds, tie_break=["F.total desc", "elapsed_seconds asc", "shared_rank"])
    field = [
        contestant("a", H=9, F=5, time=1),
        contestant("b", H=9, F=6, time=2),
        contestant("c", H=8, time=4),
        contestant("d", H=8, time=3),
    ]
    result = score_event(scheme, field)
    ties = {entry.entry: [(tie.a, tie.b, tie.winner) for tie in entry.ties] for entry in result.entries}
    assert ties == {"b": [], "a": [], "d": [("d", "c", "d")], "c": [("d", "c", "d")]}
    assert [step.key.kind for step in result.entry("c").ties[0].steps] == ["elapsed_seconds"]
    untimed = [replace(one, elapsed_seconds=None) for one in field]
    with pytest.raises(ScoringErrors) as caught:
        score_event(scheme, untimed)
    assert [one.entry for one in caught.value.problems] == ["a", "b", "c", "d"]
