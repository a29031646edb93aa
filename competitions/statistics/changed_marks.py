"""The fewest judged marks that would have to be different to change an outcome, with a set of marks that does.

The set is a certificate: the whole event was scored again with it, and the outcome was another. So it bounds the number
from above, and what the outcome hinges on (`hinges`) from below; where both meet the number is exact.

What counts as a change: `panel_reach` says it of one panel. And the event must be scored with it: where marks would
then be missing (behind a gate or cut that somebody now passes) or a tie stay undecided, a change tells nothing.
An award that would wait for the chief judge's choice is not another award yet.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from competitions.scoring.awards import AwardDecision
from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput, EventResult, ScoringErrors
from competitions.scoring.scheme import Scheme

from .event_reach import EventReach
from .hinges import PODIUM, Hinges, Tries
from .reach import Change, Changes

Standing = Mapping[str, frozenset[str]]
MOST_TRIES = 24  # of one number of changed marks
SPARE, WIDER = 1, 6  # how far beyond the surely fewest marks to look, and if nothing came of that


@dataclass(frozen=True, slots=True)
class Fewest:
    """at_least: fewer marks certainly do not; at_most: so many do, and `changes` are these. Equal: exact.

    Both None with unknown "": no change of judged marks alone does. at_most None: no set was found.
    unknown: why at_least is no more than the obvious 1, or why nothing is said (rounds, gates, standard, choice).
    """

    at_least: int | None
    at_most: int | None
    changes: Changes = ()
    unknown: str = ""


def standing(result: EventResult) -> Standing:
    """Who wins, who stands on the podium, who has which award."""
    found: dict[str, set[str]] = {"winner": set(), "podium": set()}
    for entry in result.entries:
        if entry.rank is not None and entry.rank <= PODIUM:
            found["podium"].add(entry.entry)
            if entry.rank == 1:
                found["winner"].add(entry.entry)
        if entry.award is not None:
            found.setdefault(f"tier:{entry.award}", set()).add(entry.entry)
    if result.teams:
        found["team_winner"] = {team.team for team in result.teams if team.rank == 1}
    return {kind: frozenset(entries) for kind, entries in found.items()}


class ChangedMarks:
    """Asked for one outcome after the other of an event that can be scored."""

    def __init__(
        self,
        scheme: Scheme,
        inputs: Sequence[EntryInput],
        result: EventResult,
        decisions: Sequence[AwardDecision] = (),
    ) -> None:
        self.scheme, self.inputs, self.result, self.decisions = scheme, inputs, result, decisions
        self._event = EventReach(scheme, inputs, result)
        decided = frozenset(decision.tier for decision in decisions if decision.scope == "individual")
        self._hinges = Hinges(self._event, decided)
        self._as_it_is = standing(result)
        self._after: dict[frozenset[Change], Standing | None] = {}

    @property
    def closed_out(self) -> bool:
        """Whether a gate or a cut has kept somebody from marks. What those could have won is in no number."""
        return any(self._event.sheet(entry.entry, True).lacking for entry in self._event.ranked)

    def of(self, kind: str) -> Fewest:
        """kind: winner, podium, team_winner or tier:CODE, as `standing` names them."""
        unknown = self._unknown(kind)
        if unknown == "choice":
            return Fewest(None, None, unknown=unknown)
        nearest = self._hinges.of(kind, spare=SPARE)
        if nearest.fewest is None and not unknown:
            return Fewest(None, None)
        for tries in self._worth_trying(kind, nearest):
            tried: Counter[int] = Counter()
            for one in sorted(tries.found, key=lambda one: (one.count, not one.sure)):
                tried[one.count] += 1
                changes = one.changes()
                if tried[one.count] <= MOST_TRIES and self._changes(kind, changes):
                    return Fewest(1 if unknown else nearest.fewest, len(changes), changes, unknown)
        return Fewest(None if unknown else nearest.fewest, None, unknown=unknown)

    def _worth_trying(self, kind: str, nearest: Tries) -> Iterator[Tries]:
        """Where the nearest come to nothing, those a little farther, and at last everybody moved alone."""
        yield nearest
        yield self._hinges.of(kind, spare=WIDER)
        yield self._hinges.alone(WIDER)

    def _unknown(self, kind: str) -> str:
        """Why hinges bound nothing from below."""
        composition = self.scheme.composition
        gated = any(component.gate is not None for component in composition.components)
        if kind.startswith("tier:"):
            if _choice_waits(self.result):
                return "choice"
            if composition.awards is not None and composition.awards.on == "standard":
                return "standard"
        if composition.rounds:
            last = composition.rounds[-1].code
            marked = any(  # in rounds that they were not in
                self._event.round_of[entry.entry] != last and not self._event.sheet(entry.entry, True).lacking
                for entry in self._event.ranked
            )
            return "rounds" if gated or kind == "team_winner" or marked else ""
        below_zero = not self.scheme.penalties.never_negative and any(
            component.deducted for entry in self.result.entries for component in entry.components.values()
        )
        return "gates" if gated and (below_zero or kind == "team_winner") else ""

    def _changes(self, kind: str, changes: Changes) -> bool:
        key = frozenset(changes)
        if key not in self._after:
            self._after[key] = self._standing_with(changes)
        after = self._after[key]
        return after is not None and after.get(kind, frozenset()) != self._as_it_is.get(kind, frozenset())

    def _standing_with(self, changes: Changes) -> Standing | None:
        """The event scored again; None where it cannot be. Awards are those of now where a choice would wait."""
        marks: dict[tuple[str, str], dict[int, Decimal]] = {}
        for change in changes:
            marks.setdefault((change.entry, change.aspect), {})[change.place] = change.after
        changed = []
        for given in self.inputs:
            raw = dict(given.raw)
            for aspect, readings in given.raw.items():
                moved = marks.get((self._event.carrier(given.entry, aspect), aspect))
                if moved and readings is not None:
                    raw[aspect] = _with_moved(readings, moved)
            changed.append(replace(given, raw=raw))
        try:
            result = score_event(self.scheme, changed, decisions=self.decisions)
        except ScoringErrors:
            return None
        after = standing(result)
        if not _choice_waits(result):
            return after
        awards = {kind: held for kind, held in self._as_it_is.items() if kind.startswith("tier:")}
        return {kind: held for kind, held in after.items() if not kind.startswith("tier:")} | awards


def _choice_waits(result: EventResult) -> bool:
    return any(choice.scope == "individual" for choice in result.open_choices)


def _with_moved(readings: Any, moved: Mapping[int, Decimal]) -> Any:
    if isinstance(readings, Mapping):
        return {**readings, "marks": _with_moved(readings["marks"], moved)}
    return [moved.get(place, value) for place, value in enumerate(readings)]
