"""What a year shows: counted, entered, completed; beside its target, its years and the target of the next."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.utils import translation

from craft_site.home.scorecard import years
from craft_site.home.scorecard.plan import Standing
from craft_site.home.scorecard.sheet import basis_words
from tests.home.scorecard.makers import make_card, make_figure, make_indicator
from tests.home.scorecard.test_counters import contest

pytestmark = pytest.mark.django_db
AFTER = date(2026, 1, 1)


def shown(year: int = 2024, today: date = AFTER):
    return years.shown(year, public=True, today=today).sheet


def only(year: int = 2024, today: date = AFTER):
    [line] = shown(year, today).lines
    return line.numbers[0]


@pytest.fixture
def two_contests():
    for month in (3, 4):
        contest(datetime(2024, month, 8, 4, tzinfo=UTC))


def test_a_counted_number_is_the_count_whatever_the_source_says(two_contests):
    make_figure(make_card(), make_indicator(counter="contests.held"), basis="counted", actual=5)
    number = only()
    assert (number.shown, number.counted, number.reported_shown) == ("2", D(2), "5")
    assert len(number.records) == 2


def test_a_number_is_completed_from_the_source_and_says_so(two_contests):
    make_figure(make_card(), make_indicator(counter="contests.held"), basis="completed", actual=5)
    number = only()
    with translation.override("en"):
        assert (number.shown, basis_words(number)) == (
            "5",
            "5 events by the source, 2 of them with records here",
        )


def test_more_records_than_the_source_says_are_counted(two_contests):
    make_figure(
        make_card(), make_indicator(counter="contests.held"), basis="completed", actual=1, actual_sign="+"
    )
    assert only().shown == "2"


def test_an_entered_number_is_not_counted_though_it_could_be(two_contests):
    make_figure(make_card(), make_indicator(counter="contests.held"), actual=5, actual_sign="+")
    assert (only().shown, only().counted) == ("5+", None)


def test_what_nothing_counts_yet_is_no_nought():
    make_figure(make_card(), make_indicator(counter="nothing"), basis="counted", target=12)
    assert (only().value, only().standing) == (None, Standing.OPEN)


def test_a_year_under_way_is_measured_by_its_part(two_contests):
    make_figure(make_card(), make_indicator(counter="contests.held"), basis="counted", target=4)
    assert only(today=date(2024, 6, 30)).standing == Standing.AT
    assert only(today=date(2024, 12, 30)).standing == Standing.BEHIND


def test_the_trend_has_every_published_year_and_the_target_of_the_next():
    indicator = make_indicator()
    told = ((2023, 4, None, True), (2024, 5, 5, True), (2025, None, 7, True), (2022, 9, 9, False))
    for year, actual, target, published in told:
        make_figure(make_card(year, published=published), indicator, actual=actual, target=target)
    number = only(2024)
    assert [(one.year, one.shown, one.target_shown) for one in number.trend] == [
        (2023, "4", ""),
        (2024, "5", "≥5"),
        (2025, "", "≥7"),
    ]
    assert number.next_target.startswith("≥7 ")


def test_what_is_behind_comes_the_furthest_first():
    card = make_card()
    for code, actual in (("near", 9), ("far", 1), ("done", 10)):
        make_figure(card, make_indicator(code), actual=actual, target=10)
    assert [line.code for line, _number in shown().behind] == ["far", "near"]


def test_shares_that_are_no_whole_are_told():
    indicator, card = make_indicator("shares", "a", "b", shares=True), make_card()
    for code, actual in (("a", 40), ("b", 50)):
        make_figure(card, indicator, code, actual=actual)
    assert shown().lines[0].share_sum == 90


def test_an_indicator_out_of_use_is_not_shown():
    make_figure(make_card(), make_indicator(in_use=False), actual=5)
    assert shown().lines == ()


def test_what_is_not_published_is_nobodys():
    make_card(2024, published=False)
    assert years.shown(2024, public=True) is None
    assert years.shown(2024, public=False) is not None
    assert years.newest_published() is None
