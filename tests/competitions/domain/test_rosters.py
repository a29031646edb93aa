"""An employer's roster: all rows or none, corrected and never doubled, and the file does not stay."""

import pytest

from competitions.domain import entries, rosters
from competitions.files import roster as roster_file
from competitions.models import EligibilityRule, Entry, Event
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.kit.private_files import open_private, private_storage
from craft_site.ledger.models import Line
from craft_site.people.domain import roster_uploads
from craft_site.people.models import Employment, PrivateFile, Qualification, Worker
from tests.competitions.rosters import line, workbook
from tests.factories import (
    citizen_number,
    make_employer,
    make_entry,
    make_event,
    make_seat,
    make_trade,
    make_user,
    make_worker,
)

S = Entry.State


@pytest.fixture
def event(db):
    return make_event(trade=make_trade())


def load(event, employer, by, *given):
    lines, faults, _warnings = roster_file.read(workbook(*given))
    assert not faults
    return rosters.load(event=event, employer=employer, lines=lines, by=by)


def test_a_roster_makes_workers_entries_and_certificates(event, employer, employer_contact):
    made = load(
        event,
        employer,
        employer_contact,
        line(1, grade="Level 3, senior (高级工)", certificate_no="S000033010123243000001", publicity="Yes"),
        line(2),
    )
    assert made.counts() == {"new": 2, "corrected": 0, "unchanged": 0}
    first, second = Entry.objects.order_by("pk")
    assert {first.state, second.state} == {S.UNIT_OK}
    assert None not in (first.reference, second.reference)
    assert first.reference != second.reference
    assert (first.agreed_publicity_at is not None, second.agreed_publicity_at) == (True, None)
    assert first.worker.birth.reveal() == "1990-01-01"
    assert Qualification.objects.get().source == Qualification.Source.ROSTER
    assert Employment.objects.filter(employer=employer, until=None).count() == 2


def test_the_same_roster_again_changes_nothing(event, employer, employer_contact):
    load(event, employer, employer_contact, line(1), line(2))
    again = load(event, employer, employer_contact, line(1), line(2))
    assert again.counts() == {"new": 0, "corrected": 0, "unchanged": 2}
    assert (Worker.objects.count(), Entry.objects.count()) == (2, 2)
    assert Line.objects.filter(kind="roster.loaded").count() == 1


def test_a_corrected_row_corrects_its_entry(event, employer, employer_contact):
    load(event, employer, employer_contact, line(1), line(2))
    made = load(
        event, employer, employer_contact, line(1, trade_years=9, mobile="13900000009"), line(2), line(3)
    )
    assert made.counts() == {"new": 1, "corrected": 1, "unchanged": 1}
    entry = Entry.objects.get(worker__name="Roster B")
    assert (entry.trade_years, entry.worker.mobile.reveal()) == (9, "13900000009")


def test_one_faulty_row_stops_the_whole_roster(event, employer, employer_contact):
    lines, faults, _warnings = roster_file.read(
        workbook(line(1), line(2, id_number="330784199001010000"), line(3, mobile="123", trade_years=99))
    )
    assert [(f.row, f.column) for f in faults] == [(3, "id_number"), (4, "mobile"), (4, "trade_years")]
    assert len(lines) == 1
    assert not Worker.objects.exists()


def test_faults_name_the_cell_and_never_repeat_the_number(event):
    wrong = "330784199001010000"
    _lines, faults, _warnings = roster_file.read(workbook(line(1, id_number=wrong)))
    assert "B2" in faults[0].message
    assert wrong not in faults[0].message


def test_the_same_worker_twice_in_a_file_is_a_fault(event, employer, employer_contact):
    lines, _faults, _warnings = roster_file.read(workbook(line(1), line(1)))
    plan = rosters.plan(event=event, employer=employer, lines=lines)
    assert [(f.row, f.column) for f in plan.faults] == [(3, "id_number")]


