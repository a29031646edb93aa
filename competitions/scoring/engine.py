"""Scores a whole event: a scheme, the entries and the chief judge's decisions in, the result out.

Linear in the number of entries but for one sort. Nothing is read, written or remembered outside.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from .assembly import Assembly
from .awards import CHOICES, AwardDecision
from .composing import compose, missing_problems
from .marking import Sheet, SheetMarker
from .results import NOT_STARTED, RANKED, EntryInput, EventResult, Problem, ScoringErrors, problem
from .rounds import FinalOrder, play
from .scheme import Scheme, TieKey
from .scheme.tie_keys import TieKeyReader
from .teams import share_team_marks


def score_event(
    scheme: Scheme,
    entries: Sequence[EntryInput],
    *,
    decisions: Sequence[AwardDecision] = (),
    provisional: bool = False,
) -> EventResult:
    """Mark, total, rank and award all entries.

    decisions: the chief judge's choices for ties at the edge of an award tier, each with a reason.
    provisional: score what is there; what is missing counts nothing and is listed in `problems`.
    Raises ScoringErrors with every problem of every entry, unless provisional.
    """
    marker = SheetMarker(scheme)
    inputs, problems = share_team_marks(entries, scheme=scheme, component_of=marker.component_of)
    problems += _duplicates(inputs)
    sheets: list[Sheet] = []
    for given in inputs:
        sheet, faults = marker.sheet(given, not_started=NOT_STARTED, ranked=RANKED)
        sheets.append(sheet)
        problems += faults
    order = _order(sheets, scheme, marker, provisional)
    problems += missing_problems(sheets, known_aspects=marker.known_aspects)
    if not problems or provisional:
        # With marks missing, equal totals and the times they call for would be accidents.
        problems += _undecided_ties(order)
    keys_of, faults = _decision_keys(scheme, decisions)
    problems += faults
    if problems and not provisional:
        raise ScoringErrors(tuple(problems))
    assembly = Assembly(scheme, sheets, order, decisions, keys_of)
    return assembly.result(problems, provisional=provisional)


def _duplicates(inputs: Sequence[EntryInput]) -> list[Problem]:
    times = Counter(given.entry for given in inputs)
    return [problem("duplicate_entry", entry=entry) for entry, count in times.items() if count > 1]


def _order(sheets: Sequence[Sheet], scheme: Scheme, marker: SheetMarker, provisional: bool) -> FinalOrder:
    composition = scheme.composition

    def compose_round(sheet: Sheet, round_code: str | None, carried: Fraction) -> None:
        compose(
            sheet,
            composition=composition,
            penalties=scheme.penalties,
            round_code=round_code,
            component_of=marker.component_of,
            carried=carried,
        )

    def is_played(round_code: str, active: Sequence[Sheet]) -> bool:
        if not provisional:
            return True
        codes = {component.code for component in composition.components if component.round == round_code}
        return any(
            not codes.isdisjoint(sheet.entered)
            or any(marker.component_of.get(aspect) in codes for aspect in sheet.given.raw)
            for sheet in active
        )

    return play(sheets, composition=composition, compose=compose_round, is_played=is_played)


def _undecided_ties(order: FinalOrder) -> list[Problem]:
    return [
        problem("tie_value_missing", entry=missing.entry, key=missing.key.text) for missing in order.missing
    ]


def _decision_keys(
    scheme: Scheme, decisions: Sequence[AwardDecision]
) -> tuple[dict[str, TieKey], list[Problem]]:
    """The tie-break keys that decisions name, and the decisions that cannot be used."""
    reader = TieKeyReader(scheme.composition.components, scheme.criteria)
    teams = scheme.composition.teams
    rules = {"individual": scheme.composition.awards, "team": teams.awards if teams else None}
    keys: dict[str, TieKey] = {}
    problems: list[Problem] = []
    for decision in decisions:
        rule = rules.get(decision.scope)
        tiers = {tier.code for tier in rule.tiers} if rule is not None else set()
        if decision.tier not in tiers or decision.choice not in CHOICES:
            problems.append(problem("decision_unknown", tier=decision.tier))
        if not decision.reason.strip():
            problems.append(problem("decision_without_reason", tier=decision.tier))
        for text in decision.keys:
            key = reader.parse(text)
            if isinstance(key, str):
                problems.append(problem("decision_key_unknown", tier=decision.tier, key=text))
            else:
                keys[text] = key
    return keys, problems
