"""A scored event as JSON data and as a table for a terminal."""

from decimal import Decimal
from typing import Any

from competitions.scoring.ranking import TieTrace
from competitions.scoring.results import EntryResult, EventResult, RoundResult, TeamResult


def as_document(result: EventResult) -> dict[str, Any]:
    """The result as JSON data. Marks are texts with the scheme's number of places."""
    document: dict[str, Any] = {"entries": [_entry(entry) for entry in result.entries]}
    if result.teams:
        document["teams"] = [_team(team) for team in result.teams]
    document["open_choices"] = [
        {
            "scope": choice.scope,
            "tier": choice.tier,
            "entries": list(choice.entries),
            "places_left": choice.places_left,
        }
        for choice in result.open_choices
    ]
    document["scheme_hash"] = result.scheme_hash
    return document


def _entry(entry: EntryResult) -> dict[str, Any]:
    return {
        "entry": entry.entry,
        "status": entry.status,
        "aspects": {code: _text(aspect.mark) for code, aspect in entry.aspects.items()},
        "sub_criteria": {code: str(mark) for code, mark in entry.sub_criteria.items()},
        "criteria": {code: str(mark) for code, mark in entry.criteria.items()},
        "components": {code: str(component.mark) for code, component in entry.components.items()},
        "total": _text(entry.total),
        "rank": entry.rank,
        "award": entry.award,
        "passed": entry.passed,
        "ties": [_tie(tie) for tie in entry.ties],
        **({"team": entry.team} if entry.team is not None else {}),
        **({"standard": str(entry.standard)} if entry.standard is not None else {}),
        **({"barred": list(entry.barred)} if entry.barred else {}),
        **({"rounds": [_round(r) for r in entry.rounds]} if entry.rounds else {}),
    }


def _round(round_: RoundResult) -> dict[str, Any]:
    return {
        "code": round_.code,
        "total": str(round_.total),
        "rank": round_.rank,
        "advanced": round_.advanced,
    }


def _team(team: TeamResult) -> dict[str, Any]:
    return {
        "team": team.team,
        "members": list(team.members),
        "components": {code: str(mark) for code, mark in team.components.items()},
        "total": str(team.total),
        "rank": team.rank,
        "award": team.award,
        "ties": [_tie(tie) for tie in team.ties],
    }


def _tie(tie: TieTrace) -> dict[str, Any]:
    return {
        "a": tie.a,
        "b": tie.b,
        "total": str(tie.total),
        "winner": tie.winner,
        "steps": [
            {"key": step.key.text, "a": _text(step.a), "b": _text(step.b), "winner": step.winner}
            for step in tie.steps
        ],
        "en": tie.sentence_en(),
        "zh": tie.sentence_zh(),
    }


def as_table(result: EventResult) -> str:
    """The result as a plain table for a terminal, ties and open choices below."""
    codes = list(result.entries[0].components) if result.entries else []
    rows = [["rank", "entry", *codes, "total", "award", "status"]]
    for entry in result.entries:
        marks = [str(entry.components[code].mark) if code in entry.components else "-" for code in codes]
        rank, total = entry.rank, entry.total
        rows.append([_dash(rank), entry.entry, *marks, _dash(total), _dash(entry.award), entry.status])
    lines = _aligned(rows)
    if result.teams:
        teams = [[str(t.rank), t.team, str(t.total), _dash(t.award)] for t in result.teams]
        lines += ["", *_aligned([["rank", "team", "total", "award"], *teams])]
    seen = {(tie.a, tie.b): tie for entry in result.entries for tie in entry.ties}
    lines += [f"{tie.a} / {tie.b}: {tie.sentence_en()}" for tie in seen.values()]
    lines += [
        f"open choice: {choice.tier} has {choice.places_left} place(s) left for {', '.join(choice.entries)}"
        for choice in result.open_choices
    ]
    return "\n".join(lines)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _dash(value: object) -> str:
    return "-" if value is None else str(value)
