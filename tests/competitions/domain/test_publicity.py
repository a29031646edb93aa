from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from competitions.domain import appeal_decisions, appeal_effects, appeals, publicity, releases, violations
from competitions.models import Appeal, Code, Entry, Event, Objection, Release, Seat, Violation
from craft_site.ledger.models import Line
from tests.competitions.contest import make_contest
from tests.factories import make_seat, make_user

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]
M = Violation.Measure


@pytest.fixture
def contest(db):
    return make_contest(THREE)


@pytest.fixture
def release(contest, organiser):
    found = releases.publish(event=contest, by=organiser)
    contest.refresh_from_db()
    return Release.objects.select_related("event").get(pk=found.pk)


def object_(release, **fields):
    fields.setdefault("client_id", uuid4())
    return publicity.object_to(
        release=release, name="Zhang Zyx", phone="13800001234", text="He did not work himself", **fields
    )


def test_an_objection_rests_sealed_and_the_ledger_does_not_tell_it(release):
    found = object_(release)
    row = str(Objection.objects.values("name", "phone", "text"))
    line = Line.objects.get(kind="objection.received").body
    for word in ("Zyx", "13800001234", "himself"):
        assert word not in row
        assert word not in line
    assert found.name.reveal() == "Zhang Zyx"


def test_the_same_form_twice_is_one_objection(release):
    token = uuid4()
    assert object_(release, client_id=token) == object_(release, client_id=token)


def test_after_the_days_of_notice_nobody_objects(release):
    Release.objects.update(notice_until=timezone.now())
    release.refresh_from_db()
    with pytest.raises(publicity.ObjectionRefused):
        object_(release)


def test_a_superseded_version_takes_no_objection(release, contest, organiser):
    Entry.objects.filter(contestant_code__number="C-002").update(state=Entry.State.DISQUALIFIED)
    releases.publish(event=contest, by=organiser, reason="Somebody else played")
    with pytest.raises(publicity.ObjectionRefused):
        object_(release)


def test_an_open_objection_keeps_the_result_from_being_final(release, contest, organiser):
    found = object_(release)
    Release.objects.update(notice_until=timezone.now())
    with pytest.raises(releases.PublishingBlocked, match="objection"):
        releases.finalise(event=contest, by=organiser)
    with pytest.raises(PermissionDenied):
        publicity.answer(objection=found, text="Looked into", by=make_user("worker"))
    publicity.answer(objection=found, text="Looked into", by=organiser)
    with pytest.raises(publicity.ObjectionRefused):
        publicity.answer(objection=found, text="Otherwise", by=organiser)
    assert releases.finalise(event=contest, by=organiser).state == Event.State.FINAL


# --- violations ------------------------------------------------------------------------------------------------------


def notice(event, by, *, number="", seat=None, **fields):
    code = Code.objects.get(event=event, number=number) if number else None
    fields.setdefault("client_id", uuid4())
    return violations.notice(
        event=event, code=code, seat=seat, text="Zyx saw it", happened_at=timezone.now(), by=by, **fields
    )


def test_one_notices_and_another_decides(contest):
    chief = make_seat(contest, "chief").user
    own = notice(contest, chief, number="S-01")
    with pytest.raises(PermissionDenied, match="Another"):
        violations.decide(violation=own, measure=M.DISQUALIFY, reason="x", public_reason="x", by=chief)
    own.decided_by = chief
    with pytest.raises(IntegrityError), transaction.atomic():
        own.save()


def test_a_supervisor_decides_what_the_chief_judge_noticed_and_nothing_else(contest):
    chief, supervisor = make_seat(contest, "chief").user, make_seat(contest, "supervisor").user
    own = notice(contest, chief, number="S-01")
    other = notice(contest, make_seat(contest, "arbiter").user, number="S-02")
    assert [seat.user for seat in violations.who_decides(own)] == [supervisor]
    assert [seat.user for seat in violations.who_decides(other)] == [chief]
    with pytest.raises(PermissionDenied):
        violations.dismiss(violation=other, reason="x", by=supervisor)
    with pytest.raises(PermissionDenied):
        violations.dismiss(violation=own, reason="x", by=make_seat(contest, "committee").user)
    violations.decide(
        violation=own, measure=M.DISQUALIFY, reason="x", public_reason="Another played", by=supervisor
    )
    own.refresh_from_db()
    assert (own.state, own.decided_by) == (Violation.State.DECIDED, supervisor)


