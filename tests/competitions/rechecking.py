"""A contest that is ready to be rechecked and locked, and the recheck made for tests of what comes after it."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.utils import timezone

from competitions.domain import recheck_checks, rechecks, signing
from competitions.models import Code, EnteredMark, Entry, Event, Recheck, Seat, Session, Sheet, Station
from competitions.scoring.scheme import parse_scheme
from tests.competitions.contest import SCHEME
from tests.competitions.marking_contest import Marking, enter, mark
from tests.competitions.schemes import keep_scheme
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

DICE = "4 6 1 3 5 2"
COUNTED = {"E1.1", "E1.2"}  # deductions are counted, never "not done"


RULE = {
    "full_check": {"by": "rank_share", "value": "0.30"},
    "alternative_full_check": {"by": "rank_count", "value": 1},
    "sample_rest": "0.15",
    "error_rate_full_recheck": "0.05",
}


def make_small(
    works: int = 5, *, rule: dict[str, Any] | None = RULE, also: dict[str, Any] | None = None
) -> Marking:
    """The small scheme with a recheck rule: W-01 has all seven good points, W-02 six, and so on; the panel says 2.

    A contestant has four sheets: one measured, three judged. Nothing is signed yet. also: parts of the scheme that
    take the place of the small one's.
    """
    event = make_event(state=Event.State.SCORING)
    document = deepcopy(SCHEME) | ({"recheck": rule} if rule else {}) | (also or {})
    keep_scheme(event, parse_scheme(document), frozen_at=timezone.now())
    now = timezone.now()
    session = Session.objects.create(event=event, number=1, starts_at=now, ends_at=now)
    found = Marking(
        event=event,
        chief=make_seat(event, "chief").user,
        measuring=make_seat(event, "measuring", aspects=["A1.1"], witness=make_user("judge")),
        panel=[make_seat(event, "result", aspects=["A1.2"], place=n) for n in (1, 2, 3)],
        floor=[],
    )
    employer = make_employer()
    for n in range(1, works + 1):
        entry = make_entry(
            event,
            worker=make_worker(f"Contestant {n}", employer=employer),
            state=Entry.State.CHECKED_IN,
            agreed_publicity_at=now,
        )
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
        good = max(0, 8 - n)
        for seat in (found.measuring, *found.panel):
            Sheet.objects.create(event=event, code=work, seat=seat, aspects=seat.aspects, marks_due=1)
            values = ["10"] * good + ["11"] * (7 - good) if seat == found.measuring else ["2"]
            enter(found.sheet(seat, work), mark(seat.aspects[0], *values))
    return found


def fill(sheet: Sheet) -> Sheet:
    """Every aspect of a sheet: nothing to deduct, or not done."""
    rest = [code for code in sheet.aspects if not sheet.marks.filter(aspect=code).exists()]
    if rest:
        enter(sheet, *(mark(c, counts={}) if c in COUNTED else mark(c, not_done=True) for c in rest))
    return sheet


def sign_all(marking: Marking) -> list[Sheet]:
    """Every aspect without a mark is not done; every judge signs, then the chief judge; theory marks are there."""
    sheets = []
    for seat in (marking.measuring, *marking.panel, *marking.floor):
        for code in marking.benches if seat.role == "floor" else marking.works:
            sheet = fill(marking.sheet(seat, code))
            sheets.append(signing.sign_sheet(sheet=sheet, by=seat.user, witness=seat.witness))
    signing.chief_sign(event=marking.event, sheets=sheets, by=marking.chief)
    for code in marking.event.codes.filter(layer="contestant"):
        EnteredMark.objects.create(
            event=marking.event, component="T", code=code, mark=Decimal(80), by=marking.chief
        )
    return sheets


def supervisor_of(event: Event) -> Any:
    seat = Seat.objects.taken().filter(event=event, role="supervisor").first()
    return seat.user if seat else make_seat(event, "supervisor", user=make_user("supervisor")).user


def begin(marking: Marking, *, supervisor: Any = None) -> Recheck:
    """The list is frozen and the sample drawn."""
    supervisor = supervisor or supervisor_of(marking.event)
    recheck = rechecks.start(event=marking.event, by=marking.chief)
    if recheck.state == Recheck.State.COMMITTED:
        recheck = rechecks.throw(recheck=recheck, dice=DICE, by=supervisor)
    marking.event.refresh_from_db()
    return recheck


def check_rest(recheck: Recheck, supervisor: Any) -> None:
    for item in recheck.checks.filter(outcome="open"):
        recheck_checks.check_ok(item=item, by=supervisor)


def finish_recheck(marking: Marking) -> Recheck:
    """From signed sheets to a finished recheck without an error."""
    supervisor = supervisor_of(marking.event)
    recheck = begin(marking, supervisor=supervisor)
    check_rest(recheck, supervisor)
    return rechecks.finish(recheck=recheck, by=supervisor)


def locked(marking: Marking) -> Event:
    """Signed, rechecked and locked."""
    sign_all(marking)
    finish_recheck(marking)
    return signing.lock_marks(event=marking.event, by=marking.chief)


def supervisor_two(event):
    return make_seat(event, "supervisor", user=make_user("supervisor")).user
