"""Texts become words and tokens, questions become needs: pure functions, many values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craft_site.search import initials
from craft_site.search.query import LONGEST, MOST_TERMS, read
from craft_site.search.words import fold, tokens, words
from tests.search.naive import words_of

TEXT = st.text(st.characters(codec=None), max_size=60)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第4届CNC加工", ["第", "4", "届", "cnc", "加工"]),
        ("ＣＮＣ　Ｍｏｕｌｄ", ["cnc", "mould"]),
        ("永康，工匠", ["永康", "工匠"]),
        ("二〇二四年", ["二〇二四年"]),
        ("a_b c-d", ["a", "b", "c", "d"]),
        ("\x00 \ud800 😀 \" ' * () AND", ["and"]),
        ("", []),
        ("㛃𬎆", ["㛃𬎆"]),
    ],
)
def test_a_text_is_cut_where_the_script_changes_and_where_no_letter_stands(text, found):
    assert words(text) == found


def test_a_run_of_characters_has_its_neighbours_and_its_last_character_as_tokens():
    assert tokens("永康工匠 CNC") == {"永康", "康工", "工匠", "匠", "cnc"}


@given(TEXT)
def test_every_text_is_cut_as_the_plain_reading_says(text):
    assert [word[:40] for word in words_of(text)] == words(text)


@given(HAN, st.data())
def test_every_two_neighbours_inside_a_run_are_a_token(run, data):
    at = data.draw(st.integers(0, len(run) - 2))
    folded = fold(run)
    if len(folded) == len(run):
        assert folded[at : at + 2] in tokens(run)


@given(HAN)
def test_every_character_begins_some_token(run):
    assert all(any(token.startswith(sign) for token in tokens(run)) for sign in fold(run))


@given(TEXT)
def test_tokens_hold_nothing_that_a_query_language_could_take_for_its_own(text):
    assert all(token.isalnum() or token.replace("\u30fc", "").isalnum() or token for token in tokens(text))
    assert not any(set(token) & set("'\"\\*:&|!()<> \t\n\x00") for token in tokens(text))


@given(st.text(st.characters(codec=None), max_size=300))
def test_whatever_is_typed_is_a_question_or_none(typed):
    query = read(typed)
    assert len(query.terms) <= MOST_TERMS
    assert len(query.needs) <= MOST_TERMS * LONGEST
    assert bool(query) == bool(query.needs)


def test_ten_thousand_characters_are_read_to_a_hundred():
    assert read("工" * 10_000).terms == ("工" * LONGEST,)


@pytest.mark.parametrize(
    ("title", "readings"),
    [
        ("永康工匠", ("ykgj",)),
        ("第4届永康 CNC 工匠", ("djykgj",)),
        ("重庆银行", ("cqyh",)),
        ("CNC 2024", ()),
        ("㛃𬎆", ("jy",)),
    ],
)
def test_a_title_has_the_initials_of_its_characters(title, readings):
    assert initials.of_title(title) == readings


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("张伟", ("zw",)),
        ("单雄信", ("dxx", "sxx")),
        ("曾国藩", ("cgf", "zgf")),
        ("解缙", ("jj", "xj")),
        ("尉迟恭", ("ycg",)),
        ("欧阳修", ("oyx",)),
        ("仇英", ("cy", "qy")),
    ],
)
def test_a_name_has_both_readings_of_its_surname(name, readings):
    assert initials.of_title(name, is_name=True) == readings


def test_a_title_is_found_from_any_character_on_and_a_name_within_a_text_from_its_first():
    assert initials.title_tokens("ykgj") == {"·ykgj", "·kgj", "·gj"}
    assert initials.name_tokens("单雄信") == {"·dxx", "·sxx"}


def test_one_letter_asks_for_no_initials():
    assert read("y").needs[0].anyof == ("y",)
    assert read("yk").needs[0].anyof == ("yk", "·yk")
