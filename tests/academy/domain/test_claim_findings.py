"""Everything that is looked at before a person looks: each finding by its name, hard or soft, in words."""

from datetime import date

import pytest

from academy.domain import claim_checks, claims
from academy.models import Claim, Quota, SubsidyProgramme
from academy.web.claim_words import finding_rows, finding_words
from tests.academy.subsidies import (
    again,
    attach,
    certificate_no,
    draft,
    filed,
    make_claimant,
    make_office,
    rules,
    scan,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    items = [rules()["items"][0] | {"levels": [4, 5, 6, 7], "province": "33"}]
    return make_office(rules(items=items))


def found(claim: Claim) -> dict[str, bool]:
    """Code: hard?"""
    return {f.code: f.hard for f in claim_checks.verdict_on(again(claim)).findings}


def said(claim: Claim, code: str) -> str:
    [finding] = [f for f in claim_checks.verdict_on(again(claim)).findings if f.code == code]
    return finding_words(finding.code, finding.params)


def answered(office, **changes) -> Claim:
    return draft(office, make_claimant(office), **changes)


def test_a_good_claim_has_nothing(office):
    assert found(answered(office)) == {}


@pytest.mark.parametrize(
    ("number", "code", "hard", "words"),
    [
        ("330784199001", "number_unreadable", True, "compare it sign by sign"),
        ("S000033000001234000001", "number_level", True, "claimed is Level 3"),
        ("S000033000001223000001", "number_year", True, "says the year 2022, the date says 2023"),
        (
            "S000044000001233000001",
            "number_province",
            True,
            "issued in Guangdong; the programme asks for Zhejiang",
        ),
        ("1133003012300123", "province_unknown", False, "names no province: to be looked up (Zhejiang)"),
    ],
)
def test_the_number_is_read_against_the_claim(office, number, code, hard, words):
    claim = answered(office, certificate_no=number)
    assert found(claim)[code] is hard
    assert words in said(claim, code)


def test_a_special_technicians_number_tells_its_level_and_nothing_else(office):
    claim = answered(office, certificate_no="ZJ" + "1" * 20, level=7)
    assert found(claim) == {"province_unknown": False}
    assert found(answered(office, certificate_no="ZJ" + "2" * 20, level=6))["number_level"]


def test_a_certificate_used_by_anybody_stops_it(office):
    mine = filed(office)
    number = mine.certificate_no
    assert found(answered(office, certificate_no=number))["certificate_of_another"]
    elsewhere = make_office(rules(once_per=[]))
    assert found(answered(elsewhere, certificate_no=number))["certificate_of_another"]
    again_mine = draft(office, mine.worker, certificate_no=number)
    assert found(again_mine)["once_per_certificate"]


def test_a_lower_level_after_a_higher_one_stops_it_in_every_programme(office):
    high = filed(office, level=5, certificate_no=certificate_no(31, level_digit=2))
    elsewhere = make_office()
    claim = draft(elsewhere, high.worker)
    assert found(claim)["lower_after_higher"]
    assert "higher level in the same trade" in said(claim, "lower_after_higher")


def test_a_certificate_from_before_the_job_stops_it(office):
    claim = answered(office, dated=date(2014, 5, 8), certificate_no=certificate_no(32, year=2014))
    assert found(claim)["before_hiring"]
    assert "1 Jan 2015" in said(claim, "before_hiring")


def test_who_says_to_be_there_for_longer_than_the_record_knows_is_looked_at(office):
    number = certificate_no(33, year=2014)
    earlier = {"hired_on": "2013-02-01"}
    claim = answered(office, dated=date(2014, 5, 8), certificate_no=number, answers=earlier)
    assert found(claim) == {"hired_earlier": False}
    assert "since 1 Feb 2013, the record knows it since 1 Jan 2015" in said(claim, "hired_earlier")
    later = answered(office, answers={"public_office": False, "hired_on": "2024-01-01"})
    assert found(later) == {"before_hiring": True}


def test_a_card_of_somebody_else_is_looked_at(office):
    assert found(answered(office, card=filed(office).card.reveal())) == {"card_of_another": False}


def test_the_same_file_of_somebody_else_stops_it_and_is_named(office):
    first, claim = filed(office), answered(office)
    attach(claim, "bank_card", key=attach(first, "bank_card").file.sha256)
    assert found(claim) == {"scan_of_another": True}
    assert "(Bank card)" in said(claim, "scan_of_another")


@pytest.mark.django_db(transaction=True)
def test_a_similar_scan_is_looked_at():
    office = make_office()
    one, other = draft(office), draft(office)
    claims.add_file(claim=one, kind="certificate", upload=scan(1), by=one.worker.user)
    claims.file_claim(claim=one, by=one.worker.user)
    file = attach(other).file
    file.image_hash = scan(1).difference_hash
    file.save()
    assert found(other) == {"scan_like_another": False}
    assert "compare them" in said(other, "scan_like_another")


def test_a_draft_of_somebody_else_proves_nothing(office):
    unfinished = answered(office)
    claim = answered(office, certificate_no=unfinished.certificate_no, card=unfinished.card.reveal())
    assert found(claim) == {}


def test_no_place_and_no_money_stop_it(office):
    claim = answered(office)
    Quota.objects.filter(programme=office.programme).update(places=0)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(budget=999)
    assert found(claim) == {"no_place": True, "no_money": True}


def test_what_stops_stands_before_what_is_looked_at(office):
    claim = answered(office, card=filed(office).card.reveal(), certificate_no="1")
    rows = finding_rows(claim_checks.verdict_on(again(claim)).findings)
    assert [row["hard"] for row in rows] == sorted((row["hard"] for row in rows), reverse=True)
    assert {row["label"] for row in rows} == {"Stops the claim", "Look again"}


def test_what_was_found_is_kept_with_the_filed_claim(office):
    claim = filed(office, card=filed(office).card.reveal())
    assert list(claim.findings.values_list("code", "hard")) == [("card_of_another", False)]
