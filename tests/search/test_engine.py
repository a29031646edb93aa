"""The index asked: on either database the same answers in the same order, and those of a plain walk through all."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from craft_site.search import engine, index
from craft_site.search.models import Entry, Kind, Passage
from craft_site.search.query import read
from tests.search import naive
from tests.search.making import TESTS, document, keys, many, put, titles

pytestmark = pytest.mark.django_db

QUESTIONS = [
    "工匠",
    "永康",
    "工",
    "永康工匠",
    "模具 制造",
    "cnc",
    "CNC加工",
    "2024",
    "2024年",
    "yk",
    "gj",
    "ykgj",
    "zw",
    "dw",
    "sw",
    "zg",
    "mould",
    "mil",
    "art",
    "smart a",
    "第4届",
    "\n    工匠 2024",
    "永康 gj",
    "craftsmen",
    "of",
    "c",
    "ー",
    "匠精神",
    "不存在",
    "李 永康",
    "cnc mil",
    "《精英赛》",
    '"工匠"',
    "王 OR 李",
    "city of",
]


def test_two_characters_inside_a_longer_word_are_found():
    put(document("永康工匠张师傅"), document("永康五金"))
    assert titles("工匠") == ["永康工匠张师傅"]
    assert titles("师") == ["永康工匠张师傅"]
    assert titles("傅") == ["永康工匠张师傅"]
    assert sorted(titles("永康")) == ["永康五金", "永康工匠张师傅"]


def test_a_word_of_another_script_is_found_by_its_beginning_and_in_any_width():
    put(document("CNC Milling 2024"), document("ＣＮＣ加工"))
    assert titles("mill") == ["CNC Milling 2024"]
    assert titles("illing") == []
    assert sorted(titles("cnc")) == ["CNC Milling 2024", "ＣＮＣ加工"]
    assert titles("ｃｎｃ加工") == ["ＣＮＣ加工"]


def test_initials_find_titles_and_names_in_both_readings():
    put(document("永康工匠学院"), document("单雄信", is_name=True), document("成绩", names=("曾国藩",)))
    assert titles("ykgj") == ["永康工匠学院"]
    assert titles("gjxy") == ["永康工匠学院"]
    assert titles("sxx") == titles("dxx") == ["单雄信"]
    assert titles("zgf") == titles("cgf") == ["成绩"]
    assert titles("x") == []


def test_the_better_place_in_the_title_comes_first_then_the_newer():
    day = date(2024, 5, 1)
    rows = {
        "words": document("技能大赛", body="模具"),
        "inside": document("永康模具工", day=day),
        "newer": document("五金模具厂", day=day + timedelta(days=1)),
        "word": document("永康 模具 2024"),
        "begins": document("模具工大赛"),
        "begins_word": document("模具 2024"),
        "is": document("模具"),
    }
    put(*rows.values())
    order = ("is", "begins_word", "begins", "word", "newer", "inside", "words")
    assert keys("模具") == [rows[name].key for name in order]


@pytest.fixture
def chance():
    found = list(many(300))
    put(*found)
    return found


@pytest.mark.parametrize("typed", [one.strip() for one in QUESTIONS])
def test_every_answer_and_its_place_are_those_of_a_plain_walk(chance, typed):
    assert keys(typed) == naive.search(chance, typed)


def test_the_order_is_this_one_on_every_database(chance):
    """Written down once: SQLite and PostgreSQL run this file with the same list."""
    assert keys("工匠 2024")[:8] == naive.search(chance, "工匠 2024")[:8]
    assert len(keys("工匠")) > 50


def test_counts_are_of_all_kinds_and_a_page_of_the_one_asked_for(chance):
    query = read("工匠")
    whole = engine.search(query, most=1000)
    assert whole.total == len(whole.entries)
    for kind in Kind:
        some = engine.search(query, kind=kind, most=1000)
        assert some.counts == whole.counts
        assert list(some.entries) == [one for one in whole.entries if one.kind == kind]
    pages = [engine.search(query, start=n, most=7).entries for n in range(0, whole.total, 7)]
    assert [one.pk for page in pages for one in page] == [one.pk for one in whole.entries]


def test_suggestions_are_the_first_of_the_results(chance):
    assert engine.suggest(read("工"), most=5) == engine.search(read("工"), most=5).entries


@pytest.mark.parametrize("number", [1, 300])
def test_a_page_costs_two_queries_at_any_size(number, django_assert_num_queries):
    put(*many(number), document("永康"))
    with django_assert_num_queries(2):
        assert engine.search(read("康")) is not None
        engine.search(read(""))


def test_put_again_changes_and_drop_takes_out():
    put(document("工匠", key="a", body="模具"))
    put(document("劳模", key="a", body="电力"))
    assert (titles("工匠"), titles("模具"), titles("劳模"), titles("电力")) == ([], [], ["劳模"], ["劳模"])
    assert index.put(TESTS, document("劳模", key="a", body="电力")) == 0
    index.drop(TESTS, "a", "nothing")
    assert (titles("劳模"), Entry.objects.count(), Passage.objects.count()) == ([], 0, 0)


def test_what_empties_the_tables_empties_the_index():
    put(document("工匠"), document("工匠"))
    Entry.objects.all().delete()
    put(document("模具"))
    assert (titles("工匠"), titles("模具")) == ([], ["模具"])


def test_after_its_last_day_nothing_is_found():
    today = timezone.localdate()
    put(document("今天", until=today), document("昨天", until=today - timedelta(days=1)))
    assert (titles("今天"), titles("昨天"), titles("天")) == (["今天"], [], ["今天"])


def test_a_text_beyond_all_measure_is_cut_and_kept():
    signs = "".join(chr(0x4E00 + n % 20_000) for n in range(0, 300_000, 7))
    put(document("工" * 5_000, body=signs + "尾巴", body_en="x" * 100_000, names=("\x00\ud800",)))
    assert len(titles("工工")) == 1
    assert titles(signs[:40]) == titles("工")


@pytest.mark.parametrize(
    "typed",
    ['"', "'", '"工匠', "工匠*", "NOT", "AND OR", "(", "a:b", "^x", "-", "\\", "%", "_", "';--", "\x00工", "\ud800工匠",
     "😀", "😀工匠", " ", "", "&|!", ":*", "<->", "NEAR(a b)", "{a}", "é", "ß", "İ", "ﬁ", "½", "ー", "々", "a" * 10_000,
     "工" * 10_000, "a b " * 5_000, "'' & ''", "$1", "%s", "{}", "\u200b", "\ufeff", "\U000e0001"],
)  # fmt: skip
def test_nothing_that_can_be_typed_is_a_fault(typed):
    put(document("永康工匠", body="a b"))
    engine.search(read(typed))
    engine.suggest(read(typed))
