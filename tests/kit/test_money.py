"""Sums of money as people read them."""

from decimal import Decimal

import pytest
from django.template import Context, Template

from craft_site.kit.money import yuan


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, "0"),
        (950, "950"),
        (220000, "220,000"),
        (Decimal("24000.00"), "24,000"),
        (Decimal("3860.50"), "3,860.50"),
        (-1200, "-1,200"),
    ],
)
def test_thousands_stand_apart_and_cents_only_where_there_are_any(value, read):
    assert yuan(value) == read


def test_a_template_shows_no_sum_where_there_is_none():
    page = Template("{% load money %}{{ sum|yuan }}|{{ none|yuan }}")
    assert page.render(Context({"sum": 220000, "none": None})) == "220,000|"
