"""Whether component marks, penalties, time credits and clocks still say what their ledger lines say."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from competitions.models import EnteredMark, Event, PenaltyRecord, PlayRecord, TimeCredit
from craft_site.kit.canonical import utc_timestamp
from craft_site.ledger.models import Line

P, D = PenaltyRecord.State, TimeCredit.Decision
_STATES = {
    "penalty.proposed": P.PROPOSED,
    "penalty.seconded": P.SECONDED,
    "penalty.approved": P.APPROVED,
    "penalty.ordered": P.APPROVED,
    "penalty.refused": P.REFUSED,
    "penalty.lifted": P.REFUSED,
}
_KINDS = (
    *("component.entered", "component.corrected", "credit.proposed", "credit.decided"),
    *("play.started", "play.stopped", "play.corrected", *_STATES),
)
#: What rows say, by what they are called: the number of the newest line about each, and its content.
_Told = dict[tuple[str, ...], tuple[int, Any]]


def contradictions(event: Event) -> Iterator[tuple[int, str]]:
    """Numbers of lines and what contradicts them."""
    said = _said(event)
    for found in (_components(event), _penalties(event), _credits(event), _clocks(event)):
        for key, content in found.items():
            seq, told = said.pop(key, (0, None))
            if not seq:
                yield 0, f"{' '.join(key)} has no line of its own"
            elif told != content:
                yield seq, f"{' '.join(key)} says something else than its line"
    for key, (seq, _content) in said.items():
        yield seq, f"{' '.join(key)} is gone"


def _said(event: Event) -> _Told:
    told: _Told = {}
    lines = Line.objects.filter(chain__name=event.chain, kind__in=_KINDS).order_by("seq")
    rows = lines.values_list("seq", "kind", "subject", "body")
    for seq, kind, subject, body in rows.iterator(chunk_size=5_000):
        facts = json.loads(body)["facts"]
        group = kind.partition(".")[0]
        key: tuple[str, ...] = (group, subject)
        if group == "component":
            key = (f"component mark {facts['component']}", subject, f"revision {facts['revision']}")
            told[key] = seq, Decimal(str(facts["mark"]))
        else:
            before = told.get(key, (0, ()))[1]
            told[key] = seq, _AFTER[group](kind, facts, before)
    return told


def _penalty_after(kind: str, facts: Mapping[str, Any], before: tuple[Any, ...]) -> tuple[Any, ...]:
    if kind in ("penalty.proposed", "penalty.ordered"):
        before = facts["code"], facts["rule"], facts["times"], facts["aspects"]
    return (*before[:4], str(_STATES[kind]))


def _credit_after(kind: str, facts: Mapping[str, Any], before: tuple[Any, ...]) -> tuple[Any, ...]:
    if kind == "credit.proposed":
        return facts["code"], str(D.PENDING), 0
    code = before[0] if before else facts["code"]  # what an appeal grants was proposed by nobody
    return code, facts["decision"], facts["seconds"]


def _clock_after(kind: str, facts: Mapping[str, Any], before: tuple[Any, ...]) -> tuple[Any, ...]:
    if kind == "play.corrected":
        return facts["started_at"], facts["ended_at"]
    start, end = before or (None, None)
    return (facts["at"], end) if kind == "play.started" else (start, facts["at"])


_AFTER = {"penalty": _penalty_after, "credit": _credit_after, "play": _clock_after}


def _components(event: Event) -> dict[tuple[str, ...], Any]:
    """Every revision; that the newest one counts is looked at in `stale`."""
    rows = EnteredMark.objects.filter(event=event).order_by("pk")
    return {
        (f"component mark {component}", _subject(code, team), f"revision {revision}"): mark
        for component, code, team, revision, mark in rows.values_list(
            "component", "code__uuid", "team_id", "revision", "mark"
        )
    }


def stale(event: Event) -> Iterator[tuple[int, str]]:
    """Component marks of which an older revision counts, or none."""
    newest: dict[tuple[str, str], tuple[int, bool]] = {}
    rows = EnteredMark.objects.filter(event=event)
    for component, code, team, revision, counts in rows.values_list(
        "component", "code__uuid", "team_id", "revision", "is_current"
    ):
        key = (component, _subject(code, team))
        newest[key] = max(newest.get(key, (0, False)), (revision, counts))
    for (component, subject), (_revision, counts) in newest.items():
        if not counts:
            yield 0, f"of the component marks {component} of {subject} not the newest counts"


def _subject(code: Any, team: int | None) -> str:
    return f"code:{code}" if code else f"team:{team}"


def _penalties(event: Event) -> dict[tuple[str, ...], Any]:
    rows = PenaltyRecord.objects.filter(code__event=event)
    return {
        ("penalty", f"penalty:{pk}"): (str(code), rule, times, aspects, state)
        for pk, code, rule, times, aspects, state in rows.values_list(
            "pk", "code__uuid", "rule", "times", "aspects", "state"
        )
    }


def _credits(event: Event) -> dict[tuple[str, ...], Any]:
    rows = TimeCredit.objects.filter(code__event=event)
    return {
        ("credit", f"credit:{pk}"): (str(code), decision, seconds)
        for pk, code, decision, seconds in rows.values_list("pk", "code__uuid", "decision", "seconds")
    }


def _clocks(event: Event) -> dict[tuple[str, ...], Any]:
    rows = PlayRecord.objects.filter(code__event=event)
    return {
        ("play", f"code:{code}"): (_spelled(start), _spelled(end))
        for code, start, end in rows.values_list("code__uuid", "started_at", "ended_at")
    }


def _spelled(moment: datetime | None) -> str | None:
    return None if moment is None else utc_timestamp(moment)
