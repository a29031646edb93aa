"""Entering marks: what a judge sends is written once, in order, with a receipt, or refused with the reason.

A request is one transaction an event, whatever the number of its marks and sheets; several requests that wait for the
same event and touch nothing in common are one (marking_turns). It reads first, and its ledger lines then move the
head of the event's chain from where it was read: if somebody was faster, nothing has been written and the request
begins again behind the locked head. So the marks of one event are taken one request after another, and two of them
can neither both own a cell nor both be the last of a panel.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override

from competitions.domain import tablets
from competitions.domain.locked_sheets import (
    NO_DEVICE,
    Held,
    LockedSheets,
    PanelSheet,
    freeze_scheme,
    open_aspects,
    read_sheets,
    receipts,
)
from competitions.domain.mark_entry import (
    DISCUSSED,
    UNDO,
    MarkAnswer,
    NewMark,
    NewRow,
    SheetEntry,
    Status,
    Taken,
    answer,
    closed_because,
    stands_for,
)
from competitions.domain.marked_rows import count, mark_line, save_rows, save_sheets
from competitions.domain.marking_turns import Turns
from competitions.domain.panel_spread import Spread
from competitions.models import Mark, Sheet
from craft_site.ledger.chain import Draft, HeadMoved, append_many, lock_head
from craft_site.ledger.models import Chain

__all__ = [
    "DISCUSSED",
    "MOST_MARKS",
    "UNDO",
    "Batch",
    "MarkAnswer",
    "MarkRequest",
    "NewMark",
    "NotMarkedNow",
    "SheetClosed",
    "Status",
    "enter_batch",
    "enter_marks",
    "fit_together",
    "refuse_unless_open",
    "write_marks",
    "write_together",
]

MOST_MARKS = 200
SEEN_AGAIN = timedelta(minutes=10)


@dataclass(slots=True)
class Batch:
    """answers: one for each mark, in order; sheets: as they stand now, those of the judge alone."""

    answers: list[MarkAnswer] = field(default_factory=list)
    sheets: dict[UUID, PanelSheet] = field(default_factory=dict)


class SheetClosed(Exception):
    """The sheet is signed or locked; the message says what to do."""


class NotMarkedNow(Exception):
    """The event is not being marked."""


def refuse_unless_open(sheet: Sheet) -> None:
    """Raises SheetClosed, NotMarkedNow."""
    code, message = closed_because(sheet.state, sheet.event.state)
    if code:
        raise (NotMarkedNow if code == "event" else SheetClosed)(message)


@dataclass(frozen=True, slots=True)
class MarkRequest:
    """Marks and who writes them. as_judge: `by` must be the judge of each sheet. actor: who the ledger lines name;
    facts: what they say besides; language: what is wrong is said in it."""

    marks: Sequence[NewMark]
    by: Any
    actor: Any
    device: UUID = NO_DEVICE
    as_judge: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)
    language: str = field(default_factory=lambda: get_language() or settings.LANGUAGE_CODE)

    @property
    def sheets(self) -> set[UUID]:
        return {mark.sheet for mark in self.marks if mark.sheet is not None}


@dataclass(slots=True)
class _Part:
    """One request in its transaction: the sheets it names, and what becomes of each mark."""

    request: MarkRequest
    entries: dict[UUID, SheetEntry]
    taken: list[Taken]
    rows: dict[UUID, NewRow]
    spread: Spread = field(default_factory=Spread)


class _SeveralEvents(Exception):
    def __init__(self, groups: Iterable[list[int]]) -> None:
        super().__init__()
        self.groups = list(groups)


def enter_batch(*, marks: Sequence[NewMark], by: Any, device: UUID) -> Batch:
    """Writes a judge's marks, on any of the sheets of that judge.

    Each mark is judged by itself: the good ones are saved, the others named. Sent again, saved marks answer
    `repeated` with their first receipt. A value for an aspect that has one is a revision: it needs a reason later than
    ten seconds, and none when the panel must judge again. The event's first mark freezes its scheme. device: made by
    the browser; what a revoked one sends is kept for the chief judge and counts nothing.
    """
    request = MarkRequest(marks, by, by, device)
    if connection.in_atomic_block:  # whoever is inside a transaction already must not wait for a turn
        return _write(request)
    return _turns(request)


def enter_marks(*, sheet: Sheet, marks: Sequence[NewMark], by: Any) -> list[MarkAnswer]:
    """The same for the marks of one sheet, without a device.

    Raises PermissionDenied for anybody but the judge of the sheet, NotMarkedNow, SheetClosed; then nothing is written.
    """
    return write_marks(sheet=sheet, marks=marks, by=by)


def write_marks(
    *,
    sheet: Sheet,
    marks: Sequence[NewMark],
    by: Any,
    as_judge: bool = True,
    actor: Any = None,
    facts: Mapping[str, Any] | None = None,
) -> list[MarkAnswer]:
    """`enter_marks` for those who have another right to write: a measuring file (not as_judge), the chief judge who
    releases kept marks (actor, while `by` stays the judge whose marks they are).

    facts: what the ledger lines say besides. Raises as enter_marks does.
    """
    named = [replace(mark, sheet=sheet.uuid) for mark in marks]
    batch = _write(MarkRequest(named, by, actor or by, as_judge=as_judge, facts=facts or {}))
    for one in batch.answers:
        if one.status == Status.FORBIDDEN:
            raise PermissionDenied(one.message)
        if one.status == Status.CLOSED:
            raise (NotMarkedNow if one.code == "event" else SheetClosed)(one.message)
    if (now := batch.sheets.get(sheet.uuid)) is not None:
        sheet.state, sheet.alarm, sheet.marks_in = now.state, now.alarm, now.marks_in
    return batch.answers


def _write(request: MarkRequest) -> Batch:
    if len(request.marks) > MOST_MARKS:
        raise ValueError(f"at most {MOST_MARKS} marks at once")
    try:
        return _write_one_event(request)
    except _SeveralEvents as several:
        found = Batch()
        by_place: dict[int, MarkAnswer] = {}
        for places in several.groups:
            part = _write_one_event(replace(request, marks=[request.marks[place] for place in places]))
            by_place |= zip(places, part.answers, strict=True)
            found.sheets |= part.sheets
        found.answers = [by_place[place] for place in range(len(request.marks))]
        return found


def _write_one_event(request: MarkRequest) -> Batch:
    try:
        return write_together([request])[0]
    except IntegrityError:
        # A client id that a mark of another panel has: a device fault that must not keep the other marks.
        if not (strange := _strange(request.marks)):
            raise
        return _attempt([request], locked=True, strange=strange)[0]


def write_together(requests: Sequence[MarkRequest]) -> list[Batch]:
    """Requests of judges that fit together in one transaction, and what each of them is answered. IntegrityError when
    one of them must be written alone; then nothing is written."""
    try:
        return _attempt(requests)
    except HeadMoved:  # somebody was faster, or there is no head yet
        return _attempt(requests, locked=True)


# Sheets of the last requests, each with its event and its work: neither ever changes.
_places: dict[UUID, tuple[int, int]] = {}
_MOST_PLACES = 20_000


def _touches(request: MarkRequest) -> tuple[int, set[tuple[int, str]]] | None:
    """The event of a request and which aspects of which works it marks; None while that is not known here."""
    places = {uuid: _places.get(uuid) for uuid in request.sheets}
    events = {place[0] if place else None for place in places.values()}
    if None in events or len(events) != 1 or any(mark.sheet is None for mark in request.marks):
        return None
    cells = {
        (place[1], mark.aspect) for mark in request.marks if mark.sheet and (place := places[mark.sheet])
    }
    return next(iter(events)), cells  # type: ignore[return-value]


def fit_together(requests: Sequence[MarkRequest], another: MarkRequest) -> bool:
    """Requests whose order does not matter: of one event, and no panel's aspect is touched by two of them."""
    if sum(len(one.marks) for one in (*requests, another)) > MOST_MARKS:
        return False
    if (wanted := _touches(another)) is None:
        return False
    touched = [_touches(one) for one in requests]
    return all(one is not None and one[0] == wanted[0] and one[1].isdisjoint(wanted[1]) for one in touched)


