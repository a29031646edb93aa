"""Tables of marks with known answers, and tables made from known severities."""

import random
from decimal import Decimal
from math import exp

from competitions.statistics.ratings import Rating, Ratings

SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
KRIPPENDORFF_15 = (
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
)
KRIPPENDORFF_12 = (
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)
# Guilford's creativity ratings: a line a judge, a word an entry, a digit a trait.
GUILFORD = (
    "55353 97585 33371 73133 97785 35351 77555",
    "65463 87572 45366 56455 24323 44642 33554",
    "55573 77575 35555 53331 97777 33353 77757",
)


def by_entry(rows) -> Ratings:
    """rows: a row an entry, a value a judge; None is a gap."""
    return Ratings(
        Rating(f"J{j}", f"E{e}", "", Decimal(value))
        for e, row in enumerate(rows, start=1)
        for j, value in enumerate(row, start=1)
        if value is not None
    )


def by_judge(lines) -> Ratings:
    """lines: a line a judge, a word an entry; * is a gap."""
    return Ratings(
        Rating(f"J{j}", f"E{e}", "", Decimal(value))
        for j, line in enumerate(lines, start=1)
        for e, value in enumerate(line.split(), start=1)
        if value != "*"
    )


def guilford() -> Ratings:
    return Ratings(
        Rating(f"J{j}", f"E{e}", f"T{t}", Decimal(digit))
        for j, line in enumerate(GUILFORD, start=1)
        for e, word in enumerate(line.split(), start=1)
        for t, digit in enumerate(word, start=1)
    )


def simulated(severities, *, entries, items=(0.0,), steps=(-1.2, 0.0, 1.2), seed=1, share=1.0) -> Ratings:
    """Marks 0 to len(steps) drawn from the model. share: of the marks that are there."""
    chance = random.Random(seed)
    abilities = [chance.gauss(0, 1) for _ in range(entries)]
    rows = []
    for e, ability in enumerate(abilities):
        for j, severity in enumerate(severities, start=1):
            for i, difficulty in enumerate(items, start=1):
                weights = [1.0]
                for step in steps:
                    weights.append(weights[-1] * exp(ability - severity - difficulty - step))
                mark = chance.choices(range(len(weights)), weights)[0]
                if chance.random() < share:
                    rows.append(Rating(f"J{j}", f"E{e}", f"I{i}", Decimal(mark)))
    return Ratings(rows)
