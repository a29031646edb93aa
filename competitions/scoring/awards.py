"""From ranks to awards: tiers by share, count or score line, medals by a points window.

When equals stand on both sides of the last place of a tier the scheme may leave the choice to the
chief judge. Then nothing is guessed: the open choice is part of the result until a decision with a
reason is handed in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from .medals import medals_by_window
from .scheme import AwardRule, AwardTier

CHOICES = ("widen", "narrow", "next_tie_break")
Splitter = Callable[[Sequence[str], Sequence[str]], list[list[str]]]


@dataclass(frozen=True, slots=True)
class AwardDecision:
    """The chief judge's choice for one tier.

    choice: widen (all equals get the tier), narrow (none of them does, they lead the next tier) or
    next_tie_break (split them by `keys`, or by the scheme's own next_tie_break keys).
    scope: individual or team.
    """

    tier: str
    choice: str
    reason: str
    keys: tuple[str, ...] = ()
    scope: str = "individual"


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """Equals at the edge of a tier: `places_left` places for all `entries`. Blocks publication."""

    scope: str
    tier: str
    entries: tuple[str, ...]
    places_left: int


@dataclass(slots=True)
class AwardOutcome:
    """awards: entry to tier code. decided: the decisions that were used."""

    awards: dict[str, str] = field(default_factory=dict)
    open_choices: list[OpenChoice] = field(default_factory=list)
    decided: list[AwardDecision] = field(default_factory=list)


def tier_places(*, tier: AwardTier, base: int, rounding: str) -> int:
    """How many places a tier by share or count has.

    rounding: floor_min_1 (8.2 gives 8, 0.6 gives 1), floor, ceil or half_up.
    """
    if base < tier.minimum_entrants or tier.value is None:
        return 0
    if tier.by == "count":
        return int(tier.value)
    exact = Fraction(tier.value) * base
    match rounding:
        case "floor_min_1":
            return max(1, floor(exact)) if base else 0
        case "ceil":
            return ceil(exact)
        case "half_up":
            return floor(exact + Fraction(1, 2))
    return floor(exact)


def give_awards(
    *,
    rule: AwardRule,
    groups: Sequence[Sequence[str]],
    base: int,
    scores: Mapping[str, Fraction],
    passed: Mapping[str, bool],
    split: Splitter,
    decisions: Sequence[AwardDecision] = (),
    scope: str = "individual",
) -> AwardOutcome:
    """Awards of ranked entries.

    groups: best first, entries of one group share their rank. base: the number a share is taken of.
    scores: what score lines and windows look at. split: parts equals by further tie-break keys.
    """
    outcome = AwardOutcome()
    places = [[(entry, passed[entry] or not rule.needs_pass) for entry in group] for group in groups]
    if rule.passed_over == "next":
        places = [kept for group in places if (kept := [place for place in group if place[1]])]
    if rule.method == "medals":
        ranked = [(entry, scores[entry]) for group in places for entry, may in group if may]
        allowed = {tier.code for tier in rule.tiers if tier.by == "medal" and base >= tier.minimum_entrants}
        medals = medals_by_window(scores=ranked, window=Fraction(rule.window or 0), chained=rule.chained)
        outcome.awards.update({entry: medal for entry, medal in medals.items() if medal in allowed})
    else:
        walk = _Walk(rule, places, base, split, decisions, scope, outcome)
        for tier in rule.tiers:
            if tier.by != "score" and not outcome.open_choices:
                walk.fill(tier)
    if not outcome.open_choices:
        _score_tiers(rule, places, base, scores, outcome)
    return outcome


class _Walk:
    """Goes down the ranked groups once, tier by tier."""

    def __init__(
        self,
        rule: AwardRule,
        places: list[list[tuple[str, bool]]],
        base: int,
        split: Splitter,
        decisions: Sequence[AwardDecision],
        scope: str,
        outcome: AwardOutcome,
    ) -> None:
        self._rule, self._base, self._split, self._scope = rule, base, split, scope
        self._queue = list(reversed(places))
        self._decisions = {d.tier: d for d in decisions if d.scope == scope}
        self._outcome = outcome

    def fill(self, tier: AwardTier) -> None:
        """Give `tier` to as many as it has places."""
        left = tier_places(tier=tier, base=self._base, rounding=self._rule.round)
        split_before = False
        while left > 0 and self._queue:
            group = self._queue.pop()
            if len(group) <= left:
                self._give(tier, group)
                left -= len(group)
                continue
            choice = self._choice(tier)
            if choice == "widen":
                self._give(tier, group)
                return
            if choice == "narrow":
                self._queue.append(group)
                return
            parts = [] if split_before or choice != "next_tie_break" else self._parts(tier, group)
            if len(parts) < 2:
                entries = tuple(entry for entry, _ in group)
                self._outcome.open_choices.append(OpenChoice(self._scope, tier.code, entries, left))
                return
            split_before = True
            self._queue.extend(reversed(parts))

    def _choice(self, tier: AwardTier) -> str:
        decision = self._decisions.get(tier.code)
        if decision is None:
            return self._rule.edge_tie
        if decision not in self._outcome.decided:
            self._outcome.decided.append(decision)
        return decision.choice

    def _parts(self, tier: AwardTier, group: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
        decision = self._decisions.get(tier.code)
        keys = decision.keys if decision is not None else ()
        may = dict(group)
        return [[(entry, may[entry]) for entry in part] for part in self._split(list(may), keys)]

    def _give(self, tier: AwardTier, group: list[tuple[str, bool]]) -> None:
        self._outcome.awards.update({entry: tier.code for entry, may in group if may})


def _score_tiers(
    rule: AwardRule,
    places: list[list[tuple[str, bool]]],
    base: int,
    scores: Mapping[str, Fraction],
    outcome: AwardOutcome,
) -> None:
    """A score line is for everyone who reaches it and has nothing better."""
    for tier in rule.tiers:
        if tier.by != "score" or tier.value is None or base < tier.minimum_entrants:
            continue
        for group in places:
            for entry, may in group:
                if may and entry not in outcome.awards and scores[entry] >= Fraction(tier.value):
                    outcome.awards[entry] = tier.code
