"""A small scheme of one judged aspect, and what its judges gave, for tests of what a result hangs on."""

from copy import deepcopy
from typing import Any

from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput, EventResult, ScoringErrors
from competitions.scoring.scheme import Scheme, parse_scheme
from competitions.statistics.changed_marks import ChangedMarks, Fewest, standing
from competitions.statistics.reach import Changes
from tests.competitions.contest import SCHEME

ASPECT = "A1.2"
WIDEN = {"base": "all", "first": "0.34", "round": "floor_min_1", "edge_tie": "widen"}


def scheme(
    panel: dict[str, Any] | None = None,
    *,
    aspects: Any = ((ASPECT, 10),),
    difficulty: Any = None,
    split: bool = False,
    penalties: Any = (),
    **composition: Any,
) -> Scheme:
    """Ten points of one judged aspect, no theory, three judges with 0 to 10 in whole points unless said otherwise.

    aspects: (code, max_mark) of each. difficulty: of all of them. split: each in a component of its own, P, Q
    ... in this order. composition: what is to be otherwise there.
    """
    document = deepcopy(SCHEME)
    document["locale"] = ["zh-Hans"]
    document["methods"]["judged"] = {
        "default": "p",
        "p": {"judges": 3, "scale": {"max": 10, "step": 1}, "result": "share_of_max"} | (panel or {}),
    }
    document["composition"] |= {
        "components": [{"code": "P", "name": "操作", "full": 10, "weight": 1}],
        "rounding": {"mode": "ROUND_HALF_UP", "aspect": 2, "total": 2},
        "tie_break": ["shared_rank"],
        "awards": WIDEN,
    } | composition
    (part,) = document["criteria"][0]["sub_criteria"]
    aspect = part["aspects"][1]
    aspect.pop("benchmarks")
    aspect |= {"difficulty": difficulty} if difficulty else {}
    part["aspects"] = [aspect | {"code": code, "max_mark": full} for code, full in aspects]
    document |= {"penalties": {"rules": penalties}} if penalties else {}
    if split:
        (criterion,) = document["criteria"]
        document["criteria"] = [
            criterion
            | {"code": code, "component": component, "max_mark": one["max_mark"]}
            | {"sub_criteria": [part | {"code": f"{code}1", "max_mark": one["max_mark"], "aspects": [one]}]}
            for code, component, one in zip("AB", "PQ", part["aspects"], strict=True)
        ]
    return parse_scheme(document)


def inputs(rows: dict[str, Any], **more: Any) -> list[EntryInput]:
    """rows: marks by entry, of the one aspect or by aspect. more: other fields of the entries, each by entry."""
    return [
        EntryInput(
            entry=name,
            raw={
                aspect: [None if value is None else str(value) for value in values]
                for aspect, values in (given if isinstance(given, dict) else {ASPECT: given}).items()
            },
            **{key: values[name] for key, values in more.items()},
        )
        for name, given in rows.items()
    ]


def fewest(document: Scheme, entries: list[EntryInput], kind: str = "winner") -> Fewest:
    """The answer, after whatever it claims to have found was tried."""
    before = score_event(document, entries)
    found = ChangedMarks(document, entries, before).of(kind)
    if found.at_most is not None:
        assert len(found.changes) == found.at_most
        after = scored_with(document, entries, found.changes)
        assert after is not None
        assert standing(after).get(kind) != standing(before).get(kind)
    return found


def scored_with(document: Scheme, entries: list[EntryInput], changes: Changes) -> EventResult | None:
    """The event with changed marks; None where it cannot be scored."""
    raw = {given.entry: {aspect: list(marks) for aspect, marks in given.raw.items()} for given in entries}
    for change in changes:
        assert raw[change.entry][change.aspect][change.place] == str(change.before)
        raw[change.entry][change.aspect][change.place] = str(change.after)
    changed = [
        EntryInput(
            entry=given.entry,
            raw=raw[given.entry],
            components=given.components,
            penalties=given.penalties,
            elapsed_seconds=given.elapsed_seconds,
            team=given.team,
        )
        for given in entries
    ]
    try:
        return score_event(document, changed)
    except ScoringErrors:
        return None
