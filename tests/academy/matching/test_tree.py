"""The drawing of a lineage: what a tidy tree promises, on trees of every shape."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from academy.matching.tree import Spot, tidy

CLOSE = 1e-9
Children = dict[str, list[str]]


@st.composite
def forests(draw: st.DrawFn, most: int = 40) -> tuple[list[str], Children]:
    """Everybody but the roots has a mentor among those before them."""
    roots, children = [], {}
    for n in range(draw(st.integers(0, most))):
        mentor = draw(st.integers(-1, n - 1))
        if mentor < 0:
            roots.append(str(n))
        else:
            children.setdefault(str(mentor), []).append(str(n))
    return roots, children


def generations(spots: dict[str, Spot]) -> dict[int, list[tuple[float, str]]]:
    found: dict[int, list[tuple[float, str]]] = {}
    for key, spot in spots.items():
        found.setdefault(spot.depth, []).append((spot.across, key))
    return {depth: sorted(line) for depth, line in found.items()}


def test_a_mentor_stands_over_the_middle_and_families_apart():
    spots = tidy(["root"], {"root": ["a", "b"], "a": ["a1", "a2"], "b": ["b1", "b2"]})
    assert {key: spot.across for key, spot in spots.items()} == {
        "root": 1.5, "a": 0.5, "b": 2.5, "a1": 0, "a2": 1, "b1": 2, "b2": 3,
    }  # fmt: skip
    assert [spots[key].depth for key in ("root", "a", "a1")] == [0, 1, 2]


def test_small_families_between_large_ones_share_the_way():
    """The example the linear method was made for: three leaves between two broad families stand evenly."""
    broad = {"l": [f"l{n}" for n in range(5)], "r": [f"r{n}" for n in range(5)]}
    spots = tidy(["root"], {"root": ["l", "x", "y", "z", "r"], **broad})
    gaps = [spots[b].across - spots[a].across for a, b in pairwise(("l", "x", "y", "z", "r"))]
    assert max(gaps) - min(gaps) < CLOSE


def test_a_circle_and_a_second_mentor_stand_once():
    spots = tidy(["a"], {"a": ["b", "c"], "b": ["a", "d"], "c": ["d"]})
    assert {key: spot.depth for key, spot in spots.items()} == {"a": 0, "b": 1, "c": 1, "d": 2}


def test_nobody_is_drawn_for_nobody():
    assert tidy([], {}) == {}


def test_five_thousand_generations_are_drawn_without_a_stack():
    spots = tidy(["0"], {str(n): [str(n + 1)] for n in range(5_000)})
    assert {spot.across for spot in spots.values()} == {0}
    assert spots["5000"].depth == 5_000


@given(forests())
def test_nobody_overlaps_and_the_order_stays(forest):
    roots, children = forest
    spots = tidy(roots, children)
    assert len(spots) == len(roots) + sum(map(len, children.values()))
    for line in generations(spots).values():
        assert all(b - a >= 1 - CLOSE for (a, _), (b, _) in pairwise(line))
    for siblings in (roots, *children.values()):
        assert all(spots[a].across < spots[b].across for a, b in pairwise(siblings))


@given(forests())
def test_a_mentor_stands_in_the_middle_one_generation_above(forest):
    roots, children = forest
    spots = tidy(roots, children)
    assert {spots[root].depth for root in roots} <= {0}
    for mentor, taught in children.items():
        middle = (spots[taught[0]].across + spots[taught[-1]].across) / 2
        assert abs(spots[mentor].across - middle) < CLOSE
        assert {spots[one].depth for one in taught} == {spots[mentor].depth + 1}


@given(forests())
def test_no_lines_cross(forest):
    """Along a generation, the mentors of those further on stand further on or are the same."""
    roots, children = forest
    spots = tidy(roots, children)
    mentor_of = {one: mentor for mentor, taught in children.items() for one in taught}
    for depth, line in generations(spots).items():
        above = [spots[mentor_of[key]].across for _across, key in line] if depth else []
        assert above == sorted(above)


@given(forests(most=20), forests(most=10))
def test_the_same_family_is_drawn_the_same_wherever_it_stands(left, right):
    (roots, children), (others, more) = left, right
    family = {f"r{key}": [f"r{one}" for one in taught] for key, taught in more.items()}
    keys = [f"r{root}" for root in others]
    alone = tidy(["head"], {"head": keys, **family})
    beside = tidy(["top"], {"top": [*roots, "head"], **children, "head": keys, **family})
    shift = beside["head"].across - alone["head"].across
    for key, spot in alone.items():
        assert abs(beside[key].across - spot.across - shift) < CLOSE
        assert beside[key].depth == spot.depth + 1
