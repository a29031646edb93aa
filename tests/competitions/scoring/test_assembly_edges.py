"""How a result is put together: places shown, who has passed, whose number a share is of, teams and their ties."""

from dataclasses import replace
from decimal import Decimal

import pytest

from competitions.scoring.awards import AwardDecision
from competitions.scoring.engine import score_event
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scheme import content_hash

from .contests import component, contest, contestant, tier

PAIR = {"combine": "sum", "tie_break": ["T.total desc", "elapsed_seconds asc", "shared_rank"]}
T, W = component("T"), component("W", scope="team")


def pairs(*teams, **rule):
    """Each team: (code, own mark of its one member, task mark, seconds)."""
    scheme = contest(T, W, teams=PAIR | rule, **{"tie_break": ["shared_rank"]})
    return scheme, [
        contestant(f"{code}1", team=code, T=own, W=task, time=at) for code, own, task, at in teams
    ]


def teams_of(result):
    return [(team.team, team.rank, team.award) for team in result.teams]


def test_equal_teams_are_parted_by_their_own_keys_and_say_why():
    scheme, entries = pairs(("a", 40, 50, 9), ("b", 50, 40, 9), ("c", 50, 40, 8), ("d", 10, 10, 7))
    result = score_event(scheme, entries)
    assert teams_of(result) == [("c", 1, None), ("b", 2, None), ("a", 3, None), ("d", 4, None)]
    by_code = {team.team: [(tie.a, tie.b, tie.winner) for tie in team.ties] for team in result.teams}
    assert by_code == {
        "c": [("c", "b", "c")],
        "b": [("c", "b", "c"), ("b", "a", "b")],
        "a": [("b", "a", "b")],
        "d": [],
    }


def test_a_time_that_decides_between_teams_is_asked_for_each_team_without_one():
    scheme, entries = pairs(("a", 40, 50, None), ("b", 40, 50, None), ("c", 1, 1, None))
    with pytest.raises(ScoringErrors) as caught:
        score_event(scheme, entries)
    expected = [("tie_value_missing", {"entry": code, "key": "elapsed_seconds asc"}) for code in "ab"]
    assert [(one.code, one.params) for one in caught.value.problems] == expected
    early = score_event(scheme, entries, provisional=True)
    assert [(one.code, one.params) for one in early.problems] == expected
    assert teams_of(early) == [("a", 1, None), ("b", 1, None), ("c", 3, None)]


def test_a_team_too_small_is_named_beside_a_time_that_is_missing():
    scheme, entries = pairs(("a", 40, 50, None), ("b", 40, 50, None))
    out = replace(contestant("c1", team="c", T=1, W=1), disqualified=True)
    early = score_event(scheme, [*entries, out], provisional=True)
    assert [one.code for one in early.problems] == [
        "team_too_small",
        "tie_value_missing",
        "tie_value_missing",
    ]


def test_dense_ranks_hold_for_entries_and_for_teams():
    scheme, entries = pairs(("a", 40, 50, 9), ("b", 40, 50, 9), ("c", 1, 1, 9))
    for style, last in (("standard", 3), ("dense", 2)):
        ranked = replace(scheme, composition=replace(scheme.composition, rank_style=style))
        result = score_event(ranked, entries)
        assert [entry.rank for entry in result.entries] == [1, 1, last]
        assert [team.rank for team in result.teams] == [1, 1, last]


PRIZES = {"awards": {"base": "all", "tiers": [tier("gold"), tier("fair", "score", 80)]}}


def test_prizes_of_teams_wait_for_a_decision_on_teams():
    scheme, entries = pairs(("a", 40, 50, 9), ("b", 40, 50, 9), ("c", 40, 40, 9), ("d", 1, 1, 9), **PRIZES)
    [choice] = score_event(scheme, entries).open_choices
    assert (choice.scope, choice.tier, choice.entries, choice.places_left) == ("team", "gold", ("a", "b"), 1)
    decision = AwardDecision("gold", "widen", "both", scope="team")
    result = score_event(scheme, entries, decisions=[decision])
    assert teams_of(result) == [("a", 1, "gold"), ("b", 1, "gold"), ("c", 3, "fair"), ("d", 4, None)]
    assert result.decided == (decision,)


