"""A seal opens in its own place with its own key, or it is an error: never garbage, never ciphertext."""

import base64
import secrets

import pytest
from django.core.exceptions import ImproperlyConfigured

from craft_site.kit.encryption import (
    SealError,
    blind_index,
    check_keys,
    is_token,
    keyring,
    open_sealed,
    reseal,
    seal,
)

HERE = "people.worker.mobile:6f1c"
THERE = "people.worker.mobile:77aa"


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.mark.parametrize("text", ["13800001234", "", "阿卜杜拉·买买提 𬱖", "x" * 10_000])
def test_what_was_sealed_here_opens_here(text):
    assert open_sealed(seal(text, context=HERE), context=HERE) == text


def test_a_token_shows_nothing_and_differs_every_time():
    first, second = seal("13800001234", context=HERE), seal("13800001234", context=HERE)
    assert first != second
    assert "13800001234" not in first
    assert first.startswith("v1.test.")
    assert is_token(first)


def test_two_rows_whose_tokens_were_swapped_do_not_open():
    mine, yours = seal("6222000011112222", context=HERE), seal("6222000033334444", context=THERE)
    for token, context in ((yours, HERE), (mine, THERE)):
        with pytest.raises(SealError):
            open_sealed(token, context=context)


@pytest.mark.parametrize(
    "text", ["13800001234", "1380000123", "138000012"]
)  # none, two, four spare bits at the end
def test_every_changed_letter_of_a_token_is_noticed(text):
    token = seal(text, context=HERE)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    for position, letter in enumerate(token):
        for other in letters.replace(letter, ""):
            with pytest.raises(SealError):
                open_sealed(token[:position] + other + token[position + 1 :], context=HERE)


@pytest.mark.parametrize(
    "text", ["", "13800001234", "v1.test.", "v2.test.AAAAAAAAAAAAAAAA." + "A" * 22, "v1...."]
)
def test_what_is_no_token_is_an_error(text):
    with pytest.raises(SealError):
        open_sealed(text, context=HERE)


def test_truncated_and_extended_tokens_are_errors():
    token = seal("13800001234", context=HERE)
    for wrong in (token[:-1], token[:-4], token + "A", token + "=", token + "\n"):
        with pytest.raises(SealError):
            open_sealed(wrong, context=HERE)


def test_a_lost_key_is_an_error_that_names_the_key(settings):
    token = seal("13800001234", context=HERE)
    settings.FIELD_KEYS = {"next": new_key()}
    with pytest.raises(SealError, match="'test'"):
        open_sealed(token, context=HERE)


def test_a_wrong_key_under_the_same_id_is_an_error(settings):
    token = seal("13800001234", context=HERE)
    settings.FIELD_KEYS = {"test": new_key()}
    with pytest.raises(SealError):
        open_sealed(token, context=HERE)


def test_the_same_key_under_another_id_does_not_open(settings):
    token = seal("13800001234", context=HERE)
    settings.FIELD_KEYS = settings.FIELD_KEYS | {"copy": settings.FIELD_KEYS["test"]}
    with pytest.raises(SealError):
        open_sealed(token.replace("v1.test.", "v1.copy."), context=HERE)


def test_after_rotation_old_tokens_open_and_reseal_to_the_new_key(settings):
    old = seal("13800001234", context=HERE)
    settings.FIELD_KEYS = {"next": new_key(), **settings.FIELD_KEYS}
    new = reseal(old, context=HERE)
    assert open_sealed(old, context=HERE) == open_sealed(new, context=HERE) == "13800001234"
    assert new.startswith("v1.next.")
    assert reseal(new, context=HERE) == new


def test_resealing_a_moved_token_is_an_error(settings):
    with pytest.raises(SealError):
        reseal(seal("13800001234", context=HERE), context=THERE)


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({}, "FIELD_KEYS is empty"),
        ({"a": ""}, r"FIELD_KEYS\['a'\]"),
        ({"a": base64.b64encode(b"short").decode()}, r"FIELD_KEYS\['a'\]"),
        ({"a": "not base64 !!"}, r"FIELD_KEYS\['a'\]"),
        ({"a.b": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}, "key id 'a.b'"),
    ],
)
def test_missing_and_short_keys_are_named_before_anything_is_sealed(settings, keys, named):
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match=named):
        seal("13800001234", context=HERE)
    assert [error.id for error in check_keys()] == ["kit.E001"]


def test_keys_do_not_show_in_repr_or_errors(settings):
    key = settings.FIELD_KEYS["test"]
    assert key not in repr(keyring())
    assert repr(base64.b64decode(key)) not in repr(keyring())
    settings.FIELD_KEYS = {"test": key[:-4]}
    with pytest.raises(ImproperlyConfigured) as caught:
        keyring()
    assert key[:8] not in str(caught.value)


def test_a_seal_without_a_place_is_refused():
    with pytest.raises(ValueError, match="context"):
        seal("13800001234", context="")


def test_a_blind_index_is_the_same_for_the_same_value_and_purpose_only():
    assert blind_index("13800001234", purpose="mobile") == blind_index("13800001234", purpose="mobile")
    others = [
        blind_index("13800001235", purpose="mobile"),
        blind_index("13800001234", purpose="bank"),
        blind_index("e13800001234", purpose="mobil"),
    ]
    assert blind_index("13800001234", purpose="mobile") not in others
    assert len(blind_index("13800001234", purpose="mobile")) == 64


def test_a_blind_index_changes_with_its_own_key_and_not_with_the_field_keys(settings):
    before = blind_index("13800001234", purpose="mobile")
    settings.FIELD_KEYS = {"next": new_key()}
    assert blind_index("13800001234", purpose="mobile") == before
    settings.INDEX_KEY = new_key()
    assert blind_index("13800001234", purpose="mobile") != before


@pytest.mark.parametrize(("value", "purpose"), [("", "mobile"), ("1", ""), ("1", "a\0b")])
def test_an_index_of_nothing_is_refused(value, purpose):
    with pytest.raises(ValueError, match="blind index"):
        blind_index(value, purpose=purpose)


def test_the_index_key_must_not_be_a_field_key(settings):
    assert check_keys() == []
    settings.INDEX_KEY = settings.FIELD_KEYS["test"]
    assert [error.id for error in check_keys()] == ["kit.E002"]
    settings.INDEX_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="INDEX_KEY"):
        blind_index("1", purpose="mobile")
