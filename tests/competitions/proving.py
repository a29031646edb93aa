"""A small contest that went through every verb from the first draw to the release, so that its proof holds."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from competitions.domain import (
    codes,
    incidents,
    issuing,
    recheck_checks,
    rechecks,
    releases,
    schemes,
    signing,
    violations,
)
from competitions.domain.component_marks import ComponentMark, import_component
from competitions.models import Code, Entry, Event, Recheck, Release, Sheet, Violation
from competitions.scoring.scheme import parse_scheme
from tests.competitions.lots import draw_all, make_hall, set_state
from tests.competitions.marking_contest import enter, mark
from tests.competitions.rechecking import DICE, RULE, check_rest
from tests.competitions.seats import scheme_document
from tests.factories import make_employer, make_entry, make_seat, make_user, make_worker

CANARY = "甲乙丙丁戊"  # stands in every name and employer of the contest, and must stand in no proof


def document() -> dict[str, Any]:
    """One aspect of each method, a theory paper, penalties, ties by time, awards, a recheck rule."""
    scheme = scheme_document()
    scheme["recheck"] = deepcopy(RULE)
    scheme["composition"]["tie_break"] = ["P.total desc", "P.elapsed_seconds asc", "shared_rank"]
    scheme["penalties"] = {
        "cap_total_points": 3,
        "rules": [
            {
                "code": "late",
                "zh": "超时",
                "en": "Late",
                "effect": "total_points",
                "points": "0.5",
                "each": True,
            },
            {"code": "gear", "zh": "护具", "en": "Gear", "effect": "zero_aspects", "aspects": ["B1.1"]},
        ],
    }
    for rule in scheme["penalties"]["rules"]:
        rule["component"] = "P"
    return scheme


def play_contest(*, entrants: int = 5, late: int = 0) -> Event:
    """Drawn, played, marked, signed, rechecked with one correction, locked and decoded. late: how many of those who
    come do so when the stations are drawn."""
    event = make_hall(sessions=2, stations=max(3, (entrants + 1) // 2))
    organiser = make_user("organiser")
    coding = make_seat(event, "coding").user
    supervisor = make_seat(event, "supervisor", user=make_user("supervisor")).user
    chief = make_seat(event, "chief").user
    employer = make_employer(f"{CANARY} Works")
    entries = [
        make_entry(
            event,
            worker=make_worker(f"{CANARY} {n}", employer=employer),
            agreed_publicity_at=timezone.now(),
        )
        for n in range(entrants)
    ]
    schemes.adopt_scheme(event=event, scheme=parse_scheme(document()), based_on="", by=organiser)
    make_seat(event, "measuring", aspects=["A1.1"], user=make_user("judge", name=f"{CANARY} Judge"))
    for place in (1, 2, 3):
        make_seat(event, "result", aspects=["A1.2"], place=place)
    floor = make_seat(event, "floor", aspects=["B1.1"])
    second = make_seat(event, "floor", aspects=[], place=2)
    # The last one does not come.
    at = len(entries) - 1 - late
    draw_all(event, entries[:at], coding, supervisor, late=entries[at:-1])
    issuing.issue_sheets(event=event, by=coding)
    _play(event, floor.user, second.user, chief, organiser)
    set_state(event, Event.State.SCORING)
    _theory(event, organiser)
    sheets = _mark(event)
    signing.chief_sign(event=event, sheets=sheets, by=chief)
    _recheck(event, chief, supervisor)
    signing.lock_marks(event=event, by=chief)
    event.refresh_from_db()
    codes.ask_to_decode(event=event, by=coding)
    for layer in codes.closed_layers(event):
        codes.open_layer(event=event, layer=layer, by=coding, witness=supervisor)
    event.refresh_from_db()
    return event


def publish_contest(**kwargs: Any) -> Release:
    return releases.publish(event=play_contest(**kwargs), by=make_user("organiser"))


def _play(event: Event, floor: Any, second: Any, chief: Any, organiser: Any) -> None:
    benches = list(Code.objects.filter(event=event, layer="station").order_by("number"))
    start = timezone.now() - timedelta(hours=4)
    incidents.start_play(event=event, codes=benches, by=floor, at=start)
    for n, code in enumerate(benches):
        incidents.stop_play(event=event, codes=[code], by=floor, at=start + timedelta(seconds=9_000 + 60 * n))
    credit = incidents.propose_credit(
        code=benches[0], from_at=start, to_at=start + timedelta(minutes=2), cause="power", by=floor
    )
    incidents.decide_credit(credit=credit, decision="pause", by=chief)
    for rule, code in (("late", benches[1]), ("gear", benches[2])):
        record = incidents.propose_penalty(
            code=code, rule=rule, happened_at=start, note="seen", by=floor, contestant_signed=True
        )
        incidents.second_penalty(record=record, by=second)
        record.refresh_from_db()
        incidents.decide_penalty(record=record, approve=True, by=chief)
    seen = Violation.objects.create(
        event=event,
        code=benches[0],
        number=1,
        text="seen",
        happened_at=start,
        client_id=uuid4(),
        noticed_by=organiser,
    )
    violations.decide(violation=seen, measure="deduct", rule="late", reason="seen", by=chief)


def _theory(event: Event, by: Any) -> None:
    numbers = Code.objects.filter(event=event, layer="contestant").exclude(entry__state=Entry.State.ABSENT)
    rows = [
        ComponentMark(row=n, key=code.number, mark=Decimal(60 + 7 * n) / 1)
        for n, code in enumerate(numbers.order_by("number"), start=1)
    ]
    import_component(event=event, component="T", rows=rows, by=_recorder(event), source="theory.xlsx")


def _recorder(event: Event) -> Any:
    return make_seat(event, "recorder").user


def _mark(event: Event) -> list[Sheet]:
    signed = []
    for n, sheet in enumerate(
        Sheet.objects.filter(event=event).for_list().order_by("code__number", "seat_id")
    ):
        for aspect in sheet.aspects:
            if aspect == "A1.1":
                enter(sheet, mark(aspect, *(["10"] * (4 + n % 4) + ["10.2"] * (3 - n % 4))))
            elif aspect == "A1.2":
                enter(sheet, mark(aspect, str(2 + (n % 5 == 0))))
            else:
                enter(sheet, mark(aspect, counts={"helmet": "1"} if n % 2 else {}))
        signed.append(signing.sign_sheet(sheet=sheet, by=sheet.seat.user))
    return signed


def _recheck(event: Event, chief: Any, supervisor: Any) -> None:
    recheck = rechecks.start(event=event, by=chief)
    if recheck.state == Recheck.State.COMMITTED:
        recheck = rechecks.throw(recheck=recheck, dice=DICE, by=supervisor)
    item = recheck.checks.filter(sheet__seat__role="measuring").order_by("sheet__code__number").first()
    if item is not None:
        notice = recheck_checks.raise_notice(
            item=item, aspect="A1.1", values=["10"] * 3 + ["10.3"] * 4, by=supervisor
        )
        recheck_checks.correct(notice=notice, by=chief)
    check_rest(recheck, supervisor)
    if rechecks.must_widen(recheck):
        rechecks.widen(recheck=recheck, by=supervisor)
        check_rest(recheck, supervisor)
    rechecks.finish(recheck=recheck, by=supervisor)
    event.refresh_from_db()
