"""The wall of progress: how far the marking is, exceptions first, from sums that the database makes."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from competitions.domain.alarms import alarms_of
from competitions.domain.signing import ready_for_chief
from competitions.models import Event, Seat, Sheet
from competitions.scheme_names import SchemeNames
from competitions.scoring.scheme import Scheme
from craft_site.kit.language import listed
from craft_site.ledger.models import Line

LATE = timedelta(minutes=30)
S = Sheet.State
AFTER_THE_JUDGE = (S.GROUP_REVIEWED, *Sheet.FINISHED)


@dataclass(slots=True)
class JudgeLine:
    """How far one seat is. late: sheets are open and nothing has come in for half an hour."""

    seat: str
    name: str
    sheets: int = 0
    open: int = 0
    marks_in: int = 0
    marks_due: int = 0
    again: int = 0  # marks that stand and must be given again
    last: datetime | None = None
    touched: datetime | None = None  # a sheet was issued or handed over, or its judge marked or signed it
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
    unfinished: int = 0  # without it, those that need attention among them
    at: datetime = field(default_factory=timezone.now)

    @property
    def percent(self) -> int:
        return 100 * self.marks_in // self.marks_due if self.marks_due else 0


def wall(event: Event) -> Wall:
    """One query for the sums by seat and state, one for the seats, one for the scheme, one more for the sheets that
    need attention when there are any."""
    sheets = Sheet.objects.filter(event=event)
    begun = Q(marks_in__gt=0)
    sums = (
        sheets.order_by()
        .values_list("seat", "state")
        .annotate(  # who holds the seats is asked apart: joined to every sheet it takes the database twice as long
            count=Count("pk"),
            begun=Count("pk", filter=begun),
            marked=Sum("marks_in"),
            due=Sum("marks_due"),
            last=Max("updated_at", filter=begun),
            touched=Max("updated_at"),
            alarms=Count("pk", filter=~Q(alarm="")),
        )
    )
    found, states = Wall(), Counter[str]()
    version = event.scheme_version
    scheme = version.scheme if version else None
    seats = {seat.pk: seat for seat in Seat.objects.filter(event=event).select_related("user")}
    judges: dict[int, JudgeLine] = {}
    alarms = 0
    for key, state, count, started, marked, due, last, touched, alarmed in sums:
        if state == S.ISSUED:
            states["begun"] += started
            states[state] += count - started
        else:
            states[state] += count
        alarms += alarmed
        found.sheets += count
        found.marks_in += marked
        found.marks_due += due
        if key not in judges:
            seat = seats[key]
            judges[key] = JudgeLine(seat_words(seat, scheme), seat.user.name or seat.user.staff_no or "")
        line = judges[key]
        line.sheets += count
        line.open += count if state in Sheet.OPEN else 0
        line.marks_in += marked
        line.marks_due += due
        if last is not None and (line.last is None or last > line.last):
            line.last = last
        # What others sign afterwards says nothing of this judge.
        if state not in AFTER_THE_JUDGE and (line.touched is None or touched > line.touched):
            line.touched = touched
    if alarms:
        names = SchemeNames(scheme)
        alarmed_sheets = sheets.exclude(alarm="").select_related("code", "seat", "seat__user")
        rows = list(alarmed_sheets.order_by("code__number", "seat__role", "seat__place"))
        found.alarms = _by_panel(rows, names)
        for sheet in rows:
            judges[sheet.seat_id].again += len(alarms_of(sheet.alarm))
    if event.state == Event.State.SCORING:
        _tell_who_is_late(event, judges.values())
    found.judges = sorted(judges.values(), key=lambda line: (not line.late, line.percent, line.name))
    found.waiting = states[ready_for_chief(event)]
    found.unfinished = found.sheets - sum(states[state] for state in Sheet.FINISHED)
    found.figures = [
        {"label": _("Needs attention"), "value": alarms, "bad": bool(alarms)},
        {"label": _("Not begun"), "value": states[S.ISSUED]},
        {"label": _("Begun"), "value": states["begun"]},
        {"label": _("To be signed"), "value": states[S.ENTERED] + states[S.HALF_SIGNED]},
        *_for_the_group(event, states),
        {"label": _("For the chief judge"), "value": found.waiting},
        {"label": _("Signed by the chief judge"), "value": sum(states[state] for state in Sheet.FINISHED)},
    ]
    return found


def seat_words(seat: Seat, scheme: Scheme | None) -> str:
    """A seat, with the criteria that it marks where it does not mark all: two judges who share the measuring by
    aspects would both be the first measuring judge."""
    if scheme is None or not seat.aspects:
        return str(seat)
    own = frozenset(seat.aspects)
    codes = [c.code for c in scheme.criteria if any(a.code in own for s in c.sub_criteria for a in s.aspects)]
    return f"{seat} · {listed(codes)}" if codes else str(seat)


def _by_panel(rows: Iterable[Sheet], names: SchemeNames) -> list[dict[str, Any]]:
    """One line a work and aspects, however many judges of the panel have a sheet of it: what is too far apart is one
    thing."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for sheet in rows:
        codes = alarms_of(sheet.alarm)
        line = found.setdefault(
            (sheet.code_id, *codes), {"code": str(sheet.code), "aspects": names.aspects(codes), "sheets": []}
        )
        line["sheets"].append(sheet)
    return list(found.values())


def _for_the_group(event: Event, states: Mapping[str, int]) -> list[dict[str, Any]]:
    if event.group_review == Event.GroupReview.NONE:
        return []
    return [{"label": _("For the group"), "value": states[S.SIGNED]}]


def _tell_who_is_late(event: Event, lines: Iterable[JudgeLine]) -> None:
    """Half an hour is counted from the judge's last deed, and not from before the marking began. Who has marked all
    that is theirs has nothing more to send."""
    before = timezone.now() - LATE
    unfinished = [line for line in lines if line.open and line.marks_in < line.marks_due]
    quiet = [line for line in unfinished if line.touched is not None and line.touched < before]
    if quiet and _marking_since(event) < before:
        for line in quiet:
            line.late = True


def _marking_since(event: Event) -> datetime:
    """When the event came to be marked, as the ledger has it; the beginning of time where it says nothing."""
    moved = Line.objects.filter(chain__name=event.chain, kind="event.moved").order_by("-seq")
    body = moved.values_list("body", flat=True).first()
    at = parse_datetime(json.loads(body)["at"]) if body else None
    return at or datetime.min.replace(tzinfo=UTC)


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
