"""What a sheet may hold, exactly on the border and beside it; each refusal names its place, value and bound."""

from dataclasses import replace
from decimal import Decimal

import pytest

from competitions.scoring.readings import aspect_limits, check_readings, checked_readings, possible
from competitions.scoring.scheme import Aspect, Band, DeductionEvent, Difficulty, Panel, Scale, Text

D = Decimal
NAME = Text("项", "part")


def aspect(rule="within", *, points=1, **more):
    return Aspect("a", NAME, "measured", "result", D(6), rule, points, **more)


SIZE = aspect(
    nominal=D(20), upper=D("0.02"), lower=D("-0.02"), second_look=D(10), minimum=D(1), maximum=D(30)
)


def refused(given, raw):
    """Each refusal as its code and what it names; the message must be complete."""
    found = check_readings(given, raw)
    assert all("{" not in one.message for one in found)
    return [(one.code, one.params) for one in found]


def second_looks(given, *raw):
    return [
        raw[int(one.params["position"]) - 1]
        for one in check_readings(given, raw)
        if one.severity == "confirm"
    ]


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        ([D(1)], [("second_look", {"position": "1", "value": "1", "tolerances": "10"})]),
        (["0.999"], [("below_minimum", {"position": "1", "value": "0.999", "minimum": "1"})]),
        (["30"], [("second_look", {"position": "1", "value": "30", "tolerances": "10"})]),
        (["30.001"], [("above_maximum", {"position": "1", "value": "30.001", "maximum": "30"})]),
        ([], [("wrong_number", {"expected": "1", "actual": "0"})]),
        (["20", "20"], [("wrong_number", {"expected": "1", "actual": "2"})]),
        ("20", [("not_a_list", {"expected": "1"})]),
        ([1.5], [("float", {"position": "1"})]),
        (["x"], [("not_a_number", {"position": "1"})]),
        ([None], []),
        (("20",), []),
    ],
)
def test_each_reading_is_held_against_its_bounds(raw, faults):
    assert refused(SIZE, raw) == faults


def test_the_place_of_a_fault_counts_from_one_and_nothing_hides_behind_it():
    three = replace(SIZE, points=4)
    assert refused(three, ["20", None, "x", "31"]) == [
        ("not_a_number", {"position": "3"}),
        ("above_maximum", {"position": "4", "value": "31", "maximum": "30"}),
    ]


def test_a_reading_that_only_asks_for_a_second_look_is_taken():
    readings, [look] = checked_readings(SIZE, ["25"])
    assert (readings, look.severity) == ([D(25)], "confirm")
    readings, [fault] = checked_readings(SIZE, ["31"])
    assert (readings, fault.severity) == (None, "refuse")
    assert checked_readings(replace(SIZE, points=2), ["20", None]) == ([D(20), None], [])


def test_a_second_look_begins_behind_so_many_tolerances():
    both = replace(SIZE, points=4, minimum=None, maximum=None)
    assert second_looks(both, "19.58", "20.42", "19.579", "20.421") == ["19.579", "20.421"]
    one_sided = aspect("max", points=3, limit=D("0.05"), second_look=D(2))
    assert second_looks(one_sided, "0", "0.15", "0.151") == ["0.151"]
    banded = aspect("bands", points=2, bands=(Band(D(1), D(1)), Band(D(2), D(0))), second_look=D(3))
    assert second_looks(banded, "8", "8.1") == ["8.1"]


@pytest.mark.parametrize(
    "open_ended",
    [
        replace(SIZE, minimum=None, maximum=None, second_look=None),
        aspect("max", limit=D(0), second_look=D(2)),
        aspect("within", second_look=D(2)),
        aspect("within", nominal=D(5), upper=D(0), lower=D(0), second_look=D(2)),
    ],
    ids=["not wanted", "no width", "no zone", "one point"],
)
def test_where_there_is_no_width_there_is_no_second_look(open_ended):
    assert check_readings(open_ended, ["99999"]) == []


GAP = {"nominal": D("0.06"), "upper": D("0.01"), "lower": D("-0.01")}


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        (SIZE, (D(1), D(30))),  # the scheme says it
        (replace(SIZE, minimum=None, maximum=None), (D(0), D("400.4"))),
        (replace(SIZE, minimum=None), (D(0), D(30))),
        (replace(SIZE, minimum=None, maximum=None, nominal=D(-20)), (D("-400.4"), D(0))),
        (aspect(second_look=D(10), **GAP), (D("-19.95"), D("20.07"))),
        (aspect(second_look=D("2.5"), **GAP), (D("-19.95"), D("20.07"))),  # zero itself asks: still a gap
        (aspect(second_look=D("2.4"), **GAP), (D(0), D("1.4"))),
        (aspect(second_look=D(2000), **GAP), (D("-39.95"), D("40.07"))),
        (aspect("max", limit=D("0.05"), second_look=D(10)), (D(0), D("50.05"))),
        (aspect("bands", bands=(Band(D(1), D(1)), Band(D(2), D(0))), second_look=D(3)), (D(0), D(2002))),
        (aspect("max", limit=D("0.05")), (D(0), None)),
        (aspect("within", nominal=D(5), upper=D(0), lower=D(0), second_look=D(2)), (None, None)),
    ],
)
def test_what_a_reading_can_be_at_all(given, bounds):
    assert possible(given) == bounds
    assert (aspect_limits(given)["min"], aspect_limits(given)["max"]) == tuple(
        None if one is None else f"{one.normalize():f}" for one in bounds
    )


