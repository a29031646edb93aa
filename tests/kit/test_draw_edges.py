"""The last detail of a draw: what is refused is named, and each published value is checked by itself."""

from hashlib import sha256

import pytest

from craft_site.kit.draw import (
    DrawError,
    canonical,
    code_commitment,
    commitment,
    drawn_order,
    list_hash,
    seed,
    verify_draw,
)


def message(call, *values):
    with pytest.raises(DrawError) as caught:
        call(*values)
    return str(caught.value)


def test_the_fault_names_the_value_that_has_it():
    assert message(canonical, ["a", ""]) == "an item of the list is empty"
    assert message(canonical, ["a\nb"]) == "an item of the list has a line break: 'a\\nb'"
    assert message(commitment, "") == "the secret is empty"
    assert message(seed, "", "s", "1") == "the list hash is empty"
    assert message(seed, "0", "", "1") == "the secret is empty"
    assert message(seed, "0", "s", "") == "the dice is empty"


def test_a_carriage_return_is_a_line_break_too():
    assert message(commitment, "a\rb") == "the secret has a line break: 'a\\rb'"


def test_the_list_stands_in_the_order_of_its_bytes_and_not_of_its_alphabet():
    assert canonical(["é", "z", "B", "a", "永"]) == ("B", "a", "z", "é", "永")


def test_equal_digests_fall_back_to_the_bytes_of_the_item_and_positions_count_from_one():
    lots = drawn_order("0" * 64, ["永", "z"], digest=lambda text: "f" * 64)
    assert [(lot.position, lot.item, lot.digest) for lot in lots] == [(1, "z", "f" * 64), (2, "永", "f" * 64)]


def test_each_fault_of_a_published_draw_is_named_alone():
    """Everything else is computed again to match, so that nothing but the one fault can be named."""
    items, secret, dice = ["a", "b", "c"], "s", "1 2"
    made = list_hash(items)
    found = seed(made, secret, dice)
    honest = {
        "items": items,
        "list_hash": made,
        "commitment": commitment(secret),
        "secret": secret,
        "dice": dice,
        "seed": found,
        "order": tuple(lot.item for lot in drawn_order(found, items)),
    }
    assert verify_draw(**honest) == ()
    assert verify_draw(**honest | {"commitment": commitment("t")}) == ("secret",)
    assert verify_draw(**honest | {"order": honest["order"][::-1]}) == ("order",)
    other = seed("0" * 64, secret, dice)
    order = tuple(lot.item for lot in drawn_order(other, items))
    assert verify_draw(**honest | {"list_hash": "0" * 64, "seed": other, "order": order}) == ("list",)
    elsewhere = seed(made, secret, "6 6")
    order = tuple(lot.item for lot in drawn_order(elsewhere, items))
    assert verify_draw(**honest | {"seed": elsewhere, "order": order}) == ("seed",)


def test_the_promise_of_a_code_is_the_hash_of_its_five_lines():
    made = code_commitment("s", "key", "C-001", "永")
    assert made == sha256("code-v1\ns\nkey\nC-001\n永".encode()).hexdigest()
    assert message(code_commitment, "", "key", "C-001", "a") == "the secret is empty"
    assert message(code_commitment, "s", "key", "C-001", "") == "the item is empty"
