"""Payments at the desk: two people over one content, the bank's file, its answer in words, what comes after."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from academy.domain import payments as verbs
from academy.models import BankTemplate, Claim, Payment, PaymentList
from academy.rules.cards import with_check_digit
from craft_site.ledger.models import Line
from tests.academy.subsidies import again, approved, listed, sent
from tests.academy.web.asking import at, post
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Claim.State


# --- looking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_the_overview_costs_the_same_queries_at_any_size(
    client, finance, office, size, django_assert_max_num_queries
):
    claims = approved(office, size=size)
    for n, claim in enumerate(claims, start=1):
        row = PaymentList.objects.create(
            programme=office.programme, number=n, made_by=office.finance, state="settled"
        )
        Payment.objects.create(list=row, claim=claim, amount=1000, result="paid")
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(state=S.BANK_FAILED)
    approved(office)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:payments")).status_code == 200


@pytest.mark.parametrize("size", [1, 30])
def test_a_list_costs_the_same_queries_at_any_size(
    client, finance, office, size, django_assert_max_num_queries
):
    payments, _claims = sent(office, size)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:payment", args=(payments.uuid,))).status_code == 200


def test_no_page_holds_a_card_number(client, finance, office):
    payments, [claim] = listed(office)
    page = at(client, "desk:payment", payments.uuid) + at(client, "desk:payments")
    assert (claim.card.reveal() in page, claim.card.masked() in page) == (False, True)
    assert claim.worker.id_number.reveal() not in page


# --- two people -------------------------------------------------------------------------------------------


def test_a_list_is_made_from_what_is_approved(client, finance, office):
    approved(office, size=2)
    assert "2 claims" in at(client, "desk:payments")
    answer = post(client, "desk:payment_make", office.programme.code)
    payments = PaymentList.objects.get()
    assert answer.url == reverse("desk:payment", args=(payments.uuid,))
    assert "2,000 yuan" in at(client, "desk:payment", payments.uuid)
    assert post(client, "desk:payment_make", office.programme.code).url == reverse("desk:payments")
    assert PaymentList.objects.count() == 1
    assert post(client, "desk:payment_make", "nowhere").status_code == 404


def test_whoever_made_the_list_sees_why_they_cannot_approve_it(client, finance, office):
    payments, _claims = listed(office)
    page = at(client, "desk:payment", payments.uuid)
    assert ("Whoever made the list cannot approve it" in page, "Approve 1,000 yuan" in page) == (True, False)
    seen = verbs.content_hash(payments)
    assert post(client, "desk:payment_approve", payments.uuid, seen=seen).status_code == 403
    client.force_login(office.second)
    page = at(client, "desk:payment", payments.uuid)
    assert ("Approve 1,000 yuan" in page, seen in page) == (True, True)
    post(client, "desk:payment_approve", payments.uuid, seen=seen)
    assert PaymentList.objects.get().state == "approved"


@pytest.mark.parametrize("seen", ["", "0" * 64, "x"])
def test_a_yes_to_something_else_is_none(client, office, seen):
    payments, _claims = listed(office)
    client.force_login(office.second)
    post(client, "desk:payment_approve", payments.uuid, seen=seen)
    assert PaymentList.objects.get().state == "made"


def test_a_changed_card_asks_for_a_new_yes(client, office):
    payments, [claim] = listed(office)
    verbs.approve_list(payments=payments, seen=verbs.content_hash(payments), by=office.second)
    claim.set_card(with_check_digit("62284866666666"))
    claim.save()
    client.force_login(office.finance)
    page = at(client, "desk:payment", payments.uuid)
    assert ("changed since it was approved" in page, "Give it to the bank" in page) == (True, False)
    post(client, "desk:payment_send", payments.uuid)
    assert again(claim).state == S.APPROVED


def test_two_people_with_one_card_are_pointed_out(client, finance, office):
    claims = approved(office, size=2)
    for claim in claims:
        claim.set_card(with_check_digit("62284855555555"))
        claim.save()
    payments = verbs.make_list(programme=office.programme, by=office.finance)
    assert "2 claims on this list go to a card" in at(client, "desk:payment", payments.uuid)


def test_a_list_is_dropped_before_the_bank_has_it_and_not_after(client, finance, office):
    payments, _claims = listed(office)
    assert post(client, "desk:payment_drop", payments.uuid, sure="on").status_code == 422
    assert post(client, "desk:payment_drop", payments.uuid, reason="wrong amounts").status_code == 422
    assert PaymentList.objects.get().state == "made"
    post(client, "desk:payment_drop", payments.uuid, reason="wrong amounts", sure="on")
    dropped = PaymentList.objects.get()
    assert (dropped.state, dropped.dropped_why, dropped.dropped_by) == ("dropped", "wrong amounts", finance)
    assert "wrong amounts" in at(client, "desk:payment", payments.uuid)
    second = verbs.make_list(programme=office.programme, by=office.finance)
    verbs.approve_list(payments=second, seen=verbs.content_hash(second), by=office.second)
    post(client, "desk:payment_send", second.uuid)
    post(client, "desk:payment_drop", second.uuid, reason="too late", sure="on")
    second.refresh_from_db()
    assert second.state == "sent"


def test_the_supervisor_and_the_office_look_and_do_not_pay(client, office):
    payments, _claims = sent(office)
    for role in ("supervisor", "organiser"):
        client.force_login(make_user(role))
        page = at(client, "desk:payment", payments.uuid)
        assert "Take the file" not in page
        for name in ("desk:payment_file", "desk:payment_result", "desk:payment_settle", "desk:payment_drop"):
            assert post(client, name, payments.uuid).status_code == 403


# --- the bank's file --------------------------------------------------------------------------------------


def test_the_file_is_taken_in_the_banks_format_and_each_time_recorded(client, finance, office):
    payments, [claim] = sent(office)
    columns = [
        {"key": "reference", "header": "编号"},
        {"key": "card", "header": "卡号"},
        {"key": "name", "header": "户名"},
        {"key": "amount", "header": "金额"},
    ]
    template = BankTemplate.objects.create(name="农商行", form="csv", columns=columns)
    claim.worker.name = "=HYPERLINK(1)"
    claim.worker.save()
    answer = post(client, "desk:payment_file", payments.uuid, template=template.pk)
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines == ["编号,卡号,户名,金额", f"{claim.reference},{claim.card.reveal()},'=HYPERLINK(1),1000"]
    assert f"{office.programme.code}-1.csv" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    plain = post(client, "desk:payment_file", payments.uuid, template="")
    sheet = load_workbook(BytesIO(plain.content)).active
    assert sheet["D2"].value == claim.card.reveal()
    taken = Line.objects.filter(kind="payments.file_taken")
    assert taken.count() == 2
    assert claim.card.reveal() not in str([line.body for line in taken])


def test_there_is_no_file_before_the_second_yes_nor_after_the_answer(client, finance, office):
    payments, _claims = listed(office)
    assert post(client, "desk:payment_file", payments.uuid).status_code == 302
    verbs.approve_list(payments=payments, seen=verbs.content_hash(payments), by=office.second)
    assert post(client, "desk:payment_file", payments.uuid).status_code == 302
    payments = verbs.send(payments=payments, by=office.finance)
    assert post(client, "desk:payment_file", payments.uuid, template="987").status_code == 302
    assert post(client, "desk:payment_file", payments.uuid).status_code == 200
    reference = payments.payments.get().claim.reference
    verbs.settle(payments=payments, reported=[verbs.Reported(reference, "failed")], by=office.finance)
    assert post(client, "desk:payment_file", payments.uuid).status_code == 302


def template_values(**changes):
    values = {"name": "农商行", "form": "csv"}
    for place, key in enumerate(BankTemplate.KEYS, start=1):
        values |= {f"place_{key}": str(place), f"header_{key}": key}
    return values | changes


def test_a_format_is_kept_in_the_order_of_its_numbers(client, finance):
    assert "No format yet" in at(client, "desk:payment_templates")
    at(client, "desk:payment_template_new")
    values = template_values(place_number="", place_card="1", place_reference="4")
    assert post(client, "desk:payment_template_new", **values).status_code == 302
    kept = BankTemplate.objects.get()
    assert [column["key"] for column in kept.columns] == ["card", "name", "reference", "amount", "purpose"]
    at(client, "desk:payment_template", kept.pk)
    post(client, "desk:payment_template", kept.pk, **(values | {"header_card": "卡号", "form": "xlsx"}))
    kept.refresh_from_db()
    assert (kept.columns[0], kept.form) == ({"key": "card", "header": "卡号"}, "xlsx")
    assert "农商行" in at(client, "desk:payment_templates")
    assert Line.objects.filter(kind="bank_template.kept").count() == 2
    assert client.get(reverse("desk:payment_template", args=(987,))).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"form": "pdf"}, "not one of the available"),
        ({"place_card": ""}, "must be in the file"),
        ({"place_card": "2"}, "same place"),
        ({"place_card": "x"}, "whole number"),
        ({"header_card": ""}, "header of its own"),
        ({"header_card": "name"}, "header of its own"),
        ({"name": "taken"}, "already"),
    ],
)
def test_a_format_that_no_bank_could_read_is_refused_in_words(client, finance, changes, words):
    BankTemplate.objects.create(name="taken", columns=[])
    answer = post(client, "desk:payment_template_new", **template_values(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert BankTemplate.objects.count() == 1
