"""Correction orders: the one way to change a mark after the lock.

The chief judge asks, a supervisor who is another person approves, and the approval names the hash of exactly the
change that was read. Approving carries it out in the same transaction. Refused and withdrawn orders stay on record.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import codes
from competitions.domain.correction_changes import Change, ChangeRefused, Order, carry_out
from competitions.domain.release_difference import Cause
from competitions.models import Code, CorrectionOrder, Event, Release
from craft_site.kit.canonical import canonical_json, sha256_hex
from craft_site.ledger.chain import Draft, append_many, lock_head
from craft_site.ledger.models import Chain
from craft_site.people.models import PrivateFile

S, State = Event.State, CorrectionOrder.State
ORDERED_IN = (S.LOCKED, S.DECODED, S.PUBLICITY, S.FINAL)


class CorrectionRefused(Exception):
    """The order cannot be written, approved or ended like this. field: the form field concerned, if any."""

    def __init__(self, message: str, field: int | str | None = None) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def request(
    *,
    event: Event,
    change: Change,
    reason: str,
    by: Any,
    ground: str = "",
    evidence: PrivateFile | None = None,
) -> CorrectionOrder:
    """The chief judge asks for a change; nothing changes yet. The same request while it waits is one order.

    reason: published with the new version, so it names nobody. ground: what asked for it, e.g. "appeal:A-003".
    Raises PermissionDenied, NoScheme, CorrectionRefused.
    """
    roles.can_chair(by, event).or_refuse()
    event, head = _locked(event)
    payload, digest = _payload(event, change, reason, ground)
    same = CorrectionOrder.objects.waiting().filter(event=event, payload_hash=digest, requested_by=by).first()
    if same is not None:
        return same
    order = CorrectionOrder.objects.create(
        event=event,
        number=CorrectionOrder.objects.filter(event=event).count() + 1,
        kind=change.kind,
        payload=payload,
        payload_hash=digest,
        reason=reason.strip(),
        ground=ground,
        evidence=evidence,
        requested_by=by,
        **change.rows(),
    )
    _tell(head, order, "correction.requested", by)
    return order


@transaction.atomic
def amend(*, order: CorrectionOrder, change: Change, reason: str, by: Any) -> CorrectionOrder:
    """Whoever asked writes the order anew while it waits; what was read before can no longer be approved.

    Raises PermissionDenied, CorrectionRefused.
    """
    order, event, head = _waiting(order)
    if order.requested_by_id != by.pk:
        raise PermissionDenied(_("Whoever asked for the order changes it."))
    roles.can_chair(by, event).or_refuse()
    if change.kind != order.kind:
        raise CorrectionRefused(_("An order keeps its kind. Withdraw it and ask anew."))
    payload, digest = _payload(event, change, reason, order.ground)
    if digest == order.payload_hash:
        return order
    rows = change.rows()
    CorrectionOrder.objects.filter(pk=order.pk).update(
        payload=payload, payload_hash=digest, reason=reason.strip(), revision=order.revision + 1, **rows
    )
    order.refresh_from_db()
    _tell(head, order, "correction.amended", by)
    return order


@transaction.atomic
def approve(*, order: CorrectionOrder, payload_hash: str, by: Any) -> CorrectionOrder:
    """A supervisor who is not the one who asked approves the change that has this hash; it is carried out at once.

    Sent twice it is carried out once. Raises PermissionDenied, CorrectionRefused when the order was written anew
    since it was read, or what it speaks of was changed.
    """
    event = order.event
    roles.can_supervise(by, event).or_refuse()
    event, head = _locked(event)
    order = CorrectionOrder.objects.select_related("requested_by").get(pk=order.pk)
    if order.state == State.EXECUTED and (order.approved_by_id, order.approved_hash) == (by.pk, payload_hash):
        return order
    _still_waiting(order)
    if order.requested_by_id == by.pk:
        raise CorrectionRefused(_("Whoever asked for an order cannot approve it too."))
    if payload_hash != order.payload_hash or sha256_hex(order.payload.encode()) != order.payload_hash:
        raise CorrectionRefused(
            _("The order was changed since you read it. Read it again before you approve.")
        )
    known = Order(order.label, order.payload_hash, order.reason, order.requested_by, by)
    _tell(head, order, "correction.approved", by)
    try:
        carry_out(event, json.loads(order.payload), order=known, head=head)
    except ChangeRefused as refused:
        raise CorrectionRefused(str(refused), refused.field) from refused
    order.state, order.approved_by, order.approved_hash = State.EXECUTED, by, payload_hash
    order.decided_at = timezone.now()
    order.save(update_fields=("state", "approved_by", "approved_hash", "decided_at"))
    return order


@transaction.atomic
def refuse(*, order: CorrectionOrder, answer: str, by: Any) -> CorrectionOrder:
    """A supervisor refuses with a reason; nothing changes. Raises PermissionDenied, CorrectionRefused."""
    roles.can_supervise(by, order.event).or_refuse()
    return _end(order, State.REFUSED, answer, by)


@transaction.atomic
def withdraw(*, order: CorrectionOrder, answer: str, by: Any) -> CorrectionOrder:
    """Whoever asked takes the order back with a reason. Raises PermissionDenied, CorrectionRefused."""
    if order.requested_by_id != by.pk:
        raise PermissionDenied(_("Whoever asked for the order withdraws it."))
    return _end(order, State.WITHDRAWN, answer, by)


def _end(order: CorrectionOrder, state: CorrectionOrder.State, answer: str, by: Any) -> CorrectionOrder:
    if not answer.strip():
        raise CorrectionRefused(_("Give the reason."), "answer")
    _event, head = _locked(order.event)
    order = CorrectionOrder.objects.get(pk=order.pk)
    if order.state == state and order.answer == answer.strip()[:300]:
        return order
    _still_waiting(order)
    if state == State.REFUSED and order.requested_by_id == by.pk:
        raise CorrectionRefused(_("Whoever asked for an order withdraws it instead of refusing it."))
    order.state, order.answer, order.decided_at = state, answer.strip()[:300], timezone.now()
    order.refused_by = by if state == State.REFUSED else None
    order.save(update_fields=("state", "answer", "decided_at", "refused_by"))
    _tell(head, order, f"correction.{state}", by)
    return order


# --- what is published of them ---------------------------------------------------------------------------------------


def public_changes(event: Event, *, since: Release | None = None) -> list[Cause]:
    """The orders carried out since a release, as reasons of a new version: contestant numbers, no person.

    An order on a team's mark names no entry. Two queries.
    """
    done = CorrectionOrder.objects.filter(event=event, state=State.EXECUTED).order_by("number")
    if since is not None:
        done = done.filter(decided_at__gt=since.published_at)
    numbers = {
        code.pk: trail.codes[Code.Layer.CONTESTANT].number
        for trail in codes.trails(event).values()
        for code in trail.codes.values()
    }
    return [
        Cause(
            kind="correction",
            number=order.label,
            entry=numbers.get(order.sheet.code_id if order.sheet else order.code_id or 0, ""),
            text=order.reason,
        )
        for order in done.select_related("sheet")
    ]


# --- guards ----------------------------------------------------------------------------------------------------------


def _locked(event: Event) -> tuple[Event, Chain]:
    """The event as it stands, its row and its chain locked, in the order in which everybody locks."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    head = lock_head(event.chain)
    if event.state not in ORDERED_IN:
        raise CorrectionRefused(
            _("Correction orders are for locked marks. Before the lock the chief judge reopens the sheet.")
        )
    return event, head


