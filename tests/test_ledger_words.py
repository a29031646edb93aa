"""A whole contest through its verbs, where everybody writes names into every reason: no line of the ledger holds them.

Lines stand for ever and are handed to outsiders; the words stand beside the fact, where they can be erased.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from competitions.domain import (
    appeal_decisions,
    appeals,
    component_marks,
    corrections,
    entries,
    events,
    hand_over,
    incidents,
    kept_marks,
    papers,
    publicity,
    recheck_checks,
    rechecks,
    releases,
    reviews,
    signing,
    tablets,
    violations,
)
from competitions.domain.correction_changes import MarkChange
from competitions.domain.marking import enter_batch
from competitions.models import (
    Appeal,
    AppealDecision,
    Code,
    EnteredMark,
    Entry,
    Event,
    KeptMark,
    Mark,
    Sheet,
    Tablet,
    Violation,
)
from craft_site.ledger.models import Line
from craft_site.people.models import Employer, Worker
from tests.competitions.marking_contest import enter, mark
from tests.competitions.rechecking import begin, check_rest, make_small, sign_all, supervisor_of
from tests.factories import (
    citizen_number,
    make_employer,
    make_entry,
    make_event,
    make_seat,
    make_user,
    make_worker,
)

pytestmark = pytest.mark.django_db

NAME, MOBILE, NUMBER, FIRM = "Zyxwold", "13970010001", citizen_number(7), "Vortexwerk"
TELLING = f"{NAME} of {FIRM} Ltd, {MOBILE}, {NUMBER}"

# Lines whose verb takes free words; a walk that leaves one out proves nothing of it.
WORDED = {
    "entry.returned",
    "entry.withdrawn",
    "event.moved",
    "paper.void",
    "mark.entered",
    "component.entered",
    "sheet.reopened",
    "tablet.revoked",
    "kept_mark.released",
    "kept_mark.discarded",
    "sheet.handed_over",
    "play.corrected",
    "credit.proposed",
    "recheck.error",
    "recheck.withdrawn",
    "recheck.widened",
    "correction.requested",
    "correction.refused",
    "correction.approved",
    "mark.corrected",
    "violation.noticed",
    "violation.decided",
    "appeal.filed",
    "appeal.decided",
    "appeal.second_filed",
    "objection.received",
    "objection.answered",
}


def test_no_line_of_the_ledger_holds_a_name_a_number_or_an_employer():
    _entries()
    marking = make_small()
    event = marking.event
    Worker.objects.update(name=NAME)
    for employer in Employer.objects.all():
        Employer.objects.filter(pk=employer.pk).update(name=f"{FIRM} {employer.pk} Ltd")
    for entry in Entry.objects.all():
        Entry.objects.filter(pk=entry.pk).update(reference=f"QREF{entry.pk}QX")
    _marking(marking)
    sign_all(marking)
    _changes(marking)
    _recheck(marking)
    event = signing.lock_marks(event=event, by=marking.chief)
    _corrections(marking, event)
    _after(marking, event)

    lines = list(Line.objects.all())
    found = sorted(
        f"{line.kind}: {token}"
        for line in lines
        for token in (NAME, MOBILE, NUMBER, FIRM, "QREF")  # four digits alone stand in any hash
        if token in line.body
    )
    assert found == []
    assert WORDED - {line.kind for line in lines} == set()


def _entries():
    """One entry is returned, another withdrawn, a step of the event taken back."""
    event, office = make_event(state=Event.State.ELIGIBILITY), make_user("organiser")
    worker = make_worker(NAME, employer=make_employer(f"{FIRM} 2"), user=make_user("worker"))
    worker.set_mobile(MOBILE)
    worker.save()
    entry = make_entry(event, worker=worker, state=Entry.State.UNIT_OK)
    reviews.decide(entry=entry, decision=reviews.Decision.RETURN, by=office, reason=TELLING)
    entries.withdraw(entry=Entry.objects.select_related("event").get(pk=entry.pk), by=office, reason=TELLING)
    events.move(event=event, to=Event.State.REGISTERING, by=office, reason=TELLING)


def _marking(marking):
    """A form is void, a device revoked, the times of a bench put right, a credit asked for."""
    event, now = marking.event, timezone.now()
    recorder = make_seat(event, "recorder").user
    floor = make_seat(event, "floor").user
    [form] = papers.print_papers(event=event, sheets=[marking.sheet(marking.panel[0])], by=recorder)
    papers.void_paper(paper=form, reason=TELLING, by=recorder)
    device = Tablet.objects.create(
        uuid=uuid4(), user=marking.measuring.user, label="Device", first_seen=now, last_seen=now
    )
    tablets.revoke_tablet(event=event, tablet=device, by=marking.chief, reason=TELLING)
    _kept_and_handed_over(marking, device)
    bench = marking.benches[0]
    incidents.correct_play(
        code=bench, started_at=now - timedelta(hours=3), ended_at=now, reason=TELLING, by=floor
    )
    incidents.propose_credit(
        code=bench, from_at=now - timedelta(minutes=9), to_at=now, cause=TELLING, by=floor
    )
    for credit in bench.time_credits.all():
        incidents.decide_credit(credit=credit, decision="refused", by=marking.chief)


def _kept_and_handed_over(marking, device):
    """What the revoked device sent is released and discarded; a sheet goes to another seat and back."""
    sheet = marking.sheet(marking.measuring)
    sent = [mark("A1.1", *["10"] * 7, sheet=sheet.uuid), mark("A1.1", *["10"] * 6, "11", sheet=sheet.uuid)]
    enter_batch(marks=sent, by=marking.measuring.user, device=device.uuid)
    first, second = KeptMark.objects.order_by("pk")
    kept_marks.release_mark(kept=first, by=marking.chief, reason=TELLING, base=0)
    kept_marks.discard_mark(kept=second, by=marking.chief, reason=TELLING)
    reserve = make_seat(marking.event, "result", aspects=["A1.2"], place=4)
    sheet = marking.sheet(marking.panel[0])
    hand_over.hand_over(sheet=sheet, to=reserve, by=marking.chief, reason=TELLING)
    sheet = Sheet.objects.for_list().get(pk=sheet.pk)
    hand_over.hand_over(sheet=sheet, to=marking.panel[0], by=marking.chief, reason=TELLING)


def _changes(marking):
    """A signed sheet is reopened, its mark changed with a reason, and signed again; a theory mark is changed."""
    sheet, seat = marking.sheet(marking.measuring), marking.measuring
    signing.reopen_sheet(sheet=sheet, by=marking.chief, reason=TELLING)
    enter(marking.sheet(seat), mark("A1.1", *["10"] * 6, "11", base=1, reason=TELLING))
    assert Mark.objects.get(sheet=sheet, aspect="A1.1", is_current=True).reason == TELLING
    sheet = signing.sign_sheet(sheet=marking.sheet(seat), by=seat.user, witness=seat.witness)
    signing.chief_sign(event=marking.event, sheets=[sheet], by=marking.chief)
    first = EnteredMark.objects.filter(event=marking.event, is_current=True).order_by("code__number").first()
    row = component_marks.ComponentMark(row=1, key=first.code.number, mark=first.mark + 1)
    component_marks.import_component(
        event=marking.event, component="T", rows=[row], by=marking.chief, source="theory.xlsx", reason=TELLING
    )


def _recheck(marking):
    supervisor = supervisor_of(marking.event)
    recheck = begin(marking, supervisor=supervisor)
    item = recheck.checks.filter(sheet__seat=marking.measuring).first()
    values = ["10"] * 3 + ["11"] * 4
    notice = recheck_checks.raise_notice(item=item, aspect="A1.1", values=values, by=supervisor, note=TELLING)
    recheck_checks.withdraw_notice(notice=notice, reason=TELLING, by=supervisor)
    rechecks.widen(recheck=recheck, by=supervisor, reason=TELLING)
    check_rest(recheck, supervisor)
    rechecks.finish(recheck=recheck, by=supervisor)


def _corrections(marking, event):
    sheet = Sheet.objects.select_related("event").get(seat=marking.measuring, code=marking.works[1])
    change = MarkChange(sheet, "A1.1", ["10"] * 2 + ["11"] * 5)
    supervisor = supervisor_of(event)
    order = corrections.request(event=event, change=change, reason=TELLING, by=marking.chief)
    corrections.refuse(order=order, answer=TELLING, by=supervisor)
    order = corrections.request(event=event, change=change, reason=TELLING, by=marking.chief)
    corrections.approve(order=order, payload_hash=order.payload_hash, by=supervisor)


def _after(marking, event):
    """Violation, publication, appeal through both instances, objection, second version."""
    supervisor, office = supervisor_of(event), make_user("organiser")
    arbiter, committee = make_seat(event, "arbiter").user, make_seat(event, "committee").user
    code = Code.objects.get(event=event, layer="contestant", number="C-001")
    violation = violations.notice(
        event=event, text=TELLING, happened_at=timezone.now(), client_id=uuid4(), by=supervisor, code=code
    )
    violations.decide(
        violation=violation,
        measure=Violation.Measure.DISQUALIFY,
        reason=TELLING,
        public_reason="Forbidden tools",
        by=marking.chief,
    )
    Event.objects.filter(pk=event.pk).update(state=Event.State.DECODED)
    event.refresh_from_db()
    release = releases.publish(event=event, by=office)
    entry = Entry.objects.select_related("event", "worker").get(event=event, contestant_code__number="C-002")
    Worker.objects.filter(pk=entry.worker_id).update(user=(by := make_user("worker")))
    entry.worker.refresh_from_db()
    appeal = appeals.file(entry=entry, subject=Appeal.Subject.MARKS, text=TELLING, client_id=uuid4(), by=by)
    appeal_decisions.admit(appeal=appeal, by=arbiter, reason=TELLING)
    stands = AppealDecision.Outcome.STANDS
    appeal_decisions.decide(appeal=appeal, outcome=stands, reasons=TELLING, by=arbiter)
    appeals.file_second(appeal=appeal, text=TELLING, by=by)
    appeal_decisions.decide_second(appeal=appeal, outcome=stands, reasons=TELLING, by=committee)
    release.refresh_from_db()
    objection = publicity.object_to(release=release, name=NAME, phone=MOBILE, text=TELLING, client_id=uuid4())
    publicity.answer(objection=objection, text=TELLING, by=office)
    EnteredMark.objects.filter(event=event, code__number="C-003", is_current=True).update(mark=70)
    releases.publish(event=event, by=office, reason="One theory paper was added up wrongly")
