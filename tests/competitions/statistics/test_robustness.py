"""Leaving out a judge and the fewest changed marks, on the small scheme and against trying out all changes."""

from copy import deepcopy
from itertools import combinations, product

import pytest

from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scheme import parse_scheme
from competitions.statistics.robustness import robustness, standing
from tests.competitions.contest import SCHEME

JUDGES = ("J1", "J2", "J3")


def scheme(panel=None, *, tie_break=("shared_rank",), awards=None):
    """Ten points of one judged aspect, no theory, marks 0 to 10 in whole points unless said otherwise."""
    document = deepcopy(SCHEME)
    document["methods"]["judged"] = {
        "default": "p",
        "p": {"judges": 3, "scale": {"max": 10, "step": 1}, "result": "share_of_max"} | (panel or {}),
    }
    composition = document["composition"]
    composition["components"] = [
        {"code": "P", "name": {"zh": "操作", "en": "Practical"}, "full": 10, "weight": 1}
    ]
    composition["tie_break"] = list(tie_break)
    composition["awards"] = awards or {
        "base": "all",
        "first": "0.34",
        "round": "floor_min_1",
        "edge_tie": "widen",
    }
    (part,) = document["criteria"][0]["sub_criteria"]
    aspect = part["aspects"][1]
    aspect.pop("benchmarks")
    part["aspects"] = [aspect | {"max_mark": 10}]
    return parse_scheme(document)


def inputs(rows, aspect="A1.2"):
    return [
        EntryInput(entry=name, raw={aspect: [None if value is None else str(value) for value in values]})
        for name, values in rows.items()
    ]


def places(rows, judges=JUDGES, aspect="A1.2"):
    return {(name, aspect): judges for name in rows}


def outcomes(rows, *, judges=JUDGES, **fields):
    found = robustness(scheme(**fields), inputs(rows), places(rows, judges), judges)
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


def test_the_hand_worked_example():
    """W 9 9 9 against L 7 7 7 on marks from 0 to 10: V = 2, one of W's sheets is worth up to 3, so k = 1."""
    assert outcomes({"W": (9, 9, 9), "L": (7, 7, 7)})["winner"].changed_marks == 1


def test_the_farther_apart_the_more_marks_it_takes():
    found = [outcomes({"W": (10, 10, 10), "L": (low,) * 3})["winner"].changed_marks for low in (9, 6, 3, 0)]
    assert found == [1, 2, 3, 3]


def test_a_tie_takes_one_mark():
    found = outcomes({"A": (9, 8, 7), "B": (9, 8, 7), "C": (0, 0, 0)})["winner"]
    assert found.entries == ("A", "B")
    assert outcomes({"A": (9, 8, 7), "B": (8, 8, 8), "C": (0, 0, 0)})["winner"].changed_marks == 1


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
    held = {("A", "A1.2"): ("J1", "J2", "J4"), ("B", "A1.2"): ("J1", "J2", "J3")}
    document = scheme({"combine": "sum", "result": "share_of_max"})
    found = {o.kind: o for o in robustness(document, inputs(rows), held, ("J1", "J2", "J3", "J4"))}
    assert found["winner"].entries == ("B",)
    assert set(found["winner"].without.values()) == {True}


def test_an_award_tier_is_looked_at_too():
    rows = {"A": (9, 9, 9), "B": (9, 6, 6), "C": (4, 7, 8), "D": (1, 1, 1), "E": (0, 0, 0), "F": (0, 0, 1)}
    found = outcomes(rows)
    assert found["tier:first"].entries == ("A", "B")
    assert found["tier:first"].without["J1"] is False
    assert found["tier:first"].changed_marks == 1


def test_rounds_and_gates_have_no_bound_and_say_so():
    document = deepcopy(SCHEME)
    document["composition"]["components"][0]["gate"] = 60
    rows = {"A": (3, 3, 3), "B": (2, 2, 2)}
    given = [
        EntryInput(entry=name, raw={"A1.1": ["10"] * 7, "A1.2": list(map(str, values))}, components={"T": 70})
        for name, values in rows.items()
    ]
    found = robustness(parse_scheme(document), given, places(rows), JUDGES)
    assert {(one.changed_marks, one.unbounded) for one in found} == {(None, "gates")}
    assert found[0].without == {"J1": True, "J2": True, "J3": True}


def test_an_event_that_cannot_be_scored_is_refused():
    with pytest.raises(ScoringErrors):
        robustness(scheme(), [EntryInput(entry="A")], {}, JUDGES)


@pytest.mark.parametrize(
    "rows",
    [
        {"A": (3, 3, 2), "B": (2, 2, 3), "C": (0, 1, 0)},
        {"A": (3, 3, 3), "B": (1, 1, 1)},
        {"A": (3, 3, 3), "B": (0, 0, 1)},
        {"A": (2, 2, 2), "B": (2, 2, 1), "C": (2, 1, 2)},
    ],
)
@pytest.mark.parametrize("panel", [{}, {"combine": "median"}, {"combine": "sum", "result": "value"}])
def test_fewer_changes_than_the_bound_change_nothing(rows, panel):
    """Every way of changing fewer marks than the bound is tried, on a scale of 0 to 3."""
    document = scheme({"scale": {"max": 3, "step": 1}} | panel)
    found = {o.kind: o for o in robustness(document, inputs(rows), places(rows), JUDGES)}
    before = standing(score_event(document, inputs(rows)))
    cells = [(name, place) for name in rows for place in range(3)]
    for kind in ("winner", "podium"):
        bound = found[kind].changed_marks
        for many in range(1, min(bound if bound is not None else 3, 3)):
            for chosen in combinations(cells, many):
                for values in product(range(4), repeat=many):
                    changed = {name: list(given) for name, given in rows.items()}
                    for (name, place), value in zip(chosen, values, strict=True):
                        changed[name][place] = value
                    after = standing(score_event(document, inputs(changed)))
                    assert after[kind] == before[kind], (kind, changed)
