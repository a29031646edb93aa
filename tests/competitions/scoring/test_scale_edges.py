"""A standardised score to the last digit: each estimator, the clamp, the rounding, the caller's context."""

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest

from competitions.scoring.scale import standard_scores
from competitions.scoring.scheme import RoundingStep, StandardScale

D = Decimal
SCALE = StandardScale(D(500), D(100), "sd", 2, D(0), D(1000), RoundingStep(4, "ROUND_HALF_UP"))


def scores(*marks, scale=SCALE):
    given = {str(n): D(mark) for n, mark in enumerate(marks)}
    return [str(score) for score in standard_scores(marks=given, scale=scale).values()]


@pytest.mark.parametrize(
    ("estimator", "marks", "expected"),
    [
        # deviations -2 -1 0 3: squares 14, by 3 or by 4
        ("sd", (1, 2, 3, 6), ["407.4180", "453.7090", "500.0000", "638.8730"]),
        ("sd_population", (1, 2, 3, 6), ["393.0955", "446.5478", "500.0000", "660.3567"]),
        # median 3.5, distances 2.5 1.5 0.5 0.5 1.5 96.5: median 1.5
        (
            "mad",
            (1, 2, 3, 4, 5, 100),
            ["387.5849", "432.5509", "477.5170", "522.4830", "567.4491", "1000.0000"],
        ),
        # median 4, distances 3 1 0 2 5: median 2
        ("mad", (1, 3, 4, 6, 9), ["398.8264", "466.2755", "500.0000", "567.4491", "668.6227"]),
    ],
)
def test_the_formula_by_hand(estimator, marks, expected):
    assert scores(*marks, scale=replace(SCALE, estimator=estimator)) == expected


def test_the_mode_of_the_rounding_is_the_scheme_s():
    for mode, shown in (("ROUND_HALF_UP", "421.4"), ("ROUND_DOWN", "421.3"), ("ROUND_CEILING", "421.4")):
        scale = replace(SCALE, spread=D("111.2"), round=RoundingStep(1, mode))
        assert scores(1, 3, scale=scale)[0] == shown


def test_nobody_stands_outside_the_clamp():
    scale = replace(SCALE, spread=D(1), low=D("499.5"), high=D("500.6"))
    assert scores(1, 2, 3, scale=scale) == ["499.5000", "500.0000", "500.6000"]


def test_the_least_number_is_enough_and_one_fewer_gives_none():
    assert len(scores(1, 2)) == 2
    assert scores(1) == []


def test_the_precision_of_the_caller_has_no_influence():
    with localcontext() as context:
        context.prec = 3
        assert scores(1, 2, 3, 6)[0] == "407.4180"
    assert context.prec == 3
    fine = replace(SCALE, round=RoundingStep(9, "ROUND_HALF_UP"), high=D(10) ** 24, centre=D(10) ** 22)
    assert scores(1, 3, scale=fine)[1] == "10000000000000000000070.710678119"
