"""An event before its draws, and the draws made by the two people who make them."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from competitions.domain import check_in, draws
from competitions.models import Draw, Entry, Event, Session, Station
from tests.factories import make_event

S = Event.State


def make_hall(*, sessions: int = 2, stations: int = 3) -> Event:
    """A briefed event with a hall and nobody in it."""
    event = make_event(state=S.BRIEFED)
    now = timezone.now()
    for number in range(1, sessions + 1):
        starts_at = now + timedelta(hours=number * 5)
        Session.objects.create(
            event=event, number=number, starts_at=starts_at, ends_at=starts_at + timedelta(hours=4)
        )
    for number in range(1, stations + 1):
        Station.objects.create(event=event, number=number)
    return event


def set_state(event: Event, state: str) -> None:
    Event.objects.filter(pk=event.pk).update(state=state)
    event.refresh_from_db()


def drawn(event: Event, purpose: str, coding_judge, supervisor, dice: str = "4 6 1 3 5 2") -> Draw:
    draw = draws.commit_draw(event=event, purpose=purpose, by=coding_judge)
    draws.throw(draw=draw, dice=dice, by=coding_judge)
    return draws.witness_throw(draw=draw, dice=dice, by=supervisor)


def draw_all(
    event: Event, comers: list[Entry], coding_judge, supervisor, *, late: Sequence[Entry] = ()
) -> Event:
    """All three draws; of the entries only `comers` check in, and `late` when the stations are drawn."""
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    for entry in comers:
        check_in.check_in(entry=entry, by=coding_judge)
    drawn(event, "station", coding_judge, supervisor)
    for entry in late:
        check_in.admit_late(entry=entry, reason="The bus", by=coding_judge)
    set_state(event, S.RUNNING)
    drawn(event, "work", coding_judge, supervisor)
    return event