def test_prizes_of_teams_need_no_pass_and_equals_are_split_by_the_decision_s_keys():
    awards = {"awards": PRIZES["awards"] | {"needs_pass": True}}
    scheme, entries = pairs(("a", 40, 50, 9), ("b", 50, 40, 9), **awards)
    teams = replace(scheme.composition.teams, tie_break=())
    scheme = replace(scheme, composition=replace(scheme.composition, teams=teams))
    decision = AwardDecision("gold", "next_tie_break", "task first", ("W.total desc",), scope="team")
    result = score_event(scheme, entries, decisions=[decision])
    assert teams_of(result) == [("a", 1, "gold"), ("b", 1, "fair")]
    unknown = AwardDecision("gold", "next_tie_break", "time first", ("elapsed_seconds asc",), scope="team")
    entries = [replace(entry, elapsed_seconds=None) for entry in entries]
    [choice] = score_event(scheme, entries, decisions=[unknown]).open_choices
    assert choice.entries == ("a", "b")


def test_each_mark_of_a_team_is_shown_with_the_places_of_its_step():
    steps = {"component": 1, "total": 3}
    scheme = contest(T, W, teams={"combine": "mean", "tie_break": ["shared_rank"]}, rounding=steps)
    entries = [contestant(code, team="a", T=mark, W=7) for code, mark in (("a1", 10), ("a2", 10), ("a3", 11))]
    [team] = score_event(scheme, entries).teams
    assert {code: str(mark) for code, mark in team.components.items()} == {"T": "10.3", "W": "7.0"}
    assert (str(team.total), team.members) == ("17.333", ("a1", "a2", "a3"))


def test_each_mark_of_an_entry_is_shown_with_the_places_of_its_step():
    scheme = contest(
        component("T", weight="0.5", pass_mark=60),
        component("Q"),
        rounding={"component": 1, "weighted": 1, "total": 3},
    )
    [entry] = score_event(scheme, [contestant("a", T="60.3", Q=7)]).entries
    shown = entry.components["T"]
    assert (shown.code, str(shown.before_penalty), str(shown.mark), str(shown.weighted)) == (
        "T",
        "60.3",
        "60.3",
        "30.2",
    )
    assert (str(entry.components["Q"].before_penalty), str(entry.components["Q"].weighted)) == ("7.0", "7.0")
    assert (entry.components["Q"].deducted, entry.components["Q"].passed) == (0, True)
    assert str(entry.total) == "37.200"


def panelled(rounding):
    aspects = [{"code": "a", "name": "a", "method": "judged", "max_mark": 10, "panel": "one"}]
    part = {"code": "A1", "name": "A1", "max_mark": 10, "aspects": aspects}
    return contest(
        {"code": "P", "name": "P", "full": 10, "weight": 1},
        rounding=rounding,
        criteria=[{"code": "A", "name": "A", "max_mark": 10, "sub_criteria": [part]}],
        methods={"judged": {"one": {"judges": 1, "scale": "points"}}},
    )


@pytest.mark.parametrize(
    ("rounding", "shown"),
    [
        ({}, ("7.00", "7.00")),
        ({"aspect": 3}, ("7.000", "7.000")),
        ({"aspect": 3, "sub_criterion": 1}, ("7.0", "7.0")),
        ({"aspect": 3, "criterion": 1}, ("7.000", "7.0")),
        ({"aspect": 4, "sub_criterion": 1, "criterion": 0}, ("7.0", "7")),
    ],
)
def test_sums_are_shown_with_the_places_of_the_nearest_step(rounding, shown):
    [entry] = score_event(panelled(rounding), [EntryInput("a", raw={"a": [7]})]).entries
    assert (str(entry.sub_criteria["A1"]), str(entry.criteria["A"])) == shown


def test_the_pass_mark_itself_is_a_pass_and_a_barred_part_is_none():
    gated = component("T", gate=50, pass_mark=0), component("F", pass_mark="0.5"), component("G", pass_mark=0)
    scheme = contest(*gated)
    entries = [
        contestant("a", T=50, F="0.5", G=0),
        contestant("b", T=50, F="0.4", G=0),
        contestant("c", T=49),
    ]
    result = score_event(scheme, entries)
    assert {entry.entry: entry.passed for entry in result.entries} == {"a": True, "b": False, "c": False}
    assert [part.passed for part in result.entry("a").components.values()] == [True, True, True]
    assert [part.passed for part in result.entry("b").components.values()] == [True, False, True]
    assert list(result.entry("c").components) == ["T"]
    assert result.entry("c").barred == ("F", "G")


