"""The accepted list: frozen when the office publishes it, on public notice for the event's working days."""

from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain import events
from competitions.models import AcceptedList, AcceptedRow, Entry, Event
from craft_site.kit import working_days
from craft_site.ledger.chain import append


class ListRefused(Exception):
    """The list cannot be published; the message says what is missing."""


def notice_ends(event: Event, *, today: date | None = None) -> date:
    """The last day of the notice when it starts today: the event's days, counted in working days."""
    return working_days.after(today or timezone.localdate(), event.list_days)


@transaction.atomic
def publish(*, event: Event, by: Any, until: date | None = None) -> AcceptedList:
    """Freezes and publishes the list of accepted entries, and moves the event to "accepted list published".

    Entries stand in the order of their reference numbers. Sent twice it publishes once. until: the last day of
    the notice, by default and at least the event's working days from today.
    Raises MoveRefused while an entry is undecided or from another state; ListRefused for a notice that is too
    short and when nobody is accepted.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    last = event.accepted_lists.order_by("-number").first()
    if event.state == Event.State.BRIEFED and last is not None:
        return last
    earliest = notice_ends(event)
    if until is not None and until < earliest:
        raise ListRefused(
            _("The notice lasts %(days)s working days, at least until %(day)s.")
            % {"days": event.list_days, "day": earliest.isoformat()}
        )
    entries = list(Entry.objects.filter(event=event).accepted().order_by("reference", "pk"))
    if not entries:
        raise ListRefused(_("No entry is accepted yet."))
    # Whether the event may move is asked of what there will be: the list first, all of it or nothing.
    published = AcceptedList.objects.create(
        event=event,
        number=last.number + 1 if last else 1,
        notice_until=working_days.end_of(until or earliest),
        by=by,
    )
    AcceptedRow.objects.bulk_create(
        AcceptedRow(list=published, entry=entry, position=position)
        for position, entry in enumerate(entries, start=1)
    )
    if event.state != Event.State.BRIEFED:
        events.move(event=event, to=Event.State.BRIEFED, by=by)
    append(
        event.chain,
        "list.published",
        subject=f"list:{published.uuid}",
        facts={
            "number": published.number,
            "entries": [str(entry.uuid) for entry in entries],
            "until": published.notice_until,
        },
        by=by,
    )
    return published


def public_rows(published: AcceptedList) -> list[dict[str, Any]]:
    """What the public sees of a list: position, reference, name, employer. Without consent name and employer are
    None; never a document, a telephone number or a key. One query."""
    rows = published.rows.values_list(
        "position",
        "entry__reference",
        "entry__agreed_publicity_at",
        "entry__worker__name",
        "entry__employer__name",
    )
    return [
        {
            "position": position,
            "reference": reference if agreed else None,
            "name": name if agreed else None,
            "employer": employer if agreed else None,
        }
        for position, reference, agreed, name, employer in rows
    ]


def public_stamp(published: AcceptedList) -> str:
    """Changes whenever the public page of the list would: its rows, its version, its being on notice."""
    shown = [published.number, published.on_notice, *(tuple(row.values()) for row in public_rows(published))]
    return sha256(repr(shown).encode()).hexdigest()[:32]
