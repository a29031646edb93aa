"""The wall of progress: how far the marking is, exceptions first, from one query over the event's sheets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain.panel_spread import alarms_of
from competitions.models import Event, Sheet
from competitions.scoring.scheme import Scheme

LATE = timedelta(minutes=30)
S = Sheet.State


@dataclass(slots=True)
class JudgeLine:
    """How far one seat is. late: sheets are open and nothing has come in for half an hour."""

    role: str
    place: int
    name: str
    sheets: int = 0
    open: int = 0
    marks_in: int = 0
    marks_due: int = 0
    last: datetime | None = None
    late: bool = False

    @property
    def percent(self) -> int:
        return 100 * self.marks_in // self.marks_due if self.marks_due else 0


@dataclass(slots=True)
class Wall:
    figures: list[dict[str, Any]] = field(default_factory=list)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    judges: list[JudgeLine] = field(default_factory=list)
    marks_in: int = 0
    marks_due: int = 0
    sheets: int = 0
    waiting: int = 0  # for the chief judge's signature
    at: datetime = field(default_factory=timezone.now)

    @property
    def percent(self) -> int:
        return 100 * self.marks_in // self.marks_due if self.marks_due else 0


def wall(event: Event) -> Wall:
    """One query."""
    rows = (
        Sheet.objects.filter(event=event)
        .order_by("code__number", "seat__role", "seat__place")
        .select_related("code", "seat", "seat__user")
    )
    found, judges, states = Wall(), {}, Counter[str]()
    for sheet in rows:
        begun = sheet.state == S.ISSUED and sheet.marks_in > 0
        states["begun" if begun else sheet.state] += 1
        found.sheets += 1
        found.marks_in += sheet.marks_in
        found.marks_due += sheet.marks_due
        if sheet.alarm:
            found.alarms.append(
                {"sheet": sheet, "seat": str(sheet.seat), "aspects": ", ".join(alarms_of(sheet.alarm))}
            )
        line = judges.setdefault(
            sheet.seat_id,
            JudgeLine(sheet.seat.get_role_display(), sheet.seat.place, str(sheet.seat.user)),
        )
        line.sheets += 1
        line.open += sheet.state in Sheet.OPEN
        line.marks_in += sheet.marks_in
        line.marks_due += sheet.marks_due
        if sheet.marks_in and (line.last is None or sheet.updated_at > line.last):
            line.last = sheet.updated_at
    for line in judges.values():
        line.late = _late(event, line)
    found.judges = sorted(judges.values(), key=lambda line: (not line.late, line.percent, line.name))
    found.waiting = states[S.SIGNED]
    found.figures = [
        {"label": _("Needs attention"), "value": len(found.alarms), "bad": bool(found.alarms)},
        {"label": _("Not begun"), "value": states[S.ISSUED]},
        {"label": _("Begun"), "value": states["begun"]},
        {"label": _("To be signed"), "value": states[S.ENTERED]},
        {"label": _("For the chief judge"), "value": states[S.SIGNED]},
        {"label": _("Signed by the chief judge"), "value": states[S.CHIEF_SIGNED] + states[S.LOCKED]},
    ]
    return found


def _late(event: Event, line: JudgeLine) -> bool:
    if event.state != Event.State.SCORING or not line.open:
        return False
    return line.last is None or timezone.now() - line.last > LATE


def sheets_of_criterion(sheets: Sequence[Mapping[str, Any]], scheme: Scheme, criterion: str) -> list[int]:
    """Keys of the sheets that hold an aspect of the criterion."""
    wanted = {
        aspect.code
        for found in scheme.criteria
        if found.code == criterion
        for part in found.sub_criteria
        for aspect in part.aspects
    }
    return [row["pk"] for row in sheets if wanted & set(row["aspects"])]
