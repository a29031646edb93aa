"""A contest of two works from the first mark to the second version of its result: its people, everything that it has
written so far, and what its ledger says of that."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from competitions.domain import entries, events, facts_evidence, sheet_states
from competitions.models import (
    AcceptedList,
    AcceptedRow,
    Appeal,
    AppealDecision,
    AwardChoice,
    Code,
    CorrectionOrder,
    Declaration,
    Decoding,
    Draw,
    DrawnSlot,
    EligibilityRule,
    EnteredMark,
    Entry,
    EntryStep,
    ErrorNotice,
    Event,
    Mark,
    OpenedLayer,
    PenaltyRecord,
    PlayRecord,
    Recheck,
    RecheckItem,
    Release,
    ReleaseRow,
    SchemeVersion,
    Seat,
    Session,
    Sheet,
    Signature,
    Station,
    TimeCredit,
    Waiver,
)
from craft_site.ledger.chain import append, first_broken_line
from craft_site.ledger.models import Chain, Checkpoint, Line
from craft_site.people.models import Tie, Worker
from tests.competitions.contest import SCHEME
from tests.competitions.marking_contest import Marking
from tests.competitions.rechecking import make_small, supervisor_of
from tests.factories import make_seat, make_user

PENALTY = "P2"
# Two judges at the instrument, and a breach that costs a point.
ALSO = {
    "methods": SCHEME["methods"] | {"measured": {"judges_min": 2, "decision_rule": "simple_acceptance"}},
    "penalties": {
        "cap_total_points": 3,
        "rules": [
            {
                "code": PENALTY,
                "zh": "超时操作",
                "en": "Working after time",
                "effect": "total_points",
                "points": 1,
                "each": True,
            }
        ],
    },
}
TABLES = (
    Event,
    EligibilityRule,
    Session,
    Station,
    SchemeVersion,
    Worker,
    Entry,
    EntryStep,
    AcceptedList,
    AcceptedRow,
    Seat,
    Seat.sessions.through,
    Declaration,
    Tie,
    Waiver,
    Draw,
    DrawnSlot,
    Code,
    PlayRecord,
    Sheet,
    Mark,
    Signature,
    EnteredMark,
    PenaltyRecord,
    TimeCredit,
    Recheck,
    RecheckItem,
    ErrorNotice,
    CorrectionOrder,
    Decoding,
    AwardChoice,
    Release,
    ReleaseRow,
    Appeal,
    AppealDecision,
    Chain,
    Line,
    Checkpoint,
)
CORRECTED = Q(reason__startswith="K-") | Q(reason__startswith="Recheck")
# The kind of line that each fact has exactly one of.
TOLD = {
    "mark.entered": lambda: Mark.objects.filter(withdrawn=False).exclude(CORRECTED),
    "mark.withdrawn": lambda: Mark.objects.filter(withdrawn=True),
    "mark.corrected": lambda: Mark.objects.filter(CORRECTED),
    "sheet.signed": lambda: Signature.objects.filter(part="judge"),
    "sheet.witnessed": lambda: Signature.objects.filter(part="witness"),
    "sheet.chief_signed": lambda: Signature.objects.filter(part="chief"),
    "penalty.seconded": lambda: _proposed().filter(seconded_by__isnull=False),
    "penalty.proposed": lambda: _proposed(),
    "penalty.contestant_signed": lambda: _proposed().filter(contestant_signed=True),
    "penalty.refusal_seen": lambda: _proposed().filter(refusal_seen_by__isnull=False),
    "penalty.ordered": lambda: PenaltyRecord.objects.filter(note__startswith="K-"),
    "recheck.committed": lambda: Recheck.objects.all(),
    "recheck.drawn": lambda: Recheck.objects.exclude(dice=""),
    "recheck.error": lambda: ErrorNotice.objects.all(),
    "recheck.withdrawn": lambda: ErrorNotice.objects.filter(state="withdrawn"),
    "recheck.widened": lambda: Recheck.objects.filter(widened_at__isnull=False),
    "recheck.finished": lambda: Recheck.objects.filter(finished_at__isnull=False),
    "correction.requested": lambda: CorrectionOrder.objects.all(),
    "correction.approved": lambda: CorrectionOrder.objects.filter(state="executed"),
    "correction.refused": lambda: CorrectionOrder.objects.filter(state="refused"),
    "event.decoding_asked": lambda: Decoding.objects.all(),
    "event.layer_opened": lambda: OpenedLayer.objects.all(),
    "event.decoded": lambda: OpenedLayer.objects.filter(layer="contestant"),
    "result.published": lambda: Release.objects.all(),
    "appeal.filed": lambda: Appeal.objects.all(),
    "appeal.decided": lambda: AppealDecision.objects.all(),
    "appeal.carried_out": lambda: AppealDecision.objects.filter(carried_out_at__isnull=False),
}


def _proposed() -> Any:
    return PenaltyRecord.objects.exclude(note__startswith="K-")


@dataclass
class Whole:
    """seats: the measuring judge and the panel, in this order; watchers: two supervisors, of whom the second is the
    chief judge too, so that only the verbs keep that person from both halves of a deed."""

    marking: Marking
    watchers: list[Any]
    coding: Any
    arbiter: Any
    committee: Any
    office: Any
    contestant: Any

    @property
    def seats(self) -> list[Seat]:
        return [self.marking.measuring, *self.marking.panel]


def make_whole() -> Whole:
    """Every mark is entered, nothing is signed, the theory marks are there."""
    marking = make_small(2, also=ALSO)
    event = marking.event
    marking.floor = [make_seat(event, "floor", place=n) for n in (1, 2)]
    office = make_user("organiser")
    for n, code in enumerate(event.codes.filter(layer="contestant").order_by("number")):
        paper = EnteredMark.objects.create(
            event=event, component="T", code=code, mark=Decimal(90 - 10 * n), by=marking.chief
        )
        told = {"component": "T", "mark": paper.mark, "revision": 1, "reason_hash": ""}
        with transaction.atomic():
            append(
                event.chain, "component.entered", subject=f"code:{code.uuid}", facts=told, by=marking.chief
            )
    contestant = make_user("worker")
    worker = Entry.objects.get(contestant_code__number="C-001").worker
    worker.user = contestant
    worker.save(update_fields=("user",))
    watcher = supervisor_of(event)
    make_seat(event, "supervisor", user=marking.chief)
    return Whole(
        marking=marking,
        watchers=[watcher, marking.chief],
        coding=make_seat(event, "coding").user,
        arbiter=make_seat(event, "arbiter").user,
        committee=make_seat(event, "committee", user=make_user("organiser")).user,
        office=office,
        contestant=contestant,
    )


@cache
def _all_rows(model: Any) -> str:
    """All but the moment of the last writing, which moves even where the same is written again."""
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(f.column) for f in model._meta.concrete_fields if f.name != "updated_at")
    return f"SELECT {columns} FROM {model._meta.db_table} ORDER BY id"


def written() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the contest, byte for byte."""
    found = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(_all_rows(model))
            found[model.__name__] = cursor.fetchall()
    return found


