"""Check-in on the day: who is there before the stations are drawn, until the door closes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import entries
from competitions.domain.draw_lists import benches
from competitions.domain.draws import tell
from competitions.domain.entries import EntryRefused
from competitions.models import Code, Draw, Entry, Event
from craft_site.kit import draw as lots
from craft_site.kit.access import ALLOWED, Decision

LATE_MINUTES = 15  # where neither office nor scheme says anything; 15 to 20 are usual
OPEN_IN = (Event.State.FROZEN, Event.State.RUNNING)
EXPECTED = (Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.ABSENT)


def can_check_in(user: Any, event: Event) -> Decision:
    """Check contestants in: the coding judge, who sees numbers, and the office, which knows faces."""
    return ALLOWED if roles.can_code(user, event) else roles.can_organise(user, event)


def late_minutes(event: Event) -> int:
    """Minutes after the start during which the door stays open: as the office has set, or the scheme says."""
    if event.late_minutes is not None:
        return event.late_minutes
    version = event.scheme_version
    time = version.scheme.informative.get("time") if version else None
    value = time.get("entry_closes_minutes_after_start") if isinstance(time, dict) else None
    return int(str(value)) if str(value or "").isdecimal() else LATE_MINUTES


def door(event: Event) -> tuple[datetime | None, int]:
    """When the door of the first session closes, None while no session has a time, and the minutes after its start.

    One draw serves all sessions, so everybody checks in before the first.
    """
    minutes = late_minutes(event)
    first = event.sessions.order_by("starts_at").first()
    return (first.starts_at + timedelta(minutes=minutes) if first else None), minutes


@transaction.atomic
def check_in(*, entry: Entry, by: Any, at: datetime | None = None) -> Entry:
    """The contestant is there: accepted or absent becomes checked in. Sent twice it counts once.

    at: now, unless a past contest is written down afterwards. Raises PermissionDenied, EntryRefused when the door is
    shut or the list of the station draw is frozen.
    """
    can_check_in(by, entry.event).or_refuse()
    entry = _as_it_stands(entry)
    if entry.state == Entry.State.CHECKED_IN:
        return entry
    _still_open(entry.event)
    _before_the_door_closes(entry.event, at)
    return entries.move(entry=entry, to=Entry.State.CHECKED_IN, by=by)


@transaction.atomic
def mark_absent(*, entry: Entry, by: Any) -> Entry:
    """The contestant is not there, or was checked in by mistake. Sent twice it counts once. Raises PermissionDenied,
    EntryRefused."""
    can_check_in(by, entry.event).or_refuse()
    entry = _as_it_stands(entry)
    if entry.state == Entry.State.ABSENT:
        return entry
    _still_open(entry.event)
    return entries.move(entry=entry, to=Entry.State.ABSENT, by=by)


def _as_it_stands(entry: Entry) -> Entry:
    # Waits for whoever freezes the list of the station draw or stands at the same door now.
    event = Event.objects.select_for_update().get(pk=entry.event_id)
    entry = entries.locked(entry)
    entry.event = event
    return entry


def _still_open(event: Event) -> None:
    if event.state not in OPEN_IN:
        raise EntryRefused(_("Check-in opens when the scheme and the papers are frozen."))
    if Draw.objects.in_force().filter(event=event, purpose=Draw.Purpose.STATION).exists():
        raise EntryRefused(_("The list of the station draw is frozen; check-in is over."))


def _before_the_door_closes(event: Event, at: datetime | None) -> None:
    closes, _minutes = door(event)
    if closes is not None and (at or timezone.now()) > closes:
        raise EntryRefused(
            _("The door closed at %(time)s. Whoever comes later does not start.")
            % {"time": date_format(timezone.localtime(closes), "SHORT_DATETIME_FORMAT")}
        )


# --- whoever comes between the draw of the stations and the closing of the door --------------------------------------


def late_door_open(event: Event, *, drawn: bool, at: datetime | None = None) -> bool:
    """Whether somebody who is absent may still come. drawn: the stations are drawn."""
    closes, _minutes = door(event)
    return drawn and event.state in OPEN_IN and (closes is None or (at or timezone.now()) <= closes)


@transaction.atomic
def admit_late(*, entry: Entry, reason: str, by: Any, at: datetime | None = None) -> Code:
    """Somebody came after the stations were drawn and before the door closed: checked in, and given the first place
    in order that nobody drew. Nothing is drawn for one person, so nobody chooses either. The ledger binds that place
    to the contestant number as the draw does for the others.

    Sent twice it counts once. Returns the station number. Raises PermissionDenied, EntryRefused.
    """
    can_check_in(by, entry.event).or_refuse()
    entry = _as_it_stands(entry)
    event = entry.event
    number = Code.objects.filter(event=event, layer=Code.Layer.CONTESTANT, entry=entry).first()
    if number is None:
        raise EntryRefused(_("This contestant has no contestant number and cannot start."))
    there = Code.objects.filter(event=event, layer=Code.Layer.STATION, parent=number).first()
    if there is not None and entry.state == Entry.State.CHECKED_IN:
        return there
    if event.state not in OPEN_IN:
        raise EntryRefused(_("Nobody is admitted any more: the event is no longer in progress."))
    _before_the_door_closes(event, at)
    draw = Draw.objects.in_force().filter(event=event, purpose=Draw.Purpose.STATION).first()
    if draw is None or draw.state != Draw.State.DRAWN:
        raise EntryRefused(
            _("The stations are not drawn yet. Check the contestant in as usual, or right after.")
        )
    if Draw.objects.in_force().filter(event=event, purpose=Draw.Purpose.WORK).exists():
        raise EntryRefused(
            _(
                "The list of the work numbers is frozen, so whoever comes now would get none. "
                "Have that draw voided first."
            )
        )
    if entry.state != Entry.State.ABSENT:
        raise EntryRefused(_("Only somebody who is absent can come late."))
    if not reason.strip():
        raise EntryRefused(_("Say why the contestant is admitted; the reason is kept."))
    entries.move(entry=entry, to=Entry.State.CHECKED_IN, by=by, reason=reason.strip())
    if there is None:
        taken = set(
            Code.objects.filter(event=event, layer=Code.Layer.STATION).values_list("number", flat=True)
        )
        free = next((bench for bench in benches(event) if bench.label not in taken), None)
        if free is None:
            raise EntryRefused(_("No usable place is left: every bench of every session has been drawn."))
        there = Code.objects.create(
            event=event,
            layer=Code.Layer.STATION,
            number=free.label,
            parent=number,
            session=free.session,
            station=free.station,
        )
        bound = lots.code_commitment(draw.secret.reveal(), str(there.uuid), there.number, number.number)
        tell(draw, "station.late", by, commitment=bound)
    return there
