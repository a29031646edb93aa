"""Appeals: who may file and decide, two instances, what a decision brings about."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from competitions.domain import (
    appeal_clocks,
    appeal_decisions,
    appeal_effects,
    appeals,
    corrections,
    releases,
)
from competitions.domain.correction_changes import MarkChange
from competitions.models import (
    Appeal,
    AppealDecision,
    Code,
    Entry,
    Event,
    PlayRecord,
    Release,
    Sheet,
    TimeCredit,
)
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.models import Line
from craft_site.people.domain import ties
from craft_site.people.models import Tie
from tests.competitions.appealing import EQUIPMENT, MARKS, THREE, O, decided, entry_of, file, stopped_clock
from tests.competitions.contest import make_contest
from tests.competitions.marking_contest import together
from tests.factories import make_entry, make_seat, make_user, make_worker


@pytest.fixture
def clock(monkeypatch):
    return stopped_clock(monkeypatch)


@pytest.fixture
def contest(db):
    return make_contest(THREE)


@pytest.fixture
def release(contest, organiser, clock):
    found = releases.publish(event=contest, by=organiser)
    contest.refresh_from_db()
    return found


@pytest.fixture
def arbiter(contest):
    return make_seat(contest, "arbiter").user


@pytest.fixture
def committee(contest):
    return make_seat(contest, "committee", user=make_user("organiser")).user


# --- who may ---------------------------------------------------------------------------------------------------------


def test_a_contestant_appeals_for_nobody_else(contest, release):
    other = entry_of(contest, "C-002").worker.user
    with pytest.raises(PermissionDenied):
        file(contest, number="C-001", by=other)


def test_the_team_leader_appeals_for_the_firms_contestants(contest, release):
    entry = entry_of(contest)
    leader = make_user("employer", employer=entry.employer)
    assert file(contest, by=leader).entry == entry
    stranger = make_user("employer")
    with pytest.raises(PermissionDenied):
        file(contest, number="C-002", by=stranger)


def test_the_same_form_sent_twice_files_once(contest, release):
    token = uuid4()
    assert file(contest, client_id=token) == file(contest, client_id=token)
    assert Line.objects.filter(kind="appeal.filed").count() == 1


def test_a_second_open_appeal_about_the_same_is_refused(contest, release):
    file(contest)
    with pytest.raises(appeals.AppealRefused, match="A-001"):
        file(contest)
    assert file(contest, subject=EQUIPMENT).label == "A-002"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_forms_at_the_same_second_file_one_appeal():
    event = make_contest(THREE)
    releases.publish(event=event, by=make_user("organiser"))
    token, entry = uuid4(), entry_of(event)

    def send(n):
        appeals.file(entry=entry, subject=MARKS, text="x", client_id=token, by=entry.worker.user)

    together(send, 6)
    assert Appeal.objects.count() == 1
    assert Line.objects.filter(kind="appeal.filed").count() == 1


def test_only_an_arbiter_decides_first_and_only_the_committee_second(contest, release, arbiter, committee):
    appeal = file(contest)
    for user in (committee, make_seat(contest, "chief").user, make_user("organiser")):
        with pytest.raises(PermissionDenied):
            appeal_decisions.admit(appeal=appeal, by=user)
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    appeal_decisions.decide(appeal=appeal, outcome=O.STANDS, reasons="We looked", by=arbiter)
    appeals.file_second(appeal=appeal, text="Look again", by=appeal.filed_by)
    with pytest.raises(PermissionDenied):
        appeal_decisions.decide_second(appeal=appeal, outcome=O.STANDS, reasons="x", by=arbiter)
    done = appeal_decisions.decide_second(appeal=appeal, outcome=O.STANDS, reasons="It stands", by=committee)
    assert (done.instance, done.appeal.state) == (2, "final")


def test_nobody_decides_in_both_instances_whatever_seats_they_hold(contest, release, arbiter):
    appeal = decided(contest, arbiter)
    make_seat(
        contest, "committee", user=arbiter
    )  # no verb gives both seats; a row might stand there all the same
    appeals.file_second(appeal=appeal, text="Look again", by=appeal.filed_by)
    with pytest.raises(PermissionDenied, match="twice"):
        appeal_decisions.decide_second(appeal=appeal, outcome=O.STANDS, reasons="x", by=arbiter)
    second = AppealDecision(appeal=appeal, instance=2, outcome=O.STANDS, by=arbiter, at=timezone.now())
    second.reasons = "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_who_marked_the_contestant_does_not_arbitrate(contest, release, clock):
    measuring = Sheet.objects.get(code__number="W-89", seat__role="measuring").seat.user
    make_seat(contest, "arbiter", user=measuring)
    with pytest.raises(PermissionDenied, match="marked"):
        appeal_decisions.admit(appeal=file(contest), by=measuring)


def test_who_is_tied_to_the_contestant_does_not_arbitrate(contest, release, arbiter):
    own = make_worker(user=arbiter)
    worker = entry_of(contest).worker
    ties.declare(one=own, other=worker, kind=Tie.Kind.KIN, note="")
    with pytest.raises(PermissionDenied, match="tied"):
        appeal_decisions.admit(appeal=file(contest), by=arbiter)
    assert appeal_decisions.admit(appeal=file(contest, number="C-002"), by=arbiter).state == "admitted"


def test_the_gate_closes_for_whoever_marks(contest, release, arbiter, organiser):
    file(contest)
    marking = Sheet.objects.filter(event=contest)[0].seat.user
    assert Appeal.objects.visible_to(arbiter).count() == 1
    assert Appeal.objects.visible_to(organiser).count() == 1
    assert not Appeal.objects.visible_to(marking).exists()
    make_seat(contest, "floor", user=organiser)
    assert not Appeal.objects.visible_to(organiser).exists()


# --- what follows ----------------------------------------------------------------------------------------------------


def test_nothing_is_carried_out_while_the_second_instance_can_be_asked(
    contest, release, arbiter, organiser, clock
):
    appeal = decided(contest, arbiter, O.DISQUALIFIED)
    with pytest.raises(appeals.AppealRefused, match="second"):
        appeal_effects.carry_out(appeal=appeal, by=organiser)
    clock.pass_(minutes=61)
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    assert entry_of(contest).state == Entry.State.DISQUALIFIED


def test_a_decision_carried_out_stands_in_the_next_version_with_its_number(
    contest, release, arbiter, organiser, clock
):
    appeal = decided(contest, arbiter, O.DISQUALIFIED, public_reason="Another person played")
    clock.pass_(minutes=61)
    contest.refresh_from_db()
    clock.pass_(days=30)
    assert any("A-001" in words for words in _final_blockers(contest))
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    second = releases.publish(event=contest, by=organiser, reason="Decision on an appeal")
    assert second.amendments["causes"] == [
        {"kind": "appeal", "number": "A-001", "entry": "C-001", "text": "Another person played"}
    ]
    assert second.rows.get(contestant_no="C-001").status == "disqualified"
    assert appeal.decisions.get().released_in == second
    assert json.loads(second.body)["amendments"] == second.amendments


def _final_blockers(event):
    with pytest.raises(releases.PublishingBlocked) as caught:
        releases.finalise(event=event, by=make_user("organiser"))
    return [str(getattr(blocker, "message", blocker)) for blocker in caught.value.blockers]


def test_a_time_credit_counts_in_the_next_result(contest, release, arbiter, organiser, clock):
    code = Code.objects.get(event=contest, layer="station", parent__number="C-001")
    start = clock.now - timedelta(hours=4)
    PlayRecord.objects.create(code=code, started_at=start, ended_at=clock.now, by=organiser)
    appeal = decided(contest, arbiter, O.TIME, seconds=600)
    clock.pass_(minutes=61)
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    assert TimeCredit.objects.get().seconds == 600
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    assert TimeCredit.objects.count() == 1
    second = releases.publish(event=contest, by=organiser, reason="Time credited")
    given = {e["entry"]: e["elapsed_seconds"] for e in json.loads(second.body)["entries"]}
    assert given["C-001"] == 4 * 3600 - 600


def test_a_corrected_mark_waits_for_its_correction_order(contest, release, arbiter, organiser, clock):
    appeal = decided(contest, arbiter, O.CORRECTED, public_reason="Six points are good")
    clock.pass_(minutes=61)
    with pytest.raises(appeals.AppealRefused, match="correction order"):
        appeal_effects.carry_out(appeal=appeal, by=organiser)
    chief, supervisor = make_seat(contest, "chief").user, make_user("supervisor")
    make_seat(contest, "supervisor", user=supervisor)
    sheet = Sheet.objects.get(code__number="W-89", seat__role="measuring")
    order = corrections.request(
        event=contest,
        change=MarkChange(sheet, "A1.1", ["10"] * 6 + ["11"]),
        reason="Point 7 was read wrong",
        ground=appeal_effects.ground(appeal),
        by=chief,
    )
    with pytest.raises(appeals.AppealRefused, match="correction order"):
        appeal_effects.carry_out(appeal=appeal, by=organiser)
    corrections.approve(order=order, payload_hash=order.payload_hash, by=supervisor)
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    second = releases.publish(event=contest, by=organiser, reason="Decision on an appeal")
    found = [(cause["number"], cause["entry"]) for cause in second.amendments["causes"]]
    assert found == [("A-001", "C-001"), (order.label, "C-001")]
    assert second.amendments["changes"][0]["fields"]["total"] == ["31.00", "30.30"]


@pytest.mark.parametrize("fault", ["reasons", "public_reason"])
def test_a_decision_that_changes_the_result_gives_both_reasons(contest, release, arbiter, fault):
    appeal = file(contest)
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    given = {"reasons": "We looked", "public_reason": "Mistaken"} | {fault: " "}
    with pytest.raises(appeals.AppealRefused) as caught:
        appeal_decisions.decide(appeal=appeal, outcome=O.CORRECTED, by=arbiter, **given)
    assert caught.value.field == fault


def test_an_open_appeal_keeps_the_result_from_being_final(contest, release, arbiter, organiser, clock):
    appeal = file(contest)
    clock.pass_(days=30)
    assert any("A-001" in words for words in _final_blockers(contest))
    appeal_decisions.refuse(appeal=appeal, reasons="Not about own marks", by=arbiter)
    clock.pass_(hours=2)
    assert releases.finalise(event=contest, by=organiser).state == Event.State.FINAL
    appeal.refresh_from_db()
    assert appeal.state == "final"


def test_a_withdrawn_appeal_keeps_nothing(contest, release, organiser, clock):
    appeal = file(contest)
    appeals.withdraw(appeal=appeal, by=appeal.filed_by)
    clock.pass_(days=30)
    assert releases.finalise(event=contest, by=organiser).state == Event.State.FINAL
    with pytest.raises(appeals.AppealRefused):
        appeals.withdraw(appeal=decided_like(contest, appeal), by=appeal.filed_by)


def decided_like(event, appeal):
    Appeal.objects.filter(pk=appeal.pk).update(state="decided")
    appeal.refresh_from_db()
    return appeal


def test_the_ledger_names_nobody_and_none_of_the_words(contest, release, arbiter):
    appeal = decided(contest, arbiter)
    worker = entry_of(contest).worker
    lines = " ".join(Line.objects.filter(kind__startswith="appeal.").values_list("body", flat=True))
    assert str(appeal.uuid) in lines
    for word in (worker.name, worker.employer.name, "measures 10.00", "We looked"):
        assert word not in lines
    assert "measures 10.00" not in str(Appeal.objects.values("text"))


def test_evidence_rests_in_private_storage_under_the_appeal(contest, release):
    upload = CleanUpload(b"picture", "image/jpeg", ".jpg", "a" * 64, "b" * 64)
    appeal = file(contest, uploads=[upload])
    kept = appeal.files.get().file
    assert (kept.kind, kept.sha256, kept.worker) == ("evidence", "a" * 64, entry_of(contest).worker)
    assert "a" * 64 in Line.objects.get(kind="appeal.filed").body


def test_a_release_that_is_not_there_for_an_entry_gives_no_clock(contest, release):
    stranger = make_entry(contest)
    found = appeal_clocks.marks_clock(Entry.objects.select_related("event", "team").get(pk=stranger.pk))
    assert found.release == Release.objects.get()
