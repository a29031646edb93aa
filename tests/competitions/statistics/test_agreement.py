"""Agreement against published answers; sources in docs/judge-statistics.md."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.statistics.agreement import (
    ALPHA_LEVELS,
    ICC_FORMS,
    NotComputable,
    alpha,
    icc,
    kendall,
    squared_spread,
)
from competitions.statistics.ratings import DuplicateRating, Rating, Ratings
from tests.competitions.statistics.tables import (
    KRIPPENDORFF_12,
    KRIPPENDORFF_15,
    SHROUT_FLEISS,
    by_entry,
    by_judge,
    guilford,
)


def near(value, places):
    return pytest.approx(value, abs=0.5 * 10**-places)


def test_icc_of_shrout_and_fleiss():
    found = icc(by_entry(SHROUT_FLEISS).by_entry())
    assert [found.values[form] for form in ICC_FORMS] == [
        near(value, 6) for value in (0.165742, 0.289764, 0.714841, 0.442797, 0.620051, 0.909316)
    ]
    assert found.mean_squares == {
        "rows": near(11.2417, 4),
        "within": near(6.2639, 4),
        "judges": near(32.4861, 4),
        "residual": near(1.0194, 4),
    }
    assert (found.f["1"], found.df["1"], found.p["1"]) == (
        near(1.8, 1),
        (5, 18),
        pytest.approx(0.16472, abs=1e-4),
    )
    assert (found.f["C"], found.df["C"], found.p["C"]) == (near(11.0, 1), (5, 15), near(0.00013, 5))
    assert [found.intervals[form] for form in ICC_FORMS] == [
        (near(low, 2), near(high, 2))
        for low, high in (
            (-0.13, 0.72),
            (0.02, 0.76),
            (0.34, 0.95),
            (-0.88, 0.91),
            (0.07, 0.93),
            (0.68, 0.99),
        )
    ]


def test_kendall_of_the_same_table_with_ties():
    found = kendall(by_entry(SHROUT_FLEISS).by_entry())
    assert (found.w, found.chi2, found.df) == (near(0.887037, 6), near(17.7407, 4), 5)
    assert found.w_uncorrected < found.w


def test_kendall_of_three_competitors_and_four_judges():
    found = kendall(by_entry([(1, 1, 2, 3), (3, 2, 3, 1), (2, 3, 1, 2)]).by_entry())
    assert found.w == found.w_uncorrected == 1 / 16
    assert found.p == pytest.approx(0.7788, abs=1e-4)  # exp(-chi2 / 2) for two degrees of freedom


def test_kendall_s_of_zars_rank_sums():
    sums = ["14.5", "21", "30.5", "6", "11", "3.5", "20", "11.5", "29", "28.5", "22.5", "36"]
    spread = squared_spread([Fraction(value) for value in sums])
    assert spread == Fraction("1175.5")
    assert float(12 * spread / (9 * (12**3 - 12))) == near(0.913364, 6)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        (by_entry(SHROUT_FLEISS), {"interval": 0.147308, "ordinal": 0.109059}),
        (
            by_judge(KRIPPENDORFF_15),
            {"nominal": 0.691358, "interval": 0.810845, "ordinal": 0.806721, "ratio": 0.808944},
        ),
    ],
)
def test_alpha_to_six_places(ratings, expected):
    assert {level: alpha(ratings.by_cell(), level) for level in expected} == {
        level: near(value, 6) for level, value in expected.items()
    }


def test_alpha_of_krippendorffs_twelve_units():
    grid = by_judge(KRIPPENDORFF_12).by_cell()
    assert {level: round(alpha(grid, level), 3) for level in ("nominal", "ordinal", "ratio")} == {
        "nominal": 0.743,
        "ordinal": 0.815,
        "ratio": 0.797,
    }


def test_gaps_stop_icc_and_kendall_and_not_alpha():
    grid = by_judge(KRIPPENDORFF_15)
    for figure in (icc, kendall):
        with pytest.raises(NotComputable) as stopped:
            figure(grid.by_entry())
        assert stopped.value.code == "gaps"
    assert alpha(grid.by_cell(), "nominal") < 1


def test_a_judge_without_one_item_of_an_entry_has_a_gap_for_the_entry():
    rows = [row for row in guilford().rows if row[:3] != ("J2", "E3", "T4")]
    grid = Ratings(rows).by_entry()
    assert grid.gaps == 1
    assert grid.rows[2][1] is None
    assert guilford().by_entry().gaps == 0


def test_entries_with_different_items_count_by_their_own_mean():
    ratings = Ratings(
        [
            Rating("J1", "E1", "a", Decimal(2)),
            Rating("J2", "E1", "a", Decimal(4)),
            Rating("J1", "E2", "a", Decimal(1)),
            Rating("J1", "E2", "b", Decimal(2)),
            Rating("J2", "E2", "a", Decimal(1)),
            Rating("J2", "E2", "b", Decimal(5)),
        ]
    )
    grid = ratings.by_entry()
    assert [[Fraction(value, grid.scale) for value in row] for row in grid.rows] == [
        [2, 4],
        [Fraction(3, 2), 3],
    ]


@pytest.mark.parametrize(
    ("rows", "code"), [([(5, 5), (5, 5)], "no_differences"), ([(1, 2)], "too_few"), ([(1,), (2,)], "too_few")]
)
def test_what_cannot_be_computed_says_why(rows, code):
    grid = by_entry(rows).by_entry()
    for figure in (icc, kendall):
        with pytest.raises(NotComputable) as stopped:
            figure(grid)
        assert stopped.value.code == code


def test_a_ratio_needs_marks_from_zero_on():
    with pytest.raises(NotComputable) as stopped:
        alpha(by_entry([(-1, 2), (3, 4)]).by_cell(), "ratio")
    assert stopped.value.code == "negative"
    assert alpha(by_entry([(0, 0), (3, 3)]).by_cell(), "ratio") == 1


def test_two_marks_of_one_judge_for_one_thing_are_refused():
    with pytest.raises(DuplicateRating):
        Ratings([Rating("J", "E", "", Decimal(1)), Rating("J", "E", "", Decimal(1))])


tables = st.integers(2, 5).flatmap(
    lambda judges: st.lists(
        st.tuples(*[st.decimals(0, 10, places=1)] * judges), min_size=2, max_size=7
    ).filter(lambda rows: len({row[0] for row in rows}) > 1)
)


def _figures(ratings):
    found = []
    grid, cells = ratings.by_entry(), ratings.by_cell()
    for figure in (icc, kendall):
        try:
            answer = figure(grid)
            found.append(answer.values if figure is icc else answer)
        except NotComputable as reason:
            found.append(reason.code)
    for level in ALPHA_LEVELS:
        try:
            found.append(round(alpha(cells, level), 12))
        except NotComputable as reason:
            found.append(reason.code)
    return found


@settings(deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_judges_and_entries_does_not_matter(rows, chance):
    marks = list(by_entry(rows).rows)
    before = _figures(Ratings(marks))
    chance.shuffle(marks)
    assert _figures(Ratings(marks)) == before


@settings(deadline=None)
@given(st.lists(st.decimals(0, 10, places=1), min_size=2, max_size=8, unique=True), st.integers(2, 6))
def test_judges_who_mark_alike_agree_wholly(values, judges):
    ratings = by_entry([(value,) * judges for value in values])
    assert {alpha(ratings.by_cell(), level) for level in ALPHA_LEVELS} == {1.0}
    assert set(icc(ratings.by_entry()).values.values()) == {1.0}
    assert kendall(ratings.by_entry()).w == 1


@settings(deadline=None)
@given(tables, st.decimals(1, 3, places=1), st.decimals(0, 5, places=1))
def test_interval_figures_know_no_unit(rows, factor, shift):
    """Other units change neither ICC nor W nor alpha on the interval and ordinal levels."""
    moved = by_entry([[value * factor + shift for value in row] for row in rows])
    before, after = _figures(by_entry(rows)), _figures(moved)
    assert after[1] == before[1]
    for one, other in ((before[0], after[0]), (before[3], after[3]), (before[4], after[4])):
        assert one == (pytest.approx(other, abs=1e-9) if not isinstance(one, str) else other)


def test_alpha_falls_to_nothing_for_marks_by_chance():
    chance = random.Random(5)
    rows = [[chance.randrange(4) for _judge in range(4)] for _entry in range(800)]
    assert abs(alpha(by_entry(rows).by_cell(), "interval")) < 0.05
