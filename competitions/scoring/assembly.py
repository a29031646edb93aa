"""Puts the result of an event together: awards, standard scores, teams, and every mark as a Decimal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .awards import AwardDecision, AwardOutcome, give_awards
from .marking import DEFAULT_PLACES, Sheet
from .numbers import to_decimal
from .penalties import DISQUALIFIED
from .ranking import Contender, TieTrace, rank, split_equals
from .results import (
    NOT_STARTED,
    ComponentResult,
    EntryResult,
    EventResult,
    Problem,
    RoundResult,
    ScoringErrors,
    TeamResult,
    problem,
)
from .rounds import FinalOrder
from .scale import standard_scores
from .scheme import AwardRule, RoundingStep, Scheme, TieKey, content_hash
from .teams import team_totals
from .totals import rounded, weighted_mark


@dataclass(slots=True)
class Assembly:
    """Composed sheets in their final order, on the way to a result."""

    scheme: Scheme
    sheets: list[Sheet]
    order: FinalOrder
    decisions: Sequence[AwardDecision]
    keys_of: dict[str, TieKey]

    def result(self, problems: list[Problem], *, provisional: bool) -> EventResult:
        """The whole result. Raises ScoringErrors for teams that cannot be totalled."""
        composition = self.scheme.composition
        ranks = self.order.ranks(style=composition.rank_style)
        standard = self._standard(ranks)
        passed = {sheet.entry: self._passed(sheet) for sheet in self.sheets}
        outcome = self._awards(standard, passed)
        teams, team_outcome, team_problems = self._teams()
        problems = [*problems, *team_problems]
        if team_problems and not provisional:
            raise ScoringErrors(tuple(problems))
        ties: dict[str, list[TieTrace]] = {}
        for tie in self.order.ties:
            ties.setdefault(tie.a, []).append(tie)
            ties.setdefault(tie.b, []).append(tie)
        results = [
            self._entry(
                sheet,
                rank_=ranks.get(sheet.entry),
                award=outcome.awards.get(sheet.entry),
                passed=passed[sheet.entry],
                standard=standard.get(sheet.entry),
                ties=tuple(ties.get(sheet.entry, ())),
            )
            for sheet in self.sheets
        ]
        results.sort(key=lambda result: (result.rank is None, result.rank or 0, result.entry))
        return EventResult(
            scheme_hash=content_hash(self.scheme),
            entries=tuple(results),
            teams=tuple(teams),
            open_choices=(*outcome.open_choices, *team_outcome.open_choices),
            decided=(*outcome.decided, *team_outcome.decided),
            problems=tuple(problems),
        )

    def _standard(self, ranks: dict[str, int]) -> dict[str, Decimal]:
        scale = self.scheme.composition.standard_scale
        if scale is None:
            return {}
        marks = {sheet.entry: to_decimal(sheet.exact_total) for sheet in self.sheets if sheet.entry in ranks}
        return standard_scores(marks=marks, scale=scale)

    def _passed(self, sheet: Sheet) -> bool:
        """Whether every component with a pass mark has reached it (双合格)."""
        return all(
            component.code in sheet.component_marks
            and sheet.component_marks[component.code] >= component.pass_mark
            for component in self.scheme.composition.components
            if component.pass_mark is not None
        )

    def _awards(self, standard: dict[str, Decimal], passed: dict[str, bool]) -> AwardOutcome:
        rule = self.scheme.composition.awards
        if rule is None:
            return AwardOutcome()
        scores = {sheet.entry: sheet.exact_total for sheet in self.sheets}
        if rule.on == "standard":
            if not standard:
                return AwardOutcome()
            scores = {entry: Fraction(score) for entry, score in standard.items()}
        started = sum(sheet.status != NOT_STARTED for sheet in self.sheets)
        return give_awards(
            rule=rule,
            groups=self.order.groups,
            base=len(self.sheets) if rule.base == "all" else started,
            scores=scores,
            passed=passed,
            split=self._splitter(rule, {sheet.entry: sheet for sheet in self.sheets}),
            decisions=self.decisions,
        )

    def _splitter(
        self, rule: AwardRule, contenders: dict[str, Contender]
    ) -> Callable[[Sequence[str], Sequence[str]], list[list[str]]]:
        def split(group: Sequence[str], keys: Sequence[str]) -> list[list[str]]:
            chosen = [self.keys_of[text] for text in keys if text in self.keys_of] or rule.next_tie_break
            level = [contenders[entry] for entry in group]
            if any(contender.value(key) is None for contender in level for key in chosen):
                return [list(group)]
            return [[c.entry for c in part] for part in split_equals(level, keys=chosen)]

        return split

    def _teams(self) -> tuple[list[TeamResult], AwardOutcome, list[Problem]]:
        rule = self.scheme.composition.teams
        if rule is None:
            return [], AwardOutcome(), []
        teams, problems = team_totals(self.sheets, composition=self.scheme.composition)
        ranking = rank(teams, keys=rule.tie_break, style=self.scheme.composition.rank_style)
        problems += [
            problem("tie_value_missing", entry=missing.entry, key=missing.key.text)
            for missing in ranking.missing
        ]
        outcome = AwardOutcome()
        if rule.awards is not None:
            by_code: dict[str, Contender] = {team.entry: team for team in teams}
            outcome = give_awards(
                rule=rule.awards,
                groups=ranking.groups,
                base=len(teams),
                scores={team.entry: team.exact_total for team in teams},
                passed=dict.fromkeys(by_code, True),
                split=self._splitter(rule.awards, by_code),
                decisions=self.decisions,
                scope="team",
            )
        rounding = self.scheme.composition.rounding
        results = [
            TeamResult(
                team=team.entry,
                members=tuple(sorted(member.entry for member in team.members)),
                components={
                    # A mean of members is for reading; the team's total is made from the exact values.
                    code: to_decimal(rounded(mark, rounding.component), places=_places(rounding.component))
                    for code, mark in team.components.items()
                },
                total=to_decimal(team.exact_total, places=_places(rounding.total)),
                rank=ranking.ranks[team.entry],
                award=outcome.awards.get(team.entry),
                ties=tuple(tie for tie in ranking.ties if team.entry in {tie.a, tie.b}),
            )
            for team in teams
        ]
        return sorted(results, key=lambda result: (result.rank, result.team)), outcome, problems

    def _entry(
        self,
        sheet: Sheet,
        *,
        rank_: int | None,
        award: str | None,
        passed: bool,
        standard: Decimal | None,
        ties: tuple[TieTrace, ...],
    ) -> EntryResult:
        rounding = self.scheme.composition.rounding
        total_places = _places(rounding.total)
        nothing = sheet.status in {NOT_STARTED, DISQUALIFIED}
        sub_places = _places(rounding.sub_criterion or rounding.aspect)
        places = _places(rounding.criterion or rounding.sub_criterion or rounding.aspect)
        return EntryResult(
            entry=sheet.entry,
            status=sheet.status,
            aspects=sheet.aspects,
            sub_criteria={
                code: to_decimal(mark, places=sub_places) for code, mark in sheet.sums.sub_criteria.items()
            },
            criteria={code: to_decimal(mark, places=places) for code, mark in sheet.sums.criteria.items()},
            components=self._components(sheet),
            total=None if nothing else to_decimal(sheet.exact_total, places=total_places),
            rank=rank_,
            award=award,
            passed=passed,
            team=sheet.given.team,
            standard=standard,
            ties=ties,
            rounds=tuple(
                RoundResult(s.code, to_decimal(s.total, places=total_places), s.rank, s.advanced)
                for s in self.order.standings.get(sheet.entry, ())
            ),
            barred=tuple(sheet.barred),
            missing=tuple(sheet.lacking),
        )

    def _components(self, sheet: Sheet) -> dict[str, ComponentResult]:
        composition = self.scheme.composition
        places = _places(composition.rounding.component)
        results: dict[str, ComponentResult] = {}
        for component in composition.components:
            mark = sheet.component_marks.get(component.code)
            if mark is None:
                continue
            part = weighted_mark(component=component, mark=mark, step=composition.rounding.weighted)
            results[component.code] = ComponentResult(
                code=component.code,
                before_penalty=to_decimal(sheet.before[component.code], places=places),
                deducted=sheet.effect.deducted.get(component.code, Decimal(0)),
                mark=to_decimal(mark, places=places),
                weighted=to_decimal(part, places=places),
                passed=component.pass_mark is None or mark >= component.pass_mark,
            )
        return results


def _places(step: RoundingStep | None) -> int:
    return DEFAULT_PLACES if step is None else step.places
