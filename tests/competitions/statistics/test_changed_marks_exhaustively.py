"""The fewest changed marks against trying out every change, on small contests of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scheme import Scheme
from competitions.statistics.changed_marks import ChangedMarks, Standing, standing
from competitions.statistics.reach import Change

from .judged import inputs, scheme, scored_with

MOST_CHANGES = 3
MOST_TRIED = 400  # sets of marks, each with the whole contest scored again
ONE, TWO = (("A1.1", 10),), (("A1.1", 4), ("A1.2", 6))
STEPS = ("aspect", "sub_criterion", "criterion", "component", "weighted", "total")


@dataclass(frozen=True)
class Contest:
    scheme: Scheme
    entries: list[EntryInput]
    top: int

    def smaller_sets(self, most: int) -> Iterator[list[Change]]:
        """Every way to change so many marks, fewest first."""
        cells = [
            (given.entry, aspect, place, Decimal(value))
            for given in self.entries
            for aspect, marks in given.raw.items()
            for place, value in enumerate(marks)
        ]
        for count in range(1, most + 1):
            for chosen in combinations(cells, count):
                others = [[n for n in range(self.top + 1) if n != before] for *_where, before in chosen]
                for values in product(*others):
                    yield [Change(*cell, Decimal(value)) for cell, value in zip(chosen, values, strict=True)]

    def changed_by(self, changes: list[Change], before: Standing) -> set[str]:
        """The outcomes that are others with these marks, as far as the event can be scored and no choice waits."""
        after = scored_with(self.scheme, self.entries, tuple(changes))
        if after is None:
            return set()
        now = standing(after)
        return {
            kind
            for kind, entries in before.items()
            if now.get(kind, frozenset()) != entries and not (kind.startswith("tier:") and after.open_choices)
        }


def tier(code: str, by: str = "count", value: int | None = 1) -> dict[str, object]:
    return {"code": code, "name": code, "by": by} | ({"value": value} if value is not None else {})


AWARDS = st.one_of(
    st.fixed_dictionaries(
        {
            "base": st.just("all"),
            "tiers": st.just([tier("first"), tier("second"), tier("third")]),
            "edge_tie": st.sampled_from(["ask", "widen"]),
            "passed_over": st.sampled_from(["next", "left_empty"]),
            "needs_pass": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "base": st.just("all"),
            "tiers": st.just([tier("first"), tier("good", "score", 4), tier("fair", "score", 1)]),
            "edge_tie": st.sampled_from(["ask", "widen"]),
            "needs_pass": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "method": st.just("medals"),
            "window": st.sampled_from([0, 1, 2]),
            "chained": st.booleans(),
            "tiers": st.just([tier(code, "medal", None) for code in ("gold", "silver", "bronze")]),
        }
    ),
)
TIES = {
    1: [["shared_rank"]],
    2: [
        ["shared_rank"],
        ["aspect[A1.1] desc", "shared_rank"],
        ["aspect[A1.2] asc", "aspect[A1.1] desc", "shared_rank"],
    ],
}


@st.composite
def panels(draw: st.DrawFn) -> dict[str, object]:
    panel: dict[str, object] = {
        "judges": draw(st.sampled_from([2, 3])),
        "scale": {"max": draw(st.sampled_from([2, 3])), "step": 1},
        "combine": draw(st.sampled_from(["mean", "median", "sum"])),
    }
    if panel["judges"] == 3 and draw(st.booleans()):
        panel |= {"drop_high": 1, "drop_low": draw(st.sampled_from([0, 1]))}
        if panel["combine"] == "mean" and draw(st.booleans()):
            panel["alarm"] = [{"at_least": 2, "spread": 0}, {"at_least": 0, "spread": 1}]
    if draw(st.booleans()):
        panel["max_spread"] = draw(st.sampled_from([1, 2]))
    if draw(st.integers(0, 3)) == 0:
        panel["round"] = {"places": 0}
    return panel


@st.composite
def compositions(draw: st.DrawFn, kind: str) -> dict[str, object]:
    """kind: plain, gate, rounds or teams; all but the plain one have two components."""
    mode = draw(st.sampled_from(["ROUND_HALF_UP", "ROUND_DOWN", "ROUND_05UP"]))
    rounding = {step: draw(st.sampled_from([0, 1])) for step in STEPS if draw(st.integers(0, 2)) == 0}
    found: dict[str, object] = {"awards": draw(AWARDS), "rounding": {"mode": mode, **rounding}}
    if draw(st.integers(0, 4)) == 0:
        found["rank_style"] = "dense"
    first = {"code": "P", "name": "甲", "full": 10, "weight": 1}
    if draw(st.booleans()):
        first["pass_mark"] = draw(st.sampled_from([1, 3]))
    if kind == "plain":
        return found | {"components": [first]}
    first, second = (
        first | {"full": 4},
        {"code": "Q", "name": "乙", "full": 6, "weight": draw(st.sampled_from([1, 2]))},
    )
    if kind == "gate":
        first["gate"] = draw(st.sampled_from([1, 2]))
    if kind == "rounds":
        first["round"], second["round"] = "r1", "r2"
        cut = draw(st.sampled_from([{"by": "count", "value": 2}, {"by": "score", "value": 1}]))
        cut |= {"ties": draw(st.sampled_from(["include", "exclude"]))}
        found["rounds"] = [
            {"code": "r1", "name": "初赛", "cut": cut},
            {"code": "r2", "name": "决赛", "carry": draw(st.booleans())},
        ]
    if kind == "teams":
        combine = draw(
            st.sampled_from([{"combine": "mean"}, {"combine": "sum"}, {"combine": "best", "best": 1}])
        )
        found["teams"] = combine | {"tie_break": ["shared_rank"]}
        if draw(st.booleans()):
            second["scope"] = "team"
            found["teams"] |= {"counts_for_individuals": draw(st.booleans())}
    return found | {"components": [first, second], "combine": "sum"}


@st.composite
def contests(draw: st.DrawFn, kind: str) -> Contest:
    panel = draw(panels())
    aspects = draw(st.sampled_from([ONE, TWO])) if kind == "plain" else TWO
    top, judges = int(panel["scale"]["max"]), int(panel["judges"])
    composition = draw(compositions(kind))
    composition["tie_break"] = draw(st.sampled_from(TIES[len(aspects) if kind == "plain" else 1]))
    document = scheme(panel, aspects=aspects, split=kind != "plain", **composition)
    names = "ABCD"[: draw(st.sampled_from([2, 3, 4] if len(aspects) == 1 else [2, 3]))]
    marks = st.lists(st.integers(0, top), min_size=judges, max_size=judges)
    if "max_spread" in panel:
        marks = marks.filter(lambda given: max(given) - min(given) <= panel["max_spread"])
    rows = {name: {code: draw(marks) for code, _full in aspects} for name in names}
    if kind != "teams":
        return Contest(document, _done(document, rows), top)
    team = (
        dict(zip(names, "甲甲乙", strict=False)) if len(names) == 3 else dict(zip(names, "甲乙", strict=True))
    )
    if composition["components"][1].get("scope") == "team" and len(names) == 3:
        rows["B"].pop("A1.2")  # it stands on the sheet of A
    return Contest(document, inputs(rows, team=team), top)


def _done(document: Scheme, rows: dict[str, dict[str, list[int]]]) -> list[EntryInput]:
    """Who was kept out of the second part has no marks there."""
    for entry in score_event(document, inputs(rows)).entries:
        if entry.barred or any(standing.advanced is False for standing in entry.rounds):
            rows[entry.entry].pop("A1.2")
    return inputs(rows)


@pytest.mark.parametrize("kind", ["plain", "gate", "rounds", "teams"])
@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_smaller_set_of_marks_changes_an_outcome(kind, data):
    contest = data.draw(contests(kind))
    try:
        result = score_event(contest.scheme, contest.entries)
    except ScoringErrors:
        assume(False)
    asked, before = ChangedMarks(contest.scheme, contest.entries, result), standing(result)
    fewest_tried, complete = tried_out(contest, before)
    for name in before:
        fewest, smallest = asked.of(name), fewest_tried.get(name)
        if fewest.unknown == "choice":
            continue
        if fewest.at_most is not None:
            assert len(fewest.changes) == fewest.at_most
            assert name in contest.changed_by(list(fewest.changes), before)
        if smallest is not None:
            assert fewest.at_least is not None or fewest.unknown
            assert (fewest.at_least or 1) <= smallest
        if fewest.at_least == fewest.at_most is not None and fewest.at_most <= complete:
            assert smallest == fewest.at_most


def tried_out(contest: Contest, before: Standing) -> tuple[dict[str, int], int]:
    """The fewest marks that change each outcome, and up to how many all sets were tried."""
    found: dict[str, int] = {}
    for tried, changes in enumerate(contest.smaller_sets(MOST_CHANGES)):
        if tried >= MOST_TRIED:
            return found, len(changes) - 1
        for name in contest.changed_by(changes, before):
            found.setdefault(name, len(changes))
        if len(found) == len(before):
            return found, len(changes)
    return found, MOST_CHANGES
