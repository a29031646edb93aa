"""The rules of a programme as a form: all of them go in and come back, each fault stands at its field."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import programmes
from academy.files.programmes import templates
from academy.rules import programme as reading
from tests.academy.subsidies import filed, make_office, rules
from tests.academy.web.asking import answers, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client, office):
    client.force_login(office.organiser)
    return office.organiser


def test_the_rules_of_each_template_come_back_unchanged_from_their_form(client, office, organiser):
    for code, data in templates().items():
        made = programmes.create(code=f"t-{code}", data=data, opens_at=timezone.now(), by=organiser)
        values = answers(client, "desk:subsidy_rules", made.code)
        assert client.post(reverse("desk:subsidy_rules", args=(made.code,)), values).status_code == 302
        assert made.versions.get().rules == reading.read(data)


def test_every_rule_is_set_by_the_form(client, office, organiser):
    later = timezone.now() + timedelta(days=9)
    made = programmes.create(code="ours", data=rules(), opens_at=later, by=organiser)
    anything = {f"trait_{name}": "any" for name in reading.TRAITS}
    values = anything | {
        "trait_member": "yes",
        "trait_public_office": "no",
        "any_of": ["front_line", "new_form"],
        "months_in_firm": "12",
        "after_hiring": "on",
        "once_per": ["certificate", "year"],
        "per_year": "3",
        "no_lower": "on",
        "excludes": [office.programme.code],
        "documents": ["certificate", "bank_card"],
        "first": ["model_worker"],
        "posted_before_filing": "5",
        "rehearsal_days": "7",
    }
    assert client.post(reverse("desk:subsidy_rules", args=("ours",)), values).status_code == 302
    found = made.versions.get().rules
    assert (found.traits, found.any_of) == (
        {"member": True, "public_office": False},
        ("front_line", "new_form"),
    )
    assert (found.months_in_firm, found.after_hiring, found.no_lower) == (12, True, True)
    assert (found.once_per, found.per_year) == (("certificate", "year"), 3)
    assert (found.excludes, found.documents) == ((office.programme.code,), ("certificate", "bank_card"))
    assert (found.first, found.posted_before_filing, found.rehearsal_days) == (("model_worker",), 5, 7)
    made.refresh_from_db()
    assert made.rehearsal_from == later - timedelta(days=7)
    bare = anything | {"months_in_firm": "0", "posted_before_filing": "0", "rehearsal_days": "0"}
    assert client.post(reverse("desk:subsidy_rules", args=("ours",)), bare).status_code == 302
    empty = made.versions.get().rules
    assert (empty.traits, empty.documents, empty.first, empty.per_year) == ({}, (), (), None)
    assert (empty.after_hiring, empty.no_lower) == (False, False)
    assert [item.key for item in empty.items] == ["skill", "degree"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"months_in_firm": "x"}, "months_in_firm"),
        ({"posted_before_filing": "-1"}, "posted_before_filing"),
        ({"rehearsal_days": ""}, "rehearsal_days"),
        ({"per_year": "0"}, "per_year"),
        ({"documents": "gold"}, "documents"),
        ({"trait_member": "maybe"}, "trait_member"),
        ({"any_of": "member"}, "any_of"),
        ({"excludes": "nowhere"}, "excludes"),
    ],
)
def test_every_fault_of_the_rules_form_is_told_at_its_field(client, office, organiser, change, field):
    make_office()
    code = office.programme.code
    page = client.post(
        reverse("desk:subsidy_rules", args=(code,)), answers(client, "desk:subsidy_rules", code) | change
    )
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert office.programme.versions.count() == 1


def test_after_the_first_claim_other_rules_are_a_version_with_its_reason(client, office, organiser):
    filed(office)
    code = office.programme.code
    values = answers(client, "desk:subsidy_rules", code) | {"posted_before_filing": "5"}
    address = reverse("desk:subsidy_rules", args=(code,))
    assert "reason" in client.post(address, values).context["form"].errors
    assert client.post(address, values | {"reason": "The city asks for it"}).status_code == 302
    assert office.programme.versions.first().rules.posted_before_filing == 5
    assert "posted in the firm" in at(client, "desk:subsidy", code).lower()


def test_the_text_page_says_what_its_words_mean(client, office, organiser):
    page = at(client, "desk:subsidy_yaml", office.programme.code)
    for words in ("Once per certificate", "Proof of employment", "By lot"):
        assert words in page
