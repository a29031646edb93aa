"""A round as plain values in one order: what is kept, hashed, and read back to compute it again."""

from collections.abc import Mapping
from typing import Any

from academy.matching.people import Apprentice, Mentor
from academy.matching.stable import Market, market
from academy.matching.weights import plain, read


def record(round_: Market) -> dict[str, Any]:
    """Text, whole numbers, lists and mappings; the same for the same people, in whatever order they came in.
    apart: [town, town, km], keys of towns."""

    def person(one: Apprentice | Mentor) -> dict[str, Any]:
        found = {
            "key": one.key,
            "trade": one.trade,
            "grade": one.grade,
            "employer": one.employer,
            "town": one.town,
            "wishes": list(one.wishes),
            "only_wishes": one.only_wishes,
        }
        return found | {"places": one.places} if isinstance(one, Mentor) else found

    return {
        "code": round_.code,
        "weights": plain(round_.weights),
        "apprentices": [person(round_.apprentices[key]) for key in sorted(round_.apprentices)],
        "mentors": [person(round_.mentors[key]) for key in sorted(round_.mentors)],
        "barred": sorted([list(pair) for pair in round_.barred]),
        "apart": sorted([one, other, km] for (one, other), km in round_.apart.items()),
    }


def replay(kept: Mapping[str, Any]) -> Market:
    """The round that a record tells of."""
    return market(
        code=kept["code"],
        apprentices=[Apprentice(**one | {"wishes": tuple(one["wishes"])}) for one in kept["apprentices"]],
        mentors=[Mentor(**one | {"wishes": tuple(one["wishes"])}) for one in kept["mentors"]],
        weights=read(kept["weights"]),
        barred=[(apprentice, mentor) for apprentice, mentor in kept["barred"]],
        apart={(one, other): km for one, other, km in kept["apart"]},
    )
