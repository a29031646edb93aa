"""Who fits a firm's request, and why: points in the open, so that people can see what they decide about.

Every reason has its points and its most; the score is their sum, of 100. A craftsman of the firm itself is barred: a
firm does not need the federation to send it its own people. Nothing here sends anybody: an organiser chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

Spot = tuple[Decimal, Decimal]  # latitude, longitude in degrees
# The most that each reason can give, in the order in which they are told.
WEIGHTS: Mapping[str, int] = {"trade": 40, "grade": 15, "honour": 10, "kind": 15, "near": 10, "load": 10}
BEST_GRADE = 8  # of the eight levels
BEST_HONOUR = 4  # national
EACH_SOLVED = 5  # for a problem of this kind solved before
NEAR_KM = 3  # each so many kilometres cost a point
EACH_VISIT = 3  # what a visit this year costs
UNKNOWN_NEAR = 5
EARTH = 6371.0  # mean radius in km
OWN_FIRM = "own_firm"


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked. trade, town, employer: keys; None where not known."""

    employer: int
    kind: str
    trade: int | None = None
    town: int | None = None
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Craftsman:
    """Who could go. grades: of the eight levels, by key of the trade; honour: the highest level held, 0 for none;
    solved: problems by kind; visits: this year, promised ones too; former: employers of before."""

    key: int
    grades: Mapping[int, int] = field(default_factory=dict)
    honour: int = 0
    solved: Mapping[str, int] = field(default_factory=dict)
    town: int | None = None
    spot: Spot | None = None
    visits: int = 0
    employer: int | None = None
    former: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """key: of WEIGHTS; points of most; value: what they follow from (a level, a count, kilometres; None: not known)."""

    key: str
    points: int
    most: int
    value: int | None

    def as_data(self) -> dict[str, Any]:
        return {"key": self.key, "points": self.points, "most": self.most, "value": self.value}


@dataclass(frozen=True, slots=True)
class Fit:
    """How somebody fits. barred: OWN_FIRM or empty; former: worked for this firm before, told and not weighed."""

    key: int
    reasons: tuple[Reason, ...]
    barred: str = ""
    former: bool = False

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)


def fit(need: Need, one: Craftsman) -> Fit:
    """Weighs one craftsman against a request."""
    if need.trade is None:
        grade = max(one.grades.values(), default=0)
        trade = WEIGHTS["trade"] // 2  # the firm named none: nobody gains by it
    else:
        grade = one.grades.get(need.trade, 0)
        trade = WEIGHTS["trade"] if grade else 0
    solved = one.solved.get(need.kind, 0)
    km = distance(need, one)
    near = UNKNOWN_NEAR if km is None else max(0, WEIGHTS["near"] - km // NEAR_KM)
    reasons = (
        _reason("trade", trade, None if need.trade is None else int(bool(grade))),
        _reason("grade", WEIGHTS["grade"] * min(grade, BEST_GRADE) // BEST_GRADE, grade),
        _reason("honour", WEIGHTS["honour"] * min(one.honour, BEST_HONOUR) // BEST_HONOUR, one.honour),
        _reason("kind", EACH_SOLVED * solved, solved),
        _reason("near", near, km),
        _reason("load", WEIGHTS["load"] - EACH_VISIT * one.visits, one.visits),
    )
    barred = OWN_FIRM if one.employer == need.employer else ""
    return Fit(one.key, reasons, barred, need.employer in one.former)


def _reason(key: str, points: int, value: int | None) -> Reason:
    return Reason(key, min(max(points, 0), WEIGHTS[key]), WEIGHTS[key], value)


def ranked(need: Need, craftsmen: Iterable[Craftsman]) -> list[Fit]:
    """Everybody, the fittest first, the barred last; of equals the one with the smaller key."""
    found = [fit(need, one) for one in craftsmen]
    return sorted(found, key=lambda one: (bool(one.barred), -one.score, one.key))


def distance(need: Need, one: Craftsman) -> int | None:
    """Whole kilometres between the two towns: 0 within one, None where a place is not known."""
    if need.town is not None and need.town == one.town:
        return 0
    if need.spot is None or one.spot is None:
        return None
    (lat, lon), (lat2, lon2) = (
        [radians(float(degrees)) for degrees in spot] for spot in (need.spot, one.spot)
    )
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return max(1, round(2 * EARTH * asin(sqrt(min(1.0, half)))))
