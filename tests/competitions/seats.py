"""An event that is ready for its sheets, for tests of seats, ties and blindness: made from rows."""

from copy import deepcopy
from datetime import timedelta

from django.utils import timezone

from competitions.models import Code, Entry, Event, SchemeVersion, Session, Station
from competitions.scoring.scheme import parse_scheme
from tests.competitions.contest import SCHEME
from tests.competitions.schemes import keep_scheme
from tests.factories import make_entry, make_event


def scheme_document(*, judges_min: int = 1) -> dict:
    """The small scheme with one aspect of the process (B1.1, allotment) beside the two of the work."""
    document = deepcopy(SCHEME)
    document["methods"]["measured"]["judges_min"] = judges_min
    document["composition"]["components"][1]["full"] = 15
    document["criteria"].append(
        {
            "code": "B",
            "name": {"zh": "现场", "en": "On the floor"},
            "max_mark": 5,
            "sub_criteria": [
                {
                    "code": "B1",
                    "name": {"zh": "安全", "en": "Safety"},
                    "max_mark": 5,
                    "aspects": [
                        {
                            "code": "B1.1",
                            "name": {"zh": "安全", "en": "Safety"},
                            "method": "allotment",
                            "stage": "process",
                            "max_mark": 5,
                            "events": [{"code": "helmet", "zh": "未戴安全帽", "en": "No helmet", "unit": 1}],
                        }
                    ],
                }
            ],
        }
    )
    return document


def add_scheme(event: Event, *, judges_min: int = 1) -> SchemeVersion:
    return keep_scheme(event, parse_scheme(scheme_document(judges_min=judges_min)))


def coded_event(count: int = 3, *, state: str = Event.State.RUNNING, works: bool = True, **entry) -> Event:
    """`count` checked-in contestants with numbers of all three layers; work numbers run the other way."""
    event = make_event(state=state)
    add_scheme(event)
    now = timezone.now()
    sessions = [
        Session.objects.create(event=event, number=n, starts_at=now, ends_at=now + timedelta(hours=4))
        for n in (1, 2)
    ]
    for n in range(1, count + 1):
        code_entry(event, n, sessions[(n - 1) % 2], last=count, works=works, **entry)
    return event


def code_entry(event, n, session, *, last, works=True, **fields) -> Entry:
    entry = make_entry(event, state=Entry.State.CHECKED_IN, **fields)
    station, _ = Station.objects.get_or_create(event=event, number=n)
    contestant = Code.objects.create(event=event, layer="contestant", number=f"C-{n:03d}", entry=entry)
    bench = Code.objects.create(
        event=event,
        layer="station",
        number=f"S-{session.number}{n:02d}",
        parent=contestant,
        session=session,
        station=station,
    )
    if works:
        Code.objects.create(event=event, layer="work", number=f"W-{last + 1 - n:02d}", parent=bench)
    return entry
