"""The mark of one aspect exactly on its limits, one step beside them, and with what was not done."""

from decimal import Decimal
from fractions import Fraction as F

import pytest

from competitions.scoring.aspects import aspect_mark, mark_per_point, point_ratio, tolerance, within_range
from competitions.scoring.scheme import Aspect, Band, DeductionEvent, Panel, Scale, Text

D = Decimal
NAME = Text("项", "part")


def aspect(rule="within", *, method="measured", mark=6, points=3, **more):
    return Aspect("a", NAME, method, "result", D(mark), rule, points, **more)


SIZE = {"nominal": D(20), "upper": D("0.02"), "lower": D("-0.01")}
GUARDED = {"decision_rule": "guard_band", "uncertainty": D("0.005")}


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        (SIZE, ("19.99", "20.02")),
        (SIZE | GUARDED, ("19.995", "20.015")),
        (SIZE | GUARDED | {"decision_rule": "simple_acceptance"}, ("19.99", "20.02")),
        ({"limit": D("0.05")}, (None, "0.05")),
        ({"limit": D("0.05")} | GUARDED, (None, "0.045")),
        ({"nominal": D(20), "upper": D(1), "limit": D(3)}, (None, "3")),
        ({"nominal": D(20), "lower": D(1)}, (None, None)),
        ({"upper": D(20), "lower": D(1)}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_the_zone_that_is_fully_accepted(given, zone):
    assert tolerance(aspect(**given)) == tuple(None if end is None else D(end) for end in zone)


HALF = {"partial_ratio": D("0.25")}


@pytest.mark.parametrize(
    ("measured", "ratios"),
    [
        (aspect(**SIZE), {"19.989": 0, "19.99": 1, "20.02": 1, "20.021": 0}),
        (
            aspect("step", grace=D("0.01"), **SIZE, **HALF),
            {"19.979": 0, "19.98": F(1, 4), "19.99": 1, "20.02": 1, "20.03": F(1, 4), "20.031": 0},
        ),
        (aspect("max", limit=D("0.05")), {"0.05": 1, "0.051": 0, "0": 1}),
        (
            aspect("ra", limit=D("0.8"), next_grade=D("1.6"), **HALF, **GUARDED),
            {"0.795": 1, "0.796": F(1, 4), "1.595": F(1, 4), "1.596": 0},
        ),
        (
            aspect("bands", bands=(Band(D(1), D(1)), Band(D(2), D("0.6")))),
            {"1": 1, "1.1": F(3, 5), "2": F(3, 5), "2.1": 0},
        ),
        (aspect("gauge"), {"1": 1, "0": 0, "2": 0}),
        (aspect("checklist"), {"1": 1, "0": 0}),
    ],
    ids=lambda value: getattr(value, "rule", ""),
)
def test_what_a_reading_earns_on_its_limit_and_beside_it(measured, ratios):
    ratio = point_ratio(measured)
    assert {reading: ratio(D(reading)) for reading in ratios} == ratios


@pytest.mark.parametrize(
    "lacking",
    [
        aspect("within", limit=D(1)),
        aspect("step", **SIZE),
        aspect("step", limit=D(1), grace=D(1)),
        aspect("max"),
        aspect("ra", limit=D(1)),
        aspect("ra", next_grade=D(1)),
        aspect("range"),
    ],
    ids=lambda value: value.rule,
)
def test_a_rule_without_its_limits_marks_nothing(lacking):
    with pytest.raises(ValueError, match="aspect a cannot be marked by rule"):
        point_ratio(lacking)


def test_a_point_is_worth_its_share_or_what_is_written():
    assert mark_per_point(aspect(mark=7)) == F(7, 3)
    assert mark_per_point(aspect(mark_per_point=D("0.5"))) == F(1, 2)
    assert mark_per_point(aspect(points=0)) == 6


def test_a_point_not_done_earns_nothing_and_the_others_their_share():
    assert aspect_mark(aspect("max", limit=D(1)), [D(1), None, D(2)]) == 2
    assert aspect_mark(aspect("max", limit=D(1)), (D(1), D(0), D(1))) == 6


EVEN = aspect("range", points=0, limit=D("0.02"), derived_from="b")


@pytest.mark.parametrize(
    ("readings", "even"),
    [
        (["1.00", "1.01", "1.02"], True),
        (["1.00", "1.021"], False),
        (["1.02"], True),
        (["1.00", None], False),
        ([None], False),
        ([], False),
    ],
)
def test_evenness_is_the_distance_of_the_farthest_and_needs_every_point(readings, even):
    source = [None if reading is None else D(reading) for reading in readings]
    assert within_range(EVEN, source) is even
    assert aspect_mark(EVEN, source) == (6 if even else 0)


def test_evenness_without_a_limit_is_never_shown():
    assert within_range(aspect("range"), [D(1), D(1)]) is False


JUDGED = aspect("", method="judged", mark=10, points=0, panel=Panel("p", 2, 2, Scale(maximum=D(5)), "value"))


def test_a_judged_mark_is_multiplied_and_stays_between_nothing_and_the_full_mark():
    assert aspect_mark(JUDGED, [D(2), D(3)]) == F(5, 2)
    assert aspect_mark(JUDGED, {"marks": [D(2), D(3)], "difficulty": D(2)}) == 5
    assert aspect_mark(JUDGED, {"marks": [D(5), D(5)], "difficulty": D(3)}) == 10
    assert aspect_mark(JUDGED, [D(-5), D(-5)]) == 0


def test_deductions_end_when_the_allotment_is_used_up():
    events = (DeductionEvent("slip", "", "", D("1.5")), DeductionEvent("fall", "", "", D(4)))
    allotted = aspect("", method="allotment", points=0, events=events)
    assert aspect_mark(allotted, {"slip": 2}) == 3
    assert aspect_mark(allotted, {"slip": 1, "fall": 1}) == F(1, 2)
    assert aspect_mark(allotted, {"slip": 2, "fall": 1}) == 0
    assert aspect_mark(allotted, {}) == 6


@pytest.mark.parametrize("readings", ["12", {"a": 1}, None])
def test_readings_that_are_no_list_are_a_fault_of_the_caller(readings):
    with pytest.raises(AssertionError):
        aspect_mark(aspect("max", limit=D(1)), readings)
