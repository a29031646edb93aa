"""Codes: how the three layers lead back to an entry, and the verb that opens them, layer by layer, after the lock.

Only domain code follows a code back. What a person may see of codes is decided by `Code.objects.visible_to`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.events import move
from competitions.models import Code, Decoding, Entry, Event, OpenedLayer
from craft_site.ledger.chain import append, lock_head

#: The layers in the order in which they are opened.
BACKWARDS = (Code.Layer.WORK, Code.Layer.STATION, Code.Layer.CONTESTANT)


class DecodingRefused(Exception):
    """The codes cannot be opened now; the message says why."""


@dataclass(slots=True)
class Trail:
    """The numbers of one entry, by layer; a layer that was not drawn for it is absent."""

    entry_id: int
    codes: dict[str, Code] = field(default_factory=dict)


def typed_number(text: str) -> str:
    """A number as it is written in the codes, from what somebody typed: w19, w-19 and full-width letters are W-19."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    parts = re.fullmatch(r"([A-Z]+)[-‐‑–—−]?(\d+)", plain)
    return "-".join(parts.groups()) if parts else plain


def entry_of(code: Code) -> Entry:
    """The entry a code of any layer leads back to. For domain code only: it knows no blindness."""
    step = code
    while step.parent is not None:
        step = step.parent
    assert step.entry is not None  # the constraint of the table: the first layer names an entry
    return step.entry


def entry_ids_by_code(event: Event) -> dict[int, int]:
    """Entry keys by code keys, all layers of the event, in one query. For domain code only."""
    return {code.pk: trail.entry_id for trail in trails(event).values() for code in trail.codes.values()}


def entries_by_code(event: Event) -> dict[int, Entry]:
    """Entries by code keys, all layers of the event, in two queries. For domain code only."""
    keys = entry_ids_by_code(event)
    entries = Entry.objects.for_desk().in_bulk(set(keys.values()))
    return {code: entries[entry] for code, entry in keys.items()}


def trails(event: Event) -> dict[int, Trail]:
    """Every entry's numbers by entry key, in one query. For domain code only."""
    found: dict[int, Trail] = {}
    codes = {code.pk: code for code in Code.objects.filter(event=event).select_related("session")}
    for code in codes.values():
        entry = _root(code, codes).entry_id
        assert entry is not None
        found.setdefault(entry, Trail(entry)).codes[code.layer] = code
    return found


def _root(code: Code, codes: Mapping[int, Code]) -> Code:
    while code.parent_id is not None:
        code = codes[code.parent_id]
    return code


@transaction.atomic
def ask_to_decode(*, event: Event, by: Any) -> Decoding:
    """The coding judge asks for the opening of the codes; nothing opens yet. Asked twice it stands once.

    Raises PermissionDenied for anybody else, DecodingRefused unless the marks are locked.
    """
    roles.can_code(by, event).or_refuse()
    event = Event.objects.select_for_update().get(pk=event.pk)
    lock_head(event.chain)
    _locked(event)
    decoding, made = Decoding.objects.get_or_create(event=event, defaults={"asked_by": by})
    if not made and decoding.asked_by_id == by.pk:
        return decoding
    if not made:  # another coding judge takes it over: the one who asked must be the one who stands there
        decoding.asked_by, decoding.asked_at = by, timezone.now()
        decoding.save(update_fields=("asked_by", "asked_at"))
    append(event.chain, "event.decoding_asked", subject=f"event:{event.code}", facts={}, by=by)
    return decoding


def closed_layers(event: Event) -> list[str]:
    """The layers that are still to be opened, the next one first. Layers that were not drawn are none."""
    drawn = set(Code.objects.filter(event=event).order_by().values_list("layer", flat=True).distinct())
    opened = set(OpenedLayer.objects.filter(decoding__event=event).values_list("layer", flat=True))
    return [layer for layer in BACKWARDS if layer in drawn - opened]


@transaction.atomic
def open_layer(*, event: Event, layer: str, by: Any, witness: Any) -> Event:
    """Opens one layer of the codes, backwards: its numbers lead back to the layer before. With the last one numbers
    lead back to names, and the event moves from locked to decoded. A layer that is open already stays so.

    by: the coding judge who asked (`ask_to_decode`); witness: a supervisor of the event who is another person and
    whose own action this is. Raises PermissionDenied, DecodingRefused, MoveRefused.
    """
    roles.can_code(by, event).or_refuse()
    roles.can_supervise(witness, event).or_refuse()
    if by.pk == witness.pk:
        raise DecodingRefused(_("The coding judge and the supervisor must be two people."))
    # The caller's copy may be old: two supervisors stand there, or one pressed twice.
    event = Event.objects.select_for_update().get(pk=event.pk)
    lock_head(event.chain)
    decoding = Decoding.objects.filter(event=event).first()
    if decoding is not None and decoding.opened.filter(layer=layer).exists():
        return event
    _locked(event)
    if decoding is None or decoding.asked_by_id != by.pk:
        raise DecodingRefused(_("The coding judge has not asked for the decoding yet."))
    closed = closed_layers(event)
    if layer not in closed:
        raise DecodingRefused(_("This layer of numbers was not drawn."))
    if layer != closed[0]:
        raise DecodingRefused(_("First open: %(layer)s.") % {"layer": Code.Layer(closed[0]).label})
    OpenedLayer.objects.create(decoding=decoding, layer=layer, asked_by=by, witnessed_by=witness)
    subject, asked_by = f"event:{event.code}", str(by.uuid)
    count = Code.objects.filter(event=event, layer=layer).count()
    facts = {"asked_by": asked_by, "layer": layer, "codes": count}
    append(event.chain, "event.layer_opened", subject=subject, facts=facts, by=witness)
    if len(closed) > 1:
        return event
    total = Code.objects.filter(event=event).count()
    facts = {"asked_by": asked_by, "codes": total}
    append(event.chain, "event.decoded", subject=subject, facts=facts, by=witness)
    return move(event=event, to=Event.State.DECODED, by=witness)


def _locked(event: Event) -> None:
    if event.state != Event.State.LOCKED:
        raise DecodingRefused(_("Codes are opened only after the chief judge has locked the marks."))
