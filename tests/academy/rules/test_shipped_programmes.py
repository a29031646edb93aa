"""The eight programmes as they are published: who gets what, and what each of them refuses."""

from dataclasses import replace
from datetime import date

import pytest

from academy.files.programmes import templates
from academy.rules import programme, verdict
from academy.rules.certificate import decode
from academy.web.claim_words import finding_words
from tests.academy.rules.facts import ask, before, degree, hard, person, skill, soft


def test_all_eight_can_be_read_and_bear_the_code_of_their_file():
    found = templates()
    assert len(found) == 8
    for code, data in found.items():
        assert data["code"] == code
        assert programme.read(data).items


def test_zhejiang_grants_a_flat_thousand_for_senior_workers_certified_in_the_province():
    for level in (4, 5, 6):
        found = ask("zhejiang-2024", skill(level))
        assert (found.amount, found.barred) == (1000, False)
    assert hard(ask("zhejiang-2024", skill(3))) == {"level_not_granted"}
    assert "outside_window" in hard(ask("zhejiang-2024", skill(dated=date(2024, 1, 1))))
    assert not ask("zhejiang-2024", skill(dated=date(2023, 12, 31))).barred
    assert hard(ask("zhejiang-2024", skill(said_province="44"))) == {"number_province"}
    assert hard(ask("zhejiang-2024", skill(), who=person(public_office=True))) == {"trait"}


@pytest.mark.parametrize("code", ["zhejiang-2024", "zhoushan-2025", "changxing-2024"])
def test_a_written_contract_is_asked_for(code):
    proof = degree() if code == "changxing-2024" else skill()
    assert "trait" in hard(ask(code, proof, who=person(contract=False)))
    assert "to_confirm" in soft(ask(code, proof, who=person(contract=None)))


def test_zhejiang_takes_front_line_workers_or_those_of_new_forms_of_work():
    assert not ask("zhejiang-2024", skill(), who=person(front_line=False, new_form=True)).barred
    assert hard(ask("zhejiang-2024", skill(), who=person(front_line=False))) == {"none_of"}
    assert soft(ask("zhejiang-2024", skill(), who=person(front_line=None))) == {"none_of"}


def test_zhejiang_and_the_share_of_zhoushan_exclude_each_other():
    assert hard(ask("zhoushan-2025", skill(), past=(before("zhejiang-2024", trade="other"),))) == {
        "excluded_by"
    }


def test_zhoushan_has_its_own_windows_and_places():
    rules = programme.read(templates()["zhoushan-2025"])
    assert [item.places for item in rules.items] == [150, 450]
    assert not ask("zhoushan-2025", degree(dated=date(2024, 12, 31))).barred
    assert hard(ask("zhoushan-2025", skill(dated=date(2022, 12, 31)))) == {"outside_window"}


def test_changxing_pays_once_in_a_life_and_not_after_the_province():
    assert ask("changxing-2024", degree()).amount == 1000
    old = before("changxing-2024", item="degree", kind="degree", level=1, year=2019)
    assert hard(ask("changxing-2024", degree(), past=(old,))) == {"once_per_life"}
    assert hard(ask("changxing-2024", degree(), past=(before("zhejiang-2024"),))) == {"excluded_by"}


def test_taizhou_is_for_migrant_workers_and_posts_for_seven_days():
    assert hard(ask("taizhou-2022", degree(), who=person(migrant=False))) == {"trait"}
    assert not ask("taizhou-2022", degree()).barred
    assert programme.read(templates()["taizhou-2022"]).publicity_days == 7


def test_tianjin_pays_by_item_after_a_year_in_the_firm_by_lot_once_a_year():
    rules = programme.read(templates()["tianjin-2025"])
    assert rules.allocation == "lottery"
    assert {item.key: item.places for item in rules.items} == {
        "degree": 500,
        "title": 500,
        "technician": 200,
        "senior": 200,
    }
    assert ask("tianjin-2025", skill(5), item="technician").amount == 2500
    assert ask("tianjin-2025", skill(6), item="senior").amount == 3000
    assert ask("tianjin-2025", degree()).amount == 2000
    assert hard(ask("tianjin-2025", skill(6), item="technician")) == {"level_not_granted"}
    new = person(hired_on=date(2024, 3, 11))
    assert hard(ask("tianjin-2025", degree(dated=date(2025, 1, 1)), who=new)) == {"short_in_firm"}
    last_year = before("tianjin-2025", item="title", kind="title", year=2024)
    this_year = before("tianjin-2025", item="title", kind="title")
    assert not ask("tianjin-2025", degree(), past=(last_year,)).barred
    assert hard(ask("tianjin-2025", degree(), past=(this_year,))) == {"once_per_year"}


def test_shandong_pays_those_who_enrol_and_not_those_who_finish():
    enrolled = degree(dated=date(2025, 3, 1), stage="enrolled")
    assert ask("shandong-2025", enrolled, item="province").amount == 1000
    assert ask("shandong-2025", enrolled, item="both").amount == 2000
    assert "other_stage" in hard(ask("shandong-2025", degree(dated=date(2025, 3, 1)), item="both"))
    same = before("shandong-2025", item="province", kind="degree", level=2, year=2024, trade="")
    other = before("shandong-2025", item="province", kind="degree", level=1, year=2024, trade="")
    assert hard(ask("shandong-2025", enrolled, item="both", past=(same,))) == {"once_per_level"}
    assert not ask("shandong-2025", enrolled, item="both", past=(other,)).barred


