"""What no single field shows: sums, codes used twice, references into nowhere."""

from collections.abc import Iterable
from decimal import Decimal

from ..numbers import plain_text
from .errors import ErrorLog, Path
from .model import Aspect, Scheme

ONE = Decimal(1)


def check_scheme(scheme: Scheme, log: ErrorLog) -> None:
    """Note every fault between the parts. Sums over a part that is itself broken are left out."""
    _check_codes(scheme, log)
    _check_sums(scheme, log)
    _check_components(scheme, log)
    _check_rounds(scheme, log)
    _check_derived(scheme, log)


def _check_codes(scheme: Scheme, log: ErrorLog) -> None:
    """Criteria, sub-criteria and aspects share one space of codes: a penalty may name any of them."""
    places: list[tuple[Path, str]] = []
    for i, criterion in enumerate(scheme.criteria):
        at: Path = ("criteria", i)
        places.append(((*at, "code"), criterion.code))
        for j, sub_criterion in enumerate(criterion.sub_criteria):
            below: Path = (*at, "sub_criteria", j)
            places.append(((*below, "code"), sub_criterion.code))
            places.extend(
                ((*below, "aspects", k, "code"), aspect.code)
                for k, aspect in enumerate(sub_criterion.aspects)
            )
    _refuse_twins(places, log)
    composition = scheme.composition
    _refuse_twins(
        [(("composition", "components", i, "code"), c.code) for i, c in enumerate(composition.components)],
        log,
    )
    _refuse_twins(
        [(("composition", "rounds", i, "code"), r.code) for i, r in enumerate(composition.rounds)], log
    )


def _refuse_twins(places: Iterable[tuple[Path, str]], log: ErrorLog) -> None:
    seen: set[str] = set()
    for path, code in places:
        if code and code in seen:
            log.add(path, "duplicate_code", code=code)
        seen.add(code)


def _check_sums(scheme: Scheme, log: ErrorLog) -> None:
    for i, criterion in enumerate(scheme.criteria):
        at: Path = ("criteria", i)
        for j, sub_criterion in enumerate(criterion.sub_criteria):
            marks = [aspect.max_mark for aspect in sub_criterion.aspects]
            _compare(
                (*at, "sub_criteria", j),
                "sum_aspects",
                sub_criterion.code,
                marks,
                sub_criterion.max_mark,
                log,
            )
        marks = [sub_criterion.max_mark for sub_criterion in criterion.sub_criteria]
        _compare(at, "sum_sub_criteria", criterion.code, marks, criterion.max_mark, log)


def _compare(
    path: Path,
    code: str,
    name: str,
    marks: list[Decimal],
    expected: Decimal,
    log: ErrorLog,
    field: str = "max_mark",
) -> None:
    # A missing or unreadable mark below makes the sum meaningless; a wrong sum further down does not.
    faults = [e for e in log.errors if e.path[: len(path)] == path and not e.code.startswith("sum_")]
    if not faults and sum(marks, Decimal(0)) != expected:
        actual = plain_text(sum(marks, Decimal(0)))
        log.add((*path, field), code, code=name, actual=actual, expected=plain_text(expected))


def _check_components(scheme: Scheme, log: ErrorLog) -> None:
    composition = scheme.composition
    known = {component.code for component in composition.components}
    for i, criterion in enumerate(scheme.criteria):
        if criterion.component and criterion.component not in known:
            log.add(("criteria", i, "component"), "component_unknown", code=criterion.component)
    for i, component in enumerate(composition.components):
        path: Path = ("composition", "components", i)
        marks = [c.max_mark for c in scheme.criteria if c.component == component.code]
        if component.source == "entered" and marks:
            log.add((*path, "source"), "component_is_entered", code=component.code)
        elif component.source == "criteria" and not marks:
            log.add((*path, "source"), "component_without_criteria", code=component.code)
        elif marks and log.clean_under(path) and _criteria_are_clean(log):
            _compare(path, "sum_criteria", component.code, marks, component.full, log, "full")
        if component.scope == "team" and composition.teams is None:
            log.add((*path, "scope"), "team_rule_missing", code=component.code)
    if composition.combine == "weighted" and log.clean_under(("composition", "components")):
        _check_weights(scheme, log)


def _criteria_are_clean(log: ErrorLog) -> bool:
    """Whether no criterion itself is broken; faults further down do not change a criterion's mark."""
    return not any(
        e.path[:1] == ("criteria",) and len(e.path) <= 3 and not e.code.startswith("sum_") for e in log.errors
    )


def _check_weights(scheme: Scheme, log: ErrorLog) -> None:
    """Weights make 1 in every round by itself, or over the whole contest where rounds carry over."""
    composition = scheme.composition
    separate = bool(composition.rounds) and not any(round_.carry for round_ in composition.rounds)
    groups: dict[str | None, Decimal] = {}
    for component in composition.components:
        group = component.round if separate else None
        groups[group] = groups.get(group, Decimal(0)) + component.weight
    for weight in groups.values():
        if weight != ONE:
            log.add(("composition", "components"), "sum_weights", actual=plain_text(weight))


def _check_rounds(scheme: Scheme, log: ErrorLog) -> None:
    composition = scheme.composition
    codes = [round_.code for round_ in composition.rounds]
    for i, component in enumerate(composition.components):
        path: Path = ("composition", "components", i)
        if component.round is not None and component.round not in codes:
            log.add((*path, "round"), "round_unknown", code=component.round)
        elif component.round is None and codes:
            log.add(path, "round_missing", code=component.code)
    used = {component.round for component in composition.components}
    for i, round_ in enumerate(composition.rounds):
        path = ("composition", "rounds", i)
        last = i == len(codes) - 1
        if round_.code not in used:
            log.add(path, "round_without_components", code=round_.code)
        if last and round_.cut is not None:
            log.add((*path, "cut"), "cut_in_last_round")
        if not last and round_.cut is None:
            log.add(path, "cut_missing", code=round_.code)


def _check_derived(scheme: Scheme, log: ErrorLog) -> None:
    aspects: dict[str, Aspect] = {aspect.code: aspect for aspect in scheme.aspects()}
    for i, criterion in enumerate(scheme.criteria):
        for j, sub_criterion in enumerate(criterion.sub_criteria):
            for k, aspect in enumerate(sub_criterion.aspects):
                if aspect.derived_from is None:
                    continue
                path: Path = ("criteria", i, "sub_criteria", j, "aspects", k, "derived_from")
                source = aspects.get(aspect.derived_from)
                if source is None or source.method != "measured":
                    log.add(path, "derived_from_unknown", code=aspect.derived_from)
                elif source.derived_from is not None:
                    log.add(path, "derived_from_derived", code=source.code)
