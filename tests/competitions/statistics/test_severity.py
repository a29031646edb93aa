"""Many-facet Rasch measurement: a known table, simulated ones, gaps, extremes, tables that fall apart."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.statistics.fit import levels
from competitions.statistics.ratings import Rating, Ratings
from competitions.statistics.severity import NoSeverity, measure
from competitions.statistics.steps import step_scale
from tests.competitions.statistics.tables import by_entry, guilford, simulated


@pytest.fixture(scope="module")
def creativity():
    return measure(guilford())


def _rounded(measures, name="measure", places=3):
    return [round(getattr(one, name), places) + 0.0 for one in measures.values()]


def test_guilford_measures(creativity):
    assert creativity.converged
    assert creativity.loglikelihood == pytest.approx(-165.685, abs=0.0005)
    assert _rounded(creativity.judges) == [0.040, 0.245, -0.096]
    assert _rounded(creativity.entries) == [-0.071, 0.664, -0.255, -0.482, 0.441, -0.584, 0.288]
    assert _rounded(creativity.items) == [-0.280, -0.147, 0.211, -0.302, 0.518]
    assert [round(step, 3) for step in creativity.steps] == [
        -0.690,
        -2.352,
        0.809,
        -1.484,
        1.719,
        -0.979,
        2.393,
        0.585,
    ]


def test_guilford_errors_and_fit(creativity):
    assert [one.se for one in creativity.judges.values()] == [pytest.approx(0.117, abs=0.001)] * 3
    assert all(0.17 <= one.se < 0.19 for one in creativity.entries.values())
    assert _rounded(creativity.judges, "infit", 2) == [0.85, 1.48, 0.67]
    assert round(creativity.entries["E5"].infit, 2) == 1.99


def test_guilford_separation_and_agreement(creativity):
    judges, entries = creativity.spread["judges"], creativity.spread["entries"]
    assert (round(judges.reliability, 2), round(entries.reliability, 2)) == (0.31, 0.84)
    assert round(entries.separation, 2) == 2.25
    seen, expected = creativity.agreement
    assert (round(seen, 3), round(expected, 3)) == (0.314, 0.257)


def test_guilford_unexpected_marks(creativity):
    assert {mark.judge for mark in creativity.unexpected} == {"J2"}
    assert len(creativity.unexpected) == 5
    assert {
        (mark.entry, mark.item, mark.value, round(mark.expected, 1)) for mark in creativity.unexpected
    } >= {
        ("E5", "T1", 2.0, 6.0),
        ("E5", "T4", 2.0, 6.1),
    }
    assert all(abs(a.z) >= abs(b.z) for a, b in pairwise(creativity.unexpected))


@pytest.mark.parametrize(("ratio", "reliability", "strata"), [(2.17, 0.825, 3.23), (2.28, 0.84, 3.38)])
def test_separation_reliability_and_strata_belong_together(ratio, reliability, strata):
    found = levels(ratio)
    assert (found[0], found[1]) == (pytest.approx(reliability, abs=0.005), pytest.approx(strata, abs=0.01))


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_known_severities_are_recovered(share):
    """Against the mean of the panel, within four standard errors; with four marks in ten missing too."""
    true = [-0.8, -0.2, 0.0, 0.3, 0.7]
    found = measure(simulated(true, entries=250, items=(-0.5, 0.0, 0.5), share=share))
    assert found.converged
    assert found.parts == 1
    mean = sum(one.measure for one in found.judges.values()) / len(true)
    for number, severity in enumerate(true, start=1):
        one = found.judges[f"J{number}"]
        assert abs(one.measure - mean - severity) < 4 * one.se + 0.03, number
        assert 0.8 < one.infit < 1.2
        assert 0.8 < one.outfit < 1.2


def test_a_judge_who_marks_by_chance_does_not_fit():
    """Fit is what it claims to be: the one who throws dice has the highest infit and most unexpected marks."""
    ratings = simulated([0.0] * 4, entries=120)
    rows = [
        row._replace(value=Decimal(n // 4 * 3 % 4)) if row.judge == "J3" else row
        for n, row in enumerate(ratings.rows)
    ]
    found = measure(Ratings(rows))
    worst = max(found.judges, key=lambda judge: found.judges[judge].infit)
    assert worst == "J3"
    assert found.judges["J3"].infit > 1.3
    unexpected = [mark.judge for mark in found.unexpected]
    assert max(set(unexpected), key=unexpected.count) == "J3"


def test_entries_with_nothing_but_top_marks_are_measured_and_named():
    rows = [(0, 1, 1), (1, 2, 3), (2, 1, 0), (3, 3, 3), (1, 1, 2), (0, 0, 0), (2, 3, 1)]
    found = measure(by_entry(rows))
    assert {name for name, one in found.entries.items() if one.extreme} == {"E4", "E6"}
    normal = [one.measure for one in found.entries.values() if not one.extreme]
    assert found.entries["E4"].measure > max(normal)
    assert found.entries["E6"].measure < min(normal)
    assert found.entries["E4"].infit is None
    assert found.entries["E4"].se > 0


def test_a_judge_who_gave_only_the_lowest_mark_is_the_strictest():
    found = measure(by_entry([(0, 1, 2), (0, 2, 3), (0, 3, 1), (0, 1, 1), (0, 2, 1)]))
    assert found.judges["J1"].extreme
    assert found.judges["J1"].measure > max(found.judges[name].measure for name in ("J2", "J3"))


def test_panels_that_share_nothing_cannot_be_compared():
    """Two pairs of judges, each with its own entries; the same item does not link them."""
    one = [(1, 2, None, None), (2, 2, None, None), (0, 1, None, None), (1, 0, None, None)]
    other = [(None, None, 2, 1), (None, None, 0, 1), (None, None, 1, 2), (None, None, 2, 0)]
    apart = measure(by_entry(one + other))
    assert apart.parts == 2
    parts = {name: judge.part for name, judge in apart.judges.items()}
    assert parts["J1"] == parts["J2"] != parts["J3"] == parts["J4"]
    assert apart.entries["E1"].part != apart.entries["E5"].part
    linked = measure(by_entry([*one, *other, (None, 1, 2, None)]))
    assert linked.parts == 1


def test_judges_with_an_item_each_cannot_be_told_from_their_items():
    rows = [
        Rating(judge, f"E{n}", item, Decimal((n * step) % 4))
        for judge, item, step in (("J1", "A", 3), ("J2", "B", 5))
        for n in range(1, 9)
    ]
    assert measure(Ratings(rows)).parts == 2


def test_equal_marks_everywhere_measure_nothing():
    for rows, code in (
        ([(2, 2), (2, 2)], "no_differences"),
        ([(1, 2)], "too_few"),
        ([(1,), (2,)], "too_few"),
    ):
        with pytest.raises(NoSeverity) as stopped:
            measure(by_entry(rows))
        assert stopped.value.code == code


def test_many_different_marks_are_put_into_classes():
    scale = step_scale(Decimal(n) / 4 for n in range(200, 401))
    assert scale.grouped
    assert len(scale.values) == 10
    assert scale.step(Decimal(50)) == 0
    assert scale.step(Decimal(100)) == 9
    assert scale.mark(0) < scale.mark(4.5) < scale.mark(9)


def test_a_few_different_marks_are_steps_of_their_own():
    scale = step_scale(map(Decimal, ("7", "7.5", "9", "7")))
    assert (scale.values, scale.grouped) == ((7.0, 7.5, 9.0), False)
    assert [scale.step(Decimal(mark)) for mark in ("7", "7.5", "9")] == [0, 1, 2]
    assert scale.mark(1.5) == 8.25


@settings(deadline=None, max_examples=60)
@given(
    st.integers(2, 4).flatmap(
        lambda judges: st.lists(
            st.tuples(*[st.one_of(st.none(), st.integers(0, 3))] * judges), min_size=2, max_size=8
        )
    )
)
def test_any_table_is_measured_or_refused(rows):
    """No table makes it stumble; a refusal has a reason."""
    codes = {"too_few", "no_differences"}
    try:
        found = measure(by_entry(rows))
    except NoSeverity as refused:
        codes.remove(refused.code)  # a KeyError where it is none of them
        return
    for one in (*found.judges.values(), *found.items.values(), *found.entries.values()):
        assert one.se > 0
        assert one.extreme or one.infit is not None
    kept = [one.measure for one in found.entries.values() if not one.extreme]
    if found.converged:
        assert abs(sum(kept)) < 1e-6 * max(1, len(kept))


def test_the_order_of_marks_does_not_matter():
    rows = list(guilford().rows)
    before = measure(guilford())
    after = measure(Ratings(rows[::-1]))
    assert {name: one.measure for name, one in after.judges.items()} == {
        name: pytest.approx(one.measure, abs=1e-6) for name, one in before.judges.items()
    }
