"""The `composition` section: components, rounding, rounds, ties, awards, teams."""

from collections import Counter
from decimal import Decimal

from ..numbers import plain_text
from .composition import (
    AWARD_BASES,
    AWARD_METHODS,
    AWARD_ROUNDING,
    CUTS,
    EDGE_TIES,
    ESTIMATORS,
    PASSED_OVER,
    SCOPES,
    SOURCES,
    AwardRule,
    AwardTier,
    Component,
    Composition,
    Cut,
    Round,
    Rounding,
    StandardScale,
    TeamRule,
)
from .fields import Fields
from .panel import RoundingStep
from .read_panels import read_mode, read_rounding_step
from .text import Text
from .tie_keys import TieKeyReader

ZERO, ONE = Decimal(0), Decimal(1)
STEPS = ("aspect", "sub_criterion", "criterion", "component", "weighted", "total")
# The short way to write the usual three tiers; everything else is written as a list of `tiers`.
USUAL_TIERS = {
    "first": Text("一等奖", "First prize"),
    "second": Text("二等奖", "Second prize"),
    "third": Text("三等奖", "Third prize"),
}
MEDALS = ("gold", "silver", "bronze")


def read_components(fields: Fields, *, with_criteria: frozenset[str], combine: str) -> tuple[Component, ...]:
    """The components in order. with_criteria: codes that criteria name as theirs."""
    components = []
    for group in fields.groups("components", needed=True):
        code = group.code()
        component = Component(
            code=code,
            name=group.text("name"),
            full=group.number("full", default=Decimal(100), least=ZERO),
            weight=group.number("weight", default=ONE if combine == "sum" else None, least=ZERO),
            source=group.choice(
                "source", SOURCES, default="criteria" if code in with_criteria else "entered"
            ),
            scope=group.choice("scope", SCOPES, default=SCOPES[0]),
            pass_mark=group.optional_number("pass_mark", least=ZERO),
            gate=group.optional_number("gate", least=ZERO),
            round=group.optional_code("round"),
        )
        for key, mark in (("pass_mark", component.pass_mark), ("gate", component.gate)):
            if mark is not None and mark > component.full:
                group.log.add(
                    group.at(key), "gate_above_full", key=key, value=mark, full=component.full, code=code
                )
        group.done()
        components.append(component)
    return tuple(components)


def read_composition(
    fields: Fields, *, components: tuple[Component, ...], combine: str, tie_keys: TieKeyReader
) -> Composition:
    """All that follows the components. `combine` is read before them, the weights depend on it."""
    teams = fields.group("teams")
    composition = Composition(
        components=components,
        rounding=_read_rounding(fields.group("rounding")),
        combine=combine,
        rounds=_read_rounds(fields),
        tie_break=tie_keys.read_list(fields, "tie_break"),
        rank_style=fields.choice("rank_style", ("standard", "dense"), default="standard"),
        awards=_read_awards(fields.group("awards"), tie_keys),
        teams=None if teams is None else _read_teams(teams, tie_keys),
        standard_scale=_read_scale(fields.group("standard_scale")),
        double_pass_needed_for=tuple(str(item) for item in fields.items("double_pass_needed_for")),
    )
    fields.done()
    return composition


def _read_rounding(fields: Fields | None) -> Rounding:
    if fields is None:
        return Rounding()
    mode = read_mode(fields)
    rounding = Rounding(**{step: read_rounding_step(fields, step, mode=mode) for step in STEPS})
    fields.done()
    return rounding


def _read_rounds(fields: Fields) -> tuple[Round, ...]:
    rounds = []
    for group in fields.groups("rounds"):
        rounds.append(
            Round(
                code=group.code(),
                name=group.text("name"),
                cut=_read_cut(group.group("cut")),
                carry=group.flag("carry", default=False),
            )
        )
        group.done()
    return tuple(rounds)


def _read_cut(fields: Fields | None) -> Cut | None:
    if fields is None:
        return None
    by = fields.choice("by", CUTS)
    cut = Cut(
        by=by,
        value=_read_amount(fields, by),
        ties=fields.choice("ties", ("include", "exclude"), default="include"),
    )
    fields.done()
    return cut


