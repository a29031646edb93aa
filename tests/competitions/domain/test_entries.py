"""An entry's life: drafts, handing in once, the clocks, the table of moves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from competitions.domain import entries, entry_papers
from competitions.models import EligibilityRule, Entry, EntryStep, Event
from craft_site.kit.private_files import private_storage
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.models import Line
from craft_site.people.models import PrivateFile
from tests.factories import (
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
def me(employer):
    return make_user("worker")


@pytest.fixture
def draft(event, employer, me):
    """A draft with every answer given."""
    worker = make_worker(employer=employer, user=me, sex="m")
    worker.photo = PrivateFile.objects.create(
        kind="photo",
        worker=worker,
        name=f"aa/{worker.uuid.hex}.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="x",
    )
    worker.save()
    entry = entries.start(event=event, worker=worker, by=me)
    entries.answer(entry=entry, by=me, trade_years=5, insured_months=12, emergency_contact="Kin 13900000000")
    return entries.agree(entry=entry, rules=True, publicity=False, by=me)


def test_starting_twice_gives_the_same_draft(draft, me):
    assert entries.start(event=draft.event, worker=draft.worker, by=me).pk == draft.pk


def test_an_official_of_the_event_cannot_enter_it(event, me):
    worker = make_worker(user=me)
    make_seat(event, "result", user=me)
    with pytest.raises(entries.EntryRefused):
        entries.start(event=event, worker=worker, by=me)


def test_handing_in_twice_counts_once(draft, me):
    first = entries.submit(entry=draft, by=me)
    again = entries.submit(entry=draft, by=me)
    assert (first.reference, first.state) == (again.reference, again.state)
    assert EntryStep.objects.filter(entry=draft).count() == 1
    assert Line.objects.filter(kind="entry.unit_ok").count() == 1


def test_without_a_contact_of_the_employer_it_goes_straight_to_the_office(draft, me):
    assert entries.submit(entry=draft, by=me).state == S.UNIT_OK


def test_with_a_contact_it_waits_for_the_employer(draft, me, employer_contact):
    assert entries.submit(entry=draft, by=me).state == S.SUBMITTED


def test_reference_numbers_follow_the_event_and_its_order(draft, me):
    prefix = draft.event.code.upper()
    assert entries.submit(entry=draft, by=me).reference == f"{prefix}-0001"
    assert entries.next_reference(draft.event) == f"{prefix}-0002"


def test_a_long_event_code_still_makes_a_reference_that_fits():
    prefix = entries.reference_prefix("a-very-long-code-of-an-event-2025")
    other = entries.reference_prefix("a-very-long-code-of-an-event-2026")
    assert len(f"{prefix}-0001") <= 24
    assert prefix != other


def test_the_ledger_knows_an_entry_by_its_uuid_alone(draft, me):
    entry = entries.submit(entry=draft, by=me)
    bodies = " ".join(Line.objects.values_list("body", flat=True))
    assert str(entry.uuid) in bodies
    for secret in (
        entry.worker.name,
        entry.worker.id_number.reveal(),
        entry.worker.mobile.reveal(),
        entry.reference,
    ):
        assert secret not in bodies


def test_nothing_can_be_handed_in_after_the_closing_time(draft, me):
    Event.objects.filter(pk=draft.event_id).update(registration_closes=timezone.now() - timedelta(minutes=1))
    with pytest.raises(entries.EntryRefused, match="closed"):
        entries.submit(entry=draft, by=me)
    draft.refresh_from_db()
    assert (draft.state, draft.reference) == (S.DRAFT, None)


def test_a_returned_entry_can_be_corrected_after_the_closing_time_until_its_own_date(draft, me):
    Event.objects.filter(pk=draft.event_id).update(
        registration_closes=timezone.now() - timedelta(days=1), state=Event.State.ELIGIBILITY
    )
    Entry.objects.filter(pk=draft.pk).update(state=S.RETURNED, due_at=timezone.now() + timedelta(days=1))
    draft.refresh_from_db()
    entries.answer(entry=draft, by=me, trade_years=6)
    assert entries.submit(entry=draft, by=me).state == S.UNIT_OK


def test_a_returned_entry_cannot_be_corrected_after_its_date(draft, me):
    Entry.objects.filter(pk=draft.pk).update(state=S.RETURNED, due_at=timezone.now() - timedelta(minutes=1))
    draft.refresh_from_db()
    with pytest.raises(entries.EntryRefused, match="corrections"):
        entries.submit(entry=draft, by=me)
    with pytest.raises(entries.EntryRefused):
        entries.answer(entry=draft, by=me, trade_years=6)


def test_missing_answers_are_named(event, employer, me):
    entry = entries.start(event=event, worker=make_worker(employer=employer, user=me), by=me)
    assert [section for section, _words in entries.missing(entry)] == [
        "details",
        "details",
        "papers",
        "consents",
    ]
    with pytest.raises(entries.EntryRefused, match="photo"):
        entries.submit(entry=entry, by=me)


def test_a_hard_rule_not_met_refuses_and_names_the_rule(draft, me):
    EligibilityRule.objects.create(event=draft.event, kind="trade_years", value="10")
    EligibilityRule.objects.create(event=draft.event, kind="min_age", value="99", hard=False)
    with pytest.raises(entries.NotEligible, match="At least 10 years in the trade") as refusal:
        entries.submit(entry=draft, by=me)
    assert "99" not in str(refusal.value)
    assert set(draft.findings.values_list("outcome", flat=True)) == {"not_met"}
    draft.refresh_from_db()
    assert draft.state == S.DRAFT


def test_a_soft_rule_not_met_only_warns(draft, me):
    EligibilityRule.objects.create(event=draft.event, kind="min_age", value="99", hard=False)
    assert entries.submit(entry=draft, by=me).state == S.UNIT_OK


def test_a_withdrawn_entry_may_be_started_again_and_keeps_its_number(draft, me):
    reference = entries.submit(entry=draft, by=me).reference
    draft.refresh_from_db()
    entries.withdraw(entry=draft, by=me)
    entry = entries.start(event=draft.event, worker=draft.worker, by=me)
    assert entry.state == S.DRAFT
    assert entries.submit(entry=entry, by=me).reference == reference


def test_nobody_starts_from_a_page_that_was_read_before_the_registration_closed(event, employer, me):
    worker = make_worker(employer=employer, user=me)
    Event.objects.filter(pk=event.pk).update(state=Event.State.ELIGIBILITY)
    with pytest.raises(entries.EntryRefused):
        entries.start(event=event, worker=worker, by=me)
    assert not worker.entries.exists()


def test_a_consent_sent_twice_at_once_counts_once(draft, me):
    also_read = Entry.objects.get(pk=draft.pk)
    entries.set_publicity(entry=draft, agreed=True, by=me)
    entries.set_publicity(entry=also_read, agreed=True, by=me)
    assert Line.objects.filter(kind="entry.publicity").count() == 1


def test_the_rules_stay_agreed_when_the_form_was_open_while_the_entry_was_handed_in(draft, me):
    also_read = Entry.objects.get(pk=draft.pk)
    entries.submit(entry=draft, by=me)
    with pytest.raises(entries.EntryRefused, match="handed in"):
        entries.agree(entry=also_read, rules=False, publicity=False, by=me)
    draft.refresh_from_db()
    assert draft.agreed_rules_at is not None


def test_nobody_withdraws_here_once_the_event_is_frozen(draft, me):
    """Although the page was read before."""
    Event.objects.filter(pk=draft.event_id).update(state=Event.State.FROZEN)
    with pytest.raises(entries.EntryRefused):
        entries.withdraw(entry=draft, by=me)


def test_consent_to_be_named_is_asked_apart_and_can_be_taken_back_at_any_time(draft, me):
    entry = entries.submit(entry=draft, by=me)
    assert (entry.agreed_rules_at is not None, entry.agreed_publicity_at) == (True, None)
    entries.set_publicity(entry=entry, agreed=True, by=me)
    entries.set_publicity(entry=entry, agreed=False, by=me)
    entry.refresh_from_db()
    assert entry.agreed_publicity_at is None
    assert Line.objects.filter(kind="entry.publicity").count() == 2


@pytest.mark.parametrize("before", S.values)
@pytest.mark.parametrize("after", S.values)
def test_only_the_moves_of_the_table_are_made(event, organiser, before, after):
    entry = make_entry(event, state=before)
    if after in entries.MOVES[before]:
        assert entries.move(entry=entry, to=after, by=organiser).state == after
        assert entry.steps.get().to_state == after
    elif after != before:
        with pytest.raises(entries.EntryRefused):
            entries.move(entry=entry, to=after, by=organiser)
        assert not entry.steps.exists()


def test_a_move_from_an_outdated_copy_is_refused(event, organiser):
    entry = make_entry(event, state=S.UNIT_OK)
    stale = Entry.objects.select_related("event").get(pk=entry.pk)
    entries.move(entry=entry, to=S.ACCEPTED, by=organiser)
    with pytest.raises(entries.EntryRefused, match="meanwhile"):
        entries.move(entry=stale, to=S.REFUSED, by=organiser)


def ready_draft(event, employer):
    user = make_user("worker")
    worker = make_worker(employer=employer, user=user)
    worker.photo = PrivateFile.objects.create(
        kind="photo",
        worker=worker,
        name=f"aa/{worker.uuid.hex}.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="x",
    )
    worker.save()
    return make_entry(
        event,
        worker=worker,
        state=S.DRAFT,
        reference=None,
        trade_years=5,
        emergency_contact="Kin",
        agreed_rules_at=timezone.now(),
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_employers_quota_holds_when_all_hand_in_at_the_same_moment():
    if connection.vendor != "postgresql":
        pytest.skip("threads race on PostgreSQL; SQLite has one writer")
    event, employer = make_event(trade=make_trade()), make_employer()
    EligibilityRule.objects.create(event=event, kind="employer_quota", value="3")
    drafts = [ready_draft(event, employer) for _ in range(8)]

    def hand_in(entry):
        try:
            return entries.submit(entry=entry, by=entry.worker.user).reference
        except entries.NotEligible:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        references = [reference for reference in pool.map(hand_in, drafts) if reference]
    assert len(references) == len(set(references)) == 3
    assert Entry.objects.filter(event=event, state=S.UNIT_OK).count() == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_entry_sent_from_two_tabs_at_once_is_handed_in_once():
    if connection.vendor != "postgresql":
        pytest.skip("threads race on PostgreSQL; SQLite has one writer")
    draft = ready_draft(make_event(), make_employer())

    def hand_in(_number):
        try:
            return entries.submit(entry=draft, by=draft.worker.user).reference
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(hand_in, range(6)))) == 1
    assert EntryStep.objects.filter(entry=draft).count() == 1


def test_a_paper_sent_twice_is_kept_once_and_removed_with_its_file(draft, me):
    upload = CleanUpload(b"%PDF-1.7 x", "application/pdf", ".pdf", "a" * 64, "b" * 64, pages=1)
    first = entry_papers.upload_paper(entry=draft, kind="insurance", upload=upload, by=me)
    assert entry_papers.upload_paper(entry=draft, kind="insurance", upload=upload, by=me).pk == first.pk
    assert private_storage().exists(first.file.name)
    entry_papers.remove_paper(entry=draft, paper=first, by=me)
    assert not PrivateFile.objects.filter(pk=first.file_id).exists()


def test_papers_of_an_entry_that_was_handed_in_stay(draft, me):
    upload = CleanUpload(b"%PDF-1.7 x", "application/pdf", ".pdf", "c" * 64, "d" * 64, pages=1)
    paper = entry_papers.upload_paper(entry=draft, kind="other", upload=upload, by=me)
    entries.submit(entry=draft, by=me)
    with pytest.raises(entries.EntryRefused):
        entry_papers.remove_paper(entry=draft, paper=paper, by=me)
