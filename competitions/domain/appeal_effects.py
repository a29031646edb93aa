"""What follows from a decision on an appeal once nothing can change it any more, and what of it is to be done."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import entries
from competitions.domain.appeals import AppealRefused
from competitions.domain.incidents import DECIDED_IN
from competitions.domain.release_difference import Cause
from competitions.models import (
    Appeal,
    AppealDecision,
    Code,
    CorrectionOrder,
    Entry,
    Event,
    PenaltyRecord,
    Release,
    TimeCredit,
    Violation,
)
from craft_site.ledger.chain import append, lock_head

O = AppealDecision.Outcome  # noqa: E741


def in_force(appeal: Appeal) -> AppealDecision | None:
    """The decision that holds: the last one, once the appeal is over and was not withdrawn."""
    if not appeal.is_over:
        return None
    return appeal.decisions.order_by("-instance").first()


def ground(appeal: Appeal) -> str:
    """What a correction order names when an appeal asks for it."""
    return f"appeal:{appeal.label}"


def executed_order(appeal: Appeal, *, lifting: bool = False) -> str | None:
    """The label of the correction order carried out on this appeal's ground. lifting: of one that lifts a penalty."""
    orders = CorrectionOrder.objects.filter(
        event_id=appeal.event_id, ground=ground(appeal), state=CorrectionOrder.State.EXECUTED
    )
    if lifting:
        orders = orders.filter(kind=CorrectionOrder.Kind.PENALTY)
    for order in orders:
        if not lifting or json.loads(order.payload)["after"]["state"] == "lifted":
            return order.label
    return None


@transaction.atomic
def carry_out(*, appeal: Appeal, by: Any) -> AppealDecision:
    """Does what the decision in force says, once: a correction order is looked for, a penalty or measure is lifted, a
    time credit is given, a result is cancelled. The result is published anew afterwards.

    Raises PermissionDenied; AppealRefused while another instance can be asked or the correction order is missing.
    """
    roles.can_organise(by, appeal.event).or_refuse()
    event = Event.objects.select_for_update().get(pk=appeal.event_id)
    lock_head(event.chain)
    appeal = Appeal.objects.select_related("entry__worker", "violation").get(pk=appeal.pk)
    decision = in_force(appeal)
    if decision is None:
        raise AppealRefused(_("The second instance can still be asked; nothing is carried out before."))
    if decision.outcome not in AppealDecision.CHANGES:
        raise AppealRefused(_("This decision leaves everything as it was."))
    if decision.carried_out_at is not None:
        return decision
    facts: dict[str, Any] = {"outcome": str(decision.outcome)}
    if decision.outcome == O.CORRECTED:
        facts["done"] = _correction(appeal, event)
    elif decision.outcome == O.LIFTED:
        facts["done"] = _correction(appeal, event, lifting=True)
    elif decision.outcome == O.TIME:
        facts["credit"] = _credit(appeal, decision, by)
    elif appeal.entry is not None and appeal.entry.state != Entry.State.DISQUALIFIED:
        try:
            entries.move(entry=appeal.entry, to=Entry.State.DISQUALIFIED, by=by)
        except entries.EntryRefused as refusal:
            raise AppealRefused(str(refusal)) from refusal
    decision.carried_out_at, decision.carried_out_by = timezone.now(), by
    decision.save(update_fields=("carried_out_at", "carried_out_by"))
    append(
        event.chain,
        "appeal.carried_out",
        subject=f"appeal:{appeal.uuid}",
        facts={"number": appeal.label, **facts},
        by=by,
    )
    return decision


def _correction(appeal: Appeal, event: Event, *, lifting: bool = False) -> str:
    """The lifted measure or penalty, or the approved order that names the appeal as its ground. After the lock a
    penalty is lifted by such an order alone."""
    violation = appeal.violation
    if violation is not None and (violation.penalty is None or event.state in DECIDED_IN):
        if violation.penalty is not None:
            _lift(violation.penalty, appeal)
        if appeal.entry is not None and appeal.entry.state == Entry.State.DISQUALIFIED:
            entries.move(entry=appeal.entry, to=Entry.State.CHECKED_IN, by=None)
        Violation.objects.filter(pk=violation.pk).update(state=Violation.State.LIFTED)
        return violation.label
    if lifting and violation is None and event.state in DECIDED_IN:
        return _lift(_penalty_of(appeal), appeal)
    order = executed_order(appeal, lifting=lifting)
    if order is None and lifting:
        raise AppealRefused(
            _(
                "There is no approved correction order for %(number)s yet that takes the penalty back. The chief judge "
                "asks for it under “Correction orders”, a penalty, with this appeal as its ground; a supervisor "
                "approves it."
            )
            % {"number": appeal.label}
        )
    if order is None:
        raise AppealRefused(
            _(
                "There is no approved correction order for %(number)s yet. The chief judge asks for it with this "
                "appeal as its ground, a supervisor approves it."
            )
            % {"number": appeal.label}
        )
    return order


