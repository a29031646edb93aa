"""A contest that has been announced: its firms, its people, nothing handed in yet; and what its ledger must say of all
that happens until it is marked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from competitions.domain import event_setup, schemes
from competitions.domain.roster_lines import Line as RosterLine
from competitions.models import (
    AcceptedList,
    Draw,
    EligibilityRule,
    Entry,
    EntryStep,
    Event,
    PlayRecord,
    Seat,
    Sheet,
    Waiver,
)
from competitions.scoring.scheme import parse_scheme
from craft_site.kit.identity import Document, parse_document
from craft_site.ledger.models import Line
from craft_site.people.domain import ties
from craft_site.people.models import Employer, PrivateFile, Worker
from tests.competitions.contest import SCHEME
from tests.competitions.rechecking import RULE
from tests.competitions.whole_contest import ALSO, untold
from tests.factories import citizen_number, make_employer, make_event, make_user, make_worker

PLACES, QUOTA, YEARS = 3, 2, 3
# Three workers of a firm with a contact's account and two of one without; the last of these judges too. A sixth has no
# account and is entered by the first firm's roster.
OF_THE_WORKS, OF_THE_MILL, BY_ROSTER, ALSO_JUDGE = (0, 1, 2), (3, 4), 5, 4
SEATS: dict[str, dict[str, Any]] = {
    "chief": {"role": "chief"},
    "coding": {"role": "coding"},
    "supervisor": {"role": "supervisor"},
    "watcher": {"role": "supervisor", "place": 2},
    "floor": {"role": "floor"},
    "measuring": {"role": "measuring", "aspects": ["A1.1"]},
    "result 1": {"role": "result", "aspects": ["A1.2"], "place": 1},
    "result 2": {"role": "result", "aspects": ["A1.2"], "place": 2},
    "result 3": {"role": "result", "aspects": ["A1.2"], "place": 3},
    "reserve": {"role": "result", "aspects": ["A1.2"], "place": 4},
}
PANEL = ("result 1", "result 2", "result 3", "reserve")


@dataclass
class Announced:
    """workers: 0 to 4, the roster's sixth is made when it is loaded; officials: who can hold which of SEATS; due: until
    when whatever is returned may be corrected."""

    event: Event
    works: Employer
    workers: list[Worker]
    officials: dict[str, Any]
    second_reader: Any
    office: Any
    contact: Any
    due: Any
    document: Document

    def roster(self, years: int) -> RosterLine:
        return RosterLine(
            row=2,
            name="Contestant 6",
            document=self.document,
            mobile="13912340006",
            group="worker",
            trade_years=years,
            emergency_contact="Kin 13900000000",
        )


def make_announced() -> Announced:
    """Rules, sessions, benches and scheme are set by their verbs; the first result judge is the mentor of worker 1."""
    office, now = make_user("organiser"), timezone.now()
    event = make_event(state=Event.State.PUBLISHED, places=PLACES)
    rules = [
        {"kind": EligibilityRule.Kind.TRADE_YEARS, "value": str(YEARS), "hard": True},
        {"kind": EligibilityRule.Kind.EMPLOYER_QUOTA, "value": str(QUOTA), "hard": True},
        {"kind": EligibilityRule.Kind.INSURED_MONTHS, "value": "12", "hard": False},
    ]
    event_setup.set_rules(event=event, rules=rules, by=office)
    sittings = [
        {"starts_at": now + timedelta(hours=n), "ends_at": now + timedelta(hours=n + 3)} for n in (1, 5)
    ]
    event_setup.set_sessions(event=event, sessions=sittings, by=office)
    event_setup.set_stations(event=event, count=2, unusable=(), by=office)
    document = SCHEME | {"recheck": RULE} | ALSO
    schemes.adopt_scheme(event=event, scheme=parse_scheme(document), based_on="", by=office)
    works, mill = make_employer("The works"), make_employer("The mill")
    workers = [
        _worker(n, works if n in OF_THE_WORKS else mill, "judge" if n == ALSO_JUDGE else "worker")
        for n in (*OF_THE_WORKS, *OF_THE_MILL)
    ]
    officials = {name: make_user("judge") for name in SEATS} | {
        "supervisor": make_user("supervisor"),
        "watcher": make_user("supervisor"),
        "reserve": workers[ALSO_JUDGE].user,
    }
    mentor = make_worker("Mentor", user=officials["result 1"])
    ties.declare(one=mentor, other=workers[1], kind="mentor")
    return Announced(
        event=event,
        works=works,
        workers=workers,
        officials=officials,
        second_reader=make_user("judge"),
        office=office,
        contact=make_user("employer", employer=works),
        due=now + timedelta(days=3),
        document=parse_document("citizen", citizen_number(907, region="330100")),
    )


def _worker(n: int, employer: Employer, role: str) -> Worker:
    worker = make_worker(f"Contestant {n + 1}", employer=employer, user=make_user(role))
    worker.photo = PrivateFile.objects.create(
        kind="photo", worker=worker, name=f"aa/{worker.uuid.hex}.jpg", content_type="image/jpeg", size=1
    )
    worker.save(update_fields=("photo",))
    return worker


# --- what the ledger says --------------------------------------------------------------------------------------------


def _moved_to(state: str) -> Callable[[], Any]:
    return lambda: EntryStep.objects.filter(to_state=state)


# The kind of line that each fact has exactly one of.
TOLD: dict[str, Callable[[], Any]] = {
    "entry.started": lambda: Entry.objects.filter(from_roster=False),
    **{f"entry.{state}": _moved_to(state) for state in Entry.State.values},
    "list.published": lambda: AcceptedList.objects.all(),
    "seat.given": lambda: Seat.objects.all(),
    "seat.left": lambda: Seat.objects.filter(left_at__isnull=False),
    "tie.waived": lambda: Waiver.objects.filter(chief__isnull=False, supervisor__isnull=False),
    "draw.committed": lambda: Draw.objects.all(),
    "draw.drawn": lambda: Draw.objects.exclude(seed=""),
    "draw.voided": lambda: Draw.objects.filter(state="void"),
    "play.started": lambda: PlayRecord.objects.filter(started_at__isnull=False),
    "play.stopped": lambda: PlayRecord.objects.filter(ended_at__isnull=False),
}


def untold_before_marking(event: Event) -> list[str]:
    """As `untold`, and of what has no row of its own: the moves of the event and of the entries, consents, sheets."""
    said: dict[str, list[tuple[str, Any]]] = {}
    lines = Line.objects.filter(chain__name=event.chain).order_by("seq")
    for kind, subject, body in lines.values_list("kind", "subject", "body"):
        said.setdefault(kind, []).append((subject, json.loads(body)["facts"]))
    return [
        *untold(event.chain, TOLD),
        *_moves(said),
        *_entries(said),
        *_sheets(said),
    ]


def _moves(said: dict[str, list[tuple[str, Any]]]) -> list[str]:
    at, found = str(Event.State.PUBLISHED), []
    for _subject, facts in said.get("event.moved", ()):
        found += [] if facts["from"] == at else [f"the event goes on from {facts['from']}, not from {at}"]
        at = facts["to"]
    state = Event.objects.values_list("state", flat=True).get()
    return found if at == state else [*found, f"the event is {state}, and the ledger says {at}"]


def _entries(said: dict[str, list[tuple[str, Any]]]) -> list[str]:
    """The steps of each entry in their order, and the last word about the name."""
    steps = {f"entry:{entry.uuid}": list(entry.steps.all()) for entry in Entry.objects.all()}
    told: dict[str, list[tuple[str, str]]] = {subject: [] for subject in steps}
    for state in Entry.State.values:
        for subject, facts in said.get(f"entry.{state}", ()):
            told[subject].append((facts["from"], facts["to"]))
    found = [
        f"{subject} has other steps than lines"
        for subject, moves in told.items()
        if sorted(moves) != sorted((step.from_state, step.to_state) for step in steps[subject])
    ]
    agreed = {subject: facts["agreed"] for subject, facts in said.get("entry.publicity", ())}
    for uuid, at in Entry.objects.values_list("uuid", "agreed_publicity_at"):
        if agreed.get(f"entry:{uuid}", False) != (at is not None):
            found.append(f"entry:{uuid} and the ledger differ about the name")
    return found


def _sheets(said: dict[str, list[tuple[str, Any]]]) -> list[str]:
    made = [row[0] for _subject, facts in said.get("sheets.issued", ()) for row in facts["sheets"]]
    taken = [
        uuid
        for kind in ("sheets.issued", "seat.left")
        for _subject, facts in said.get(kind, ())
        for uuid in facts["taken"]
    ]
    there = sorted(str(uuid) for uuid in Sheet.objects.values_list("uuid", flat=True))
    return [] if sorted(made) == sorted([*there, *taken]) else ["sheets are there that no line has issued"]