def test_what_can_never_be_is_scored_all_the_same():
    assert [one.severity for one in check_readings(replace(SIZE, minimum=None, maximum=None), ["-20"])] == [
        "confirm"
    ]


def test_bands_are_left_behind_their_last_one():
    limits = aspect_limits(aspect("bands", bands=(Band(D(1), D(1)), Band(D(2), D(0)))))
    assert (limits["least"], limits["most"], limits["high"]) == (None, "2", None)


@pytest.mark.parametrize("rule", ["max", "ra", "bands"])
def test_a_deviation_cannot_be_negative_unless_the_scheme_says_so(rule):
    given = aspect(rule, limit=D(1), bands=(Band(D(1), D(1)),))
    assert refused(given, ["-0.001"]) == [
        ("below_minimum", {"position": "1", "value": "-0.001", "minimum": "0"})
    ]
    assert check_readings(given, ["0"]) == []
    assert check_readings(replace(given, minimum=D(-2)), ["-2"]) == []
    assert check_readings(aspect(), ["-5"]) == []


@pytest.mark.parametrize("rule", ["gauge", "checklist"])
def test_yes_or_no_is_one_or_zero(rule):
    given = aspect(rule, points=4)
    assert refused(given, [1, 0, 2, "0.5"]) == [("yes_or_no", {"position": str(n)}) for n in (3, 4)]
    assert checked_readings(given, [True, False, None, "1"]) == ([D(1), D(0), None, D(1)], [])


def test_a_derived_aspect_takes_no_readings():
    given = aspect("range", points=0, derived_from="b")
    assert refused(given, [1]) == [("derived", {"source": "b"})]
    assert checked_readings(given, None) == ([], [])


THREE = Panel("p", 3, 2, Scale(maximum=D(10), step=D("0.5")), "value", max_spread=D(4))
QUARTER, TWO = Scale(minimum=D("0.25"), step=D("0.5")), Scale(values=(D(3), D(1)))
JUDGED = Aspect("j", NAME, "judged", "result", D(8), panel=THREE)


def judged(**more):
    return replace(JUDGED, panel=replace(THREE, **more))


@pytest.mark.parametrize(
    ("given", "raw", "faults"),
    [
        (JUDGED, [0, "4", None], []),
        (JUDGED, [10, "9.5", 6], []),
        (JUDGED, [1, "4.5", 5.5], [("float", {"position": "3"})]),
        (JUDGED, ["5.9", 6, 6], [("off_scale", {"position": "1", "value": "5.9"})]),
        (JUDGED, [7, 7, "10.5"], [("off_scale", {"position": "3", "value": "10.5"})]),
        (JUDGED, ["5.5", 6, 10], [("spread", {"spread": "4.5", "max_spread": "4"})]),
        (JUDGED, ["-0.5", 0, 0], [("off_scale", {"position": "1", "value": "-0.5"})]),
        (JUDGED, [1, 5.0, 9], [("float", {"position": "2"}), ("spread", {"spread": "8", "max_spread": "4"})]),
        (JUDGED, [1, None, None], [("too_few_judges", {"actual": "1", "expected": "2"})]),
        (JUDGED, [None, None, None], [("too_few_judges", {"actual": "0", "expected": "2"})]),
        (JUDGED, [1, 2], [("wrong_number", {"expected": "3", "actual": "2"})]),
        (JUDGED, {"marks": [1, 2, 3]}, [("not_a_list", {"expected": "3"})]),
        (judged(judges_min=3), [1, None, 2], [("judge_missing", {"position": "2"})]),
        (judged(scale=Scale(values=(D(0), D(3)))), [0, 3, 1], [("off_scale", {"position": "3", "value": "1"})]),
        (judged(scale=QUARTER), ["0.75", "0.25", 1], [("off_scale", {"position": "3", "value": "1"})]),
        (judged(scale=Scale()), [8, "7.99", "8.01"], [("off_scale", {"position": "3", "value": "8.01"})]),
        (judged(max_spread=None), [0, 10, 5], []),
    ],
)  # fmt: skip
def test_what_judges_may_write(given, raw, faults):
    assert refused(given, raw) == faults


