"""Groups that come first: the line for places that come free, the lots, the notice in the firm, the rehearsal."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import claim_reviews, claims, payments, programmes, subsidy_draws
from academy.domain.claim_moves import ClaimRefused
from academy.domain.payments import Reported
from academy.domain.waiting import matters
from academy.models import Claim, SubsidyProgramme
from academy.rules.cards import with_check_digit
from craft_site.kit import working_days
from craft_site.ledger.chain import link
from craft_site.ledger.models import Line
from craft_site.people.models import GrowthEntry
from tests.academy.subsidies import again, approved, draft, filed, make_claimant, make_office, rules

pytestmark = pytest.mark.django_db
S = Claim.State
NEW = {"public_office": False, "new_form": True}


def keys(user):
    return {matter.key for matter in matters(user)}


def one_place(places=1, **more):
    items = [{"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "places": places}]
    return make_office(rules(first=["model_worker", "new_form"], items=items, **more))


def honour(worker, title="永康市劳动模范", **more):
    source = f"test:{worker.pk}:{title}"
    return GrowthEntry.objects.create(
        worker=worker, kind="honour", on=timezone.localdate(), title=title, source=source, **more
    )


def test_at_filing_a_claim_keeps_whether_and_why_it_comes_first():
    office = one_place(9)
    model, former, plain = (make_claimant(office) for _n in range(3))
    honour(model)
    honour(former, withdrawn=True)
    found = [filed(office, worker) for worker in (model, former, plain)]
    found.append(filed(office, answers=NEW))
    assert [claim.first for claim in found] == [True, False, False, True]
    assert [claim.first_by for claim in found] == [{"model_worker": "record"}, {}, {}, {"new_form": "stated"}]
    codes = [set(claim.findings.values_list("code", flat=True)) for claim in found]
    assert ["priority_stated" in found for found in codes] == [False, False, False, True]
    GrowthEntry.objects.all().delete()
    assert again(found[0]).first


def test_a_free_place_goes_to_priority_first_then_to_the_earliest():
    office = one_place()
    holder, early, late = (filed(office) for _n in range(3))
    with_priority = filed(office, answers=NEW)
    assert holder.holds_place
    for claim in (early, late, with_priority):
        assert (claim.state, claim.holds_place, claim.waits_for, claim.due_on) == (S.FILED, False, None, None)
    assert Claim.objects.waiting_for(office.unit).count() == 1

    claims.withdraw(claim=holder, by=holder.worker.user)
    assert again(with_priority).holds_place
    assert again(with_priority).waits_for == office.unions["enterprise"]
    assert again(with_priority).due_on is not None
    claim_reviews.refuse(claim=again(with_priority), reason="no such work", by=office.unit)
    assert [again(claim).holds_place for claim in (early, late)] == [True, False]
    placed = Line.objects.filter(kind="claim.placed").order_by("seq")
    assert [json.loads(line.body)["facts"]["reference"] for line in placed] == [
        with_priority.reference,
        early.reference,
    ]


def test_a_place_that_was_given_is_not_taken_away_for_priority():
    office = one_place()
    holder = filed(office)
    filed(office, answers=NEW)
    assert again(holder).holds_place


def test_places_that_are_added_go_to_the_line_and_the_rest_is_told_when_it_ends():
    office = one_place()
    found = [filed(office) for _n in range(3)]
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    data = programme.versions.all()[0].data
    data["items"][0]["places"] = 2
    programme = programmes.change(
        programme=programme,
        data=data,
        name="More",
        budget=100_000,
        opens_at=programme.opens_at,
        closes_at=None,
        reason="more places",
        by=office.organiser,
    )
    assert [again(claim).holds_place for claim in found] == [True, True, False]
    with pytest.raises(ClaimRefused, match="has closed"):
        claim_reviews.end_line(programme=programme, by=office.organiser)
    programme = programmes.move(programme=programme, to="closed", by=office.organiser)
    with pytest.raises(PermissionDenied):
        claim_reviews.end_line(programme=programme, by=office.city)
    assert claim_reviews.end_line(programme=programme, by=office.organiser) == 1
    assert again(found[2]).state == S.REFUSED
    assert programme.quotas.get().taken == 2


def test_without_groups_the_last_place_ends_the_filing_as_before():
    items = [{"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "places": 1}]
    office = make_office(rules(items=items))
    filed(office)
    with pytest.raises(ClaimRefused):
        filed(office)


def lottery(places, plain, with_priority, **more):
    office = one_place(places, allocation="lottery", **more)
    found = [filed(office) for _n in range(plain)]
    found += [filed(office, answers=NEW) for _n in range(with_priority)]
    programme = programmes.move(programme=office.programme, to="closed", by=office.organiser)
    draw = subsidy_draws.freeze(programme=programme, item="skill", by=office.organiser)
    return office, found, subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city)


@pytest.mark.parametrize(("places", "with_priority"), [(3, 2), (2, 3)])
def test_in_a_lottery_priority_is_placed_before_the_lots_of_the_others(places, with_priority):
    _office, found, draw = lottery(places, 3, with_priority)
    won = {claim.reference for claim in map(again, found) if claim.holds_place}
    first = {claim.reference for claim in found if claim.first}
    assert len(won) == places
    assert first <= won or won <= first
    assert set(draw.first) == first
    told = json.loads(Line.objects.get(kind="subsidy_draw.committed").body)["facts"]
    assert (told["first"], told["first_hash"]) == (with_priority, draw.first_hash)


def test_every_drawn_place_has_its_own_line_that_anybody_can_hash_again():
    _office, found, draw = lottery(2, 4, 0)
    proofs = subsidy_draws.proofs(draw)
    won = {claim.reference for claim in map(again, found) if claim.holds_place}
    assert set(proofs) == won
    order = {row["item"]: row["position"] for row in subsidy_draws.order(draw)}
    for reference, line in proofs.items():
        assert link(line.prev_hash, line.body) == line.hash
        assert json.loads(line.body)["facts"]["position"] == order[reference]


def test_the_first_union_passes_a_claim_only_after_its_days_in_the_firm():
    office = make_office(rules(posted_before_filing=5))
    claim = filed(office)
    today = timezone.localdate()
    with pytest.raises(ClaimRefused, match="record first"):
        claim_reviews.approve(claims=[claim], by=office.unit)
    with pytest.raises(PermissionDenied):
        claim_reviews.record_posting(claims=[claim], on=today, by=office.town)
    with pytest.raises(ClaimRefused, match="still to come"):
        claim_reviews.record_posting(claims=[claim], on=today + timedelta(days=1), by=office.unit)
    claim_reviews.record_posting(claims=[claim], on=today, by=office.unit)
    with pytest.raises(ClaimRefused, match="posted in the firm until"):
        claim_reviews.approve(claims=[again(claim)], by=office.unit)
    long_ago = today - timedelta(days=20)
    with pytest.raises(ClaimRefused, match="cannot have been posted before"):
        claim_reviews.record_posting(claims=[again(claim)], on=long_ago, by=office.unit)
    Claim.objects.filter(pk=claim.pk).update(filed_at=timezone.now() - timedelta(days=20))
    with pytest.raises(ClaimRefused, match="cannot have been posted before"):
        claim_reviews.record_posting(claims=[again(claim)], on=long_ago - timedelta(days=1), by=office.unit)
    claim_reviews.record_posting(claims=[again(claim)], on=long_ago, by=office.unit)
    assert claim_reviews.posted_until(again(claim)) == working_days.after(long_ago, 5)
    claim_reviews.approve(claims=[again(claim)], by=office.unit)
    claim_reviews.approve(claims=[again(claim)], by=office.town)  # asked of the first union only
    assert again(claim).state == S.TOWN
    assert Line.objects.filter(kind="claim.posted_in_firm").count() == 2
    said = [(notice.on, notice.by) for notice in claim.firm_notices.all()]
    assert said == [(today, office.unit), (long_ago, office.unit)]


def test_by_lot_the_firm_posts_after_the_draw_and_nothing_is_asked_before():
    office, found, draw = lottery(3, 2, 0, posted_before_filing=5)
    won = next(again(claim) for claim in found if again(claim).holds_place)
    Claim.objects.filter(programme=office.programme).update(filed_at=timezone.now() - timedelta(days=30))
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ClaimRefused, match="cannot have been posted before"):
        claim_reviews.record_posting(claims=[again(won)], on=yesterday, by=office.unit)
    claim_reviews.record_posting(claims=[again(won)], on=timezone.localdate(), by=office.unit)
    waiting = filed(make_office(rules(allocation="lottery", posted_before_filing=5)))
    assert not claim_reviews.asks_posting(waiting)
    assert draw.drawn_at is not None


def test_a_rehearsal_hands_nothing_in_and_its_draft_can_be_handed_in_later():
    office = make_office(rules(rehearsal_days=7))
    soon = timezone.now() + timedelta(days=3)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(
        opens_at=soon, rehearsal_from=soon - timedelta(days=7)
    )
    office.programme.refresh_from_db()
    assert office.programme in SubsidyProgramme.objects.at_work()
    assert office.programme not in SubsidyProgramme.objects.open()
    claim = draft(office)
    assert not claims.rehearse(claim=again(claim), by=claim.worker.user).barred
    with pytest.raises(ClaimRefused, match="rehearsal"):
        claims.file_claim(claim=again(claim), by=claim.worker.user)
    office.programme.refresh_from_db()
    assert (office.programme.committed, office.programme.claims_filed, claim.steps.count()) == (0, 0, 0)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(opens_at=timezone.now())
    with pytest.raises(ClaimRefused, match="no rehearsal"):
        claims.rehearse(claim=again(claim), by=claim.worker.user)
    assert claims.file_claim(claim=again(claim), by=claim.worker.user).state == S.FILED


def test_another_card_is_asked_for_only_while_the_bank_cannot_pay():
    office = make_office()
    [claim] = approved(office)
    with pytest.raises(PermissionDenied):
        payments.ask_card(claim=claim, words="another card", by=office.finance)
    made = payments.make_list(programme=office.programme, by=office.finance)
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    made = payments.send(payments=made, by=office.finance)
    payments.settle(payments=made, reported=[Reported(claim.reference, "failed")], by=office.finance)
    with pytest.raises(PermissionDenied):
        payments.ask_card(claim=again(claim), words="another card", by=office.unit)
    with pytest.raises(ClaimRefused, match="what is wrong"):
        payments.ask_card(claim=again(claim), words=" ", by=office.finance)
    payments.ask_card(claim=again(claim), words="another card", by=office.finance)
    assert "another card" not in Line.objects.get(kind="claim.card_asked").body
    assert again(claim).card_asked == "another card"
    claims.card_corrected(
        claim=again(claim), number=with_check_digit("622848000000001"), by=claim.worker.user
    )
    assert (again(claim).state, again(claim).card_asked_at) == (S.APPROVED, None)


def test_a_late_step_is_a_matter_one_floor_up_and_at_the_office():
    office = make_office()
    claim = filed(office)
    assert "claims_late" not in keys(office.town) | keys(office.organiser)
    Claim.objects.filter(pk=claim.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    assert "claims_late" in keys(office.town)
    assert "claims_late" in keys(office.organiser)
    assert "claims_late" not in keys(office.city) | keys(office.unit) | keys(make_office().town)
