"""Claims at the desk: one decision on many, the delegate, what follows after the bank."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import claim_reviews, payments
from academy.domain.payments import Reported
from academy.models import Claim
from academy.rules.cards import with_check_digit
from tests.academy.subsidies import (
    again,
    approved,
    filed,
    make_office,
    passed,
    rules,
)
from tests.academy.web.asking import post_as
from tests.factories import make_union, make_user

pytestmark = pytest.mark.django_db
S = Claim.State


# --- many at once -----------------------------------------------------------------------------------------


def test_boxes_stand_where_this_person_can_decide(at, office):
    mine, gone = filed(office), passed(office, by=("unit",))[0]
    boxes = re.findall(r'name="chosen" value="([^"]+)" data-bulk-item', at(office.unit, "desk:claims"))
    assert boxes == [str(mine.uuid)]
    boxes = re.findall(r'name="chosen" value="([^"]+)" data-bulk-item', at(office.town, "desk:claims"))
    assert boxes == [str(gone.uuid)]


def test_many_are_shown_first_and_approved_with_a_yes(client, office):
    other = make_office()
    found = [filed(office), filed(office)]
    values = {
        "action": "approve",
        "chosen": [str(c.uuid) for c in found],
        "next": "/desk/academy/claims/?waits=me",
    }
    page = post_as(client, office.unit, "desk:claims_decide", **values)
    assert page.status_code == 200
    assert "2,000 yuan in all" in page.content.decode()
    assert again(found[0]).state == S.FILED
    values["chosen"].append(str(filed(other).uuid))
    answer = post_as(client, office.unit, "desk:claims_decide", yes="on", **values)
    assert answer.url == values["next"]
    assert [again(c).state for c in found] == [S.UNIT, S.UNIT]
    page = client.get(answer.url).content.decode()
    assert "2 claims approved" in page
    assert "does not wait for you any more" in page


def test_claims_of_two_programmes_are_decided_together(client, office):
    second = make_office()
    city = make_user("reviewer", union=office.unions["enterprise"])
    one, two = filed(office), filed(second)
    Claim.objects.filter(pk=two.pk).update(
        union=office.unions["enterprise"], waits_for=office.unions["enterprise"]
    )
    post_as(client, city, "desk:claims_decide", action="approve", chosen=[one.uuid, two.uuid], yes="on")
    assert [again(c).state for c in (one, two)] == [S.UNIT, S.UNIT]


def test_many_are_returned_with_one_reason(client, office):
    found = [filed(office), filed(office)]
    values = {"action": "return", "chosen": [str(c.uuid) for c in found]}
    asked = post_as(client, office.unit, "desk:claims_decide", **values)
    assert "they read it" not in asked.content.decode()
    assert asked.context["form"].fields["reason"].required
    bare = post_as(client, office.unit, "desk:claims_decide", yes="on", reason=" ", **values)
    assert bare.status_code == 422
    post_as(client, office.unit, "desk:claims_decide", yes="on", reason="the card is missing", **values)
    assert [again(c).state for c in found] == [S.RETURNED] * 2
    assert {c.steps.latest("pk").reason for c in found} == {"the card is missing"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"action": "approve"},
        {"action": "refuse", "chosen": ["x"]},
        {"action": "approve", "chosen": ["x"]},
    ],
)
@pytest.mark.parametrize("back", ["", "https://elsewhere.example/"])
def test_a_broken_bulk_form_goes_back_to_the_list(client, office, values, back):
    answer = post_as(client, office.unit, "desk:claims_decide", next=back, **values)
    assert answer.url == reverse("desk:claims")


# --- a colleague ------------------------------------------------------------------------------------------


def test_a_step_is_handed_to_a_colleague_who_finds_it_waiting(client, at, office):
    claim, unit2 = filed(office), make_user("reviewer", union=office.unions["enterprise"], name="Colleague")
    make_user("reviewer", union=office.unions["town"], name="Higher floor")
    make_user("reviewer", union=make_office().unions["city"], name="Stranger")
    page = at(office.unit, "desk:claim", claim.uuid)
    assert ("Colleague" in page, "Higher floor" in page, "Stranger" in page) == (True, False, False)
    post_as(client, office.unit, "desk:claim_hand_over", claim.uuid, to=unit2.pk)
    page = at(unit2, "desk:claims", waits="me")
    assert claim.reference in page
    answer = post_as(client, unit2, "desk:claim_decide", claim.uuid, decision="approve")
    assert answer.status_code == 302
    assert again(claim).state == S.UNIT
    assert "for a colleague" in at(office.unit, "desk:claim", claim.uuid)


def test_a_step_is_handed_to_nobody_else(client, office):
    claim, stranger = filed(office), make_user("reviewer", union=make_office().unions["city"])
    for to in (stranger.pk, office.finance.pk, office.town.pk, "x", ""):
        assert post_as(client, office.unit, "desk:claim_hand_over", claim.uuid, to=to).status_code == 422
    assert (
        post_as(client, office.town, "desk:claim_hand_over", claim.uuid, to=office.city.pk).status_code == 403
    )
    assert again(claim).delegate is None


@pytest.mark.parametrize("size", [1, 12])
def test_who_has_decided_a_lower_floor_is_offered_nothing_on_the_next(
    client, at, office, size, django_assert_max_num_queries
):
    found = [filed(office) for _n in range(size)]
    claim_reviews.approve(claims=found, by=office.unit)
    office.unit.union = office.unions["town"]
    office.unit.save()
    client.force_login(office.unit)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("desk:claims")).content.decode()
    assert "data-bulk-can" not in page
    assert "data-bulk-can" in at(office.town, "desk:claims")
    page = at(office.unit, "desk:claim", found[0].uuid)
    assert "You have decided on this claim at another union already" in page
    assert (
        post_as(client, office.unit, "desk:claim_decide", found[0].uuid, decision="approve").status_code
        == 422
    )
    post_as(client, office.unit, "desk:claims_decide", action="approve", chosen=[found[0].uuid], yes="on")
    assert again(found[0]).state == S.UNIT


def test_a_delegate_of_another_town_returns_to_the_list_when_the_claim_is_out_of_sight(client, office):
    """Only the delegation let them see it."""
    claim, helper = filed(office), make_user("reviewer", union=make_office().unions["town"])
    Claim.objects.filter(pk=claim.pk).update(delegate=helper)
    answer = post_as(client, helper, "desk:claim_decide", claim.uuid, decision="approve")
    assert answer.url == reverse("desk:claims")


# --- after the bank ---------------------------------------------------------------------------------------


def settled(office, result="paid"):
    [claim] = approved(office)
    made = payments.make_list(programme=office.programme, by=office.finance)
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    payments.send(payments=made, by=office.finance)
    payments.settle(payments=made, reported=[Reported(claim.reference, result)], by=office.finance)
    return again(claim)


def test_the_office_enters_a_new_card_for_whoever_brings_it(client, at, office):
    claim = settled(office, "failed")
    assert "New bank card" in at(office.organiser, "desk:claim", claim.uuid)
    bad = post_as(client, office.organiser, "desk:claim_card", claim.uuid, number="6228 4800 0000 0000")
    assert bad.status_code == 422
    assert again(claim).state == S.BANK_FAILED
    card = with_check_digit("622848123456789")
    post_as(client, office.organiser, "desk:claim_card", claim.uuid, number=f"{card[:4]} {card[4:]}")
    assert again(claim).state == S.APPROVED
    assert again(claim).card.reveal() == card


def test_the_own_union_enters_a_new_card_and_nobody_else(client, at, office):
    claim, card = settled(office, "failed"), with_check_digit("622848123456789")
    beside = make_user(
        "reviewer", union=make_union("Beside", level="enterprise", parent=office.unions["town"])
    )
    Claim.objects.filter(pk=claim.pk).update(delegate=beside)
    assert post_as(client, beside, "desk:claim_card", claim.uuid, number=card).status_code == 403
    assert post_as(client, office.finance, "desk:claim_card", claim.uuid, number=card).status_code == 403
    assert "New bank card" not in at(office.finance, "desk:claim", claim.uuid)
    assert "entered by the claimant" in at(office.finance, "desk:claim", claim.uuid)
    for who in ("unit", "town", "city"):
        assert "New bank card" in at(office.people[who], "desk:claim", claim.uuid)
    post_as(client, office.unit, "desk:claim_card", claim.uuid, number=card)
    assert (again(claim).state, again(claim).card.reveal()) == (S.APPROVED, card)


def test_the_city_approves_for_the_notice_and_the_others_pass_on(client, at, office):
    [claim] = passed(office, by=("unit", "town"))
    other = filed(office)
    for who, one, words in (("city", claim, "for the public notice"), ("unit", other, "and pass on")):
        assert f"Approve {words}" in at(office.people[who], "desk:claim", one.uuid)
        assert f"Approve {words}" in at(office.people[who], "desk:claims")
        page = post_as(client, office.people[who], "desk:claims_decide", action="approve", chosen=[one.uuid])
        assert f"Approve {words}" in page.content.decode()


def test_who_shares_a_bank_card_is_named_as_far_as_one_may_see(at, office):
    elsewhere = make_office()
    card = with_check_digit("622848123456789")
    beside, far = filed(office, card=card), filed(elsewhere, card=card)
    claim = filed(office, card=card)
    page = at(office.unit, "desk:claim", claim.uuid)
    assert "Claims with the same bank card" in page
    assert (beside.worker.name in page, beside.get_absolute_url() in page) == (True, True)
    assert (far.reference in page, far.worker.name in page, far.get_absolute_url() in page) == (
        True,
        False,
        False,
    )
    assert far.worker.name in at(office.organiser, "desk:claim", claim.uuid)


def test_a_wait_is_counted_in_days_of_the_calendar(at, office):
    claim = filed(office)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    Claim.objects.filter(pk=claim.pk).update(waits_since=midnight - timedelta(minutes=1))
    assert "1 day" in at(office.unit, "desk:claims")


def test_money_is_asked_back_with_a_reason_and_a_paid_claim_is_closed(client, office):
    claim = settled(office)
    assert post_as(client, office.finance, "desk:claim_close", claim.uuid).status_code == 302
    assert again(claim).state == S.CLOSED
    assert post_as(client, office.organiser, "desk:claim_reclaim", claim.uuid, reason="x").status_code == 422
    post_as(client, office.organiser, "desk:claim_reclaim", claim.uuid, reason="paid twice")
    assert again(claim).state == S.RECLAIMED
    again_closed = post_as(client, office.finance, "desk:claim_close", claim.uuid)
    assert again_closed.status_code == 302
    assert again(claim).state == S.RECLAIMED


def test_a_claim_in_the_urn_says_that_the_lots_decide_first(at, client):
    office = make_office(rules(allocation="lottery"))
    assert "lots decide first" in at(office.unit, "desk:claim", filed(office).uuid)
