"""Editors search with whatever they type: no page of Wagtail's answers with a failure, and Chinese words are found."""

import pytest
from django.test import Client

from craft_site.home.foundation import make_site
from tests.factories import make_user
from tests.home.conftest import media  # noqa: F401  (a fixture)
from tests.home.makers import make_news, make_picture

pytestmark = pytest.mark.django_db

ODD = [
    '"',
    '"工匠',
    "'",
    "*",
    "工匠*",
    "AND",
    "NOT",
    "a OR",
    "(",
    ":",
    "^",
    "-",
    "\\",
    "a:b",
    "%",
    "\x00",
    "😀",
    "",
    " ",
]
ROOMS = ("/admin/pages/search/?q=", "/admin/images/?q=", "/admin/choose-page/search/?q=", "/admin/documents/?q=",
         "/admin/employer/?q=", "/admin/competition/?q=")  # fmt: skip


@pytest.fixture
def editor(db) -> Client:
    make_site()
    client = Client()
    client.force_login(make_user("organiser", "editor", is_superuser=True))
    return client


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_that_an_editor_types_is_a_fault(editor, room):
    for typed in ODD:
        answer = editor.get(room.partition("?")[0], {"q": typed})
        assert answer.status_code == 200, (typed, answer.status_code)


def test_an_editor_finds_two_characters_inside_a_title(editor):
    make_news(make_site(), title="永康工匠张师傅的故事")
    assert "永康工匠张师傅的故事" in editor.get("/admin/pages/search/", {"q": "工匠"}).content.decode()


def test_a_picture_is_found_by_its_tag(editor, media):  # noqa: F811
    make_picture("Hall").tags.add("永康锤炼")
    assert "Hall" in editor.get("/admin/images/", {"q": "锤炼"}).content.decode()
    assert "Hall" not in editor.get("/admin/images/", {"q": "焊接"}).content.decode()
