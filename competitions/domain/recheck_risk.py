"""From a marked event to what its recheck is worth: who is ranked where, and how far each sheet can move a total."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from competitions.domain import codes
from competitions.domain.panel_spread import judged_value
from competitions.domain.results import Scored, score
from competitions.models import Code, Event, Mark, Sheet
from competitions.scoring.panels import scale_top
from competitions.scoring.recheck import Ranked
from competitions.scoring.results import EntryResult
from competitions.scoring.risk import Reach, RiskStatement, overstatements, risk_statement
from competitions.scoring.scheme import Aspect, Composition, RoundingStep

RISK_LIMIT = Fraction(1, 20)
ZERO = Fraction(0)


@dataclass(slots=True)
class MarkedEvent:
    """What both the plan and the risk need, read once. sheets: by contestant number, as uuid texts."""

    scored: Scored
    numbers: dict[int, str]  # code key to contestant number
    sheets: Sequence[Mapping[str, Any]]

    def contestants(self) -> list[Ranked]:
        held: dict[str, list[str]] = {}
        for sheet in self.sheets:
            held.setdefault(self.numbers[sheet["code_id"]], []).append(str(sheet["uuid"]))
        ranks = {entry.entry: entry.rank for entry in self.scored.result.entries}
        return [Ranked(ranks.get(number), tuple(found)) for number, found in held.items()]


def marked_event(event: Event) -> MarkedEvent:
    """A fixed number of queries. Raises NoScheme, ScoringErrors."""
    numbers = {
        code.pk: trail.codes[Code.Layer.CONTESTANT].number
        for trail in codes.trails(event).values()
        for code in trail.codes.values()
    }
    sheets = list(
        Sheet.objects.filter(event=event)
        .order_by("code__number", "pk")
        .values("pk", "uuid", "code_id", "seat__place", "aspects")
    )
    return MarkedEvent(score(event, provisional=True), numbers, sheets)


def risk_of(event: Event, *, urn: list[str], drawn: int, errors: int) -> RiskStatement:
    """What the recheck is worth with the marks as they stand now, after its corrections."""
    marked = marked_event(event)
    result = marked.scored.result
    ranked = {entry.entry: entry for entry in result.entries if entry.rank is not None}
    totals = {number: Fraction(entry.total or 0) for number, entry in ranked.items()}
    slack = _lost_in_rounding(marked.scored.scheme.scheme.composition)
    tiers = _tiers(marked.scored.scheme.scheme.composition, ranked)
    # What rounding may hide is taken off every margin: each lower tier stands that much higher.
    shifted = {number: totals[number] + (tiers[number] - 1) * slack for number in totals}
    us = overstatements(reaches=_reaches(event, marked, ranked), totals=shifted, tiers=tiers)
    if result.open_choices:  # equals at the edge of an award: between them there is no margin at all
        us = None
    return risk_statement(
        us=us, sheets=len(marked.sheets), urn=urn, drawn=drawn, errors=errors, limit=RISK_LIMIT
    )


def _tiers(composition: Composition, ranked: Mapping[str, EntryResult]) -> dict[str, int]:
    """1 for the highest award, one more for each lower one and for none; without awards the first rank against all."""
    if composition.awards is None:
        return {number: 1 if entry.rank == 1 else 2 for number, entry in ranked.items()}
    order = {tier.code: n for n, tier in enumerate(composition.awards.tiers, start=1)}
    none = len(order) + 1
    return {number: order.get(entry.award or "", none) for number, entry in ranked.items()}


def _unit(step: RoundingStep | None) -> Fraction:
    return ZERO if step is None else Fraction(1, 10**step.places)


def _lost_in_rounding(composition: Composition) -> Fraction:
    """By how much two totals may have come closer, or been parted, through rounding alone."""
    steps = composition.rounding
    finest = _unit(steps.aspect)
    coarse = [
        _unit(step)
        for step in (steps.sub_criterion, steps.criterion, steps.component)
        if finest == 0
        or _unit(step) > finest  # a sum of rounded marks is not rounded again at the same place
    ]
    parts = len(composition.components)
    return 2 * (_unit(steps.total) + parts * _unit(steps.weighted) + parts * sum(coarse, ZERO))


def _reaches(event: Event, marked: MarkedEvent, ranked: Mapping[str, EntryResult]) -> list[Reach]:
    scheme = marked.scored.scheme.scheme
    aspects = {aspect.code: aspect for aspect in scheme.aspects()}
    derived: dict[str, list[Aspect]] = {}
    for aspect in aspects.values():
        if aspect.derived_from:
            derived.setdefault(aspect.derived_from, []).append(aspect)
    weights = {part.code: Fraction(part.weight) for part in scheme.composition.components}
    weight_of = {
        aspect.code: weights[criterion.component]
        for criterion in scheme.criteria
        for part in criterion.sub_criteria
        for aspect in part.aspects
    }
    shared = scheme.team_aspects()
    teams: dict[str, list[str]] = {}
    for entry in ranked.values():
        teams.setdefault(entry.team or "", []).append(entry.entry)
    judged = {
        (mark.sheet_id, mark.aspect): judged_value(mark.values, mark.not_done)
        for mark in Mark.objects.filter(sheet__event=event, is_current=True)
        if mark.aspect in aspects and aspects[mark.aspect].method == "judged"
    }
    step = _unit(scheme.composition.rounding.aspect)
    found = []
    for sheet in marked.sheets:
        own = marked.numbers[sheet["code_id"]]
        reach: dict[str, list[Fraction]] = {}
        for code in sheet["aspects"]:
            if code not in aspects:
                continue
            team = ranked[own].team if own in ranked else None
            for number in teams.get(team or "", [own]) if code in shared and team else [own]:
                if number not in ranked:
                    continue
                both = reach.setdefault(number, [ZERO, ZERO])
                for aspect in (aspects[code], *derived.get(code, ())):
                    result = ranked[number].aspects[aspect.code]
                    value = judged.get((sheet["pk"], code)) if aspect.code == code else None
                    down, up = _of_aspect(aspect, Fraction(result.mark or 0), value, step)
                    both[0] += weight_of[aspect.code] * down
                    both[1] += weight_of[aspect.code] * up
        found += [Reach(str(sheet["uuid"]), number, down, up) for number, (down, up) in reach.items()]
    return found


def _of_aspect(
    aspect: Aspect, mark: Fraction, value: Decimal | None, step: Fraction
) -> tuple[Fraction, Fraction]:
    """How far one sheet can move an aspect's mark down and up.

    A reading, a deduction or a lone judge: the whole range. One judge of a panel whose mean or sum counts: the own
    part of it, because a trimmed sum moves by no more than the one mark does. Any other rule: the whole range.
    """
    top = Fraction(aspect.max_mark)
    down, up = mark, top - mark
    panel = aspect.panel
    if panel is None or value is None or panel.result != "share_of_max" or panel.alarm:
        return max(down, ZERO), max(up, ZERO)
    if panel.combine not in ("mean", "sum"):
        return max(down, ZERO), max(up, ZERO)
    counting = max(1, panel.judges_min - panel.drop_high - panel.drop_low)
    highest = Fraction(scale_top(panel=panel, max_mark=aspect.max_mark))
    part = top * Fraction(aspect.factor) / highest / counting
    lost = step + (top / highest * _unit(panel.round) if panel.round else ZERO)
    return (
        max(min(down, part * Fraction(value) + lost), ZERO),
        max(min(up, part * (highest - Fraction(value)) + lost), ZERO),
    )


def statement_facts(stated: RiskStatement) -> dict[str, Any]:
    """The statement as it is kept and told: whole numbers and texts; fractions with six decimals."""
    facts = asdict(stated)
    for name in ("total", "limit", "p"):
        facts[name] = None if facts[name] is None else decimals(facts[name])
    return facts | {"tie": stated.tie}


def decimals(value: Fraction, places: int = 6) -> str:
    """A fraction as decimal text, rounded up: a risk is never stated smaller than it is."""
    scaled = -((-value.numerator * 10**places) // value.denominator)
    return f"{Decimal(scaled).scaleb(-places):f}"