_turns = Turns(alone=_write, together=write_together, fits=fit_together)


def _strange(marks: Sequence[NewMark]) -> frozenset[UUID]:
    """Client ids that a mark of another sheet has."""
    known = {mark.client_id: mark.sheet for mark in marks}
    there = Mark.objects.filter(client_id__in=known).values_list("client_id", "sheet__uuid")
    return frozenset(client_id for client_id, sheet in there if known[client_id] != sheet)


@transaction.atomic
def _attempt(
    requests: Sequence[MarkRequest], *, locked: bool = False, strange: frozenset[UUID] = frozenset()
) -> list[Batch]:
    """One transaction. Raises HeadMoved when the head is not where it was read; never when locked."""
    read, fresh = _read(requests), False
    if len(read.events) > 1:
        raise _SeveralEvents(_by_event(requests[0].marks, read))
    event = next(iter(read.events.values()), None)
    if event is not None and locked:
        head = lock_head(event.chain)
        read = _read(requests)
        if (event := read.events.get(event.pk)) is not None:
            event.head = head
            if fresh := event.scheme is None:
                event.scheme = open_aspects(event)
    if event is not None and (event.head is None or event.scheme is None):
        raise HeadMoved(event.chain)
    parts = [_take(request, read, strange) for request in requests]
    codes: dict[int, str] = {}
    if event is not None and event.head is not None and any(part.rows for part in parts):
        if fresh:
            freeze_scheme(event, event.head)
        codes = _save(parts, read, event.head)
    for part in parts:
        _note_device(read, part)
    stands = [[stands_for(one, part.rows) for one in part.taken] for part in parts]
    if event is not None:
        seqs = {held.seq for helds in stands for held in helds if held is not None}
        codes |= receipts(event.chain, seqs - codes.keys())
    return [_batch(part, held, codes, read) for part, held in zip(parts, stands, strict=True)]


