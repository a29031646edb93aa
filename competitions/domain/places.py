"""What an entry has been given on its way to the contest: its place on the list, its number, its session.

For the contestant's own pages. The contestant number is public once it is drawn. Of the second draw only the session
is told, because whoever is to be there must know when: the bench is shown in the hall, and the station number stays
shut until the codes are opened. Later numbers are never told here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from competitions.models import AcceptedRow, Draw, Entry, Session


@dataclass(frozen=True, slots=True)
class Place:
    """number: of the contestant, empty before the first draw; session: None before the second; bench: the station
    number, empty before the codes are open."""

    listed: bool = False
    number: str = ""
    session: Session | None = None
    bench: str = ""


def places_of(entries: Sequence[Entry]) -> dict[int, Place]:
    """The places of entries by their keys. One query for any number of entries."""
    drawn = Entry.objects.select_related("event", "contestant_code__child__session").annotate(
        listed=Exists(AcceptedRow.objects.filter(entry=OuterRef("pk")))
    )
    return {entry.pk: _place(entry) for entry in drawn.filter(pk__in=[entry.pk for entry in entries])}


def _place(entry: Entry) -> Place:
    code = getattr(entry, "contestant_code", None)
    station = getattr(code, "child", None)
    return Place(
        listed=entry.listed,  # type: ignore[attr-defined]  # annotated by places_of
        number=code.number if code is not None else "",
        session=station.session if station is not None else None,
        bench=station.number if station is not None and entry.event.is_decoded else "",
    )


def draw_of_numbers(entry: Entry) -> Draw | None:
    """The public draw that gave the contestant number."""
    draws = Draw.objects.in_force().filter(event_id=entry.event_id, purpose=Draw.Purpose.CONTESTANT)
    return draws.first()