def untold(chain: str, told: Mapping[str, Callable[[], Any]] = TOLD) -> list[str]:
    """What the ledger does not say, or says more than once, of the facts of the only contest there is."""
    if (seq := first_broken_line(chain)) is not None:
        return [f"line {seq} does not follow"]
    lines = Counter(Line.objects.filter(chain__name=chain).values_list("kind", flat=True))
    wrong = [
        f"{kind}: {lines[kind]} lines, {facts().count()} facts"
        for kind, facts in told.items()
        if lines[kind] != facts().count()
    ]
    return wrong + [f"line {seq}: {what}" for seq, what in facts_evidence.contradictions(chain)]


# --- states ----------------------------------------------------------------------------------------------------------

TABLE_OF_MOVES: dict[Any, dict[str, tuple[str, ...]]] = {
    Event: events.MOVES,
    Entry: entries.MOVES,
    Draw: {"committed": ("drawn", "void"), "drawn": ("void",), "void": ()},
    Sheet: sheet_states.MOVES,
    PenaltyRecord: {
        "proposed": ("seconded", "refused"),
        "seconded": ("approved", "refused"),
        "approved": ("refused",),
        "refused": (),
    },
    Recheck: {
        "committed": ("checking", "void"),
        "checking": ("finished", "void"),
        "finished": ("void",),
        "void": (),
    },
    ErrorNotice: {"open": ("corrected", "withdrawn"), "corrected": (), "withdrawn": ()},
    CorrectionOrder: {
        "requested": ("executed", "refused", "withdrawn"),
        "executed": (),
        "refused": (),
        "withdrawn": (),
    },
}


def standings() -> dict[tuple[str, int], tuple[Any, str]]:
    return {
        (model.__name__, pk): (model, state)
        for model in TABLE_OF_MOVES
        for pk, state in model.objects.values_list("pk", "state")
    }


def strange_moves(before: dict[Any, Any], after: dict[Any, Any]) -> list[str]:
    """Moves that no table allows. One verb may take a sheet two steps: entered, and signed with the same deed; and an
    entry: withdrawn, and handed in again by the employer. Nothing goes but a sheet on which nothing stands."""
    found = []
    for key, (model, state) in before.items():
        if key not in after:
            found += [f"{key} is gone"] if (model, state) != (Sheet, Sheet.State.ISSUED) else []
            continue
        table, now = TABLE_OF_MOVES[model], after[key][1]
        twice = model in (Sheet, Entry)
        two = {further for step in table[state] for further in table[step]} if twice else set()
        if now != state and now not in table[state] and now not in two:
            found.append(f"{key}: {state} -> {now}")
    return found


def orders_since_the_lock(event: Event) -> list[str]:
    """Marks that were written after the lock without an order that was carried out."""
    lock = next(
        (
            line.seq
            for line in Line.objects.filter(chain__name=event.chain, kind="event.moved")
            if json.loads(line.body)["facts"]["to"] == Event.State.LOCKED
        ),
        None,
    )
    if lock is None:
        return []
    done = {
        order.label: order.payload_hash
        for order in CorrectionOrder.objects.filter(state=CorrectionOrder.State.EXECUTED)
    }
    found = []
    for mark in Mark.objects.filter(seq__gt=lock):
        facts = json.loads(Line.objects.get(chain__name=event.chain, seq=mark.seq).body)["facts"]
        if done.get(facts.get("order", "")) != facts.get("payload", "-"):
            found.append(f"{mark}: {facts}")
    return found
