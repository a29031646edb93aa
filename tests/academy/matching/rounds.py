"""Small rounds of every kind: what hypothesis draws, and the naive twin that tries every matching there is."""

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from academy.matching.people import Apprentice, Mentor, Weights
from academy.matching.stable import Market, blocking, market

TRADES, FIRMS, TOWNS = ("mould", "weld"), ("a", "b", ""), ("east", "west")


@st.composite
def rounds(draw: st.DrawFn, *, apprentices: int = 5, mentors: int = 3) -> Market:
    takers = [f"a{n}" for n in range(draw(st.integers(0, apprentices)))]
    givers = [f"m{n}" for n in range(draw(st.integers(0, mentors)))]

    def wishes(keys: list[str]) -> tuple[str, ...]:
        return tuple(draw(st.permutations(keys))[: draw(st.integers(0, len(keys)))])

    pairs = [(a, m) for a in takers for m in givers]
    return market(
        code=draw(st.sampled_from(("spring", "autumn"))),
        apprentices=[
            Apprentice(
                key,
                draw(st.sampled_from(TRADES)),
                draw(st.integers(0, 5)),
                draw(st.sampled_from(FIRMS)),
                draw(st.sampled_from(TOWNS)),
                wishes(givers),
                draw(st.booleans()),
            )
            for key in takers
        ],
        mentors=[
            Mentor(
                key,
                draw(st.sampled_from(TRADES)),
                draw(st.integers(2, 8)),
                draw(st.integers(0, 3)),
                draw(st.sampled_from(FIRMS)),
                draw(st.sampled_from(TOWNS)),
                wishes(takers),
                draw(st.booleans()),
            )
            for key in givers
        ],
        weights=Weights(same_trade_only=draw(st.booleans())),
        barred=[pair for pair in pairs if draw(st.integers(0, 9)) == 0],
        apart=draw(st.sampled_from(({}, {("east", "west"): 3}, {("east", "west"): 40}))),
    )


def every_matching(round_: Market) -> Iterator[dict[str, str]]:
    """Each way to give apprentices to mentors whom they would have, within the places."""
    takers = sorted(round_.apprentices)
    choices = [[None, *round_.list_of(apprentice)] for apprentice in takers]
    for chosen in product(*choices):
        matched = {a: m for a, m in zip(takers, chosen, strict=True) if m is not None}
        within = all(
            sum(m == mentor for m in matched.values()) <= one.places for mentor, one in round_.mentors.items()
        )
        if within and all(round_.mentors_place(a, m) is not None for a, m in matched.items()):
            yield matched


def every_stable(round_: Market) -> list[dict[str, str]]:
    return [matched for matched in every_matching(round_) if not blocking(round_, matched)]
