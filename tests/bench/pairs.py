"""A round of 2,000 apprentices and 500 mentors, and the lineage of 5,000 people. Deterministic."""

import random
import time
from collections.abc import Callable
from typing import Any

from academy.matching.people import Apprentice, Mentor
from academy.matching.reasons import reasons, without
from academy.matching.stable import Market, market, match
from academy.matching.tree import tidy
from tests.bench.measure import Row

APPRENTICES, MENTORS, PEOPLE = 2_000, 500, 5_000
TRADES, FIRMS, TOWNS = 5, 60, 15


def a_round() -> Market:
    """Every second person names up to three wishes; three places a mentor on average."""
    chance = random.Random(2_000)

    def facts(least: int, most: int) -> tuple[str, int, str, str]:
        trade, grade = chance.randrange(TRADES), chance.randint(least, most)
        return f"trade {trade}", grade, f"firm {chance.randrange(FIRMS)}", f"town {chance.randrange(TOWNS)}"

    def wishes(side: str, size: int) -> tuple[str, ...]:
        return tuple(f"{side}{n}" for n in chance.sample(range(size), chance.choice((0, 0, 1, 3))))

    apprentices, mentors = [], []
    for n in range(APPRENTICES):
        trade, grade, firm, town = facts(0, 4)
        apprentices.append(Apprentice(f"a{n}", trade, grade, firm, town, wishes("m", MENTORS)))
    for n in range(MENTORS):
        trade, grade, firm, town = facts(4, 7)
        mentors.append(
            Mentor(f"m{n}", trade, grade, chance.randint(1, 5), firm, town, wishes("a", APPRENTICES))
        )
    return market(code="bench", apprentices=apprentices, mentors=mentors)


def a_lineage() -> tuple[list[str], dict[str, list[str]]]:
    """Twenty first masters; each newcomer learns from somebody who came before, the younger the likelier."""
    chance, children = random.Random(PEOPLE), {}
    for n in range(20, PEOPLE):
        children.setdefault(str(max(chance.randrange(n), chance.randrange(n))), []).append(str(n))
    return [str(n) for n in range(20)], children


def rows() -> list[Row]:
    round_ = a_round()
    spent, matched = _timed(lambda: match(round_))
    told, _reasons = _timed(lambda: (reasons(round_, matched), without(round_, matched)))
    roots, children = a_lineage()
    drawn, spots = _timed(lambda: tidy(roots, children))
    depth = max(spot.depth for spot in spots.values())
    return [
        Row(
            f"match {APPRENTICES:,} apprentices and {MENTORS} mentors", spent, note=f"{len(matched):,} pairs"
        ),
        Row("the reasons of that round", told),
        Row(f"place a lineage of {PEOPLE:,} people", drawn, note=f"{depth + 1} generations"),
    ]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of processor time, and what came out."""
    start = time.process_time()
    done = work()
    return (time.process_time() - start) * 1000, done
