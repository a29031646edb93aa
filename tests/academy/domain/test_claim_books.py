"""The books of a programme after any sequence of verbs: money and places are those of the claims that stand."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.domain import claim_reviews, claims, payments, postings
from academy.domain.claim_moves import ClaimRefused
from academy.domain.payments import Reported
from academy.models import Claim, PaymentList, Posting, Quota, SubsidyProgramme
from craft_site.ledger.chain import first_broken_line
from tests.academy.subsidies import Office, again, certificate_no, draft, make_claimant, make_office, rules

pytestmark = pytest.mark.django_db
S = Claim.State
PEOPLE, PLACES, BUDGET = 4, 3, 4000
AMOUNTS = {4: 1000, 5: 1500}
RULES = rules(
    budget=BUDGET,
    once_per=["life"],
    no_lower=False,
    items=[{"key": "skill", "kind": "skill", "name": "技能", "amounts": AMOUNTS, "places": PLACES}],
)


class Desk:
    """Every verb by name, done by whoever may, on the claim of one of four people."""

    def __init__(self) -> None:
        self.office: Office = make_office(RULES)
        self.workers = [make_claimant(self.office) for _n in range(PEOPLE)]
        self.serial = 0

    def newest(self, who: int) -> Claim:
        found = Claim.objects.filter(worker=self.workers[who]).order_by("-pk").first()
        if found is None:
            raise ClaimRefused("no claim yet")
        return again(found)

    def file(self, who: int, level: int) -> None:
        self.serial += 1
        number = certificate_no(self.serial, level_digit=7 - level)
        worker = self.workers[who]
        draft(self.office, worker, level=level, dated=date(2023, 5, 8), certificate_no=number)
        claims.file_claim(claim=self.newest(who), by=worker.user)

    def withdraw(self, who: int, level: int) -> None:
        claims.withdraw(claim=self.newest(who), by=self.workers[who].user)

    def approve(self, who: int, level: int) -> None:
        claim = self.newest(who)
        claim_reviews.approve(claims=[claim], by=self._reviewer(claim))

    def send_back(self, who: int, level: int) -> None:
        claim = self.newest(who)
        claim_reviews.send_back(claim=claim, reason="look again", by=self._reviewer(claim))

    def correct(self, who: int, level: int) -> None:
        claim, user = self.newest(who), self.workers[who].user
        self.serial += 1
        claims.answer(
            claim=claim,
            by=user,
            item="skill",
            level=level,
            dated=claim.dated,
            certificate_no=certificate_no(self.serial, level_digit=7 - level),
            trade=claim.trade,
        )
        claims.file_claim(claim=claim, by=user)

    def refuse(self, who: int, level: int) -> None:
        claim = self.newest(who)
        claim_reviews.refuse(claim=claim, reason="not so", by=self._reviewer(claim))

    def post(self, who: int, level: int) -> None:
        posting = postings.post(programme=self.office.programme, by=self.office.city)
        postings.end(posting=posting, by=self.office.city, at=posting.until + timedelta(seconds=1))

    def pay(self, who: int, level: int) -> None:
        """A list for the bank, which pays the first and says no to the others."""
        office = self.office
        listed = payments.make_list(programme=office.programme, by=office.finance)
        payments.approve_list(payments=listed, seen=payments.content_hash(listed), by=office.second)
        payments.send(payments=listed, by=office.finance)
        numbers = list(listed.payments.order_by("pk").values_list("claim__reference", flat=True))
        said = [Reported(number, "failed" if n else "paid", "") for n, number in enumerate(numbers)]
        payments.settle(payments=PaymentList.objects.get(pk=listed.pk), reported=said, by=office.finance)

    def bounce(self, who: int, level: int) -> None:
        """What the bank has paid comes back."""
        claim = self.newest(who)
        paid = claim.payments.filter(result="paid").order_by("-pk").first()
        if paid is None:
            raise ClaimRefused("nothing was paid")
        back = [Reported(claim.reference, "returned")]
        payments.settle(payments=paid.list, reported=back, by=self.office.finance)

    def card(self, who: int, level: int) -> None:
        claim = self.newest(who)
        claims.card_corrected(claim=claim, number=claim.card.reveal(), by=self.workers[who].user)

    def reclaim(self, who: int, level: int) -> None:
        payments.reclaim(claim=self.newest(who), reason="paid in error", by=self.office.organiser)

    def _reviewer(self, claim: Claim):
        by_level = {"enterprise": "unit", "town": "town", "city": "city"}
        return self.office.people[by_level[claim.waits_for.level] if claim.waits_for else "city"]


VERBS = ("file", "withdraw", "approve", "send_back", "correct", "refuse", "post", "pay", "bounce")
VERBS += ("card", "reclaim")
ONE = st.tuples(st.sampled_from(VERBS), st.integers(0, PEOPLE - 1), st.sampled_from(tuple(AMOUNTS)))


def check(office: Office) -> None:
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    quota = Quota.objects.get(programme=programme)
    standing = Claim.objects.standing().filter(programme=programme)
    paid = standing.filter(state__in=(S.PAID, S.CLOSED))
    assert programme.committed == (standing.aggregate(sum=Sum("amount"))["sum"] or 0) <= BUDGET
    assert programme.paid == (paid.aggregate(sum=Sum("amount"))["sum"] or 0)
    assert quota.taken == standing.count() == standing.filter(holds_place=True).count()
    assert 0 <= quota.taken <= PLACES
    assert not Claim.objects.filter(state__in=Claim.GONE, holds_place=True).exists()
    assert all(claim.amount == AMOUNTS[claim.level] for claim in standing.exclude(state=S.RETURNED))


# One that goes through every room, so that no run of luck is needed to reach the bank.
THROUGH = [("file", 0, 4), ("file", 1, 5), ("approve", 0, 4), ("send_back", 1, 5), ("correct", 1, 4)]
THROUGH += [("approve", 0, 4), ("approve", 0, 4), *[("approve", 1, 4)] * 3, ("post", 0, 4), ("pay", 0, 4)]
THROUGH += [
    ("card", 1, 4),
    ("pay", 0, 4),
    ("bounce", 1, 4),
    ("card", 1, 4),
    ("pay", 0, 4),
    ("reclaim", 0, 4),
    ("file", 0, 5),
]


def run(verbs) -> Desk:
    desk = Desk()
    for name, who, level in verbs:
        try:
            with transaction.atomic():
                getattr(desk, name)(who, level)
        except (ClaimRefused, PermissionDenied):
            pass
        check(desk.office)
    assert first_broken_line(desk.office.programme.chain) is None
    return desk


def test_the_whole_way_reaches_the_bank_and_back():
    desk = run(THROUGH)
    states = list(Claim.objects.order_by("pk").values_list("state", flat=True))
    assert states == [S.RECLAIMED, S.PAID, S.FILED]
    assert Posting.objects.filter(programme=desk.office.programme).count() == 1


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(THROUGH)), st.lists(ONE, min_size=4, max_size=14))
def test_after_any_verbs_the_books_are_those_of_the_claims_that_stand(start, verbs):
    with transaction.atomic():
        run([*THROUGH[:start], *verbs])
        transaction.set_rollback(True)
