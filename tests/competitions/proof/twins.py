"""The engine and the verifier side by side: whatever the one scores, the other must score too, mark for mark."""

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from competitions.domain.release_content import result_facts, team_facts
from competitions.proof import verify_contest as verifier
from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput, EventResult, ScoringErrors
from competitions.scoring.scheme import Scheme, canonical_json
from craft_site.kit.canonical import canonical_json as plain_json

# What the engine refuses before it computes, and a ledger cannot hold.
REFUSED_EARLIER = {"decision_unknown", "decision_without_reason", "decision_key_unknown", "duplicate_entry"}


def plain(value: Any) -> Any:
    """A value as canonical JSON would carry it."""
    match value:
        case Decimal():
            return format(value, "f")
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    return value


def given(entry: EntryInput) -> dict[str, Any]:
    facts = {
        "entry": entry.entry,
        "raw": plain(entry.raw),
        "components": plain(entry.components),
        "penalties": [
            {"code": p.code, "times": p.times, "aspects": list(p.aspects), "points": plain(p.points)}
            for p in entry.penalties
        ],
        "elapsed_seconds": plain(entry.elapsed_seconds),
        "started": entry.started,
        "team": entry.team,
        "absent": list(entry.absent),
    }
    return facts | {"disqualified": True} if entry.disqualified else facts


def published(result: EventResult) -> dict[str, Any]:
    """The result as a release holds it."""
    facts = {
        "results": [result_facts(entry) for entry in result.entries],
        "teams": [team_facts(team) for team in result.teams],
    }
    return json.loads(plain_json(facts))


def verified(scheme: Scheme, entries: Any, decisions: Any = ()) -> tuple[dict[str, Any], verifier.Result]:
    """The same contest by the verifier, from the scheme's canonical document."""
    read = verifier.Scheme(json.loads(canonical_json(scheme)))
    chosen = [
        {"scope": d.scope, "tier": d.tier, "choice": d.choice, "keys": list(d.keys), "reason": d.reason}
        for d in decisions
    ]
    result = verifier.score(read, {entry.entry: given(entry) for entry in entries}, chosen)
    return verifier.published_form(read, result), result


def score_both(
    scheme: Scheme, entries: Any, *, decisions: Any = (), provisional: bool = False
) -> EventResult:
    """`score_event`, and the verifier must agree: on every mark, or that there is something wrong."""
    try:
        result = score_event(scheme, entries, decisions=decisions, provisional=provisional)
    except ScoringErrors as errors:
        if not {problem.code for problem in errors.problems} <= REFUSED_EARLIER:
            with suppress(verifier.Wrong):
                assert verified(scheme, entries, decisions)[1].problems
        raise
    if not provisional:
        ours, theirs = verified(scheme, entries, decisions)
        assert theirs.problems == []
        assert ours == published(result)
        assert [(c["scope"], c["tier"], tuple(c["entries"])) for c in theirs.open] == [
            (c.scope, c.tier, c.entries) for c in result.open_choices
        ]
        assert {name: str(score) for name, score in theirs.standard.items()} == {
            e.entry: str(verifier.Fraction(e.standard)) for e in result.entries if e.standard is not None
        }
    return result
