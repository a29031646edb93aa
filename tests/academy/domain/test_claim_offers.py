"""What a worker's record lets them claim, and what stands in the way."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from academy.domain import claim_offers, claims
from academy.models import Quota, SubsidyProgramme
from craft_site.people.models import Employment, PrivateFile, Qualification
from tests.academy.subsidies import again, certificate_no, filed, make_claimant, make_office, rules
from tests.factories import make_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(office):
    return make_claimant(office)


def certify(worker, serial=900, *, grade=4, on=date(2023, 5, 8), **fields):
    fields.setdefault("certificate_no", certificate_no(serial, level_digit=7 - grade, year=on.year))
    fields.setdefault("checked", True)
    return Qualification.objects.create(
        worker=worker, kind="level", trade=make_trade(), grade=grade, issued_on=on, **fields
    )


def why_not(worker) -> set[str]:
    return {finding.code for miss in claim_offers.look(worker).misses for finding in miss.findings}


def test_a_checked_certificate_becomes_an_offer_with_its_amount_and_its_end(office, worker):
    closes = timezone.now() + timedelta(days=9)
    SubsidyProgramme.objects.update(closes_at=closes)
    held = certify(worker)
    [offer] = claim_offers.look(worker).offers
    assert (offer.item.key, offer.amount, offer.until) == ("skill", 1000, closes)
    assert (offer.held.level, offer.held.dated, offer.held.number) == (4, held.issued_on, held.certificate_no)
    assert (offer.room.left, offer.draft) == (100, None)


def test_the_months_since_the_certificate_end_an_offer_before_the_programme_does():
    office = make_office(rules(items=[rules()["items"][0] | {"months": 12}]))
    worker, today = make_claimant(office), timezone.localdate()
    dated = today - timedelta(days=30)
    certify(worker, on=dated)
    [offer] = claim_offers.look(worker).offers
    assert timezone.localdate(offer.until) == claim_offers.last_day(dated, 12)


def test_a_promotion_after_a_contest_says_where_it_came_from(office, worker):
    certify(worker, source="contest")
    [offer] = claim_offers.look(worker).offers
    assert offer.held.by_contest


def test_schooling_is_offered_without_a_date_after_what_is_certain(office, worker):
    worker.education = "bachelor"
    worker.save()
    certify(worker)
    found = claim_offers.look(worker).offers
    assert [(o.held.kind, o.held.level, o.held.dated is None, o.amount) for o in found] == [
        ("skill", 4, False, 1000),
        ("degree", 2, True, 1500),
    ]


def test_a_title_is_read_by_its_wording():
    office = make_office(
        rules(items=[{"key": "title", "kind": "title", "name": "职称", "amounts": {2: 800, 3: 1200}}])
    )
    worker = make_claimant(office)
    Qualification.objects.create(
        worker=worker, kind="professional", title="高级工程师", issued_on=date(2024, 1, 5), checked=True
    )
    [offer] = claim_offers.look(worker).offers
    assert (offer.held.level, offer.amount) == (3, 1200)


def test_what_stands_in_the_way_is_named(office, worker):
    certify(worker, 1, checked=False)
    certify(worker, 2, grade=3)
    other = filed(office, certificate_no=certificate_no(4))
    certify(worker, 4)
    assert claim_offers.look(worker).offers == ()
    assert other.worker != worker
    assert {"unchecked", "level_not_granted", "certificate_of_another"} <= why_not(worker)


def test_a_certificate_from_before_the_record_knew_the_job_is_offered_with_the_question(office, worker):
    certify(worker, on=date(2014, 3, 1))
    [offer] = claim_offers.look(worker).offers
    assert (offer.certain, offer.hired) == (False, date(2015, 1, 1))
    filed(office, worker, item="degree", level=2, certificate_no="", answers={"hired_on": "2013-05-01"})
    [offer] = claim_offers.look(worker).offers
    assert (offer.certain, offer.hired) == (True, None)


def test_a_refused_certificate_is_nobodys_business(office, worker):
    certify(worker, checked=False, refused=True)
    found = claim_offers.look(worker)
    assert (found.offers, found.misses) == ((), ())


def test_no_member_no_place_no_money_no_offer(office, worker):
    certify(worker)
    Quota.objects.filter(item="skill").update(places=0)
    SubsidyProgramme.objects.update(budget=0)
    worker.union_member = False
    assert why_not(worker) == {"no_place", "no_money", "trait"}


def test_programmes_that_take_no_claims_offer_nothing(office, worker):
    certify(worker)
    SubsidyProgramme.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert claim_offers.look(worker) == claim_offers.Looked(())


def test_what_has_been_claimed_is_told_by_the_claim_and_not_offered_again(office, worker):
    held = certify(worker)
    claim = filed(office, worker, certificate_no=held.certificate_no)
    found = claim_offers.look(worker)
    assert (found.offers, found.misses, found.claims) == ((), (), (claim,))


def test_a_draft_begins_with_the_record_and_the_scan_that_the_office_has(office, worker):
    scan = PrivateFile.objects.create(
        kind="certificate", worker=worker, name="aa/x.jpg", content_type="image/jpeg", size=1, sha256="s"
    )
    held = certify(worker, scan=scan)
    [offer] = claim_offers.look(worker).offers
    claim = claim_offers.begin(programme=office.programme, worker=worker, by=worker.user, offer=offer)
    claim = again(claim)
    assert (claim.item, claim.level, claim.dated) == ("skill", 4, held.issued_on)
    assert (claim.certificate_no, claim.trade) == (held.certificate_no, held.trade)
    assert [file.file for file in claim.files.all()] == [scan]
    assert claims.missing(claim) == ["answers", "card"]
    claims.remove_file(claim=claim, file=claim.files.get(), by=worker.user)
    assert PrivateFile.objects.filter(pk=scan.pk).exists()
    [offer] = claim_offers.look(worker).offers
    assert offer.draft == claim


def test_a_draft_that_was_begun_stays_as_it_is(office, worker):
    certify(worker)
    [offer] = claim_offers.look(worker).offers
    claim = claims.start(programme=office.programme, worker=worker, by=worker.user)
    claims.answer(claim=claim, by=worker.user, item="degree", level=2, dated=None)
    claim_offers.begin(programme=office.programme, worker=worker, by=worker.user, offer=offer)
    assert again(claim).item == "degree"


def test_what_was_answered_last_time_is_the_answer_to_begin_with(office, worker):
    first = filed(office, worker, answers={"front_line": True, "insured_months": 40, "stage": "completed"})
    claims.withdraw(claim=first, by=worker.user)
    claim = claim_offers.begin(programme=office.programme, worker=worker, by=worker.user)
    assert claim.answers == {"front_line": True, "public_office": False, "insured_months": 40}


@pytest.mark.parametrize("size", [1, 12])
def test_looking_costs_the_same_however_much_there_is(size, django_assert_max_num_queries):
    worker = None
    for _n in range(size):
        office = make_office()
        worker = worker or make_claimant(office)
    Employment.objects.get_or_create(worker=worker, employer=worker.employer, since=date(2015, 1, 1))
    for serial in range(size):
        certify(worker, serial)
    with django_assert_max_num_queries(7):
        found = claim_offers.look(worker)
    assert len(found.offers) == size * size
