"""Severities of a large panel: 400 entries x 20 judges x 4 items, marks 0 to 3 and 0 to 9, drawn from the model."""

import random
import time
from decimal import Decimal
from math import exp

from competitions.statistics.ratings import Rating, Ratings
from competitions.statistics.severity import measure
from tests.bench.measure import Row

ENTRIES, JUDGES, ITEMS = 400, 20, 4


def marks(top: int) -> Ratings:
    """Deterministic; every mark is there."""
    chance = random.Random(400)
    abilities = [chance.gauss(0, 1) for _ in range(ENTRIES)]
    severities = [chance.gauss(0, 0.4) for _ in range(JUDGES)]
    difficulties = [chance.gauss(0, 0.5) for _ in range(ITEMS)]
    steps = [(k - (top - 1) / 2) * 0.7 for k in range(top)]
    rows = []
    for entry, ability in enumerate(abilities):
        for judge, severity in enumerate(severities):
            for item, difficulty in enumerate(difficulties):
                weights = [1.0]
                for step in steps:
                    weights.append(weights[-1] * exp(ability - severity - difficulty - step))
                (mark,) = chance.choices(range(top + 1), weights)
                rows.append(Rating(str(judge), str(entry), str(item), Decimal(mark)))
    return Ratings(rows)


def rows() -> list[Row]:
    found = []
    for top in (3, 9):
        ratings = marks(top)
        start = time.process_time()
        measured = measure(ratings)
        spent = (time.process_time() - start) * 1000
        name = f"severities of {ENTRIES} x {JUDGES} x {ITEMS} marks, 0 to {top}"
        found.append(Row(name, spent, note=f"{measured.rounds} rounds"))
    return found