def test_a_barred_part_hides_none_of_those_after_it_that_stand_for_another_round():
    rounds = [{"code": "R1", "name": "R1", "cut": {"by": "count", "value": 1}}, {"code": "R2", "name": "R2"}]
    parts = component("F", round="R2"), component("T", round="R1")
    result = score_event(contest(*parts, rounds=rounds), [contestant("a", T=5, F=1), contestant("b", T=4)])
    assert list(result.entry("b").components) == ["T"]
    assert [(r.code, str(r.total), r.rank, r.advanced) for r in result.entry("a").rounds] == [
        ("R1", "5.00", 1, True),
        ("R2", "1.00", 1, None),
    ]


@pytest.mark.parametrize(
    ("base", "prizes"), [("all", ["gold", "gold"]), ("contestants_who_started_practical", ["gold", "fair"])]
)
def test_whose_number_a_share_is_of(base, prizes):
    awards = {
        "base": base,
        "round": "floor",
        "tiers": [tier("gold", "share", "0.5"), tier("fair", "count", 9)],
    }
    scheme = contest(T, awards=awards)
    entries = [contestant(code, T=mark) for code, mark in (("a", 9), ("b", 8), ("c", 7))]
    result = score_event(scheme, [*entries, EntryInput("d", started=False)])
    assert [entry.award for entry in result.entries[:2]] == prizes
    assert [(entry.entry, entry.rank) for entry in result.entries][-1] == ("d", None)


SCALE = {"centre": 500, "spread": 100, "estimator": "sd", "minimum_n": 3}


def test_a_standard_score_is_of_the_ranked_and_prizes_may_look_at_it():
    awards = {"base": "all", "on": "standard", "tiers": [tier("good", "score", 500)]}
    scheme = contest(T, standard_scale=SCALE, awards=awards, rounding={"total": 2})
    entries = [contestant(code, T=mark, team="x") for code, mark in (("a", 50), ("b", 60), ("c", 70))]
    out = replace(contestant("z", T=100), disqualified=True)
    result = score_event(scheme, [*entries, out])
    found = {entry.entry: (entry.standard, entry.award, entry.team) for entry in result.entries}
    assert found == {
        "c": (Decimal(600), "good", "x"),
        "b": (Decimal(500), "good", "x"),
        "a": (Decimal(400), None, "x"),
        "z": (None, None, None),
    }
    few = score_event(scheme, entries[:2])
    assert [(entry.standard, entry.award) for entry in few.entries] == [(None, None), (None, None)]
    assert result.scheme_hash == content_hash(scheme)


def test_the_points_that_a_penalty_took_stand_beside_the_component_they_were_taken_from():
    rule = {"code": "late", "zh": "迟", "effect": "total_points", "points": 3, "component": "T"}
    scheme = contest(T, component("Q"), penalties={"rules": [rule]})
    result = score_event(scheme, [replace(contestant("a", T=10, Q=5), penalties=(PenaltyInput("late"),))])
    shown = result.entry("a").components
    assert [(part.before_penalty, part.deducted, part.mark) for part in shown.values()] == [
        (10, 3, 7),
        (5, 0, 5),
    ]


def test_the_tie_stands_with_both_of_its_entries():
    scheme = contest(T, component("Q"), tie_break=["Q.total desc", "shared_rank"])
    result = score_event(scheme, [contestant("a", T=5, Q=4), contestant("b", T=4, Q=5)])
    assert [(entry.entry, [tie.winner for tie in entry.ties]) for entry in result.entries] == [
        ("b", ["b"]),
        ("a", ["b"]),
    ]


def test_prizes_of_the_scheme_s_own_second_comparison():
    awards = {
        "base": "all",
        "edge_tie": "next_tie_break",
        "next_tie_break": ["Q.total desc"],
        "tiers": [tier("gold"), tier("silver")],
    }
    scheme = contest(T, component("Q"), tie_break=["shared_rank"], awards=awards)
    result = score_event(scheme, [contestant("a", T=5, Q=4), contestant("b", T=4, Q=5)])
    assert {entry.entry: (entry.rank, entry.award) for entry in result.entries} == {
        "a": (1, "silver"),
        "b": (1, "gold"),
    }