def test_a_hard_rule_is_named_by_row_and_nothing_is_loaded(event, employer, employer_contact):
    EligibilityRule.objects.create(event=event, kind="trade_years", value="3")
    with pytest.raises(rosters.RosterRefused) as refusal:
        load(event, employer, employer_contact, line(1), line(2, trade_years=1))
    assert [(f.row, f.column) for f in refusal.value.faults] == [(3, "trade_years")]
    assert not Worker.objects.exists()


def test_the_quota_counts_the_rows_of_the_file_itself(event, employer, employer_contact):
    EligibilityRule.objects.create(event=event, kind="employer_quota", value="2")
    with pytest.raises(rosters.RosterRefused) as refusal:
        load(event, employer, employer_contact, line(1), line(2), line(3))
    assert [f.row for f in refusal.value.faults] == [4]
    load(event, employer, employer_contact, line(1), line(2))
    assert load(event, employer, employer_contact, line(1), line(2)).count("unchanged") == 2


def test_a_roster_renames_nobody(event, employer, employer_contact):
    make_worker("Someone Else", id_number=citizen_number(1))
    with pytest.raises(rosters.RosterRefused) as refusal:
        load(event, employer, employer_contact, line(1))
    assert "Someone Else" not in str([f.message for f in refusal.value.faults])


def test_a_roster_enters_nobody_who_judges_the_event(event, employer, employer_contact):
    judge = make_user("worker", "judge")
    make_worker("Roster B", id_number=citizen_number(1), employer=employer, user=judge)
    make_seat(event, "result", user=judge)
    with pytest.raises(rosters.RosterRefused) as refusal:
        load(event, employer, employer_contact, line(1), line(2))
    assert [(f.row, f.column) for f in refusal.value.faults] == [(2, "id_number")]
    assert not Entry.objects.exists()


def test_a_worker_with_an_account_at_another_firm_is_not_moved(event, employer, employer_contact):
    other = make_employer()
    make_worker("Roster B", id_number=citizen_number(1), employer=other, user=make_user("worker"))
    with pytest.raises(rosters.RosterRefused):
        load(event, employer, employer_contact, line(1))
    assert Worker.objects.get().employer == other


def test_a_roster_does_not_touch_the_profile_of_somebody_with_an_account(event, employer, employer_contact):
    worker = make_worker("Roster B", id_number=citizen_number(1), employer=employer, user=make_user("worker"))
    before = worker.mobile.reveal()
    load(event, employer, employer_contact, line(1))
    assert Worker.objects.get().mobile.reveal() == before


def test_a_draft_of_the_worker_is_handed_in_and_a_waiting_entry_is_passed(event, employer, employer_contact):
    mine = make_worker("Roster B", id_number=citizen_number(1), employer=employer)
    waiting = make_worker("Roster C", id_number=citizen_number(2), employer=employer)
    make_entry(event, worker=mine, state=S.DRAFT, reference=None)
    make_entry(event, worker=waiting, state=S.SUBMITTED)
    made = load(event, employer, employer_contact, line(1), line(2))
    assert made.counts() == {"new": 1, "corrected": 1, "unchanged": 0}
    assert set(Entry.objects.values_list("state", flat=True)) == {S.UNIT_OK}


@pytest.mark.parametrize("state", [S.ACCEPTED, S.REFUSED, S.DISQUALIFIED])
def test_what_the_office_has_decided_a_roster_does_not_change(event, employer, employer_contact, state):
    worker = make_worker("Roster B", id_number=citizen_number(1), employer=employer)
    make_entry(event, worker=worker, state=state, trade_years=1)
    with pytest.raises(rosters.RosterRefused):
        load(event, employer, employer_contact, line(1))


