"""The benches on a floor judge's tablet: sessions, breaches, lost time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competitions.domain import incidents
from competitions.models import Event, PenaltyRecord, PlayRecord, TimeCredit
from tests.competitions.judge_pages import address, body
from tests.competitions.marking_contest import make_marking
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


@pytest.fixture
def watcher(marking):
    return make_seat(marking.event, "supervisor", user=make_user("supervisor")).user


@pytest.fixture
def playing():
    return make_marking(works=2, state=Event.State.RUNNING)


def test_a_session_is_started_and_stopped_from_a_tablet(client, playing):
    client.force_login(playing.floor[0].user)
    clock = address("judge:clock", playing)
    client.post(clock, {"action": "start:all", "session": "1"})
    assert PlayRecord.objects.filter(started_at__isnull=False).count() == 2
    PlayRecord.objects.update(started_at=timezone.now() - timedelta(hours=1))
    client.post(clock, {"action": "stop:S-01", "session": "1"})
    assert PlayRecord.objects.filter(ended_at__isnull=False).count() == 1
    found = body(client.get(address("judge:bench", playing)))
    assert "1:00:0" in found
    assert "W-01" not in found
    assert not any(entry.worker.name in found for entry in playing.event.entries.all())


def test_a_breach_is_recorded_seconded_attested_and_decided(client, playing):
    watcher = make_seat(playing.event, "supervisor", user=make_user("supervisor")).user
    form = {"code": "S-01", "rule": "P2", "times": "1", "happened_at": "2025-04-08T10:00", "note": "went on"}
    client.force_login(playing.floor[0].user)
    assert client.post(address("judge:penalty_new", playing), form | {"rule": "P7"}).status_code == 422
    assert client.post(address("judge:penalty_new", playing), form | {"code": "W-01"}).status_code == 422
    assert client.post(address("judge:penalty_new", playing), form).status_code == 302
    record = PenaltyRecord.objects.get()
    client.force_login(playing.floor[1].user)
    client.post(address("judge:penalty_step", playing, record.pk), {"step": "second"})
    client.force_login(playing.chief)
    client.post(address("desk:penalty", playing, record.pk), {"action": "approve"})
    record.refresh_from_db()
    assert record.state == PenaltyRecord.State.SECONDED
    client.force_login(watcher)
    client.post(address("desk:penalty", playing, record.pk), {"action": "attest"})
    client.force_login(playing.chief)
    client.post(address("desk:penalty", playing, record.pk), {"action": "approve"})
    record.refresh_from_db()
    assert (record.state, record.refusal_seen_by) == (PenaltyRecord.State.APPROVED, watcher)
    assert "5 points off the total" in body(client.get(address("desk:incidents", playing)))


def test_lost_time_is_recorded_and_decided(client, playing):
    client.force_login(playing.floor[0].user)
    form = {
        "code": "S-02",
        "from_at": "2025-04-08T10:00",
        "to_at": "2025-04-08T10:12",
        "cause": "power cut",
    }
    assert (
        client.post(address("judge:credit_new", playing), form | {"to_at": "2025-04-08T09:00"}).status_code
        == 422
    )
    assert client.post(address("judge:credit_new", playing), form).status_code == 302
    credit = TimeCredit.objects.get()
    client.force_login(playing.chief)
    decide = address("desk:credit", playing, credit.pk)
    assert client.post(decide, {"decision": "pause", "minutes": "0"}).status_code == 422
    assert client.post(decide, {"decision": "pause", "minutes": ""}).status_code == 302
    credit.refresh_from_db()
    assert credit.seconds == 720


@pytest.mark.parametrize("who", ["panel", "chief", "contestant"])
def test_the_benches_belong_to_the_floor_judges(client, playing, who, contestant):
    people = {"panel": playing.panel[0].user, "chief": playing.chief, "contestant": contestant}
    client.force_login(people[who])
    assert client.get(address("judge:bench", playing)).status_code in (403, 404)
    assert client.post(address("judge:clock", playing), {"action": "start:all"}).status_code in (403, 404)
    assert not PlayRecord.objects.exists()


def test_incidents_cost_the_same_at_any_number(client, playing, django_assert_max_num_queries):
    floor = playing.floor[0].user
    for minute in range(8):
        at = timezone.now() - timedelta(minutes=minute + 1)
        incidents.propose_penalty(code=playing.benches[0], rule="P2", happened_at=at, note="x", by=floor)
        incidents.propose_credit(
            code=playing.benches[1], from_at=at, to_at=timezone.now(), cause="x", by=floor
        )
    client.force_login(playing.chief)
    with django_assert_max_num_queries(12):
        assert client.get(address("desk:incidents", playing)).status_code == 200
    client.force_login(floor)
    with django_assert_max_num_queries(12):
        assert client.get(address("judge:bench", playing)).status_code == 200
