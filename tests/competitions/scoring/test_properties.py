"""Laws that hold for every contest, and the engine against its naive twin."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.scoring.aspects import aspect_mark
from competitions.scoring.engine import score_event
from competitions.scoring.numbers import (
    ROUNDING_MODES,
    NotANumber,
    exact_sum,
    plain_text,
    read_number,
    round_exact,
    to_decimal,
)
from competitions.scoring.panels import combined_mark
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput
from competitions.scoring.scheme import Panel, Scale, parse_scheme

from . import naive

DROP = 1
SCHEME = parse_scheme(naive.contest(judges=5, drop=DROP))


def thousandths(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda n: Decimal(n) / 1000)


tenths = st.integers(0, 100).map(lambda n: Decimal(n) / 10)
contestants = st.fixed_dictionaries(
    {
        "size": st.lists(thousandths(19960, 20040), min_size=3, max_size=3),
        "form": st.lists(thousandths(0, 100), min_size=3, max_size=3),
        "look": st.lists(tenths, min_size=5, max_size=5),
        "safe": st.integers(0, 5),
        "late": st.integers(0, 6),
        "theory": st.integers(0, 10000).map(lambda n: Decimal(n) / 100),
        "seconds": st.integers(13_000, 13_005),
    }
)


def entry_of(code, facts):
    return EntryInput(
        entry=code,
        raw={key: facts[key] for key in ("size", "form", "look")} | {"safe": {"slip": facts["safe"]}},
        components={"T": facts["theory"]},
        penalties=(PenaltyInput("late", facts["late"]),) if facts["late"] else (),
        elapsed_seconds=facts["seconds"],
    )


def scored(facts):
    return score_event(SCHEME, [entry_of(str(n), item) for n, item in enumerate(facts)])


@settings(deadline=None, max_examples=80)
@given(st.lists(contestants, min_size=1, max_size=8))
def test_the_engine_agrees_with_its_naive_twin(facts):
    result = scored(facts)
    for n, item in enumerate(facts):
        entry = result.entry(str(n))
        assert entry.components["P"].mark == naive.practical_mark(item, drop=DROP)
        assert entry.total == naive.total_mark(item, drop=DROP)
    assert [result.entry(str(n)).rank for n in range(len(facts))] == naive.ranks(facts, drop=DROP)


@settings(deadline=None, max_examples=40)
@given(st.lists(contestants, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_entries_and_judges_has_no_influence(facts, random):
    before = scored(facts)
    entries = [entry_of(str(n), item) for n, item in enumerate(facts)]
    for entry in entries:
        random.shuffle(entry.raw["look"])
    random.shuffle(entries)
    after = score_event(SCHEME, entries)
    for entry in before.entries:
        twin = after.entry(entry.entry)
        assert (twin.total, twin.rank) == (entry.total, entry.rank)


@settings(deadline=None, max_examples=40)
@given(contestants, st.integers(0, 4), tenths)
def test_a_higher_judge_never_lowers_a_total_and_totals_stay_within_bounds(facts, seat, mark):
    raised = {**facts, "look": [max(m, mark) if n == seat else m for n, m in enumerate(facts["look"])]}
    before, after = scored([facts]).entries[0], scored([raised]).entries[0]
    assert 0 <= before.total <= after.total <= 100
    for code, aspect in after.aspects.items():
        assert 0 <= aspect.mark <= aspect.max_mark, code


@settings(deadline=None)
@given(st.lists(tenths, min_size=3, max_size=11), st.integers(0, 1))
def test_a_trimmed_mean_lies_between_the_marks_that_count(marks, drop):
    panel = Panel("p", len(marks), len(marks), Scale(maximum=Decimal(10)), "value", "mean", drop, drop)
    counting = sorted(marks)[drop : len(marks) - drop]
    assert counting[0] <= combined_mark(panel=panel, marks=marks) <= counting[-1]


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 4), st.sampled_from(ROUNDING_MODES))
def test_rounding_agrees_with_decimal_where_decimal_is_exact(value, places, mode):
    exact = Decimal(value.numerator * 10**7 // value.denominator) / 10**7
    rounded = round_exact(Fraction(exact), places=places, mode=mode)
    assert to_decimal(rounded, places=places) == exact.quantize(Decimal(1).scaleb(-places), rounding=mode)


@given(st.lists(st.fractions(max_denominator=1000)))
def test_sums_lose_nothing(values):
    assert exact_sum(values) == sum(values, Fraction(0))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_numbers_survive_their_plain_text(value):
    assert read_number(plain_text(value)) == value
    assert to_decimal(Fraction(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        "1e5",
        "NaN",
        "",
        "1_000",
        "１２",
        "0x1",
        None,
        [],
        Decimal("NaN"),
        Decimal("1E+99"),
        Decimal("1E-99"),
    ],
)
def test_what_is_no_exact_number(value):
    with pytest.raises(NotANumber):
        read_number(value)


@given(st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_three_judges_give_a_ninth_of_the_mark_a_point(aspects, marks):
    aspect = aspects["B1.3"]
    assert aspect_mark(aspect, [Decimal(mark) for mark in marks]) == Fraction(3, 2) * sum(marks) / 9
