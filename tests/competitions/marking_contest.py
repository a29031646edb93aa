"""A contest in the middle of marking, on the stamping-die scheme: works W-01..., a measuring judge with a second judge,
a panel of three result judges, floor judges at the benches."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from competitions.domain.marking import MarkAnswer, NewMark, enter_marks
from competitions.domain.panels import marked_by
from competitions.files.scheme_yaml import read_scheme
from competitions.models import Code, Entry, Event, Seat, Session, Sheet, Station
from tests.competitions.schemes import keep_scheme
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

SCHEME_FILE = Path(__file__).parents[1] / "fixtures/schemes/stamping-compound-die.yaml"


@dataclass
class Marking:
    event: Event
    chief: Any
    measuring: Seat
    panel: list[Seat]
    floor: list[Seat]
    works: list[Code] = field(default_factory=list)
    benches: list[Code] = field(default_factory=list)

    def sheet(self, seat: Seat, code: Code | None = None) -> Sheet:
        """The sheet of a seat, of the first work (or bench) unless said otherwise, as a view gets it."""
        default = self.benches[0] if seat.role == "floor" else self.works[0]
        return Sheet.objects.for_list().get(seat=seat, code=code or default)


def mark(aspect: str, *values: Any, **fields: Any) -> NewMark:
    given = fields.pop("counts", None)
    return NewMark(
        aspect=aspect,
        values=list(values) if given is None else given,
        client_id=fields.pop("client_id", uuid4()),
        **fields,
    )


def enter(sheet: Sheet, *marks: NewMark) -> list[MarkAnswer]:
    return enter_marks(sheet=sheet, marks=marks, by=sheet.seat.user)


def make_marking(*, works: int = 1, state: str = Event.State.SCORING, frozen: bool = True) -> Marking:
    event = make_event(state=state)
    scheme = read_scheme(SCHEME_FILE.read_text())
    keep_scheme(event, scheme, frozen_at=timezone.now() if frozen else None)
    session = Session.objects.create(event=event, number=1, starts_at=timezone.now(), ends_at=timezone.now())
    found = Marking(
        event=event,
        chief=make_seat(event, "chief").user,
        measuring=make_seat(event, "measuring", witness=make_user("judge", password="second-judge")),
        panel=[make_seat(event, "result", place=n) for n in (1, 2, 3)],
        floor=[make_seat(event, "floor", place=n) for n in (1, 2, 3)],
    )
    employer = make_employer()
    for n in range(1, works + 1):
        entry = make_entry(event, worker=make_worker(employer=employer), state=Entry.State.CHECKED_IN)
        contestant = Code.objects.create(event=event, layer="contestant", number=f"C-{n:03d}", entry=entry)
        bench = Code.objects.create(
            event=event,
            layer="station",
            number=f"S-{n:02d}",
            parent=contestant,
            session=session,
            station=Station.objects.create(event=event, number=n),
        )
        work = Code.objects.create(event=event, layer="work", number=f"W-{n:02d}", parent=bench)
        found.works.append(work)
        found.benches.append(bench)
        for seat in (found.measuring, *found.panel, *found.floor):
            code = bench if seat.role == "floor" else work
            held = [a.code for a in marked_by(seat, scheme) if seat.place == 1 or a.method == "judged"]
            Sheet.objects.create(event=event, code=code, seat=seat, aspects=held, marks_due=len(held))
    return found


def together(work: Callable[[int], object], count: int) -> None:
    """Does `work(n)` in that many threads at the same moment; what one of them raises fails the test."""
    barrier, failures = Barrier(count), []

    def run(n):
        try:
            barrier.wait()
            work(n)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
