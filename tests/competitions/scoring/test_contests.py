"""Whole contests of other kinds: rounds, gates, bonus marks, teams, medals, open choices."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from competitions.scoring.awards import AwardDecision, tier_places
from competitions.scoring.engine import score_event
from competitions.scoring.medals import medals_by_window
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scale import standard_scores
from competitions.scoring.scheme import AwardTier, RoundingStep, StandardScale, Text


def contestant(code, **components):
    return EntryInput(code, components=components)


def test_the_final_decides_and_the_heat_orders_those_behind(load_scheme):
    scheme = load_scheme("heats-and-final.yaml")
    entries = [
        contestant("a", T=80, H=90, F=70),
        contestant("b", T=80, H=80, F=75),
        contestant("c", T=70, H=70, F=74),
        contestant("d", T=90, H=60),
        contestant("e", T=59),  # below the gate: the practical test of the heat stays closed
    ]
    result = score_event(scheme, entries)
    assert [(e.entry, e.rank, str(e.total)) for e in result.entries] == [
        ("b", 1, "75.00"),
        ("c", 2, "74.00"),
        ("a", 3, "70.00"),
        ("d", 4, "69.00"),
        ("e", 5, "17.70"),
    ]
    assert result.entry("e").barred == ("H",)
    assert [(r.code, r.rank, r.advanced) for r in result.entry("c").rounds] == [
        ("R1", 2 + 1, True),
        ("R2", 2, None),
    ]


def test_everyone_level_with_the_last_place_goes_on(load_scheme):
    scheme = load_scheme("heats-and-final.yaml")
    entries = [contestant(code, T=80, H=90 if code == "a" else 80, F=70) for code in "abcd"]
    advanced = [e.entry for e in score_event(scheme, entries).entries if e.rounds[0].advanced]
    assert advanced == ["a", "b", "c", "d"]


def test_a_finalist_without_a_final_mark_blocks_and_before_the_final_the_heat_stands(load_scheme):
    scheme = load_scheme("heats-and-final.yaml")
    entries = [contestant("a", T=80, H=90), contestant("b", T=80, H=80), contestant("c", T=70, H=60)]
    with pytest.raises(ScoringErrors, match="entry a: F has no mark"):
        score_event(scheme, entries)
    early = score_event(scheme, entries, provisional=True)
    assert [(e.entry, e.rank) for e in early.entries] == [("a", 1), ("b", 2), ("c", 3)]


def test_a_total_carried_over_counts_in_the_next_round(load_scheme):
    scheme = load_scheme("heats-and-final.yaml")
    first, last = scheme.composition.rounds
    carried = replace(
        scheme, composition=replace(scheme.composition, rounds=(first, replace(last, carry=True)))
    )
    result = score_event(carried, [contestant("a", T=80, H=90, F=70), contestant("b", T=60, H=60, F=90)])
    assert [(e.entry, str(e.total)) for e in result.entries] == [("a", "157.00"), ("b", "150.00")]


def test_a_bonus_may_lift_the_practical_mark_above_one_hundred(load_scheme):
    scheme = load_scheme("bonus.yaml")
    entry = EntryInput("a", raw={"A1.1": [98], "B1.1": ["12.5"]}, components={"T": 90})
    result = score_event(scheme, [entry]).entry("a")
    assert (result.components["P"].mark, result.total) == (Decimal("110.50"), Decimal("106.40"))


POWER_RAW = {"P11.1": [1] * 8, "P11.2": ["0.4"], "P11.3": [2, 2, 2]}
TEAM_RAW = {
    "W11.1": [1] * 10,
    "W11.2": [1] * 5,
    "W21.1": ["3"],
    "W21.2": [45, 44, 49, 51],
    "W21.3": [3, 3, 2],
    "W22.1": {"dropped_tool": 1},
    "W22.2": [3, 3, 3],
}


def test_power_games_rank_individuals_and_teams(load_scheme):
    scheme = load_scheme("power-games.yaml")
    entries = [
        EntryInput("n1", raw={**TEAM_RAW, **POWER_RAW}, components={"T": 18}, team="north"),
        EntryInput("n2", raw=POWER_RAW, components={"T": 15}, team="north"),  # shares n1's team sheet
        EntryInput("s1", raw={**TEAM_RAW, **POWER_RAW, "W21.1": ["2"]}, components={"T": 16}, team="south"),
    ]
    result = score_event(scheme, entries)
    # team task: 15 + 6 + 9 + 5.33 + 9 + 6 = 50.33; individual task: 8 + 4 + 2 = 14
    assert [(e.entry, str(e.total)) for e in result.entries] == [
        ("s1", "86.33"),
        ("n1", "82.33"),
        ("n2", "79.33"),
    ]
    assert [(t.team, t.rank, str(t.total), t.members) for t in result.teams] == [
        ("south", 1, "86.33", ("s1",)),
        ("north", 2, "80.83", ("n1", "n2")),
    ]
    assert str(result.teams[1].components["T"]) == "16.50"


def test_members_of_a_team_cannot_carry_different_team_marks(load_scheme):
    scheme = load_scheme("power-games.yaml")
    raw = {**TEAM_RAW, **POWER_RAW}
    entries = [
        EntryInput("n1", raw=raw, components={"T": 18}, team="north"),
        EntryInput("n2", raw={**raw, "W21.1": ["2"]}, components={"T": 15}, team="north"),
        EntryInput("x", raw=raw, components={"T": 15}),
    ]
    with pytest.raises(ScoringErrors) as caught:
        score_event(scheme, entries)
    assert {p.code for p in caught.value.problems} == {"team_disagrees", "team_missing"}


@pytest.mark.parametrize(
    ("scores", "medals"),
    [
        ("720 718 715 713.5", "G G - B B"),  # exactly 2 apart is level; two golds leave no silver
        ("720 718.5 717", "G G - B"),  # anchored at the leader; 717 is 3 behind
        ("720 717.99 715.99 713", "G - S S -"),  # 2.01 is not level; two silvers, 713 too far for bronze
        ("720 719 718 716.5 715", "G G G B -"),  # three golds: bronze within 2 of the last gold only
        ("720 717 714 711", "G S B -"),
        ("720 717 714 712 711", "G S B B -"),
        ("720 717 716 714.5 712", "G S S B -"),  # 714.5 is within 2 of the last silver
    ],
)
def test_medals_by_an_anchored_window(scores, medals):
    ranked = [(score, Fraction(score)) for score in scores.split()]
    names = {"G": "gold", "S": "silver", "B": "bronze"}
    given = medals_by_window(scores=ranked, window=Fraction(2))
    # "-" in the middle marks a medal that is not awarded, at the end a contestant without one.
    expected = [names.get(letter) for letter in medals.split()]
    shown = [given.get(score) for score, _ in ranked]
    assert [m for m in shown if m] == [m for m in expected if m]


def test_a_chained_window_compares_with_the_one_before():
    ranked = [(s, Fraction(s)) for s in ("720", "718.5", "717")]
    assert set(medals_by_window(scores=ranked, window=Fraction(2), chained=True).values()) == {"gold"}


@pytest.mark.parametrize(("entrants", "tiers"), [(6, 3), (5, 2), (4, 1), (3, 0)])
def test_medals_need_a_minimum_of_entrants(load_scheme, entrants, tiers):
    scheme = load_scheme("medals.yaml")
    entries = [contestant(f"e{n}", P=90 - 5 * n) for n in range(entrants)]
    result = score_event(scheme, entries)
    assert [e.award for e in result.entries if e.award] == ["gold", "silver", "bronze"][:tiers]


def test_a_standard_score_is_repeatable_by_hand():
    scale = StandardScale(
        centre=Decimal(700),
        spread=Decimal(30),
        estimator="mad",
        minimum_n=3,
        low=Decimal(0),
        high=Decimal(1000),
        round=RoundingStep(2, "ROUND_HALF_UP"),
    )
    marks = {"a": Decimal(50), "b": Decimal(60), "c": Decimal(70)}
    # median 60, MAD 10: 700 +- 30 x 10 / 14.826 = 700 +- 20.2347
    assert standard_scores(marks=marks, scale=scale) == {
        "a": Decimal("679.77"),
        "b": Decimal("700.00"),
        "c": Decimal("720.23"),
    }
    assert standard_scores(marks={"a": Decimal(1), "b": Decimal(2)}, scale=scale) == {}
    same = dict.fromkeys("abc", Decimal(5))
    assert set(standard_scores(marks=same, scale=scale).values()) == {Decimal("700.00")}
    by_sd = standard_scores(marks=marks, scale=replace(scale, estimator="sd"))
    assert by_sd["c"] == Decimal("730.00")


@pytest.mark.parametrize(
    ("rounding", "places"), [("floor_min_1", 8), ("floor", 8), ("ceil", 9), ("half_up", 8)]
)
def test_places_of_a_share(rounding, places):
    tier = AwardTier("first", Text("一等奖", "First"), "share", Decimal("0.1"))
    assert tier_places(tier=tier, base=82, rounding=rounding) == places


@pytest.fixture
def equals(load_scheme):
    """Ten entries for one first prize; two of them lead, equal in everything that ranks them."""
    scheme = load_scheme("bonus.yaml")
    awards = load_scheme("stamping-compound-die.yaml").composition.awards
    scheme = replace(
        scheme, composition=replace(scheme.composition, awards=replace(awards, needs_pass=False))
    )
    raws = [("a", 80, 10), ("b", 85, 5)] + [(f"z{n}", 50 - n, 0) for n in range(8)]
    entries = [
        EntryInput(code, raw={"A1.1": [basic], "B1.1": [bonus]}, components={"T": 90})
        for code, basic, bonus in raws
    ]
    return scheme, entries


def test_an_open_choice_blocks_publication_until_it_is_decided(equals):
    scheme, entries = equals
    result = score_event(scheme, entries)
    assert not result.publishable
    assert [(c.tier, c.entries) for c in result.open_choices] == [("first", ("a", "b"))]
    assert result.entry("a").award is None


@pytest.mark.parametrize(
    ("decision", "awards"),
    [
        (AwardDecision("first", "widen", "both are outstanding"), ["first", "first", "second", "second"]),
        (AwardDecision("first", "narrow", "no first prize"), ["second", "second", "third", "third"]),
        (
            AwardDecision("first", "next_tie_break", "basics first", ("P.criterion[A] desc",)),
            ["second", "first", "second", "third"],
        ),
    ],
)
def test_the_chief_judge_decides_with_a_reason(equals, decision, awards):
    scheme, entries = equals
    result = score_event(scheme, entries, decisions=[decision])
    assert result.publishable
    assert [e.award for e in result.entries[:4]] == awards
    assert result.decided == (decision,)


def test_a_decision_without_reason_or_tier_is_refused(equals):
    scheme, entries = equals
    with pytest.raises(ScoringErrors, match="gives no reason"):
        score_event(scheme, entries, decisions=[AwardDecision("first", "widen", " ")])
    with pytest.raises(ScoringErrors, match="fits no tier"):
        score_event(scheme, entries, decisions=[AwardDecision("ninth", "widen", "x")])


def test_the_place_of_one_who_has_not_passed_goes_to_the_next(stamping, golden_entry):
    failing = replace(golden_entry, entry="a", components={"T": "59.99"})
    passing = replace(golden_entry, entry="b", components={"T": 60}, penalties=())
    third = replace(golden_entry, entry="c", components={"T": 60})
    high = replace(failing, penalties=(), entry="d")
    result = score_event(stamping, [failing, passing, third, high], provisional=True)
    assert {e.entry: (e.rank, e.award) for e in result.entries} == {
        "b": (1, "first"),
        "d": (2, None),
        "c": (3, "second"),
        "a": (4, None),
    }


def test_an_unknown_time_matters_only_when_it_decides(stamping, golden_entry):
    one = replace(golden_entry, elapsed_seconds=None)
    assert score_event(stamping, [one]).publishable
    twin = replace(golden_entry, entry="twin")
    with pytest.raises(ScoringErrors, match=r"entry W-53: P\.elapsed_seconds asc decides a tie"):
        score_event(stamping, [one, twin])
