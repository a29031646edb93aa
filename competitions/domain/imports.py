"""Readings that come in files of measuring machines. All of a file or nothing.

A file is planned first: every row is set against what stands in the database, and each fault is named with its row.
What was planned is then written in one transaction, after a person has looked at it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.marking import NewMark, Status, write_marks
from competitions.domain.refusals import Readings, checked_values, same_readings
from competitions.domain.results import scheme_of
from competitions.models import Event, Mark, Seat, Sheet
from competitions.scoring.scheme import Aspect
from craft_site.kit.canonical import words_hash
from craft_site.kit.language import colon, listed
from craft_site.ledger.chain import Draft, append_many, lock_head

MARKED_IN = (Event.State.RUNNING, Event.State.SCORING)


class ImportRefused(Exception):
    """Nothing was written; the message says why. field: the form field concerned, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one row of a file, as its reader counts rows; 0 for the file as a whole."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of a measuring file. value: None for a point that was not done."""

    row: int
    work: str
    aspect: str
    point: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class PlannedReading:
    """All points of one aspect of one work. before: what stands there, None for nothing; gross: asks a second look."""

    sheet: Sheet
    aspect: str
    values: Readings
    before: Readings | None
    base: int
    gross: str = ""

    @property
    def effect(self) -> str:
        """new, same or changed."""
        if self.base == 0:
            return "new"
        same = self.before is not None and same_readings(self.before, self.values)
        return "same" if same else "changed"


@dataclass(slots=True)
class ReadingsPlan:
    planned: list[PlannedReading] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def count(self, effect: str) -> int:
        return sum(1 for one in self.planned if one.effect == effect)

    @property
    def gross(self) -> list[PlannedReading]:
        return [one for one in self.planned if one.gross and one.effect != "same"]


def plan_readings(*, event: Event, readings: Sequence[Reading]) -> ReadingsPlan:
    """Sets the rows of a measuring file against the sheets of the measuring seats. Four queries; nothing is written.

    Raises NoScheme.
    """
    aspects = {aspect.code: aspect for aspect in scheme_of(event).scheme.aspects()}
    sheets = _measuring_sheets(event)
    plan = ReadingsPlan()
    points: dict[tuple[str, str], dict[int, Reading]] = {}
    for reading in readings:
        fault = _row_fault(reading, aspects, sheets, points)
        if fault:
            plan.faults.append(RowFault(reading.row, fault))
        else:
            points.setdefault((reading.work, reading.aspect), {})[reading.point] = reading
    marks = _current_marks([sheet for by_aspect in sheets.values() for sheet in by_aspect.values()])
    for (work, code), by_point in points.items():
        _plan_aspect(plan, sheets[work][code], aspects[code], by_point, marks)
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


def _measuring_sheets(event: Event) -> dict[str, dict[str, Sheet]]:
    """Sheets by work number and aspect."""
    found: dict[str, dict[str, Sheet]] = {}
    sheets = Sheet.objects.filter(event=event, seat__role=Seat.Role.MEASURING).for_list()
    for sheet in sheets.order_by("code__number"):
        by_aspect = found.setdefault(sheet.code.number, {})
        for code in sheet.aspects:
            by_aspect.setdefault(code, sheet)
    return found


def _row_fault(
    reading: Reading,
    aspects: Mapping[str, Aspect],
    sheets: Mapping[str, Mapping[str, Sheet]],
    points: Mapping[tuple[str, str], Mapping[int, Reading]],
) -> str:
    if reading.work not in sheets:
        return _("There is no work %(work)s to be measured.") % {"work": reading.work}
    aspect = aspects.get(reading.aspect)
    if aspect is None or aspect.method != "measured" or aspect.derived_from is not None:
        return _("%(aspect)s is not an aspect that is measured.") % {"aspect": reading.aspect}
    sheet = sheets[reading.work].get(reading.aspect)
    if sheet is None:
        return _("%(aspect)s of %(work)s is on no sheet of a measuring judge.") % {
            "aspect": reading.aspect,
            "work": reading.work,
        }
    if sheet.state not in Sheet.OPEN:
        return _("The sheet of %(work)s is signed; the chief judge reopens it first.") % {
            "work": reading.work
        }
    if not 1 <= reading.point <= aspect.points:
        return _("%(aspect)s has the points 1 to %(points)d.") % {
            "aspect": reading.aspect,
            "points": aspect.points,
        }
    twin = points.get((reading.work, reading.aspect), {}).get(reading.point)
    if twin is not None:
        return _("This point stands in row %(row)d already.") % {"row": twin.row}
    return ""


