"""Citizen numbers, credit codes and mobiles: every single slip of the finger is caught, no valid card is refused."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craft_site.kit.identity import (
    CREDIT_ALPHABET,
    CitizenNumber,
    IdentityError,
    Sex,
    citizen_check_digit,
    credit_code_check_digit,
    parse_credit_code,
    parse_document,
    parse_mobile,
)

TODAY = date(2025, 4, 8)
CARD = "11010519491231002X"


def refusal(parse, *args, **kwargs):
    with pytest.raises(IdentityError) as caught:
        parse(*args, **kwargs)
    return caught.value


def number(region="330784", birth="19900307", serial="123"):
    first = f"{region}{birth}{serial}"
    return first + citizen_check_digit(first)


def test_a_card_tells_region_birth_and_sex():
    card = CitizenNumber.parse(CARD, today=TODAY)
    assert (card.number, card.region, card.birth, card.sex, card.warnings) == (
        CARD,
        "110105",
        date(1949, 12, 31),
        Sex.FEMALE,
        (),
    )
    assert CitizenNumber.parse(number(serial="001"), today=TODAY).sex == Sex.MALE == "m"
    assert CitizenNumber.parse(number(serial="110"), today=TODAY).sex == Sex.FEMALE == "f"


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\u202d11010519491231002X\u202c",
        "110105\u00a019491231\u3000002X\u200b",
    ],
)
def test_what_cells_and_chats_do_to_a_number_is_undone(text):
    assert CitizenNumber.parse(text, today=TODAY).number == CARD


def test_every_single_wrong_character_is_caught():
    numbers = [CARD, number(), number("440524", "20001231", "999"), number("650102", "19700101", "000")]
    for good in numbers:
        for place in range(18):
            for other in "0123456789" if place < 17 else "0123456789X":
                if other != good[place]:
                    assert refusal(
                        CitizenNumber.parse, good[:place] + other + good[place + 1 :], today=TODAY
                    ).code == ("checksum")


def test_every_swap_of_neighbours_is_caught():
    for good in (CARD, number(), number("440524", "20001231", "987")):
        for place in range(17):
            swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
            if swapped != good:
                assert refusal(CitizenNumber.parse, swapped, today=TODAY).code in ("checksum", "letters")


@given(st.integers(0, 2**32))
def test_a_generated_number_always_passes(seed):
    dice = random.Random(seed)
    born = date.fromordinal(dice.randint(date(1900, 1, 1).toordinal(), TODAY.toordinal()))
    text = number(f"{dice.randint(110000, 659999)}", f"{born:%Y%m%d}", f"{dice.randint(0, 999):03d}")
    assert CitizenNumber.parse(text, today=TODAY).birth == born


@pytest.mark.parametrize("region", ["810000", "820000", "830000", "440524", "330722"])
def test_residence_permits_and_abolished_regions_pass_without_a_word(region):
    assert CitizenNumber.parse(number(region), today=TODAY).warnings == ()


@pytest.mark.parametrize("region", ["990000", "000000", "811234", "160101"])
def test_an_unknown_region_is_a_warning_and_no_error(region):
    assert CitizenNumber.parse(number(region), today=TODAY).warnings == ("unknown_region",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("  ", "required"),
        ("110105491231002", "old_length"),
        ("11010519491231002", "length"),
        (CARD + "1", "length"),
        ("1101051949123100AX", "letters"),
        ("X10105194912310021", "letters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "letters"),
        (number(birth="20230229"), "birth_date"),
        (number(birth="19901301"), "birth_date"),
        (number(birth="19900431"), "birth_date"),
        (number(birth="20250409"), "birth_date"),
        (number(birth="18991231"), "birth_date"),
    ],
)
def test_what_cannot_be_a_citizen_number_is_refused_by_its_reason(text, code):
    assert refusal(CitizenNumber.parse, text, today=TODAY).code == code


def test_the_day_itself_and_leap_days_are_real_dates():
    assert CitizenNumber.parse(number(birth="20250408"), today=TODAY).birth == TODAY
    assert CitizenNumber.parse(number(birth="20000229"), today=TODAY).birth == date(2000, 2, 29)


def test_a_citizen_number_shows_four_characters_and_its_error_none():
    card = CitizenNumber.parse(CARD, today=TODAY)
    assert str(card) == "****002X"
    assert "19491231" not in repr(card)
    assert "1949" not in repr(card)
    assert "110105" not in refusal(CitizenNumber.parse, CARD[:-1] + "1", today=TODAY).messages[0]


@pytest.mark.parametrize(
    ("kind", "text", "kept", "birth"),
    [
        ("citizen", CARD, CARD, date(1949, 12, 31)),
        ("hmt", number("830000"), number("830000"), date(1990, 3, 7)),
        ("passport", " e1234 5678 ", "E12345678", None),
        ("foreign_resident", "usa110105198001", "USA110105198001", None),
        ("foreign_resident", number("911440"), number("911440"), date(1990, 3, 7)),
    ],
)
def test_documents_are_checked_as_far_as_their_kind_allows(kind, text, kept, birth):
    document = parse_document(kind, text, today=TODAY)
    assert (document.kind, document.number, document.birth) == (kind, kept, birth)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("library", "1", "document_kind"),
        ("passport", "", "required"),
        ("passport", "1234", "document"),
        ("passport", "E" * 16, "document"),
        ("passport", "E12<script>", "document"),
        ("foreign_resident", "USA11010519800", "document"),
        ("hmt", "H1234567", "length"),
    ],
)
def test_documents_of_the_wrong_shape_are_refused(kind, text, code):
    assert refusal(parse_document, kind, text, today=TODAY).code == code


@pytest.mark.parametrize(
    "text",
    ["13800001234", "+86 138 0000 1234", "0086-138-0000-1234", "8613800001234", "１３８００００１２３４"],
)
def test_mobiles_come_out_as_eleven_digits(text):
    assert parse_mobile(text) == "13800001234"


@pytest.mark.parametrize(
    "text", ["", "12800001234", "1380000123", "138000012345", "0579-87101234", "1380000123a", "+1 3800001234"]
)
def test_what_is_no_mainland_mobile_is_refused(text):
    assert refusal(parse_mobile, text).code == "mobile"


@pytest.mark.parametrize("code", ["9144030071526726XG", "91330100799655058B", "91350100M000100Y43"])
def test_real_credit_codes_pass(code):
    assert parse_credit_code(f" {code.lower()} ") == code


def test_every_single_wrong_character_of_a_credit_code_is_caught():
    good = "91350100M000100Y43"
    for place in range(18):
        for other in CREDIT_ALPHABET.replace(good[place], ""):
            assert (
                refusal(parse_credit_code, good[:place] + other + good[place + 1 :]).code == "credit_checksum"
            )


def test_every_swap_of_neighbours_in_a_credit_code_is_caught():
    good = "91350100M000100Y43"
    for place in range(17):
        swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
        if swapped != good:
            assert refusal(parse_credit_code, swapped).code == "credit_checksum"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330784000012345", "credit_length"),
        ("9135O100M000100Y43", "credit_letters"),
        ("91350100M000100Y4永", "credit_letters"),
    ],
)
def test_other_credit_codes_are_refused_by_their_reason(text, code):
    assert refusal(parse_credit_code, text).code == code


def test_a_made_up_union_code_passes():
    assert parse_credit_code("81330784MC" + "0000001" + credit_code_check_digit("81330784MC0000001"))
