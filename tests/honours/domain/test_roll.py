"""The roll counts everybody, names only whom it may, and shows of a record what the person chose."""

from datetime import date

import pytest

from craft_site.people.domain import growth
from honours.domain import register, roll
from honours.models import Honour
from tests.factories import make_user
from tests.honours.makers import make_honour, make_title

pytestmark = pytest.mark.django_db


def rows():
    return {(one.title.name, one.year): (one.total, one.named, one.unnamed) for one in roll.years()}


def test_a_count_and_names_of_one_title_are_not_added_up(organiser):
    title = make_title(name="金匠")
    register.tally(title=title, year=2024, count=31, source="Daily", by=organiser)
    assert rows() == {("金匠", 2024): (31, 0, 31)}
    make_honour("A", title=title)
    make_honour("B", title=title, announced=False)
    assert rows() == {("金匠", 2024): (31, 1, 30)}


def test_more_names_than_a_source_counted_are_all_there(organiser):
    title = make_title(name="金匠")
    register.tally(title=title, year=2024, count=1, source="Daily", by=organiser)
    make_honour("A", title=title)
    make_honour("B", title=title)
    assert rows() == {("金匠", 2024): (2, 2, 0)}


def test_what_was_revoked_is_neither_counted_nor_named(organiser):
    title = make_title(name="金匠")
    register.tally(title=title, year=2024, count=5, source="Daily", by=organiser)
    gone = make_honour("A", title=title)
    Honour.objects.filter(pk=gone.pk).update(state="revoked")
    assert rows() == {("金匠", 2024): (4, 0, 4)}
    assert not roll.named().exists()
    assert roll.way(gone.holder) == []


def test_the_chart_has_every_year_between_the_first_and_the_last():
    make_honour("A", year=2021, title=make_title(level=4))
    make_honour("B", year=2024, title=make_title(level=1))
    make_honour("C", year=None)
    levels = roll.by_level(roll.years())
    assert {year: sum(counts.values()) for year, counts in levels.items()} == {
        2021: 1,
        2022: 0,
        2023: 0,
        2024: 1,
    }
    assert (levels[2021][4], levels[2024][1]) == (1, 1)
    assert roll.by_level([]) == {}


def test_of_the_record_only_what_the_person_chose_is_on_the_public_page(worker):
    user = make_user("worker")
    worker.user = user
    worker.save()
    for kind in ("contest", "pair", "subsidy", "course"):
        growth.record(
            worker=worker, kind=kind, on=date(2020, 1, 1), title=f"a {kind}", source=kind, url="/me/x/"
        )
    growth.record(
        worker=worker, kind="level", on=date(2019, 1, 1), title="a level", source="level", url="/contests/x/"
    )
    holder = make_honour(worker=worker, conferred_on=date(2024, 5, 1)).holder
    assert [step.brass for step in roll.way(holder)] == [True]
    kinds = ["contest", "level", "subsidy", "honour"]
    holder = register.consent(holder=holder, named=True, kinds=kinds, by=user)
    shown = [(step.title, step.url, step.brass) for step in roll.way(holder)]
    assert shown == [
        ("a level", "/contests/x/", False),
        ("a contest", "", False),  # the own page leads strangers nowhere
        (holder.honours.get().title.name, "", True),
    ]
    growth.withdraw(worker=worker, source="contest")
    assert [step.title for step in roll.way(holder)][:1] == ["a level"]
    assert len(roll.way(holder)) == 2


def test_a_count_of_two_years_answers_for_both(organiser, client):
    title = make_title(name="立功竞赛先进个人")
    register.tally(title=title, year=2023, count=3, source="Daily", period="2022-2023", by=organiser)
    make_title(name="从未授予")
    make_honour("无年份", year=None)
    page = client.get("/honours/", HTTP_ACCEPT_LANGUAGE="en")
    text = page.content.decode()
    assert page.context["without_year"] == 1
    assert "1 more honour is named" in text
    assert "<span>2022–2023</span>" in text
    assert "从未授予" not in text
    for year, found in ((2022, 1), (2023, 1), (2024, 0)):
        assert len(client.get(f"/honours/?year={year}").context["counts"]) == found


def test_a_sentence_stands_once_for_all_its_counts(organiser, client):
    for name in ("金匠", "银匠"):
        register.tally(
            title=make_title(name=name), year=2024, count=2, source="Daily", quote="共4人", by=organiser
        )
    text = client.get("/honours/").content.decode()
    assert (text.count("共4人"), text.count('href="#source-1"')) == (1, 2)
