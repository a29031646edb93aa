"""What an outcome hinges on: two that would have to change places, a line that somebody would have to cross.

As long as nobody crosses any of these, the outcome stays. So the fewest marks that carry anybody across bound from
below what would change it, and the marks that do are worth a try.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from competitions.scoring.medals import medals_by_window
from competitions.scoring.results import EntryResult, RoundResult
from competitions.scoring.rounds import cut_places
from competitions.scoring.scheme import AwardRule, Round, TieKey

from .event_reach import EventReach
from .reach import Changes, Reach, fixed

PODIUM = 3


@dataclass(frozen=True, slots=True)
class Try:
    """So many marks, of at most two who are carried towards one another. sure: totals part them, no tie-break."""

    count: int
    sure: bool
    moves: tuple[tuple[Reach, int], ...]

    def changes(self) -> Changes:
        """Each mark once; where two want one mark otherwise, the last one has it."""
        found = {
            (change.entry, change.aspect, change.place): change
            for reach, count in self.moves
            for change in reach.changes(count)
        }
        return tuple(found.values())


@dataclass(slots=True)
class Tries:
    """What is worth trying for one outcome. limit: more marks are not looked at. spare: how many more than the fewest
    that surely carry somebody across are looked at still."""

    limit: int
    spare: int
    found: list[Try] = field(default_factory=list)

    @property
    def fewest(self) -> int | None:
        """No fewer marks change the outcome; None: no number of marks does."""
        return min((one.count for one in self.found), default=None)

    def add(self, count: int, *moves: tuple[Reach, int], sure: bool = False) -> None:
        if 0 < count <= self.limit:
            self.found.append(Try(count, sure, moves))
            if sure:
                self.limit = min(self.limit, count + self.spare)

    def meet(self, high: Reach, low: Reach, level: Callable[[int, int], bool], *, sure: bool = True) -> None:
        """Carry `high` down and `low` up until they pass one another.

        level: whether being level may do, given the changed marks of high and of low. sure: passing will do.
        """
        if high.at(self.limit) > low.at(self.limit):
            return
        for down in range(min(len(high.values), self.limit + 1)):
            mark = high.values[down]
            reached, above = bisect_left(low.values, mark), bisect_right(low.values, mark)
            is_last = above == len(low.values)  # then it stays level with any more marks
            for up in range(reached, 1 + self.limit - down if is_last and reached < above else above):
                if down + up and level(down, up):
                    self.add(down + up, (high, down), (low, up))
                    break
            if not is_last:
                self.add(down + above, (high, down), (low, above), sure=sure)


LEVEL_WILL_DO: Callable[[int, int], bool] = lambda _down, _up: True  # noqa: E731
LEVEL_IS_NOT_ENOUGH: Callable[[int, int], bool] = lambda _down, _up: False  # noqa: E731


class Hinges:
    """Of every outcome of an event."""

    def __init__(self, event: EventReach, decided: frozenset[str] = frozenset()) -> None:
        """decided: tiers for whose equals the chief judge has chosen."""
        self.event, self.decided = event, decided
        self.ranked = event.ranked

    def of(self, kind: str, *, spare: int) -> Tries:
        """kind: winner, podium, team_winner or tier:CODE, as `robustness.standing` names them."""
        tries = Tries(self.event.most_marks * 2, spare)
        last = {"winner": 1, "podium": PODIUM}.get(kind)
        if last is not None and len(self.ranked) <= last:
            return tries  # everybody has a place among the first, whatever the marks
        self._cuts(tries)
        if kind == "team_winner":
            self._teams(tries)
        elif last is not None:
            self._places(last, tries)
        elif (rule := self.event.scheme.composition.awards) is not None:
            self._tier(rule, kind.removeprefix("tier:"), tries)
        return tries

    def alone(self, most: int) -> Tries:
        """Everybody by themselves, carried up and down by so many marks: no bound, but worth a try."""
        tries = Tries(most, most)
        for entry in self.ranked:
            for upward in (True, False):
                reach = self.event.total(entry.entry, upward)
                for count in range(1, min(most + 1, len(reach.values))):
                    tries.add(count, (reach, count))
        return tries

    # --- ranks -------------------------------------------------------------------------------------------------------

    def _places(self, last: int, tries: Tries) -> None:
        inside = [entry for entry in self.ranked if (entry.rank or 0) <= last]
        outside = [entry for entry in self.ranked if (entry.rank or 0) > last]
        self._across(inside, outside, tries)
        if len(inside) > last or self.event.scheme.composition.rank_style != "standard":
            # More than there are places: parting equals, or making some, changes who is there.
            self._parted(inside, tries)
            for above, below in combinations(inside, 2):
                if above.rank != below.rank:
                    self._across([above], [below], tries, sure=False)

    def _across(
        self,
        inside: Sequence[EntryResult],
        outside: Sequence[EntryResult],
        tries: Tries,
        *,
        sure: bool = True,
        least: int = 0,
        further: Sequence[TieKey] = (),
    ) -> None:
        """Anybody outside comes level with anybody inside, or passes; with least 1, passes. Nearest first.

        further: tie-breaks beyond those of the ranks.
        """
        total, round_of = self.event.total, self.event.round_of
        low_first = sorted(inside, key=lambda entry: entry.total or 0)
        high_first = sorted(outside, key=lambda entry: -(entry.total or 0))
        for w in low_first:
            for x in high_first:
                if round_of[w.entry] == round_of[x.entry]:  # else a cut lies between them
                    level = self._level(x.entry, w.entry, least, further)
                    tries.meet(total(w.entry, False), total(x.entry, True), level, sure=sure)

    def _parted(self, equals: Sequence[EntryResult], tries: Tries, *, least: int = 1) -> None:
        """Any two with one rank get two; with least 0 any change of their marks may do."""
        total = self.event.total
        for a, b in combinations(equals, 2):
            if a.rank == b.rank:
                for first, second in ((a.entry, b.entry), (b.entry, a.entry)):
                    tries.meet(total(second, False), total(first, True), self._level(first, second, least))

    def _level(
        self, entry: str, other: str, least: int, further: Sequence[TieKey] = ()
    ) -> Callable[[int, int], bool]:
        """Whether `entry` can stand as `least` wants it (0: level will do) when the totals are level."""
        return lambda others, own: self.event.may_stand_before(entry, other, own, others, further) >= least

    def _teams(self, tries: Tries) -> None:
        teams = self.event.result.teams
        first = [team.team for team in teams if team.rank == 1]
        others = [team.team for team in teams if team.rank != 1]
        pairs = [(w, x) for w in first for x in others] + [(a, b) for a in first for b in first if a != b]
        for w, x in pairs:
            tries.meet(self.event.team(w, False), self.event.team(x, True), LEVEL_WILL_DO)

    def _cuts(self, tries: Tries) -> None:
        """Somebody falls behind a cut. Nobody comes before one: of what would have followed there are no marks."""
        for round_ in self.event.scheme.composition.rounds:
            standings = {
                entry.entry: standing
                for entry in self.ranked
                for standing in entry.rounds
                if standing.code == round_.code
            }
            through = [entry for entry, standing in standings.items() if standing.advanced]
            if round_.cut is not None and through:
                self._cut(round_, standings, through, tries)

    def _cut(
        self, round_: Round, standings: Mapping[str, RoundResult], through: Sequence[str], tries: Tries
    ) -> None:
        cut = round_.cut
        assert cut is not None
        falling = {entry: self.event.sheet(entry, False).total(round_.code) for entry in through}
        if cut.by == "score":
            for reach in falling.values():
                tries.meet(reach, fixed(Fraction(cut.value)), LEVEL_IS_NOT_ENOUGH, sure=False)
            return
        beside: list[str] = []
        if cut.ties == "exclude":  # who comes level holds the last ones back
            beside = [entry for entry in standings if entry not in falling]
        elif len(through) > cut_places(cut, len(standings)):  # equals went on together until they are parted
            last = max(standings[entry].rank or 0 for entry in through)
            beside = [entry for entry in through if standings[entry].rank == last]
        for entry, reach in falling.items():
            for other in beside:
                if other != entry:
                    rising = self.event.sheet(other, True).total(round_.code)
                    tries.meet(reach, rising, LEVEL_WILL_DO, sure=False)

    # --- awards ------------------------------------------------------------------------------------------------------

    def _tier(self, rule: AwardRule, code: str, tries: Tries) -> None:
        by_score = {tier.code for tier in rule.tiers if tier.by == "score"}
        order = [tier.code for tier in rule.tiers]
        placed = [tier for tier in order if tier not in by_score]
        # A score line is for those who have nothing by their place.
        upper = placed if code in by_score else placed[: placed.index(code) + 1]
        lines = [tier for tier in order[: order.index(code) + 1] if tier in by_score and code in by_score]
        if rule.needs_pass:
            self._passes(rule, code, [*upper, *lines], tries)
        if rule.method == "medals":
            self._medals(rule, tries)
        else:
            last = len(upper)
            for count in range(1, last + 1):
                matters = count == last or (count == last - 1 and code in placed)
                self._edge(rule, upper[:count], tries, matters=matters)
        values = [Fraction(tier.value or 0) for tier in rule.tiers if tier.code in lines]
        self._lines([entry for entry in self.ranked if entry.passed or not rule.needs_pass], values, tries)

    def _edge(self, rule: AwardRule, upper: Sequence[str], tries: Tries, *, matters: bool) -> None:
        """Between those with one of the upper tiers and the others.

        matters: who stands on which side does; otherwise only how many, which equals at the edge decide.
        """
        moves_places = rule.edge_tie == "widen" or not self.decided.isdisjoint(upper)
        further = rule.next_tie_break if rule.edge_tie == "next_tie_break" else ()
        for inside, outside in self._sides(rule, upper):
            if matters or moves_places:
                sure = matters and not (rule.needs_pass and rule.passed_over == "left_empty")
                # Equals that wait for a choice are no change; and where they do, no tier has more places or fewer.
                least = 0 if moves_places else 1
                self._across(inside, outside, tries, sure=sure, least=least, further=further)
            if moves_places:
                # What the chief judge has chosen may look at more than the ranks do.
                least = 1 if self.decided.isdisjoint(upper) else 0
                self._equals_at(inside, outside, tries, least=least)

    def _sides(
        self, rule: AwardRule, upper: Sequence[str]
    ) -> list[tuple[Sequence[EntryResult], Sequence[EntryResult]]]:
        """Who has one of the upper tiers, and who could; more than once where the edge may be at several places."""
        if not (rule.needs_pass and rule.passed_over == "left_empty"):
            may = [entry for entry in self.ranked if entry.passed or not rule.needs_pass]
            inside = [entry for entry in may if entry.award in upper]
            return [(inside, [entry for entry in may if entry.award not in upper])]
        # Who has not passed uses up a place without being seen there.
        first = max((n for n, entry in enumerate(self.ranked, start=1) if entry.award in upper), default=0)
        last = min(
            (n for n, entry in enumerate(self.ranked) if n >= first and entry.passed),
            default=len(self.ranked),
        )
        return [(self.ranked[:edge], self.ranked[edge:]) for edge in range(first, last + 1)]

    def _equals_at(
        self, inside: Sequence[EntryResult], outside: Sequence[EntryResult], tries: Tries, *, least: int
    ) -> None:
        """Equals at the edge of a tier stand or fall together until a mark parts them, or somebody comes before them
        or falls behind them. least: as of _parted."""
        for rank in {entry.rank for entry in (*inside[-1:], *outside[:1])}:
            equals = [entry for entry in self.ranked if entry.rank == rank]
            if len(equals) > 1:
                self._parted(equals, tries, least=least)
                before = [entry for entry in self.ranked if (entry.rank or 0) < (rank or 0)]
                behind = [entry for entry in self.ranked if (entry.rank or 0) > (rank or 0)]
                self._across(before, equals, tries, sure=False)
                self._across(equals, behind, tries, sure=False)

    def _passes(self, rule: AwardRule, code: str, upper: Sequence[str], tries: Tries) -> None:
        """Somebody who has an award loses the pass that it needs, or somebody who ranks high enough gains it."""
        inside = [entry for entry in self.ranked if entry.award in upper]
        for entry in inside:
            for count, reach in self.event.ways_to_fail(entry):
                tries.add(count, (reach, count), sure=entry.award == code)
        before = self._to_come_before(rule, upper, inside)
        for entry in self.ranked:
            way = None if entry.passed else self.event.way_to_pass(entry)
            if not way:
                continue
            gaining = sum(count for count, _reach in way)
            moves = [(reach, count) for count, reach in way]
            if not before or any((entry.total or 0) >= (other.total or 0) for other in before):
                tries.add(gaining, *moves)
                continue
            rising = Tries(tries.limit, tries.spare)
            self._across(before, [entry], rising)
            for one in rising.found:
                tries.add(max(gaining, one.count), *moves, *one.moves)

    def _to_come_before(
        self, rule: AwardRule, upper: Sequence[str], inside: Sequence[EntryResult]
    ) -> Sequence[EntryResult]:
        """One of these whoever gains a pass has to come level with for a tier; nobody where the pass alone may do."""
        by_place = {tier.code for tier in rule.tiers if tier.by in ("share", "count")}
        without = [entry for entry in self.ranked if entry.passed and entry.award not in upper]
        if not by_place.issuperset(upper) or not without:
            return []  # lines and windows ask for no place; and there may be places left
        return without[:1] if rule.passed_over == "left_empty" else inside

    def _medals(self, rule: AwardRule, tries: Tries) -> None:
        """Every comparison of the window rule is with somebody who has a medal."""
        total, window = self.event.total, Fraction(rule.window or 0)
        may = [entry.entry for entry in self.ranked if entry.passed or not rule.needs_pass]
        scores = [(entry, total(entry, True).values[0]) for entry in may]
        medals = medals_by_window(scores=scores, window=window, chained=rule.chained)

        def beyond(mark: Fraction) -> Fraction:
            return mark - window

        for n, above in enumerate(may):
            for below in may[n + 1 :] if above in medals else ():
                tries.meet(total(above, False), total(below, True), LEVEL_WILL_DO, sure=False)
                tries.meet(total(above, False).through(beyond), total(below, True), LEVEL_WILL_DO, sure=False)
                tries.meet(
                    total(below, False), total(above, True).through(beyond), LEVEL_IS_NOT_ENOUGH, sure=False
                )

    def _lines(self, entries: Sequence[EntryResult], lines: Sequence[Fraction], tries: Tries) -> None:
        """Anybody reaches a line of scores, or falls below it."""
        for entry in entries:
            for line in lines:
                total = self.event.total(entry.entry, True)
                if total.values[0] < line:
                    tries.meet(fixed(line), total, LEVEL_WILL_DO, sure=False)
                else:
                    tries.meet(
                        self.event.total(entry.entry, False), fixed(line), LEVEL_IS_NOT_ENOUGH, sure=False
                    )