def test_a_cancelled_result_reaches_the_public_by_a_new_version_with_its_number(contest, release, organiser):
    chief = make_seat(contest, "chief").user
    found = notice(contest, organiser, number="S-02")
    violations.decide(
        violation=found, measure=M.DISQUALIFY, reason="Zyx played", public_reason="Another played", by=chief
    )
    second = releases.publish(event=contest, by=organiser, reason="A result is cancelled")
    assert second.amendments["causes"] == [
        {"kind": "violation", "number": "V-001", "entry": "C-002", "text": "Another played"}
    ]
    assert second.rows.get(contestant_no="C-002").rank is None
    body = " ".join(Line.objects.filter(kind__startswith="violation.").values_list("body", flat=True))
    assert "Zyx" not in body
    assert str(found.uuid) in body


def test_an_appeal_lifts_a_cancelled_result(contest, release, organiser, monkeypatch):
    chief, arbiter = make_seat(contest, "chief").user, make_seat(contest, "arbiter").user
    found = notice(contest, organiser, number="S-02")
    violations.decide(
        violation=found, measure=M.DISQUALIFY, reason="x", public_reason="Another played", by=chief
    )
    entry = Entry.objects.select_related("event", "worker", "team").get(contestant_code__number="C-002")
    appeal = appeals.file(
        entry=entry,
        subject=Appeal.Subject.MEASURE,
        violation=Violation.objects.select_related("code", "seat", "event").get(),
        text="It was me",
        client_id=uuid4(),
        by=entry.worker.user,
    )
    assert appeal.known_from == "decision"
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    appeal_decisions.decide(
        appeal=appeal, outcome="corrected", reasons="Shown", public_reason="Shown", by=arbiter
    )
    Appeal.objects.update(second_by=timezone.now())
    appeal_effects.carry_out(appeal=appeal, by=organiser)
    entry.refresh_from_db()
    assert entry.state == Entry.State.CHECKED_IN
    assert Violation.objects.get().state == "lifted"


def test_a_judge_removed_from_the_panel_loses_the_seat(contest, organiser):
    supervisor = make_seat(contest, "supervisor", user=make_user("supervisor")).user
    seat = Seat.objects.filter(event=contest, role="result")[0]
    found = notice(contest, supervisor, seat=seat)
    violations.decide(violation=found, measure=M.REMOVED, reason="Altered a reading", by=organiser)
    seat.refresh_from_db()
    assert seat.left_at is not None
    assert Violation.objects.get().measure == "removed"


def test_measures_for_judges_and_for_contestants_are_not_mixed(contest, organiser):
    seat = Seat.objects.filter(event=contest, role="result")[0]
    supervisor = make_seat(contest, "supervisor", user=make_user("supervisor")).user
    found = notice(contest, supervisor, seat=seat)
    with pytest.raises(violations.ViolationRefused):
        violations.decide(violation=found, measure=M.DISQUALIFY, reason="x", public_reason="x", by=organiser)


def test_after_the_lock_no_penalty_is_given_without_an_order(contest, organiser):
    chief = make_seat(contest, "chief").user
    found = notice(contest, organiser, number="S-01")
    with pytest.raises(violations.ViolationRefused, match="correction order"):
        violations.decide(violation=found, measure=M.STOP, rule="P1", reason="x", by=chief)


def test_who_marks_reads_no_violation(contest, organiser):
    notice(contest, organiser, number="S-01")
    marking = Seat.objects.filter(event=contest, role="result")[0].user
    assert not Violation.objects.visible_to(marking).exists()
    with pytest.raises(PermissionDenied):
        notice(contest, marking, number="S-02")
