"""What just fits and what just does not: digits, decimals, halves in every mode, marks that do not end."""

from decimal import Decimal, localcontext
from fractions import Fraction as F

import pytest

from competitions.scoring.numbers import (
    NotANumber,
    exact_sum,
    plain_text,
    read_number,
    round_exact,
    to_decimal,
)

WIDEST = 10**15


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, "1"),
        (False, "0"),
        (WIDEST - 1, "999999999999999"),
        (1 - WIDEST, "-999999999999999"),
        (Decimal("0.000000000001"), "0.000000000001"),
        (Decimal("-999999999999999.999999999999"), "-999999999999999.999999999999"),
        ("+1.50", "1.50"),
        (" 7 ", "7"),
        ("-0.000000000001", "-0.000000000001"),
        ("999999999999999.5", "999999999999999.5"),
    ],
)
def test_the_widest_numbers_are_read_as_they_stand(value, read):
    assert str(read_number(value)) == str(Decimal(read))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "float"),
        (WIDEST, "not_a_number"),
        (-WIDEST, "not_a_number"),
        (Decimal(WIDEST), "not_a_number"),
        (Decimal(-WIDEST), "not_a_number"),
        (Decimal("0.0000000000001"), "not_a_number"),
        (Decimal("Infinity"), "not_a_number"),
        (Decimal("-Infinity"), "not_a_number"),
        (Decimal("NaN"), "not_a_number"),
        ("1000000000000000", "not_a_number"),
        ("0.0000000000001", "not_a_number"),
        ("1.", "not_a_number"),
        (".5", "not_a_number"),
        ("1,5", "not_a_number"),
        ("--1", "not_a_number"),
        ("\u0661", "not_a_number"),
        (None, "not_a_number"),
        (b"1", "not_a_number"),
    ],
)
def test_what_is_too_wide_or_no_number_is_refused_by_its_code(value, code):
    with pytest.raises(NotANumber) as caught:
        read_number(value)
    assert caught.value.code == code
    assert str(caught.value) == code


MODES = {
    #                     -2.5 -1.6 -1.5 -1.4 -0.5 0.5 1.4 1.5 1.6 2.5 5.1
    "ROUND_HALF_UP": (-3, -2, -2, -1, -1, 1, 1, 2, 2, 3, 5),
    "ROUND_HALF_DOWN": (-2, -2, -1, -1, 0, 0, 1, 1, 2, 2, 5),
    "ROUND_HALF_EVEN": (-2, -2, -2, -1, 0, 0, 1, 2, 2, 2, 5),
    "ROUND_UP": (-3, -2, -2, -2, -1, 1, 2, 2, 2, 3, 6),
    "ROUND_DOWN": (-2, -1, -1, -1, 0, 0, 1, 1, 1, 2, 5),
    "ROUND_CEILING": (-2, -1, -1, -1, 0, 1, 2, 2, 2, 3, 6),
    "ROUND_FLOOR": (-3, -2, -2, -2, -1, 0, 1, 1, 1, 2, 5),
    "ROUND_05UP": (-2, -1, -1, -1, -1, 1, 1, 1, 1, 2, 6),
}
TAKEN = [F(n, 10) for n in (-25, -16, -15, -14, -5, 5, 14, 15, 16, 25, 51)]


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_on_both_sides_of_every_half(mode):
    assert tuple(round_exact(value, places=0, mode=mode) for value in TAKEN) == MODES[mode]


@pytest.mark.parametrize("mode", MODES)
def test_what_needs_no_rounding_is_left_alone(mode):
    assert round_exact(F(-7), places=0, mode=mode) == -7
    assert round_exact(F(125, 100), places=2, mode=mode) == F(5, 4)


def test_places_count_behind_the_point():
    assert round_exact(F(1005, 1000), places=2, mode="ROUND_HALF_UP") == F(101, 100)
    assert round_exact(F(2, 3), places=3, mode="ROUND_HALF_UP") == F(667, 1000)


def test_an_unknown_mode_is_refused_and_not_guessed():
    with pytest.raises(ValueError, match="ROUND_NEAR"):
        round_exact(F(1, 2), places=0, mode="ROUND_NEAR")


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (F(3), 0, "3"),
        (F(3), 2, "3.00"),
        (F(1, 2), 0, "0.5"),
        (F(1, 4), 1, "0.25"),
        (F(-1, 8), 2, "-0.125"),
        (F(1, 10**12), 0, "1E-12"),
        (F(2, 10**12), 2, "2E-12"),
        (F(1, 3), 2, "0.333333333333"),
        (F(2, 3), 0, "0.666666666667"),
        (F(1, 2 * 10**12), 0, "0E-12"),
        (F(3, 2 * 10**12), 0, "2E-12"),
    ],
)
def test_a_mark_goes_out_with_as_many_decimals_as_it_has(value, places, text):
    assert str(to_decimal(value, places=places)) == text


def test_without_places_none_are_added():
    assert str(to_decimal(F(20))) == "20"


def test_a_narrow_decimal_context_takes_nothing_away():
    with localcontext() as context:
        context.prec = 3
        assert str(to_decimal(F(1234567, 100), places=2)) == "12345.67"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.30", "0.3"),
        ("2E+1", "20"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("0", "0"),
        ("100", "100"),
        ("100.00", "100"),
        ("-1.50", "-1.5"),
        ("1E-7", "0.0000001"),
    ],
)
def test_the_plain_writing_of_a_number(value, text):
    assert plain_text(Decimal(value)) == text


def test_a_sum_of_nothing_is_nothing_and_of_thirds_and_quarters_exact():
    assert exact_sum([]) == 0
    assert exact_sum([F(1, 3), F(1, 4), F(-1, 6)]) == F(5, 12)
