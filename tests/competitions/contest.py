"""A small finished contest for tests of results: made from rows, without going through every verb."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from competitions.models import Code, EnteredMark, Entry, Event, Mark, Session, Sheet, Station
from competitions.scoring.scheme import parse_scheme
from tests.competitions.schemes import keep_scheme
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

SCHEME: dict[str, Any] = {
    "schema": "skills-marking-scheme/1",
    "id": "small",
    "version": "1",
    "locale": ["zh-Hans", "en"],
    "title": {"zh": "小赛", "en": "Small contest"},
    "composition": {
        "components": [
            {
                "code": "T",
                "name": {"zh": "理论", "en": "Theory"},
                "full": 100,
                "weight": "0.30",
                "pass_mark": 60,
            },
            {
                "code": "P",
                "name": {"zh": "操作", "en": "Practical"},
                "full": 10,
                "weight": "0.70",
                "pass_mark": 6,
            },
        ],
        "rounding": {"aspect": 2, "component": 2, "total": 2, "mode": "ROUND_HALF_UP"},
        "tie_break": ["P.total desc", "shared_rank"],
        "awards": {
            "base": "contestants_who_started_practical",
            "first": "0.10",
            "second": "0.20",
            "third": "0.30",
            "round": "floor_min_1",
            "needs_pass": True,
        },
    },
    "methods": {
        "measured": {"judges_min": 1, "decision_rule": "simple_acceptance"},
        "judged": {"default": "panel3", "panel3": {"judges": 3, "scale": [0, 1, 2, 3], "max_spread": 1}},
    },
    "criteria": [
        {
            "code": "A",
            "name": {"zh": "尺寸", "en": "Size"},
            "max_mark": 10,
            "sub_criteria": [
                {
                    "code": "A1",
                    "name": {"zh": "长", "en": "Length"},
                    "max_mark": 10,
                    "aspects": [
                        {
                            "code": "A1.1",
                            "name": {"zh": "长度", "en": "Length"},
                            "method": "measured",
                            "stage": "result",
                            "max_mark": 7,
                            "rule": "within",
                            "points": 7,
                            "mark_per_point": 1,
                            "nominal": 10,
                            "upper": "0.1",
                            "lower": "-0.1",
                        },
                        {
                            "code": "A1.2",
                            "name": {"zh": "外观", "en": "Finish"},
                            "method": "judged",
                            "stage": "result",
                            "max_mark": 3,
                            "benchmarks": [
                                {"value": n, "zh": f"级{n}", "en": f"Level {n}"} for n in range(4)
                            ],
                        },
                    ],
                }
            ],
        }
    ],
}


def make_contest(
    marks: list[tuple[str, int, tuple[int, int, int]]],
    *,
    state: str = Event.State.DECODED,
    consent: bool = True,
    scheme: dict[str, Any] = SCHEME,
) -> Event:
    """An event whose entries C-001... have the given theory mark, good points of seven, and three judges' values."""
    event = make_event(state=state)
    organiser = make_user()
    keep_scheme(event, parse_scheme(scheme))
    session = Session.objects.create(event=event, number=1, starts_at=timezone.now(), ends_at=timezone.now())
    measuring = make_seat(event, "measuring", aspects=["A1.1"])
    panel = [make_seat(event, "result", aspects=["A1.2"], place=n) for n in (1, 2, 3)]
    employer = make_employer()
    for n, (theory, good, values) in enumerate(marks, start=1):
        entry = make_entry(
            event,
            worker=make_worker(f"Contestant {n}", employer=employer, user=make_user("worker")),
            state=Entry.State.CHECKED_IN,
            agreed_publicity_at=timezone.now() if consent else None,
        )
        contestant = Code.objects.create(event=event, layer="contestant", number=f"C-{n:03d}", entry=entry)
        station = Station.objects.create(event=event, number=n)
        bench = Code.objects.create(
            event=event,
            layer="station",
            number=f"S-{n:02d}",
            parent=contestant,
            session=session,
            station=station,
        )
        # Work numbers run the other way, so that a mixed-up layer shows.
        work = Code.objects.create(event=event, layer="work", number=f"W-{90 - n}", parent=bench)
        EnteredMark.objects.create(
            event=event, component="T", code=contestant, mark=Decimal(theory), by=organiser
        )
        _mark(event, work, measuring, "A1.1", ["10"] * good + ["11"] * (7 - good))
        for seat, value in zip(panel, values, strict=True):
            _mark(event, work, seat, "A1.2", [str(value)])
    return event


def _mark(event: Event, code: Code, seat: Any, aspect: str, values: list[str]) -> None:
    sheet = Sheet.objects.create(
        event=event, code=code, seat=seat, state=Sheet.State.LOCKED, aspects=[aspect], marks_due=1, marks_in=1
    )
    Mark.objects.create(sheet=sheet, aspect=aspect, values=values, client_id=uuid4(), by=seat.user, seq=0)
