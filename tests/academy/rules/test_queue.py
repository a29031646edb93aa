"""Who comes first: the line for places that come free, and the lots of those with priority."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.files.programmes import templates
from academy.rules import programme
from academy.rules.queue import InLine, first_drawn, in_order, priority
from academy.rules.record import is_model_worker
from craft_site.kit import draw as lots

START = datetime(2025, 3, 10, 9, tzinfo=UTC)
CLAIMS = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12).map(
    lambda rows: [
        InLine(f"B001-{n:05d}", first, START + timedelta(seconds=s)) for n, (first, s) in enumerate(rows)
    ]
)
ITEMS = st.lists(st.integers(0, 999), min_size=1, max_size=20, unique=True).map(
    lambda numbers: [f"B001-{n:05d}" for n in numbers]
)


@given(CLAIMS, st.randoms())
def test_the_line_has_priority_in_front_then_the_time_stamp_in_whatever_order_it_is_read(claims, chance):
    mixed = list(claims)
    chance.shuffle(mixed)
    line = in_order(mixed)
    assert line == in_order(claims)
    assert sorted(line, key=lambda one: one.reference) == sorted(claims, key=lambda one: one.reference)
    for before, after in pairwise(line):
        assert before.first >= after.first
        if before.first == after.first:
            assert (before.at, before.reference) < (after.at, after.reference)


@given(CLAIMS)
def test_nobody_gains_by_filing_later_and_nobody_loses_by_having_priority(claims):
    line = in_order(claims)
    for place, one in enumerate(line):
        others = [other for other in claims if other is not one]
        later = InLine(one.reference, one.first, one.at + timedelta(seconds=1))
        raised = InLine(one.reference, True, one.at)
        assert in_order([*others, later]).index(later) >= place
        assert in_order([*others, raised]).index(raised) <= place


@given(ITEMS, st.data())
def test_by_lot_those_with_priority_are_placed_first_and_the_lots_decide_within_each_part(items, data):
    first = frozenset(data.draw(st.sets(st.sampled_from(items))))
    places = data.draw(st.integers(0, len(items)))
    drawn = [lot.item for lot in lots.drawn_order(lots.sha256("seed"), items)]
    order = first_drawn(drawn, first)
    assert sorted(order) == sorted(items)
    assert order[: len(first)] == [item for item in drawn if item in first]
    assert order[len(first) :] == [item for item in drawn if item not in first]
    placed = set(order[:places])
    if len(first) <= places:
        assert first <= placed
    else:
        assert placed <= first


@given(ITEMS)
def test_where_all_or_none_have_priority_the_drawn_order_stands(items):
    assert first_drawn(items, frozenset()) == first_drawn(items, frozenset(items)) == items


def test_the_record_proves_and_the_claimants_word_is_told_apart():
    groups = ("model_worker", "new_form")
    assert priority(groups, proved={"model_worker"}, said={"new_form": False}) == {"model_worker": "record"}
    assert priority(groups, proved=(), said={"model_worker": True, "new_form": True}) == {
        "model_worker": "stated",
        "new_form": "stated",
    }
    assert priority(groups, proved=(), said={"new_form": None}) == {}
    assert priority((), proved={"model_worker"}, said={"new_form": True}) == {}


@pytest.mark.parametrize(
    ("honour", "is_one"),
    [
        ("全国劳动模范", True),
        ("永康市劳模", True),
        ("浙江省先进工作者", True),
        ("Model worker of Zhejiang", True),
        ("劳模创新工作室领办人", False),
        ("全国模范劳模集体", False),
        ("八婺金匠", False),
        ("五一劳动奖章", False),
    ],
)
def test_which_honours_make_a_model_worker(honour, is_one):
    assert is_model_worker(["浙江工匠", honour]) is is_one


@pytest.mark.parametrize("code", ["zhejiang-2024", "zhoushan-2025"])
def test_zhejiang_serves_model_workers_and_new_forms_of_work_first(code):
    assert programme.read(templates()[code]).first == ("model_worker", "new_form")


def test_tianjin_has_the_names_posted_in_the_firm_before():
    assert programme.read(templates()["tianjin-2025"]).posted_before_filing == 5


@pytest.mark.parametrize(
    ("more", "place", "code"),
    [
        ({"first": ["rich"]}, "first", "unknown"),
        ({"first": "model_worker"}, "first", "no_list"),
        ({"posted_before_filing": -1}, "posted_before_filing", "no_count"),
        ({"rehearsal_days": 400}, "rehearsal_days", "too_much"),
    ],
)
def test_a_fault_in_these_options_is_named_by_its_place(more, place, code):
    data = {"items": [{"key": "a", "kind": "skill", "name": "A", "amount": 1000}]}
    with pytest.raises(programme.ProgrammeFault) as fault:
        programme.read(data | more)
    assert (fault.value.place, fault.value.code) == (place, code)