def test_guangdong_pays_what_was_finished_while_employed():
    assert not ask("guangdong", degree()).barred
    assert hard(ask("guangdong", degree(), who=person(hired_on=date(2023, 7, 1)))) == {"before_hiring"}
    assert soft(ask("guangdong", degree(), who=person(hired_on=None))) == {"hired_unknown"}


@pytest.mark.parametrize(("level", "yuan"), [(2, 1000), (3, 1500), (4, 2000)])
def test_the_insurance_pays_by_level(level, yuan):
    assert ask("insurance", skill(level, date(2024, 9, 1))).amount == yuan


def test_the_insurance_counts_twelve_months_from_the_certificate():
    assert not ask("insurance", skill(dated=date(2024, 3, 10))).barred
    assert hard(ask("insurance", skill(dated=date(2024, 3, 9)))) == {"too_old"}


def test_the_insurance_wants_insured_months_three_a_year_at_most_and_never_down():
    fresh = skill(3, date(2024, 9, 1))
    assert hard(ask("insurance", fresh, who=person(insured=11))) == {"short_insured"}
    assert soft(ask("insurance", fresh, who=person(insured=None))) == {"insured_unknown"}
    three = tuple(before("insurance", level=2, trade=f"t{n}", number=f"{n}") for n in range(3))
    assert hard(ask("insurance", fresh, past=three)) == {"too_many_this_year"}
    assert not ask("insurance", fresh, past=three[:2]).barred
    assert hard(ask("insurance", fresh, past=(before("insurance", level=4),))) == {"lower_after_higher"}
    assert hard(ask("insurance", fresh, past=(before("insurance", level=3),))) == {"once_per_level"}
    assert hard(ask("insurance", fresh, who=person(training_subsidy=True))) == {"trait"}


def test_shandong_asks_for_studies_that_fit_the_post_and_a_post_up_to_section_level():
    enrolled = degree(dated=date(2025, 3, 1), stage="enrolled")
    for said in ({"above_section": True}, {"post_related": False}, {"member": False}):
        assert hard(ask("shandong-2025", enrolled, item="province", who=person(**said))) == {"trait"}
    assert not ask("shandong-2025", enrolled, item="province", who=person(public_office=True)).barred
    late = degree(dated=date(2026, 1, 1), stage="enrolled")
    assert hard(ask("shandong-2025", late, item="province", today=date(2026, 2, 1))) == {"outside_window"}


def test_tianjin_takes_one_claim_a_year_whatever_the_item_and_wants_the_dues_paid():
    this_year = before("tianjin-2025", item="senior", level=6)
    for proof, item in ((degree(), "degree"), (skill(5, trade="weld"), "technician")):
        assert "once_per_year" in hard(ask("tianjin-2025", proof, item=item, past=(this_year,)))
    assert hard(ask("tianjin-2025", degree(), who=person(dues_paid=False))) == {"trait"}
    title = degree(level=2, dated=date(2025, 1, 5))
    assert ask("tianjin-2025", title, item="title").amount is None
    assert ask("tianjin-2025", replace(title, kind="title"), item="title").amount == 1000


def test_the_certificates_that_zhejiang_does_not_take_have_no_such_number():
    """Of special operations, computing and single skills: their numbers are of another form."""
    for number in ("T330784199001011234", "3300001234567", "ZX33-2023-00017"):
        said = decode(number, this_year=2025)
        assert said.fault
        assert "number_unreadable" in hard(ask("zhejiang-2024", skill(number_readable=not said.fault)))


def test_zhejiang_pays_for_a_degree_beside_a_level_and_neither_twice():
    level = before("zhejiang-2024")
    assert not ask("zhejiang-2024", degree(), past=(level,)).barred
    other_trade = skill(5, trade="weld", number="N2")
    assert hard(ask("zhejiang-2024", other_trade, past=(level,))) == {"once_per_item"}


def test_the_insurance_asks_for_no_membership_and_takes_certificates_from_before_the_job():
    fresh = skill(3, date(2024, 9, 1))
    assert not ask("insurance", fresh, who=person(member=False, hired_on=date(2024, 12, 1))).barred
    last_year = tuple(before("insurance", level=2, trade=f"t{n}", number=f"{n}", year=2024) for n in range(3))
    assert not ask("insurance", fresh, past=last_year).barred
    assert hard(ask("insurance", skill(5, date(2024, 9, 1)))) == {"level_not_granted"}


def test_every_programme_refuses_a_certificate_lower_than_one_claimed_before():
    high = before("somewhere", level=6)
    for code in ("zhejiang-2024", "zhoushan-2025", "insurance"):
        assert "lower_after_higher" in hard(ask(code, skill(4, date(2024, 9, 1)), past=(high,)))


@pytest.mark.parametrize("code", sorted(templates()))
def test_no_programme_can_spend_more_on_its_places_than_its_budget(code):
    items = programme.read(templates()[code]).items
    most = [max(item.amounts.values()) * item.places for item in items if item.places is not None]
    assert sum(most) <= templates()[code]["budget"]


@pytest.mark.parametrize("code", sorted(templates()))
def test_every_finding_of_every_programme_has_words(code):
    """Whatever a stranger with the wrong papers is told, it is a sentence and not a key."""
    stranger = verdict.Person({}, None, None)
    wrong = verdict.Person(dict.fromkeys(programme.TRAITS, True), date(2025, 3, 1), 0)
    for item in programme.read(templates()[code]).items:
        for who in (stranger, wrong):
            for proof in (degree(), skill(), skill(2, said_level=5, said_year=2001, said_province="44")):
                for finding in ask(code, proof, item=item.key, who=who).findings:
                    words = finding_words(finding.code, finding.params)
                    assert words != finding.code
                    assert "%(" not in words