def _plan_aspect(
    plan: ReadingsPlan,
    sheet: Sheet,
    aspect: Aspect,
    by_point: Mapping[int, Reading],
    marks: Mapping[tuple[int, str], Mark],
) -> None:
    first = min(reading.row for reading in by_point.values())
    missing = [str(n) for n in range(1, aspect.points + 1) if n not in by_point]
    if missing:
        text = _("%(aspect)s of %(work)s lacks the points %(points)s.")
        words = {"aspect": aspect.code, "work": sheet.code.number, "points": listed(missing)}
        plan.faults.append(RowFault(first, text % words))
        return
    raw = [_text(by_point[n].value) for n in range(1, aspect.points + 1)]
    values, trouble = checked_values(aspect, raw, not_done=False)
    if trouble is not None and not trouble.asks:
        at = by_point[trouble.field + 1].row if isinstance(trouble.field, int) else first
        plan.faults.append(RowFault(at, f"{aspect.code}{colon()}{trouble.message}"))
        return
    held = marks.get((sheet.pk, aspect.code))
    before: Readings | None = None if held is None else ([] if held.not_done else held.values)
    plan.planned.append(
        PlannedReading(
            sheet,
            aspect.code,
            values,
            before,
            held.revision if held else 0,
            trouble.message if trouble is not None else "",
        )
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _current_marks(sheets: Sequence[Sheet]) -> dict[tuple[int, str], Mark]:
    marks = Mark.objects.filter(sheet__in={sheet.pk for sheet in sheets}, is_current=True)
    return {(mark.sheet_id, mark.aspect): mark for mark in marks}


@transaction.atomic
def import_readings(
    *,
    event: Event,
    readings: Sequence[Reading],
    by: Any,
    witness: Any,
    source: str,
    reason: str = "",
    looked: bool = False,
) -> int:
    """Writes a measuring file onto the sheets of the measuring judges, who sign them afterwards. Returns how many
    aspects were written; what stands there already is left alone, so that the same file again writes nothing.

    witness: another measuring judge or second judge, whose own password has just been given. looked: the gross values
    were looked at. Raises PermissionDenied, NoScheme, ImportRefused; then nothing was written.
    """
    roles.can_record(by, event).or_refuse()
    if not may_witness(witness, event) or witness.pk == by.pk:
        raise ImportRefused(_("A second person who measures in this event attests the file."), "witness")
    head = lock_head(event.chain)
    plan = plan_readings(event=event, readings=readings)
    if plan.faults:
        raise ImportRefused(_("The file no longer fits: look at it again."))
    if plan.count("changed") and not reason.strip():
        raise ImportRefused(_("Values are changed: say why."), "reason")
    if plan.gross and not looked:
        raise ImportRefused(_("Some values are far off: look at them first."), "looked")
    by_sheet: dict[int, list[PlannedReading]] = {}
    for one in plan.planned:
        if one.effect != "same":
            by_sheet.setdefault(one.sheet.pk, []).append(one)
    if not by_sheet:
        return 0
    append_many(
        head,
        [
            Draft(
                "readings.imported",
                f"event:{event.code}",
                {
                    "source_hash": words_hash(source),
                    "witness": witness.uuid,
                    "aspects": sum(map(len, by_sheet.values())),
                },
            )
        ],
        by=by,
    )
    return sum(
        _write_sheet(planned, by=by, source=source, reason=reason, witness=witness)
        for planned in by_sheet.values()
    )


def may_witness(user: Any, event: Event) -> bool:
    """Whether a person may attest a measuring file: a measuring judge of the event or the second judge of one."""
    taken = Seat.objects.taken().filter(event=event, role=Seat.Role.MEASURING)
    return taken.filter(user=user).exists() or taken.filter(witness=user).exists()


def _write_sheet(
    planned: Sequence[PlannedReading], *, by: Any, source: str, reason: str, witness: Any
) -> int:
    sheet = planned[0].sheet
    marks = [
        NewMark(
            aspect=one.aspect,
            values=one.values,
            client_id=_client_id(sheet.uuid, one),
            base=one.base,
            second_look=bool(one.gross),
            reason=reason.strip() if one.effect == "changed" else "",
        )
        for one in planned
    ]
    facts = {"source_hash": words_hash(source), "witness": witness.uuid}
    for answer in write_marks(sheet=sheet, marks=marks, by=by, as_judge=False, facts=facts):
        if answer.status not in (Status.SAVED, Status.REPEATED):
            raise ImportRefused(f"{sheet.code} {answer.aspect}{colon()}{answer.message}")
    return len(marks)


def _client_id(sheet: UUID, one: PlannedReading) -> UUID:
    return uuid5(sheet, f"file {one.aspect} {one.base} {one.values}")
