"""Who takes part in a round of matching, and what a round values: plain values, known by keys and never by names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from academy.matching.places import Apart, between


@dataclass(frozen=True, slots=True)
class Apprentice:
    """Somebody who looks for a mentor. grade: the level held in the trade, 0 for none; wishes: keys of mentors, the
    dearest first; only_wishes: nobody but these, rather none at all."""

    key: str
    trade: str
    grade: int = 0
    employer: str = ""
    town: str = ""
    wishes: tuple[str, ...] = ()
    only_wishes: bool = False


@dataclass(frozen=True, slots=True)
class Mentor:
    """Somebody with free places. places: how many apprentices at most in this round; the rest as with apprentices."""

    key: str
    trade: str
    grade: int
    places: int
    employer: str = ""
    town: str = ""
    wishes: tuple[str, ...] = ()
    only_wishes: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes two people fit, in whole points. town: within one town; bands: by kilometres between two towns, each
    up to so many, nothing beyond the last. gaps: points by how many levels the mentor stands above the apprentice,
    `far` for more than any of them; a mentor who stands no level above is never proposed."""

    trade: int = 40
    employer: int = 25
    town: int = 15
    bands: Mapping[int, int] = field(default_factory=lambda: {5: 12, 10: 8, 20: 4})
    gaps: Mapping[int, int] = field(default_factory=lambda: {1: 8, 2: 20, 3: 16})
    far: int = 10
    same_trade_only: bool = True

    def of_distance(self, km: int | None) -> int:
        """Points of so many kilometres between two towns, 0 for one town; none where they are not known."""
        if km is None:
            return 0
        return self.town if km == 0 else next((self.bands[to] for to in sorted(self.bands) if km <= to), 0)


@dataclass(frozen=True, slots=True)
class Score:
    """How well two people fit by facts alone, and what it is made of. gap: levels between them; km: between their
    towns, 0 for one town, None where that is not known."""

    trade: int
    level: int
    employer: int
    town: int
    gap: int
    km: int | None

    @property
    def total(self) -> int:
        return self.trade + self.level + self.employer + self.town


def score(
    apprentice: Apprentice, mentor: Mentor, weights: Weights, known: Apart | None = None
) -> Score | None:
    """The points of two people, None when the facts forbid the pair: another trade, or no level between them.

    known: kilometres between towns. Without them there are three steps: one employer, one town, elsewhere.
    """
    gap = mentor.grade - apprentice.grade
    same_trade = apprentice.trade == mentor.trade
    if gap < 1 or (weights.same_trade_only and not same_trade):
        return None
    km = between(apprentice.town, mentor.town, known or {})
    return Score(
        trade=weights.trade if same_trade else 0,
        level=weights.gaps.get(gap, weights.far),
        employer=weights.employer if apprentice.employer and apprentice.employer == mentor.employer else 0,
        town=weights.of_distance(km),
        gap=gap,
        km=km,
    )


def lot(round_code: str, key: str) -> str:
    """What decides between equal points: SHA-256 of the round and of who is ranked, the smaller first.

    It hangs on nothing that anybody reports, neither on the order of the input nor on when somebody applied, and it
    is the same lot in everybody's list.
    """
    return sha256(f"{round_code}/{key}".encode()).hexdigest()
