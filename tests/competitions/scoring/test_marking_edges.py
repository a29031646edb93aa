"""One sheet at its edges: what is kept beside each mark, what is remembered, what is refused and by which words."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction as F

import pytest

from competitions.scoring import marking
from competitions.scoring.engine import score_event
from competitions.scoring.marking import AspectMarker, SheetMarker
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scheme import Aspect, DeductionEvent, RoundingStep, Text, TieKey

from .contests import component, contest, contestant

D = Decimal
NAME = Text("项", "part")
SIZE = Aspect("a", NAME, "measured", "result", D(5), "max", 3, limit=D(1))
EVEN = Aspect("e", NAME, "measured", "result", D(4), "range", limit=D(1), derived_from="a")
SLIPS = Aspect(
    "s",
    NAME,
    "allotment",
    "process",
    D(3),
    events=(DeductionEvent("x", "", "", D(1)), DeductionEvent("y", "", "", D(2))),
)
CENTS = RoundingStep(2, "ROUND_HALF_UP")


def marker(aspect=SIZE, source=None, step=CENTS):
    return AspectMarker(aspect, source, step)


@pytest.mark.parametrize(
    ("step", "mark", "shown"),
    [
        (CENTS, F("3.33"), "3.33"),
        (RoundingStep(1, "ROUND_UP"), F("3.4"), "3.4"),
        (None, F(10, 3), "3.333333333333"),
    ],
)
def test_a_mark_is_rounded_at_its_step_or_not_at_all(step, mark, shown):
    found = marker(step=step).mark([1, 1, 2])
    assert (found.mark, str(found.result.mark), found.refusal) == (mark, shown, None)
    assert found.result == ("a", [1, 1, 2], found.result.mark, 5, None)
    assert str(marker(step=step).mark([2, 2, 2]).result.mark) == {CENTS: "0.00", None: "0.00"}.get(
        step, "0.0"
    )


def test_a_refused_reading_stands_in_the_sheet_without_a_mark():
    found = marker().mark([1, "x", -1])
    assert found.result == ("a", [1, "x", -1], None, 5, None)
    assert (found.mark, found.refusal.code, found.refusal.params) == (None, "not_a_number", {"position": "2"})


def test_a_second_look_does_not_hide_the_refusal_behind_it():
    look = replace(SIZE, second_look=D(2))
    assert marker(look).mark([9, 1, "x"]).refusal.code == "not_a_number"
    assert marker(look).mark([9, 1, 1]).mark == F("3.33")


def test_a_derived_mark_shows_no_readings_and_names_no_fault_of_its_source():
    derived = marker(EVEN, SIZE)
    assert derived.mark([1, 1, 2]).result == ("e", None, 4, 4, None)
    broken = derived.mark([1, "x", 2])
    assert (broken.result, broken.refusal) == (("e", None, None, 4, None), None)


def test_equal_readings_are_marked_once_and_unequal_ones_of_equal_value_are_not(monkeypatch):
    asked = []
    checked = marking.checked_readings
    monkeypatch.setattr(
        marking, "checked_readings", lambda aspect, raw: asked.append(raw) or checked(aspect, raw)
    )
    size, slips = marker(), marker(SLIPS)
    assert size.mark([1, 1, 1]) is size.mark([1, 1, 1]) is size.mark((1, 1, 1))
    assert size.mark([1, 1, 1.0]).refusal.code == "float"
    assert slips.mark({"x": 1}) is slips.mark({"x": 1})
    assert slips.mark({"x": True}).refusal.code == "not_a_count"
    assert slips.mark({"y": 1}).mark == 1
    assert len(asked) == 5


def test_what_cannot_be_remembered_is_marked_all_the_same():
    assert marker().mark("word").refusal.code == "not_a_list"
    nested = marker().mark([[1], 1, 1])
    assert (nested.refusal.code, nested.result.raw) == ("not_a_number", [[1], 1, 1])


def test_the_memory_of_readings_is_bounded(monkeypatch):
    monkeypatch.setattr(marking, "MEMORY_LIMIT", 2)
    size = marker()
    for reading in range(5):
        assert size.mark([reading, 0, 0]).result.raw[0] == reading
        assert len(size._memory) <= 2


PART = {"code": "A1", "name": "A1", "max_mark": 12}
ASPECTS = [
    {"code": "a", "name": "a", "method": "measured", "rule": "max", "max_mark": 5, "points": 3, "limit": 1},
    {
        "code": "e",
        "name": "e",
        "method": "measured",
        "rule": "range",
        "max_mark": 4,
        "limit": 1,
        "derived_from": "a",
    },
    {"code": "j", "name": "j", "method": "judged", "max_mark": 3, "panel": "two"},
]
RULES = [
    {"code": "gone", "zh": "缺", "effect": "zero_aspects", "aspects": "[a]", "component": "P"},
    {"code": "late", "zh": "迟", "effect": "total_points", "points": 1, "component": "P"},
]


def sheets(**composition):
    return contest(
        {"code": "P", "name": "P", "full": 12, "weight": 1},
        component("T", full=100),
        criteria=[{"code": "A", "name": "A", "max_mark": 12, "sub_criteria": [PART | {"aspects": ASPECTS}]}],
        methods={
            "judged": {
                "two": {"judges": 2, "judges_min": 1, "scale": {"min": 0, "max": 3}, "result": "value"}
            }
        },
        penalties={"rules": RULES},
        **{"rounding": {"aspect": 2, "total": 2}} | composition,
    )


RAW = {"a": [1, 1, 2], "j": [3, 2]}


def given(**more):
    return EntryInput("x", **{"raw": RAW, "components": {"T": 50}} | more)


def scored(one, **composition):
    return score_event(sheets(**composition), [one]).entry("x")


def faults(one):
    with pytest.raises(ScoringErrors) as caught:
        scored(one)
    return [(problem.code, problem.params) for problem in caught.value.problems]


def test_every_aspect_stands_in_the_sheet_with_what_was_read():
    shown = scored(given()).aspects
    assert [(found.code, found.raw, str(found.mark), found.max_mark) for found in shown.values()] == [
        ("a", [1, 1, 2], "3.33", 5),
        ("e", None, "4.00", 4),
        ("j", [3, 2], "2.50", 3),
    ]


def test_a_zeroed_source_keeps_its_readings_and_leaves_the_evenness_as_it_was_read():
    found = scored(given(penalties=(PenaltyInput("gone"),))).aspects
    assert found["a"] == ("a", [1, 1, 2], D("0.00"), 5, "gone")
    assert found["e"] == ("e", None, D("4.00"), 4, None)


def test_a_zeroed_source_that_was_never_read_shows_no_evenness():
    found = scored(given(raw={"j": [3, 2]}, penalties=(PenaltyInput("gone"),))).aspects
    assert found["a"] == ("a", None, D("0.00"), 5, "gone")
    assert found["e"] == ("e", None, D("0.00"), 4, None)


def test_readings_of_a_derived_aspect_are_refused_by_its_own_rule():
    assert faults(given(raw=RAW | {"e": [1]})) == [
        (
            "refused_mark",
            {
                "entry": "x",
                "aspect": "e",
                "reason": "this aspect is computed from a and takes no readings",
            },
        )
    ]
    early = score_event(sheets(), [given(raw=RAW | {"e": [1]})], provisional=True).entry("x")
    assert early.aspects["e"] == ("e", [1], None, 4, None)


def test_a_missing_aspect_is_named_and_the_derived_one_waits_for_it():
    assert faults(given(raw={"j": [3, 2]})) == [("missing_mark", {"entry": "x", "aspect": "a"})]
    early = score_event(sheets(), [given(raw={"j": None, "a": [1, 1, 1]})], provisional=True).entry("x")
    assert early.aspects["j"] == ("j", None, None, 3, None)


def test_an_absent_judge_counts_in_no_judged_aspect_and_in_no_measured_one():
    found = scored(given(absent=(1,))).aspects
    assert (found["j"].mark, found["a"].mark) == (D("2.00"), D("3.33"))
    assert scored(given(absent=(2,))).aspects["j"].mark == D("3.00")


@pytest.mark.parametrize("seconds", [-1, D("-0.5"), "x" * 60, 1.5])
def test_a_time_that_is_no_number_of_seconds_is_shown(seconds):
    shown = {"entry": "x", "value": str(seconds)[:40]}
    assert faults(given(elapsed_seconds=seconds)) == [("elapsed_refused", shown)]


@pytest.mark.parametrize("value", [-1, D("100.01"), "x" * 60])
def test_an_entered_mark_outside_its_component_is_shown_with_the_full_mark(value):
    refused, missing = faults(given(components={"T": value}))
    shown = {"entry": "x", "component": "T", "full": "100", "value": str(value)[:40]}
    assert (refused, missing[0]) == (("component_refused", shown), "missing_component")


def test_yes_is_no_mark():
    sheet, [refused] = SheetMarker(sheets()).sheet(given(components={"T": True}), not_started="", ranked="")
    assert (sheet.entered, refused.params["value"]) == ({}, "True")


@pytest.mark.parametrize("value", [0, 100, "0.5", D(1)])
def test_an_entered_mark_may_be_anything_from_nothing_to_the_full_mark(value):
    assert scored(given(components={"T": value})).components["T"].mark == D(value)


def test_everything_that_does_not_belong_is_named_together():
    one = given(
        raw=RAW | {"z": [1]},
        components={"T": 1, "P": 5, "Q": 1},
        penalties=(PenaltyInput("late", points=D(2)), PenaltyInput("none")),
    )
    assert faults(one) == [
        ("penalty_unknown", {"entry": "x", "penalty": "none"}),
        ("penalty_points", {"entry": "x", "penalty": "late", "given": "2", "expected": "1"}),
        ("unknown_aspect", {"entry": "x", "aspect": "z"}),
        ("computed_component", {"entry": "x", "component": "P"}),
        ("unknown_component", {"entry": "x", "component": "Q"}),
    ]


def test_a_null_among_the_components_is_a_missing_mark():
    assert faults(given(components={"T": None})) == [("missing_component", {"entry": "x", "component": "T"})]


@pytest.mark.parametrize(
    ("more", "status", "total"),
    [
        ({}, "ranked", "59.83"),
        ({"started": False}, "not_started", "None"),
        ({"disqualified": True}, "disqualified", "None"),
        ({"disqualified": True, "started": False}, "disqualified", "None"),
    ],
)
def test_the_status_of_an_entry(more, status, total):
    found = scored(given(**more))
    assert (found.status, str(found.total)) == (status, total)


def key(kind, code=""):
    return TieKey(kind, kind, code, True, NAME)


def test_what_a_comparison_looks_at():
    sheet, problems = SheetMarker(sheets()).sheet(
        given(elapsed_seconds=0), not_started="away", ranked="ranked"
    )
    assert problems == []
    sheet.exact_total, sheet.component_marks["T"] = F(7), F(50)
    values = {
        ("total", ""): 7,
        ("component", "T"): 50,
        ("component", "P"): 0,  # barred: counts nothing
        ("criterion", "A"): F("9.83"),
        ("criterion", "B"): None,
        ("sub_criterion", "A1"): F("9.83"),
        ("aspect", "a"): F("3.33"),
        ("aspect", "b"): 0,
        ("elapsed_seconds", ""): 0,
        ("shared_rank", ""): None,
    }
    assert {which: sheet.value(key(*which)) for which in values} == values


def test_every_code_of_the_sheet_leads_to_the_aspects_it_holds():
    every = ["a", "e", "j"]
    assert SheetMarker(sheets()).aspects_of == {"A": every, "A1": every, "a": ["a"], "e": ["e"], "j": ["j"]}


@pytest.mark.parametrize(
    ("rounding", "sub", "criterion", "total"),
    [
        ({"aspect": 2}, "9.83", "9.83", "34.83"),
        ({"aspect": 2, "sub_criterion": 0}, "10", "10", "35.00"),
        ({"aspect": 2, "criterion": 1}, "9.83", "9.8", "34.80"),
        ({"aspect": 2, "weighted": 0}, "9.83", "9.83", "35.00"),
        ({"aspect": 2, "total": 0}, "9.83", "9.83", "35"),
        ({"aspect": 2, "component": 1, "total": 1}, "9.83", "9.83", "34.8"),
    ],
)
def test_each_step_rounds_where_it_is_declared_and_nowhere_else(rounding, sub, criterion, total):
    scheme = sheets(rounding=rounding)
    half = replace(scheme.composition.components[1], weight=D("0.5"))
    scheme = replace(
        scheme, composition=replace(scheme.composition, components=(scheme.composition.components[0], half))
    )
    found = score_event(scheme, [given()]).entry("x")
    assert (str(found.sub_criteria["A1"]), str(found.criteria["A"]), str(found.total)) == (
        sub,
        criterion,
        total,
    )


def test_sheets_of_two_entries_are_marked_each_for_itself():
    other = contestant("y", T=1)
    result = score_event(
        sheets(tie_break=["shared_rank"]), [given(), replace(other, raw={"a": [1, 1, 1], "j": [0, 0]})]
    )
    assert [(entry.entry, str(entry.total)) for entry in result.entries] == [("x", "59.83"), ("y", "10.00")]
