"""How much of a number a screen shows."""

import pytest

from craft_site.kit.masking import (
    looks_masked,
    mask_all,
    mask_bank,
    mask_certificate,
    mask_id,
    mask_mobile,
    mask_name,
)


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_id, "11010519491231002X", "****002X"),
        (mask_id, "E12345678", "******"),  # nine characters: four would be nearly half of a passport
        (mask_id, "", ""),
        (mask_mobile, "13800001234", "138****1234"),
        (mask_mobile, "+8613800001234", "****1234"),
        (mask_mobile, "1380000", "******"),
        (mask_bank, "6222 0000 1111 2222", "****2222"),
        (mask_bank, "62220000-11112222", "****2222"),
        (mask_name, "张三丰", "张**"),
        (mask_name, "张三", "张*"),
        (mask_name, "张", "*"),
        (mask_name, "阿卜杜拉·买买提", "阿**"),
        (mask_name, "𬱖某", "𬱖*"),
        (mask_certificate, "Y000033010101243000001", "****0001"),
        (mask_all, "a", "******"),
        (mask_all, "", ""),
    ],
)
def test_masks(mask, text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize("mask", [mask_all, mask_id, mask_mobile, mask_bank, mask_certificate])
@pytest.mark.parametrize("text", ["13800001234", "11010519491231002X", "E12345678", "1"])
def test_a_masked_number_is_recognised_as_one(mask, text):
    assert looks_masked(mask(text))


@pytest.mark.parametrize("length", range(1, 40))
def test_never_more_than_four_characters_of_a_document_or_account_stay(length):
    number = "".join(chr(ord("A") + i % 26) for i in range(length))
    for mask in (mask_id, mask_bank, mask_certificate):
        assert len(mask(number).replace("*", "")) <= min(4, length // 2)
