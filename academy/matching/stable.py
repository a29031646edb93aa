"""Apprentices and mentors, matched so that no two people would both rather have one another than what they got.

Deferred acceptance by Gale and Shapley (1962) with places: apprentices ask, the dearest mentor first; a mentor keeps
the best who have asked as long as there is a place and lets the others go on asking. What comes out
- is stable: no apprentice and mentor both prefer one another to what they have;
- is the best stable outcome for every apprentice at once, and does not depend on who asks first;
- cannot be bettered by an apprentice who reports other wishes than the true ones (Dubins and Freedman 1981, Roth 1982).

A list of preferences is: the own wishes in their order, then everybody else whom the facts allow, by points, equal
points by lot (`people.lot`). What others wish moves nobody in it, and that is what the third property rests on.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from academy.matching.people import Apprentice, Mentor, Score, Weights, lot, score
from academy.matching.places import Apart

Pair = tuple[str, str]
# A place in somebody's list, comparable: wishes (0, which) stand before points (1, -points, lot).
Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Market:
    """Everybody of a round. barred: (apprentice, mentor) pairs that may not be, e.g. who have been a pair before;
    apart: kilometres between towns. The dictionaries below `apart` remember what was worked out once."""

    code: str
    apprentices: Mapping[str, Apprentice]
    mentors: Mapping[str, Mentor]
    weights: Weights
    barred: frozenset[Pair]
    apart: Apart = field(default_factory=dict)
    scores: dict[Pair, Score | None] = field(default_factory=dict)
    lots: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    trades: dict[str, set[str]] = field(default_factory=dict)

    def score(self, apprentice: str, mentor: str) -> Score | None:
        pair = (apprentice, mentor)
        if pair not in self.scores:
            taker, giver = self.apprentices[apprentice], self.mentors[mentor]
            self.scores[pair] = score(taker, giver, self.weights, self.apart)
        return self.scores[pair]

    def lot(self, key: str) -> str:
        if key not in self.lots:
            self.lots[key] = lot(self.code, key)
        return self.lots[key]

    def apprentices_place(self, apprentice: str, mentor: str) -> Place | None:
        """Where a mentor stands in an apprentice's list; None when not at all."""
        one = self.apprentices[apprentice]
        if (apprentice, mentor) in self.barred:
            return None
        if mentor in one.wishes:
            return (0, one.wishes.index(mentor), "")
        points = None if one.only_wishes else self.score(apprentice, mentor)
        return None if points is None else (1, -points.total, self.lot(mentor))

    def mentors_place(self, apprentice: str, mentor: str) -> Place | None:
        """Where an apprentice stands in a mentor's list; None when not at all."""
        one = self.mentors[mentor]
        if (apprentice, mentor) in self.barred:
            return None
        if apprentice in one.wishes:
            return (0, one.wishes.index(apprentice), "")
        points = None if one.only_wishes else self.score(apprentice, mentor)
        return None if points is None else (1, -points.total, self.lot(apprentice))

    def list_of(self, apprentice: str) -> list[str]:
        """The mentors whom an apprentice would have, the dearest first."""
        if apprentice not in self.lists:
            one = self.apprentices[apprentice]
            known = set(one.wishes) & self.mentors.keys()
            looked_at = known if one.only_wishes else known | self._of_trade(one.trade)
            places = ((self.apprentices_place(apprentice, mentor), mentor) for mentor in looked_at)
            self.lists[apprentice] = [m for _place, m in sorted((p, m) for p, m in places if p is not None)]
        return self.lists[apprentice]

    def _of_trade(self, trade: str) -> set[str]:
        """Mentors whom the trade does not rule out."""
        if not self.weights.same_trade_only:
            return set(self.mentors)
        if not self.trades:
            for mentor in self.mentors.values():
                self.trades.setdefault(mentor.trade, set()).add(mentor.key)
        return self.trades.get(trade, set())


def market(
    *,
    code: str,
    apprentices: Iterable[Apprentice],
    mentors: Iterable[Mentor],
    weights: Weights | None = None,
    barred: Collection[Pair] = frozenset(),
    apart: Apart | None = None,
) -> Market:
    """Everybody of a round, by key. code: names the round in the lots; apart: see academy.matching.places.

    A key stands for one person: whoever is on both sides is never matched with themselves. Raises ValueError for a
    key that comes twice on one side.
    """
    takers, givers = list(apprentices), list(mentors)
    taking, giving = {one.key: one for one in takers}, {one.key: one for one in givers}
    if len(taking) != len(takers) or len(giving) != len(givers):
        raise ValueError("a key stands twice on one side of a round")
    selves = {(key, key) for key in taking.keys() & giving.keys()}
    return Market(code, taking, giving, weights or Weights(), frozenset(barred) | selves, apart or {})


def match(round_: Market) -> dict[str, str]:
    """Mentor by apprentice; who stays without is not in it. About one look at each possible pair."""
    asked: dict[str, int] = defaultdict(int)
    # For each mentor a heap with the least wanted on top: places are negated, letter by letter for the lot.
    kept: dict[str, list[tuple[_Worse, str]]] = {mentor: [] for mentor in round_.mentors}
    asking = sorted(round_.apprentices, reverse=True)
    while asking:
        apprentice = asking.pop()
        wanted = round_.list_of(apprentice)
        while asked[apprentice] < len(wanted):
            mentor = wanted[asked[apprentice]]
            asked[apprentice] += 1
            place = round_.mentors_place(apprentice, mentor)
            places = round_.mentors[mentor].places
            if place is None or places < 1:
                continue
            heap = kept[mentor]
            if len(heap) < places:
                heapq.heappush(heap, (_Worse(place), apprentice))
                break
            if place < heap[0][0].place:
                _worse, sent_away = heapq.heapreplace(heap, (_Worse(place), apprentice))
                asking.append(sent_away)
                break
    return {apprentice: mentor for mentor, heap in kept.items() for _place, apprentice in heap}


@dataclass(frozen=True, slots=True)
class _Worse:
    """A place that sorts the other way round: the heap's top is who would be let go first."""

    place: Place

    def __lt__(self, other: "_Worse") -> bool:
        return other.place < self.place


def blocking(round_: Market, matched: Mapping[str, str]) -> list[Pair]:
    """Pairs that would both rather have one another: none in a stable outcome. For checks, so it looks at all."""
    kept: dict[str, list[str]] = defaultdict(list)
    for apprentice, mentor in matched.items():
        kept[mentor].append(apprentice)
    found = []
    for apprentice in round_.apprentices:
        has = matched.get(apprentice)
        held = None if has is None else round_.apprentices_place(apprentice, has)
        for mentor in round_.mentors:
            wanted, seen = (
                round_.apprentices_place(apprentice, mentor),
                round_.mentors_place(apprentice, mentor),
            )
            if wanted is None or seen is None or (held is not None and held <= wanted):
                continue
            others = [round_.mentors_place(other, mentor) for other in kept[mentor]]
            free = len(others) < round_.mentors[mentor].places
            if free or any(place is None or seen < place for place in others):
                found.append((apprentice, mentor))
    return found
