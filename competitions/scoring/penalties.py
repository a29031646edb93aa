"""What penalties do to one entry: points lost, aspects zeroed, stopped, disqualified."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .scheme import Penalties, PenaltyRule

STOPPED, DISQUALIFIED = "stopped", "disqualified"


@dataclass(frozen=True, slots=True)
class PenaltyInput:
    """One approved penalty of an entry.

    aspects: aspect or sub-criterion codes, for a rule whose aspects are named each time.
    points: what the judges wrote as the deduction; checked against the rule when given.
    """

    code: str
    times: int = 1
    aspects: tuple[str, ...] = ()
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PenaltyFault:
    """A penalty that the scheme does not allow in this form."""

    code: str
    params: dict[str, str]


@dataclass(slots=True)
class PenaltyEffect:
    """zeroed: aspect code to the penalty that zeroed it. deducted: points by component, capped."""

    zeroed: dict[str, str] = field(default_factory=dict)
    deducted: dict[str, Decimal] = field(default_factory=dict)
    status: str | None = None
    faults: list[PenaltyFault] = field(default_factory=list)


class PenaltyBook:
    """The penalty rules of a scheme, ready to be applied to many entries."""

    def __init__(self, penalties: Penalties, *, aspects_of: Mapping[str, Sequence[str]]) -> None:
        """aspects_of: every aspect, sub-criterion and criterion code to the aspects it holds."""
        self._rules = {rule.code: rule for rule in penalties.rules}
        self._cap = penalties.cap_total_points
        self._aspects_of = aspects_of

    def effect(self, given: Iterable[PenaltyInput]) -> PenaltyEffect:
        """All penalties of one entry together. The same breach noted twice is its second time."""
        effect = PenaltyEffect()
        merged: dict[str, PenaltyInput] = {}
        for penalty in given:
            if penalty.code not in self._rules:
                effect.faults.append(PenaltyFault("penalty_unknown", {"penalty": penalty.code}))
            elif penalty.times < 1:
                effect.faults.append(PenaltyFault("penalty_times", {"penalty": penalty.code}))
            else:
                merged[penalty.code] = _merge(merged.get(penalty.code), penalty)
        left = self._cap
        for penalty in merged.values():
            rule = self._rules[penalty.code]
            points = self._apply(rule, penalty, effect)
            if left is not None:
                points = min(points, left)
                left -= points
            if points:
                effect.deducted[rule.component] = effect.deducted.get(rule.component, Decimal(0)) + points
        return effect

    def _apply(self, rule: PenaltyRule, penalty: PenaltyInput, effect: PenaltyEffect) -> Decimal:
        """Note everything but the points, and return those."""
        points = Decimal(0)
        match rule.effect:
            case "total_points" if rule.points is not None:
                points = rule.points * (penalty.times if rule.each else 1)
            case "zero_aspects":
                self._zero(rule, penalty, effect)
            case other:
                self._grave(other, rule, effect)
        if rule.second_time is not None and penalty.times >= 2:
            self._grave(rule.second_time, rule, effect)
        if penalty.points is not None and penalty.points != points:
            params = {"penalty": rule.code, "given": str(penalty.points), "expected": str(points)}
            effect.faults.append(PenaltyFault("penalty_points", params))
        return points

    def _grave(self, consequence: str, rule: PenaltyRule, effect: PenaltyEffect) -> None:
        if consequence == "zero_all":
            for aspects in self._aspects_of.values():
                effect.zeroed.update(dict.fromkeys(aspects, rule.code))
        elif consequence == "disqualify":
            effect.status = DISQUALIFIED
        elif effect.status is None:
            effect.status = STOPPED

    def _zero(self, rule: PenaltyRule, penalty: PenaltyInput, effect: PenaltyEffect) -> None:
        assert rule.aspects is not None
        selected = rule.aspects.aspects
        if not rule.aspects.chosen_when_given:
            effect.zeroed.update(dict.fromkeys(selected, rule.code))
            return
        if not penalty.aspects:
            effect.faults.append(PenaltyFault("penalty_needs_aspects", {"penalty": rule.code}))
        for code in penalty.aspects:
            aspects = self._aspects_of.get(code)
            if not aspects or not set(aspects) <= set(selected):
                effect.faults.append(
                    PenaltyFault("penalty_aspect_outside", {"penalty": rule.code, "aspect": code})
                )
                continue
            effect.zeroed.update(dict.fromkeys(aspects, rule.code))


def _merge(earlier: PenaltyInput | None, penalty: PenaltyInput) -> PenaltyInput:
    if earlier is None:
        return penalty
    points = None
    if earlier.points is not None or penalty.points is not None:
        points = (earlier.points or Decimal(0)) + (penalty.points or Decimal(0))
    return PenaltyInput(
        penalty.code, earlier.times + penalty.times, earlier.aspects + penalty.aspects, points
    )
