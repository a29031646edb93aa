"""An appeal against a deduction is upheld by taking the deduction back: at once, or after the lock by order."""

from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.utils import timezone

from competitions.domain import appeal_effects, appeals, corrections, releases
from competitions.domain.correction_changes import MarkChange, PenaltyChange
from competitions.models import Code, Event, PenaltyRecord, Sheet
from tests.competitions.appealing import THREE, O, decided, stopped_clock
from tests.competitions.contest import SCHEME, make_contest
from tests.factories import make_seat, make_user

APPROVED, REFUSED = PenaltyRecord.State.APPROVED, PenaltyRecord.State.REFUSED


@pytest.fixture
def contest(db, organiser, monkeypatch):
    """Published with a deduction of two points from C-001's practical mark."""
    scheme = deepcopy(SCHEME)
    rule = {
        "code": "late",
        "zh": "超时",
        "en": "Late",
        "effect": "total_points",
        "points": 2,
        "component": "P",
    }
    scheme["penalties"] = {"rules": [rule]}
    event = make_contest(THREE, scheme=scheme)
    bench = Code.objects.get(event=event, layer="station", parent__number="C-001")
    penalty = PenaltyRecord.objects.create(
        code=bench,
        rule="late",
        happened_at=timezone.now(),
        state=APPROVED,
        proposed_by=make_user("judge"),
    )
    clock = stopped_clock(monkeypatch)
    first = releases.publish(event=event, by=organiser)
    event.refresh_from_db()
    return SimpleNamespace(event=event, penalty=penalty, clock=clock, first=first)


def total(release):
    return release.rows.get(contestant_no="C-001").total


def appeal_upheld(contest):
    arbiter = make_seat(contest.event, "arbiter").user
    appeal = decided(contest.event, arbiter, O.LIFTED, public_reason="The clock of the bench was wrong")
    contest.clock.pass_(minutes=61)
    return appeal


def approved(contest, change, appeal):
    chief = make_seat(contest.event, "chief").user
    supervisor = make_seat(contest.event, "supervisor", user=make_user("supervisor")).user
    order = corrections.request(
        event=contest.event,
        change=change,
        reason="The clock of the bench was wrong",
        ground=appeal_effects.ground(appeal),
        by=chief,
    )
    return corrections.approve(order=order, payload_hash=order.payload_hash, by=supervisor)


def test_after_the_lock_a_penalty_is_taken_back_by_an_order_on_the_appeals_ground(contest, organiser):
    appeal = appeal_upheld(contest)
    with pytest.raises(appeals.AppealRefused, match="takes the penalty back"):
        appeal_effects.carry_out(appeal=appeal, by=organiser)
    approved(contest, PenaltyChange(record=contest.penalty), appeal)
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    contest.penalty.refresh_from_db()
    assert contest.penalty.state != APPROVED
    second = releases.publish(event=contest.event, by=organiser, reason="Penalty taken back")
    assert (total(contest.first), total(second)) == ("29.60", "31.00")


def test_an_order_about_a_mark_does_not_carry_out_that_a_penalty_is_taken_back(contest, organiser):
    appeal = appeal_upheld(contest)
    sheet = Sheet.objects.get(code__number="W-89", seat__role="measuring")
    approved(contest, MarkChange(sheet, "A1.1", ["10"] * 6 + ["11"]), appeal)
    with pytest.raises(appeals.AppealRefused, match="takes the penalty back"):
        appeal_effects.carry_out(appeal=appeal, by=organiser)


def test_before_the_lock_the_one_penalty_is_taken_back_at_once(contest, organiser):
    appeal = appeal_upheld(contest)
    Event.objects.filter(pk=contest.event.pk).update(state=Event.State.SCORING)
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    contest.penalty.refresh_from_db()
    assert contest.penalty.state == REFUSED


def test_without_a_penalty_there_is_nothing_to_take_back(contest, organiser):
    appeal = appeal_upheld(contest)
    Event.objects.filter(pk=contest.event.pk).update(state=Event.State.SCORING)
    PenaltyRecord.objects.update(state=REFUSED)
    with pytest.raises(appeals.AppealRefused, match="No penalty stands"):
        appeal_effects.carry_out(appeal=appeal, by=organiser)
