"""Any scheme that can be written down, any marks: the verifier computes what the engine computes."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competitions.scoring.awards import AwardDecision
from competitions.scoring.numbers import ROUNDING_MODES
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput, ScoringErrors
from competitions.scoring.scheme import SchemeErrors, parse_scheme
from tests.competitions.proof.twins import score_both

MODES = st.sampled_from([*ROUNDING_MODES, "truncate"])
LIMITS = {"nominal": 20, "upper": "0.02", "lower": "-0.02"}
MEASURED: dict[str, dict[str, Any]] = {
    "within": LIMITS,
    "step": {**LIMITS, "grace": "0.01", "partial_ratio": "0.3"},
    "max": {"limit": "0.05"},
    "ra": {"limit": "0.8", "next_grade": "1.6"},
    "bands": {
        "bands": [{"max": "0.1", "ratio": 1}, {"max": "0.2", "ratio": "0.7"}, {"max": "0.3", "ratio": "0.1"}]
    },
    "gauge": {},
    "checklist": {},
}
READINGS = {
    "within": ["20", "20.02", "20.021", "19.98", "19.5", None],
    "step": ["20", "20.03", "20.031", "19.97", "20.02", None],
    "max": ["0.05", "0.051", "0", None],
    "ra": ["0.8", "0.81", "1.6", "1.61", None],
    "bands": ["0.1", "0.11", "0.2", "0.25", "0.31", None],
    "gauge": ["0", "1", None],
    "checklist": ["0", "1", None],
}
PANELS: dict[str, dict[str, Any]] = {
    "three": {"judges": 3, "scale": [0, 1, 2, 3], "max_spread": 2},
    "trimmed": {
        "judges": 5,
        "judges_min": 4,
        "scale": {"min": 0, "max": 10, "step": "0.5"},
        "drop_high": 1,
        "drop_low": 1,
        "result": "share_of_max",
        "round": 2,
    },
    "middle": {"judges": 4, "scale": "percent_of_max", "combine": "median"},
    "added": {"judges": 3, "scale": {"min": 0, "max": 5}, "combine": "sum", "result": "share_of_max"},
    "points": {"judges": 2, "scale": "points"},
    "alarmed": {
        "judges": 5,
        "scale": {"min": 0, "max": 10, "step": "0.1"},
        "result": "share_of_max",
        "drop_high": 1,
        "drop_low": 1,
        "alarm": [{"at_least": 8, "spread": "0.3"}, {"at_least": 0, "spread": "0.6"}],
    },
}
VALUES = {
    "three": ["0", "1", "2", "3"],
    "trimmed": ["0", "4.5", "7", "9.5", "10"],
    "middle": ["0", "33.3", "61", "100"],
    "added": ["0", "1.5", "3.33", "5"],
    "points": ["0", "1", "2.5"],
    "alarmed": ["7.9", "8.0", "8.3", "9.1"],
}
KEYS = [
    "P.total desc",
    "T.total desc",
    "P.criterion[A] desc",
    "P.sub_criterion[A1] asc",
    "P.aspect[A1.1] desc",
    "P.elapsed_seconds asc",
]


@st.composite
def aspects(draw: Any, prefix: str, count: int) -> list[dict[str, Any]]:
    found = []
    for n in range(1, count + 1):
        kind = draw(st.sampled_from([*MEASURED, *PANELS, "allotment"]))
        base = {
            "code": f"{prefix}.{n}",
            "name": "x",
            "max_mark": 5,
            "stage": draw(st.sampled_from(["result", "process"])),
        }
        if kind in MEASURED:
            base |= {"method": "measured", "rule": kind, "points": draw(st.integers(1, 4)), **MEASURED[kind]}
            if kind in ("within", "max") and draw(st.booleans()):
                base |= {"decision_rule": "guard_band", "uncertainty": "0.001"}
        elif kind in PANELS:
            base |= {"method": "judged", "panel": kind}
            if kind == "three":
                base["benchmarks"] = [{"value": v, "zh": "级"} for v in range(4)]
            if kind == "points":
                base["factor"] = "0.4"
        else:
            base |= {"method": "allotment", "events": [{"code": "slip", "zh": "失误", "unit": "1.5"}]}
        found.append(base)
    return found


@st.composite
def contests(draw: Any) -> tuple[dict[str, Any], list[EntryInput], list[AwardDecision]]:
    rows = {"A1": draw(aspects("A1", draw(st.integers(1, 3)))), "B1": draw(aspects("B1", 2))}
    source = next((a for a in rows["A1"] if a.get("rule") in ("within", "max") and a["points"] > 1), None)
    if source is not None:
        rows["B1"].append(
            {
                "code": "B1.9",
                "name": "x",
                "max_mark": 5,
                "method": "measured",
                "rule": "range",
                "limit": "0.02",
                "derived_from": source["code"],
            }
        )
    criteria = []
    for sub, held in rows.items():
        full = 5 * len(held)
        criteria.append(
            {
                "code": sub[0],
                "name": "x",
                "max_mark": full,
                "component": "P",
                "sub_criteria": [{"code": sub, "name": "x", "max_mark": full, "aspects": held}],
            }
        )
    full = sum(c["max_mark"] for c in criteria)
    teams = draw(st.booleans())
    components: list[dict[str, Any]] = [
        {"code": "T", "name": "x", "full": 100, "weight": "0.3"},
        {"code": "P", "name": "x", "full": full, "weight": "0.7"},
    ]
    if draw(st.booleans()):
        components[0]["gate"] = 60
    if draw(st.booleans()):
        components[1]["pass_mark"] = 4
    composition: dict[str, Any] = {
        "components": components,
        "rounding": {
            step: {"places": draw(st.integers(0, 3)), "mode": draw(MODES)}
            for step in draw(
                st.sets(
                    st.sampled_from(
                        ["aspect", "sub_criterion", "criterion", "component", "weighted", "total"]
                    )
                )
            )
        },
        "tie_break": [*draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3)), "shared_rank"],
        "rank_style": draw(st.sampled_from(["standard", "dense"])),
        "awards": draw(award_rules()),
    }
    if teams:
        composition["teams"] = draw(team_rules())
        if draw(st.booleans()):
            components.append({"code": "W", "name": "x", "full": 50, "weight": 0, "scope": "team"})
    if draw(st.booleans()):
        composition["standard_scale"] = {
            "centre": 500,
            "spread": 100,
            "round": {"places": 1, "mode": draw(MODES)},
            "estimator": draw(st.sampled_from(["mad", "sd", "sd_population"])),
        }
        composition["awards"]["on"] = draw(st.sampled_from(["total", "standard"]))
    document = {
        "schema": "skills-marking-scheme/1",
        "id": "any",
        "version": "1",
        "locale": ["zh-Hans"],
        "title": "比赛",
        "composition": composition,
        "methods": {"judged": {"default": "three", **PANELS}},
        "criteria": criteria,
        "penalties": {
            "cap_total_points": draw(st.sampled_from([None, 2])),
            "never_negative": draw(st.booleans()),
            "rules": [
                {
                    "code": "late",
                    "zh": "x",
                    "effect": "total_points",
                    "points": "0.75",
                    "each": True,
                    "component": "P",
                },
                {
                    "code": "mark",
                    "zh": "x",
                    "effect": "zero_aspects",
                    "aspects": "[A1]",
                    "component": "P",
                    "second_time": draw(st.sampled_from(["stop", "disqualify", "zero_all"])),
                },
                {
                    "code": "part",
                    "zh": "x",
                    "effect": "zero_aspects",
                    "component": "P",
                    "aspects": "sub_criterion in [A1,B1] that cannot be reached",
                },
            ],
        },
    }
    if document["penalties"]["cap_total_points"] is None:
        del document["penalties"]["cap_total_points"]
    every = [a for held in rows.values() for a in held if a.get("rule") != "range"]
    entries = [
        draw(entry(f"C-{n:03d}", every, teams=teams, shared=len(components) > 2))
        for n in range(draw(st.integers(1, 7)))
    ]
    decisions = [
        AwardDecision(
            tier["code"],
            draw(st.sampled_from(["widen", "narrow", "next_tie_break"])),
            "why",
            tuple(draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True))),
        )
        for tier in composition["awards"]["tiers"]
        if draw(st.booleans())
    ]
    return document, entries, decisions


@st.composite
def award_rules(draw: Any) -> dict[str, Any]:
    if draw(st.booleans()):
        tiers = [
            {"code": c, "name": "x", "minimum_entrants": n}
            for c, n in (("gold", 1), ("silver", 2), ("bronze", 3))
        ]
        tiers.append({"code": "fine", "name": "x", "by": "score", "value": 20})
        return {
            "method": "medals",
            "window": draw(st.integers(0, 5)),
            "chained": draw(st.booleans()),
            "tiers": tiers,
            "base": "all",
        }
    return {
        "tiers": [
            {"code": "first", "name": "x", "by": "share", "value": "0.2"},
            {"code": "second", "name": "x", "by": "count", "value": 2},
            {"code": "third", "name": "x", "by": "score", "value": 15},
        ],
        "round": draw(st.sampled_from(["floor_min_1", "floor", "ceil", "half_up"])),
        "needs_pass": draw(st.booleans()),
        "edge_tie": draw(st.sampled_from(["ask", "widen", "next_tie_break"])),
        "next_tie_break": draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True)),
        "passed_over": draw(st.sampled_from(["next", "left_empty"])),
    }


@st.composite
def team_rules(draw: Any) -> dict[str, Any]:
    combine = draw(st.sampled_from(["mean", "sum", "best"]))
    rule: dict[str, Any] = {
        "combine": combine,
        "counts_for_individuals": draw(st.booleans()),
        "tie_break": ["T.total desc"],
    }
    if combine == "best":
        rule["best"] = 1
    elif combine == "mean" and draw(st.booleans()):
        rule["size"] = 3
    if draw(st.booleans()):
        rule["awards"] = {
            "tiers": [{"code": "cup", "name": "x", "by": "count", "value": 1}],
            "edge_tie": "widen",
        }
    return rule


@st.composite
def entry(draw: Any, code: str, every: list[dict[str, Any]], *, teams: bool, shared: bool) -> EntryInput:
    raw: dict[str, Any] = {}
    for aspect in every:
        if aspect["method"] == "measured":
            choice = st.sampled_from(READINGS[aspect["rule"]])
            raw[aspect["code"]] = draw(st.lists(choice, min_size=aspect["points"], max_size=aspect["points"]))
        elif aspect["method"] == "judged":
            judges = PANELS[aspect["panel"]]["judges"]
            choice = st.sampled_from(VALUES[aspect["panel"]])
            raw[aspect["code"]] = draw(st.lists(choice, min_size=judges, max_size=judges))
            if aspect["panel"] == "three":  # within the spread that is allowed
                raw[aspect["code"]] = [min(v, "2") for v in raw[aspect["code"]]]
        else:
            raw[aspect["code"]] = draw(st.sampled_from([{}, {"slip": 1}, {"slip": "9"}]))
    given_penalties = draw(st.lists(st.sampled_from(["late", "mark", "part"]), max_size=3))
    penalties = tuple(PenaltyInput(c, 1, ("A1.1",) if c == "part" else ()) for c in given_penalties)
    marks: dict[str, Any] = {"T": draw(st.sampled_from([Decimal("59.5"), "60", 80, "92.125"]))}
    team = draw(st.sampled_from(["north", "south"])) if teams else None
    if shared:
        marks["W"] = {"north": 40, "south": "35.5", None: 0}[team]
    return EntryInput(
        entry=code,
        raw=raw,
        components=marks,
        penalties=penalties,
        elapsed_seconds=draw(st.sampled_from([13_000, 13_001])),
        started=draw(st.integers(0, 9)) > 0,
        team=team,
    )


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(contests())
def test_any_scheme_and_any_marks_come_out_the_same(contest):
    document, entries, decisions = contest
    try:
        scheme = parse_scheme(document)
    except SchemeErrors as errors:
        raise AssertionError([str(e) for e in errors.errors][:5]) from errors
    with suppress(ScoringErrors):
        score_both(scheme, entries, decisions=decisions)
