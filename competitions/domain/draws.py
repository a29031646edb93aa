"""The three draws of an event: the list frozen, a secret committed, dice thrown before two people, codes made.

Two people on every draw: the coding judge enters what was thrown, a supervisor who saw it enters it too, and only
when both texts are the same is the seed computed. A draw is never edited; it is voided by two people, its outcome
kept, and drawn again as a new round (`draw_voiding`).
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import entries
from competitions.domain.draw_lists import (
    BEFORE,
    OPEN_IN,
    benches,
    missing_now,
    nobody,
    station_list_from,
    urn_items,
    urn_labels,
)
from competitions.models import Code, Draw, DrawnSlot, Entry, Event
from craft_site.kit import draw as lots
from craft_site.kit.language import listed
from craft_site.ledger.chain import append

P = Draw.Purpose
S = Event.State


class DrawRefused(Exception):
    """The draw cannot do this step; the message says why and what to do."""


class MissingChanged(DrawRefused):
    """Those who would become absent are not those who were confirmed."""


# --- freezing the list -----------------------------------------------------------------------------------------------


@transaction.atomic
def commit_draw(*, event: Event, purpose: str, by: Any, missing: Collection[str] | None = None) -> Draw:
    """Freezes the list, commits a secret; only their hashes are shown. Sent twice, the open draw is returned.

    For the station draw whoever is accepted and not checked in becomes absent. missing: their contestant numbers as
    the coding judge has seen and confirmed them; None asks for no such confirmation.
    Raises PermissionDenied, DrawRefused, MissingChanged.
    """
    roles.can_code(by, event).or_refuse()
    event = Event.objects.select_for_update().get(pk=event.pk)
    standing = Draw.objects.in_force().filter(event=event, purpose=purpose).first()
    if standing is not None and standing.state == Draw.State.COMMITTED:
        return standing
    if standing is not None:
        raise DrawRefused(_("These lots have been drawn. To draw again, have the draw voided first."))
    if event.state not in OPEN_IN[purpose]:
        raise DrawRefused(
            _("“%(draw)s” is drawn while the event is in one of these states: %(states)s.")
            % {
                "draw": P(purpose).label,
                "states": listed(str(S(state).label) for state in OPEN_IN[purpose]),
            }
        )
    if purpose in BEFORE and not _drawn(event, BEFORE[purpose]):
        raise DrawRefused(_("First draw “%(draw)s”.") % {"draw": P(BEFORE[purpose]).label})
    if purpose == P.STATION:
        if (opens := station_list_from(event)) is not None and timezone.now() < opens:
            raise DrawRefused(
                _(
                    "The list of the station draw can be frozen from %(time)s, shortly before the first session."
                )
                % {"time": date_format(timezone.localtime(opens), "SHORT_DATETIME_FORMAT")}
            )
        _enough_benches(event)
        if missing is not None and set(missing) != {code.number for code in missing_now(event)}:
            raise MissingChanged(
                _("Somebody has come or gone meanwhile. Look at the list of those missing again.")
            )
        _absent_who_did_not_check_in(event, by)
    items = lots.canonical(urn_items(event, purpose)) if urn_items(event, purpose) else ()
    if not items:
        raise DrawRefused(nobody(purpose))
    secret = secrets.token_hex(32)
    draw = Draw(
        event=event,
        purpose=purpose,
        round=Draw.objects.filter(event=event, purpose=purpose).count() + 1,
        algorithm=lots.ALGORITHM,
        items=list(items),
        labels=urn_labels(event, purpose, len(items)),
        list_hash=lots.list_hash(items),
        commitment=lots.commitment(secret),
        committed_by=by,
    )
    draw.secret = secret
    draw.save()
    tell(
        draw,
        "draw.committed",
        by,
        algorithm=draw.algorithm,
        list_hash=draw.list_hash,
        commitment=draw.commitment,
        items=len(items),
        labels_hash=lots.sha256("\n".join(draw.labels)),
    )
    return draw


def _enough_benches(event: Event) -> None:
    places, wanted = len(benches(event)), len(urn_items(event, P.STATION))
    if wanted <= places:
        return
    raise DrawRefused(
        _(
            "%(wanted)d contestants are checked in, but all sessions together have %(places)d usable stations. "
            "Add a session or a station, or make one usable, before the list is frozen."
        )
        % {"wanted": wanted, "places": places}
    )


def _absent_who_did_not_check_in(event: Event, by: Any) -> None:
    for entry in event.entries.select_related("event").filter(state=Entry.State.ACCEPTED):
        entries.move(entry=entry, to=Entry.State.ABSENT, by=by)


# --- the throw -------------------------------------------------------------------------------------------------------


DICE = 6  # so many fall in every public draw: what is fixed beforehand cannot be chosen to suit the outcome


def read_dice(text: str) -> str:
    """The one spelling of a throw: what DICE dice show, each 1 to 6, in the order in which they fell, one space between
    them. Full-width digits are read, and spaces, commas, semicolons, dots, hyphens or slashes between them, or nothing.

    Raises DrawRefused, which names what is wrong.
    """
    plain = unicodedata.normalize("NFKC", text)
    parts = [part for part in re.split(r"[\s,，、;；.。/+\-–—]+", plain) if part]
    if len(parts) == 1 and re.fullmatch(rf"[1-6]{{{DICE}}}", parts[0]):
        parts = [*parts[0]]
    wrong = next((part for part in parts if not re.fullmatch(r"[1-6]", part)), None)
    if wrong is not None:
        raise DrawRefused(
            _("“%(wrong)s” is not what a die shows: enter numbers from 1 to 6, for example 4 6 1 3 5 2.")
            % {"wrong": wrong[:20]}
        )
    if len(parts) != DICE:
        raise DrawRefused(
            _("%(dice)d dice are thrown, and %(given)d numbers are given: enter one number for each die.")
            % {"dice": DICE, "given": len(parts)}
        )
    return " ".join(parts)


@transaction.atomic
def throw(*, draw: Draw, dice: str, by: Any) -> Draw:
    """The coding judge enters what was thrown in the hall. Nothing is drawn before a supervisor enters the same.

    Raises PermissionDenied, DrawRefused.
    """
    roles.can_code(by, draw.event).or_refuse()
    draw = _open(draw)
    dice = read_dice(dice)
    if (draw.dice, draw.drawn_by_id) == (dice, by.pk):
        return draw
    draw.dice, draw.drawn_by = dice, by
    draw.save(update_fields=("dice", "drawn_by"))
    tell(draw, "draw.thrown", by, dice=dice)
    return draw


@transaction.atomic
def witness_throw(*, draw: Draw, dice: str, by: Any) -> Draw:
    """A supervisor who saw the throw enters it too; when both say the same, the lots are drawn and the codes made.

    Sent twice it draws once. Raises PermissionDenied, DrawRefused.
    """
    roles.can_supervise(by, draw.event).or_refuse()
    locked = Draw.objects.select_for_update().select_related("event").get(pk=draw.pk)
    if locked.state == Draw.State.DRAWN and locked.witnessed_by_id == by.pk:
        return locked
    draw = _open(draw)
    if not draw.dice:
        raise DrawRefused(_("The coding judge has not entered the throw yet."))
    if draw.drawn_by_id == by.pk:
        raise DrawRefused(_("Whoever entered the throw cannot witness it too."))
    if read_dice(dice) != draw.dice:
        raise DrawRefused(
            _("This is not what the coding judge entered. Look at the dice together and enter it again.")
        )
    draw.seed = lots.seed(draw.list_hash, draw.secret.reveal(), draw.dice)
    draw.witnessed_by, draw.drawn_at, draw.state = by, timezone.now(), Draw.State.DRAWN
    draw.save(update_fields=("seed", "witnessed_by", "drawn_at", "state"))
    outcome = lots.drawn_order(draw.seed, draw.items)
    slots = [
        DrawnSlot(
            draw=draw,
            position=lot.position,
            item=lot.item,
            digest=lot.digest,
            label=draw.labels[lot.position - 1],
        )
        for lot in outcome
    ]
    DrawnSlot.objects.bulk_create(slots)
    made = _MAKERS[draw.purpose](draw.event, slots)
    try:
        Code.objects.bulk_create(made)
    except IntegrityError as error:
        raise DrawRefused(_("Some of these codes exist already. Reload the page.")) from error
    # No order and no seed in the ledger: its lines are published before the codes are opened.
    tell(
        draw,
        "draw.drawn",
        by,
        dice=draw.dice,
        thrown_by=str(draw.drawn_by.uuid),
        seed_hash=lots.sha256(draw.seed),
        codes=len(slots),
        commitments=sorted(
            lots.code_commitment(draw.secret.reveal(), str(code.uuid), slot.label, slot.item)
            for code, slot in zip(made, slots, strict=True)
        ),
    )
    return draw


def _contestant_codes(event: Event, slots: list[DrawnSlot]) -> list[Code]:
    keys = {str(uuid): pk for uuid, pk in event.entries.values_list("uuid", "pk")}
    return [
        Code(event=event, layer=Code.Layer.CONTESTANT, number=slot.label, entry_id=keys[slot.item])
        for slot in slots
    ]


def _station_codes(event: Event, slots: list[DrawnSlot]) -> list[Code]:
    places = {bench.label: bench for bench in benches(event)}
    if gone := sorted(slot.label for slot in slots if slot.label not in places):
        raise DrawRefused(
            _(
                "These places were in the frozen list and are not usable now: %(places)s. "
                "Make them usable again, or void this draw and freeze a new list."
            )
            % {"places": listed(gone)}
        )
    parents = dict(Code.objects.filter(event=event, layer=P.CONTESTANT).values_list("number", "pk"))
    return [
        Code(
            event=event,
            layer=Code.Layer.STATION,
            number=slot.label,
            parent_id=parents[slot.item],
            session=places[slot.label].session,
            station=places[slot.label].station,
        )
        for slot in slots
    ]


def _work_codes(event: Event, slots: list[DrawnSlot]) -> list[Code]:
    # No session and no station here: a work number says nothing about where the work was made.
    parents = dict(Code.objects.filter(event=event, layer=P.STATION).values_list("number", "pk"))
    return [
        Code(event=event, layer=Code.Layer.WORK, number=slot.label, parent_id=parents[slot.item])
        for slot in slots
    ]


_MAKERS: dict[str, Callable[[Event, list[DrawnSlot]], list[Code]]] = {
    P.CONTESTANT: _contestant_codes,
    P.STATION: _station_codes,
    P.WORK: _work_codes,
}


# --- small shared steps ----------------------------------------------------------------------------------------------


def _drawn(event: Event, purpose: str) -> bool:
    return Draw.objects.filter(event=event, purpose=purpose, state=Draw.State.DRAWN).exists()


def in_force(draw: Draw) -> Draw:
    """The draw as it stands now, locked. Raises DrawRefused when it is void."""
    found = (
        Draw.objects.select_for_update(of=("self",))
        .select_related("event", "drawn_by", "void_asked_by")
        .get(pk=draw.pk)
    )
    if found.state == Draw.State.VOID:
        raise DrawRefused(_("This draw has been voided."))
    return found


def _open(draw: Draw) -> Draw:
    """The same for a draw that waits for its dice."""
    found = in_force(draw)
    if found.state != Draw.State.COMMITTED:
        raise DrawRefused(_("These lots have been drawn already."))
    if found.void_asked_by_id is not None:
        raise DrawRefused(_("Somebody asked to void this draw; that is decided first."))
    return found


def tell(draw: Draw, kind: str, by: Any, **facts: Any) -> None:
    """The line of the ledger for one step of a draw."""
    append(
        draw.event.chain,
        kind,
        subject=f"draw:{draw.uuid}",
        facts={"purpose": str(draw.purpose), "round": draw.round, **facts},
        by=by,
    )
