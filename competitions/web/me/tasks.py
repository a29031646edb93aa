"""What a worker still owes for contests, and where contests are open: rows for the first page of /me/."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.models import Entry, Event
from competitions.web.entry_words import STATE_KIND, next_step
from craft_site.people.models import Worker


def _own(worker: Worker) -> Any:
    return (
        Entry.objects.filter(worker=worker)
        .select_related("event__competition")
        .order_by("-event__competition__year", "-pk")
    )


def owed(worker: Worker | None) -> list[dict[str, Any]]:
    """One row for every draft that can still be handed in and every entry returned for correction."""
    if worker is None:
        return []
    now = timezone.now()
    rows = []
    for entry in _own(worker).filter(state__in=(Entry.State.DRAFT, Entry.State.RETURNED)):
        returned = entry.state == Entry.State.RETURNED
        due = entry.due_at if returned else entry.event.registration_closes
        if not returned and not entry.event.takes_entries(now):
            continue
        if returned and due is not None and due < now:
            continue
        rows.append(
            {
                "title": (
                    _("Correct your entry: %(event)s") if returned else _("Hand in your entry: %(event)s")
                )
                % {"event": entry.event},
                "hint": _last_reason(entry) if returned else str(entry.event.competition),
                "url": reverse("me:entry", args=(entry.uuid,)),
                "due": due,
                "due_now": now,
                "status": _("Returned") if returned else _("To do"),
                "status_kind": "warn",
            }
        )
    return rows


def _last_reason(entry: Entry) -> str:
    step = entry.steps.filter(to_state=Entry.State.RETURNED).order_by("-pk").first()
    return step.reason if step else ""


def entries_of(worker: Worker | None) -> list[dict[str, Any]]:
    """My entries, newest contest first, each with its state in words."""
    if worker is None:
        return []
    return [
        {
            "title": str(entry.event),
            "hint": f"{entry.event.competition} · {entry.reference or next_step(entry)}",
            "url": reverse("me:entry", args=(entry.uuid,)),
            "status": entry.get_state_display(),
            "status_kind": STATE_KIND[Entry.State(entry.state)],
        }
        for entry in _own(worker)
    ]


def open_events(worker: Worker | None) -> list[dict[str, Any]]:
    """Events that take entries now and that the worker has not entered."""
    now = timezone.now()
    events = (
        Event.objects.filter(state=Event.State.REGISTERING)
        .filter(Q(registration_opens=None) | Q(registration_opens__lte=now))
        .filter(Q(registration_closes=None) | Q(registration_closes__gte=now))
        .select_related("competition")
    )
    if worker is not None:
        entered = Entry.objects.filter(worker=worker).exclude(state=Entry.State.WITHDRAWN)
        events = events.exclude(pk__in=entered.values("event"))
    return [
        {
            "title": str(event),
            "hint": str(event.competition),
            "url": reverse("me:enter", args=(event.code,)),
            "due": event.registration_closes,
            "due_now": now,
            "status": _("Open"),
            "status_kind": "info",
        }
        for event in events
    ]
