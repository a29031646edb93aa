"""Penalties of the stamping scheme: points, cap, zeroing, stopping, disqualifying."""

from dataclasses import replace
from decimal import Decimal

import pytest

from competitions.scoring.engine import score_event
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput, ScoringErrors


def scored(stamping, golden_entry, *penalties, raw=None, provisional=False):
    entry = replace(golden_entry, penalties=penalties, raw=golden_entry.raw if raw is None else raw)
    return score_event(stamping, [entry], provisional=provisional).entry("W-53")


def test_each_time_counts_up_to_the_cap(stamping, golden_entry):
    assert scored(stamping, golden_entry, PenaltyInput("P2", 3)).components["P"].deducted == 15
    assert scored(stamping, golden_entry, PenaltyInput("P2", 9)).components["P"].deducted == 20


def test_the_second_damage_stops_the_contestant(stamping, golden_entry):
    once = scored(stamping, golden_entry, PenaltyInput("P4"))
    twice = scored(stamping, golden_entry, PenaltyInput("P4"), PenaltyInput("P4"))
    assert (once.status, once.components["P"].deducted) == ("ranked", 5)
    assert (twice.status, twice.rank, twice.award) == ("stopped", None, None)


def test_an_identity_mark_zeroes_what_is_judged_by_result(stamping, golden_entry):
    result = scored(stamping, golden_entry, PenaltyInput("P1"))
    for aspect in stamping.aspects():
        zeroed = result.aspects[aspect.code].zeroed_by == "P1"
        assert zeroed == (aspect.stage == "result")
    assert result.components["P"].mark == Decimal("12.56")  # C1 4.00 and E 8.56 are marked in the hall


def test_a_forbidden_item_zeroes_all_aspects_but_not_theory(stamping, golden_entry):
    result = scored(stamping, golden_entry, PenaltyInput("P3"))
    assert (result.components["P"].mark, result.total) == (Decimal("0.00"), Decimal("25.80"))


def test_parts_that_cannot_be_reached_are_named_each_time(stamping, golden_entry):
    raw = {code: value for code, value in golden_entry.raw.items() if not code.startswith("A2")}
    result = scored(stamping, golden_entry, PenaltyInput("P7", aspects=("A2",)), raw=raw)
    assert result.sub_criteria["A2"] == 0
    assert result.sub_criteria["A1"] > 0
    with pytest.raises(ScoringErrors, match="must name the aspects"):
        scored(stamping, golden_entry, PenaltyInput("P7"))
    with pytest.raises(ScoringErrors, match="cannot zero B1"):
        scored(stamping, golden_entry, PenaltyInput("P7", aspects=("B1",)))


def test_an_unfinished_assembly_needs_no_readings_of_it(stamping, golden_entry):
    raw = {code: value for code, value in golden_entry.raw.items() if code[0] not in "BC"}
    result = scored(stamping, golden_entry, PenaltyInput("P9"), raw=raw)
    assert (result.criteria["B"], result.criteria["C"]) == (0, 0)
    assert result.status == "ranked"


def test_impersonation_leaves_neither_rank_nor_total(stamping, golden_entry):
    result = scored(stamping, golden_entry, PenaltyInput("P8"))
    assert (result.status, result.rank, result.total) == ("disqualified", None, None)


def test_penalties_never_make_a_mark_negative(stamping, golden_entry):
    raw = dict(golden_entry.raw)
    nothing = scored(stamping, golden_entry, PenaltyInput("P3"), PenaltyInput("P2", 2), raw=raw)
    assert nothing.components["P"].mark == 0


@pytest.mark.parametrize(
    ("penalty", "message"),
    [
        (PenaltyInput("P77"), "no penalty P77"),
        (PenaltyInput("P2", 0), "at least once"),
        (PenaltyInput("P2", 2, points=Decimal(5)), "takes 10 points, not 5"),
    ],
)
def test_penalties_that_the_scheme_does_not_know(stamping, golden_entry, penalty, message):
    with pytest.raises(ScoringErrors, match=message):
        scored(stamping, golden_entry, penalty)


def test_a_point_not_done_earns_nothing_and_blocks_nothing(stamping, golden_entry):
    raw = {**golden_entry.raw, "B2.1": [None, *golden_entry.raw["B2.1"][1:]]}
    result = scored(stamping, golden_entry, raw=raw)
    assert result.aspects["B2.1"].mark == Decimal("3.00")
    assert result.aspects["B2.3"].mark == 0  # the evenness of eight points is not shown by seven


def test_a_missing_mark_blocks_by_name(stamping, golden_entry):
    raw = {code: value for code, value in golden_entry.raw.items() if code != "D1.3"}
    with pytest.raises(ScoringErrors) as caught:
        scored(stamping, golden_entry, raw=raw)
    assert [(p.code, p.entry, p.aspect) for p in caught.value.problems] == [("missing_mark", "W-53", "D1.3")]
    assert scored(stamping, golden_entry, raw=raw, provisional=True).missing == ("D1.3",)


def test_who_did_not_start_needs_no_marks_and_has_no_rank(stamping, golden_entry):
    result = score_event(stamping, [golden_entry, EntryInput("away", started=False)])
    assert (result.entry("away").status, result.entry("away").rank) == ("not_started", None)
    assert result.entry("W-53").rank == 1


def test_what_cannot_be_entered_is_named(stamping, golden_entry):
    entry = replace(
        golden_entry,
        raw={**golden_entry.raw, "Z9": [1]},
        components={"T": 101, "P": 50, "Q": 1},
        elapsed_seconds=-1,
    )
    with pytest.raises(ScoringErrors) as caught:
        score_event(stamping, [entry, entry])
    codes = {problem.code for problem in caught.value.problems}
    assert codes == {
        "unknown_aspect",
        "component_refused",
        "computed_component",
        "unknown_component",
        "elapsed_refused",
        "duplicate_entry",
        "missing_component",
    }
