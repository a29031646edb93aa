"""Geometry of the plots: everything lies inside, and places keep the order of the values."""

from hypothesis import given
from hypothesis import strategies as st

from competitions.web.desk.judge_plots import axis, drift, forest

values = st.floats(-1e6, 1e6, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)


def place(text):
    return float(text.rstrip("%"))


@given(st.lists(values, min_size=1, max_size=8))
def test_an_axis_holds_all_values_and_has_few_round_ticks(given_values):
    scale = axis(given_values)
    assert all(3.9 <= place(scale.at(value)) <= 96.1 for value in given_values)
    assert 3 <= len(scale.ticks) <= 11
    assert ("0", "50.00%") in scale.ticks


def test_an_axis_of_nothing_is_still_one():
    assert axis([]).low < 0 < axis([]).high
    assert axis([0.0]).ticks


def test_ticks_are_round():
    assert [label for label, _at in axis([0.31, -0.12]).ticks] == ["-0.4", "-0.2", "0", "0.2", "0.4"]


def test_a_forest_keeps_the_order_and_spans_two_errors():
    rows = [
        {"label": "A", "value": -0.5, "se": 0.25, "hot": False, "text": "-0.50"},
        {"label": "B", "value": 0.5, "se": None, "hot": True, "text": "0.50"},
    ]
    plot = forest(rows)
    first, second = plot["rows"]
    assert place(first["low"]) < place(first["dot"]) < place(first["high"]) == place(plot["zero"])
    assert second["low"] == second["dot"] == second["high"]
    assert place(first["dot"]) < 50 < place(second["dot"])


def test_a_drift_upwards_goes_up():
    plot = drift([0.0, 0.5, 1.0], 0.0, 1.0, axis([0.0, 0.5, 1.0]))
    assert place(plot["from"][1]) > place(plot["to"][1])  # the page counts downwards
    assert place(plot["from"][0]) < place(plot["to"][0])
    assert [place(x) for x, _y in plot["dots"]] == sorted(place(x) for x, _y in plot["dots"])
