"""How far a few changed marks carry the total of a contestant or of a team, one way.

The scheme's own steps from the aspects to the total, each taken for every number of changed marks at once: sums are
shared out (`reach.together`), rounding and weights never fall and are applied to what the sums give. A gate closes what
is behind it, so the total is the best of several ways: one for each gate that is missed, and one that misses none.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from competitions.scoring.composing import counts_for_individuals
from competitions.scoring.marking import Sheet
from competitions.scoring.scheme import Component, RoundingStep, Scheme, TieKey
from competitions.scoring.totals import ZERO, component_mark, rounded, weighted_mark

from .panel_reach import PanelReach
from .reach import Reach, better, fixed, together, total_of

Carriers = Mapping[tuple[str, str], str]  # (entry, aspect) -> the entry on whose sheets a shared mark stands


class SheetReach:
    """One entry, upward or downward. parts: by kind and code what tie-breaks compare; components: their marks, as if
    no gate were missed. lacking: marks are missing, as behind a closed gate."""

    def __init__(
        self,
        scheme: Scheme,
        sheet: Sheet,
        panels: Mapping[str, PanelReach],
        carriers: Carriers,
        *,
        upward: bool,
    ) -> None:
        self.sheet, self.upward = sheet, upward
        self._composition = scheme.composition
        self._panels, self._carriers = panels, carriers
        self.parts: dict[tuple[str, str], Reach] = {}
        before = self._before_penalties(scheme)
        self.components: dict[str, Reach] = {}
        for component in self._composition.components:
            given = before.get(component.code, fixed(sheet.entered.get(component.code, ZERO)))
            self.components[component.code] = given.through(self._component_rule(scheme, component.code))
        self.lacking = _lacking(scheme, sheet)

    def total(self, round_code: str | None = None) -> Reach:
        """The entry's total, in a contest with rounds that of one round with what it carries over."""
        composition = self._composition
        carried: list[Reach] = []
        for before, this in pairwise(composition.rounds):
            if this.code == round_code and this.carry:
                carried = [self.total(before.code)]
        played = [component for component in composition.components if component.round == round_code]
        return self._weighted(played, carried).through(
            lambda total: rounded(total, composition.rounding.total)
        )

    def own_total(self) -> Reach:
        """The weighted individual components: what an entry brings to its team. Without gates."""
        own = [component for component in self._composition.components if component.scope == "individual"]
        return self._weighted(own, [])

    def compared(self, key: TieKey) -> Reach | None:
        """What a tie-break key compares; None when it is not known. Not with gates."""
        match key.kind:
            case "component":
                return self.components[key.code]
            case "elapsed_seconds":
                return None if self.sheet.elapsed is None else fixed(self.sheet.elapsed)
            case "aspect" | "sub_criterion" | "criterion":
                return self.parts.get((key.kind, key.code))
        return None

    def _before_penalties(self, scheme: Scheme) -> dict[str, Reach]:
        steps = scheme.composition.rounding
        by_component: dict[str, list[Reach]] = {}
        for criterion in scheme.criteria:
            sums = []
            for part in criterion.sub_criteria:
                marks = [self._aspect(aspect.code) for aspect in part.aspects]
                sums.append(self._sum("sub_criterion", part.code, marks, steps.sub_criterion))
            whole = self._sum("criterion", criterion.code, sums, steps.criterion)
            by_component.setdefault(criterion.component, []).append(whole)
        return {code: total_of(sums, upward=self.upward) for code, sums in by_component.items()}

    def _sum(self, kind: str, code: str, parts: Sequence[Reach], step: RoundingStep | None) -> Reach:
        found = total_of(parts, upward=self.upward).through(lambda mark: rounded(mark, step))
        self.parts[kind, code] = found
        return found

    def _aspect(self, code: str) -> Reach:
        sheet, panel = self.sheet, self._panels.get(code)
        raw = sheet.given.raw.get(code)
        if panel is None or raw is None or sheet.aspects[code].zeroed_by:
            found = fixed(sheet.marks.get(code, ZERO))
        else:
            carrier = self._carriers.get((sheet.entry, code), sheet.entry)
            found = panel.of(carrier, raw, absent=sheet.given.absent, upward=self.upward)
        self.parts["aspect", code] = found
        return found

    def _component_rule(self, scheme: Scheme, code: str) -> Callable[[Fraction], Fraction]:
        deducted = self.sheet.effect.deducted.get(code, Decimal(0))
        return lambda before: component_mark(
            before=before,
            deducted=deducted,
            never_negative=scheme.penalties.never_negative,
            step=scheme.composition.rounding.component,
        )

    def _weighted(self, components: Sequence[Component], carried: Sequence[Reach]) -> Reach:
        """Sum of the weighted components as far as the gates let the entry go.

        Upward a gate must be reached, and what is behind it must have been done: nobody knows marks that were never
        given. Downward it must be missed. Marks below zero do not occur where there are gates.
        """
        parts, least = [*carried], [0] * len(carried)
        options: list[tuple[Reach, int]] = []
        for component in components:
            reach = self.components[component.code]
            parts.append(reach.through(self._share(component)))
            least.append(0)
            if component.gate is None:
                continue
            gate = Fraction(component.gate)
            if self.upward:
                options.append(together(parts, upward=True, least=least))
                reached = fewest(reach, lambda mark, gate=gate: mark >= gate)  # type: ignore[misc]
                if reached is None or (reached > 0 and self.lacking):
                    return better(options, upward=True)
                least[-1] = reached
                continue
            missed = fewest(reach, lambda mark, gate=gate: mark < gate)  # type: ignore[misc]
            if missed is not None:
                options.append(together(parts, upward=False, least=[*least[:-1], missed]))
                if missed == 0:
                    return better(options, upward=False)
        options.append(together(parts, upward=self.upward, least=least))
        return better(options, upward=self.upward)

    def _share(self, component: Component) -> Callable[[Fraction], Fraction]:
        if not counts_for_individuals(component, self._composition):
            return lambda _mark: ZERO
        return _weight(component, self._composition.rounding.weighted)


