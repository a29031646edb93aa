"""Entering marks: what a judge sends is written once, in order, with a receipt, or refused with the reason.

Everything is read behind the head of the event's ledger chain, which the same transaction writes anyway: the marks of
one event are taken one request after another, so that two requests can neither both own a cell nor both be the last
of a panel.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import panel_spread
from competitions.domain.locked_sheets import Held, LockedSheets, read_locked
from competitions.domain.panel_spread import alarms_of
from competitions.domain.refusals import Readings, checked_values
from competitions.models import Event, Mark, Sheet
from competitions.scoring.scheme import Aspect
from craft_site.ledger.chain import Draft, append_many, lock_head

UNDO = timedelta(seconds=10)
GRACE = timedelta(seconds=5)  # what the network may take of it
LONGEST_REASON = 300
DISCUSSED = "discussed"  # the reason of a mark that the panel's spread asks for anew
MOST_MARKS = 200


class Status(StrEnum):
    """saved: written now; repeated: was there already; refused: never written like this; conflict: another value
    stands there; confirm: written when sent again with a second look."""

    SAVED = "saved"
    REPEATED = "repeated"
    REFUSED = "refused"
    CONFLICT = "conflict"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class NewMark:
    """What a judge's device sends for one aspect.

    values: see refusals.checked_values. client_id: made on the device, so that sending twice counts once. base: the
    revision that the judge saw, 0 for none. client_at: the device's clock, a claim only.
    """

    aspect: str
    values: Any
    client_id: UUID
    base: int = 0
    not_done: bool = False
    second_look: bool = False
    reason: str = ""
    client_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MarkAnswer:
    """What became of one mark. seq, receipt: number and short code of its ledger line. code, field: what was wrong
    and in which reading. current: what stands there, in a conflict. spread: the panel is too far apart."""

    client_id: UUID
    aspect: str
    status: Status
    seq: int = 0
    receipt: str = ""
    revision: int = 0
    code: str = ""
    message: str = ""
    field: int | str | None = None
    current: Held | None = None
    spread: bool = False


class SheetClosed(Exception):
    """The sheet is signed or locked; the message says what to do."""


class NotMarkedNow(Exception):
    """The event is not being marked."""


def enter_marks(*, sheet: Sheet, marks: Sequence[NewMark], by: Any) -> list[MarkAnswer]:
    """Writes marks on a judge's sheet, all in one transaction; the answers stand in the order of the marks.

    Each mark is judged by itself: the good ones are saved, the others named. Sent again, saved marks answer
    `repeated` with their first receipt. A value for an aspect that has one is a revision: it needs a reason later than
    ten seconds, and none when the panel must judge again. The event's first mark freezes its scheme.
    Raises PermissionDenied for anybody but the judge of the sheet, NotMarkedNow, SheetClosed.
    """
    return write_marks(sheet=sheet, marks=marks, by=by, allow=allow_judge)


def allow_judge(sheet: Sheet, by: Any) -> None:
    """Raises why this person may not mark this sheet now."""
    if sheet.seat.left_at is not None or sheet.seat.user_id != by.pk:
        raise PermissionDenied(str(roles.can_mark(by, sheet).reason))
    refuse_unless_open(sheet)


def refuse_unless_open(sheet: Sheet) -> None:
    if sheet.state not in Sheet.OPEN:
        if sheet.state == Sheet.State.LOCKED:
            raise SheetClosed(_("The marks of this event are locked."))
        raise SheetClosed(_("This sheet is signed; ask the chief judge to reopen it."))
    if sheet.event.state not in (Event.State.RUNNING, Event.State.SCORING):
        raise NotMarkedNow(_("This event is not being marked now."))


def write_marks(
    *,
    sheet: Sheet,
    marks: Sequence[NewMark],
    by: Any,
    allow: Callable[[Sheet, Any], None],
    facts: Mapping[str, Any] | None = None,
) -> list[MarkAnswer]:
    """`enter_marks` for those who have another right to write (a measuring file): allow raises when they may not.

    facts: what the ledger lines say besides.
    """
    if len(marks) > MOST_MARKS:
        raise ValueError(f"at most {MOST_MARKS} marks at once")
    try:
        return _write(sheet, marks, by, allow, facts or {}, frozenset())
    except IntegrityError:
        # A client id that another sheet has: a device fault that must not keep the other marks.
        strange = frozenset(
            Mark.objects.filter(client_id__in=[mark.client_id for mark in marks])
            .exclude(sheet_id=sheet.pk)
            .values_list("client_id", flat=True)
        )
        if not strange:
            raise
        return _write(sheet, marks, by, allow, facts or {}, strange)


@transaction.atomic
def _write(
    sheet: Sheet,
    marks: Sequence[NewMark],
    by: Any,
    allow: Callable[[Sheet, Any], None],
    facts: Mapping[str, Any],
    strange: frozenset[UUID],
) -> list[MarkAnswer]:
    head = lock_head(sheet.event.chain)
    locked = read_locked(
        sheet, head=head, aspects={m.aspect for m in marks}, client_ids=[m.client_id for m in marks]
    )
    sheet.state, sheet.alarm, sheet.marks_in = locked.own.state, locked.own.alarm, locked.own.marks_in
    sheet.aspects, sheet.marks_due = locked.own.aspects, locked.own.marks_due
    sheet.event.state, sheet.seat.left_at = locked.event_state, locked.seat_left_at
    allow(sheet, by)
    entry = _Entry(locked, by, strange)
    taken = [entry.take(mark) for mark in marks]
    if not entry.rows:
        return entry.answers(taken)
    spread = panel_spread.after(locked, entry.latest)
    drafts = [_draft(sheet, row, facts) for row in entry.rows] + spread.drafts(sheet)
    lines = append_many(head, drafts, by=by)
    for row, line in zip(entry.rows, lines, strict=False):
        row.seq = line.seq
        entry.receipts[row.client_id] = line.hash[:6].upper()
    entry.save()
    spread.alarm_from(lines[len(entry.rows) :])
    panel_spread.save(locked, spread, marks_in=len(entry.firsts))
    if spread.reopened:
        append_many(head, spread.reopening_drafts(), by=None)
    sheet.marks_in += len(entry.firsts)
    sheet.alarm, sheet.state = locked.own.alarm, locked.own.state
    return entry.answers(taken, spread.raised)


def _draft(sheet: Sheet, row: Mark, facts: Mapping[str, Any]) -> Draft:
    return Draft(
        "mark.entered",
        f"sheet:{sheet.uuid}",
        {
            "aspect": row.aspect,
            "values": row.values,
            "not_done": row.not_done,
            "revision": row.revision,
            "second_look": row.second_look,
            "reason": row.reason,
            "client_id": row.client_id,
            "client_at": row.client_at,
            **facts,
        },
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """The judgement on one mark before it has a receipt."""

    mark: NewMark
    status: Status
    held: Held | None = None
    row: Mark | None = None
    code: str = ""
    message: str = ""
    field: int | str | None = None


@dataclass(slots=True)
class _Entry:
    """One request's marks against what stands on the sheet."""

    locked: LockedSheets
    by: Any
    strange: frozenset[UUID]
    rows: list[Mark] = field(default_factory=list)
    firsts: set[str] = field(default_factory=set)
    latest: dict[str, Mark] = field(default_factory=dict)
    receipts: dict[UUID, str] = field(default_factory=dict)
    _replaced: set[int] = field(default_factory=set)
    _sent: dict[UUID, Mark] = field(default_factory=dict)

    def take(self, mark: NewMark) -> _Taken:
        if mark.client_id in self.strange:
            return _Taken(mark, Status.CONFLICT, code="client_id", message=_clash())
        aspect = self.locked.aspects.get(mark.aspect)
        if aspect is None or mark.aspect not in self.locked.own.aspects:
            message = _("%(aspect)s is not on this sheet.") % {"aspect": mark.aspect[:20]}
            return _Taken(mark, Status.REFUSED, code="aspect", message=message)
        values, trouble = checked_values(aspect, mark.values, not_done=mark.not_done)
        if (sent := self._earlier(mark.client_id)) is not None:
            return self._again(mark, values, sent)
        if trouble is not None and not (trouble.asks and mark.second_look):
            status = Status.CONFIRM if trouble.asks else Status.REFUSED
            return _Taken(mark, status, code=trouble.code, message=trouble.message, field=trouble.field)
        current = self._current(mark.aspect)
        if current is None:
            return self._new(mark, values, revision=1, second_look=trouble is not None)
        return self._revise(mark, aspect, values, current, second_look=trouble is not None)

    def _revise(
        self, mark: NewMark, aspect: Aspect, values: Readings, current: Held, *, second_look: bool
    ) -> _Taken:
        anew = mark.aspect in alarms_of(self.locked.own.alarm) and mark.aspect not in self.latest
        if current.says(values, mark.not_done) and not anew:
            return _Taken(mark, Status.REPEATED, held=current)
        if mark.base != current.revision:
            message = _("%(aspect)s has another value meanwhile. Choose which one holds.")
            return _Taken(
                mark, Status.CONFLICT, held=current, code="base", message=message % {"aspect": aspect.code}
            )
        reason = mark.reason.strip()[:LONGEST_REASON] or (DISCUSSED if anew else "")
        if not reason and self._age(mark, current) > UNDO + GRACE:
            message = _("Say why the mark is changed.")
            return _Taken(mark, Status.REFUSED, held=current, code="reason", message=message)
        return self._new(
            mark, values, revision=current.revision + 1, second_look=second_look, reason=reason, over=current
        )

    def _new(
        self,
        mark: NewMark,
        values: Readings,
        *,
        revision: int,
        second_look: bool,
        reason: str = "",
        over: Held | None = None,
    ) -> _Taken:
        row = Mark(
            sheet_id=self.locked.own.pk,
            aspect=mark.aspect,
            values=values,
            not_done=mark.not_done,
            revision=revision,
            reason=reason,
            second_look=second_look,
            client_id=mark.client_id,
            by=self.by,
            client_at=mark.client_at,
            at=timezone.now(),
        )
        if mark.aspect in self.latest:
            self.latest[mark.aspect].is_current = False
        elif over is not None and over.pk is not None:
            self._replaced.add(over.pk)
        else:
            self.firsts.add(mark.aspect)
        self.rows.append(row)
        self.latest[mark.aspect] = self._sent[mark.client_id] = row
        return _Taken(mark, Status.SAVED, row=row)

    def _earlier(self, client_id: UUID) -> Held | None:
        if client_id in self._sent:
            return Held.of(self._sent[client_id])
        return self.locked.sent.get(client_id)

    def _again(self, mark: NewMark, values: Readings, sent: Held) -> _Taken:
        if sent.aspect == mark.aspect and sent.says(values, mark.not_done):
            return _Taken(mark, Status.REPEATED, held=sent)
        return _Taken(mark, Status.CONFLICT, held=sent, code="client_id", message=_clash())

    def _current(self, aspect: str) -> Held | None:
        if aspect in self.latest:
            return Held.of(self.latest[aspect])
        return self.locked.own.marks.get(aspect)

    @staticmethod
    def _age(mark: NewMark, current: Held) -> timedelta:
        """How long the current mark has stood, by the server's clock or by the device's, whichever is longer."""
        age = timezone.now() - current.at
        if mark.client_at is not None and current.client_at is not None:
            age = max(age, mark.client_at - current.client_at)
        return age

    def save(self) -> None:
        if self._replaced:
            found = Mark.objects.filter(pk__in=self._replaced, is_current=True)
            if found.update(is_current=False) != len(self._replaced):
                raise RuntimeError("a current mark changed behind the locked chain")
        Mark.objects.bulk_create(self.rows)

    def answers(self, taken: Sequence[_Taken], raised: Collection[str] = ()) -> list[MarkAnswer]:
        """What became of each mark. The receipts of what was there already are read together."""
        stands = [self._stands(one) for one in taken]
        earlier = {held.seq for held in stands if held is not None and held.client_id not in self.receipts}
        codes = self.locked.receipts(earlier)
        return [self._answer(one, held, codes, raised) for one, held in zip(taken, stands, strict=True)]

    def _stands(self, taken: _Taken) -> Held | None:
        """The mark that a saved or repeated one stands for."""
        if taken.status not in (Status.SAVED, Status.REPEATED):
            return None
        held = Held.of(taken.row) if taken.row is not None else taken.held
        if held is not None and held.client_id in self._sent:
            return Held.of(self._sent[held.client_id])
        return held

    def _answer(
        self, taken: _Taken, stands: Held | None, codes: Mapping[int, str], raised: Collection[str]
    ) -> MarkAnswer:
        mark = taken.mark
        return MarkAnswer(
            client_id=mark.client_id,
            aspect=mark.aspect,
            status=taken.status,
            seq=stands.seq if stands else 0,
            receipt=(self.receipts.get(stands.client_id) or codes.get(stands.seq, "")) if stands else "",
            revision=stands.revision if stands else 0,
            code=taken.code,
            message=taken.message,
            field=taken.field,
            current=None if stands else taken.held,
            spread=mark.aspect in raised and stands is not None,
        )


def _clash() -> str:
    return _("This entry was sent before with another value. Enter it again.")
