"""What a correction order would change in the ranking, computed by the engine and written nowhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from competitions.domain import codes
from competitions.domain.correction_changes import swap_of
from competitions.domain.results import Scored, score
from competitions.models import Code, CorrectionOrder
from competitions.scoring.results import EntryResult


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, or one team, before and after. own: the one that the order speaks of."""

    number: str
    own: bool
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """lines: whatever differs, the own entry always and first. problems: what would keep it from being published."""

    lines: tuple[Line, ...]
    problems: tuple[Any, ...]


def effect_of(order: CorrectionOrder) -> Effect:
    """Entries appear under their work number until the event is decoded. Raises NoScheme, ChangeRefused when the
    order speaks of what stands no longer."""
    event = order.event
    layer = Code.Layer.CONTESTANT if event.is_decoded else Code.Layer.WORK
    swap = swap_of(event, json.loads(order.payload))
    before = score(event, provisional=True, shown_by=layer)
    after = score(event, provisional=True, shown_by=layer, swap=swap)
    own = _own(order, before)
    lines = [
        Line(number, number in own, old, new)
        for number, (old, new) in _pairs(before, after).items()
        if old != new or number in own
    ]
    lines.sort(key=lambda line: (not line.own, line.after["rank"] or 10_000, line.number))
    known = {(p.code, tuple(p.params.items())) for p in before.result.problems}
    fresh = [p for p in after.result.problems if (p.code, tuple(p.params.items())) not in known]
    return Effect(tuple(lines), tuple(fresh))


def _own(order: CorrectionOrder, scored: Scored) -> set[str]:
    if order.team is not None:
        return {order.team.name}
    code = order.sheet.code if order.sheet else order.code
    if code is None:
        return set()
    entry = codes.entry_of(code).pk
    return {number for number, pk in scored.entries.items() if pk == entry}


def _pairs(before: Scored, after: Scored) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    old = {entry.entry: _facts(entry) for entry in before.result.entries}
    new = {entry.entry: _facts(entry) for entry in after.result.entries}
    old |= {team.team: _team(team) for team in before.result.teams}
    new |= {team.team: _team(team) for team in after.result.teams}
    nothing: Mapping[str, Any] = {"total": None, "rank": None, "award": None, "status": ""}
    return {
        number: (dict(old.get(number, nothing)), dict(new.get(number, nothing))) for number in {**old, **new}
    }


def _facts(entry: EntryResult) -> dict[str, Any]:
    return {"total": entry.total, "rank": entry.rank, "award": entry.award, "status": entry.status}


def _team(team: Any) -> dict[str, Any]:
    return {"total": team.total, "rank": team.rank, "award": team.award, "status": "ranked"}
