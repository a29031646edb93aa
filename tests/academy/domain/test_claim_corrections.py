"""What may still change in a claim, under which rules, and what a page that was left open cannot do any more."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import claim_checks, claim_reviews, claims, programmes
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim, Quota, SubsidyProgramme
from tests.academy.subsidies import again, certificate_no, draft, filed, make_claimant, make_office, rules

pytestmark = pytest.mark.django_db
S = Claim.State


def returned(office, **changes) -> Claim:
    claim = filed(office, **changes)
    claim_reviews.send_back(claim=claim, reason="the stamp is missing", by=office.unit)
    return again(claim)


def change(office, data) -> None:
    programmes.change(
        programme=office.programme,
        data=data,
        name="双提升",
        budget=100_000,
        opens_at=timezone.now() - timedelta(days=1),
        closes_at=None,
        reason="the council decided",
        by=office.organiser,
    )


def test_a_returned_claim_stays_with_the_item_whose_place_it_holds(office):
    claim = returned(office)
    with pytest.raises(ClaimRefused, match="stays with its item"):
        claims.answer(claim=claim, by=claim.worker.user, item="degree", level=2, dated=claim.dated)
    claims.withdraw(claim=claim, by=claim.worker.user)
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 0


def test_a_corrected_level_moves_the_money_along():
    by_level = {"key": "skill", "kind": "skill", "name": "技能", "amounts": {4: 1000, 5: 1500}}
    office = make_office(rules(items=[by_level]))
    claim = returned(office)
    claims.answer(
        claim=claim,
        by=claim.worker.user,
        item="skill",
        level=5,
        dated=claim.dated,
        certificate_no=certificate_no(8, level_digit=2),
        trade=claim.trade,
    )
    claims.file_claim(claim=claim, by=claim.worker.user)
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    assert (again(claim).amount, programme.committed) == (1500, 1500)
    claims.withdraw(claim=again(claim), by=claim.worker.user)
    assert SubsidyProgramme.objects.get(pk=office.programme.pk).committed == 0


def test_a_correction_costs_neither_the_window_nor_the_year():
    """Filed within twelve months of the diploma and corrected after them: judged by the day of filing."""
    degree = rules()["items"][1] | {"months": 12}
    office = make_office(rules(items=[degree]))
    today, now = timezone.localdate(), timezone.now()
    claim = returned(office, item="degree", level=2, dated=today, certificate_no="")
    Claim.objects.filter(pk=claim.pk).update(
        filed_at=now - timedelta(days=60), dated=today - timedelta(days=400)
    )
    claim = again(claim)
    assert [f.code for f in claim_checks.verdict_on(claim, today=today).findings if f.hard] == ["too_old"]
    claims.file_claim(claim=claim, by=claim.worker.user)
    assert again(claim).state == S.FILED


def test_a_correction_that_does_not_come_gives_the_place_to_the_next(office):
    claim = returned(office)
    with pytest.raises(PermissionDenied, match="still time"):
        claim_reviews.refuse(claim=claim, reason="never corrected", by=office.organiser)
    Claim.objects.filter(pk=claim.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        claim_reviews.refuse(claim=again(claim), reason="never corrected", by=office.unit)
    claim_reviews.refuse(claim=again(claim), reason="never corrected", by=office.city)
    assert again(claim).state == S.REFUSED
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 0


def answer_again(claim, user):
    claims.answer(claim=claim, by=user, item="degree", level=2, dated=None)


def change_card(claim, user):
    claims.set_card(claim=claim, number=claim.card.reveal(), by=user)


def file_again(claim, user):
    claims.file_claim(claim=claim, by=user)


@pytest.mark.parametrize("verb", [answer_again, change_card, file_again])
def test_a_page_left_open_writes_nothing_into_a_filed_claim(office, verb):
    open_page = draft(office)
    user = open_page.worker.user
    claims.file_claim(claim=again(open_page), by=user)
    before = again(open_page)
    assert open_page.state == S.DRAFT
    with pytest.raises(ClaimRefused):
        verb(open_page, user)
    after = again(open_page)
    assert (after.item, after.card_index, after.state) == (before.item, before.card_index, S.FILED)


def test_a_draft_is_filed_under_the_rules_of_its_day(office):
    claim = draft(office)
    change(office, rules(items=[rules()["items"][0] | {"amount": 1200}]))
    claims.file_claim(claim=claim, by=claim.worker.user)
    claim = again(claim)
    assert (claim.version.number, claim.amount) == (2, 1200)


def test_an_item_that_has_gone_meanwhile_is_told_in_words(office):
    claim = draft(office)
    change(office, rules(items=[rules()["items"][1]]))
    with pytest.raises(ClaimRefused, match="grants this item no longer"):
        claims.file_claim(claim=claim, by=claim.worker.user)


def test_a_filed_claim_keeps_the_rules_it_was_filed_under(office):
    claim = returned(office)
    change(office, rules(items=[rules()["items"][0] | {"amount": 700}]))
    claims.file_claim(claim=claim, by=claim.worker.user)
    claim = again(claim)
    assert (claim.version.number, claim.amount) == (1, 1000)


def corrected(claim, **changes):
    given = {"item": "skill", "level": 4, "dated": claim.dated, "trade": claim.trade} | changes
    return claims.answer(claim=claim, by=claim.worker.user, **given)


def test_a_mistyped_number_is_free_again_for_whom_it_belongs_to(office):
    owner = draft(office)
    claim = returned(office, certificate_no=owner.certificate_no)
    with pytest.raises(ClaimRefused):
        claims.file_claim(claim=owner, by=owner.worker.user)
    corrected(claim, certificate_no=certificate_no(8000))
    claims.file_claim(claim=again(claim), by=claim.worker.user)
    claims.file_claim(claim=again(owner), by=owner.worker.user)
    assert again(owner).state == S.FILED


def test_a_number_that_stands_elsewhere_is_told_in_words_while_correcting(office):
    other, claim = filed(office), returned(office)
    with pytest.raises(ClaimRefused, match="used for a claim already"):
        corrected(claim, certificate_no=other.certificate_no)
    assert again(claim).certificate_no != other.certificate_no


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_after_a_refusal_the_owner_may_claim_and_the_union_is_told(office, end):
    wrong = filed(office)
    owner = draft(office, certificate_no=wrong.certificate_no)
    if end == "refused":
        claim_reviews.refuse(claim=wrong, reason="not his certificate", by=office.unit)
    else:
        claims.withdraw(claim=wrong, by=wrong.worker.user)
    claims.file_claim(claim=again(owner), by=owner.worker.user)
    assert list(owner.findings.values_list("code", "hard")) == [("certificate_seen", False)]
    with pytest.raises(ClaimRefused):
        filed(office, wrong.worker, certificate_no=wrong.certificate_no)


def test_a_number_claimed_in_two_programmes_stays_ones_own_until_both_are_gone(office):
    first, elsewhere = filed(office), make_office(rules(once_per=[]))
    second = filed(elsewhere, first.worker, certificate_no=first.certificate_no)
    claims.withdraw(claim=first, by=first.worker.user)
    with pytest.raises(ClaimRefused):
        filed(office, certificate_no=first.certificate_no)
    claims.withdraw(claim=second, by=second.worker.user)
    third = draft(make_office(), certificate_no=first.certificate_no)
    claims.file_claim(claim=third, by=third.worker.user)


def test_a_withdrawn_draft_makes_room_for_another(office):
    worker = make_claimant(office)
    first = claims.start(programme=office.programme, worker=worker, by=worker.user)
    claims.withdraw(claim=first, by=worker.user)
    second = claims.start(programme=office.programme, worker=worker, by=worker.user)
    assert second.pk != first.pk
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 0
