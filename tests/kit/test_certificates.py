"""What a certificate number tells, and what it denies."""

from datetime import date

import pytest

from craft_site.kit.certificates import CertificateNumber, Issuer, NumberForm
from craft_site.kit.identity import IdentityError

TODAY = date(2025, 4, 8)
NUMBER = "Y000033010203243000045"


def test_the_twenty_two_characters_are_read_in_their_places():
    assert CertificateNumber.parse("y0000 33 010203 24 3 000045", today=TODAY) == CertificateNumber(
        number=NUMBER,
        form=NumberForm.SKILL_LEVEL,
        level=3,
        year=2024,
        province="33",
        issuer=Issuer.EMPLOYER,
        agency="0000",
        site="010203",
        serial="000045",
    )
    assert CertificateNumber.parse("S" + NUMBER[1:], today=TODAY).issuer is Issuer.SOCIETY


def test_other_forms_tell_what_they_tell():
    special = CertificateNumber.parse("ZJ" + "0" * 20, today=TODAY)
    assert (special.form, special.level, special.year) == (NumberForm.SPECIAL_TECHNICIAN, None, None)
    former = CertificateNumber.parse("1811003000300045", today=TODAY)
    assert (former.form, former.level) == (NumberForm.FORMER_QUALIFICATION, 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "certificate_form"),
        (NUMBER[:-1], "certificate_form"),
        (NUMBER + "1", "certificate_form"),
        ("Q" + NUMBER[1:], "certificate_form"),
        ("Y00003301020324300004A", "certificate_form"),
        ("Y000033010203240000045", "certificate_level"),
        ("Y000033010203246000045", "certificate_level"),
        ("1811003000900045", "certificate_level"),
        ("Y000033010203263000045", "certificate_year"),
        ("Y000099010203243000045", "certificate_province"),
    ],
)
def test_impossible_numbers_are_refused_by_their_reason(text, code):
    with pytest.raises(IdentityError) as caught:
        CertificateNumber.parse(text, today=TODAY)
    assert caught.value.code == code


def test_a_number_denies_another_level_year_and_province():
    number = CertificateNumber.parse(NUMBER, today=TODAY)
    assert number.contradictions(level=3, issued=date(2024, 12, 31), province="33") == []
    assert number.contradictions() == []
    denied = number.contradictions(level=2, issued=date(2023, 12, 31), province="32")
    assert [error.code for error in denied] == [
        "certificate_level",
        "certificate_year",
        "certificate_province",
    ]
    assert "3" in denied[0].messages[0]
    assert "2" in denied[0].messages[0]


def test_a_form_that_does_not_tell_denies_nothing():
    special = CertificateNumber.parse("ZJ" + "0" * 20, today=TODAY)
    assert special.contradictions(level=1, issued=TODAY, province="33") == []
