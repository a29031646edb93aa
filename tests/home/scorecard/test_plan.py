"""A number against its plan, on paper."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craft_site.home.scorecard import plan
from craft_site.home.scorecard.plan import Standing as S


@pytest.mark.parametrize(
    ("value", "target", "sign", "stands"),
    [
        (4, 5, "≥", S.BEHIND),
        (5, 5, "≥", S.AT),
        (6, 5, "≥", S.AHEAD),
        (55, 55, "=", S.AT),
        (54, 55, "=", S.BEHIND),
        (80, 80, "+", S.AT),
        (12, 10, "≤", S.BEHIND),
        (9, 10, "≤", S.AT),
        (None, 5, "≥", S.OPEN),
        (0, 5, "≥", S.BEHIND),
        (5, None, "≥", S.NONE),
        (None, None, "", S.NONE),
    ],
)
def test_a_year_that_is_over_is_measured_against_the_whole_target(value, target, sign, stands):
    numbers = [None if one is None else D(one) for one in (value, target)]
    assert plan.standing(*numbers, sign) == stands


@pytest.mark.parametrize(
    ("value", "done", "stands"),
    [(0, "0", S.AT), (9, "0.5", S.BEHIND), (10, "0.5", S.AT), (19, "0.5", S.AT), (21, "0.5", S.AHEAD)],
)
def test_while_it_runs_a_growing_number_is_measured_against_what_is_due(value, done, stands):
    assert plan.standing(D(value), D(20), "≥", done=D(done)) == stands


def test_a_share_on_the_way_is_neither_behind_nor_ahead():
    assert plan.standing(D(20), D(30), "=", done=D("0.9"), grows=False) == S.OPEN
    assert plan.standing(D(20), D(30), "=", grows=False) == S.BEHIND


def test_the_part_of_a_period_that_is_over():
    year = (date(2025, 1, 1), date(2025, 12, 31))
    assert plan.part_done(*year, date(2024, 12, 31)) == 0
    assert plan.part_done(*year, date(2025, 12, 31)) == 1
    assert plan.part_done(*year, date(2026, 6, 1)) == 1
    assert plan.part_done(date(2025, 1, 1), date(2025, 1, 4), date(2025, 1, 1)) == D("0.25")


@pytest.mark.parametrize(
    ("value", "sign", "written"),
    [
        (None, "", ""),
        (D("8700.00"), "+", "8,700+"),
        (D("20"), "≥", "≥20"),
        (D("40.00"), "≤", "≤40"),
        (D("55"), "=", "55"),
        (D("0.00"), "", "0"),
        (D("12.50"), "", "12.5"),
        (D("100000"), "+", "100,000+"),
    ],
)
def test_how_a_number_is_written(value, sign, written):
    assert plan.written(value, sign) == written


numbers = st.sampled_from((None, *(D(one) for one in (0, 1, 4, 5, 6, 1000, 10**6))))


@given(numbers, numbers)
def test_a_bar_never_leaves_its_frame(value, target):
    drawn = plan.bar(value, target)
    if drawn is None:
        assert value is None
        assert target is None
        return
    assert 0 <= drawn.fill <= 100
    assert drawn.goal is None or 0 <= drawn.goal <= 100


def test_shares_that_are_not_a_whole_are_told():
    assert plan.share_faults([D(30), D(40), D(30)]) is None
    assert plan.share_faults([D(30), D(40), D(20)]) == 90
    assert plan.share_faults([D(30), None, D(20)]) is None
