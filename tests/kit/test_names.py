"""Names: kept whole for those who bear them, one spelling for those who search."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craft_site.kit.identity import IdentityError
from craft_site.kit.names import normalise_name


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "𬱖某",
        "㛃",
        "䶮",
        "刘〇",
        "阿卜杜拉·买买提",
        "\U00031350某",
        "\U000323b0",
        "Nguyễn Văn",
        "O'Brien",
        "J. Smith-Jones",
    ],
)
def test_names_of_all_kinds_are_kept(name):
    assert normalise_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("dot", "•‧・･．∙⋅﹒●")
def test_every_look_alike_of_the_separator_becomes_the_one(dot):
    assert normalise_name(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"
    assert normalise_name(f"阿卜杜拉 {dot} 买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张 三", "张三"),
        ("张\u3000三", "张三"),
        ("  张三\n", "张三"),
        ("John   Smith", "John Smith"),
        ("Ｊｏｈｎ", "John"),
        ("e\u0301a", "éa"),
        ("\uf900", "豈"),
    ],
)
def test_padding_and_wide_letters_are_folded(text, name):
    assert normalise_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "name_required"),
        (" \u3000", "name_required"),
        ("张\u200b三", "name_invisible"),
        ("张\u202e三", "name_invisible"),
        ("张\ufeff三", "name_invisible"),
        ("张\x00三", "name_invisible"),
        ("张\u3164三", "name_invisible"),
        ("张\U000e0100三", "name_invisible"),
        ("张\ue863", "name_private"),
        ("张3", "name_characters"),
        ("张三(大)", "name_characters"),
        ("<b>张三</b>", "name_characters"),
        ("=张三", "name_characters"),
        ("张三😀", "name_characters"),
        ("·张三", "name_separator"),
        ("张三·", "name_separator"),
        ("张··三", "name_separator"),
        ("张" * 51, "name_length"),
    ],
)
def test_what_is_no_name_is_refused_by_its_reason(text, code):
    with pytest.raises(IdentityError) as caught:
        normalise_name(text)
    assert caught.value.code == code


def test_fifty_characters_are_allowed_and_counted_as_characters():
    assert len(normalise_name("𬱖" * 50)) == 50


def test_the_refusal_names_the_place():
    with pytest.raises(IdentityError) as caught:
        normalise_name("张三8")
    assert "3" in caught.value.messages[0]


@given(st.text(max_size=60))
def test_a_normal_name_stays_as_it_is(text):
    try:
        name = normalise_name(text)
    except IdentityError:
        return
    assert normalise_name(name) == name
