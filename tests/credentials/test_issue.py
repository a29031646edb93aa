"""One verb issues for every wing: once a fact, nothing that the growth record does not say, and never a person's
number."""

import json
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from craft_site.credentials import numbers
from craft_site.credentials.domain.issuing import AT_ONCE, CertificateRefused, issue_many
from craft_site.credentials.domain.revoking import CHAIN
from craft_site.credentials.models import Certificate, StatusList
from craft_site.kit import glyphs
from craft_site.ledger.models import Line
from craft_site.ledger.verification import verify
from craft_site.people.domain import growth
from craft_site.people.models import Worker
from tests.credentials.making import make_certificate, make_order
from tests.factories import citizen_number, make_user, make_worker

pytestmark = pytest.mark.django_db


def test_a_certificate_says_what_was_asked_for():
    holder = make_worker("王丽")
    certificate = make_certificate(holder, by=(office := make_user("organiser")))
    kept = certificate.credential
    subject = kept["credentialSubject"]
    assert kept["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (kept["name"], subject["licenseNumber"]) == (certificate.title, certificate.shown_number)
    assert subject["achievement"]["achievementType"] == "Award"
    assert "一等奖" in subject["narrative"]
    assert kept["awardedDate"] == "2025-04-17T16:00:00Z"  # midnight in China
    assert certificate.issued_by == office
    assert (certificate.holder_name, certificate.revoked_at) == ("王丽", None)


def test_the_signed_document_names_nobody():
    holder = make_worker("欧阳明珠", id_number=(number := citizen_number(77)))
    text = json.dumps(make_certificate(holder).credential, ensure_ascii=False)
    assert "欧阳" not in text
    assert number not in text
    assert str(holder.uuid) not in text


def test_the_same_fact_is_certified_once():
    first = make_certificate(holder := make_worker(), source="competitions:event:x")
    again = make_certificate(holder, source="competitions:event:x")
    assert (again.pk, Certificate.objects.count()) == (first.pk, 1)
    assert Line.objects.filter(chain__name=CHAIN).count() == 1


def test_other_facts_replace_the_certificate_that_stands():
    old = make_certificate(holder := make_worker(), source="competitions:event:x")
    new = make_certificate(holder, source="competitions:event:x", facts={"award": {"zh": "二等奖"}})
    old = Certificate.objects.prefetch_related("revocations").get(pk=old.pk)
    assert old.revoked_at is not None
    assert [one.cause for one in old.revocations.all()] == ["replaced"]
    assert Certificate.objects.standing().get() == new
    kinds = list(Line.objects.filter(chain__name=CHAIN).values_list("kind", flat=True))
    assert kinds == ["certificate.issued", "certificate.revoked", "certificate.issued"]


def test_the_database_lets_one_certificate_of_a_fact_stand():
    certificate = make_certificate()
    certificate.pk, certificate.number, certificate.status_index = None, numbers.new(), 1
    certificate.uuid = make_worker().uuid
    with pytest.raises(IntegrityError), transaction.atomic():
        certificate.save(force_insert=True)


def test_what_the_growth_record_does_not_say_is_not_certified():
    order = make_order()
    growth.withdraw(worker=order.holder, source=order.source)
    stranger = replace(make_order(), holder=make_worker())
    outcome = issue_many(orders=[order, stranger], by=None)
    assert [one for one, _why in outcome.refused] == [order, stranger]
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"issuers": ()},
        {"issuers": ({"zh": ""},)},
        {"title": ""},
        {"kind": "medal"},
        {"facts": {"mobile": {"zh": "13800001234"}}},
    ],
)
def test_an_order_that_lacks_something_is_refused_with_words(fields):
    with pytest.raises(CertificateRefused, match=r"certificate"):
        make_certificate(**fields)
    assert not Certificate.objects.exists()