def fewest(reach: Reach, wanted: Callable[[Fraction], bool]) -> int | None:
    """How few changed marks make the number as wanted; None if all of them do not."""
    return next((count for count, value in enumerate(reach.values) if wanted(value)), None)


def team_total(scheme: Scheme, members: Sequence[SheetReach], *, upward: bool) -> Reach:
    """A team's total from its ranked members, without gates. Of the best n only, downward: no lower than that of those
    who are the best n as it stands."""
    composition = scheme.composition
    rule, steps = composition.teams, composition.rounding
    assert rule is not None
    own = [member.own_total() for member in members]
    share = Fraction(1)
    if rule.combine == "mean":
        share = Fraction(1, rule.size or len(own))
    elif rule.combine == "best" and rule.best is not None:
        own = _best_of(own, rule.best, upward=upward)
    brought = total_of(own, upward=upward).through(lambda total: total * share)
    shared = [
        members[0].components[component.code].through(_weight(component, steps.weighted))
        for component in composition.components
        if component.scope == "team"
    ]
    return total_of([brought, *shared], upward=upward).through(lambda total: rounded(total, steps.total))


def _best_of(own: Sequence[Reach], count: int, *, upward: bool) -> list[Reach]:
    """Members whose sum bounds that of the best `count`; upward it is their sum."""
    if not upward:
        return sorted(own, key=lambda reach: -reach.values[0])[:count]
    chosen: list[Reach | None] = [fixed(ZERO), *[None] * count]  # by how many are taken of those seen so far
    for reach in own:
        for taken in range(count, 0, -1):
            before, without = chosen[taken - 1], chosen[taken]
            if before is not None:
                with_it = total_of([before, reach], upward=True)
                chosen[taken] = (
                    with_it if without is None else better([(without, 0), (with_it, 0)], upward=True)
                )
    best = chosen[count]
    return [] if best is None else [best]


def _weight(component: Component, step: RoundingStep | None) -> Callable[[Fraction], Fraction]:
    return lambda mark: weighted_mark(component=component, mark=mark, step=step)


def _lacking(scheme: Scheme, sheet: Sheet) -> bool:
    """Whether marks are missing, as behind a closed gate."""
    entered = {part.code for part in scheme.composition.components if part.source != "criteria"}
    return bool(sheet.missing) or not entered <= sheet.entered.keys()
