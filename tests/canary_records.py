"""What a contest keeps beside its marks, one of each: paper forms, a revoked device, incidents, a recheck with a
notice, correction orders, violations, appeals, objections, a signed ledger.

READINGS are nobody's to know yet; `Records.words` are what somebody wrote freely, by the record in which it stands.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils import timezone

from competitions.domain import (
    appeal_decisions,
    appeals,
    corrections,
    papers,
    publicity,
    rechecks,
    violations,
)
from competitions.domain.correction_changes import ComponentChange, MarkChange
from competitions.models import (
    Appeal,
    AppealDecision,
    CorrectionOrder,
    EnteredMark,
    Entry,
    ErrorNotice,
    Event,
    KeptMark,
    Mark,
    Objection,
    PaperSheet,
    PenaltyRecord,
    PlayRecord,
    Recheck,
    RecheckItem,
    Release,
    Sheet,
    Tablet,
    TimeCredit,
    Violation,
)
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger import checkpoints
from tests.factories import make_seat, make_user

if TYPE_CHECKING:
    from tests.canary import Canary

COMPONENT_MARK = Decimal("43.219")  # what a correction order would make of the theory mark
READINGS = {
    "paper": "10.07777",
    "second paper": "10.07373",
    "notice": "10.06868",
    "order": "10.05959",
    "kept": "10.04949",
    "component": "43.219",
}
# Words of an objection tell who objects: their own name and telephone too.
OBJECTOR = ("Murmelname", "13811117777", "Murmeltext")


def said(about: str) -> str:
    return f"Plauder{about}QX"


@dataclass
class Records:
    words: dict[str, str] = field(default_factory=dict)

    def word(self, about: str) -> str:
        self.words[about] = said(about)
        return self.words[about]


def add_records(canary: "Canary") -> Records:
    """Into an event that is being marked; `canary.entries[1]` is the contestant whom all of it is about."""
    found = Records()
    _papers(canary, found)
    checkpoints.sign(canary.event.chain, reason="timer")
    _device(canary, found)
    _incidents(canary, found)
    _recheck(canary, found)
    _correction(canary, found)
    _violations(canary, found)
    _appeals(canary, found)
    checkpoints.sign(canary.event.chain, reason="timer")
    return found


def _sheet(canary: "Canary", seat: str, n: int = 2) -> Sheet:
    return Sheet.objects.for_list().get(
        seat=canary.seats[seat],
        code__number=f"S-1{n:02d}" if seat == "floor" else f"W-{90 - n}",
    )


def _papers(canary: "Canary", found: Records) -> None:
    """A form that two recorders read differently, and one that is void."""
    event, recorder = canary.event, canary.seats["recorder"].user
    other = make_seat(event, "recorder", user=make_user("judge", name="Official recorder 2"), place=2)
    [differs] = papers.print_papers(event=event, sheets=[_sheet(canary, "measuring")], by=recorder)
    for by, reading in ((recorder, READINGS["paper"]), (other.user, READINGS["second paper"])):
        filled = {"A1.1": papers.Filled([reading] * 7, second_look=True)}
        papers.enter_paper(paper=differs, filled=filled, by=by)
    [void] = papers.print_papers(event=event, sheets=[_sheet(canary, "result")], by=recorder)
    papers.void_paper(paper=void, reason=found.word("paper"), by=recorder)


def _device(canary: "Canary", found: Records) -> None:
    """The measuring judge's device is revoked; what it sent afterwards is kept."""
    now, chief = timezone.now(), canary.seats["chief"].user
    user = canary.seats["measuring"].user
    device = Tablet.objects.create(
        uuid=uuid4(),
        user=user,
        label="Device",
        first_seen=now,
        last_seen=now,
        revoked_at=now,
        revoked_by=chief,
        revoke_reason=found.word("tablet"),
    )
    KeptMark.objects.create(
        client_id=uuid4(),
        tablet=device,
        user=user,
        sheet=_sheet(canary, "measuring"),
        aspect="A1.1",
        values=[READINGS["kept"]] * 7,
        base=1,
        received_at=now,
    )


def _incidents(canary: "Canary", found: Records) -> None:
    """A floor judge times a bench, proposes a time credit and records a breach."""
    code, by, now = _sheet(canary, "floor").code, canary.seats["floor"].user, timezone.now()
    PlayRecord.objects.create(code=code, started_at=now - timedelta(hours=1), ended_at=now, by=by)
    TimeCredit.objects.create(
        code=code, from_at=now - timedelta(minutes=9), to_at=now, cause=found.word("credit"), recorded_by=by
    )
    PenaltyRecord.objects.create(
        code=code, rule="late", happened_at=now, note=found.word("penalty"), proposed_by=by
    )


