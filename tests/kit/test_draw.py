import hashlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craft_site.kit.draw import (
    DrawError,
    canonical,
    commitment,
    drawn_order,
    list_hash,
    seed,
    verify_draw,
)

VECTORS = json.loads((Path(__file__).parents[1] / "fixtures" / "draw_v1.json").read_text())["vectors"]
ITEMS = st.lists(
    st.text(min_size=1, max_size=8).filter(lambda t: not {"\n", "\r"} & set(t) and t.isprintable()),
    min_size=1,
    max_size=12,
    unique=True,
)


def draw(items, secret="s", dice="1 2 3"):
    made = list_hash(items)
    found = seed(made, secret, dice)
    return {
        "items": items,
        "list_hash": made,
        "commitment": commitment(secret),
        "secret": secret,
        "dice": dice,
        "seed": found,
        "order": [lot.item for lot in drawn_order(found, items)],
    }


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_the_golden_vectors_hold(vector):
    assert list_hash(vector["items"]) == vector["list_hash"]
    assert commitment(vector["secret"]) == vector["commitment"]
    assert seed(vector["list_hash"], vector["secret"], vector["dice"]) == vector["seed"]
    lots = drawn_order(vector["seed"], vector["items"])
    assert [[lot.position, lot.item, lot.digest] for lot in lots] == vector["order"]


def test_the_docstring_is_enough_to_write_it_again():
    """A second version, written from the definition with plain hashlib calls."""

    def h(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    items = ["C-003", "C-001", "永康", "C-002"]
    made = h(b"C-001\nC-002\nC-003\n\xe6\xb0\xb8\xe5\xba\xb7")
    found = h(b"draw-v1\n" + made.encode() + b"\nabc\n4 6 1")
    assert list_hash(items) == made
    assert seed(made, "abc", "4 6 1") == found
    expected = sorted(items, key=lambda item: h(found.encode() + b"\n" + item.encode()))
    assert [lot.item for lot in drawn_order(found, items)] == expected


def test_a_list_of_one_draws_that_one():
    assert [(lot.position, lot.item) for lot in drawn_order("0" * 64, ["only"])] == [(1, "only")]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "empty"),
        (["a", ""], "is empty"),
        (["a", "b", "a"], "twice"),
        (["a\nb"], "line break"),
        (["a\rb"], "line break"),
    ],
)
def test_a_list_that_could_be_read_in_two_ways_is_refused(items, words):
    for refuse in (canonical, list_hash, lambda i: drawn_order("0" * 64, i)):
        with pytest.raises(DrawError, match=words):
            refuse(items)


@pytest.mark.parametrize(("secret", "dice"), [("", "1"), ("s", ""), ("a\nb", "1"), ("s", "1\n2")])
def test_an_empty_or_broken_secret_or_throw_is_refused(secret, dice):
    with pytest.raises(DrawError):
        seed("0" * 64, secret, dice)


def test_equal_digests_are_settled_by_the_item():
    lots = drawn_order("0" * 64, ["b", "c", "a"], digest=lambda _: "f" * 64)
    assert [lot.item for lot in lots] == ["a", "b", "c"]


@given(ITEMS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_neither_hash_nor_order_depends_on_how_the_list_was_sorted(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert draw(items) == draw(shuffled) | {"items": items}
    assert sorted(draw(items)["order"]) == sorted(items)


@given(ITEMS)
@settings(max_examples=60, deadline=None)
def test_an_honest_draw_verifies(items):
    assert verify_draw(**draw(items)) == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"items": ["a", "b", "d"]}, "list"),
        ({"items": ["a", "b"]}, "list"),
        ({"items": ["a", "b", "c", "friend"]}, "list"),
        ({"secret": "another"}, "secret"),
        ({"commitment": "0" * 64}, "secret"),
        ({"dice": "6 6 6"}, "seed"),
        ({"seed": "0" * 64}, "seed"),
        ({"order": ["a", "b", "c"]}, "order"),
    ],
)
def test_whatever_was_changed_afterwards_is_named(change, named):
    honest = draw(["a", "b", "c"], secret="secret 1", dice="6 5")
    assert honest["order"] != ["a", "b", "c"]
    assert named in verify_draw(**honest | change)


def test_grinding_the_list_after_the_commitment_fails_although_the_favourite_comes_first():
    """The organiser adds a harmless item until the favourite is drawn first: the published L gives it away."""
    honest = draw(["favourite", *(f"C-{n:03d}" for n in range(20))], dice="2 2 4")
    assert honest["order"][0] != "favourite"
    for extra in range(500):
        ground = draw([*honest["items"], f"ghost-{extra}"], dice="2 2 4")
        if ground["order"][0] == "favourite":
            break
    assert ground["order"][0] == "favourite"
    assert verify_draw(**ground | {"list_hash": honest["list_hash"]}) == ("list", "seed")


def test_every_item_comes_to_every_position_equally_often():
    """Chi-square over 20,000 draws of 6: 25 degrees of freedom; 1 in 10,000 fair draws exceeds 59.7."""
    items, rounds = [f"C-{n:03d}" for n in range(1, 7)], 20_000
    made = list_hash(items)
    seen = {(item, place): 0 for item in items for place in range(1, 7)}
    for n in range(rounds):
        for lot in drawn_order(seed(made, "one secret", str(n)), items):
            seen[lot.item, lot.position] += 1
    fair = rounds / 6
    chi_square = math.fsum((count - fair) ** 2 / fair for count in seen.values())
    assert chi_square < 59.7
