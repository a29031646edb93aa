"""Places by lot: what stands once a list is frozen."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import claim_reviews, claims, programmes, subsidy_draws
from academy.domain.claim_moves import ClaimRefused
from academy.domain.programmes import ProgrammeRefused
from academy.models import Claim, SubsidyProgramme
from craft_site.ledger.models import Line
from tests.academy.subsidies import again, draft, filed, make_office, rules

pytestmark = pytest.mark.django_db
S = Claim.State


def urn(places=1, size=2, **more):
    """An office whose programme by lot has closed with so many claims in the urn."""
    item = {"key": "skill", "kind": "skill", "name": "技能", "name_en": "Skill", "amount": 1000}
    office = make_office(rules(allocation="lottery", items=[item | {"places": places}], **more))
    found = [filed(office) for _n in range(size)]
    late = draft(office)
    programmes.move(programme=office.programme, to="closed", by=office.organiser)
    return office, found, late


def changed(office, **times):
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    times = {"opens_at": programme.opens_at, "closes_at": programme.closes_at} | times
    return programmes.change(
        programme=programme,
        data=programme.versions.all()[0].data,
        name=programme.name,
        budget=programme.budget,
        reason="More time",
        by=office.organiser,
        **times,
    )


@pytest.mark.parametrize("drawn", [False, True])
def test_a_programme_whose_list_is_frozen_takes_no_more_claims(drawn):
    office, _found, late = urn()
    now = timezone.now()
    programmes.move(programme=office.programme, to="open", by=office.organiser)
    programmes.move(programme=office.programme, to="closed", by=office.organiser)
    draw = subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    if drawn:
        subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city)
    with pytest.raises(ProgrammeRefused, match="no more claims"):
        programmes.move(programme=office.programme, to="open", by=office.organiser)
    with pytest.raises(ProgrammeRefused, match="no more claims"):
        changed(office, closes_at=now + timedelta(days=3))
    changed(office, closes_at=now - timedelta(minutes=1))
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(state="open", closes_at=None)
    with pytest.raises(ClaimRefused, match="no claims now"):
        claims.file_claim(claim=again(late), by=late.worker.user)
    assert again(late).state == S.DRAFT


def test_a_frozen_list_does_not_stop_the_correction_of_a_drawn_claim():
    office, found, _late = urn(places=2)
    draw = subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city)
    claim = again(found[0])
    claim_reviews.send_back(claim=claim, reason="look again", by=office.unit)
    claims.file_claim(claim=again(claim), by=claim.worker.user)
    assert again(claim).state == S.FILED


def test_with_places_and_money_for_all_nobody_is_drawn_and_the_ledger_says_so():
    office, found, _late = urn(places=3, size=3)
    claims.withdraw(claim=again(found[1]), by=found[1].worker.user)
    draw = subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    claims.withdraw(claim=again(found[2]), by=found[2].worker.user)
    hashes = (draw.list_hash, draw.commitment)
    with pytest.raises(PermissionDenied):
        subsidy_draws.place_all(draw=draw, by=office.town)
    draw = subsidy_draws.place_all(draw=draw, by=office.city)
    assert (draw.state, draw.dice, (draw.list_hash, draw.commitment)) == ("placed", "", hashes)
    assert again(found[0]).waits_for == office.unions["enterprise"]
    kinds = list(Line.objects.filter(chain__name=office.programme.chain).values_list("kind", flat=True))
    assert (kinds.count("subsidy_draw.not_needed"), kinds.count("claim.placed")) == (1, 1)
    for verb in (
        lambda: subsidy_draws.place_all(draw=draw, by=office.city),
        lambda: subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city),
    ):
        with pytest.raises(ClaimRefused, match="have been drawn"):
            verb()


@pytest.mark.parametrize(("places", "budget"), [(1, 100_000), (2, 1999)])
def test_too_few_places_or_too_little_money_need_the_dice(places, budget):
    office, _found, _late = urn(places=places, budget=budget)
    draw = subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    assert not subsidy_draws.enough_for_all(draw)
    with pytest.raises(ClaimRefused, match="the dice decide"):
        subsidy_draws.place_all(draw=draw, by=office.city)
