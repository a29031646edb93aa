"""A page of a long list: the keys first, then the rows, in the order that was asked for."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from craft_site.kit.lists import KeysFirst, day_cell, days_cell
from craft_site.people.models import Employer
from tests.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def found():
    for name in ("c", "a", "e", "b", "d"):
        make_employer(name)
    return KeysFirst(Employer.objects.order_by("-name").select_related("union"))


def test_a_page_has_the_rows_of_its_place_in_the_order_of_the_list(found, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert [row.name for row in found[1:3]] == ["d", "c"]
    assert [row.name for row in found[4:9]] == ["a"]


def test_beyond_the_end_nothing_is_asked_twice(found, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert found[9:12] == []


def test_one_row_is_one_row(found):
    assert found[0].name == "e"


def test_a_day_is_written_alike_in_every_list_and_every_language():
    for code in ("en", "zh-hans"):
        with translation.override(code):
            assert (
                day_cell(date(2026, 1, 9)) == '<time class="nowrap" datetime="2026-01-09">2026-01-09</time>'
            )
            assert ">2026-01-09 08:05</time>" in day_cell(datetime(2026, 1, 9, 0, 5, tzinfo=UTC))
            assert "2026-01-09</time> – <time" in days_cell(date(2026, 1, 9), date(2026, 2, 1))
            assert days_cell(date(2026, 1, 9), date(2026, 1, 9)) == day_cell(date(2026, 1, 9))
    assert day_cell(None) == "–"
