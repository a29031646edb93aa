"""Components, gates and totals of marked sheets."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from .marking import Sheet
from .results import RANKED, Problem, problem
from .scheme import Component, Composition, Penalties
from .totals import ZERO, component_mark, total_mark


def compose(
    sheet: Sheet,
    *,
    composition: Composition,
    penalties: Penalties,
    round_code: str | None,
    component_of: dict[str, str],
    carried: Fraction = ZERO,
) -> None:
    """Fill in the sheet's components and total for one round (None: a contest without rounds).

    A component whose gate is missed bars those after it. What has no mark counts nothing and is noted
    in `sheet.lacking`; nothing is lacking for one who was stopped, disqualified or did not start.
    """
    for component in composition.components:
        if component.round != round_code or component.code in sheet.component_marks:
            continue
        if sheet.barred or _gate_missed(sheet, composition, component):
            sheet.barred.append(component.code)
            continue
        _compose_one(sheet, component, composition, penalties, component_of)
    marks = {
        component.code: sheet.component_marks[component.code]
        for component in composition.components
        if component.round == round_code
        and component.code in sheet.component_marks
        and counts_for_individuals(component, composition)
    }
    sheet.exact_total = total_mark(composition=composition, marks=marks, carried=carried)


def counts_for_individuals(component: Component, composition: Composition) -> bool:
    """Whether a component is part of a contestant's own total: a team's task may count for the team alone."""
    teams = composition.teams
    return component.scope == "individual" or teams is None or teams.counts_for_individuals


def _gate_missed(sheet: Sheet, composition: Composition, component: Component) -> bool:
    """Whether a gate stands before `component` that the entry has not reached."""
    for earlier in composition.components:
        if earlier.code == component.code:
            return False
        if earlier.gate is not None and sheet.component_marks.get(earlier.code, ZERO) < earlier.gate:
            return True
    return False


def _compose_one(
    sheet: Sheet,
    component: Component,
    composition: Composition,
    penalties: Penalties,
    component_of: dict[str, str],
) -> None:
    code = component.code
    if component.source == "criteria":
        before = sheet.sums.components.get(code, ZERO)
        lacking = [aspect for aspect in sheet.missing if component_of[aspect] == code]
    else:
        before = sheet.entered.get(code, ZERO)
        lacking = [] if code in sheet.entered else [code]
    if sheet.status == RANKED:
        sheet.lacking.extend(lacking)
    sheet.before[code] = before
    sheet.component_marks[code] = component_mark(
        before=before,
        deducted=sheet.effect.deducted.get(code, Decimal(0)),
        never_negative=penalties.never_negative,
        step=composition.rounding.component,
    )


def missing_problems(sheets: Iterable[Sheet], *, known_aspects: frozenset[str]) -> list[Problem]:
    """A problem for each lacking mark and each refused one."""
    problems: list[Problem] = []
    for sheet in sheets:
        for code in sheet.lacking:
            if code in known_aspects:
                problems.append(problem("missing_mark", entry=sheet.entry, aspect=code))
            else:
                problems.append(problem("missing_component", entry=sheet.entry, component=code))
        for aspect, refusal in sheet.refused.items():
            problems.append(
                problem("refused_mark", refusal, entry=sheet.entry, aspect=aspect, reason=refusal.message)
            )
    return problems
