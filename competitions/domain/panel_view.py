"""What may be seen of a panel: who has judged, and the values only when all have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from competitions.domain.panel_spread import alarms_of
from competitions.models import Mark, Sheet
from competitions.scoring.scheme import Aspect


@dataclass(frozen=True, slots=True)
class PanelJudge:
    """One place of a panel. value: None while it is sealed, "" for work that was not done."""

    place: int
    sheet: int
    marked: bool
    value: str | None


@dataclass(frozen=True, slots=True)
class PanelState:
    """A judged aspect of one code. revealed: all have judged; alarm: they are too far apart and judge again, and the
    values shown are those that raised it."""

    judges: tuple[PanelJudge, ...]
    revealed: bool
    alarm: bool


def panel_states(sheet: Sheet, aspects: Mapping[str, Aspect]) -> dict[str, PanelState]:
    """The panel of each judged aspect of the sheet. Two queries, none where nothing is judged."""
    codes = [code for code in sheet.aspects if (held := aspects.get(code)) and held.panel is not None]
    if not codes:
        return {}
    sheets = list(Sheet.objects.filter(code_id=sheet.code_id).select_related("seat").order_by("seat__place"))
    marks: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(sheet__in=sheets, aspect__in=codes).order_by("revision"):
        marks[mark.sheet_id, mark.aspect].append(mark)
    return {code: _state(code, [one for one in sheets if code in one.aspects], marks) for code in codes}


def _state(code: str, panel: Iterable[Sheet], marks: Mapping[tuple[int, str], list[Mark]]) -> PanelState:
    panel = list(panel)
    alarms = {one.pk: alarms_of(one.alarm) for one in panel}
    raised = max((alarms[one.pk].get(code, 0) for one in panel), default=0)
    shown: dict[int, Mark] = {}
    marked: dict[int, bool] = {}
    for one in panel:
        given = marks.get((one.pk, code), [])
        # In a second round the values of the first are on the table, and those of the second are sealed again.
        counted = [m for m in given if m.seq < raised] if raised else [m for m in given if m.is_current]
        if counted:
            shown[one.pk] = counted[-1]
        marked[one.pk] = code not in alarms[one.pk] if raised else bool(counted)
    revealed = bool(panel) and len(shown) == len(panel)
    return PanelState(
        tuple(
            PanelJudge(one.seat.place, one.pk, marked[one.pk], _value(shown[one.pk]) if revealed else None)
            for one in panel
        ),
        revealed,
        bool(raised),
    )


def _value(mark: Mark) -> str:
    return "" if mark.not_done else str(mark.values[0])
