"""Panels of judges against published protocols and rules."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from competitions.scoring.engine import score_event
from competitions.scoring.panels import PanelIncomplete, combined_mark, panel_mark
from competitions.scoring.readings import aspect_limits, check_readings
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scheme import Panel, RoundingStep, Scale, SpreadBand


def decimals(text: str) -> list[Decimal | None]:
    return [None if word == "-" else Decimal(word) for word in text.split()]


ISU = Panel(
    code="isu9",
    judges=9,
    judges_min=8,
    scale=Scale(minimum=Decimal("0.25"), maximum=Decimal(10), step=Decimal("0.25")),
    result="value",
    drop_high=1,
    drop_low=1,
    round=RoundingStep(2, "ROUND_HALF_UP"),
)


@pytest.mark.parametrize(
    ("marks", "published"),
    [
        ("7.25 7 7.75 7.5 7.5 7.5 7.25 8 8", "7.54"),  # Mariah Bell, NHK 2017, performance
        ("6.75 6.75 7 7.25 7.25 - 7.5 7 7.5", "7.13"),  # eight judges, 7.125 rounded half up
    ],
)
def test_isu_panels_give_the_published_score(marks, published):
    assert combined_mark(panel=ISU, marks=decimals(marks)) == Fraction(published)


def test_isu_middle_rounding_decides_the_total(load_scheme):
    """6.14 + 6.20 + 6.03 + 5.83 + 6.11 = 30.31; without the middle rounding it would be 30.32."""
    scheme = load_scheme("skating.yaml")
    aspects = list(scheme.aspects())
    panel_scores = ["7.68", "7.75", "7.54", "7.29", "7.64"]
    one_judge = replace(ISU, judges=1, judges_min=1, drop_high=0, drop_low=0)
    marks = []
    for aspect, score in zip(aspects, panel_scores, strict=True):
        exact = panel_mark(
            panel=one_judge, marks=[Decimal(score)], max_mark=aspect.max_mark, factor=aspect.factor
        )
        marks.append(round(exact + Fraction(1, 10**6), 2))
    assert sum(marks) == Fraction("30.31")


def test_skating_scheme_end_to_end(load_scheme):
    scheme = load_scheme("skating.yaml")
    raw = {aspect.code: decimals("7.25 7 7.75 7.5 7.5 7.5 7.25 8 8") for aspect in scheme.aspects()}
    result = score_event(scheme, [EntryInput("bell", raw=raw)]).entry("bell")
    assert result.aspects["PE"].mark == Decimal("6.03")
    assert result.total == Decimal("30.15")


def test_an_absent_judge_is_no_zero(load_scheme):
    scheme = load_scheme("skating.yaml")
    with_zero = {a.code: decimals("6.75 6.75 7 7.25 7.25 0 7.5 7 7.5") for a in scheme.aspects()}
    result = score_event(scheme, [EntryInput("x", raw=with_zero, absent=(6,))]).entry("x")
    assert result.aspects["SS"].mark == Decimal("5.70")  # 7.13 x 0.8 = 5.704
    with pytest.raises(ScoringErrors, match="not on the scale"):
        score_event(scheme, [EntryInput("x", raw=with_zero)])


GYMNASTICS = Panel(
    code="artistic",
    judges=4,
    judges_min=4,
    scale=Scale(maximum=Decimal(10), step=Decimal("0.1")),
    result="value",
    drop_high=1,
    drop_low=1,
    alarm=tuple(
        SpreadBand(Decimal(at), Decimal(spread))
        for at, spread in (("8", "0.3"), ("7", "0.4"), ("6", "0.5"), ("0", "0.6"))
    ),
)


@pytest.mark.parametrize(
    ("marks", "mark"),
    [
        ("8.0 8.2 8.5 9.0", Fraction("8.35")),  # middle marks 0.3 apart: still allowed at 8
        ("8.0 8.1 8.5 9.0", Fraction("8.4")),  # 0.4 apart: the mean of all four counts
        ("7.0 7.1 7.5 9.0", Fraction("7.3")),  # 0.4 apart is allowed between 7 and 8
    ],
)
def test_gymnastics_middle_marks_too_far_apart_fall_back_to_all(marks, mark):
    assert combined_mark(panel=GYMNASTICS, marks=decimals(marks)) == mark


def test_five_e_judges_drop_highest_and_lowest():
    panel = replace(GYMNASTICS, judges=5, judges_min=5, alarm=())
    assert combined_mark(panel=panel, marks=decimals("8.1 8.4 8.3 8.9 7.0")) == Fraction("24.8") / 3


def test_five_judges_in_percent_of_the_mark(stamping):
    panel5 = next(panel for panel in stamping.judging.panels if panel.code == "panel5")
    mark = panel_mark(panel=panel5, marks=decimals("60 70 80 90 100"), max_mark=Decimal("1.5"))
    assert mark == Fraction("1.2")


def test_difficulty_multiplies_the_sum_of_the_middle_marks():
    """Diving: five judges, one dropped each side, sum of three times 2.8."""
    diving = replace(
        GYMNASTICS, judges=5, judges_min=5, combine="sum", alarm=(), scale=Scale(maximum=Decimal(10))
    )
    mark = panel_mark(
        panel=diving,
        marks=decimals("7.0 7.5 7.5 8.0 6.5"),
        max_mark=Decimal(200),
        difficulty=Decimal("2.8"),
    )
    assert mark == Fraction("61.6")


def test_the_median_of_an_even_panel_is_between_the_middle_marks():
    panel = replace(GYMNASTICS, combine="median", drop_high=0, drop_low=0, alarm=())
    assert combined_mark(panel=panel, marks=decimals("1 2 4 9")) == 3


def test_a_panel_one_mark_short_is_never_guessed():
    with pytest.raises(PanelIncomplete):
        combined_mark(panel=ISU, marks=decimals("7 7 7 7 7 7 7 - -"))
    with pytest.raises(PanelIncomplete):
        combined_mark(panel=ISU, marks=decimals("7 7 7 7 7 7 7 7"))


def test_health_contest_drops_highest_and_lowest_of_seven(load_scheme):
    scheme = load_scheme("health-education.yaml")
    raw = {
        "A1.1": decimals("20 21 22 23 24 25 10"),  # 20..24 remain
        "A1.2": decimals("12 12 12 12.5 12 12 15"),  # 60.5 / 5
        "B1.1": decimals("18 18 18.1 18.1 18.2 17 19"),  # 90.4 / 5
        "B1.2": decimals("9 9 9 9 9 9 9"),
        "C1.1": decimals("15 16 17 18 15 16 17"),  # 81 / 5
        "D1.1": {"over_30s": 1},
    }
    result = score_event(scheme, [EntryInput("h1", raw=raw)]).entry("h1")
    marks = {code: aspect.mark for code, aspect in result.aspects.items()}
    assert marks == {
        "A1.1": Decimal("22.00"),
        "A1.2": Decimal("12.10"),
        "B1.1": Decimal("18.08"),
        "B1.2": Decimal("9.00"),
        "C1.1": Decimal("16.20"),
        "D1.1": Decimal("8.00"),
    }
    assert result.total == Decimal("85.38")


def test_limits_for_the_browser_are_plain_data(aspects):
    judged, measured = aspect_limits(aspects["B1.3"]), aspect_limits(aspects["A1.1"])
    assert (judged["kind"], judged["fields"], judged["values"], judged["max_spread"]) == (
        "scale",
        3,
        ["0", "1", "2", "3"],
        "1",
    )
    assert (measured["kind"], measured["low"], measured["high"]) == ("number", "59.78", "59.8")
    assert (measured["second_look_low"], measured["second_look_high"]) == ("59.58", "60")
    assert aspect_limits(aspects["E1.1"])["events"] == ["no_goggles", "no_shoes", "gloves_on_rotating"]
    assert aspect_limits(aspects["B2.3"])["kind"] == "derived"


@pytest.mark.parametrize(
    ("aspect", "raw", "code"),
    [
        ("A1.1", [59.79], "float"),
        ("A1.1", ["1e3"], "not_a_number"),
        ("A1.1", ["NaN"], "not_a_number"),
        ("A1.1", "59.79", "not_a_list"),
        ("A1.4", [Decimal("-0.001")], "below_minimum"),
        ("A3.6", [1, 1, 1, 2], "yes_or_no"),
        ("B1.3", [2, None, 2], "judge_missing"),
        ("B1.3", [2, Decimal("2.5"), 2], "off_scale"),
        ("B2.3", [1], "derived"),
        ("E1.1", [1], "not_counts"),
        ("E1.1", {"smoking": 1}, "unknown_event"),
        ("E1.1", {"no_goggles": True}, "not_a_count"),
        ("E1.1", {"no_goggles": "1.5"}, "not_a_count"),
    ],
)
def test_readings_that_are_refused(aspects, aspect, raw, code):
    assert code in [refusal.code for refusal in check_readings(aspects[aspect], raw)]
