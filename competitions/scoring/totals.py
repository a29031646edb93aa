"""From aspect marks to a total, rounded at the declared steps and nowhere else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .numbers import exact_sum, round_exact
from .scheme import Component, Composition, RoundingStep, Scheme

ZERO = Fraction(0)


def rounded(value: Fraction, step: RoundingStep | None) -> Fraction:
    """`value` at a rounding step; a step that is not declared leaves it exact."""
    return value if step is None else round_exact(value, places=step.places, mode=step.mode)


@dataclass(frozen=True, slots=True)
class SheetTotals:
    """Sums of one entry's sheet by code, each rounded at its own step."""

    sub_criteria: dict[str, Fraction]
    criteria: dict[str, Fraction]
    components: dict[str, Fraction]  # before penalties and before the component's rounding


class SheetPlan:
    """The structure of a scheme, flattened once so that many sheets can be summed quickly."""

    def __init__(self, scheme: Scheme) -> None:
        self._rounding = scheme.composition.rounding
        self._criteria = [
            (
                criterion.code,
                criterion.component,
                [(part.code, [aspect.code for aspect in part.aspects]) for part in criterion.sub_criteria],
            )
            for criterion in scheme.criteria
        ]

    def totals(self, marks: Mapping[str, Fraction]) -> SheetTotals:
        """marks: rounded aspect marks by code; an aspect without a mark adds nothing."""
        sub_criteria: dict[str, Fraction] = {}
        criteria: dict[str, Fraction] = {}
        components: dict[str, list[Fraction]] = {}
        for code, component, parts in self._criteria:
            sums = []
            for part, aspects in parts:
                earned = exact_sum(marks[aspect] for aspect in aspects if aspect in marks)
                sub_criteria[part] = rounded(earned, self._rounding.sub_criterion)
                sums.append(sub_criteria[part])
            criteria[code] = rounded(exact_sum(sums), self._rounding.criterion)
            components.setdefault(component, []).append(criteria[code])
        return SheetTotals(
            sub_criteria, criteria, {code: exact_sum(earned) for code, earned in components.items()}
        )


def component_mark(
    *, before: Fraction, deducted: Decimal, never_negative: bool, step: RoundingStep | None
) -> Fraction:
    """A component's mark: penalty points off, not below zero where the rule says so, then rounded."""
    after = before - Fraction(deducted)
    return rounded(max(after, ZERO) if never_negative and deducted else after, step)


def weighted_mark(*, component: Component, mark: Fraction, step: RoundingStep | None) -> Fraction:
    """What a component contributes to the total."""
    return rounded(Fraction(component.weight) * mark, step)


def total_mark(
    *, composition: Composition, marks: Mapping[str, Fraction], carried: Fraction = ZERO
) -> Fraction:
    """Sum of the weighted components present in `marks`, on top of what an earlier round carried over."""
    steps = composition.rounding
    parts = [
        weighted_mark(component=component, mark=marks[component.code], step=steps.weighted)
        for component in composition.components
        if component.code in marks
    ]
    return rounded(exact_sum([carried, *parts]), steps.total)


def team_part(
    *, own_totals: Iterable[Fraction], combine: str, best: int | None, size: int | None
) -> Fraction | None:
    """What the members' own totals give their team: mean, sum, or sum of the best n.

    None when there are fewer members than `best`, or none at all. A mean is taken over the team's
    declared size, so that a place left empty counts as nothing.
    """
    totals = sorted(own_totals, reverse=True)
    if not totals or (best is not None and len(totals) < best):
        return None
    if combine == "best":
        return exact_sum(totals[:best])
    if combine == "sum":
        return exact_sum(totals)
    return exact_sum(totals) / (size or len(totals))
