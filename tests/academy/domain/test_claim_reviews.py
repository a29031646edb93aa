"""The three floors that review a claim: whose turn it is, returned, refused, handed over, many at once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import claim_reviews, claims
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim
from craft_site.kit import working_days
from tests.academy.subsidies import (
    again,
    draft,
    filed,
    make_claimant,
    make_office,
    money,
    passed,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Claim.State


def test_three_floors_pass_it_on_and_nobody_out_of_turn(office):
    claim = filed(office)
    for early in ("town", "city"):
        with pytest.raises(PermissionDenied):
            claim_reviews.approve(claims=[claim], by=office.people[early])
    for who, state, above in (
        ("unit", S.UNIT, "town"),
        ("town", S.TOWN, "city"),
        ("city", S.CITY, None),
    ):
        claim_reviews.approve(claims=[claim], by=office.people[who])
        claim = again(claim)
        assert claim.state == state
        assert claim.waits_for == (office.unions[above] if above else None)
    assert claim.due_on is None


def test_reviewers_see_their_subtree_and_nobody_drafts(office):
    claim, elsewhere = filed(office), make_office()
    unfinished = draft(office)
    for who in ("unit", "town", "city"):
        assert list(Claim.objects.visible_to(office.people[who])) == [claim]
        assert not Claim.objects.visible_to(elsewhere.people[who]).exists()
    assert not Claim.objects.visible_to(make_user("reviewer")).exists()
    assert not Claim.objects.visible_to(office.finance).exists()
    assert unfinished not in Claim.objects.visible_to(office.organiser)


def test_the_claimant_never_decides_even_as_the_reviewer(office):
    worker = make_claimant(office)
    reviewer = office.people["unit"]
    worker.user = reviewer
    worker.save()
    claim = filed(office, worker)
    assert claim not in Claim.objects.waiting_for(reviewer)
    with pytest.raises(PermissionDenied, match="own claim"):
        claim_reviews.approve(claims=[claim], by=reviewer)


def test_a_return_stops_the_clock_keeps_the_place_and_comes_back_to_the_same_floor(office):
    [claim] = passed(office, by=("unit",))
    Claim.objects.filter(pk=claim.pk).update(due_on=working_days.after(timezone.localdate(), 4))
    claim, left = again(claim), 4
    claim_reviews.send_back(claim=claim, reason="the stamp is missing", by=office.town)
    claim = again(claim)
    assert (claim.state, claim.days_left, claim.waits_for) == (S.RETURNED, left, None)
    assert money(office) == (1000, 0, 1)
    claims.answer(
        claim=claim,
        by=claim.worker.user,
        item="skill",
        level=4,
        dated=claim.dated,
        certificate_no=claim.certificate_no,
        trade=claim.trade,
    )
    claims.file_claim(claim=claim, by=claim.worker.user)
    claim = again(claim)
    assert (claim.state, claim.waits_for) == (S.UNIT, office.unions["town"])
    assert claim_reviews.days_between(timezone.localdate(), claim.due_on) == left
    assert money(office) == (1000, 0, 1)
    assert claim.steps.filter(reason="the stamp is missing").exists()


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_who_is_refused_or_gives_up_frees_place_and_money_and_may_come_again(office, end):
    claim = filed(office)
    if end == "refused":
        claim_reviews.refuse(claim=claim, reason="not his certificate", by=office.unit)
    else:
        claims.withdraw(claim=claim, by=claim.worker.user)
    assert again(claim).state == end
    assert money(office) == (0, 0, 0)
    assert filed(office, claim.worker, certificate_no=claim.certificate_no).state == S.FILED


def test_a_reason_is_needed(office):
    claim = filed(office)
    with pytest.raises(ClaimRefused, match="reason"):
        claim_reviews.refuse(claim=claim, reason=" no ", by=office.unit)


def test_a_step_handed_over_is_decided_by_the_colleague_and_then_the_right_is_gone(office):
    claim, colleague = filed(office), make_user("reviewer", union=office.unions["enterprise"])
    for other in (make_user("reviewer"), office.town, office.city):
        with pytest.raises(ClaimRefused, match="own union"):
            claim_reviews.hand_over(claim=claim, to=other, by=office.unit)
    claim_reviews.hand_over(claim=claim, to=colleague, by=office.unit)
    assert list(Claim.objects.waiting_for(colleague)) == [claim]
    claim_reviews.approve(claims=[again(claim)], by=colleague)
    claim = again(claim)
    assert (claim.state, claim.delegate) == (S.UNIT, None)
    assert claim.steps.latest("pk").by_delegate
    assert not Claim.objects.waiting_for(colleague).exists()
    with pytest.raises(ClaimRefused):
        claim_reviews.hand_over(claim=claim, to=office.finance, by=office.town)


def test_nobody_decides_two_floors_of_one_claim(office):
    [claim] = passed(office, by=("unit",))
    other = filed(office)
    mover = office.unit
    mover.union = office.unions["town"]
    mover.save()
    assert not Claim.objects.waiting_for(mover).exists()
    for verb in (
        lambda: claim_reviews.approve(claims=[claim], by=mover),
        lambda: claim_reviews.send_back(claim=claim, reason="look again", by=mover),
        lambda: claim_reviews.refuse(claim=claim, reason="not so", by=mover),
    ):
        with pytest.raises(PermissionDenied, match="another union already"):
            verb()
    claim_reviews.approve(claims=[claim], by=office.town)
    claim_reviews.approve(claims=[other], by=make_user("reviewer", union=office.unions["enterprise"]))
    assert list(Claim.objects.waiting_for(mover)) == [other]
    claim_reviews.approve(claims=[again(other)], by=mover)
    assert again(other).state == S.TOWN


def test_whoever_returned_a_claim_decides_it_again_at_the_same_floor(office):
    claim = filed(office)
    claim_reviews.send_back(claim=claim, reason="look again", by=office.unit)
    claims.file_claim(claim=again(claim), by=claim.worker.user)
    claim_reviews.approve(claims=[again(claim)], by=office.unit)
    assert again(claim).state == S.UNIT


def test_bulk_is_all_or_none(office):
    mine, other = filed(office), passed(office, by=("unit",))[0]
    with pytest.raises(PermissionDenied):
        claim_reviews.approve(claims=[mine, other], by=office.unit)
    assert again(mine).state == S.FILED


def test_a_stale_page_moves_nothing(office):
    claim = filed(office)
    claim_reviews.approve(claims=[again(claim)], by=office.unit)
    with pytest.raises(ClaimRefused, match="meanwhile"):
        claim_reviews.approve(claims=[claim], by=office.unit)


def test_a_small_firm_below_the_town_union_skips_the_enterprise(office):
    office.employer.union = office.unions["town"]
    office.employer.save()
    claim = filed(office)
    claim_reviews.approve(claims=[claim], by=office.town)
    assert again(claim).state == S.TOWN
