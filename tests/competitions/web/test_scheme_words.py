"""Units and limits as they are written by hand, wherever a scheme is shown."""

import pytest

from competitions.web.scheme_words import limit_words, unit_words


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
