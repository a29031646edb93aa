"""What happens at the benches: start and stop, lost time, breaches. Floor judges record, the chief judge decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions import roles
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Code, Event, PenaltyRecord, PlayRecord, Seat, TimeCredit
from competitions.scoring.marking import SheetMarker
from competitions.scoring.penalties import PenaltyBook, PenaltyInput
from competitions.scoring.scheme import PenaltyRule
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.kit.canonical import words_hash
from craft_site.kit.language import listed
from craft_site.ledger.chain import Draft, append, append_many, lock_head

RECORDED_IN = (Event.State.RUNNING, Event.State.SCORING)
DECIDED_IN = (Event.State.RUNNING, Event.State.SCORING, Event.State.RECHECKING)
OPEN = (PenaltyRecord.State.PROPOSED, PenaltyRecord.State.SECONDED)
AHEAD = timedelta(minutes=5)  # what a clock in the hall may be ahead

FAULTS: dict[str, str | Promise] = {
    "penalty_needs_aspects": gettext_lazy("Name the aspects that cannot be reached."),
    "penalty_aspect_outside": gettext_lazy("This penalty does not reach %(aspect)s."),
    "penalty_times": gettext_lazy("At least once."),
    "penalty_unknown": gettext_lazy("The scheme has no penalty %(penalty)s."),
}


class IncidentRefused(Exception):
    """The incident cannot be recorded or decided like this. field: the form field concerned, if any."""

    def __init__(self, message: str | Promise, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def can_record_incidents(user: Any, event: Event) -> Decision:
    """Record what happens at the benches: the floor judges of the event."""
    if roles.has_seat(user, event, Seat.Role.FLOOR):
        return ALLOWED
    return refused(_("Only a floor judge of this event can do this."))


def can_see_incidents(user: Any, event: Event) -> Decision:
    """See the incidents of an event: who records, decides or watches them."""
    if roles.has_seat(user, event, Seat.Role.FLOOR, Seat.Role.CHIEF, Seat.Role.SUPERVISOR):
        return ALLOWED
    return refused(_("Only the floor judges, the chief judge and the supervisor see the incidents."))


def penalty_rules(event: Event) -> list[PenaltyRule]:
    """The penalties of the scheme in force; none without a scheme."""
    try:
        return list(scheme_of(event).scheme.penalties.rules)
    except NoScheme:
        return []


# --- start and stop -------------------------------------------------------------------------------------------------


@transaction.atomic
def start_play(*, event: Event, codes: Sequence[Code], by: Any, at: datetime | None = None) -> int:
    """Starts the clock of these benches; those that run keep theirs. Returns how many started.

    Raises PermissionDenied, IncidentRefused.
    """
    at = _may_time(event, codes, by, at)
    head = lock_head(event.chain)
    there = {play.code_id: play for play in PlayRecord.objects.filter(code__in=codes)}
    fresh = [code for code in codes if code.pk not in there]
    waiting = [play for play in there.values() if play.started_at is None]
    PlayRecord.objects.bulk_create(PlayRecord(code=code, started_at=at, by=by) for code in fresh)
    PlayRecord.objects.filter(pk__in=[play.pk for play in waiting]).update(started_at=at, by=by)
    started = [*fresh, *(code for code in codes if code.pk in {play.code_id for play in waiting})]
    append_many(head, [Draft("play.started", f"code:{code.uuid}", {"at": at}) for code in started], by=by)
    return len(started)


@transaction.atomic
def stop_play(*, event: Event, codes: Sequence[Code], by: Any, at: datetime | None = None) -> int:
    """Stops the clock of those of these benches that run. Returns how many stopped.

    Raises PermissionDenied, IncidentRefused when a bench would stop before it started.
    """
    at = _may_time(event, codes, by, at)
    head = lock_head(event.chain)
    running = list(
        PlayRecord.objects.filter(
            code__in=codes, started_at__isnull=False, ended_at__isnull=True
        ).select_related("code")
    )
    early = [str(play.code) for play in running if play.started_at and play.started_at >= at]
    if early:
        raise IncidentRefused(_("%(codes)s started later than that.") % {"codes": listed(early)}, "at")
    PlayRecord.objects.filter(pk__in=[play.pk for play in running]).update(ended_at=at, by=by)
    append_many(
        head, [Draft("play.stopped", f"code:{play.code.uuid}", {"at": at}) for play in running], by=by
    )
    return len(running)


@transaction.atomic
def correct_play(
    *, code: Code, started_at: datetime | None, ended_at: datetime | None, reason: str, by: Any
) -> PlayRecord:
    """Puts the times of one bench right. Raises PermissionDenied, IncidentRefused."""
    _may_time(code.event, [code], by, None)
    if not reason.strip():
        raise IncidentRefused(_("Say why the times are changed."), "reason")
    if ended_at is not None and (started_at is None or ended_at <= started_at):
        raise IncidentRefused(_("The end lies before the start."), "ended_at")
    if any(at is not None and at > timezone.now() + AHEAD for at in (started_at, ended_at)):
        raise IncidentRefused(_("This time lies in the future."), "started_at")
    play, _made = PlayRecord.objects.update_or_create(
        code=code, defaults={"started_at": started_at, "ended_at": ended_at, "by": by}
    )
    append(
        code.event.chain,
        "play.corrected",
        subject=f"code:{code.uuid}",
        facts={"started_at": started_at, "ended_at": ended_at, "reason_hash": words_hash(reason)},
        by=by,
    )
    return play


def _may_time(event: Event, codes: Sequence[Code], by: Any, at: datetime | None) -> datetime:
    can_record_incidents(by, event).or_refuse()
    if _state_behind_lock(event) not in RECORDED_IN:
        raise IncidentRefused(_("This event is not in progress."))
    if any(code.event_id != event.pk or code.layer != Code.Layer.STATION for code in codes):
        raise IncidentRefused(_("Only benches of this event have a clock."))
    at = at or timezone.now()
    if at > timezone.now() + AHEAD:
        raise IncidentRefused(_("This time lies in the future."), "at")
    return at


# --- lost time ------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_credit(*, code: Code, from_at: datetime, to_at: datetime, cause: str, by: Any) -> TimeCredit:
    """A floor judge records lost time that was not the contestant's fault. The same record sent twice is one.

    Raises PermissionDenied, IncidentRefused.
    """
    _may_record(code, by)
    if not cause.strip():
        raise IncidentRefused(_("Say what happened."), "cause")
    if to_at <= from_at:
        raise IncidentRefused(_("The end lies before the start."), "to_at")
    if to_at > timezone.now() + AHEAD:
        raise IncidentRefused(_("This time lies in the future."), "to_at")
    lock_head(code.event.chain)
    credit, made = TimeCredit.objects.get_or_create(
        code=code, from_at=from_at, to_at=to_at, recorded_by=by, defaults={"cause": cause.strip()}
    )
    if made:
        append(
            code.event.chain,
            "credit.proposed",
            subject=f"credit:{credit.pk}",
            facts={"code": code.uuid, "from": from_at, "to": to_at},
            by=by,
        )
    return credit


@transaction.atomic
def decide_credit(*, credit: TimeCredit, decision: str, by: Any, seconds: int | None = None) -> TimeCredit:
    """The chief judge decides: pause (the lost seconds), minutes added, moved to the last session, or refused.

    seconds: what is credited; the lost time itself when left out. Raises PermissionDenied, IncidentRefused.
    """
    event = credit.code.event
    _may_decide(event, by)
    D = TimeCredit.Decision
    if decision not in (D.PAUSE, D.ADD, D.LAST_SESSION, D.REFUSED):
        raise IncidentRefused(_("Choose a decision."), "decision")
    lost = int((credit.to_at - credit.from_at).total_seconds())
    given = (lost if seconds is None else seconds) if decision in (D.PAUSE, D.ADD) else 0
    if decision in (D.PAUSE, D.ADD) and not 0 < given <= 12 * 3600:
        raise IncidentRefused(_("Give between 1 second and 12 hours."), "seconds")
    lock_head(event.chain)
    if not TimeCredit.objects.filter(pk=credit.pk, decision=D.PENDING).update(
        decision=decision, seconds=given, decided_by=by, decided_at=timezone.now()
    ):
        credit.refresh_from_db()
        if (credit.decision, credit.seconds) == (decision, given):
            return credit
        raise IncidentRefused(_("This has been decided already."))
    credit.refresh_from_db()
    append(
        event.chain,
        "credit.decided",
        subject=f"credit:{credit.pk}",
        facts={"decision": decision, "seconds": given},
        by=by,
    )
    return credit


# --- breaches -------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_penalty(
    *,
    code: Code,
    rule: str,
    happened_at: datetime,
    note: str,
    by: Any,
    times: int = 1,
    aspects: Sequence[str] = (),
    contestant_signed: bool = False,
) -> PenaltyRecord:
    """A floor judge records a breach. The same record sent twice is one.

    aspects: for a rule whose aspects are named each time. Raises PermissionDenied, IncidentRefused.
    """
    _may_record(code, by)
    if not note.strip():
        raise IncidentRefused(_("Say what happened."), "note")
    if happened_at > timezone.now() + AHEAD:
        raise IncidentRefused(_("This time lies in the future."), "happened_at")
    fits_scheme(code.event, rule, times, aspects)
    lock_head(code.event.chain)
    record, made = PenaltyRecord.objects.get_or_create(
        code=code,
        rule=rule,
        happened_at=happened_at,
        proposed_by=by,
        defaults={
            "times": times,
            "aspects": list(aspects),
            "note": note.strip(),
            "contestant_signed": contestant_signed,
        },
    )
    if made:
        append(
            code.event.chain,
            "penalty.proposed",
            subject=f"penalty:{record.pk}",
            facts={
                "code": code.uuid,
                "rule": rule,
                "times": times,
                "aspects": list(aspects),
                "contestant_signed": contestant_signed,
            },
            by=by,
        )
    return record


@transaction.atomic
def second_penalty(*, record: PenaltyRecord, by: Any) -> PenaltyRecord:
    """Another floor judge confirms the breach. Raises PermissionDenied, IncidentRefused."""
    _may_record(record.code, by)
    if record.proposed_by_id == by.pk:
        raise IncidentRefused(_("The second judge must be another person."))
    return _advance(
        record,
        by,
        "penalty.seconded",
        before=(PenaltyRecord.State.PROPOSED,),
        state=PenaltyRecord.State.SECONDED,
        seconded_by=by,
    )


@transaction.atomic
def note_contestant_signed(*, record: PenaltyRecord, by: Any) -> PenaltyRecord:
    """The contestant has signed the paper record after all. Raises PermissionDenied, IncidentRefused."""
    _may_record(record.code, by)
    if record.contestant_signed:
        return record
    return _advance(
        record, by, "penalty.contestant_signed", before=OPEN, once="contestant_signed", contestant_signed=True
    )


@transaction.atomic
def see_refusal(*, record: PenaltyRecord, by: Any) -> PenaltyRecord:
    """A supervisor has seen that the contestant refuses to sign. Raises PermissionDenied, IncidentRefused."""
    roles.can_supervise(by, record.code.event).or_refuse()
    if record.refusal_seen_by_id is not None:
        return record
    return _advance(
        record, by, "penalty.refusal_seen", before=OPEN, once="refusal_seen_by", refusal_seen_by=by
    )


@transaction.atomic
def decide_penalty(*, record: PenaltyRecord, approve: bool, by: Any) -> PenaltyRecord:
    """The chief judge approves or refuses. Approved only when two judges have confirmed it, and the contestant has
    signed or a supervisor has seen the refusal. Raises PermissionDenied, IncidentRefused.
    """
    _may_decide(record.code.event, by)
    wanted = PenaltyRecord.State.APPROVED if approve else PenaltyRecord.State.REFUSED
    if approve and record.state == PenaltyRecord.State.PROPOSED:
        raise IncidentRefused(_("A second floor judge confirms it first."))
    if approve and not record.contestant_signed and record.refusal_seen_by_id is None:
        raise IncidentRefused(
            _("The contestant signs first, or a supervisor records that the signature was refused.")
        )
    before = (PenaltyRecord.State.SECONDED,) if approve else OPEN
    kind = "penalty.approved" if approve else "penalty.refused"
    return _advance(record, by, kind, before=before, state=wanted, decided_by=by, decided_at=timezone.now())


_EMPTY = {"contestant_signed": False, "refusal_seen_by": None}


def _advance(
    record: PenaltyRecord, by: Any, kind: str, *, before: Sequence[str], once: str = "", **changes: Any
) -> PenaltyRecord:
    """A conditional step; the same step sent twice is made once. once: the field by which a step that leaves the state
    as it is was made already."""
    event = record.code.event
    lock_head(event.chain)
    if once and PenaltyRecord.objects.filter(pk=record.pk).exclude(**{once: _EMPTY[once]}).exists():
        record.refresh_from_db()
        return record
    if not PenaltyRecord.objects.filter(pk=record.pk, state__in=before).update(**changes):
        record.refresh_from_db()
        if changes.get("state") == record.state:
            return record
        raise IncidentRefused(_("This has been decided already."))
    append(event.chain, kind, subject=f"penalty:{record.pk}", facts={"rule": record.rule}, by=by)
    record.refresh_from_db()
    return record


def _may_record(code: Code, by: Any) -> None:
    can_record_incidents(by, code.event).or_refuse()
    if code.layer != Code.Layer.STATION:
        raise IncidentRefused(_("Incidents are recorded at a station number."), "code")
    if _state_behind_lock(code.event) not in RECORDED_IN:
        raise IncidentRefused(_("This event is not in progress."))


def _may_decide(event: Event, by: Any) -> None:
    roles.can_chair(by, event).or_refuse()
    if _state_behind_lock(event) not in DECIDED_IN:
        raise IncidentRefused(_("The marks of this event are locked."))


def _state_behind_lock(event: Event) -> str:
    """The event's state behind its locked chain: the caller's copy may be from before the recheck or the lock."""
    lock_head(event.chain)
    return Event.objects.values_list("state", flat=True).get(pk=event.pk)


def fits_scheme(event: Event, rule: str, times: int, aspects: Sequence[str]) -> None:
    """Raises IncidentRefused when the scheme has no such penalty, or not in this form."""
    try:
        scheme = scheme_of(event).scheme
    except NoScheme as error:
        raise IncidentRefused(str(error)) from error
    book = PenaltyBook(scheme.penalties, aspects_of=SheetMarker(scheme).aspects_of)
    for fault in book.effect([PenaltyInput(rule, times, tuple(aspects))]).faults:
        field = {"penalty_times": "times", "penalty_unknown": "rule"}.get(fault.code, "aspects")
        raise IncidentRefused(str(FAULTS[fault.code]) % fault.params, field)
