"""Handing a half-marked sheet to another judge, when the one who began it had to leave."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import codes, conflicts
from competitions.domain.issuing import LAYER, NotAssigned, carried_for, works_on
from competitions.domain.panels import can_hold
from competitions.domain.results import scheme_of
from competitions.domain.signing import MARKED_IN, wants_witness
from competitions.models import Entry, Event, Mark, Seat, Sheet
from craft_site.kit.access import Decision
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many, lock_head

LONGEST_REASON = 300


class HandOverRefused(Exception):
    """The sheet stays where it is; the message says what to do."""


def can_hand_over(user: Any, event: Event) -> Decision:
    """Give a judge's open sheet to another judge: the chief judge."""
    return roles.can_chair(user, event)


def takers(sheet: Sheet) -> list[Seat]:
    """The seats that could take a sheet over, ties not looked at: of its kind, with nothing on this code that makes or
    made one person two judges of a panel, and with a second judge where two sign."""
    scheme = scheme_of(sheet.event).scheme
    held = [aspect for aspect in scheme.aspects() if aspect.code in sheet.aspects]
    others = list(Sheet.objects.filter(code=sheet.code_id).exclude(pk=sheet.pk).select_related("seat"))
    shared = [one for one in others if set(one.aspects) & set(sheet.aspects)]
    judged = Mark.objects.filter(sheet__in=shared, aspect__in=sheet.aspects).order_by()
    seats = (
        Seat.objects.taken()
        .filter(event=sheet.event_id, role__in=Seat.MARKING)
        .exclude(pk=sheet.seat_id)
        .exclude(pk__in=[one.seat_id for one in others])
        .exclude(user__in=[sheet.seat.user_id, *(one.seat.user_id for one in shared)])
        .exclude(user__in=judged.values("by"))
        .select_related("user")
        .prefetch_related("sessions")
        .order_by("role", "place", "pk")
    )
    places = {one.seat.place for one in shared}
    two_sign = wants_witness(sheet, scheme)
    return [
        seat
        for seat in seats
        if LAYER.get(seat.role) == sheet.code.layer
        and all(can_hold(seat.role, aspect) for aspect in held)
        and works_on(seat, sheet.code)
        and seat.place not in places
        and not (two_sign and seat.witness_id is None)
    ]


@transaction.atomic
def hand_over(*, sheet: Sheet, to: Seat, by: Any, reason: str) -> Sheet:
    """The chief judge gives an open sheet to another seat. What is entered stays as it is, with its author; the judge
    who takes over goes on from there, judges again where the panel must, and signs the whole. What the judge before
    gave on a panel is sealed until all of it have judged (panel_view): it is judged anew, unseen, or signed when it can
    be read.

    Handed over twice to the same seat it is handed over once. Raises PermissionDenied, HandOverRefused, and
    NotAssigned when a tie bars the judge from this work or the seat cannot mark it.
    """
    can_hand_over(by, sheet.event).or_refuse()
    if not (reason := reason.strip()[:LONGEST_REASON]):
        raise HandOverRefused(_("Say why the sheet is handed over."))
    head = lock_head(sheet.event.chain)
    fresh = Sheet.objects.for_list().get(pk=sheet.pk)
    if fresh.seat_id == to.pk:
        return fresh
    if fresh.event.state not in MARKED_IN:
        raise HandOverRefused(_("This event is not being marked now."))
    if fresh.state not in Sheet.OPEN:
        raise HandOverRefused(_("The sheet is signed. Reopen it before it is handed over."))
    seat = next((one for one in takers(fresh) if one.pk == to.pk), None)
    if seat is None or not _judged_with(fresh).isdisjoint(conflicts.barred_now(fresh.event).get(to.pk, {})):
        raise NotAssigned
    before = fresh.seat
    fresh.signatures.filter(void=False).update(void=True, void_reason=reason)
    fresh.seat, fresh.handed_over_for = seat, reason
    fresh.save(update_fields=("seat", "handed_over_for", "updated_at"))
    facts = {
        "from": before.user.uuid,
        "to": seat.user.uuid,
        "place": seat.place,
        "marks": fresh.marks_in,
        "reason_hash": words_hash(reason),
    }
    append_many(head, [Draft("sheet.handed_over", f"sheet:{fresh.uuid}", facts)], by=by)
    return fresh


def _judged_with(sheet: Sheet) -> set[int]:
    """The entries that the marks of a sheet count for: the contestant's, and the whole team's on a team aspect."""
    entry = codes.entry_of(sheet.code).pk
    shared = scheme_of(sheet.event).scheme.team_aspects()
    if not shared & set(sheet.aspects):
        return {entry}
    there = sheet.event.entries.filter(state=Entry.State.CHECKED_IN).values_list("pk", flat=True)
    return {entry, *carried_for(sheet.event, set(there)).get(entry, ())}
