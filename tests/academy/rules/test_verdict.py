"""Findings by name, the number against the claim, and what holds for every claim whatever its values."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.rules import programme, verdict
from academy.rules.programme import ProgrammeFault
from tests.academy.rules.facts import TODAY, ask, before, degree, hard, person, skill, soft

DAYS = st.dates(min_value=date(2018, 1, 1), max_value=date(2027, 12, 31))
TRUTH = st.sampled_from([True, False, None])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"said_level": 5}, "number_level"),
        ({"said_year": 2022}, "number_year"),
        ({"said_province": "31"}, "number_province"),
        ({"number_readable": False}, "number_unreadable"),
    ],
)
def test_a_number_that_says_otherwise_stops_the_claim(change, code):
    assert hard(ask("zhejiang-2024", skill(**change))) == {code}


def test_a_number_that_names_no_province_is_looked_at_by_a_person():
    assert soft(ask("zhejiang-2024", skill(said_province=None))) == {"province_unknown"}


def test_a_date_still_to_come_and_another_kind_are_named_together():
    found = hard(ask("zhejiang-2024", degree(dated=TODAY + timedelta(days=1)), item="skill"))
    assert found == {"other_kind", "dated_ahead", "outside_window"}


def test_what_nobody_knows_never_refuses():
    nobody = verdict.Person({}, None, None)
    found = ask("insurance", skill(dated=date(2024, 9, 1)), who=nobody)
    assert not found.barred
    assert soft(found) == {"to_confirm", "insured_unknown"}


def test_lower_after_higher_counts_over_all_programmes_but_within_the_trade():
    past = (before("somewhere", level=5),)
    assert hard(ask("zhejiang-2024", skill(), past=past)) == {"lower_after_higher"}
    assert not ask("zhejiang-2024", skill(trade="weld"), past=past).barred
    assert not ask("zhejiang-2024", skill(5), past=(before("somewhere", level=4),)).barred


@pytest.mark.parametrize(
    ("early", "late", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 1, 29), date(2024, 2, 29), 1),
        (date(2023, 12, 1), date(2024, 12, 1), 12),
        (date(2024, 5, 2), date(2024, 5, 1), -1),
    ],
)
def test_months_are_counted_full(early, late, months):
    assert verdict.months_between(early, late) == months


@given(DAYS, st.integers(1, 8), TRUTH, TRUTH, TRUTH)
def test_every_verdict_names_its_reason_and_never_pays_a_barred_claim(dated, level, member, line, office):
    who = person(member=member, front_line=line, public_office=office)
    found = ask("zhejiang-2024", skill(level, dated), who=who)
    codes = hard(found)
    assert found.barred == bool(codes)
    inside = date(2022, 1, 1) <= dated <= date(2023, 12, 31)
    assert ("outside_window" in codes) == (not inside)
    assert ("level_not_granted" in codes) == (level < 4)
    assert ("trait" in codes) == (member is False or office is True)
    assert len({(f.code, str(f.params)) for f in found.findings}) == len(found.findings)


@given(st.lists(st.integers(2, 6), max_size=4), st.integers(2, 4))
def test_with_more_behind_one_nothing_becomes_easier(levels, level):
    proof = skill(level, date(2024, 9, 1), number="new")
    past = tuple(before("insurance", level=one, number=str(n)) for n, one in enumerate(levels))
    for size in range(len(past) + 1):
        fewer = hard(ask("insurance", proof, past=past[:size]))
        assert fewer <= hard(ask("insurance", proof, past=past))


@given(DAYS, st.integers(0, 40))
def test_the_months_since_a_certificate_run_out_once(dated, later):
    proof = skill(3, dated)
    day = dated + timedelta(days=30 * later)
    gone = "too_old" in hard(ask("insurance", proof, today=day))
    nxt = "too_old" in hard(ask("insurance", proof, today=day + timedelta(days=1)))
    assert not gone or nxt


SMALL = {"items": [{"key": "a", "kind": "skill", "name": "A", "amount": 1000}]}


@pytest.mark.parametrize(
    ("data", "place", "code"),
    [
        ({}, "items", "empty"),
        ({"items": "x"}, "items", "no_list"),
        ({"items": [3]}, "items[0]", "no_mapping"),
        ({"items": [{"key": "a"}]}, "items[0].name", "missing"),
        ({"items": [{"key": "a", "name": "A", "kind": "hobby"}]}, "items[0].kind", "unknown"),
        ({"items": [{"key": "a", "name": "A", "kind": "skill"}]}, "items[0].amounts", "missing"),
        ({"items": [{**SMALL["items"][0], "amount": 0}]}, "items[0].amount", "no_count"),
        ({"items": [{**SMALL["items"][0], "amount": 10.5}]}, "items[0].amount", "no_count"),
        ({"items": [{**SMALL["items"][0], "places": -1}]}, "items[0].places", "no_count"),
        ({"items": [{**SMALL["items"][0], "dated_from": "soon"}]}, "items[0].dated_from", "no_date"),
        (
            {"items": [{**SMALL["items"][0], "dated_from": "2025-01-02", "dated_to": "2025-01-01"}]},
            "items[0].dated_to",
            "before_start",
        ),
        ({"items": SMALL["items"] * 2}, "items", "key_twice"),
        ({**SMALL, "traits": {"rich": True}}, "traits.rich", "unknown"),
        ({**SMALL, "once_per": ["week"]}, "once_per", "unknown"),
        ({**SMALL, "allocation": "favour"}, "allocation", "unknown"),
        ({**SMALL, "publicity_days": -1}, "publicity_days", "no_count"),
    ],
)
def test_a_fault_in_the_data_is_named_by_its_place(data, place, code):
    with pytest.raises(ProgrammeFault) as fault:
        programme.read(data)
    assert (fault.value.place, fault.value.code) == (place, code)