def test_marks_come_out_as_exact_numbers_in_the_order_of_the_seats():
    assert checked_readings(JUDGED, ["4", None, 5]) == ([D(4), None, D(5)], [])


HARD = replace(JUDGED, difficulty=Difficulty(D("1.2"), D("3.0")))


@pytest.mark.parametrize("factor", ["1.2", "3"])
def test_a_difficulty_within_its_range_comes_with_the_marks(factor):
    found = checked_readings(HARD, {"marks": [4, 5, 6], "difficulty": factor})
    assert found == ({"marks": [D(4), D(5), D(6)], "difficulty": D(factor)}, [])


@pytest.mark.parametrize("factor", ["1.19", "3.01", "x", None])
def test_a_difficulty_outside_its_range_is_refused_with_the_range(factor):
    fault = ("difficulty", {"minimum": "1.2", "maximum": "3.0"})
    assert refused(HARD, {"marks": [4, 5, 6], "difficulty": factor}) == [fault]
    assert refused(HARD, [4, 5, 6]) == [fault, ("not_a_list", {"expected": "3"})]


SLIPS = replace(
    JUDGED,
    method="allotment",
    panel=None,
    events=(DeductionEvent("slip", "", "", D(1)), DeductionEvent("fall", "", "", D(2))),
)


def test_counts_are_whole_numbers_up_to_999():
    assert checked_readings(SLIPS, {"slip": 0, "fall": "999"}) == ({"slip": 0, "fall": 999}, [])
    for count in (-1, 1000, "1.5", "x", None, True, 1.0):
        fault = ("not_a_count", {"event": "slip", "maximum": "999"})
        assert refused(SLIPS, {"slip": count, "fall": 1}) == [fault]
    assert refused(SLIPS, {"x" * 50: 1, "slip": -1}) == [
        ("unknown_event", {"event": "x" * 40}),
        ("not_a_count", {"event": "slip", "maximum": "999"}),
    ]
    assert refused(SLIPS, [1]) == [("not_counts", {})]


def test_what_a_browser_is_told_of_each_kind():
    head = {"code": "a", "method": "measured"}
    assert aspect_limits(SIZE) == head | {
        "rule": "within",
        "kind": "number",
        "fields": 1,
        "unit": "",
        "decimals": 3,
        "min": "1",
        "max": "30",
        "low": "19.98",
        "high": "20.02",
        "least": "19.98",
        "most": "20.02",
        "second_look_low": "19.58",
        "second_look_high": "20.42",
        "not_done_allowed": True,
    }
    open_ended = aspect_limits(aspect(points=2))
    assert [open_ended[key] for key in ("min", "max", "low", "high", "second_look_low")] == [None] * 5
    for rule in ("gauge", "checklist"):
        assert aspect_limits(aspect(rule, points=3)) == head | {
            "rule": rule,
            "kind": "yes_no",
            "fields": 3,
            "min": "0",
            "max": "1",
            "decimals": 0,
        }
    assert aspect_limits(aspect("range", points=0, derived_from="b")) == head | {
        "rule": "range",
        "kind": "derived",
        "fields": 0,
        "source": "b",
    }
    assert aspect_limits(SLIPS) == {
        "code": "j",
        "method": "allotment",
        "rule": "",
        "kind": "counts",
        "fields": 2,
        "events": ["slip", "fall"],
        "min": "0",
        "max": "999",
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (JUDGED, {"values": [], "min": "0", "max": "10", "step": "0.5", "difficulty": None}),
        (HARD, {"values": [], "min": "0", "max": "10", "step": "0.5", "difficulty": ["1.2", "3"]}),
        (judged(scale=QUARTER), {"values": [], "min": "0.25", "max": "8", "step": "0.5", "difficulty": None}),
        (judged(scale=TWO), {"values": ["3", "1"], "min": "1", "max": "3", "step": None, "difficulty": None}),
    ],
)  # fmt: skip
def test_what_a_browser_is_told_of_a_panel(given, told):
    head = {"code": "j", "method": "judged", "rule": "", "kind": "scale", "fields": 3}
    assert aspect_limits(given) == head | told | {"max_spread": "4", "judges_min": 2}


@pytest.mark.parametrize(
    ("given", "decimals"),
    [
        (aspect(unit="times", limit=D("0.25")), 0),
        (aspect(limit=D("0.25")), 3),
        (aspect(limit=D(2)), 1),
        (aspect(), 3),
        (aspect("bands", bands=(Band(D("0.5"), D(1)), Band(D("1.125"), D(0)))), 4),
        (aspect(nominal=D("1.50"), upper=D("0.1"), lower=D(0)), 2),
    ],
)
def test_one_decimal_more_than_the_tolerance_is_worth_typing(given, decimals):
    assert aspect_limits(given)["decimals"] == decimals
