"""Correction orders: asked by one, approved by another over exactly that change; what it does to the result."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from competitions.domain import corrections, releases, results, signing
from competitions.domain.correction_changes import ComponentChange, MarkChange, PenaltyChange
from competitions.domain.correction_effect import effect_of
from competitions.models import (
    AwardChoice,
    CorrectionOrder,
    EnteredMark,
    Event,
    Mark,
    PenaltyRecord,
    Recheck,
    Release,
    Sheet,
)
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Chain, Line
from craft_site.ledger.verification import verify
from tests.competitions.marking_contest import make_marking, together
from tests.competitions.rechecking import locked, make_small, supervisor_of
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db

REASON = "The reading of point 3 was copied from the next line."


@pytest.fixture
def marking():
    found = make_small()
    locked(found)
    found.event.refresh_from_db()
    return found


@pytest.fixture
def supervisor(marking):
    return supervisor_of(marking.event)


def measured(marking, n=2, good=4):
    """W-02 has six good points of seven; it should be `good`."""
    sheet = Sheet.objects.get(seat=marking.measuring, code=marking.works[n - 1])
    return MarkChange(sheet, "A1.1", ["10"] * good + ["11"] * (7 - good))


def ask(marking, change=None, reason=REASON):
    return corrections.request(
        event=marking.event, change=change or measured(marking), reason=reason, by=marking.chief
    )


def approve(order, by):
    return corrections.approve(order=order, payload_hash=order.payload_hash, by=by)


def decode(marking):
    Event.objects.filter(pk=marking.event.pk).update(state=Event.State.DECODED)
    marking.event.refresh_from_db()


def test_the_ledger_tells_an_order_by_its_hash_until_it_is_carried_out(marking, supervisor):
    order = ask(marking, MarkChange(measured(marking).sheet, "A1.1", ["10.0591"] * 7))
    lines = Line.objects.filter(chain__name=marking.event.chain)
    assert order.payload_hash in lines.get(kind="correction.requested").body
    assert not lines.filter(body__contains="10.0591").exists()
    approve(order, supervisor)
    assert "10.0591" in lines.get(kind="mark.corrected").body


def test_nothing_changes_before_another_approves(marking, supervisor):
    order = ask(marking)
    assert (order.label, order.state, Mark.objects.filter(revision=2).count()) == ("K-001", "requested", 0)
    done = approve(order, supervisor)
    assert (done.state, done.approved_by) == (CorrectionOrder.State.EXECUTED, supervisor)
    mark = Mark.objects.get(sheet=order.sheet, aspect="A1.1", is_current=True)
    assert (mark.revision, mark.values, mark.reason) == (2, ["10"] * 4 + ["11"] * 3, f"K-001: {REASON}")
    assert Sheet.objects.get(pk=order.sheet_id).state == Sheet.State.LOCKED
    told = json.loads(Line.objects.get(kind="mark.corrected").body)["facts"]
    assert (told["order"], told["payload"]) == ("K-001", order.payload_hash)
    EnteredMark.objects.all().delete()  # the factory's, without lines
    assert verify(Chain.objects.get(name=marking.event.chain)).faults == []  # every mark agrees with its line


def test_the_same_request_and_the_same_approval_count_once(marking, supervisor):
    order = ask(marking)
    assert ask(marking).pk == order.pk
    approve(order, supervisor)
    approve(order, supervisor)
    assert Mark.objects.filter(sheet=order.sheet, aspect="A1.1").count() == 2
    assert Line.objects.filter(kind="correction.approved").count() == 1


def test_whoever_asked_cannot_approve_not_even_in_the_database(marking):
    make_seat(marking.event, "supervisor", user=marking.chief)
    order = ask(marking)
    with pytest.raises(corrections.CorrectionRefused, match="asked for"):
        approve(order, marking.chief)
    with pytest.raises(corrections.CorrectionRefused, match="withdraws"):
        corrections.refuse(order=order, answer="no", by=marking.chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionOrder.objects.filter(pk=order.pk).update(approved_by=marking.chief)


def test_no_order_is_executed_in_the_database_without_its_own_hash(marking, supervisor):
    order = ask(marking)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionOrder.objects.filter(pk=order.pk).update(
            state="executed", approved_by=supervisor, approved_hash="0" * 64
        )


@pytest.mark.parametrize("who", ["judge", "organiser", "stranger"])
def test_nobody_else_asks_approves_or_ends(marking, organiser, who):
    order = ask(marking)
    person = {"judge": marking.panel[0].user, "organiser": organiser, "stranger": make_user("supervisor")}[
        who
    ]
    for verb in (
        lambda: corrections.request(event=marking.event, change=measured(marking), reason="x", by=person),
        lambda: approve(order, person),
        lambda: corrections.refuse(order=order, answer="no", by=person),
        lambda: corrections.withdraw(order=order, answer="no", by=person),
        lambda: corrections.amend(order=order, change=measured(marking, good=3), reason="x", by=person),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert not CorrectionOrder.objects.visible_to(person).exists()


def test_an_order_written_anew_voids_what_was_read(marking, supervisor):
    order = ask(marking)
    read = order.payload_hash
    order = corrections.amend(order=order, change=measured(marking, good=3), reason=REASON, by=marking.chief)
    assert (order.revision, order.payload_hash == read) == (2, False)
    with pytest.raises(corrections.CorrectionRefused, match="Read it again"):
        corrections.approve(order=order, payload_hash=read, by=supervisor)
    approve(order, supervisor)
    assert Mark.objects.get(sheet=order.sheet, is_current=True).values == ["10"] * 3 + ["11"] * 4


def test_a_payload_changed_behind_the_verbs_is_not_carried_out(marking, supervisor):
    order = ask(marking)
    CorrectionOrder.objects.filter(pk=order.pk).update(payload=order.payload.replace('"11"', '"12"'))
    with pytest.raises(corrections.CorrectionRefused, match="Read it again"):
        approve(order, supervisor)
    assert not Mark.objects.filter(revision=2).exists()


def test_an_order_about_a_mark_that_moved_on_is_not_carried_out(marking, supervisor):
    first, second = ask(marking), ask(marking, measured(marking, good=1), reason="Another view")
    approve(first, supervisor)
    with pytest.raises(corrections.CorrectionRefused, match="changed meanwhile"):
        approve(second, supervisor)
    second.refresh_from_db()
    assert second.state == CorrectionOrder.State.REQUESTED
    assert not Line.objects.filter(kind="correction.approved", subject=f"correction:{second.uuid}").exists()


def test_refused_and_withdrawn_orders_stay_on_record(marking, supervisor):
    one, other = ask(marking), ask(marking, measured(marking, good=1))
    with pytest.raises(corrections.CorrectionRefused, match="reason"):
        corrections.refuse(order=one, answer=" ", by=supervisor)
    corrections.refuse(order=one, answer="the original says 6", by=supervisor)
    corrections.withdraw(order=other, answer="asked twice", by=marking.chief)
    assert list(CorrectionOrder.objects.order_by("number").values_list("state", "answer")) == [
        ("refused", "the original says 6"),
        ("withdrawn", "asked twice"),
    ]
    for order in (one, other):
        with pytest.raises(corrections.CorrectionRefused, match="decided already"):
            approve(order, supervisor)
    assert ask(marking, measured(marking, good=2)).number == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: measured(m, good=6), "what stands there"),
        (lambda m: MarkChange(measured(m).sheet, "A1.1", ["x"] * 7), "not a number"),
        (lambda m: MarkChange(measured(m).sheet, "A1.2", ["3"]), "not on this sheet"),
        (
            lambda m: MarkChange(Sheet.objects.get(seat=m.panel[0], code=m.works[0]), "A1.2", ["0"]),
            "too far apart",
        ),
        (lambda m: ComponentChange(EnteredMark.objects.first(), Decimal("100.01")), "between 0 and 100"),
        (lambda m: ComponentChange(EnteredMark.objects.first(), Decimal("NaN")), "between 0 and 100"),
        (lambda m: ComponentChange(EnteredMark.objects.first(), Decimal("70.1234")), "decimals"),
        (lambda m: ComponentChange(EnteredMark.objects.first(), Decimal(80)), "stands there"),
        (lambda m: PenaltyChange(code=m.benches[0], rule="P9"), "no penalty P9"),
        (lambda m: PenaltyChange(code=m.works[0], rule="P1"), "station number"),
    ],
)
def test_what_is_no_correction_is_refused(marking, change, words):
    with pytest.raises(corrections.CorrectionRefused, match=words):
        ask(marking, change(marking))
    assert not CorrectionOrder.objects.exists()


def test_an_order_needs_a_reason_and_marks_that_are_locked(marking):
    with pytest.raises(corrections.CorrectionRefused, match="what was wrong"):
        ask(marking, reason=" ")
    other = make_small(2)
    sheet = Sheet.objects.filter(event=other.event).first()
    with pytest.raises(corrections.CorrectionRefused, match="locked marks"):
        ask(other, MarkChange(sheet, sheet.aspects[0], []))
    with pytest.raises(corrections.CorrectionRefused, match="another event"):
        ask(marking, MarkChange(sheet, sheet.aspects[0], []))


def test_a_component_mark_gets_a_new_revision(marking, supervisor):
    entered = EnteredMark.objects.get(code__number="C-002")
    approve(ask(marking, ComponentChange(entered, Decimal("91.5"))), supervisor)
    revisions = EnteredMark.objects.filter(code__number="C-002").order_by("revision")
    assert list(revisions.values_list("mark", "is_current", "source")) == [
        (Decimal("80.000"), False, ""),
        (Decimal("91.500"), True, "K-001"),
    ]
    decode(marking)
    assert results.score(marking.event).result.entry("C-002").total == Decimal("33.05")


def test_a_penalty_is_given_and_lifted(db):
    marking = make_marking(works=2)
    locked(marking)
    supervisor = supervisor_of(marking.event)
    approve(ask(marking, PenaltyChange(code=marking.benches[0], rule="P2")), supervisor)
    record = PenaltyRecord.objects.get()
    assert (record.state, record.proposed_by, record.seconded_by) == ("approved", marking.chief, supervisor)
    approve(ask(marking, PenaltyChange(record=record)), supervisor)
    record.refresh_from_db()
    assert record.state == "refused"
    assert {line.kind for line in Line.objects.filter(subject=f"penalty:{record.pk}")} == {
        "penalty.ordered",
        "penalty.lifted",
    }


# --- the effect and the releases ---


def test_the_effect_is_computed_and_nothing_is_written(marking):
    """W-02 falls from 6 good points to 4, like W-04: 1.40 off the total, and the third becomes the second."""
    before = list(Mark.objects.order_by("pk").values())
    effect = effect_of(ask(marking))
    shown = [(line.number, line.own, line.before["rank"], line.after["rank"]) for line in effect.lines]
    assert shown == [("W-02", True, 2, 3), ("W-03", False, 3, 2), ("W-04", False, 4, 3)]
    assert effect.lines[0].before["total"] - effect.lines[0].after["total"] == Decimal("1.40")
    assert list(Mark.objects.order_by("pk").values()) == before
    decode(marking)
    order = CorrectionOrder.objects.select_related("event").get()
    assert effect_of(order).lines[0].number == "C-002"


def test_after_publication_a_correction_makes_a_new_version_needed(marking, supervisor, organiser):
    decode(marking)
    first = releases.publish(event=marking.event, by=organiser)
    marking.event.refresh_from_db()
    change = measured(marking, good=5)
    AwardChoice.objects.create(
        event=marking.event, tier="second", choice="widen", reason="equal", by=marking.chief
    )
    approve(ask(marking, change), supervisor)
    assert releases.differs(marking.event, first)
    Release.objects.update(notice_until=timezone.now())
    with pytest.raises(releases.PublishingBlocked, match="Publish version 2"):
        releases.finalise(event=marking.event, by=organiser)
    second = releases.publish(event=marking.event, by=organiser, reason="Corrected")
    assert [(c["kind"], c["number"], c["entry"], c["text"]) for c in second.amendments["causes"]] == [
        ("correction", "K-001", "C-002", REASON)
    ]
    assert corrections.public_changes(marking.event, since=second) == []
    assert not releases.differs(marking.event, second)
    Release.objects.filter(pk=second.pk).update(notice_until=timezone.now())
    releases.finalise(event=marking.event, by=organiser)
    marking.event.refresh_from_db()
    assert marking.event.state == Event.State.FINAL


def blocked(event):
    return [(blocker.code, blocker.at) for blocker in releases.blockers(event)]


def test_each_thing_that_keeps_a_result_from_being_published_is_named_with_its_page(marking, organiser):
    event = marking.event
    assert blocked(event) == [("not_decoded", "draws")]
    decode(marking)
    assert blocked(event) == []
    order = ask(marking)
    assert blocked(event) == [("open_order", "corrections")]
    with pytest.raises(releases.PublishingBlocked, match="K-001"):
        releases.publish(event=event, by=organiser)
    corrections.withdraw(order=order, answer="no", by=marking.chief)
    Sheet.objects.filter(pk=order.sheet_id).update(state=Sheet.State.RECHECKED)
    assert blocked(event) == [("unlocked", "progress")]
    Sheet.objects.update(state=Sheet.State.LOCKED)
    Recheck.objects.update(state=Recheck.State.CHECKING)
    assert blocked(event) == [("recheck_open", "recheck")]
    Recheck.objects.update(state=Recheck.State.FINISHED)
    Mark.objects.filter(sheet=order.sheet).update(is_current=False)
    assert blocked(event) == [("missing_mark", "progress")]
    Mark.objects.filter(sheet=order.sheet, revision=1).update(is_current=True)
    EnteredMark.objects.filter(code__number="C-001").update(is_current=False)
    assert blocked(event) == [("missing_component", "imports")]
    EnteredMark.objects.update(is_current=True)
    Mark.objects.filter(sheet__seat=marking.measuring).update(values=["10"] * 7)
    assert blocked(event) == [("open_choice", "results")]
    assert not Release.objects.exists()


def test_no_line_of_an_order_names_a_person_or_repeats_the_free_words(marking, supervisor):
    order = ask(marking, reason="Contestant 2 complained")
    approve(order, supervisor)
    bodies = " ".join(Line.objects.filter(kind__startswith="correction.").values_list("body", flat=True))
    for word in (marking.chief.name, supervisor.name, "Contestant 2", "complained"):
        assert word not in bodies


# --- two at once ---


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_carry_it_out_once():
    marking = make_small(3)
    locked(marking)
    people = [
        supervisor_of(marking.event),
        make_seat(marking.event, "supervisor", user=make_user("supervisor")).user,
    ]
    order = ask(marking)
    outcomes = []

    def act(n):
        try:
            approve(order, people[n])
            outcomes.append("done")
        except corrections.CorrectionRefused:
            outcomes.append("refused")

    together(act, 2)
    assert sorted(outcomes) == ["done", "refused"]
    assert Mark.objects.filter(sheet=order.sheet, aspect="A1.1").count() == 2
    assert first_broken_line(marking.event.chain) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_approved_is_what_was_read_even_while_it_is_written_anew():
    marking = make_small(3)
    locked(marking)
    supervisor = supervisor_of(marking.event)
    order = ask(marking)
    read = order.payload_hash

    def act(n):
        try:
            if n:
                corrections.amend(
                    order=order, change=measured(marking, good=1), reason=REASON, by=marking.chief
                )
            else:
                corrections.approve(order=order, payload_hash=read, by=supervisor)
        except corrections.CorrectionRefused:
            pass

    together(act, 2)
    order.refresh_from_db()
    good = Mark.objects.get(sheet=order.sheet, is_current=True).values.count("10")
    assert (order.state, good) in {("executed", 4), ("requested", 6)}
    assert (order.payload_hash == read) == (order.state == "executed")


def test_signing_and_reopening_are_over_after_the_lock(marking):
    sheet = Sheet.objects.select_related("event", "seat").first()
    with pytest.raises(signing.SigningRefused):
        signing.reopen_sheet(sheet=sheet, by=marking.chief, reason="late")
