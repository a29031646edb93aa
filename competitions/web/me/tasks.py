"""What a worker still owes for contests, and where contests are open: rows for the first page of /me/."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain.places import Place, places_of
from competitions.models import Entry, EntryStep, Event, ReleaseRow
from competitions.web.entry_words import next_step, standing
from craft_site.people.models import Worker


def _own(worker: Worker) -> Any:
    return (
        Entry.objects.filter(worker=worker)
        .select_related("event__competition")
        .order_by("-event__competition__year", "-pk")
    )


def look(worker: Worker | None) -> list[Any]:
    """All entries of somebody, for the rows below. Read once for a page that shows several of them; one query."""
    if worker is None:
        return []
    out = Exists(ReleaseRow.objects.filter(entry=OuterRef("pk")))
    last = EntryStep.objects.filter(entry=OuterRef("pk"), to_state=Entry.State.RETURNED).order_by("-pk")
    return list(_own(worker).annotate(published=out, last_reason=Subquery(last.values("reason")[:1])))


def owed(worker: Worker | None, found: list[Any] | None = None) -> list[dict[str, Any]]:
    """One row for every draft that can still be handed in and every entry returned for correction. found: of `look`."""
    now = timezone.now()
    rows = []
    for entry in look(worker) if found is None else found:
        if entry.state not in (Entry.State.DRAFT, Entry.State.RETURNED):
            continue
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
                "hint": entry.last_reason or "" if returned else str(entry.event.competition),
                "url": reverse("me:entry", args=(entry.uuid,)),
                "due": due,
                "due_now": now,
                "status": _("Returned") if returned else _("To do"),
                "status_kind": "warn",
            }
        )
    return rows


def entries_of(worker: Worker | None, found: list[Any] | None = None) -> list[dict[str, Any]]:
    """My entries, newest contest first, each with its state in words, or that its result is published. Two queries,
    or one for those of `look`."""
    entries = look(worker) if found is None else found
    places = places_of(entries) if entries else {}
    return [
        {
            "title": str(entry.event),
            "hint": _hint(entry, places[entry.pk], published=entry.published),
            "url": reverse("me:entry", args=(entry.uuid,)),
            **standing(entry, published=entry.published),
        }
        for entry in entries
    ]


def _hint(entry: Entry, place: Place, *, published: bool) -> str:
    """The contest, my number in it once there is one, else the reference, and what comes next."""
    number = _("Contestant number %(number)s") % {"number": place.number} if place.number else entry.reference
    session = (
        f"{place.session} {timezone.localtime(place.session.starts_at):%Y-%m-%d %H:%M}"
        if place.session
        else ""
    )
    comes = "" if entry.reference and entry.state != Entry.State.ACCEPTED else next_step(entry, place)
    if published:
        session = comes = ""
    return " · ".join(part for part in (str(entry.event.competition), number, session, comes) if part)


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


def score_tasks(worker: Worker | None) -> list[dict[str, Any]]:
    """Published scores whose time for an appeal still runs."""
    if worker is None:
        return []
    now = timezone.now()
    rows = []
    found = ReleaseRow.objects.filter(entry__worker=worker, release__appeals_until__gt=now)
    for row in found.select_related("release__event__competition").order_by("release__number"):
        rows.append(
            {
                "title": _("Your score is published: %(event)s") % {"event": row.release.event},
                "hint": _("Time for an appeal about marks"),
                "url": reverse("me:score_sheet", args=(row.pk,)),
                "due": row.release.appeals_until,
                "due_now": now,
                "status": _("Published"),
                "status_kind": "info",
            }
        )
    return rows
