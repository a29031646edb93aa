"""The picture carries its credential, as other programs look for it."""

import json
import zlib
from io import BytesIO

import pytest
from openbadgeslib import baking as other
from PIL import Image

from craft_site.credentials import baking
from craft_site.credentials.domain.checking import NotReadable, State, by_file
from craft_site.credentials.web import files, picture
from tests.credentials.making import make_certificate
from tests.factories import make_worker


@pytest.fixture
def plain():
    out = BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return out.getvalue()


def test_what_is_baked_is_read_again_and_the_picture_stays(plain):
    made = baking.bake(plain, text := json.dumps({"name": "一等奖 𬱖"}, ensure_ascii=False))
    assert baking.baked(made) == text
    assert Image.open(BytesIO(made)).tobytes() == Image.open(BytesIO(plain)).tobytes()


def test_a_packed_text_is_read_and_a_bomb_is_not(plain):
    def packed(text):
        body = baking.KEYWORD + b"\0\1\0\0\0" + zlib.compress(text)
        return plain[:33] + baking._chunk(b"iTXt", body) + plain[33:]

    assert baking.baked(packed(b"hello")) == "hello"
    assert baking.baked(packed(b" " * 50_000_000)) is None


def test_a_plain_picture_carries_nothing(plain):
    assert baking.baked(plain) is None
    with pytest.raises(NotReadable):
        by_file(plain)


def test_two_texts_in_one_picture_are_none(plain):
    assert baking.baked(baking.bake(baking.bake(plain, "a"), "b")) is None


def test_every_cut_or_damaged_picture_is_refused_and_harmless(plain):
    made = baking.bake(plain, "hello")
    for at in range(8, len(made)):
        assert baking.baked(made[:at]) is None
    for at in range(8, len(made)):
        broken = bytearray(made)
        broken[at] ^= 0xFF
        assert baking.baked(bytes(broken)) is None


@pytest.mark.django_db
def test_the_file_of_a_holder_is_a_picture_that_verifies_and_that_another_program_opens():
    certificate = make_certificate(make_worker("欧阳明珠"))
    content, _kind = files.FORMS["png"](certificate)
    assert Image.open(BytesIO(content)).size == (picture.SIDE, picture.SIDE)
    assert by_file(content).state is State.VALID
    theirs = other.extract_png(content, keyword=b"openbadgecredential")
    assert json.loads(theirs or "") == certificate.credential


@pytest.mark.django_db
def test_a_machine_without_a_chinese_font_still_makes_the_picture(settings, tmp_path):
    settings.CERTIFICATE_FONT = str(tmp_path / "none.ttf")
    content, _kind = files.FORMS["png"](make_certificate())
    assert by_file(content).state is State.VALID
