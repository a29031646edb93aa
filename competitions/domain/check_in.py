"""Check-in on the day: who is there before the stations are drawn, until the door closes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import entries
from competitions.domain.entries import EntryRefused
from competitions.models import Draw, Entry, Event
from craft_site.kit.access import ALLOWED, Decision

LATE_MINUTES = 15  # where the scheme says nothing; 15 to 20 are usual
OPEN_IN = (Event.State.FROZEN, Event.State.RUNNING)
EXPECTED = (Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.ABSENT)


def can_check_in(user: Any, event: Event) -> Decision:
    """Check contestants in: the coding judge, who sees numbers, and the office, which knows faces."""
    return ALLOWED if roles.can_code(user, event) else roles.can_organise(user, event)


def late_minutes(event: Event) -> int:
    """Minutes after the start during which the door stays open, as the scheme says."""
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
    event = entry.event
    can_check_in(by, event).or_refuse()
    if entry.state == Entry.State.CHECKED_IN:
        return entry
    _still_open(event)
    closes, _minutes = door(event)
    if closes is not None and (at or timezone.now()) > closes:
        raise EntryRefused(
            _("The door closed at %(time)s. Whoever comes later does not start.")
            % {"time": date_format(timezone.localtime(closes), "SHORT_DATETIME_FORMAT")}
        )
    return entries.move(entry=entry, to=Entry.State.CHECKED_IN, by=by)


@transaction.atomic
def mark_absent(*, entry: Entry, by: Any) -> Entry:
    """The contestant is not there, or was checked in by mistake. Raises PermissionDenied, EntryRefused."""
    can_check_in(by, entry.event).or_refuse()
    if entry.state == Entry.State.ABSENT:
        return entry
    _still_open(entry.event)
    return entries.move(entry=entry, to=Entry.State.ABSENT, by=by)


def _still_open(event: Event) -> None:
    # Waits for whoever freezes the list of the station draw now.
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state not in OPEN_IN:
        raise EntryRefused(_("Check-in opens when the scheme and the papers are frozen."))
    if Draw.objects.in_force().filter(event=event, purpose=Draw.Purpose.STATION).exists():
        raise EntryRefused(_("The list of the station draw is frozen; check-in is over."))
