"""Team marks: shared before marking, ranked after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .marking import Sheet
from .results import RANKED, EntryInput, Problem, problem
from .scheme import Composition, Scheme, TieKey
from .totals import ZERO, rounded, team_part, weighted_mark


@dataclass(slots=True)
class Team:
    """One team as a contender."""

    entry: str
    members: list[Sheet]
    components: dict[str, Fraction]
    exact_total: Fraction

    def value(self, key: TieKey) -> Fraction | None:
        """total, component, or the sum of the members' times; None when it is not known."""
        if key.kind == "total":
            return self.exact_total
        if key.kind == "component":
            return self.components.get(key.code)
        if key.kind == "elapsed_seconds":
            times = [member.elapsed for member in self.members]
            return None if None in times else sum((time for time in times if time is not None), ZERO)
        return None


def share_team_marks(
    entries: Sequence[EntryInput], *, scheme: Scheme, component_of: Mapping[str, str]
) -> tuple[list[EntryInput], list[Problem]]:
    """Give every member the marks of the team's components, from whichever member carries them.

    Two members of one team that carry different marks for the same part are a problem, not a choice.
    """
    shared = {c.code for c in scheme.composition.components if c.scope == "team"}
    if not shared:
        return list(entries), []
    aspects = {aspect for aspect, component in component_of.items() if component in shared}
    problems: list[Problem] = []
    raw: dict[str, dict[str, Any]] = {}
    marks: dict[str, dict[str, Any]] = {}
    for given in entries:
        if given.team is None:
            problems.append(problem("team_missing", entry=given.entry))
            continue
        own_raw = {code: value for code, value in given.raw.items() if code in aspects}
        own_marks = {code: value for code, value in given.components.items() if code in shared}
        for kept, found in ((raw, own_raw), (marks, own_marks)):
            for code, value in found.items():
                if value is not None and kept.setdefault(given.team, {}).setdefault(code, value) != value:
                    problems.append(problem("team_disagrees", team=given.team, part=code))
    return [
        given
        if given.team is None
        else replace(
            given,
            raw={**given.raw, **raw.get(given.team, {})},
            components={**given.components, **marks.get(given.team, {})},
        )
        for given in entries
    ], problems


def team_totals(sheets: Sequence[Sheet], *, composition: Composition) -> tuple[list[Team], list[Problem]]:
    """Every team with its total: weighted team components plus what the members' own totals make.

    Only members with a rank count; see `team_part` for a team that is not complete.
    """
    rule = composition.teams
    if rule is None:
        return [], []
    problems: list[Problem] = []
    members: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        if sheet.given.team is None:
            continue
        members.setdefault(sheet.given.team, [])
        if sheet.status == RANKED:
            members[sheet.given.team].append(sheet)
    teams = []
    for code, team in sorted(members.items()):
        own = team_part(
            own_totals=[_own_total(sheet, composition) for sheet in team],
            combine=rule.combine,
            best=rule.best,
            size=rule.size,
        )
        if own is None:
            expected = rule.best or 1
            problems.append(problem("team_too_small", team=code, actual=len(team), expected=expected))
            continue
        components = _components(team, composition)
        step = composition.rounding.weighted
        shared = [
            weighted_mark(component=c, mark=components[c.code], step=step)
            for c in composition.components
            if c.scope == "team" and c.code in components
        ]
        total = rounded(sum(shared, own), composition.rounding.total)
        teams.append(Team(code, team, components, total))
    return teams, problems


def _own_total(sheet: Sheet, composition: Composition) -> Fraction:
    """The member's weighted individual components."""
    step = composition.rounding.weighted
    return sum(
        (
            weighted_mark(component=c, mark=sheet.component_marks[c.code], step=step)
            for c in composition.components
            if c.scope == "individual" and c.code in sheet.component_marks
        ),
        ZERO,
    )


def _components(team: Sequence[Sheet], composition: Composition) -> dict[str, Fraction]:
    rule = composition.teams
    assert rule is not None
    components: dict[str, Fraction] = {}
    for component in composition.components:
        marks = [s.component_marks[component.code] for s in team if component.code in s.component_marks]
        if component.scope == "team":
            if marks:
                components[component.code] = marks[0]
            continue
        part = team_part(own_totals=marks, combine=rule.combine, best=rule.best, size=rule.size)
        if part is not None:
            components[component.code] = part
    return components
