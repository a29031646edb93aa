"""Claims at the desk: who sees which, the list and its workbook, one claim with its documents and its way."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.domain import claim_reviews, claims
from academy.models import Claim, ClaimFinding
from craft_site.people.models import Reveal
from tests.academy.subsidies import (
    again,
    approved,
    attach,
    draft,
    filed,
    make_claimant,
    make_office,
    on_notice,
    passed,
    scan,
)
from tests.academy.web.asking import post_as

pytestmark = pytest.mark.django_db
S = Claim.State


def late(claim, days=3):
    Claim.objects.filter(pk=claim.pk).update(
        due_on=timezone.localdate() - timedelta(days=days), waits_since=timezone.now() - timedelta(days=20)
    )
    return again(claim)


# --- the list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize("who", ["unit", "city", "organiser"])
def test_the_list_costs_the_same_queries_at_any_size(
    client, office, size, who, django_assert_max_num_queries
):
    for _n in range(size):
        filed(office)
    client.force_login(office.people[who])
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:claims")).status_code == 200


def test_reviewers_see_their_unions_claims_and_finance_those_that_the_city_passed(at, office):
    other = make_office()
    mine, foreign = filed(office), filed(other)
    assert mine.reference in at(office.unit, "desk:claims")
    assert foreign.reference not in at(office.unit, "desk:claims")
    assert mine.reference in at(office.town, "desk:claims")
    assert foreign.reference in at(office.organiser, "desk:claims")
    assert mine.reference not in at(office.finance, "desk:claims")
    [done] = approved(office)
    assert done.reference in at(office.finance, "desk:claims")


def test_the_page_is_not_there_for_whom_the_claim_is_not(client, office):
    claim, other = filed(office), make_office()
    for user, status in (
        (office.unit, 200),
        (office.finance, 404),
        (other.unit, 404),
        (other.organiser, 200),
    ):
        client.force_login(user)
        assert client.get(reverse("desk:claim", args=(claim.uuid,))).status_code == status
    client.force_login(office.organiser)
    unfiled = draft(office)
    assert client.get(reverse("desk:claim", args=(unfiled.uuid,))).status_code == 404


def test_filters_find_what_waits_for_me_what_is_late_and_a_name(at, office):
    mine, passed_on = filed(office, make_claimant(office, "王小明")), passed(office, by=("unit",))[0]
    overdue = late(filed(office))
    page = at(office.unit, "desk:claims", waits="me")
    assert (mine.reference in page, passed_on.reference in page) == (True, False)
    page = at(office.unit, "desk:claims", due="over")
    assert (overdue.reference in page, mine.reference in page) == (True, False)
    assert "Overdue" in page
    assert "20 days" in page
    page = at(office.city, "desk:claims", q="小明")
    assert (mine.reference in page, overdue.reference in page) == (True, False)
    page = at(office.city, "desk:claims", q=f" {overdue.reference} ")
    assert overdue.worker.name in page
    page = at(office.city, "desk:claims", union=office.unions["town"].pk, programme=office.programme.pk)
    assert mine.reference in page
    page = at(office.city, "desk:claims", state="unit")
    assert (passed_on.reference in page, mine.reference in page) == (True, False)


def test_a_filter_that_is_none_is_told_and_breaks_nothing(at, office):
    filed(office)
    for query in ({"union": "x"}, {"state": "draft"}, {"programme": "99999"}, {"page": "x"}, {"sort": "-x"}):
        at(office.city, "desk:claims", **query)


def test_findings_are_counted_in_the_row_and_told_in_words_on_the_page(at, office):
    claim = filed(office, card=filed(office).card.reveal())
    assert ClaimFinding.objects.filter(claim=claim, hard=False).count() == 1
    assert "1 to look at" in at(office.unit, "desk:claims")
    page = at(office.unit, "desk:claim", claim.uuid)
    assert "bank card has been used" in page
    assert "Look again" in page


def test_a_claim_without_documents_says_so(at, office):
    claim = approved(office)[0]
    claim.files.all().delete()
    assert "No document is attached." in at(office.unit, "desk:claim", claim.uuid)
    attach(claim)
    assert "No document" not in at(office.unit, "desk:claim", claim.uuid)
    assert "No document that you may see." in at(office.finance, "desk:claim", claim.uuid)


def test_neither_page_nor_workbook_holds_a_number(client, at, office):
    claim = filed(office)
    number, card = claim.worker.id_number.reveal(), claim.card.reveal()
    client.force_login(office.organiser)
    book = client.get(reverse("desk:claims_export"))
    rows = list(load_workbook(BytesIO(book.content)).active.iter_rows(values_only=True))
    assert rows[1][0] == claim.reference
    assert rows[1][9] == 1000
    text = str(rows) + at(office.unit, "desk:claim", claim.uuid) + at(office.unit, "desk:claims")
    assert (number in text, card in text) == (False, False)
    assert claim.card.masked() in text


def test_the_export_keeps_filter_and_gate(client, office):
    mine, foreign = filed(office), filed(make_office())
    client.force_login(office.unit)
    book = load_workbook(BytesIO(client.get(reverse("desk:claims_export"), {"waits": "me"}).content))
    references = [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert references == [mine.reference]
    assert foreign.reference not in references
    assert client.get(reverse("desk:claims_export"), {"union": "x"}).status_code == 302


# --- one claim --------------------------------------------------------------------------------------------


def test_the_certificate_number_is_taken_apart(at, office):
    claim = filed(office)
    page = at(office.unit, "desk:claim", claim.uuid)
    for words in (claim.certificate_no, "national form", "2023", "Zhejiang"):
        assert words in page


def test_a_sealed_value_is_shown_with_a_reason_that_is_kept(client, office):
    claim = filed(office)
    answer = post_as(
        client, office.unit, "desk:reveal", claim.worker.uuid, field="id_number", reason="compare the scan"
    )
    assert claim.worker.id_number.reveal() in answer.content.decode()
    assert Reveal.objects.get().reason == "compare the scan"


def test_the_chain_is_walked_page_by_page(client, office):
    claim = filed(office)
    for who, state in (("unit", S.UNIT), ("town", S.TOWN), ("city", S.CITY)):
        answer = post_as(client, office.people[who], "desk:claim_decide", claim.uuid, decision="approve")
        assert answer.status_code == 302
        assert again(claim).state == state
        assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(("decision", "state"), [("return", S.RETURNED), ("refuse", S.REFUSED)])
def test_no_without_a_reason_and_the_reason_stands_on_the_page(client, at, office, decision, state):
    claim = filed(office)
    answer = post_as(client, office.unit, "desk:claim_decide", claim.uuid, decision=decision, reason=" ")
    assert answer.status_code == 422
    assert "Write the reason" in answer.content.decode()
    assert again(claim).state == S.FILED
    post_as(client, office.unit, "desk:claim_decide", claim.uuid, decision=decision, reason="scan unreadable")
    assert again(claim).state == state
    assert "scan unreadable" in at(office.unit, "desk:claim", claim.uuid)


@pytest.mark.parametrize("decision", ["", "x", "approve "])
def test_a_decision_that_is_none_comes_back(client, office, decision):
    claim = filed(office)
    assert post_as(client, office.unit, "desk:claim_decide", claim.uuid, decision=decision).status_code == 422
    assert again(claim).state == S.FILED


def test_nobody_decides_out_of_turn(client, at, office):
    claim = filed(office)
    assert (
        post_as(client, office.town, "desk:claim_decide", claim.uuid, decision="approve").status_code == 422
    )
    assert "waits for another union" in at(office.town, "desk:claim", claim.uuid)
    assert again(claim).state == S.FILED
    assert (
        post_as(client, office.finance, "desk:claim_decide", claim.uuid, decision="approve").status_code
        == 403
    )


def test_the_next_one_opens_when_asked(client, office):
    first, second = filed(office), filed(office)
    client.force_login(office.unit)
    page = client.get(reverse("desk:claim", args=(first.uuid,)), {"waits": "me", "page": "2"})
    assert page.context["queue"].following == second.uuid
    assert page.context["queue"].list_url.endswith("?waits=me")
    url = reverse("desk:claim_decide", args=(first.uuid,)) + "?waits=me"
    answer = client.post(url, {"decision": "approve", "next": "yes"})
    assert answer.url == reverse("desk:claim", args=(second.uuid,)) + "?waits=me"


def test_after_the_citys_yes_the_office_can_still_refuse(client, office):
    _posting, [claim] = on_notice(office)
    answer = post_as(
        client, office.organiser, "desk:claim_decide", claim.uuid, decision="refuse", reason="false papers"
    )
    assert answer.status_code == 302
    assert again(claim).state == S.REFUSED


def test_a_document_is_opened_by_who_sees_the_claim(client, office):
    worker = make_claimant(office)
    claim = claims.start(programme=office.programme, worker=worker, by=worker.user)
    kept = claims.add_file(claim=claim, kind="certificate", upload=scan(5), by=worker.user)
    card = claims.add_file(claim=claim, kind="bank_card", upload=scan(6), by=worker.user)
    filed(office, worker)
    seen = {}
    for who in ("unit", "city", "organiser", "finance"):
        client.force_login(office.people[who])
        seen[who] = client.get(reverse("desk:claim_document", args=(claim.uuid, kept.pk))).status_code
    assert seen == {"unit": 200, "city": 200, "organiser": 200, "finance": 404}
    client.force_login(make_office().unit)
    assert client.get(reverse("desk:claim_document", args=(claim.uuid, kept.pk))).status_code == 404
    for who in ("unit", "town", "city"):
        claim_reviews.approve(claims=[again(claim)], by=office.people[who])
    Claim.objects.filter(pk=claim.pk).update(state=S.APPROVED)
    client.force_login(office.finance)
    assert client.get(reverse("desk:claim_document", args=(claim.uuid, kept.pk))).status_code == 403
    answer = client.get(reverse("desk:claim_document", args=(claim.uuid, card.pk)))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.get(reverse("desk:claim_document", args=(claim.uuid, 987654))).status_code == 404