def _waiting(order: CorrectionOrder) -> tuple[CorrectionOrder, Event, Chain]:
    event, head = _locked(order.event)
    fresh = CorrectionOrder.objects.get(pk=order.pk)
    _still_waiting(fresh)
    return fresh, event, head


def _still_waiting(order: CorrectionOrder) -> None:
    if order.state != State.REQUESTED:
        raise CorrectionRefused(
            _("This order has been decided already: %(state)s.") % {"state": order.get_state_display()}
        )


def _payload(event: Event, change: Change, reason: str, ground: str) -> tuple[str, str]:
    """The change as canonical JSON and its hash. Raises CorrectionRefused."""
    if not reason.strip():
        raise CorrectionRefused(_("Say what was wrong: it is published with the new version."), "reason")
    if len(reason.strip()) > 300:
        raise CorrectionRefused(_("At most 300 characters."), "reason")
    if change.event_id != event.pk:
        raise CorrectionRefused(_("This belongs to another event."))
    try:
        facts = change.facts()
    except ChangeRefused as refused:
        raise CorrectionRefused(str(refused), refused.field) from refused
    body = canonical_json(
        {"event": event.code, "kind": change.kind, "reason": reason.strip(), "ground": ground, **facts}
    )
    return body.decode(), sha256_hex(body)


def _tell(head: Chain, order: CorrectionOrder, kind: str, by: Any) -> None:
    """An order is told by the hash of what it says: what it changes is told when it is carried out, and what was never
    carried out is nobody's to read."""
    facts = {"order": order.label, "payload": order.payload_hash, "revision": order.revision}
    append_many(head, [Draft(kind, f"correction:{order.uuid}", facts)], by=by)


def open_orders(event: Event) -> Sequence[CorrectionOrder]:
    """Orders that nobody has decided yet."""
    return list(CorrectionOrder.objects.waiting().filter(event=event).order_by("number"))
