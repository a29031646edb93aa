"""At the desk: who comes first, the notice in the firm, another card, the line, and the workbooks of the subsidies."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.domain import claims, payments
from academy.domain.payments import Reported
from academy.models import Claim, SubsidyProgramme
from tests.academy.subsidies import (
    again,
    approved,
    draft,
    filed,
    make_claimant,
    make_office,
    on_notice,
    rules,
)
from tests.academy.web.asking import post_as
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Claim.State
NEW = {"public_office": False, "new_form": True}
ITEM = {"key": "skill", "kind": "skill", "name": "技能", "name_en": "Skill", "amount": 1000, "places": 1}


def book(client, user, name, *args):
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content))


def failed(office):
    [claim] = approved(office)
    made = payments.make_list(programme=office.programme, by=office.finance)
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    made = payments.send(payments=made, by=office.finance)
    payments.settle(payments=made, reported=[Reported(claim.reference, "failed")], by=office.finance)
    return again(claim)


def test_the_list_marks_who_comes_first_and_filters_them(at):
    office = make_office(rules(first=["new_form"]))
    first, other = filed(office, answers=NEW), filed(office)
    page = at(office.organiser, "desk:claims")
    assert page.count("works in a new form of employment (as stated)") == 1
    for value in ("yes", "stated"):
        kept = at(office.organiser, "desk:claims", first=value)
        assert first.reference in kept
        assert other.reference not in kept
    assert "Comes first" in at(office.unit, "desk:claim", first.uuid)
    assert "Comes first" not in at(office.unit, "desk:claim", other.uuid)


def test_the_first_union_records_the_notice_in_the_firm_for_all_that_wait(client, at):
    office = make_office(rules(posted_before_filing=5))
    one, other, fresh = filed(office), filed(office), filed(office)
    before = timezone.now() - timedelta(days=20)
    Claim.objects.filter(pk__in=[one.pk, other.pk]).update(filed_at=before)
    assert "Record below since when it hangs" in at(office.unit, "desk:claim", one.uuid)
    long_ago = timezone.localdate() - timedelta(days=20)
    assert post_as(client, office.town, "desk:claim_posted", one.uuid, on=long_ago).status_code == 403
    ahead = timezone.localdate() + timedelta(days=1)
    assert post_as(client, office.unit, "desk:claim_posted", one.uuid, on=ahead).status_code == 422
    refused = post_as(client, office.unit, "desk:claim_decide", one.uuid, decision="approve")
    assert refused.status_code == 422
    post_as(client, office.unit, "desk:claim_posted", one.uuid, on=long_ago, every="on")
    assert {again(claim).unit_posted_on for claim in (one, other)} == {long_ago}
    assert again(fresh).unit_posted_on is None
    page = at(office.unit, "desk:claim", one.uuid)
    assert "Recorded as posted in the firm since" in page
    assert post_as(client, office.unit, "desk:claim_posted", fresh.uuid, on=long_ago).status_code == 422
    post_as(client, office.unit, "desk:claim_decide", one.uuid, decision="approve")
    assert again(one).state == S.UNIT


def test_finance_reads_the_next_step_and_asks_for_another_card(client, at):
    office = make_office()
    claim = failed(office)
    assert "Next step" in at(office.finance, "desk:claim", claim.uuid)
    assert "next: ask for another card" in at(office.finance, "desk:payments")
    assert (
        post_as(client, office.unit, "desk:claim_ask_card", claim.uuid, words="closed card").status_code
        == 403
    )
    assert post_as(client, office.finance, "desk:claim_ask_card", claim.uuid, words="").status_code == 422
    post_as(client, office.finance, "desk:claim_ask_card", claim.uuid, words="closed card")
    assert "closed card" in at(office.finance, "desk:claim", claim.uuid)
    assert "waits for the claimant" in at(office.finance, "desk:payments")


def test_the_checks_speak_of_scans_only_where_there_are_some(at):
    scanned, bare = make_office(), make_office(rules(documents=[]))
    claim = filed(scanned)
    assert "scans" in at(scanned.unit, "desk:claim", claim.uuid)
    without = draft(bare)
    without.files.all().delete()
    without = claims.file_claim(claim=again(without), by=without.worker.user)
    page = at(bare.unit, "desk:claim", without.uuid)
    assert "scans" not in page
    assert "repeats" in page


def test_the_office_ends_the_line_when_the_programme_has_closed(client, at):
    office = make_office(rules(first=["new_form"], items=[ITEM]))
    filed(office)
    waiting = filed(office)
    assert "waits in the line" in at(office.organiser, "desk:claim", waiting.uuid)
    assert "1 claim waits in the line" in at(office.organiser, "desk:subsidy", office.programme.code)
    assert post_as(client, office.city, "desk:subsidy_end_line", office.programme.code).status_code == 403
    post_as(client, office.organiser, "desk:subsidy_end_line", office.programme.code)
    assert again(waiting).state == S.FILED
    post_as(client, office.organiser, "desk:subsidy_move", office.programme.code, to="closed")
    post_as(client, office.organiser, "desk:subsidy_end_line", office.programme.code)
    assert again(waiting).state == S.REFUSED


def test_the_worker_reads_priority_place_in_the_line_and_rehearsal(client, at):
    office = make_office(rules(first=["new_form"], items=[ITEM], rehearsal_days=7))
    filed(office)
    filed(office)
    waiting = filed(office, answers=NEW)
    page = at(waiting.worker.user, "me:claim", waiting.uuid)
    assert "behind 0 others" in page
    assert "Comes first: works in a new form of employment (as stated)" in page

    soon = timezone.now() + timedelta(days=2)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(
        opens_at=soon, rehearsal_from=soon - timedelta(days=7)
    )
    worker = make_claimant(office)
    assert "Begin a rehearsal" in at(worker.user, "me:claim_start", office.programme.code)
    assert "To be tried before they open" in at(worker.user, "me:claims")
    office.programme.refresh_from_db()
    claim = draft(office, worker)
    assert "Rehearse handing in" in at(worker.user, "me:claim_check", claim.uuid)
    answer = post_as(client, worker.user, "me:claim_hand_in", claim.uuid)
    assert answer.url == reverse("me:claim", args=(claim.uuid,))
    assert (again(claim).state, again(claim).reference) == (S.DRAFT, None)
    assert "Rehearsal" in at(worker.user, "me:claim", claim.uuid)
    assert "Rehearse now" in at(worker.user, "academy:subsidies")


def test_workbooks_of_programmes_notices_and_payment_lists(client):
    office = make_office()
    claim = failed(office)
    posting, [shown] = on_notice(office)
    sheet = book(client, office.organiser, "desk:subsidies_export").worksheets[0]
    assert sheet["A2"].value == office.programme.code
    sheet = book(client, office.city, "desk:postings_export").worksheets[0]
    assert sheet.max_row == 3
    rows = [
        cell
        for row in book(client, office.city, "desk:posting_export", posting.uuid).worksheets[0].values
        for cell in row
    ]
    assert shown.worker.name in rows
    assert claim.worker.name not in rows
    sheet = book(client, office.finance, "desk:payments_export").worksheets[0]
    assert (sheet["C2"].value, sheet["L2"].value) == ("Settled", 1)
    for name in ("desk:payments_export", "desk:postings_export", "desk:subsidies_export"):
        client.force_login(make_user("worker"))
        assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("size", [1, 12])
def test_workbooks_cost_the_same_queries_at_any_size(client, size, django_assert_max_num_queries):
    for _n in range(size):
        office = make_office()
        on_notice(office)
        approved(office)
        payments.make_list(programme=office.programme, by=office.finance)
    client.force_login(office.organiser)
    for name in ("desk:payments_export", "desk:postings_export", "desk:subsidies_export"):
        with django_assert_max_num_queries(8):
            assert client.get(reverse(name)).status_code == 200
