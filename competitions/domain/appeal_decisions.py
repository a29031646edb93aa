"""The two instances of an appeal: the arbiters of the event, then on request a committee of other people."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import codes
from competitions.domain.appeals import AppealRefused, locked, move
from competitions.domain.conflicts import ties_between
from competitions.models import Appeal, AppealDecision, Sheet
from craft_site.kit.canonical import words_hash

S, O = Appeal.State, AppealDecision.Outcome  # noqa: E741


@transaction.atomic
def admit(*, appeal: Appeal, by: Any, reason: str = "") -> Appeal:
    """An arbiter accepts the appeal for decision; a late one with a reason. Raises PermissionDenied, AppealRefused."""
    appeal = locked(appeal)
    _may_decide(appeal, 1, by)
    if appeal.state == S.ADMITTED:
        return appeal
    if appeal.is_late and not reason.strip():
        raise AppealRefused(_("The appeal came late: say why it is accepted all the same."), "reasons")
    facts = {"reason_hash": words_hash(reason)}
    return move(appeal=appeal, to=S.ADMITTED, by=by, kind="appeal.admitted", facts=facts)


@transaction.atomic
def refuse(*, appeal: Appeal, reasons: str, by: Any) -> AppealDecision:
    """An arbiter does not accept the appeal; the second instance can be asked.

    Raises PermissionDenied, AppealRefused.
    """
    return _decide(appeal, 1, O.NOT_ADMITTED, reasons, by)


@transaction.atomic
def decide(
    *, appeal: Appeal, outcome: str, reasons: str, by: Any, public_reason: str = "", seconds: int = 0
) -> AppealDecision:
    """An arbiter decides on an accepted appeal.

    public_reason: needed where the result changes; it is published and names nobody. seconds: of a time credit, 0 for
    a replay. Raises PermissionDenied, AppealRefused.
    """
    return _decide(appeal, 1, outcome, reasons, by, public_reason=public_reason, seconds=seconds)


@transaction.atomic
def decide_second(
    *, appeal: Appeal, outcome: str, reasons: str, by: Any, public_reason: str = "", seconds: int = 0
) -> AppealDecision:
    """The committee decides, and this is final. Raises PermissionDenied, AppealRefused."""
    return _decide(appeal, 2, outcome, reasons, by, public_reason=public_reason, seconds=seconds)


def _decide(
    appeal: Appeal,
    instance: int,
    outcome: str,
    reasons: str,
    by: Any,
    *,
    public_reason: str = "",
    seconds: int = 0,
) -> AppealDecision:
    appeal = locked(appeal)
    if (done := appeal.decisions.filter(instance=instance).first()) is not None:
        if (done.by_id, done.outcome) == (by.pk, outcome):
            return done
        raise AppealRefused(_("This has been decided already."))
    _may_decide(appeal, instance, by)
    if outcome not in O.values or (outcome == O.NOT_ADMITTED and instance == 2):
        raise AppealRefused(_("Choose a decision."), "outcome")
    if not reasons.strip():
        raise AppealRefused(_("Give the reasons: whoever appealed reads them."), "reasons")
    if outcome in AppealDecision.CHANGES and not public_reason.strip():
        raise AppealRefused(_("Give the reason as it will be published, without a name."), "public_reason")
    if not 0 <= seconds <= 12 * 3600 or (seconds and outcome != O.TIME):
        raise AppealRefused(_("Only a time credit has seconds, at most 12 hours of them."), "seconds")
    to: str = S.FINAL if instance == 2 else S.NOT_ADMITTED if outcome == O.NOT_ADMITTED else S.DECIDED
    now = timezone.now()
    changes = {} if instance == 2 else {"second_by": now + timedelta(minutes=appeal.event.second_minutes)}
    decision = AppealDecision(
        appeal=appeal,
        instance=instance,
        outcome=outcome,
        public_reason=public_reason.strip()[:300],
        seconds=seconds,
        by=by,
        at=now,
    )
    decision.reasons = reasons.strip()
    move(
        appeal=appeal,
        to=to,
        by=by,
        kind="appeal.decided",
        facts={
            "instance": instance,
            "outcome": outcome,
            "reasons_hash": words_hash(reasons),
            "public_reason": decision.public_reason,
            "seconds": seconds,
        },
        **changes,
    )
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError as error:
        raise AppealRefused(_("Nobody decides twice on one appeal.")) from error
    return decision


def _may_decide(appeal: Appeal, instance: int, by: Any) -> None:
    """Raises PermissionDenied with the reason: no seat, has decided before, has marked this entry, or is tied."""
    roles.can_arbitrate(by, appeal.event, instance).or_refuse()
    if appeal.decisions.filter(by=by).exists():
        raise PermissionDenied(_("Nobody decides twice on one appeal."))
    if appeal.violation is not None and by.pk in (
        appeal.violation.decided_by_id,
        appeal.violation.noticed_by_id,
    ):
        raise PermissionDenied(_("You took part in the measure that this appeal is about."))
    if appeal.entry is None:
        return
    keys = [code for code, entry in codes.entry_ids_by_code(appeal.event).items() if entry == appeal.entry_id]
    sheets = Sheet.objects.filter(code__in=keys)
    if sheets.filter(seat__user=by).exists() or sheets.filter(seat__witness=by).exists():
        raise PermissionDenied(_("You have marked this contestant."))
    if ties_between(by, appeal.entry):
        raise PermissionDenied(_("You are tied to this contestant, so somebody else decides."))
