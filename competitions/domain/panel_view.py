"""What may be seen of a panel: who has judged, and the values only when all have.

On a sheet that was handed over this holds for its new judge too: what the judge before entered is sealed until all have
judged. The new judge leaves it as it is, and signs when it can be read, or judges anew without having seen it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from competitions.domain.alarms import alarms_of
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
    marks = _given(sheets, codes)
    return {code: _state(code, [one for one in sheets if code in one.aspects], marks) for code in codes}


def sealed_cells(cells: Iterable[tuple[int, str]], aspects: Mapping[str, Aspect]) -> set[tuple[int, str]]:
    """Of these cells (key of the code, aspect) those whose single values nobody else may read yet: judged ones whose
    panel has not judged to its end, or judges again. Two queries for any number, none where nothing is judged."""
    judged = {cell for cell in cells if (held := aspects.get(cell[1])) and held.panel is not None}
    if not judged:
        return set()
    panels: dict[int, list[Sheet]] = defaultdict(list)
    for one in Sheet.objects.filter(code__in={code for code, _aspect in judged}).select_related("seat"):
        panels[one.code_id].append(one)
    marks = _given([one for panel in panels.values() for one in panel], {aspect for _code, aspect in judged})
    sealed = set()
    for code, aspect in judged:
        state = _state(aspect, [one for one in panels[code] if aspect in one.aspects], marks)
        if state.alarm or not state.revealed:
            sealed.add((code, aspect))
    return sealed


def came_along(sheet: Sheet, mark: Mark) -> bool:
    """Whether a mark was on the sheet of its judge by somebody else's hand, since the sheet was handed over."""
    return bool(sheet.handed_over_for) and mark.by_id != sheet.seat.user_id


def sealed_for_judge(sheet: Sheet, aspects: Mapping[str, Aspect]) -> list[str]:
    """The aspects whose value its own judge may not read yet, because it came with the sheet. No query for a sheet that
    was never handed over."""
    if not sheet.handed_over_for:
        return []
    standing = sheet.marks.filter(is_current=True).order_by()
    cells = {(sheet.code_id, mark.aspect) for mark in standing if came_along(sheet, mark)}
    sealed = sealed_cells(cells, aspects)
    return [aspect for aspect in sheet.aspects if (sheet.code_id, aspect) in sealed]


def _given(sheets: Iterable[Sheet], codes: Iterable[str]) -> Mapping[tuple[int, str], list[Mark]]:
    """Every value of these aspects on these sheets by sheet and aspect, the first ones first."""
    marks: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    found = Mark.objects.filter(sheet__in=sheets, aspect__in=codes, withdrawn=False)
    for mark in found.order_by("revision"):
        marks[mark.sheet_id, mark.aspect].append(mark)
    return marks


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
    return "" if mark.not_done else " × ".join(mark.values)
