"""Why these two, and why nobody: the facts behind each proposal, for pages to put into words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from academy.matching.people import Score
from academy.matching.stable import Market


class Passed(StrEnum):
    """Why an apprentice did not come to a mentor further up in the list."""

    FULL = "full"  # the places went to apprentices whom the mentor prefers
    NOT_WANTED = "not_wanted"  # the mentor takes nobody but the own wishes
    FACTS = "facts"  # another trade, or no level between them
    BARRED = "barred"  # they have been a pair before, or one has taught the other
    NO_PLACE = "no_place"  # no place in this round


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a proposal stands. Ranks count from 1. wish and mentors_wish: which explicit wish of each side it was, None
    when it came by points; rank: the place in the apprentice's whole list; passed: what became of those before;
    wishes: what became of the explicit wishes before, the dearest first."""

    apprentice: str
    mentor: str
    wish: int | None
    mentors_wish: int | None
    rank: int
    score: Score | None
    passed: Mapping[Passed, int]
    wishes: tuple[tuple[str, Passed], ...] = ()


@dataclass(frozen=True, slots=True)
class Without:
    """Why somebody stays without a mentor. considered: mentors in the list; passed: what stood against each; facts:
    mentors of the round who are in no list because of trade or level; only_wishes: wanted nobody else; wishes: what
    became of each explicit wish."""

    apprentice: str
    considered: int
    passed: Mapping[Passed, int]
    facts: int
    only_wishes: bool
    wishes: tuple[tuple[str, Passed], ...] = ()


def reasons(round_: Market, matched: Mapping[str, str]) -> list[Reason]:
    """One for each proposal, by apprentice."""
    found = []
    for key in sorted(matched):
        mentor, wishes = matched[key], round_.apprentices[key].wishes
        order = round_.list_of(key)
        rank = order.index(mentor) + 1
        theirs = round_.mentors[mentor].wishes
        found.append(
            Reason(
                apprentice=key,
                mentor=mentor,
                wish=wishes.index(mentor) + 1 if mentor in wishes else None,
                mentors_wish=theirs.index(key) + 1 if key in theirs else None,
                rank=rank,
                score=round_.score(key, mentor),
                passed=Counter(_passed(round_, key, other) for other in order[: rank - 1]),
                wishes=_wishes(round_, key, before=mentor),
            )
        )
    return found


def without(round_: Market, matched: Mapping[str, str]) -> list[Without]:
    """One for each apprentice who stays without, by key."""
    found = []
    for key in sorted(round_.apprentices.keys() - matched.keys()):
        order = round_.list_of(key)
        apart = sum(round_.score(key, mentor) is None for mentor in round_.mentors.keys() - set(order))
        found.append(
            Without(
                apprentice=key,
                considered=len(order),
                passed=Counter(_passed(round_, key, mentor) for mentor in order),
                facts=apart,
                only_wishes=round_.apprentices[key].only_wishes,
                wishes=_wishes(round_, key),
            )
        )
    return found


def _wishes(round_: Market, apprentice: str, *, before: str = "") -> tuple[tuple[str, Passed], ...]:
    """What became of the explicit wishes for mentors of the round, up to the one who was got. A wish that may not be
    is told as well, though it stands in no list."""
    wished = round_.apprentices[apprentice].wishes
    if before in wished:
        wished = wished[: wished.index(before)]
    return tuple((key, _passed(round_, apprentice, key)) for key in wished if key in round_.mentors)


def _passed(round_: Market, apprentice: str, mentor: str) -> Passed:
    """In a stable outcome a mentor who would have had the apprentice is full with preferred ones."""
    one = round_.mentors[mentor]
    if one.places < 1:
        return Passed.NO_PLACE
    if round_.mentors_place(apprentice, mentor) is not None:
        return Passed.FULL
    if (apprentice, mentor) in round_.barred:
        return Passed.BARRED
    return Passed.FACTS if round_.score(apprentice, mentor) is None else Passed.NOT_WANTED
