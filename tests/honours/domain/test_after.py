"""Taking back and looking after: two hands and a date for a revocation, one highest honour for benefits."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from craft_site.people.domain import growth
from honours.domain import benefits, register, revocations, roll
from honours.domain.refusals import HonourRefused
from honours.models import Benefit, Holder, HomeVisit, Honour, Revocation
from tests.factories import make_union, make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.rounds import conferred, make_house

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def second(db):
    return make_user("organiser")


@pytest.fixture
def finance(db):
    return make_user("finance")


def ask(honour, by, **changes):
    values = {"ground": "fraud", "reason": "The prize was another's"} | changes
    return revocations.ask(honour=honour, by=by, **values)


def grant(revocation, by, **changes):
    values = {"grant": True, "answer": "It is proven", "effective_on": TODAY()} | changes
    return revocations.decide(revocation=revocation, by=by, **values)


def pay(holder, by, **changes):
    day = TODAY()
    values = {"kind": "festival", "year": day.year, "amount": Decimal(500), "paid_on": day} | changes
    return benefits.pay(holder=holder, by=by, **values)


def test_a_revoked_honour_leaves_public_pages_and_the_record_and_stays_in_the_register(
    organiser, second, worker
):
    honour = make_honour(worker=worker)
    found = grant(ask(honour, organiser), second)
    honour.refresh_from_db()
    assert (honour.state, found.state, found.effective_on) == ("revoked", "granted", TODAY())
    assert found.reason.reveal() == "The prize was another's"
    assert (roll.named().exists(), roll.way(honour.holder)) == (False, [])
    assert growth.honours_of([worker.pk]) == {}
    assert worker.growth.get().withdrawn
    assert first_broken_line("honours:register") is None
    assert not Line.objects.filter(body__contains="another").exists()


def test_members_of_a_team_lose_the_line_too(organiser, second, worker):
    members = [register.Member("A", worker=worker, leads=True)]
    honour = make_honour("North hall", title=make_title(kind="team"), members=members)
    grant(ask(honour, organiser), second)
    assert worker.growth.get().withdrawn


def test_an_honour_conferred_here_is_revoked_in_the_chain_of_its_round():
    house = make_house()
    honour = conferred(house).honour
    grant(ask(honour, house.organiser), house.city)
    kinds = Line.objects.filter(chain__name=house.campaign.chain, subject=honour.subject)
    assert list(kinds.values_list("kind", flat=True)) == [
        "honour.conferred",
        "revocation.asked",
        "revocation.decided",
    ]


def test_whoever_asks_does_not_decide_and_the_holder_does_neither(organiser, second):
    worker = make_worker(user=organiser)
    own = make_honour(worker=worker, by=second)
    with pytest.raises(PermissionDenied, match="own honour"):
        ask(own, organiser)
    found = ask(own, second)
    for user in (second, organiser):
        with pytest.raises(PermissionDenied):
            grant(found, user)
    town = make_user("reviewer", union=make_union(level="town", parent=make_union()))
    for user in (town, make_user("supervisor"), make_user("finance")):
        with pytest.raises(PermissionDenied):
            grant(found, user)
        with pytest.raises(PermissionDenied):
            ask(make_honour("A"), user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.filter(pk=found.pk).update(decided_by=second)
    city = make_user("reviewer", union=make_union())
    assert grant(found, city).state == "granted"


def test_a_refused_revocation_leaves_the_honour_and_may_be_asked_for_again(organiser, second):
    honour = make_honour("A")
    found = ask(honour, organiser)
    with pytest.raises(HonourRefused, match="waits to be decided"):
        ask(honour, second)
    grant(found, second, grant=False, effective_on=None)
    honour.refresh_from_db()
    assert honour.state == "stands"
    with pytest.raises(HonourRefused, match="decided"):
        grant(found, second)
    grant(ask(honour, organiser), second)
    with pytest.raises(HonourRefused, match="already"):
        ask(honour, organiser)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effective_on": None}, "effective_on"),
        ({"effective_on": timezone.localdate() + timedelta(days=1)}, "effective_on"),
        ({"answer": " "}, "answer"),
    ],
)
def test_a_decision_needs_a_day_and_words(organiser, second, changes, field):
    found = ask(make_honour("A"), organiser)
    with pytest.raises(HonourRefused) as refused:
        grant(found, second, **changes)
    assert refused.value.field == field
    assert Honour.objects.get().state == "stands"


def test_a_request_needs_a_ground_and_a_reason(organiser):
    honour = make_honour("A")
    for changes, field in (({"ground": "dislike"}, "ground"), ({"reason": " "}, "reason")):
        with pytest.raises(HonourRefused) as refused:
            ask(honour, organiser, **changes)
        assert refused.value.field == field


def test_benefits_are_paid_for_the_highest_honour_and_stop_when_none_stands(organiser, second, finance):
    low = make_honour("A", title=make_title(level=1), year=2024)
    high = make_honour("A", title=make_title(level=3), year=2000)
    holder = low.holder
    assert pay(holder, finance).honour == high
    grant(ask(high, organiser), second)
    assert pay(holder, finance, kind="checkup").honour == low
    grant(ask(low, organiser), second)
    with pytest.raises(HonourRefused, match="stopped"):
        pay(holder, finance, kind="hardship")
    assert not benefits.cared_for().exists()
    assert Benefit.objects.count() == 2


def test_what_is_paid_once_a_year_or_a_month_is_paid_once_until_it_is_cancelled(organiser, finance):
    holder = make_honour("A").holder
    first = pay(holder, finance)
    with pytest.raises(HonourRefused, match="already"):
        pay(holder, finance)
    with pytest.raises(PermissionDenied, match="colleague"):
        benefits.cancel(benefit=first, by=finance)
    benefits.cancel(benefit=first, by=organiser)
    with pytest.raises(HonourRefused, match="already"):
        benefits.cancel(benefit=first, by=organiser)
    pay(holder, finance)
    pay(holder, finance, kind="allowance", month=1)
    pay(holder, finance, kind="allowance", month=2)
    with pytest.raises(HonourRefused, match="already"):
        pay(holder, finance, kind="allowance", month=2)
    for _twice in range(2):
        pay(holder, finance, kind="hardship")
    assert Benefit.objects.filter(cancelled_at=None).count() == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "yacht"}, "kind"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(2_000_000)}, "amount"),
        ({"paid_on": timezone.localdate() + timedelta(days=1)}, "paid_on"),
        ({"year": 1900}, "year"),
        ({"year": timezone.localdate().year + 2}, "year"),
        ({"month": 5}, "month"),
        ({"kind": "allowance"}, "month"),
        ({"kind": "allowance", "month": 13}, "month"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_beside_its_field(finance, changes, field):
    holder = make_honour("A").holder
    with pytest.raises(HonourRefused) as refused:
        pay(holder, finance, **changes)
    assert refused.value.field == field
    assert not Benefit.objects.exists()


def test_benefits_are_peoples_and_nobody_enters_their_own(finance):
    team = make_honour("North hall", title=make_title(kind="team")).holder
    with pytest.raises(HonourRefused, match="people"):
        pay(team, finance)
    own = make_honour(worker=make_worker(user=finance)).holder
    with pytest.raises(HonourRefused, match="colleague"):
        pay(own, finance)
    for user in (make_user("reviewer"), make_user("supervisor"), make_user("worker")):
        with pytest.raises(PermissionDenied):
            pay(own, user)


def test_a_visit_is_written_down_sealed_and_who_was_not_visited_is_known(organiser, reviewer):
    one, two = make_honour("A").holder, make_honour("B").holder
    day = TODAY()
    made = benefits.visit(
        holder=one, occasion="spring", on=day, visitors="The chair", needs="A new roof", by=reviewer
    )
    assert made.needs.reveal() == "A new roof"
    assert benefits.unvisited([one.pk, two.pk], day.year) == {two.pk}
    assert not Line.objects.filter(body__contains="roof").exists()
    for changes, field in (
        ({"on": day + timedelta(days=1)}, "on"),
        ({"on": day}, "on"),
        ({"visitors": " ", "on": day - timedelta(days=1)}, "visitors"),
        ({"occasion": "whim"}, "occasion"),
    ):
        values = {"occasion": "may", "on": day, "visitors": "The chair"} | changes
        with pytest.raises(HonourRefused) as refused:
            benefits.visit(holder=one, by=organiser, **values)
        assert refused.value.field == field
    with pytest.raises(PermissionDenied):
        benefits.visit(holder=two, occasion="may", on=day, visitors="I", by=make_user("finance"))
    assert HomeVisit.objects.count() == 1
    assert Holder.objects.count() == 2