def _lift(penalty: PenaltyRecord, appeal: Appeal) -> str:
    """Takes a penalty back before the lock; what is known of it stays in the ledger."""
    PenaltyRecord.objects.filter(pk=penalty.pk).update(state=PenaltyRecord.State.REFUSED)
    facts = {"rule": penalty.rule, "appeal": appeal.label}
    append(appeal.event.chain, "penalty.lifted", subject=f"penalty:{penalty.pk}", facts=facts, by=None)
    return penalty.rule


def _penalty_of(appeal: Appeal) -> PenaltyRecord:
    """The one penalty that stands against whoever appeals."""
    standing = PenaltyRecord.objects.filter(
        code__parent__entry=appeal.entry_id, state=PenaltyRecord.State.APPROVED
    )
    found = list(standing[:2]) if appeal.entry_id else []
    if len(found) != 1:
        raise AppealRefused(
            _("No penalty stands against this contestant.")
            if not found
            else _("Several penalties stand against this contestant: after the lock an order names the one.")
        )
    return found[0]


def _credit(appeal: Appeal, decision: AppealDecision, by: Any) -> int | None:
    """The key of the time credit; None for a replay, which the organiser arranges."""
    code = Code.objects.filter(layer=Code.Layer.STATION, parent__entry=appeal.entry).first()
    if not decision.seconds or code is None:
        return None
    credit, made = TimeCredit.objects.get_or_create(
        code=code,
        cause=str(appeal),
        defaults={
            "from_at": decision.at,
            "to_at": decision.at,
            "decision": TimeCredit.Decision.ADD,
            "seconds": decision.seconds,
            "recorded_by": decision.by,
            "decided_by": by,
            "decided_at": decision.at,
        },
    )
    if made:
        facts: dict[str, Any] = {"decision": str(credit.decision), "seconds": credit.seconds}
        facts |= {"code": code.uuid, "appeal": appeal.label}
        append(code.event.chain, "credit.decided", subject=f"credit:{credit.pk}", facts=facts, by=by)
    return credit.pk


def to_do(event: Event) -> list[Appeal]:
    """Appeals whose decision in force changes something and is not carried out yet."""
    over = Appeal.objects.filter(event=event, state__in=(*Appeal.ANSWERED, Appeal.State.FINAL))
    found = []
    for appeal in over.prefetch_related("decisions"):
        decisions = sorted(appeal.decisions.all(), key=lambda decision: decision.instance)
        last = decisions[-1] if decisions else None
        if last is None or not appeal.is_over or last.outcome not in AppealDecision.CHANGES:
            continue
        if last.carried_out_at is None:
            found.append(appeal)
    return found


# --- reasons of a new version ----------------------------------------------------------------------------------------


def causes(event: Event) -> list[Cause]:
    """Decisions carried out and violations decided that no version of the result has told yet."""
    decided = AppealDecision.objects.filter(
        appeal__event=event, carried_out_at__isnull=False, released_in__isnull=True
    ).select_related("appeal__entry__contestant_code")
    cancelled = Violation.objects.filter(
        event=event,
        state=Violation.State.DECIDED,
        measure=Violation.Measure.DISQUALIFY,
        released_in__isnull=True,
    ).select_related("code__parent__parent")
    return [
        *(
            Cause("appeal", d.appeal.label, _number(d.appeal.entry), d.public_reason)
            for d in decided.order_by("appeal__number")
        ),
        *(Cause("violation", v.label, _root(v.code), v.public_reason) for v in cancelled.order_by("number")),
    ]


def told(event: Event, release: Release) -> None:
    """Notes that these reasons stand in a version now."""
    AppealDecision.objects.filter(
        appeal__event=event, carried_out_at__isnull=False, released_in__isnull=True
    ).update(released_in=release)
    Violation.objects.filter(
        event=event,
        state=Violation.State.DECIDED,
        measure=Violation.Measure.DISQUALIFY,
        released_in__isnull=True,
    ).update(released_in=release)


def _number(entry: Entry | None) -> str:
    code = getattr(entry, "contestant_code", None)
    return "" if code is None else code.number


def _root(code: Code | None) -> str:
    while code is not None and code.parent is not None:
        code = code.parent
    return "" if code is None else code.number
