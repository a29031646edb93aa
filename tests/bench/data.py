"""Contests of any size in seconds: rows by bulk_create, a result published by the site's own verb."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count, islice
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from competitions.domain import releases
from competitions.domain.marking import MOST_MARKS, NewMark, Status, enter_batch
from competitions.models import (
    Code,
    EnteredMark,
    Entry,
    Event,
    Mark,
    Release,
    SchemeVersion,
    Seat,
    Session,
    Sheet,
    Station,
)
from competitions.scoring.scheme import Scheme, canonical_json, content_hash, parse_scheme
from competitions.web.published_pages import write_pages
from craft_site.home.demo.readings import readings
from craft_site.people.models import Employer, User, Worker
from craft_site.people.sessions import SessionStore
from tests.competitions.contest import SCHEME
from tests.factories import citizen_number, credit_code, make_event, make_seat, make_user

BATCH = 500
_person = count(1)


@dataclass(frozen=True, slots=True)
class MarkingContest:
    """An event that is being marked: every work has a measuring sheet and three of a panel."""

    event: Event
    measuring: Seat
    panel: list[Seat]


def cookie_of(user: User) -> str:
    """The session of a signed-in person, as a Cookie header."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "craft_site.people.sign_in.StaffNumberOrMobileBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def add_entries(event: Event, size: int, *, state: str) -> list[Entry]:
    """`size` workers of `size`/10 firms, each with an entry."""
    serials = [next(_person) for _ in range(size)]
    firms = Employer.objects.bulk_create(
        Employer(name=f"Firm {event.code} {n}", credit_code=credit_code(1_000_000 + serials[n]))
        for n in range(max(1, size // 10))
    )
    workers = []
    for n, serial in enumerate(serials):
        worker = Worker(name=f"Contestant {serial}", employer=firms[n % len(firms)])
        worker.set_document("citizen", citizen_number(serial, region=f"33{serial // 1000:04d}"))
        worker.birth = "1990-01-01"
        worker.set_mobile(f"138{serial:08d}")
        workers.append(worker)
    now = timezone.now()
    return Entry.objects.bulk_create(
        (
            Entry(
                event=event,
                worker=worker,
                employer=worker.employer,
                state=state,
                reference=f"B{event.pk:03d}-{n:05d}",
                submitted_at=now - timedelta(minutes=n),
                agreed_publicity_at=now,
            )
            for n, worker in enumerate(Worker.objects.bulk_create(workers, BATCH))
        ),
        BATCH,
    )


def add_codes(event: Event, entries: list[Entry]) -> list[Code]:
    """Numbers of all three layers; the work numbers are given back."""
    now = timezone.now()
    session = Session.objects.create(event=event, number=1, starts_at=now, ends_at=now + timedelta(hours=4))
    stations = Station.objects.bulk_create(
        (Station(event=event, number=n) for n in range(1, len(entries) + 1)), BATCH
    )
    contestants = Code.objects.bulk_create(
        (
            Code(event=event, layer="contestant", number=f"C-{n:04d}", entry=entry)
            for n, entry in enumerate(entries, 1)
        ),
        BATCH,
    )
    benches = Code.objects.bulk_create(
        (
            Code(
                event=event,
                layer="station",
                number=f"S-1{n:04d}",
                parent=code,
                session=session,
                station=stations[n - 1],
            )
            for n, code in enumerate(contestants, 1)
        ),
        BATCH,
    )
    return Code.objects.bulk_create(
        (
            Code(event=event, layer="work", number=f"W-{n:04d}", parent=bench)
            for n, bench in enumerate(reversed(benches), 1)
        ),
        BATCH,
    )


def add_scheme(event: Event, scheme: Scheme) -> None:
    SchemeVersion.objects.create(
        event=event,
        number=1,
        title=scheme.title.zh,
        body=canonical_json(scheme),
        content_hash=content_hash(scheme),
        frozen_at=timezone.now(),
    )


def make_marking(scheme: Scheme, size: int) -> MarkingContest:
    """4 x `size` sheets on the given scheme: 40 measured aspects, and the judged ones for a panel of three."""
    event = make_event(f"marking-{size}", state=Event.State.SCORING)
    add_scheme(event, scheme)
    works = add_codes(event, add_entries(event, size, state=Entry.State.CHECKED_IN))
    found = MarkingContest(
        event, make_seat(event, "measuring"), [make_seat(event, "result", place=n) for n in (1, 2, 3)]
    )
    measured = [a.code for a in scheme.aspects() if a.method == "measured"][:40]
    judged = [a.code for a in scheme.aspects() if a.method == "judged"]
    Sheet.objects.bulk_create(
        (
            Sheet(
                event=event,
                code=work,
                seat=seat,
                aspects=measured if seat is found.measuring else judged,
                marks_due=len(measured if seat is found.measuring else judged),
            )
            for work in works
            for seat in (found.measuring, *found.panel)
        ),
        BATCH,
    )
    return found


def make_hall(scheme: Scheme, *, works: int, judges: int) -> list[dict[str, Any]]:
    """One event with many measuring judges, each with `works` works of their own and 40 aspects on each sheet:
    {uuid, cookie, sheets, values}; values: good readings by aspect."""
    event = make_event(f"hall-{works}", state=Event.State.SCORING)
    add_scheme(event, scheme)
    codes = add_codes(event, add_entries(event, works * judges, state=Entry.State.CHECKED_IN))
    values = {a.code: list(readings(a, skill=80, key=1)) for a in scheme.aspects() if a.method == "measured"}
    measured = list(values)[:40]
    found = []
    for n in range(judges):
        seat = make_seat(event, "measuring")
        sheets = Sheet.objects.bulk_create(
            (
                Sheet(event=event, code=code, seat=seat, aspects=measured, marks_due=len(measured))
                for code in codes[n * works : (n + 1) * works]
            ),
            BATCH,
        )
        found.append(
            {
                "uuid": str(seat.user.uuid),
                "cookie": cookie_of(seat.user),
                "sheets": [{"sheet": str(sheet.uuid), "aspects": measured} for sheet in sheets],
                "values": values,
            }
        )
    return found


def mark_all(judge: dict[str, Any], *, most: int) -> None:
    """The first marks of a judge of `make_hall`, by the verb that enters them."""
    by, device = User.objects.get(uuid=judge["uuid"]), uuid4()
    cells = ((UUID(one["sheet"]), aspect) for one in judge["sheets"] for aspect in one["aspects"])
    marks = (
        NewMark(aspect, judge["values"][aspect], uuid4(), second_look=True, sheet=sheet)
        for sheet, aspect in islice(cells, most)
    )
    while batch := list(islice(marks, MOST_MARKS)):
        answers = enter_batch(marks=batch, by=by, device=device).answers
        assert {one.status for one in answers} == {Status.SAVED}


def make_release(size: int) -> Release:
    """A published result of `size` contestants, with its files, made by the verb that makes every release."""
    event = make_event(f"result-{size}", state=Event.State.DECODED)
    add_scheme(event, parse_scheme(SCHEME))
    entries = add_entries(event, size, state=Entry.State.CHECKED_IN)
    works = add_codes(event, entries)
    organiser = make_user("organiser")
    measuring = make_seat(event, "measuring", aspects=["A1.1"])
    panel = [make_seat(event, "result", aspects=["A1.2"], place=n) for n in (1, 2, 3)]
    EnteredMark.objects.bulk_create(
        (
            EnteredMark(
                event=event, component="T", code=code, mark=Decimal(4000 + n * 37 % 6000) / 100, by=organiser
            )
            for n, code in enumerate(Code.objects.filter(event=event, layer="contestant").order_by("pk"))
        ),
        BATCH,
    )
    sheets = Sheet.objects.bulk_create(
        (
            Sheet(
                event=event,
                code=work,
                seat=seat,
                state=Sheet.State.LOCKED,
                aspects=seat.aspects,
                marks_due=1,
                marks_in=1,
            )
            for work in works
            for seat in (measuring, *panel)
        ),
        BATCH,
    )
    Mark.objects.bulk_create(
        (
            Mark(
                sheet=sheet,
                aspect=sheet.aspects[0],
                values=_values(sheet, n // 4),
                client_id=uuid4(),
                by=organiser,
                seq=0,
            )
            for n, sheet in enumerate(sheets)
        ),
        BATCH,
    )
    release = releases.publish(event=event, by=organiser)
    write_pages(release)
    return release


def _values(sheet: Sheet, n: int) -> list[Any]:
    if sheet.aspects == ["A1.1"]:
        good = n * 5 % 8
        return ["10"] * good + ["11"] * (7 - good)
    return [str(n % 3 + (n + sheet.seat_id) % 2)]
