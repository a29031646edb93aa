"""Units and limits as they are written by hand, wherever a scheme is shown."""

import pytest

from competitions.scoring.explain import explain_aspect
from competitions.web.result_pages import step_row
from competitions.web.scheme_words import limit_words, pass_word, unit_words
from tests.competitions.schemes import stamping


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        ("10..10.015 mm", "10–10.015 mm"),
        ("-0.01..0.01 mm", "-0.01 – 0.01 mm"),
        ("≤ 8 um", "≤ 8 µm"),
        ("0..10 um", "0–10 µm"),
        ("≤ 0.01", "≤ 0.01"),
        ("1", "1"),
        ("", ""),
    ],
)
def test_a_limit_is_written_with_a_dash_and_the_sign_of_its_unit(limit, shown):
    assert limit_words(limit) == shown


@pytest.mark.parametrize(("unit", "shown"), [("um", "µm"), ("mm", "mm"), ("times", "times"), ("", "")])
def test_a_unit_is_written_with_its_own_sign(unit, shown):
    assert unit_words(unit) == shown


@pytest.mark.parametrize(("value", "shown"), [("1", "Pass"), ("0", "Fail"), (None, "–")])
def test_a_gauge_passes_or_fails(value, shown):
    assert pass_word(value) == shown


def test_the_steps_of_a_gauge_are_words_and_name_no_limit():
    gauge = next(aspect for aspect in stamping().aspects() if aspect.code == "A3.6")
    rows = [step_row(step, gauge) for step in explain_aspect(gauge, ["1", "0", None, "1"])[:-1]]
    assert [(row["reading"], row["limit"]) for row in rows] == [
        ("Pass", ""),
        ("Fail", ""),
        ("not done", ""),
        ("Pass", ""),
    ]
