"""A nomination goes its way step by step, each by the right hands, and becomes an honour by two of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry
from honours.domain import nominations, rounds
from honours.domain.nominations import MOVES, Said
from honours.domain.refusals import HonourRefused
from honours.models import Honour, Nomination, NominationEvidence
from tests.factories import make_employer, make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.rounds import (
    SAID,
    at_town,
    cleared,
    conferred,
    drafted,
    handed_in,
    make_house,
    make_nominee,
    now,
    reported,
    rules,
)

pytestmark = pytest.mark.django_db
S = Nomination.State


@pytest.fixture
def house():
    return make_house()


def test_every_state_is_in_the_table_and_only_the_ends_lead_nowhere():
    assert set(MOVES) == set(S)
    assert {state for state, to in MOVES.items() if not to} == {S.CONFERRED, S.REFUSED, S.WITHDRAWN}


def test_the_whole_way_writes_an_honour_a_line_of_the_record_and_the_ledger(house):
    worker = make_nominee(house, "王杭花")
    found = conferred(house, worker)
    honour = found.honour
    assert [step.to for step in found.steps.all()] == [
        "nominated",
        "unit_met",
        "unit_posted",
        "at_town",
        "town_passed",
        "town_posted",
        "at_city",
        "clearing",
        "cleared",
        "city_posted",
        "listed",
        "reported",
        "conferred",
    ]
    assert (honour.holder.worker, honour.document_no, honour.origin, honour.chain) == (
        worker,
        "No. 7",
        "conferred",
        house.campaign.chain,
    )
    [line] = GrowthEntry.objects.filter(worker=worker, kind="honour")
    assert (line.title, line.on) == (house.campaign.title.name, timezone.localdate())
    assert first_broken_line(house.campaign.chain) is None
    kinds = set(Line.objects.filter(chain__name=house.campaign.chain).values_list("kind", flat=True))
    assert {"round.made", "nomination.moved", "notice.posted", "nomination.clearance"} <= kinds
    assert {"round.reported", "conferral.proposed", "conferral.confirmed", "honour.conferred"} <= kinds
    assert not [line for line in Line.objects.all() if "王杭花" in line.body or "at the press" in line.body]


def test_a_team_is_conferred_with_its_leader_and_members():
    house = make_house(make_title(kind="team", rules=rules()))
    said = Said(summary="Safe", deeds="No accident.", members=["张三", "李四"], agreed=True)
    honour = conferred(house, said=said, name="North hall").honour
    assert [(m.name, m.is_leader) for m in honour.members.all()] == [("张三", True), ("李四", False)]
    assert (honour.holder.kind, honour.holder.name, honour.holder.worker) == ("team", "North hall", None)


def test_evidence_is_picked_from_the_record_and_payments_are_none(house):
    found = drafted(house)
    growth.record(
        worker=found.worker, kind="subsidy", on=timezone.localdate(), title="1000 yuan", source="money"
    )
    assert [one.title for one in found.evidence.all()] == ["First prize"]
    for sources in (["money"], ["invented"]):
        with pytest.raises(HonourRefused, match="changed"):
            nominations.pick(nomination=found, sources=sources, by=house.contact)
    assert NominationEvidence.objects.count() == 1


def test_evidence_that_falls_out_of_the_record_stops_the_review(house):
    found = at_town(house)
    [line] = found.evidence.all()
    growth.withdraw(worker=found.worker, source=line.source)
    assert nominations.fallen(found) == {line.source}
    with pytest.raises(HonourRefused, match="fallen out"):
        nominations.approve(nomination=found, by=house.town)
    back = nominations.turn_back(nomination=found, to="returned", reason="Evidence is gone", by=house.town)
    assert (back.state, back.waits_for) == ("returned", house.unions["enterprise"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agreed": False}, "agrees"),
        ({"summary": ""}, "in short"),
        ({"deeds": ""}, "deeds"),
    ],
)
def test_what_is_lacking_is_said_before_it_is_handed_in(house, changes, words):
    values = {"summary": "x", "deeds": "y", "traits": [], "agreed": True} | changes
    found = drafted(house, said=Said(**values))
    with pytest.raises(HonourRefused, match=words):
        nominations.hand_in(nomination=found, by=house.contact)
    assert now(found).state == "draft"


def test_a_person_is_nominated_once_a_round_and_again_after_a_withdrawal(house):
    worker = make_nominee(house)
    found = drafted(house, worker)
    with pytest.raises(HonourRefused, match="already"):
        drafted(house, worker)
    nominations.turn_back(nomination=found, to="withdrawn", reason="A mistake", by=house.contact)
    assert drafted(house, worker).reference == "N-003" or Nomination.objects.count() == 2


def test_a_nominee_belongs_to_the_unit_and_to_the_kind_of_title(house):
    for fields, field in (
        ({"worker": make_worker(employer=make_employer())}, "worker"),
        ({"worker": None, "name": "A team"}, "worker"),
    ):
        with pytest.raises(HonourRefused) as refused:
            nominations.nominate(
                campaign=house.campaign, employer=house.employer, said=SAID, by=house.contact, **fields
            )
        assert refused.value.field == field
    with pytest.raises(PermissionDenied):
        nominations.nominate(
            campaign=house.campaign, employer=make_employer(), said=SAID, by=house.contact, worker=None
        )


def test_the_register_knows_who_is_a_woman_and_who_is_young(house):
    worker = make_nominee(house, sex="f", birth="1999-01-01")
    assert drafted(house, worker).traits == ["front_line", "woman", "young"]
    old = make_nominee(house, sex="m", birth="1970-01-01")
    said = Said(summary="x", traits=["woman", "young", "head"])
    assert drafted(house, old, said=said).traits == ["head"]


def test_no_nominations_before_the_round_is_open_or_after_its_last_day(house):
    closed = make_house(opened=False)
    with pytest.raises(HonourRefused, match="takes no nominations"):
        drafted(closed)
    house.campaign.closes_on = timezone.localdate() - timedelta(days=1)
    house.campaign.save()
    with pytest.raises(HonourRefused, match="takes no nominations"):
        drafted(house)


def test_the_rules_of_a_round_are_those_of_the_day_on_which_it_was_opened(house):
    title = house.campaign.title
    title.rules = rules(quotas={"woman": 50})
    title.save()
    again = type(house.campaign).objects.get(pk=house.campaign.pk)
    assert dict(again.asks.quotas) == {"front_line": 50, "head": 20}


def test_the_meter_counts_those_who_are_handed_in_and_not_out(house):
    handed_in(house)
    handed_in(house, said=Said(summary="x", deeds="y", traits=["head"], agreed=True))
    drafted(house)
    gone = handed_in(house)
    nominations.turn_back(nomination=gone, to="refused", reason="Not this year", by=house.unit)
    found = {gauge.trait: (gauge.have, gauge.of, gauge.kept) for gauge in rounds.meter(house.campaign)}
    assert found == {"front_line": (1, 2, True), "head": (1, 2, False)}


def test_a_meeting_passes_with_more_than_half(house):
    found = handed_in(house)
    day = timezone.localdate()
    for present, in_favour in ((40, 20), (0, 0), (10, 11)):
        with pytest.raises(HonourRefused) as refused:
            nominations.meet(
                nomination=found, met_on=day, present=present, in_favour=in_favour, by=house.unit
            )
        assert refused.value.field == "in_favour"
    with pytest.raises(HonourRefused) as refused:
        nominations.meet(
            nomination=found, met_on=day + timedelta(days=1), present=3, in_favour=3, by=house.unit
        )
    assert refused.value.field == "met_on"
    assert now(found).state == "nominated"


def test_each_step_is_the_right_unions(house):
    found = handed_in(house)
    for user in (house.town, house.city, house.contact, make_user("worker")):
        with pytest.raises(PermissionDenied):
            nominations.meet(nomination=found, met_on=timezone.localdate(), present=3, in_favour=3, by=user)
    other = make_house()
    found = at_town(house)
    for user in (house.unit, house.city, house.organiser, other.town):
        with pytest.raises(PermissionDenied):
            nominations.approve(nomination=found, by=user)


def test_who_wrote_a_nomination_does_not_review_it_and_nobody_their_own(house):
    worker = make_nominee(house, user=house.town)
    found = at_town(house, worker)
    with pytest.raises(PermissionDenied, match="own nomination"):
        nominations.approve(nomination=found, by=house.town)
    found = at_town(house)
    Nomination.objects.filter(pk=found.pk).update(made_by=house.town)
    with pytest.raises(PermissionDenied, match="colleague"):
        nominations.approve(nomination=found, by=house.town)


def test_the_honour_expected_before_is_found_and_a_revoked_one_is_not():
    house = make_house(make_title(rules=rules(base_level=2)))
    found = drafted(house)
    assert nominations.base_honour(found) is None
    make_honour(worker=found.worker, title=make_title(level=1))
    assert nominations.base_honour(found) is None
    base = make_honour(worker=found.worker, title=make_title(level=3))
    assert nominations.base_honour(found) == base
    Honour.objects.filter(pk=base.pk).update(state="revoked")
    assert nominations.base_honour(found) is None


def test_a_round_is_closed_when_nothing_is_under_way(house):
    found = handed_in(house)
    rounds.move(campaign=house.campaign, to="review", by=house.organiser)
    with pytest.raises(HonourRefused, match="under way"):
        rounds.move(campaign=house.campaign, to="closed", by=house.organiser)
    nominations.turn_back(nomination=found, to="refused", reason="Not this year", by=house.unit)
    assert rounds.move(campaign=house.campaign, to="closed", by=house.organiser).state == "closed"
    with pytest.raises(PermissionDenied):
        rounds.move(campaign=house.campaign, to="open", by=house.city)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("organiser", True),
        ("city", True),
        ("town", True),
        ("unit", True),
        ("contact", True),
        ("stranger", False),
    ],
)
def test_a_nomination_is_seen_by_the_chain_of_its_unit_and_the_office(house, who, seen):
    found = handed_in(house)
    other = make_house()
    user = other.unit if who == "stranger" else house.people[who]
    assert Nomination.objects.visible_to(user).filter(pk=found.pk).exists() is seen
    assert not Nomination.objects.visible_to(make_user("worker")).exists()


def test_reported_and_cleared_states_come_as_named(house):
    assert cleared(house).state == "cleared"
    assert reported(make_house()).state == "reported"
