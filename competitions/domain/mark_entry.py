"""One mark against what stands on its sheet: saved, repeated, refused, a conflict. Nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.alarms import alarms_of
from competitions.domain.locked_sheets import Held, LockedSheets, PanelSheet
from competitions.domain.refusals import Readings, checked_values
from competitions.models import Event, Sheet
from competitions.scoring.scheme import Aspect

UNDO = timedelta(seconds=10)
GRACE = timedelta(seconds=5)  # what the network may take of it
LONGEST_REASON = 300
DISCUSSED = "discussed"  # the reason of a mark that the panel's spread asks for anew


class Status(StrEnum):
    """saved: written now; repeated: was there already; refused: never written like this; conflict: another value
    stands there; confirm: written when sent again with a second look; closed: nothing is written on this sheet now;
    forbidden: not this judge's sheet; quarantined: kept beside the marks, because the device is revoked."""

    SAVED = "saved"
    REPEATED = "repeated"
    REFUSED = "refused"
    CONFLICT = "conflict"
    CONFIRM = "confirm"
    CLOSED = "closed"
    FORBIDDEN = "forbidden"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class NewMark:
    """What a judge's device sends for one aspect.

    values: see refusals.checked_values. client_id: made on the device, so that sending twice counts once. base: the
    revision that the judge saw, 0 for none. client_at: the device's clock, a claim only. withdraw: the mark that
    stands there is taken back, and the aspect is unmarked again. sheet: needed in a batch.
    """

    aspect: str
    values: Any
    client_id: UUID
    base: int = 0
    not_done: bool = False
    second_look: bool = False
    reason: str = ""
    client_at: datetime | None = None
    withdraw: bool = False
    sheet: UUID | None = None


@dataclass(frozen=True, slots=True)
class MarkAnswer:
    """What became of one mark. seq, receipt: number and short code of its ledger line. code, field: what was wrong
    and in which reading. current: what stands there, in a conflict; without its value where that is sealed. spread:
    the panel is too far apart."""

    client_id: UUID
    sheet: UUID | None
    aspect: str
    status: Status
    seq: int = 0
    receipt: str = ""
    revision: int = 0
    code: str = ""
    message: str = ""
    field: int | str | None = None
    current: Held | None = None
    sealed: bool = False
    spread: bool = False


