"""The wall of progress: how far the marking is, exceptions first, from sums that the database makes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain.panel_spread import alarms_of
from competitions.models import Event, Seat, Sheet
from competitions.scoring.scheme import Scheme
from craft_site.kit.language import listed

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
    touched: datetime | None = None  # a sheet was issued, marked or signed
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
    """One query for the sums by seat and state, one more for the sheets that need attention when there are any."""
    sheets = Sheet.objects.filter(event=event)
    begun = Q(marks_in__gt=0)
    sums = (
        sheets.order_by()
        .values_list("seat", "state")
        .annotate(  # Max: one seat has one holder; grouping by seven columns takes the database twice as long
            role=Max("seat__role"),
            place=Max("seat__place"),
            name=Max("seat__user__name"),
            staff_no=Max("seat__user__staff_no"),
            count=Count("pk"),
            begun=Count("pk", filter=begun),
            marked=Sum("marks_in"),
            due=Sum("marks_due"),
            last=Max("updated_at", filter=begun),
            alarms=Count("pk", filter=~Q(alarm="")),
        )
    )
    found, states = Wall(), Counter[str]()
    judges: dict[int, JudgeLine] = {}
    alarms = 0
    for seat, state, role, place, name, staff_no, count, started, marked, due, last, alarmed in sums:
        if state == S.ISSUED:
            states["begun"] += started
            states[state] += count - started
        else:
            states[state] += count
        alarms += alarmed
        found.sheets += count
        found.marks_in += marked
        found.marks_due += due
        line = judges.setdefault(seat, JudgeLine(str(Seat.Role(role).label), place, name or staff_no))
        line.sheets += count
        line.open += count if state in Sheet.OPEN else 0
        line.marks_in += marked
        line.marks_due += due
        if last is not None and (line.last is None or last > line.last):
            line.last = last
    if alarms:
        rows = sheets.exclude(alarm="").select_related("code", "seat", "seat__user")
        found.alarms = [
            {"sheet": sheet, "seat": str(sheet.seat), "aspects": listed(alarms_of(sheet.alarm))}
            for sheet in rows.order_by("code__number", "seat__role", "seat__place")
        ]
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
    return line.touched is not None and timezone.now() - line.touched > LATE


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
