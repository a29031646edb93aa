"""Teams at their edges: who shares a mark, who counts, which step rounds, and what parts equal teams."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from competitions.scoring.marking import Sheet
from competitions.scoring.penalties import PenaltyEffect
from competitions.scoring.results import EntryInput
from competitions.scoring.scheme import Component, Composition, Rounding, RoundingStep, TeamRule, Text, TieKey
from competitions.scoring.teams import Team, share_team_marks, team_totals
from competitions.scoring.totals import SheetTotals

NAME = Text("名", "name")


def component(code, weight="1", scope="individual"):
    return Component(code, NAME, F(100), F(weight), "entered", scope)


OWN, TASK, OTHER = component("T", "0.5"), component("W", "0.3", "team"), component("X", scope="team")
RULE = TeamRule("mean", size=2)
COMPOSITION = Composition((OWN, TASK, OTHER), Rounding(), teams=RULE)


def sheet(entry, team, *, time=None, status="ranked", **marks):
    return Sheet(
        given=EntryInput(entry, team=team),
        status=status,
        effect=PenaltyEffect(),
        aspects={},
        marks={},
        sums=SheetTotals({}, {}, {}),
        missing=[],
        refused={},
        elapsed=None if time is None else F(time),
        entered={},
        component_marks={code: F(mark) for code, mark in marks.items()},
    )


def totals(*sheets, composition=COMPOSITION):
    teams, problems = team_totals(sheets, composition=composition)
    assert problems == []
    return {team.entry: team.exact_total for team in teams}


def test_the_members_and_the_task_make_the_total_and_an_empty_place_counts_nothing():
    sheets = [
        sheet("a1", "a", T=80, W=10),
        sheet("x", None, T=100, W=100),
        sheet("a2", "a", T=60, W=10),
        sheet("b1", "b", T=80),
    ]
    assert totals(*sheets) == {"a": F(35) + 3, "b": F(20)}


def test_who_has_no_rank_is_a_member_whose_own_marks_count_nothing():
    assert totals(sheet("a1", "a", T=80), sheet("a2", "a", T=90, status="stopped")) == {"a": F(20)}


@pytest.mark.parametrize(
    ("rule", "total", "shown"),
    [
        (TeamRule("mean"), F(110, 3), F(220, 3)),
        (TeamRule("mean", size=4), F(55, 2), F(55)),
        (TeamRule("sum"), F(110), F(220)),
        (TeamRule("best", best=2), F(85), F(170)),
    ],
)
def test_each_way_to_combine_serves_the_total_and_the_shown_component(rule, total, shown):
    sheets = [sheet(f"a{mark}", "a", T=mark, W=10) for mark in (50, 80, 90)]
    [team], _ = team_totals(sheets, composition=replace(COMPOSITION, teams=rule))
    assert (team.exact_total, team.components) == (total + 3, {"T": shown, "W": 10})


def test_the_weighted_and_the_total_step_round_each_for_itself():
    """0.5 x 71 = 35.5 is rounded for each member, 0.3 x 11 = 3.3 for the task, and only then the total."""
    sheets = [sheet("a1", "a", T=71, W=11), sheet("a2", "a", T=60, W=11)]
    assert totals(*sheets) == {"a": F("36.05")}
    whole = RoundingStep(0, "ROUND_HALF_UP")
    assert totals(*sheets, composition=replace(COMPOSITION, rounding=Rounding(weighted=whole))) == {
        "a": F(36)
    }
    tenth = RoundingStep(1, "ROUND_HALF_UP")
    assert totals(*sheets, composition=replace(COMPOSITION, rounding=Rounding(total=tenth))) == {
        "a": F("36.1")
    }


@pytest.mark.parametrize(
    ("rule", "actual", "expected"), [(TeamRule("best", best=2), "1", "2"), (RULE, "0", "1")]
)
def test_a_team_that_is_too_small_is_named_and_those_after_it_are_totalled(rule, actual, expected):
    out = "ranked" if rule.best else "stopped"
    sheets = [sheet("a1", "a", T=80, status=out), sheet("b1", "b", T=80), sheet("b2", "b", T=80)]
    teams, [fault] = team_totals(sheets, composition=replace(COMPOSITION, teams=rule))
    assert (fault.code, fault.params) == (
        "team_too_small",
        {"team": "a", "actual": actual, "expected": expected},
    )
    assert [team.entry for team in teams] == ["b"]


def test_without_a_team_rule_there_are_no_teams():
    assert team_totals([sheet("a1", "a", T=1)], composition=replace(COMPOSITION, teams=None)) == ([], [])


def key(kind, code=""):
    return TieKey(kind, kind, code, True, NAME)


def test_what_parts_equal_teams():
    team = Team("a", [sheet("a1", "a", time=50), sheet("a2", "a", time=61)], {"T": F(7)}, F(9))
    assert team.value(key("total")) == 9
    assert team.value(key("component", "T")) == 7
    assert team.value(key("component", "W")) is None
    assert team.value(key("elapsed_seconds")) == 111
    assert team.value(key("criterion", "T")) is None
    team.members.append(sheet("a3", "a"))
    assert team.value(key("elapsed_seconds")) is None


def shared(load_scheme, *entries):
    scheme = load_scheme("power-games.yaml")
    part_of = {"task": "W", "own": "P"}
    return share_team_marks(entries, scheme=scheme, component_of=part_of)


def test_one_member_carries_the_task_for_all_of_the_team_and_nothing_else(load_scheme):
    entries = [
        EntryInput("n1", raw={"task": [1], "own": [1]}, components={"W": 5, "T": 1}, team="north"),
        EntryInput("n2", raw={"task": None, "own": [2]}, components={"W": None, "T": 2}, team="north"),
        EntryInput("s1", raw={"own": [3]}, team="south"),
    ]
    found, problems = shared(load_scheme, *entries)
    assert problems == []
    assert [(one.raw, one.components) for one in found] == [
        ({"task": [1], "own": [1]}, {"W": 5, "T": 1}),
        ({"task": [1], "own": [2]}, {"W": 5, "T": 2}),
        ({"own": [3]}, {}),
    ]


def test_who_has_no_team_stays_as_given_and_each_disagreement_is_named(load_scheme):
    alone = EntryInput("x", raw={"task": [9]})
    entries = [
        alone,
        EntryInput("n1", raw={"task": [1]}, components={"W": 5}, team="north"),
        EntryInput("n2", raw={"task": [2]}, components={"W": 6}, team="north"),
        EntryInput("s1", raw={"task": [2]}, team="south"),
    ]
    found, problems = shared(load_scheme, *entries)
    assert found[0] is alone
    assert [(one.code, one.params) for one in problems] == [
        ("team_missing", {"entry": "x"}),
        ("team_disagrees", {"team": "north", "part": "task"}),
        ("team_disagrees", {"team": "north", "part": "W"}),
    ]
