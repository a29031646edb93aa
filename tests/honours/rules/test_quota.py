"""The meter of a list: shares are met by whole people."""

import pytest

from honours.rules.quota import gauges
from honours.rules.title import Rules, RulesFault, read


@pytest.mark.parametrize(
    ("of", "percent", "need"), [(10, 35, 4), (20, 35, 7), (1, 35, 1), (0, 35, 0), (3, 100, 3), (10, 0, 0)]
)
def test_at_least_is_rounded_up_to_a_whole_person(of, percent, need):
    [gauge] = gauges([()] * of, {"front_line": percent})
    assert (gauge.need, gauge.upper) == (need, False)


@pytest.mark.parametrize(("of", "percent", "need"), [(10, 15, 1), (6, 15, 0), (20, 15, 3), (0, 15, 0)])
def test_at_most_is_rounded_down_to_a_whole_person(of, percent, need):
    [gauge] = gauges([()] * of, {"head": percent})
    assert (gauge.need, gauge.upper) == (need, True)


def test_a_gauge_says_how_many_are_lacking_or_too_many():
    people = [{"front_line"}, {"front_line", "woman"}, {"head"}, {"head"}]
    found = {gauge.trait: gauge for gauge in gauges(people, {"front_line": 75, "head": 25, "woman": 25})}
    assert [(g.have, g.kept, g.short) for g in found.values()] == [(2, False, 1), (1, True, 0), (2, False, 1)]
    assert list(found) == ["front_line", "woman", "head"]


def test_what_rules_leave_out_keeps_its_default_and_comes_back_as_it_went():
    rules = read({"quotas": {"head": 20}, "days": {"city": 7}})
    assert (dict(rules.days), rules.base_level) == ({"unit": 5, "town": 5, "city": 7}, None)
    assert read(rules.as_data()) == rules


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"quotas": {"tall": 5}}, "quotas.tall"),
        ({"quotas": {"head": 101}}, "quotas.head"),
        ({"quotas": {"head": True}}, "quotas.head"),
        ({"quotas": [1]}, "quotas"),
        ({"base_level": 9}, "base_level"),
        ({"days": {"city": -1}}, "days.city"),
        ({"clearance": {"firms": ["church"]}}, "clearance.firms.church"),
        ({"clearance": []}, ""),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(data, place):
    if not place:
        assert read(data) == Rules()
        return
    with pytest.raises(RulesFault) as fault:
        read(data)
    assert fault.value.place == place


def test_firms_are_asked_about_by_more_departments_and_none_twice():
    rules = read({"clearance": {"everybody": ["police"], "firms": ["tax", "police"]}})
    assert rules.departments(firm=False) == ("police",)
    assert rules.departments(firm=True) == ("police", "tax")
