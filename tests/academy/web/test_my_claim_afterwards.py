"""What a worker sees of a claim once it is handed in: returned, refused, on notice, at the bank; lists and guards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import claim_reviews, claims, payments, subsidy_draws
from academy.domain.payments import Reported
from academy.models import Claim, Quota, SubsidyProgramme
from academy.rules.cards import with_check_digit
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
    rules,
)
from tests.academy.web.asking import address, certify, words
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Claim.State
CARD = with_check_digit("622848123456789")


def test_a_returned_claim_shows_the_reason_and_the_clock_and_is_handed_in_again(client, office, me):
    claim = filed(office, me)
    claim_reviews.send_back(claim=claim, reason="the stamp is missing", by=office.unit)
    page = client.get(address("claim", claim))
    assert page.context["reason"] == "the stamp is missing"
    assert page.context["due"] is not None
    assert [step["state"] for step in page.context["steps"]][:2] == ["done", "now"]
    assert address("claim", claim) in [t["url"] for t in client.get(reverse("me:home")).context["tasks"]]
    for step in ("claim_answers", "claim_papers", "claim_card", "claim_check"):
        assert "the stamp is missing" in words(client.get(address(step, claim)))
    page = words(client.get(address("claim_check", claim)))
    assert ("Hand in again" in page, "Nothing has been changed since" in page) == (True, True)
    things = client.get(address("claim_answers", claim)).context["form"].fields["what"].choices
    assert {value.partition(":")[0] for value, _word in things} == {"skill"}
    assert client.post(address("claim_hand_in", claim)).url == address("claim_done", claim)
    assert again(claim).state == S.FILED
    assert list(claim.findings.values_list("code", "hard")) == [("unchanged", False)]
    client.force_login(office.unit)
    assert "Nothing has been changed since" in words(client.get(claim.get_absolute_url()))


@pytest.mark.parametrize("change", ["paper", "card", "answer"])
def test_a_correction_takes_the_hint_away(client, office, me, change):
    claim = filed(office, me)
    claim_reviews.send_back(claim=claim, reason="the stamp is missing", by=office.unit)
    claim = again(claim)
    if change == "paper":
        claims.remove_file(claim=claim, file=claim.files.get(), by=me.user)
        attach(claim)
    elif change == "card":
        claims.set_card(claim=claim, number=CARD, by=me.user)
    else:
        given = {"level": 4, "dated": claim.dated, "certificate_no": claim.certificate_no}
        claims.answer(
            claim=claim, by=me.user, item="skill", trade=claim.trade, answers={"front_line": False}, **given
        )
    assert "Nothing has been changed since" not in words(client.get(address("claim_check", claim)))


def test_the_last_step_is_a_payment_until_it_is_paid(client, office, me):
    claim = filed(office, me)
    titles = [step["title"] for step in client.get(address("claim", claim)).context["steps"]]
    assert titles[-1] == "Payment"


def test_a_refusal_gives_its_reason_and_ends_the_way(client, office, me):
    claim = filed(office, me)
    claim_reviews.refuse(claim=claim, reason="not your certificate", by=office.unit)
    page = client.get(address("claim", claim))
    assert page.context["reason"] == "not your certificate"
    assert [step["title"] for step in page.context["steps"]] == ["Handed in", "Refused"]
    assert not page.context["may_withdraw"]


def test_withdrawing_asks_first_and_then_does_it(client, office, me):
    claim = filed(office, me)
    assert "Withdraw this claim?" in words(client.get(address("claim_withdraw", claim)))
    assert again(claim).state == S.FILED
    client.post(address("claim_withdraw", claim))
    assert again(claim).state == S.WITHDRAWN
    assert client.get(address("claim_withdraw", claim)).url == address("claim", claim)
    assert client.get(address("claim", claim)).status_code == 200


def test_a_draft_is_given_up(client, office, me):
    claim = draft(office, me)
    assert "Give up this draft?" in words(client.get(address("claim_withdraw", claim)))
    client.post(address("claim_withdraw", claim))
    assert again(claim).state == S.WITHDRAWN
    assert client.get(address("claim", claim)).context["steps"] == []


def test_while_on_notice_the_notice_is_linked(client, office):
    posting, [claim] = on_notice(office)
    client.force_login(claim.worker.user)
    page = client.get(address("claim", claim))
    assert reverse("academy:posting", args=(posting.uuid,)) in words(page)
    assert [s["title"] for s in page.context["steps"] if s["state"] == "now"] == ["Public notice"]


def test_the_bank_says_no_and_the_card_is_corrected(client, office):
    [claim] = approved(office)
    worker = claim.worker
    listed = payments.make_list(programme=office.programme, by=office.finance)
    payments.approve_list(payments=listed, seen=payments.content_hash(listed), by=office.second)
    payments.send(payments=listed, by=office.finance)
    listed.refresh_from_db()
    payments.settle(
        payments=listed, reported=[Reported(claim.reference, "failed", "closed")], by=office.finance
    )
    client.force_login(worker.user)
    page = client.get(address("claim", claim))
    assert page.context["bank_says"] == "closed"
    tasks = [t["url"] for t in client.get(reverse("me:home")).context["tasks"]]
    assert address("claim_card", claim) in tasks
    payments.ask_card(claim=again(claim), words="The card is closed: another one, please.", by=office.finance)
    [task] = [
        t for t in client.get(reverse("me:home")).context["tasks"] if t["url"] == address("claim_card", claim)
    ]
    assert "another one, please" in task["hint"]
    assert "another one, please" in words(client.get(address("claim", claim)))
    assert client.post(address("claim_card", claim), {"number": "1"}).status_code == 422
    assert client.post(address("claim_card", claim), {"number": CARD}).url == address("claim", claim)
    claim = again(claim)
    assert (claim.state, claim.card.reveal()) == (S.APPROVED, CARD)


def test_where_lots_decide_the_urn_and_the_draw_are_told(client, me):
    office = make_office(rules(allocation="lottery"))
    claim = filed(office, me)
    filed(office)
    page = client.get(address("claim_done", claim))
    assert "In the urn now: 2." in words(page)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(closes_at=timezone.now())
    Quota.objects.filter(programme=office.programme, item="skill").update(places=2)
    draw = subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city)
    page = client.get(address("claim", claim))
    assert reverse("academy:subsidy_draw", args=(draw.uuid,)) in words(page)
    assert [s["state"] for s in page.context["steps"]][:3] == ["done", "done", "now"]


def test_how_many_wait_before_mine_is_told(client, office, me):
    filed(office)
    claim = filed(office, me)
    page = client.get(address("claim", claim))
    [now] = [step for step in page.context["steps"] if step["state"] == "now"]
    assert "1 claim before yours" in now["note"]


def test_each_floor_passed_has_its_day(client, office):
    [claim] = passed(office)
    client.force_login(claim.worker.user)
    steps = client.get(address("claim", claim)).context["steps"]
    assert [step["state"] for step in steps] == ["done"] * 4 + ["now", "next"]
    assert all(step["date"] for step in steps[:4])


def test_a_closed_programme_begins_nothing_and_shows_itself(client, office, me):
    SubsidyProgramme.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    start = reverse("me:claim_start", args=(office.programme.code,))
    assert "takes no claims now" in words(client.get(start))
    assert client.post(start).url == start
    assert not Claim.objects.exists()
    assert client.get(reverse("me:claim_start", args=("nothing",))).status_code == 404


def test_a_programme_in_preparation_is_nobodys_business(client, me):
    hidden = make_office(opened=False)
    assert client.get(reverse("me:claim_start", args=(hidden.programme.code,))).status_code == 404


def test_an_offer_that_does_not_exist_begins_an_empty_draft(client, office, me):
    client.post(reverse("me:claim_start", args=(office.programme.code,)), {"offer": "x:y"})
    assert Claim.objects.get().item == ""


def test_an_account_without_a_record_is_sent_to_make_one(client, office):
    client.force_login(make_user("worker"))
    for url in (reverse("me:claims"), reverse("me:claim_start", args=(office.programme.code,))):
        assert client.get(url).url == reverse("me:record")


@pytest.mark.parametrize("size", [1, 15])
def test_the_list_costs_the_same_queries_at_any_size(client, size, django_assert_max_num_queries):
    first = make_office()
    worker = make_claimant(first)
    client.force_login(worker.user)
    certify(worker)
    filed(first, worker)
    for _n in range(size):
        filed(make_office(), worker)
        make_office()
    with django_assert_max_num_queries(10):
        assert client.get(reverse("me:claims")).status_code == 200


@pytest.mark.parametrize("size", [1, 12])
def test_a_claims_page_costs_the_same_queries_at_any_size(
    client, office, me, size, django_assert_max_num_queries
):
    claim = draft(office, me)
    for _n in range(size - 1):
        attach(claim)
    with django_assert_max_num_queries(10):
        assert client.get(address("claim_papers", claim)).status_code == 200
