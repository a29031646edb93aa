"""Clocks, breaches and lost time: two judges, the contestant or a witness, the chief judge's word."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from competitions.domain import incidents
from competitions.domain.incidents import IncidentRefused
from competitions.models import Event, PenaltyRecord, PlayRecord, TimeCredit
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import make_marking
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=3, state=Event.State.RUNNING)


@pytest.fixture
def floor(marking):
    return marking.floor[0].user


@pytest.fixture
def now():
    return timezone.now()


def propose(marking, by, **fields):
    given = {"rule": "P2", "happened_at": timezone.now(), "note": "went on after the whistle"} | fields
    return incidents.propose_penalty(code=marking.benches[0], by=by, **given)


@pytest.fixture
def watcher(marking):
    return make_seat(marking.event, "supervisor", user=make_user("supervisor")).user


# --- clocks ---


def test_a_session_starts_together_and_a_bench_that_runs_keeps_its_time(marking, floor, now):
    early = now - timedelta(minutes=5)
    incidents.start_play(event=marking.event, codes=marking.benches[:1], by=floor, at=early)
    assert incidents.start_play(event=marking.event, codes=marking.benches, by=floor, at=now) == 2
    assert incidents.start_play(event=marking.event, codes=marking.benches, by=floor) == 0
    started = [record.started_at for record in PlayRecord.objects.order_by("code__number")]
    assert started == [early, now, now]
    assert Line.objects.filter(kind="play.started").count() == 3


def test_net_time_is_the_time_at_the_bench_less_what_was_credited(marking, floor, now):
    bench = marking.benches[0]
    incidents.start_play(event=marking.event, codes=[bench], by=floor, at=now - timedelta(hours=2))
    incidents.stop_play(event=marking.event, codes=[bench], by=floor, at=now)
    credit = incidents.propose_credit(
        code=bench,
        from_at=now - timedelta(minutes=40),
        to_at=now - timedelta(minutes=30),
        cause="power",
        by=floor,
    )
    play = PlayRecord.objects.get()
    assert play.net_seconds([credit]) == 7200
    credit = incidents.decide_credit(credit=credit, decision="pause", by=marking.chief)
    assert credit.seconds == 600
    assert play.net_seconds([credit]) == 6600


def test_a_bench_does_not_stop_before_it_started(marking, floor, now):
    incidents.start_play(event=marking.event, codes=marking.benches[:1], by=floor, at=now)
    with pytest.raises(IncidentRefused):
        incidents.stop_play(
            event=marking.event, codes=marking.benches[:1], by=floor, at=now - timedelta(seconds=1)
        )
    assert PlayRecord.objects.get().ended_at is None


def test_times_are_corrected_with_a_reason(marking, floor, now):
    start = now - timedelta(hours=1)
    with pytest.raises(IncidentRefused):
        incidents.correct_play(code=marking.benches[0], started_at=start, ended_at=now, reason=" ", by=floor)
    incidents.correct_play(
        code=marking.benches[0], started_at=start, ended_at=now, reason="started late", by=floor
    )
    assert Line.objects.get(kind="play.corrected")


@pytest.mark.parametrize("who", ["chief", "result", "organiser"])
def test_only_floor_judges_hold_the_clock(marking, who, organiser):
    people = {"chief": marking.chief, "result": marking.panel[0].user, "organiser": organiser}
    with pytest.raises(PermissionDenied):
        incidents.start_play(event=marking.event, codes=marking.benches, by=people[who])


def test_works_have_no_clock(marking, floor):
    with pytest.raises(IncidentRefused):
        incidents.start_play(event=marking.event, codes=marking.works, by=floor)


# --- breaches ---


def test_a_breach_goes_from_two_judges_and_a_signature_to_the_chief_judge(marking, floor):
    record = propose(marking, floor, contestant_signed=True)
    incidents.second_penalty(record=record, by=marking.floor[1].user)
    record = incidents.decide_penalty(record=record, approve=True, by=marking.chief)
    assert (record.state, record.decided_by) == (PenaltyRecord.State.APPROVED, marking.chief)
    kinds = list(Line.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["penalty.proposed", "penalty.seconded", "penalty.approved"]
    assert first_broken_line(marking.event.chain) is None


def test_the_same_breach_sent_twice_is_one(marking, floor, now):
    propose(marking, floor, happened_at=now)
    propose(marking, floor, happened_at=now)
    assert PenaltyRecord.objects.count() == 1


def test_nobody_seconds_themselves(marking, floor):
    record = propose(marking, floor)
    with pytest.raises(IncidentRefused):
        incidents.second_penalty(record=record, by=floor)
    with pytest.raises(PermissionDenied):
        incidents.second_penalty(record=record, by=marking.panel[0].user)


def test_it_is_not_approved_without_the_second_judge(marking, floor):
    record = propose(marking, floor, contestant_signed=True)
    with pytest.raises(IncidentRefused, match="second floor judge"):
        incidents.decide_penalty(record=record, approve=True, by=marking.chief)


def test_it_is_not_approved_without_the_contestant_or_a_witness_of_the_refusal(marking, floor, watcher):
    record = propose(marking, floor)
    record = incidents.second_penalty(record=record, by=marking.floor[1].user)
    with pytest.raises(IncidentRefused, match="signature was refused"):
        incidents.decide_penalty(record=record, approve=True, by=marking.chief)
    with pytest.raises(PermissionDenied):
        incidents.see_refusal(record=record, by=marking.chief)
    record = incidents.see_refusal(record=record, by=watcher)
    assert incidents.decide_penalty(record=record, approve=True, by=marking.chief).state == "approved"


def test_a_decision_stands(marking, floor):
    record = propose(marking, floor)
    record = incidents.decide_penalty(record=record, approve=False, by=marking.chief)
    assert incidents.decide_penalty(record=record, approve=False, by=marking.chief).state == "refused"
    record.contestant_signed = True
    with pytest.raises(IncidentRefused):
        incidents.decide_penalty(record=record, approve=True, by=marking.chief)


@pytest.mark.parametrize("who", ["floor", "watcher", "organiser"])
def test_only_the_chief_judge_decides(marking, floor, watcher, organiser, who):
    record = propose(marking, floor)
    credit = incidents.propose_credit(
        code=marking.benches[0],
        from_at=timezone.now() - timedelta(minutes=2),
        to_at=timezone.now(),
        cause="x",
        by=floor,
    )
    person = {"floor": floor, "watcher": watcher, "organiser": organiser}[who]
    with pytest.raises(PermissionDenied):
        incidents.decide_penalty(record=record, approve=False, by=person)
    with pytest.raises(PermissionDenied):
        incidents.decide_credit(credit=credit, decision="add", by=person)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rule": "P99"}, "rule"),
        ({"rule": "P7"}, "aspects"),
        ({"rule": "P7", "aspects": ["C1"]}, "aspects"),
        ({"times": 0}, "times"),
        ({"note": " "}, "note"),
        ({"happened_at": timezone.now() + timedelta(days=1)}, "happened_at"),
    ],
)
def test_what_the_scheme_does_not_know_is_refused_by_field(marking, floor, fields, field):
    with pytest.raises(IncidentRefused) as error:
        propose(marking, floor, **fields)
    assert error.value.field == field


def test_a_rule_whose_aspects_are_named_takes_them(marking, floor):
    assert propose(marking, floor, rule="P7", aspects=["A2"]).aspects == ["A2"]


@pytest.mark.parametrize("state", [Event.State.FROZEN, Event.State.LOCKED])
def test_nothing_is_recorded_outside_the_contest(marking, floor, state):
    Event.objects.filter(pk=marking.event.pk).update(state=state)
    for bench in marking.benches:
        bench.event.refresh_from_db()
    with pytest.raises(IncidentRefused):
        propose(marking, floor)


# --- lost time ---


@pytest.mark.parametrize(
    ("decision", "seconds", "given"),
    [("pause", None, 600), ("add", 900, 900), ("last_session", None, 0), ("refused", None, 0)],
)
def test_what_a_decision_credits(marking, floor, now, decision, seconds, given):
    credit = incidents.propose_credit(
        code=marking.benches[0], from_at=now - timedelta(minutes=10), to_at=now, cause="power", by=floor
    )
    credit = incidents.decide_credit(credit=credit, decision=decision, seconds=seconds, by=marking.chief)
    assert (credit.decision, credit.seconds) == (decision, given)
    with pytest.raises(IncidentRefused):
        incidents.decide_credit(credit=credit, decision="add", seconds=1, by=marking.chief)
    assert TimeCredit.objects.get().seconds == given


def test_time_does_not_run_backwards(marking, floor, now):
    with pytest.raises(IncidentRefused):
        incidents.propose_credit(
            code=marking.benches[0], from_at=now, to_at=now - timedelta(minutes=1), cause="x", by=floor
        )
