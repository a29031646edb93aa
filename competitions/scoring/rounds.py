"""Rounds with a cut between them: who goes on, and the final order over all rounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from .marking import Sheet
from .ranking import MissingKey, Ranking, TieTrace, rank
from .results import RANKED
from .scheme import Composition, Cut, Round


@dataclass(slots=True)
class Standing:
    """One entry's place in one round; advanced is None in the last round."""

    code: str
    total: Fraction
    rank: int | None
    advanced: bool | None


@dataclass(slots=True)
class FinalOrder:
    """groups: best first over the whole contest, entries of one group share their rank."""

    groups: list[tuple[str, ...]] = field(default_factory=list)
    ties: list[TieTrace] = field(default_factory=list)
    missing: list[MissingKey] = field(default_factory=list)
    standings: dict[str, list[Standing]] = field(default_factory=dict)

    def ranks(self, *, style: str) -> dict[str, int]:
        """Entry to rank, standard (1-2-2-4) or dense (1-2-2-3)."""
        ranks: dict[str, int] = {}
        for position, group in enumerate(self.groups, start=1):
            place = position if style == "dense" else len(ranks) + 1
            ranks.update(dict.fromkeys(group, place))
        return ranks


Compose = Callable[[Sheet, str | None, Fraction], None]


def play(
    sheets: Sequence[Sheet],
    *,
    composition: Composition,
    compose: Compose,
    is_played: Callable[[str, Sequence[Sheet]], bool],
) -> FinalOrder:
    """Compose and rank round after round.

    compose: fills in a sheet for one round, given the total it carries over. is_played: whether a
    round has any mark yet; the order of the round before stands until it has.
    """
    order = FinalOrder()
    if not composition.rounds:
        for sheet in sheets:
            compose(sheet, None, Fraction(0))
        ranking = _rank(sheets, composition)
        order.groups, order.ties = list(ranking.groups), list(ranking.ties)
        order.missing = list(ranking.missing)
        return order
    active = list(sheets)
    behind: list[tuple[str, ...]] = []
    for round_ in composition.rounds:
        if round_ is not composition.rounds[0] and not is_played(round_.code, active):
            break
        for sheet in active:
            compose(sheet, round_.code, sheet.exact_total if round_.carry else Fraction(0))
        ranking = _rank(active, composition)
        going_on = _advancing(round_, ranking, active)
        _note_standings(order, round_, ranking, active, going_on)
        staying = [kept for group in ranking.groups if (kept := tuple(e for e in group if e not in going_on))]
        behind = staying + behind
        order.ties += [tie for tie in ranking.ties if not (tie.a in going_on and tie.b in going_on)]
        order.missing += ranking.missing
        active = [sheet for sheet in active if sheet.entry in going_on]
        last_ranking = ranking
    # Entries that go on to a round not played yet keep the order of the last one.
    ahead = [kept for group in last_ranking.groups if (kept := tuple(e for e in group if e in going_on))]
    order.groups = ahead + behind
    return order


def _rank(sheets: Sequence[Sheet], composition: Composition) -> Ranking:
    contenders = [sheet for sheet in sheets if sheet.status == RANKED]
    # A component of a later round cannot part anybody yet.
    reached = {code for sheet in contenders for code in sheet.component_marks}
    keys = [key for key in composition.tie_break if key.kind != "component" or key.code in reached]
    return rank(contenders, keys=keys, style=composition.rank_style)


def _advancing(round_: Round, ranking: Ranking, active: Sequence[Sheet]) -> frozenset[str]:
    if round_.cut is None:
        return frozenset()
    barred = {sheet.entry for sheet in active if sheet.barred}
    totals = {sheet.entry: sheet.exact_total for sheet in active}
    groups = [kept for group in ranking.groups if (kept := [e for e in group if e not in barred])]
    return frozenset(advancing(cut=round_.cut, groups=groups, totals=totals, started=len(ranking.ranks)))


def advancing(
    *, cut: Cut, groups: Sequence[Sequence[str]], totals: dict[str, Fraction], started: int
) -> list[str]:
    """Who passes a cut. groups: best first. started: the number that a share is taken of, rounded down."""
    if cut.by == "score":
        return [entry for group in groups for entry in group if totals[entry] >= Fraction(cut.value)]
    places = cut_places(cut, started)
    passed: list[str] = []
    for group in groups:
        if len(passed) >= places or (cut.ties == "exclude" and len(passed) + len(group) > places):
            break
        passed.extend(group)
    return passed


def cut_places(cut: Cut, started: int) -> int:
    """How many places a cut by count or share has, of so many who started."""
    return int(cut.value) if cut.by == "count" else max(1, floor(Fraction(cut.value) * started))


def _note_standings(
    order: FinalOrder, round_: Round, ranking: Ranking, active: Sequence[Sheet], going_on: frozenset[str]
) -> None:
    for sheet in active:
        advanced = None if round_.cut is None else sheet.entry in going_on
        place = ranking.ranks.get(sheet.entry)
        standing = Standing(round_.code, sheet.exact_total, place, advanced)
        order.standings.setdefault(sheet.entry, []).append(standing)
