"""The page of the search and its suggestions: for everybody, whatever is typed, at the same cost at any size."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from craft_site.home.foundation import make_site
from craft_site.search.models import Entry, Kind
from craft_site.search.web import views
from tests.search.making import document, many, put

pytestmark = pytest.mark.django_db

ODD = [
    *(
        '"',
        '"工匠',
        "NOT",
        "(",
        "*",
        "\x00",
        "工\x00匠",
        "😀",
        "   ",
        "　",
        "%",
        "&amp;",
        "'); DROP",
        "\\",
        "^",
        "-",
    ),
    *(
        "<script>alert(1)</script>",
        "a" * 10_000,
        "工" * 10_000,
        '" OR 1=1 --',
        "\u202e工匠",
        "\ufffe",
        "工匠\n模具",
    ),
]


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    make_site()
    Entry.objects.all().delete()  # the site's own pages


def read(address: str, **asked: object) -> str:
    answer = Client().get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def search(**asked: object) -> str:
    return read("/search/", **asked)


def shown(page: str) -> list[str]:
    """Titles of the results, without their marks."""
    found = re.findall(r"<h2><a href=\"[^\"]*\">(.*?)</a></h2>", page)
    return [re.sub("</?mark>", "", title) for title in found]


def test_a_question_is_answered_with_marks_and_a_piece_of_the_text():
    put(
        document("永康工匠张师傅", body="前" * 200 + "从五金到模具，一位工匠的路" + "后" * 200, url="/story/")
    )
    page = search(q="工匠")
    assert shown(page) == ["永康工匠张师傅"]
    assert "永康<mark>工匠</mark>张师傅" in page
    assert "一位<mark>工匠</mark>的路" in page
    assert "前" * 40 not in page
    assert 'href="/story/"' in page


def test_what_was_typed_and_what_was_written_is_escaped():
    put(document("<b>工匠</b> & Co", body="<img src=x onerror=alert(1)> 工匠"))
    page = search(q="<img 工匠")
    assert "<b>" not in page.replace("<b></b>", "")
    assert "<img" not in page
    assert "&lt;b&gt;<mark>工匠</mark>&lt;/b&gt; &amp; Co" in page


def test_letters_of_initials_mark_the_characters_that_they_stand_for():
    put(document("永康工匠学院"), document("单雄信", is_name=True))
    assert "永康<mark>工匠</mark>学院" in search(q="gj")
    assert "<mark>单雄</mark>信" in search(q="sx")


def test_full_width_and_capitals_are_marked_too():
    put(document("ＣＮＣ加工与 Cnc", body="scnc"))
    page = search(q="cnc")
    assert "<mark>ＣＮＣ</mark>加工与 <mark>Cnc</mark>" in page
    assert "s<mark>" not in page


@pytest.mark.parametrize("address", ["/search/", "/search/suggest/"])
def test_nothing_that_can_be_typed_is_a_fault(address):
    put(document("永康工匠"))
    for typed in ODD:
        for more in ({}, {"kind": typed, "page": typed}):
            assert Client().get(address, {"q": typed} | more).status_code == 200
    for raw in (
        "q=%ED%A0%80",
        "q=%FF%FE",
        "q=%00",
        "q[]=1",
        "q=a&q=b",
        "page=999999999",
        "page=-1",
        "page=%C2%B2&q=a",
    ):
        assert Client().get(f"{address}?{raw}").status_code == 200


def test_the_page_says_what_to_do_where_nothing_was_asked_or_found():
    assert "Two characters are enough" in search()
    assert "There is no word in what was typed" in search(q="!!!")
    assert "Nothing answers these words" in search(q="不存在")


def test_chips_count_each_kind_and_narrow_to_one():
    put(
        document("工匠甲", kind=Kind.PERSON),
        document("工匠乙", kind=Kind.PERSON),
        document("工匠丙", kind=Kind.PAGE),
    )
    page = search(q="工匠", kind="person")
    assert sorted(shown(page)) == ["工匠乙", "工匠甲"]
    counts = re.findall(r'class="count">(\d+)<', page.partition('class="chips"')[2].partition("</ul>")[0])
    assert counts == ["3", "1", "2"]
    assert "2 results for" in page
    assert shown(search(q="工匠", kind="subsidy")) == []
    assert len(shown(search(q="工匠", kind="nothing"))) == 3


def test_results_are_turned_over_page_by_page():
    put(*(document(f"工匠{n:02d}", key=f"{n:02d}") for n in range(45)))
    pages = [search(q="工匠", page=number) for number in (1, 2, 3)]
    assert [len(shown(page)) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in shown(page)}) == 45
    assert 'start="21"' in pages[1]
    assert "page=3" in pages[1]
    assert shown(search(q="工匠", page=40)) == shown(pages[0])


def test_an_english_reader_reads_english_where_there_is_some():
    put(
        document(
            "永康工匠",
            title_en="Craftsmen of Yongkang",
            url="/zh/",
            url_en="/en/",
            body="模具",
            body_en="moulds",
        )
    )
    client = Client(headers={"accept-language": "zh-hans"})
    assert "永康工匠" in client.get("/search/", {"q": "craftsmen"}).content.decode()
    client.cookies["django_language"] = "en"
    page = client.get("/search/", {"q": "模具"}).content.decode()
    assert "Craftsmen of Yongkang" in page
    assert 'href="/en/"' in page
    assert "<mark>模具</mark>" in page


def test_suggestions_are_a_short_list_of_links():
    put(*(document(f"工匠{n}", kind=Kind.PERSON) for n in range(30)))
    piece = read("/search/suggest/", q="工")
    assert piece.count("<li>") == views.SUGGESTED
    assert "<html" not in piece
    assert "<mark>工</mark>匠" in piece
    assert "Nothing found yet" in read("/search/suggest/", q="不存在")
    assert read("/search/suggest/", q=" ").strip() == ""


def test_every_public_page_leads_to_the_search_and_its_own_has_one_box():
    assert 'action="/search/"' in read("/")
    assert search().count('type="search"') == 1
    assert 'content="noindex"' in search(q="a")


def test_looking_is_all_that_one_can_do():
    assert Client().post("/search/").status_code == 405
    assert Client().head("/search/").status_code == 200


def test_a_program_that_asks_without_end_is_slowed_down(monkeypatch):
    monkeypatch.setattr(views, "A_HALL_ASKS", 2)
    monkeypatch.setattr(views, "A_HALL_TYPES", 1)
    put(document("工匠"))
    assert [Client().get("/search/?q=工匠").status_code for _ in range(3)] == [200, 200, 429]
    answer = Client().get("/search/?q=工匠")
    assert "Too many searches" in answer.content.decode()
    assert shown(answer.content.decode()) == []
    assert ["<li>" in read("/search/suggest/", q="工匠") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("number", [1, 300])
def test_a_page_costs_the_same_at_any_size(number, django_assert_max_num_queries):
    put(*many(number), document("永康工匠"))
    client = Client()
    client.get("/search/?q=康")
    with django_assert_max_num_queries(6):
        client.get("/search/?q=康")
    with django_assert_max_num_queries(2):
        client.get(reverse("search:suggest"), {"q": "康"})


def test_words_in_quotes_are_quoted_once():
    text = read("/search/", q="“工匠”")
    assert "““" not in text
    assert "“工匠”" in text
