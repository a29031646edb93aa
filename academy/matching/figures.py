"""What came out of a round in numbers: how many got whom they wished, and how well the pairs fit."""

from collections.abc import Mapping
from dataclasses import dataclass

from academy.matching.places import between
from academy.matching.stable import Market

NEAR = 10  # km


@dataclass(frozen=True, slots=True)
class Figures:
    """People, not shares. wishes: how many got their first, second, ... wish; by_points: came together without one.
    same_town, near: pairs within one town, and those whose towns are known to be at most NEAR km apart, both together.
    with_wishes: apprentices who named anybody at all, the whole of which the wishes are a part."""

    apprentices: int
    mentors: int
    places: int
    with_wishes: int
    pairs: int
    wishes: tuple[int, ...]
    by_points: int
    same_employer: int
    same_town: int
    near: int
    without: int

    def plain(self) -> dict[str, int | list[int]]:
        """As it is kept and sent."""
        return {
            name: list(self.wishes) if name == "wishes" else getattr(self, name) for name in self.__slots__
        }


def figures(round_: Market, matched: Mapping[str, str]) -> Figures:
    """wishes is as long as the longest list of wishes."""
    wishes = [0] * max((len(one.wishes) for one in round_.apprentices.values()), default=0)
    by_points = same_employer = same_town = near = 0
    for apprentice, mentor in matched.items():
        taker, giver = round_.apprentices[apprentice], round_.mentors[mentor]
        if mentor in taker.wishes:
            wishes[taker.wishes.index(mentor)] += 1
        else:
            by_points += 1
        same_employer += bool(taker.employer) and taker.employer == giver.employer
        km = between(taker.town, giver.town, round_.apart)
        same_town += km == 0
        near += km is not None and km <= NEAR
    return Figures(
        apprentices=len(round_.apprentices),
        mentors=len(round_.mentors),
        places=sum(one.places for one in round_.mentors.values()),
        with_wishes=sum(bool(one.wishes) for one in round_.apprentices.values()),
        pairs=len(matched),
        wishes=tuple(wishes),
        by_points=by_points,
        same_employer=same_employer,
        same_town=same_town,
        near=near,
        without=len(round_.apprentices) - len(matched),
    )
