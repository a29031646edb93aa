"""Deciding on entries: who, from which state, with which reason, and what many decisions at once do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competitions import roles
from competitions.domain import entries, reviews
from competitions.domain.reviews import Decision
from competitions.models import EligibilityRule, Entry, Event
from craft_site.ledger.models import Line
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

S = Entry.State


@pytest.fixture
def submitted(event, worker):
    return make_entry(event, worker=worker, state=S.SUBMITTED)


@pytest.fixture
def waiting(event, worker):
    return make_entry(event, worker=worker, state=S.UNIT_OK)


def test_the_employer_passes_then_the_office_accepts(submitted, employer_contact, reviewer):
    reviews.decide(entry=submitted, decision=Decision.PASS, by=employer_contact)
    entry = reviews.decide(entry=submitted, decision=Decision.ACCEPT, by=reviewer)
    assert entry.state == S.ACCEPTED
    assert list(entry.steps.values_list("from_state", "to_state")) == [
        (S.SUBMITTED, S.UNIT_OK),
        (S.UNIT_OK, S.ACCEPTED),
    ]


def test_the_same_decision_sent_again_changes_nothing(waiting, reviewer):
    reviews.decide(entry=waiting, decision=Decision.ACCEPT, by=reviewer)
    reviews.decide(entry=waiting, decision=Decision.ACCEPT, by=reviewer)
    assert waiting.steps.count() == 1


@pytest.mark.parametrize("decision", reviews.NEEDS_REASON)
def test_who_returns_refuses_or_reopens_gives_a_reason(event, reviewer, decision):
    state = S.ACCEPTED if decision is Decision.REOPEN else S.UNIT_OK
    entry = make_entry(event, state=state)
    with pytest.raises(entries.EntryRefused, match="reason"):
        reviews.decide(entry=entry, decision=decision, by=reviewer, reason="  ")


def test_the_office_passes_in_the_employers_place_only_with_a_reason(submitted, reviewer):
    with pytest.raises(entries.EntryRefused):
        reviews.decide(entry=submitted, decision=Decision.PASS, by=reviewer)
    reviews.decide(entry=submitted, decision=Decision.PASS, by=reviewer, reason="The firm confirmed on paper")
    submitted.refresh_from_db()
    assert submitted.state == S.UNIT_OK


def test_a_returned_entry_has_the_events_days_to_be_corrected(waiting, reviewer):
    entry = reviews.decide(
        entry=waiting, decision=Decision.RETURN, by=reviewer, reason="The photo is blurred"
    )
    expected = timezone.now() + timedelta(days=waiting.event.return_days)
    assert abs(entry.due_at - expected) < timedelta(minutes=1)


def test_a_date_for_corrections_lies_ahead(waiting, reviewer):
    with pytest.raises(entries.EntryRefused, match="ahead"):
        reviews.decide(
            entry=waiting,
            decision=Decision.RETURN,
            by=reviewer,
            reason="x",
            due_at=timezone.now() - timedelta(hours=1),
        )


def test_reasons_stay_out_of_the_ledger(waiting, reviewer):
    reviews.decide(
        entry=waiting, decision=Decision.REFUSE, by=reviewer, reason="Zhang San has no certificate"
    )
    assert "Zhang" not in " ".join(Line.objects.values_list("body", flat=True))
    assert waiting.steps.get().reason == "Zhang San has no certificate"


def test_nobody_decides_once_the_list_is_out(waiting, reviewer):
    Event.objects.filter(pk=waiting.event_id).update(state=Event.State.BRIEFED)
    with pytest.raises(entries.EntryRefused):
        reviews.decide(entry=waiting, decision=Decision.ACCEPT, by=reviewer)


def test_no_more_are_accepted_than_the_event_has_places(event, reviewer):
    Event.objects.filter(pk=event.pk).update(places=2)
    waiting = [make_entry(event, state=S.UNIT_OK) for _ in range(3)]
    outcome = reviews.decide_many(entries=waiting, decision=Decision.ACCEPT, by=reviewer)
    assert outcome.decided == waiting[:2]
    assert [entry for entry, _why in outcome.refused] == waiting[2:]


def test_one_entry_that_cannot_be_decided_does_not_stop_the_others(event, reviewer):
    good, bad = make_entry(event, state=S.UNIT_OK), make_entry(event, state=S.DRAFT)
    outcome = reviews.decide_many(entries=[bad, good], decision=Decision.ACCEPT, by=reviewer)
    assert (outcome.decided, [entry for entry, _why in outcome.refused]) == ([good], [bad])


def test_a_refused_contestant_may_ask_once_for_a_second_look(event, reviewer, worker):
    me = make_user("worker")
    entry = make_entry(event, worker=worker, state=S.UNIT_OK)
    reviews.decide(entry=entry, decision=Decision.REFUSE, by=reviewer, reason="No certificate")
    again = reviews.ask_again(entry=entry, by=me, reason="The certificate is in my profile now")
    assert again.state == S.UNIT_OK
    reviews.decide(entry=entry, decision=Decision.REFUSE, by=reviewer, reason="It is of another trade")
    with pytest.raises(entries.EntryRefused, match="already"):
        reviews.ask_again(entry=entry, by=me, reason="Please")


@pytest.mark.parametrize("state", [S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED])
def test_nothing_but_a_refusal_is_looked_at_again(event, worker, state):
    """Else a draft would come to the office unread by the rules, and a waiting entry past its employer."""
    entry = make_entry(event, worker=worker, state=state)
    with pytest.raises(entries.EntryRefused, match="Only a refused entry"):
        reviews.ask_again(entry=entry, by=make_user("worker"), reason="Please")
    entry.refresh_from_db()
    assert (entry.state, entry.steps.count()) == (state, 0)


def test_whoever_was_refused_and_judges_now_is_not_looked_at_again(event, employer):
    me = make_user("worker", "judge")
    entry = make_entry(event, worker=make_worker(employer=employer, user=me), state=S.REFUSED)
    make_seat(event, "result", user=me)
    with pytest.raises(entries.EntryRefused, match="Judges and officials"):
        reviews.ask_again(entry=entry, by=me, reason="Please")


def test_a_second_look_does_not_widen_a_firms_quota(event, employer, reviewer):
    EligibilityRule.objects.create(event=event, kind="employer_quota", value="2")
    late = make_entry(event, worker=make_worker(employer=employer), state=S.REFUSED)
    first, second, elsewhere = (
        make_entry(event, worker=make_worker(employer=firm), state=S.UNIT_OK)
        for firm in (employer, employer, make_employer())
    )
    late = reviews.ask_again(entry=late, by=make_user("worker"), reason="Please")
    for entry in (first, second, elsewhere):
        reviews.decide(entry=entry, decision=Decision.ACCEPT, by=reviewer)
    with pytest.raises(entries.EntryRefused, match="quota is 2"):
        reviews.decide(entry=late, decision=Decision.ACCEPT, by=reviewer)


def test_the_office_may_take_an_acceptance_back_before_the_list_is_out(event, reviewer):
    entry = make_entry(event, state=S.ACCEPTED)
    reviews.decide(entry=entry, decision=Decision.REOPEN, by=reviewer, reason="Accepted by mistake")
    entry.refresh_from_db()
    assert entry.state == S.UNIT_OK


@pytest.mark.parametrize(
    ("state", "decision", "own", "foreign"),
    [
        (S.SUBMITTED, Decision.PASS, True, False),
        (S.SUBMITTED, Decision.RETURN, True, False),
        (S.SUBMITTED, Decision.ACCEPT, False, False),
        (S.UNIT_OK, Decision.ACCEPT, False, False),
        (S.UNIT_OK, Decision.RETURN, False, False),
        (S.ACCEPTED, Decision.REOPEN, False, False),
    ],
)
def test_an_employers_contact_decides_only_on_what_waits_for_the_own_firm(
    event, worker, employer_contact, state, decision, own, foreign
):
    stranger = make_user("employer", employer=make_employer())
    entry = make_entry(event, worker=worker, state=state)
    assert bool(roles.can_decide_entry(employer_contact, entry, decision)) is own
    assert bool(roles.can_decide_entry(stranger, entry, decision)) is foreign


def test_the_office_decides_but_not_whoever_marks_in_the_event(waiting, reviewer):
    assert roles.can_decide_entry(reviewer, waiting, Decision.ACCEPT)
    make_seat(waiting.event, "result", user=reviewer)
    assert not roles.can_decide_entry(reviewer, waiting, Decision.ACCEPT)


def test_nobody_decides_on_an_entry_of_their_own(event, reviewer, employer):
    entry = make_entry(event, worker=make_worker(employer=employer, user=reviewer), state=S.UNIT_OK)
    assert not roles.can_decide_entry(reviewer, entry, Decision.ACCEPT)


def test_an_outsider_decides_on_nothing(waiting, outsider):
    assert not roles.can_decide_entry(outsider, waiting, Decision.ACCEPT)


def test_what_nobody_corrected_in_time_is_refused_by_the_program(organiser):
    event = make_event(state=Event.State.ELIGIBILITY)
    over = timezone.now() - timedelta(minutes=1)
    late = make_entry(event, state=Entry.State.RETURNED, due_at=over)
    left = [
        make_entry(event, state=Entry.State.RETURNED, due_at=timezone.now() + timedelta(hours=1)),
        make_entry(event, state=Entry.State.UNIT_OK, due_at=over),
        make_entry(make_event(state=Event.State.BRIEFED), state=Entry.State.RETURNED, due_at=over),
    ]
    before = [entry.state for entry in left]
    assert reviews.refuse_overdue() == 1
    assert reviews.refuse_overdue() == 0
    late.refresh_from_db()
    step = late.steps.get()
    assert (late.state, step.by, f"{timezone.localtime(over):%Y-%m-%d %H:%M}" in step.reason) == (
        Entry.State.REFUSED,
        None,
        True,
    )
    for entry in left:
        entry.refresh_from_db()
    assert [entry.state for entry in left] == before