def _recheck(canary: "Canary", found: Records) -> None:
    event, supervisor = canary.event, canary.seats["supervisor"].user
    sheet, now = _sheet(canary, "measuring"), timezone.now()
    assert event.scheme_version is not None
    recheck = Recheck.objects.create(
        event=event,
        state=Recheck.State.CHECKING,
        scheme=event.scheme_version,
        rule={"limit": "0.05", "sample": "0.15", "by": "rank_share", "value": "0.30"},
        top=[str(sheet.uuid)],
        items=[str(_sheet(canary, "result").uuid)],
        sample_size=0,
        commitment="0" * 64,
        secret="",
        committed_by=canary.seats["chief"].user,
        widened_by=supervisor,
        widened_at=now,
        widen_reason=found.word("widened"),
    )
    RecheckItem.objects.create(recheck=recheck, sheet=_sheet(canary, "result"), why="widened")
    item = RecheckItem.objects.create(
        recheck=recheck, sheet=sheet, why="top", outcome="error", checked_by=supervisor, checked_at=now
    )
    stands = Mark.objects.get(sheet=sheet, is_current=True)
    ErrorNotice.objects.create(
        item=item,
        number=1,
        aspect="A1.1",
        revision=stands.revision,
        stands={"values": stands.values, "not_done": False},
        should={"values": [READINGS["notice"]] * 7, "not_done": False},
        note=found.word("notice"),
        raised_by=supervisor,
    )


def _correction(canary: "Canary", found: Records) -> None:
    """Two orders wait, one for an aspect and one for the theory mark; orders are for locked marks."""
    event, state = canary.event, canary.event.state
    set_state(event, Event.State.LOCKED)
    theory = EnteredMark.objects.select_related("event", "code").get(
        event=event, code__entry=canary.entries[1], is_current=True
    )
    for change in (
        MarkChange(_sheet(canary, "measuring"), "A1.1", [READINGS["order"]] * 7),
        ComponentChange(theory, COMPONENT_MARK),
    ):
        corrections.request(
            event=event, change=change, reason=found.word("order"), by=canary.seats["chief"].user
        )
    set_state(event, state)


def _violations(canary: "Canary", found: Records) -> None:
    """One of a contestant, with evidence; one of the measuring judge, decided."""
    event, now = canary.event, timezone.now()
    violations.notice(
        event=event,
        text=found.word("violation"),
        happened_at=now,
        client_id=uuid4(),
        by=canary.seats["supervisor"].user,
        code=canary.entries[1].contestant_code,
        upload=_picture(),
    )
    official = violations.notice(
        event=event,
        text="Came late",
        happened_at=now,
        client_id=uuid4(),
        by=canary.seats["supervisor"].user,
        seat=canary.seats["measuring"],
    )
    violations.decide(
        violation=official, measure=Violation.Measure.WARNING, reason="Late", by=make_user("organiser")
    )


def _appeals(canary: "Canary", found: Records) -> None:
    """One that is decided, with evidence, and one that waits for the second instance."""
    entry = Entry.objects.select_related("event", "worker").get(pk=canary.entries[1].pk)
    arbiter = canary.seats["arbiter"].user
    for subject, second in ((Appeal.Subject.EQUIPMENT, False), (Appeal.Subject.RULES, True)):
        appeal = appeals.file(
            entry=entry,
            subject=subject,
            text=found.word("appeal"),
            client_id=uuid4(),
            by=entry.worker.user,
            uploads=[_picture()],
        )
        appeal_decisions.admit(appeal=appeal, by=arbiter)
        appeal_decisions.decide(
            appeal=appeal, outcome=AppealDecision.Outcome.STANDS, reasons=found.word("decision"), by=arbiter
        )
        if second:
            appeals.file_second(appeal=appeal, text=found.word("second"), by=entry.worker.user)


def _picture() -> CleanUpload:
    return CleanUpload(b"picture", "image/jpeg", ".jpg", uuid4().hex * 2, uuid4().hex * 2)


def add_objection(canary: "Canary", release: Release) -> Objection:
    """Somebody objects to a result on notice, under their name."""
    name, phone, text = OBJECTOR
    return publicity.object_to(release=release, name=name, phone=phone, text=text, client_id=uuid4())


def set_state(event: Event, state: str) -> None:
    Event.objects.filter(pk=event.pk).update(state=state)
    event.refresh_from_db()


def finish_recheck(event: Event) -> None:
    """Its statement is there from now on."""
    for recheck in event.rechecks.in_force():
        statement = rechecks.figures(recheck)
        Recheck.objects.filter(pk=recheck.pk).update(
            state=Recheck.State.FINISHED, statement=statement, finished_at=timezone.now()
        )


def settle(event: Event) -> None:
    """Nothing waits any more that keeps a result from being published."""
    finish_recheck(event)
    CorrectionOrder.objects.filter(event=event).update(state=CorrectionOrder.State.WITHDRAWN)
    Violation.objects.filter(event=event, state="noticed").update(state=Violation.State.DISMISSED)
    PaperSheet.objects.filter(sheet__event=event).update(state=PaperSheet.State.VOID)
