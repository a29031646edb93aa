"""What goes into a draw and when: the benches, those who take part, the numbers that are drawn for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain import codes
from competitions.models import Code, Draw, Entry, Event, Session, Station

P = Draw.Purpose
S = Event.State

# When each list may be frozen: contestant numbers once the accepted list is out, stations when scheme and papers are
# frozen, work numbers while work is handed in.
OPEN_IN: dict[str, tuple[str, ...]] = {
    P.CONTESTANT: (S.BRIEFED, S.FROZEN),
    P.STATION: (S.FROZEN, S.RUNNING),
    P.WORK: (S.RUNNING, S.SCORING),
}
# A station list frozen days ahead would make everybody absent who has not come yet.
BEFORE_FIRST_SESSION = timedelta(hours=12)
BEFORE: dict[str, str] = {P.STATION: P.CONTESTANT, P.WORK: P.STATION}


@dataclass(frozen=True, slots=True)
class Bench:
    """One place of the station draw: a bench in a session, with the number that stands on it."""

    session: Session
    station: Station
    label: str


def benches(event: Event) -> list[Bench]:
    """Every usable place in order: all benches of session 1, then of session 2, and so on. Two queries.

    The number is S-, the session, and the bench in two digits, or in as many as the highest bench of the event
    needs: S-221 is bench 21 in session 2. The width is the same for all, so no two places share a number.
    """
    stations = list(event.stations.all())
    width = max([2, *(len(str(station.number)) for station in stations)])
    return [
        Bench(session, station, f"S-{session.number}{station.number:0{width}d}")
        for session in event.sessions.all()
        for station in stations
        if station.usable
    ]


def urn_items(event: Event, purpose: str) -> list[str]:
    """What goes into the urn. Contestants are entered by their entry's uuid, which says nothing about them."""
    match purpose:
        case P.CONTESTANT:
            return [str(uuid) for uuid in event.entries.in_the_draw().values_list("uuid", flat=True)]
        case P.STATION:
            present = Code.objects.filter(
                event=event, layer=Code.Layer.CONTESTANT, entry__state=Entry.State.CHECKED_IN
            )
            return list(present.values_list("number", flat=True))
    trails = codes.trails(event)
    there = set(event.entries.filter(state=Entry.State.CHECKED_IN).values_list("pk", flat=True))
    return [
        trail.codes["station"].number
        for trail in trails.values()
        if trail.entry_id in there and "station" in trail.codes
    ]


def urn_labels(event: Event, purpose: str, size: int) -> list[str]:
    """The numbers that are drawn for, in their order."""
    if purpose == P.STATION:
        return [bench.label for bench in benches(event)[:size]]
    letter, least = ("C", 3) if purpose == P.CONTESTANT else ("W", 2)
    width = max(least, len(str(size)))
    return [f"{letter}-{n:0{width}d}" for n in range(1, size + 1)]


def nobody(purpose: str) -> str:
    """Why there is nothing to draw."""
    match purpose:
        case P.CONTESTANT:
            return _("Nobody has been accepted, so there is nothing to draw.")
        case P.STATION:
            return _("Nobody with a contestant number has checked in, so there is nothing to draw.")
    return _("No contestant who is checked in has a station, so there is nothing to draw.")


def station_list_from(event: Event) -> datetime | None:
    """From when the list of the station draw may be frozen; None while no session has a time."""
    first = event.sessions.order_by("starts_at").first()
    return first.starts_at - BEFORE_FIRST_SESSION if first else None


def can_freeze_now(event: Event, purpose: str, *, drawn: Collection[str], present: int) -> bool:
    """Whether the list of a draw can be frozen at this moment. drawn: the purposes whose lots are drawn; present: how
    many contestants are checked in."""
    if event.state not in OPEN_IN[purpose] or (purpose in BEFORE and BEFORE[purpose] not in drawn):
        return False
    if purpose != P.STATION:
        return True
    opens = station_list_from(event)
    return present > 0 and opens is not None and timezone.now() >= opens


def missing_now(event: Event) -> list[Code]:
    """The contestant numbers of those who are accepted and not checked in: freezing the station list makes them
    absent."""
    codes_of = Code.objects.filter(event=event, layer=Code.Layer.CONTESTANT)
    return list(codes_of.filter(entry__state=Entry.State.ACCEPTED).select_related("entry").order_by("number"))


def checked_in_and_missing(event: Event) -> tuple[int, int]:
    """How many contestants are checked in, and how many accepted ones would become absent now. One query."""
    states = list(
        event.entries.filter(state__in=(Entry.State.ACCEPTED, Entry.State.CHECKED_IN)).values_list(
            "state", flat=True
        )
    )
    return states.count(Entry.State.CHECKED_IN), states.count(Entry.State.ACCEPTED)
