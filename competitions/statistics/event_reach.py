"""How far a few changed marks carry each contestant and team of an event, computed when it is asked for."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from competitions.scoring.marking import SheetMarker
from competitions.scoring.results import NOT_STARTED, RANKED, EntryInput, EntryResult, EventResult
from competitions.scoring.scheme import Scheme, TieKey
from competitions.scoring.teams import share_team_marks

from .panel_reach import PanelReach
from .reach import Reach
from .total_reach import SheetReach, fewest, team_total


class EventReach:
    """scheme, result: the event as it is. round_of: the last round that an entry was in.

    most_marks: no contestant or team has more judged marks.
    """

    def __init__(self, scheme: Scheme, inputs: Sequence[EntryInput], result: EventResult) -> None:
        self.scheme, self.result = scheme, result
        marker = SheetMarker(scheme)
        shared, _problems = share_team_marks(inputs, scheme=scheme, component_of=marker.component_of)
        self._sheets = {
            given.entry: marker.sheet(given, not_started=NOT_STARTED, ranked=RANKED)[0] for given in shared
        }
        step = scheme.composition.rounding.aspect
        self._panels = {
            aspect.code: PanelReach(aspect, step) for aspect in scheme.aspects() if aspect.panel is not None
        }
        self._carriers = _carriers(inputs, scheme, marker.component_of)
        members = Counter(given.team for given in inputs if given.team is not None)
        judges = sum(panel.panel.judges for panel in self._panels.values())
        self.most_marks = judges * max(members.values(), default=1)
        self.ranked = [entry for entry in result.entries if entry.rank is not None]
        self.round_of = {
            entry.entry: entry.rounds[-1].code if entry.rounds else None for entry in self.ranked
        }
        self.sheet = cache(self._sheet)
        self.total = cache(self._total)
        self.team = cache(self._team)

    def carrier(self, entry: str, aspect: str) -> str:
        """On whose sheets a mark of this entry stands: a team's task is marked once for all its members."""
        return self._carriers.get((entry, aspect), entry)

    def _sheet(self, entry: str, upward: bool) -> SheetReach:
        return SheetReach(self.scheme, self._sheets[entry], self._panels, self._carriers, upward=upward)

    def _total(self, entry: str, upward: bool) -> Reach:
        """In a contest with rounds, the total of the last one that the entry was in."""
        return self.sheet(entry, upward).total(self.round_of[entry])

    def _team(self, team: str, upward: bool) -> Reach:
        members = [entry.entry for entry in self.ranked if entry.team == team]
        return team_total(self.scheme, [self.sheet(entry, upward) for entry in members], upward=upward)

    def may_stand_before(
        self, entry: str, other: str, own: int, others: int, further: Sequence[TieKey] = ()
    ) -> int:
        """What tie-breaks can say of two with equal totals, after so many changed marks of each.

        further: asked after those of the ranks. 1: perhaps `entry` first; 0: equal at best; -1: `other` first in any
        case.
        """
        composition = self.scheme.composition
        if composition.rounds or any(component.gate is not None for component in composition.components):
            return 1  # what is compared depends on how far they get
        for key in (*composition.tie_break, *further):
            if key.kind == "shared_rank":
                continue  # the last of its list
            first, second = self._compared(entry, other, key)
            if first is None or second is None:
                return 1
            difference = (first.at(own) - second.at(others)) * (1 if key.descending else -1)
            if difference:
                return 1 if difference > 0 else -1
        return 0

    def _compared(self, entry: str, other: str, key: TieKey) -> tuple[Reach | None, Reach | None]:
        upward = key.descending
        return self.sheet(entry, upward).compared(key), self.sheet(other, not upward).compared(key)

    # --- a pass ------------------------------------------------------------------------------------------------------

    def ways_to_fail(self, entry: EntryResult) -> list[tuple[int, Reach]]:
        """For one who has passed: each component that could be lost, with the fewest marks that it takes."""
        sheet = self.sheet(entry.entry, False)
        lines = [
            (component.code, line)
            for component in self.scheme.composition.components
            for line in (component.pass_mark, component.gate)
            if line is not None and component.code in entry.components
        ]
        found = []
        for code, line in lines:
            reach = sheet.components[code]
            count = fewest(reach, lambda mark, line=line: mark < line)  # type: ignore[misc]
            if count is not None:
                found.append((count, reach))
        return found

    def way_to_pass(self, entry: EntryResult) -> list[tuple[int, Reach]] | None:
        """For one who has not passed: the fewest marks for each component that is short; None if it cannot be."""
        sheet = self.sheet(entry.entry, True)
        found = []
        for component in self.scheme.composition.components:
            line = component.pass_mark
            if line is None:
                continue
            reach = sheet.components[component.code]
            count = fewest(reach, lambda mark, line=line: mark >= line)  # type: ignore[misc]
            if count is None or (component.code in entry.barred and sheet.lacking):
                return None
            if count:
                found.append((count, reach))
        return found


def _carriers(
    inputs: Sequence[EntryInput], scheme: Scheme, component_of: dict[str, str]
) -> dict[tuple[str, str], str]:
    """Whose sheets the marks of a team's task stand on, for each member."""
    shared = {component.code for component in scheme.composition.components if component.scope == "team"}
    first: dict[tuple[str | None, str], str] = {}
    for given in inputs:
        for aspect in given.raw:
            if component_of.get(aspect) in shared and given.raw[aspect] is not None:
                first.setdefault((given.team, aspect), given.entry)
    return {
        (given.entry, aspect): entry
        for given in inputs
        for (team, aspect), entry in first.items()
        if team == given.team
    }