def _take(request: MarkRequest, read: LockedSheets, strange: frozenset[UUID]) -> _Part:
    revoked = request.device in read.revoked
    entries = {
        uuid: SheetEntry(read.own.get(uuid), read, request.by.pk, request.as_judge, revoked, strange)
        for uuid in request.sheets
    }
    with override(request.language):
        taken = [entries[mark.sheet].take(mark) for mark in request.marks if mark.sheet is not None]
    return _Part(
        request, entries, taken, {one.row.client_id: one.row for one in taken if one.row is not None}
    )


def _save(parts: Sequence[_Part], read: LockedSheets, head: Chain) -> dict[int, str]:
    """Marks, their ledger lines, and what they change on their panels. Returns the receipts by number of the line."""
    drafts: list[Draft] = []
    alarms: list[Draft] = []
    rows: list[NewRow] = []
    for part in parts:
        for entry in part.entries.values():
            if entry.sheet is not None and entry.rows:
                count(entry.sheet, entry.gained)
                part.spread.look(
                    entry.sheet,
                    read.panels[entry.sheet.code],
                    {aspect: row.held for aspect, row in entry.latest.items()},
                )
        sheet_of = {row.client_id: one.mark.sheet for one in part.taken if (row := one.row) is not None}
        by = part.request.actor
        drafts += [mark_line(sheet_of[key], row, part.request.facts, by) for key, row in part.rows.items()]
        alarms += [replace(draft, by=by) for draft in part.spread.drafts()]
        rows += part.rows.values()
    lines = append_many(head, [*drafts, *alarms], by=None)
    for row, line in zip(rows, lines, strict=False):
        row.seq = line.seq
    save_rows(rows, {pk for part in parts for entry in part.entries.values() for pk in entry.replaced})
    told, reopened = iter(lines[len(rows) :]), []
    for part in parts:
        reopened += part.spread.raise_alarms(list(islice(told, len(part.spread.drafts()))))
    append_many(head, reopened, by=None)
    save_sheets([one for panel in read.panels.values() for one in panel])
    return {line.seq: line.hash[:6].upper() for line in lines}


def _batch(part: _Part, stands: Sequence[Held | None], codes: Mapping[int, str], read: LockedSheets) -> Batch:
    request, raised = part.request, {(sheet.uuid, aspect) for sheet, aspect in part.spread.raised}
    own = {uuid: one for uuid in request.sheets if (one := read.own.get(uuid)) is not None}
    return Batch(
        [
            answer(one, held, codes, (one.mark.sheet, one.mark.aspect) in raised)
            for one, held in zip(part.taken, stands, strict=True)
        ],
        {uuid: one for uuid, one in own.items() if not request.as_judge or one.judge == request.by.pk},
    )


def _read(requests: Sequence[MarkRequest]) -> LockedSheets:
    marks = [mark for request in requests for mark in request.marks]
    read = read_sheets(
        sheets=[mark.sheet for mark in marks if mark.sheet is not None],
        aspects={mark.aspect for mark in marks},
        client_ids={mark.client_id for mark in marks},
        devices=[(request.device, request.by.pk) for request in requests],
    )
    if len(_places) > _MOST_PLACES:
        _places.clear()
    _places.update((uuid, (one.event.pk, one.code)) for uuid, one in read.own.items())
    return read


def _by_event(marks: Sequence[NewMark], read: LockedSheets) -> Iterable[list[int]]:
    """The places of the marks by event; sheets that do not exist go with the first."""
    groups: dict[int, list[int]] = defaultdict(list)
    first = next(iter(read.events))
    for place, mark in enumerate(marks):
        sheet = read.own.get(mark.sheet) if mark.sheet is not None else None
        groups[sheet.event.pk if sheet is not None else first].append(place)
    return groups.values()


def _note_device(read: LockedSheets, part: _Part) -> None:
    """The device is written down at its first mark and then every ten minutes; marks of a revoked one are kept."""
    device, by = part.request.device, part.request.by
    if device == NO_DEVICE:
        return
    now = timezone.now()
    kept = [
        (read.own[one.mark.sheet], one.mark)
        for one in part.taken
        if one.status == Status.QUARANTINED and one.mark.sheet is not None
    ]
    last = read.seen.get((device, by.pk))
    if read.events and (last is None or now - last > SEEN_AGAIN):
        tablets.seen(device=device, user=by, at=now)
    if kept:
        tablets.keep(device=device, user=by, marks=kept, at=now)
