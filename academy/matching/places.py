"""How far it is between towns: whole kilometres as the crow flies. The town is the finest place that is kept of
anybody, so nothing here is the way to somebody's home."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

# Latitude and longitude of a town in degrees; which datum does not matter as long as it is one for all.
Spot = tuple[Decimal, Decimal]
# Kilometres by two keys of towns, the smaller key first; a town whose place is not known is in none.
Apart = Mapping[tuple[str, str], int]
EARTH = 6371.0  # mean radius in km


def kilometres(one: Spot, other: Spot) -> int:
    """The great circle between two spots by the haversine formula, to the whole kilometre, at least 1."""
    (lat, lon), (lat2, lon2) = ([radians(float(degrees)) for degrees in spot] for spot in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return max(1, round(2 * EARTH * asin(sqrt(min(1.0, half)))))


def apart(towns: Mapping[str, Spot]) -> dict[tuple[str, str], int]:
    """The kilometres between any two towns. They are worked out once and kept with a round as whole numbers, so
    that whoever computes it again needs no trigonometry."""
    return {
        (one, other): kilometres(towns[one], towns[other]) for one, other in combinations(sorted(towns), 2)
    }


def between(one: str, other: str, known: Apart) -> int | None:
    """Kilometres between two towns: 0 within one town, None where a town or its place is not known."""
    if not one or not other:
        return None
    return 0 if one == other else known.get((min(one, other), max(one, other)))
