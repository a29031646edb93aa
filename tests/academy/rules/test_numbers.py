"""Certificate numbers and bank cards, digit by digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.rules import cards
from academy.rules.certificate import Said, decode

GOOD = "S000033000001" + "23" + "3" + "000123"


def test_the_number_tells_level_year_and_province():
    assert decode(GOOD, this_year=2025) == Said("", "national", 4, 2023, "33")


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("S000099000001233000123", "province"),
        ("S000033000001993000123", "year"),
        ("S000033000001236000123", "level"),
        ("S000033000001230000123", "level"),
        (GOOD[:-1], "length"),
        (GOOD + "1", "length"),
        ("X" + GOOD[1:].replace("3", "O", 1), "form"),
        ("", "form"),
        ("合格证 23", "form"),
        ("1133000000000123", "level"),
    ],
)
def test_every_bad_number_has_a_named_fault(number, fault):
    assert decode(number, this_year=2025).fault == fault


def test_former_and_special_numbers_tell_their_level():
    former = decode("1133003012" + "3" + "00123", this_year=2025)
    assert (former.form, former.level, former.year, former.province) == ("former", 4, None, None)
    special = decode("TJ" + "1" * 20, this_year=2025)
    assert (special.form, special.level, special.year) == ("special", 7, None)


@given(st.integers(1, 5), st.integers(0, 25), st.integers(0, 999_999))
def test_what_was_put_into_a_number_comes_out(digit, year, serial):
    said = decode(f"Y123433000001{year:02d}{digit}{serial:06d}", this_year=2025)
    assert (said.fault, said.level, said.year, said.province) == ("", 7 - digit, 2000 + year, "33")


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_decoder(text):
    said = decode(text, this_year=2025)
    assert said.fault or said.form


BODIES = st.text("0123456789", min_size=12, max_size=18)


@given(BODIES)
def test_a_check_digit_fits_and_no_other_does(body):
    number = cards.with_check_digit(body)
    assert cards.fault(number) == ""
    others = [body + d for d in "0123456789" if d != number[-1]]
    assert {cards.fault(other) for other in others} == {"check"}


@given(BODIES, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body, place, more):
    number = cards.with_check_digit(body)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert cards.fault(wrong) == "check"


@pytest.mark.parametrize(
    ("text", "fault"), [("6222x", "digits"), ("", "digits"), ("62220000", "length"), ("6" * 20, "length")]
)
def test_a_card_fault_is_named(text, fault):
    assert cards.fault(text) == fault


def test_spaces_and_full_width_digits_are_folded():
    assert cards.folded("６２２２ 0000-0000") == "622200000000"
