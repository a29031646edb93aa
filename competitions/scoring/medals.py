"""Medals by a points window, as WorldSkills gives them: who is within the window is level.

Sources: WorldSkills 2015, "Medals and Recognition of Champions" (gold); the silver case is its mirror
image. The window is anchored at the best of each medal unless the scheme chains it.
"""

from collections.abc import Sequence
from fractions import Fraction


def medals_by_window(
    *, scores: Sequence[tuple[str, Fraction]], window: Fraction, chained: bool = False
) -> dict[str, str]:
    """Entry to gold, silver or bronze.

    scores: best first. Exactly `window` apart is level, more is not.
    One gold: then silver. Two golds: no silver, then bronze. Three or more golds: no silver, bronze
    only for those within the window of the last gold. One silver: then bronze. Two or more silvers:
    bronze only for those within the window of the last silver.
    chained: each is compared with the one before instead of with the best of the medal, so
    720, 718.5, 717 are three golds instead of two.
    """
    golds = _level(scores, window, chained)
    medals = dict.fromkeys(_names(golds), "gold")
    rest = scores[len(golds) :]
    if len(golds) >= 3:
        return medals | dict.fromkeys(_names(_near(rest, golds[-1][1], window)), "bronze")
    if len(golds) == 2:
        return medals | dict.fromkeys(_names(_level(rest, window, chained)), "bronze")
    silvers = _level(rest, window, chained)
    medals |= dict.fromkeys(_names(silvers), "silver")
    rest = rest[len(silvers) :]
    if len(silvers) >= 2:
        return medals | dict.fromkeys(_names(_near(rest, silvers[-1][1], window)), "bronze")
    return medals | dict.fromkeys(_names(_level(rest, window, chained)), "bronze")


def _level(
    scores: Sequence[tuple[str, Fraction]], window: Fraction, chained: bool
) -> Sequence[tuple[str, Fraction]]:
    """The best of the rest and all who are level with it."""
    if not scores:
        return ()
    anchor = scores[0][1]
    count = 0
    for _, score in scores:
        if anchor - score > window:
            break
        count += 1
        anchor = score if chained else anchor
    return scores[:count]


def _near(
    scores: Sequence[tuple[str, Fraction]], last: Fraction, window: Fraction
) -> Sequence[tuple[str, Fraction]]:
    return [item for item in scores if last - item[1] <= window]


def _names(scores: Sequence[tuple[str, Fraction]]) -> list[str]:
    return [entry for entry, _ in scores]