def test_an_employer_loads_nothing_after_the_closing_time_but_the_office_may(
    event, employer, employer_contact, organiser
):
    Event.objects.filter(pk=event.pk).update(state=Event.State.ELIGIBILITY)
    with pytest.raises(rosters.RosterRefused):
        load(event, employer, employer_contact, line(1))
    assert load(event, employer, organiser, line(1)).count("new") == 1


@pytest.mark.parametrize("rows", [1, 40])
def test_a_plan_costs_the_same_queries_at_any_size(event, employer, rows, django_assert_max_num_queries):
    lines, _faults, _warnings = roster_file.read(workbook(*(line(n) for n in range(1, rows + 1))))
    with django_assert_max_num_queries(8):
        rosters.plan(event=event, employer=employer, lines=lines)


def test_an_uploaded_roster_rests_sealed(event, employer_contact):
    content = workbook(line(1))
    file = roster_uploads.keep_upload(content=content, by=employer_contact)
    with open_private(file.name) as stored:
        assert citizen_number(1).encode() not in stored.read()
    assert roster_uploads.read_upload(file=file) == content


def test_the_job_loads_once_and_its_file_is_gone(
    event, employer, employer_contact, django_capture_on_commit_callbacks
):
    file = roster_uploads.keep_upload(content=workbook(line(1), line(2)), by=employer_contact)
    payload = {"event": event.code, "employer": employer.pk, "upload": file.pk}
    job = queue.enqueue("competitions.load_roster", payload=payload, by=employer_contact)
    with django_capture_on_commit_callbacks(execute=True):
        assert queue.run_job(job.pk)
    assert Job.objects.get().result == {"new": 2, "corrected": 0, "unchanged": 0}
    assert not PrivateFile.objects.exists()
    assert not private_storage().exists(file.name)
    again = queue.enqueue("competitions.load_roster", payload=payload, by=employer_contact)
    assert queue.run_job(again.pk)
    assert Entry.objects.count() == 2


def test_a_refused_job_says_why_and_keeps_no_file(event, employer, employer_contact):
    EligibilityRule.objects.create(event=event, kind="trade_years", value="30")
    file = roster_uploads.keep_upload(content=workbook(line(1)), by=employer_contact)
    payload = {"event": event.code, "employer": employer.pk, "upload": file.pk}
    job = queue.enqueue("competitions.load_roster", payload=payload, by=employer_contact)
    assert not queue.run_job(job.pk)
    job.refresh_from_db()
    assert "30 years" in job.error
    assert not PrivateFile.objects.exists()


def test_the_empty_workbook_can_be_filled_in_and_read(event):
    lines, faults, warnings = roster_file.read(roster_file.empty_roster(event).content())
    assert (lines, warnings) == ([], [])
    assert [fault.row for fault in faults] == [0]  # no rows yet: the file as a whole


def test_what_a_contestant_wrote_alone_stays_theirs(event, employer, employer_contact):
    me = make_user("worker")
    worker = make_worker("Roster B", id_number=citizen_number(1), employer=employer, user=me)
    entry = make_entry(event, worker=worker, state=S.SUBMITTED, reference=None)
    entries.set_publicity(entry=entry, agreed=True, by=me)
    load(event, employer, employer_contact, line(1, publicity="No"))
    entry.refresh_from_db()
    assert entry.agreed_publicity_at is not None


def test_a_row_with_one_bad_cell_names_its_other_faults_too(db):
    """A number of years that is no number hides neither the bad telephone number nor the bad document."""
    given = line(1, trade_years="many", mobile="123", id_number="330784199001010000", name="")
    lines, faults, _warnings = roster_file.read(workbook(given))
    assert lines == []
    assert sorted(fault.column for fault in faults) == ["id_number", "mobile", "name", "trade_years"]


def test_a_certificate_is_not_blamed_for_the_cell_beside_it(db):
    given = line(1, grade="x" * 300, certificate_no="S000033010123243000001")
    _lines, faults, _warnings = roster_file.read(workbook(given))
    assert [fault.column for fault in faults] == ["grade"]