def test_one_refused_order_does_not_hold_up_the_others():
    good = [make_order() for _ in range(AT_ONCE + 2)]
    seen = []
    bad = replace(good[0], source="nowhere")
    outcome = issue_many(
        orders=[bad, *good], by=None, progress=lambda done, total: seen.append((done, total))
    )
    assert outcome.counts() == {
        "issued": AT_ONCE + 2,
        "kept": 0,
        "replaced": 0,
        "refused": 1,
        "unprintable": 0,
    }
    assert seen == [(AT_ONCE, AT_ONCE + 3), (AT_ONCE + 3, AT_ONCE + 3)]
    assert issue_many(orders=good, by=None).counts()["kept"] == AT_ONCE + 2


@pytest.mark.parametrize("many", [1, AT_ONCE])
def test_issuing_costs_the_same_queries_for_one_and_for_many(many, django_assert_max_num_queries):
    make_certificate()  # the chain and the list are there
    orders = [make_order() for _ in range(many)]
    with django_assert_max_num_queries(14):
        issue_many(orders=orders, by=None)


def test_numbers_and_places_follow_nothing():
    made = [make_certificate() for _ in range(6)]
    assert len({one.number for one in made}) == len({one.status_index for one in made}) == 6
    assert sorted(one.status_index for one in made) != [made[0].status_index + n for n in range(6)]
    assert StatusList.objects.count() == 1


def test_a_number_is_read_however_it_is_typed():
    number = "7K3M0QXT1BZ4M1EA"
    for typed in ("7K3M-0QXT-1BZ4-M1EA", " 7k3m 0qxt ibz4 m1ea ", "７Ｋ３Ｍ－ＯＱＸＴ－１ＢＺ４－Ｍ１ＥＡ"):
        assert numbers.read(typed) == number
    for typed in ("", "7K3M", "7K3M-0QXT-1BZ4-M1EU", "7K3M-0QXT-1BZ4-M1EA-7"):
        assert numbers.read(typed) is None


def test_the_ledger_tells_which_document_was_signed_and_no_person():
    holder = make_worker("欧阳明珠", id_number=(number := citizen_number(78)))
    certificate = make_certificate(holder)
    line = Line.objects.get(chain__name=CHAIN)
    for secret in (
        "欧阳",
        number,
        str(holder.uuid),
        certificate.number,
        certificate.shown_number,
        certificate.salt,
    ):
        assert secret not in line.body
    assert verify(line.chain).holds


def test_the_nightly_walk_finds_a_document_changed_behind_the_programs_back():
    certificate = make_certificate()
    Certificate.objects.filter(pk=certificate.pk).update(
        credential=certificate.credential | {"name": "特等奖"}
    )
    report = verify(Line.objects.get(chain__name=CHAIN).chain)
    assert [fault.seq for fault in report.faults] == [1]


def test_a_name_that_the_font_cannot_draw_is_told_to_the_issuer(settings, tmp_path):
    settings.CERTIFICATE_FONT = str(tmp_path / "none.ttf")
    outcome = issue_many(orders=[make_order(make_worker("张𬱖")), make_order(make_worker("王丽"))], by=None)
    [told] = outcome.unprintable
    assert (told.holder_name, told.unprintable) == ("张𬱖", "𬱖")


@pytest.mark.skipif(glyphs.font(32) is None, reason="no Chinese font: apt-get install fonts-noto-cjk")
def test_a_rare_character_that_the_font_has_is_drawn_and_a_missing_one_is_named():
    assert glyphs.missing("张𬱖·王") == []
    assert glyphs.drawn("张𬱖", size=64).startswith(b"\x89PNG")
    assert glyphs.missing("张\U00030010") == ["\U00030010"]
    assert glyphs.drawn("张\U00030010", size=64) is None


def test_a_corrected_name_makes_a_new_certificate():
    old = make_certificate(holder := make_worker("王立"), source="s")
    Worker.objects.filter(pk=holder.pk).update(name="王丽")
    holder.refresh_from_db()
    new = make_certificate(holder, source="s")
    assert (new.holder_name, new.pk != old.pk) == ("王丽", True)
