"""The register of violations: noticed by one, decided by another. A measure against a contestant works through the
penalties of the scheme or takes the entry out of the ranking; one against an official may take the seat."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import entries, panels
from competitions.domain.codes import entry_of
from competitions.domain.incidents import AHEAD, DECIDED_IN, penalty_rules
from competitions.models import Code, Event, PenaltyRecord, Seat, Violation
from craft_site.kit.canonical import words_hash
from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.chain import append, lock_head
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile

M, S = Violation.Measure, Violation.State

# Which penalties of a scheme a measure is carried out by.
EFFECTS: dict[str, tuple[str, ...]] = {
    M.DEDUCT: ("total_points", "zero_aspects"),
    M.ZERO: ("zero_all",),
    M.STOP: ("stop",),
}


class ViolationRefused(Exception):
    """The violation cannot be entered or decided like this. field: the form field concerned, if any."""

    def __init__(self, message: str | Promise, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def rules_for(event: Event, measure: str) -> list[Any]:
    """The penalties of the scheme by which a measure can be carried out; those without aspects to name."""
    return [
        rule
        for rule in penalty_rules(event)
        if rule.effect in EFFECTS.get(measure, ())
        and not (rule.aspects is not None and rule.aspects.chosen_when_given)
    ]


def notice(
    *,
    event: Event,
    text: str,
    happened_at: datetime,
    client_id: UUID,
    by: Any,
    code: Code | None = None,
    seat: Seat | None = None,
    upload: CleanUpload | None = None,
) -> Violation:
    """Enters a violation of a contestant (by a code) or of an official (by a seat), in the outermost transaction.

    The same client_id twice is one violation. Raises PermissionDenied, ViolationRefused.
    """
    roles.can_notice_violations(by, event).or_refuse()
    if (code is None) == (seat is None):
        raise ViolationRefused(_("Name either a number or a seat."), "about")
    if not text.strip():
        raise ViolationRefused(_("Say what happened."), "text")
    if happened_at > timezone.now() + AHEAD:
        raise ViolationRefused(_("This time lies in the future."), "happened_at")
    with writing_private_files() as kept:
        event = Event.objects.select_for_update().get(pk=event.pk)
        lock_head(event.chain)
        if (seen := Violation.objects.filter(client_id=client_id).first()) is not None:
            return seen
        if event.state == Event.State.ARCHIVED:
            raise ViolationRefused(_("An archived event cannot be changed."))
        last = Violation.objects.filter(event=event).aggregate(last=Max("number"))["last"] or 0
        evidence = None
        if upload is not None:
            evidence = files.keep(
                files=kept, upload=upload, kind=PrivateFile.Kind.EVIDENCE, worker=None, by=by
            )
        violation = Violation(
            event=event,
            number=last + 1,
            code=code,
            seat=seat,
            happened_at=happened_at,
            evidence=evidence,
            client_id=client_id,
            noticed_by=by,
        )
        violation.text = text.strip()
        violation.save()
        _tell(violation, "violation.noticed", by, text_hash=words_hash(text))
    return violation


def can_decide(by: Any, violation: Violation) -> Any:
    """Who decides: the chief judge on contestants, a supervisor of the event in place of a chief judge who noticed it
    (as a correction order is signed by these two), the organiser on officials; never who noticed it or is meant."""
    event = violation.event
    if violation.seat is not None:
        answer = roles.can_organise(by, event)
    else:
        answer = roles.can_chair(by, event)
        if not answer and noticed_by_the_chief(violation):
            answer = roles.can_supervise(by, event)
    if not answer:
        return answer
    if violation.noticed_by_id == by.pk:
        return roles.refused(_("Another person decides than who noticed it."))
    if violation.seat is not None and violation.seat.user_id == by.pk:
        return roles.refused(_("Nobody decides on a violation of their own."))
    return answer


def noticed_by_the_chief(violation: Violation) -> bool:
    """Whether the one who would decide on a contestant is the one who noticed it."""
    return roles.has_seat(violation.noticed_by, violation.event, Seat.Role.CHIEF)


def who_decides(violation: Violation) -> list[Seat]:
    """The seats that may decide on a violation of a contestant, with their persons; none for one of an official."""
    if violation.seat_id is not None:
        return []
    names = [Seat.Role.CHIEF]
    if noticed_by_the_chief(violation):
        names.append(Seat.Role.SUPERVISOR)
    seats = Seat.objects.taken().filter(event=violation.event, role__in=names).select_related("user")
    return list(seats.exclude(user=violation.noticed_by_id).order_by("role", "place"))


@transaction.atomic
def decide(
    *, violation: Violation, measure: str, reason: str, by: Any, public_reason: str = "", rule: str = ""
) -> Violation:
    """Takes a measure. rule: the penalty of the scheme for a deduction, a zero or a stop; public_reason: for a
    cancelled result, published without a name. Raises PermissionDenied, ViolationRefused."""
    violation = _locked(violation)
    can_decide(by, violation).or_refuse()
    if violation.state == S.DECIDED and (violation.measure, violation.decided_by_id) == (measure, by.pk):
        return violation
    _waiting(violation)
    fitting = Violation.FOR_OFFICIALS if violation.seat is not None else Violation.FOR_CONTESTANTS
    if measure not in fitting:
        raise ViolationRefused(_("Choose a measure."), "measure")
    if not reason.strip():
        raise ViolationRefused(_("Give the reason."), "reason")
    if measure == M.DISQUALIFY and not public_reason.strip():
        raise ViolationRefused(_("Give the reason as it will be published, without a name."), "public_reason")
    now = timezone.now()
    if measure in EFFECTS:
        violation.penalty = _penalty(violation, measure, rule, by, now)
    elif measure == M.DISQUALIFY:
        _disqualify(violation, by)
    elif measure == M.REMOVED:
        assert violation.seat is not None
        try:
            panels.leave_seat(seat=violation.seat, by=by)
        except panels.SeatRefused as refusal:
            raise ViolationRefused(str(refusal), "measure") from refusal
    violation.state, violation.measure, violation.decided_by, violation.decided_at = (
        S.DECIDED,
        measure,
        by,
        now,
    )
    violation.reason, violation.public_reason = reason.strip(), public_reason.strip()[:300]
    violation.save()
    _tell(
        violation,
        "violation.decided",
        by,
        measure=measure,
        reason_hash=words_hash(reason),
        public_reason=violation.public_reason,
    )
    return violation


@transaction.atomic
def dismiss(*, violation: Violation, reason: str, by: Any) -> Violation:
    """There was nothing in it. Raises PermissionDenied, ViolationRefused."""
    violation = _locked(violation)
    can_decide(by, violation).or_refuse()
    if violation.state == S.DISMISSED:
        return violation
    _waiting(violation)
    if not reason.strip():
        raise ViolationRefused(_("Give the reason."), "reason")
    violation.state, violation.decided_by, violation.decided_at = S.DISMISSED, by, timezone.now()
    violation.reason = reason.strip()
    violation.save()
    _tell(violation, "violation.dismissed", by, reason_hash=words_hash(reason))
    return violation


def _locked(violation: Violation) -> Violation:
    event = Event.objects.select_for_update().get(pk=violation.event_id)
    lock_head(event.chain)
    violation = Violation.objects.select_related("code", "seat__user", "noticed_by").get(pk=violation.pk)
    violation.event = event
    return violation


def _waiting(violation: Violation) -> None:
    if violation.state != S.NOTICED:
        raise ViolationRefused(_("This has been decided already."))


def _penalty(violation: Violation, measure: str, rule: str, by: Any, at: datetime) -> PenaltyRecord:
    """The penalty of the scheme that carries the measure out. After the lock marks change by order alone."""
    code = violation.code
    assert code is not None
    if violation.event.state not in DECIDED_IN:
        raise ViolationRefused(
            _("The marks of this event are locked; a penalty now needs a correction order.")
        )
    if rule not in {known.code for known in rules_for(violation.event, measure)}:
        raise ViolationRefused(_("Choose a penalty of the scheme for this measure."), "rule")
    record = PenaltyRecord.objects.create(
        code=code,
        rule=rule,
        happened_at=violation.happened_at,
        note=violation.label,
        state=PenaltyRecord.State.APPROVED,
        proposed_by=violation.noticed_by,
        decided_by=by,
        decided_at=at,
    )
    # The same lines as of any other penalty: from them alone is the result computed again.
    facts = {"rule": rule, "violation": violation.label}
    given = {"code": code.uuid, "times": record.times, "aspects": [], "contestant_signed": False}
    subject, chain = f"penalty:{record.pk}", violation.event.chain
    append(chain, "penalty.proposed", subject=subject, facts=facts | given, by=violation.noticed_by)
    append(chain, "penalty.approved", subject=subject, facts=facts, by=by)
    return record


def _disqualify(violation: Violation, by: Any) -> None:
    assert violation.code is not None
    try:
        entries.move(entry=entry_of(violation.code), to=entries.S.DISQUALIFIED, by=by)
    except entries.EntryRefused as refusal:
        raise ViolationRefused(str(refusal), "measure") from refusal


def _tell(violation: Violation, kind: str, by: Any, **facts: Any) -> None:
    append(
        violation.event.chain,
        kind,
        subject=f"violation:{violation.uuid}",
        facts={
            "number": violation.label,
            "code": violation.code.uuid if violation.code else None,
            "seat": violation.seat_id,
            **facts,
        },
        by=by,
    )