def _read_amount(fields: Fields, by: str) -> Decimal:
    """`value` as the share, count or score that `by` makes of it."""
    if by == "count":
        return Decimal(fields.whole("value"))
    value = fields.number("value", least=ZERO)
    if by == "share" and value > 1:
        fields.log.add(fields.at("value"), "share_above_one", value=plain_text(value))
    return value


def _read_awards(fields: Fields | None, tie_keys: TieKeyReader) -> AwardRule | None:
    if fields is None:
        return None
    method = fields.choice("method", AWARD_METHODS, default=AWARD_METHODS[0])
    rule = AwardRule(
        tiers=_read_tiers(fields, method),
        method=method,
        base=fields.choice("base", AWARD_BASES, default=AWARD_BASES[0]),
        round=fields.choice("round", AWARD_ROUNDING, default=AWARD_ROUNDING[0]),
        needs_pass=fields.flag("needs_pass", default=False),
        edge_tie=fields.choice("edge_tie", EDGE_TIES, default=EDGE_TIES[0]),
        next_tie_break=tie_keys.read_list(fields, "next_tie_break"),
        passed_over=fields.choice("passed_over", PASSED_OVER, default=PASSED_OVER[0]),
        window=fields.number("window", least=ZERO) if method == "medals" else None,
        chained=fields.flag("chained", default=False),
        on=fields.choice("on", ("total", "standard"), default="total"),
    )
    fields.done()
    medals = tuple(tier.code for tier in rule.tiers if tier.by == "medal")
    if method == "medals" and medals != MEDALS:
        fields.log.add(fields.path, "medals_need_tiers")
    return rule


def _read_tiers(fields: Fields, method: str) -> tuple[AwardTier, ...]:
    tiers = []
    for code, name in USUAL_TIERS.items():
        if code in fields:
            share = fields.number(code, least=ZERO, most=ONE)
            tiers.append(AwardTier(code, name, "share", share))
    for group in fields.groups("tiers", needed=not tiers):
        by = group.choice(
            "by", ("share", "count", "score", "medal"), default="medal" if method == "medals" else None
        )
        tiers.append(
            AwardTier(
                code=group.code(),
                name=group.text("name"),
                by=by,
                value=None if by == "medal" else _read_amount(group, by),
                minimum_entrants=group.whole("minimum_entrants", default=0),
            )
        )
        group.done()
    for code, times in Counter(tier.code for tier in tiers).items():
        if times > 1:
            fields.log.add(fields.at("tiers"), "duplicate_code", code=code)
    return tuple(tiers)


def _read_teams(fields: Fields, tie_keys: TieKeyReader) -> TeamRule:
    combine = fields.choice("combine", ("mean", "sum", "best"), default="mean")
    rule = TeamRule(
        combine=combine,
        size=fields.whole("size", least=1) if "size" in fields else None,
        best=fields.whole("best", least=1) if combine == "best" else None,
        counts_for_individuals=fields.flag("counts_for_individuals", default=True),
        tie_break=tie_keys.read_list(fields, "tie_break"),
        awards=_read_awards(fields.group("awards"), tie_keys),
    )
    fields.done()
    return rule


def _read_scale(fields: Fields | None) -> StandardScale | None:
    if fields is None:
        return None
    scale = StandardScale(
        centre=fields.number("centre"),
        spread=fields.number("spread", least=ZERO),
        estimator=fields.choice("estimator", ESTIMATORS, default=ESTIMATORS[0]),
        minimum_n=fields.whole("minimum_n", default=2, least=2),
        low=fields.number("low", default=ZERO),
        high=fields.number("high", default=Decimal(1000)),
        round=read_rounding_step(fields, "round") or RoundingStep(0, "ROUND_HALF_UP"),
    )
    if not scale.low <= scale.centre <= scale.high:
        fields.log.add(fields.path, "scale_clamp", low=scale.low, high=scale.high, centre=scale.centre)
    fields.done()
    return scale
