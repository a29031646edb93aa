"""Until when an appeal may be filed, for each subject and instance, and when its answer is overdue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competitions.domain import (
    appeal_clocks,
    appeal_decisions,
    appeals,
    releases,
)
from competitions.models import (
    Appeal,
    Code,
    Event,
    Mark,
    PlayRecord,
)
from tests.competitions.appealing import THREE, decided, entry_of, file, stopped_clock
from tests.competitions.contest import make_contest
from tests.factories import make_seat, make_user


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


# --- clocks ----------------------------------------------------------------------------------------------------------


def test_the_clock_for_marks_begins_with_the_publication(contest, release, clock):
    clock.pass_(minutes=119)
    appeal = file(contest)
    assert (appeal.known_from, appeal.known_at) == ("publication", release.published_at)
    assert appeal.file_by == release.appeals_until == release.published_at + timedelta(minutes=120)
    assert appeal.answer_by == clock.now + timedelta(minutes=120)
    assert not appeal.is_late


def test_after_its_time_an_appeal_is_refused_with_the_clock_explained(contest, release, clock):
    clock.pass_(minutes=121)
    with pytest.raises(appeals.AppealRefused) as caught:
        file(contest)
    until = timezone.localtime(release.appeals_until)
    assert f"{until:%Y-%m-%d %H:%M}" in str(caught.value)
    assert "publication" in str(caught.value)
    assert not Appeal.objects.exists()


def test_before_anything_is_published_nobody_appeals_about_marks(contest, clock):
    with pytest.raises(appeals.AppealRefused, match="published"):
        file(contest)


def test_the_clock_for_equipment_begins_with_the_end_of_play(contest, clock):
    code = Code.objects.get(event=contest, layer="station", parent__number="C-001")
    play = PlayRecord.objects.create(code=code, started_at=clock.now, by=make_user())
    assert appeal_clocks.bench_clock(entry_of(contest)).until is None  # still at work
    play.ended_at = clock.now + timedelta(hours=4)
    play.save()
    found = appeal_clocks.bench_clock(entry_of(contest))
    assert (found.known_from, found.until) == ("end_of_play", play.ended_at + timedelta(minutes=120))


def test_without_a_taken_time_the_clock_begins_with_the_end_of_the_session(contest, clock):
    session = contest.sessions.get()
    found = appeal_clocks.bench_clock(entry_of(contest))
    assert (found.known_from, found.known_at) == ("end_of_session", session.ends_at)


def test_a_new_version_starts_the_clock_again_only_for_whom_it_changes(contest, release, organiser, clock):
    clock.pass_(days=1)
    Mark.objects.filter(sheet__code__number="W-89", aspect="A1.1").update(values=["10"] * 6 + ["11"])
    second = releases.publish(event=contest, by=organiser, reason="Reading put right")
    assert [c["entry"] for c in second.amendments["changes"]] == ["C-001"]
    assert appeal_clocks.marks_clock(entry_of(contest, "C-001")).release == second
    assert appeal_clocks.marks_clock(entry_of(contest, "C-003")).release == release


def test_a_late_appeal_is_filed_for_cause_where_the_rules_let_and_admitted_with_a_reason(
    contest, release, arbiter, clock
):
    Event.objects.update(late_appeals=True)
    clock.pass_(hours=3)
    with pytest.raises(appeals.AppealRefused) as caught:
        file(contest)
    assert caught.value.field == "late_reason"
    appeal = file(contest, late_reason="In hospital")
    assert appeal.is_late
    with pytest.raises(appeals.AppealRefused, match="late"):
        appeal_decisions.admit(appeal=appeal, by=arbiter)
    assert appeal_decisions.admit(appeal=appeal, reason="Shown by paper", by=arbiter).state == "admitted"


def test_the_second_instance_has_its_own_hour(contest, release, arbiter, clock):
    appeal = decided(contest, arbiter)
    assert appeal.second_by == clock.now + timedelta(minutes=60)
    clock.pass_(minutes=61)
    with pytest.raises(appeals.AppealRefused, match="ended"):
        appeals.file_second(appeal=appeal, text="Look again", by=appeal.filed_by)
    assert appeal.is_over


def test_an_unanswered_appeal_is_overdue(contest, release, clock):
    appeal = file(contest)
    assert not Appeal.objects.overdue().exists()
    clock.pass_(minutes=121)
    assert list(Appeal.objects.overdue()) == [appeal]
    assert appeal.is_overdue
