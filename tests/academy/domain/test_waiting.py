"""What waits at the academy's desk: for whoever may do it, for nobody else, in a fixed number of queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from academy import roles_pairs
from academy.domain import (
    attendance,
    pair_agreements,
    pair_rewards,
    payments,
    postings,
    round_matching,
    waiting,
)
from academy.models import Claim, MatchRound, Posting
from tests.academy.pairs import certify, half_way, make_person, make_town, proposed, running, sign
from tests.academy.rounds import make_offer, make_round, make_seeker, shut
from tests.academy.subsidies import approved, filed, on_notice, passed
from tests.academy.training import make_class, make_session, seat
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def keys(user) -> dict[str, int]:
    return {matter.key: matter.count for matter in waiting.matters(user)}


def test_claims_wait_for_the_union_at_which_they_lie(office):
    filed(office)
    passed(office, by=("unit",), size=2)
    assert keys(office.unit) == {"claims": 1}
    assert keys(office.town) == {"claims": 2}
    assert "claims" not in keys(office.city)
    assert keys(office.finance) == {}


def test_a_claim_says_how_long_it_has_waited_and_whether_it_is_late(office):
    claim = filed(office)
    filed(office)
    since = timezone.now() - timedelta(days=20)
    Claim.objects.filter(pk=claim.pk).update(
        waits_since=since, due_on=timezone.localdate() - timedelta(days=1)
    )
    [matter] = waiting.matters(office.unit)
    assert (matter.count, matter.late, matter.oldest) == (2, 1, since)


def test_what_is_late_comes_first(office):
    passed(office)
    town = make_town()
    running(town, since=timezone.localdate() - timedelta(days=120))
    found = waiting.matters(office.organiser)
    assert next(matter.key for matter in found) == "logs"
    assert {matter.key for matter in found} >= {"logs", "to_post"}


def test_leave_waits_class_by_class_for_the_organiser_alone():
    held = make_class(state="running", sessions=0)
    session = make_session(held, starts_at=timezone.now() + timedelta(days=2))
    one = seat(held)
    attendance.ask_leave(enrolment=one, session=session, reason="Night shift", by=one.worker.user)
    [matter] = waiting.matters(make_user("organiser"))
    assert (matter.key, matter.count, matter.late, matter.place) == ("leave", 1, 0, held.code)
    assert matter.name == str(held)
    assert keys(make_user("reviewer")) == {}
    assert keys(make_user("supervisor")) == {}


def test_an_agreement_waits_for_the_side_whose_turn_it_is():
    town = make_town()
    pair = proposed(town)
    assert "signatures" not in keys(town.contact)
    sign(town, pair, "apprentice", "mentor")
    assert keys(town.contact)["signatures"] == 1
    assert "signatures" not in keys(town.reviewer)
    sign(town, pair, "employer")
    assert "signatures" not in keys(town.contact)
    assert keys(town.reviewer)["signatures"] == 1
    above = make_user("reviewer", union=town.firm_union.parent)
    city = make_user("reviewer", union=town.firm_union.parent.parent)
    for other in (above, city, town.organiser):
        assert "signatures" not in keys(other)
        assert pair_agreements.next_side(pair) == "union"
        assert roles_pairs.side_of(other, pair) == ""
    assert roles_pairs.can_enter_paper(town.organiser, pair)


def test_a_firms_contact_hears_of_overdue_months_and_not_of_evaluations():
    town = make_town()
    running(town, since=timezone.localdate() - timedelta(days=400))
    assert keys(town.contact) == {"logs": 1}
    assert set(keys(town.reviewer)) == {"logs", "mid_terms"}


def test_a_reward_waits_for_a_second_organiser_and_then_for_finance():
    town = make_town()
    pair = half_way(town, since=timezone.localdate() - timedelta(days=40))
    certify(pair.apprentice, town.trade, 6, on=timezone.localdate())
    [reward] = pair_rewards.propose_found(pair=pair, by=town.organiser)
    assert "rewards" not in keys(town.organiser)
    assert keys(town.second)["rewards"] == 1
    pair_rewards.approve(reward=reward, by=town.second)
    assert "rewards" not in keys(town.second)
    assert keys(town.finance) == {"rewards_to_pay": 1}
    pair_rewards.mark_paid(reward=reward, on=timezone.localdate(), by=town.finance)
    assert keys(town.finance) == {}
    for who in (make_user("finance"), town.organiser):
        assert keys(who)["rewards_to_confirm"] == 1


def test_a_round_waits_when_its_time_is_over_and_while_proposals_are_undecided():
    organiser = make_user("organiser")
    held = make_round()
    make_seeker(held)
    make_offer(held)
    assert keys(organiser) == {}
    shut(held)
    [matter] = waiting.matters(organiser)
    assert (matter.key, matter.place) == ("round_to_compute", held.code)
    round_matching.compute(round_=MatchRound.objects.get(pk=held.pk), by=organiser)
    [matter] = waiting.matters(organiser)
    assert (matter.key, matter.count) == ("proposals", held.proposals.count())
    assert (matter.place, matter.name) == (held.code, str(held))
    assert keys(make_user("supervisor")) == {}


def test_notices_wait_for_the_city(office):
    posting, _claims = on_notice(office)
    passed(office, size=2)
    assert keys(office.city) == keys(office.organiser) == {"to_post": 2}
    assert keys(office.town) == {}
    Posting.objects.filter(pk=posting.pk).update(until=timezone.now() - timedelta(hours=1))
    assert keys(office.city) == {"notices_over": 1, "to_post": 2}


def test_an_objection_waits_until_it_is_answered(office):
    posting, _claims = on_notice(office)
    objection = postings.object_to(posting=posting, name="A", phone="1", text="No", client_id=uuid4())
    assert keys(office.city) == {"objections": 1}
    postings.answer(objection=objection, text="Looked at.", by=office.city)
    assert keys(office.city) == {}


def test_money_waits_for_the_finance_officer_whose_turn_it_is(office):
    approved(office)
    assert keys(office.finance) == keys(office.second) == {"to_pay": 1}
    made = payments.make_list(programme=office.programme, by=office.finance)
    assert keys(office.finance) == {}
    assert keys(office.second) == keys(office.organiser) == {"lists_to_approve": 1}
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    assert keys(office.finance) == {"lists_to_send": 1}
    payments.send(payments=made, by=office.finance)
    assert keys(office.finance) == {"bank_answers": 1}


@pytest.mark.parametrize("many", [1, 8])
def test_what_waits_costs_the_same_queries_at_any_number(office, many, django_assert_max_num_queries):
    for _n in range(many):
        filed(office)
        held = make_class(state="running", sessions=0)
        one = seat(held)
        session = make_session(held, starts_at=timezone.now() + timedelta(days=2))
        attendance.ask_leave(enrolment=one, session=session, reason="Night shift", by=one.worker.user)
        town = make_town()
        running(town, since=timezone.localdate() - timedelta(days=200))
        proposed(town, apprentice=make_person(town.firm, town.trade, grade=3))
    everything = make_user("organiser", "reviewer", "finance", "employer", union=office.unions["city"])
    assert everything.role_names
    assert everything.union.level
    with django_assert_max_num_queries(14):
        found = waiting.matters(everything)
    assert {matter.key for matter in found} >= {"leave", "logs"}
