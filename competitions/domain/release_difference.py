"""What a new version of a published result changes, row by row, and why. Numbers and teams only: no person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SHOWN = ("status", "rank", "total", "award")
AMENDMENTS = "amendments"  # where a release's facts keep the difference; it is no part of the result itself


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something was changed, with the number under which the papers are kept.

    kind: appeal, correction or violation; number: e.g. A-003; entry: the contestant number concerned, "" for
    what concerns everybody; text: the words that are published, which name nobody.
    """

    kind: str
    number: str
    entry: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is not what it was. kind: added, removed or changed.

    entry or team: whose row (the other is ""); own: its own facts changed, otherwise it follows from the others';
    fields: [before, after] of each shown field that differs, each component under its code; aspects: codes of those
    whose readings differ.
    """

    entry: str
    team: str
    kind: str
    own: bool
    fields: Mapping[str, list[Any]]
    components: Mapping[str, list[Any]]
    aspects: tuple[str, ...] = ()


def core(body: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a release without the difference to the one before."""
    return {key: value for key, value in body.items() if key != AMENDMENTS}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The changes between two releases' facts as JSON gives them: own ones first, then by number."""
    given = {row["entry"]: row for row in before["entries"]}, {row["entry"]: row for row in after["entries"]}
    everybody = before["scheme_hash"] != after["scheme_hash"]
    found = []
    results = _by(before["results"], "entry"), _by(after["results"], "entry")
    for key in sorted(results[0].keys() | results[1].keys()):
        old_facts, new_facts = given[0].get(key), given[1].get(key)
        own = everybody or old_facts != new_facts
        change = _change(
            results[0].get(key), results[1].get(key), own=own, aspects=_aspects(old_facts, new_facts)
        )
        if change is not None:
            found.append(Change(entry=key, team="", **change))
    changed = {change.entry for change in found if change.own}
    teams = _by(before["teams"], "team"), _by(after["teams"], "team")
    for key in sorted(teams[0].keys() | teams[1].keys()):
        members = {m for side in teams for m in side.get(key, {}).get("members", ())}
        change = _change(teams[0].get(key), teams[1].get(key), own=bool(members & changed), aspects=())
        if change is not None and (change["fields"] or change["components"]):
            found.append(Change(entry="", team=key, **change))
    return sorted(found, key=lambda change: (bool(change.team), not change.own))


def _by(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, Mapping[str, Any]]:
    return {row[key]: row for row in rows}


def _aspects(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[str, ...]:
    old, new = (before or {}).get("raw", {}), (after or {}).get("raw", {})
    return tuple(sorted(code for code in old.keys() | new.keys() if old.get(code) != new.get(code)))


def _change(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    own: bool,
    aspects: tuple[str, ...],
) -> dict[str, Any] | None:
    old, new = before or {}, after or {}
    fields = {name: [old.get(name), new.get(name)] for name in SHOWN if old.get(name) != new.get(name)}
    old_parts, new_parts = old.get("components", {}), new.get("components", {})
    components = {
        code: [old_parts.get(code), new_parts.get(code)]
        for code in sorted(old_parts.keys() | new_parts.keys())
        if old_parts.get(code) != new_parts.get(code)
    }
    if not (fields or components or own):
        return None
    kind = "added" if before is None else "removed" if after is None else "changed"
    return {"kind": kind, "own": own, "fields": fields, "components": components, "aspects": aspects}


def amendments(
    *, number: int, digest: str, reason: str, causes: Sequence[Cause], changes: Sequence[Change]
) -> dict[str, Any]:
    """What stands in the new release. number, digest: of the release that it supersedes."""
    return {
        "supersedes": {"number": number, "hash": digest},
        "reason": reason,
        "causes": [asdict(cause) for cause in causes],
        "changes": [asdict(change) | {"aspects": list(change.aspects)} for change in changes],
    }