@dataclass(slots=True, eq=False)
class NewRow:
    """A mark that this request writes: the columns of models.Mark, in their order. seq: 0 until its ledger line has
    one."""

    sheet_id: int
    aspect: str
    values: Readings
    not_done: bool
    withdrawn: bool
    is_current: bool
    revision: int
    reason: str
    second_look: bool
    client_id: UUID
    by_id: int
    client_at: datetime | None
    at: datetime
    seq: int = 0

    @property
    def held(self) -> Held:
        return Held(
            None,
            self.aspect,
            self.values,
            self.not_done,
            self.withdrawn,
            self.revision,
            self.client_id,
            self.seq,
            self.at,
            self.client_at,
            self.by_id,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """The judgement on one mark before it has a receipt."""

    mark: NewMark
    status: Status
    held: Held | None = None
    row: NewRow | None = None
    code: str = ""
    message: str = ""
    field: int | str | None = None
    sealed: bool = False


def closed_because(sheet: str, event: str) -> tuple[str, str]:
    """Why nothing is written now on a sheet in this state, as code and message; two empty texts when it is open."""
    if sheet == Sheet.State.LOCKED:
        return "sheet", _("The marks of this event are locked.")
    if sheet not in Sheet.OPEN:
        return "sheet", _("This sheet is signed; ask the chief judge to reopen it.")
    if event not in (Event.State.RUNNING, Event.State.SCORING):
        return "event", _("This event is not being marked now.")
    return "", ""


@dataclass(slots=True)
class SheetEntry:
    """The marks of one request for one sheet, in their order. sheet: None for one that does not exist.

    by: the account; as_judge: it must be the judge of the sheet. revoked: the device is. strange: client ids that
    marks of other sheets have.
    """

    sheet: PanelSheet | None
    read: LockedSheets
    by: int
    as_judge: bool = True
    revoked: bool = False
    strange: frozenset[UUID] = frozenset()
    rows: list[NewRow] = field(default_factory=list)
    latest: dict[str, NewRow] = field(default_factory=dict)
    replaced: set[int] = field(default_factory=set)
    sent: dict[UUID, NewRow] = field(default_factory=dict)

    def take(self, mark: NewMark) -> Taken:
        if self.sheet is None:
            return _forbidden(mark)
        sheet, sent = self.sheet, self._earlier(mark.client_id)
        # What a revoked device sends is kept even for a judge who has left by now: nothing of it counts.
        here = sheet.judge == self.by and (sheet.left_at is None or self.revoked)
        if self.as_judge and not here and (sent is None or sent.by != self.by):
            return _forbidden(mark)
        if mark.client_id in self.strange:
            return Taken(mark, Status.CONFLICT, code="client_id", message=_clash())
        aspect = (sheet.event.scheme or {}).get(mark.aspect)
        if aspect is None or mark.aspect not in sheet.aspects:
            message = _("%(aspect)s is not on this sheet.") % {"aspect": mark.aspect[:20]}
            return Taken(mark, Status.REFUSED, code="aspect", message=message)
        values, trouble = ([], None) if mark.withdraw else _checked(aspect, mark)
        if sent is not None:
            return self._again(mark, values, sent)
        if self.revoked:
            return Taken(mark, Status.QUARANTINED)
        code, message = closed_because(sheet.state, sheet.event.state)
        if code:
            return Taken(mark, Status.CLOSED, code=code, message=message)
        if trouble is not None and not (trouble.asks and mark.second_look):
            status = Status.CONFIRM if trouble.asks else Status.REFUSED
            return Taken(mark, status, code=trouble.code, message=trouble.message, field=trouble.field)
        current = self._current(sheet, mark.aspect)
        if mark.withdraw:
            taken = self._withdraw(mark, aspect, current)
        elif current is None or current.withdrawn:
            taken = self._first(mark, aspect, values, current, second_look=trouble is not None)
        else:
            taken = self._revise(mark, aspect, values, current, second_look=trouble is not None)
        if (
            taken.row is None
            and taken.held is current
            and current is not None
            and self._sealed(aspect, current)
        ):
            return replace(taken, held=current._replace(values=[], not_done=False), sealed=True)
        return taken

    def _first(
        self, mark: NewMark, aspect: Aspect, values: Readings, withdrawn: Held | None, *, second_look: bool
    ) -> Taken:
        last = withdrawn.revision if withdrawn else 0
        if last and mark.base not in (0, last):
            return _other_value(mark, aspect, withdrawn)
        return self._new(mark, values, revision=last + 1, second_look=second_look, reason=_reason(mark))

    def _revise(
        self, mark: NewMark, aspect: Aspect, values: Readings, current: Held, *, second_look: bool
    ) -> Taken:
        anew = self._alarmed(mark.aspect) and mark.aspect not in self.latest
        # A value that may not be read is not found out by entering one either: the same is a judgement of its own.
        if current.says(values, mark.not_done) and not anew and not self._sealed(aspect, current):
            return Taken(mark, Status.REPEATED, held=current)
        if mark.base != current.revision:
            return _other_value(mark, aspect, current)
        reason = _reason(mark) or (DISCUSSED if anew else "")
        if not reason and _age(mark, current) > UNDO + GRACE:
            message = _("Say why the mark is changed.")
            return Taken(mark, Status.REFUSED, held=current, code="reason", message=message)
        return self._new(
            mark, values, revision=current.revision + 1, second_look=second_look, reason=reason, over=current
        )

    def _withdraw(self, mark: NewMark, aspect: Aspect, current: Held | None) -> Taken:
        if current is None or current.withdrawn:
            return Taken(mark, Status.REPEATED, held=current)
        if self._alarmed(mark.aspect):
            message = _("The panel judges %(aspect)s again: give a value instead of taking one back.")
            return Taken(
                mark, Status.REFUSED, held=current, code="alarm", message=message % {"aspect": aspect.code}
            )
        if mark.base != current.revision:
            return _other_value(mark, aspect, current)
        if not _reason(mark) and _age(mark, current) > UNDO + GRACE:
            message = _("Say why the mark is taken back.")
            return Taken(mark, Status.REFUSED, held=current, code="reason", message=message)
        return self._new(mark, [], revision=current.revision + 1, reason=_reason(mark), over=current)

    def _new(
        self,
        mark: NewMark,
        values: Readings,
        *,
        revision: int,
        second_look: bool = False,
        reason: str = "",
        over: Held | None = None,
    ) -> Taken:
        assert self.sheet is not None
        row = NewRow(
            sheet_id=self.sheet.pk,
            aspect=mark.aspect,
            values=values,
            not_done=mark.not_done and not mark.withdraw,
            withdrawn=mark.withdraw,
            is_current=not mark.withdraw,
            revision=revision,
            reason=reason,
            second_look=second_look,
            client_id=mark.client_id,
            by_id=self.by,
            client_at=mark.client_at,
            at=timezone.now(),
        )
        if mark.aspect in self.latest:
            self.latest[mark.aspect].is_current = False
        elif over is not None and over.pk is not None:
            self.replaced.add(over.pk)
        self.rows.append(row)
        self.latest[mark.aspect] = self.sent[mark.client_id] = row
        return Taken(mark, Status.SAVED, row=row)

    @property
    def gained(self) -> int:
        """By how much the number of marked aspects changes; below zero when more were taken back than entered."""
        assert self.sheet is not None
        return sum((not row.withdrawn) - (aspect in self.sheet.marks) for aspect, row in self.latest.items())

    def _alarmed(self, aspect: str) -> bool:
        return self.sheet is not None and aspect in alarms_of(self.sheet.alarm)

    def _sealed(self, aspect: Aspect, current: Held) -> bool:
        """Whether the judge may not read what stands there: it came with the sheet (panel_view.came_along), and not all
        of the panel have judged."""
        sheet = self.sheet
        if sheet is None or aspect.panel is None or not (self.as_judge and sheet.handed_over_for):
            return False
        if current.withdrawn or current.by == self.by:
            return False
        panel = [one for one in self.read.panels[sheet.code] if aspect.code in one.aspects]
        return any(aspect.code not in one.marks or aspect.code in alarms_of(one.alarm) for one in panel)

    def _earlier(self, client_id: UUID) -> Held | None:
        if client_id in self.sent:
            return self.sent[client_id].held
        sheet, held = self.read.sent.get(client_id, (None, None))
        return held if sheet is self.sheet else None

    def _again(self, mark: NewMark, values: Readings, sent: Held) -> Taken:
        if sent.aspect == mark.aspect and sent.says(values, mark.not_done, mark.withdraw):
            return Taken(mark, Status.REPEATED, held=sent)
        return Taken(mark, Status.CONFLICT, held=sent, code="client_id", message=_clash())

    def _current(self, sheet: PanelSheet, aspect: str) -> Held | None:
        """What stands there: a mark, the withdrawal of one, or nothing."""
        if aspect in self.latest:
            return self.latest[aspect].held
        return sheet.marks.get(aspect) or sheet.withdrawn.get(aspect)


def stands_for(taken: Taken, rows: Mapping[UUID, NewRow]) -> Held | None:
    """The mark that a saved or repeated one stands for. rows: written by this request; they have their numbers."""
    if taken.status not in (Status.SAVED, Status.REPEATED):
        return None
    if taken.row is not None:
        return taken.row.held
    if taken.held is not None and taken.held.client_id in rows:
        return rows[taken.held.client_id].held
    return taken.held


def answer(taken: Taken, stands: Held | None, receipts: Mapping[int, str], spread: bool) -> MarkAnswer:
    """What became of one mark. stands: see stands_for; receipts: by number of the ledger line."""
    return MarkAnswer(
        client_id=taken.mark.client_id,
        sheet=taken.mark.sheet,
        aspect=taken.mark.aspect,
        status=taken.status,
        seq=stands.seq if stands else 0,
        receipt=receipts.get(stands.seq, "") if stands else "",
        revision=stands.revision if stands else 0,
        code=taken.code,
        message=taken.message,
        field=taken.field,
        current=None if stands else taken.held,
        sealed=taken.sealed,
        spread=spread and stands is not None,
    )


def _checked(aspect: Aspect, mark: NewMark) -> Any:
    return checked_values(aspect, mark.values, not_done=mark.not_done)


def _reason(mark: NewMark) -> str:
    return mark.reason.strip()[:LONGEST_REASON]


def _age(mark: NewMark, current: Held) -> timedelta:
    """How long the current mark has stood, by the server's clock or by the device's, whichever is longer."""
    age = timezone.now() - current.at
    if mark.client_at is not None and current.client_at is not None:
        age = max(age, mark.client_at - current.client_at)
    return age


def _other_value(mark: NewMark, aspect: Aspect, held: Held | None) -> Taken:
    message = _("%(aspect)s has another value meanwhile. Choose which one holds.")
    return Taken(mark, Status.CONFLICT, held=held, code="base", message=message % {"aspect": aspect.code})


def _forbidden(mark: NewMark) -> Taken:
    return Taken(mark, Status.FORBIDDEN, code="sheet", message=str(roles.NOT_YOUR_SHEET))


def _clash() -> str:
    return _("This entry was sent before with another value. Enter it again.")
