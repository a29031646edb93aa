"""Rules of masters and apprentices: the shipped ones as they are published, the log's clock, rewards."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.files.pair_schemes import templates
from academy.rules import pairing
from academy.rules.pairing import Result, SchemeFault, add_months, read

SIGNED = date(2022, 3, 10)
ZHEJIANG = read(templates()["zhejiang-2024"])
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.fixture(scope="module")
def zhejiang() -> pairing.Rules:
    return ZHEJIANG


@pytest.fixture(scope="module")
def qujiang() -> pairing.Rules:
    return read(templates()["qujiang"])


def contest(tier: str, rank: int | None, on: date = date(2024, 5, 1), *, prize: bool = True) -> Result:
    return Result(kind="contest", on=on, source=f"{tier}:{rank}:{on}", contest=tier, rank=rank, prize=prize)


def level(grade: int, on: date = date(2024, 5, 1)) -> Result:
    return Result(kind="level", on=on, source=f"level:{grade}:{on}", grade=grade)


def yuan(rules: pairing.Rules, result: Result, *, grade_from: int = 3) -> int:
    rule = pairing.earns(rules, result, signed_on=SIGNED, grade_from=grade_from)
    return rule.yuan if rule else 0


# --- the rules that ship ---------------------------------------------------------------------------------------------


def test_zhejiang_rewards_as_published(zhejiang):
    assert yuan(zhejiang, level(6)) == 5000
    assert yuan(zhejiang, level(5)) == 0
    assert [yuan(zhejiang, contest("province", rank)) for rank in (1, 3, 4)] == [5000, 5000, 0]
    assert [yuan(zhejiang, contest("national", rank)) for rank in (1, 3, 4, 6, 7)] == [
        8000, 8000, 5000, 5000, 0,
    ]  # fmt: skip
    assert yuan(zhejiang, contest("international", 3)) == 10000
    assert yuan(zhejiang, contest("international", None)) == 8000
    assert yuan(zhejiang, contest("international", 9, prize=False)) == 0


def test_zhejiang_counts_results_of_five_years_from_signing(zhejiang):
    assert yuan(zhejiang, level(6, date(2027, 3, 10))) == 5000
    assert yuan(zhejiang, level(6, date(2027, 3, 11))) == 0
    assert yuan(zhejiang, level(6, SIGNED)) == 0


def test_a_level_held_at_the_start_earns_nothing(zhejiang):
    assert yuan(zhejiang, level(6), grade_from=6) == 0


def test_zhejiang_takes_the_best_of_each_tier_and_adds_the_tiers(zhejiang):
    results = [contest("national", 5), contest("national", 2), contest("province", 1), level(6)]
    found = pairing.best(zhejiang, results, signed_on=SIGNED, grade_from=3)
    assert {tier: rule.yuan for tier, (rule, _result) in found.items()} == {
        "national": 8000,
        "province": 5000,
        "level": 5000,
    }


def test_qujiang_rewards_once_whether_by_prize_or_by_level_within_three_years(qujiang):
    results = [contest("district", 8), level(5, date(2024, 9, 1))]
    found = pairing.best(qujiang, results, signed_on=SIGNED, grade_from=3)
    assert [(tier, rule.yuan, result.kind) for tier, (rule, result) in found.items()] == [
        ("once", 2000, "contest")
    ]
    assert yuan(qujiang, level(5, date(2025, 3, 11))) == 0


@given(st.lists(st.tuples(st.sampled_from(pairing.CONTESTS), st.integers(1, 12), days), max_size=12))
def test_the_best_of_a_tier_does_not_depend_on_the_order_and_nothing_dearer_is_left(found):
    rules = ZHEJIANG
    results = [contest(tier, rank, on) for tier, rank, on in found]
    one = pairing.best(rules, results, signed_on=SIGNED, grade_from=0)
    assert one == pairing.best(rules, results[::-1], signed_on=SIGNED, grade_from=0)
    for result in results:
        rule = pairing.earns(rules, result, signed_on=SIGNED, grade_from=0)
        if rule is not None:
            assert one[rule.tier][0].yuan >= rule.yuan


# --- terms -----------------------------------------------------------------------------------------------------------


def test_months_end_where_a_month_is_shorter():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 12, 15), 1) == date(2025, 1, 15)


@pytest.mark.parametrize(
    ("ends", "fault"),
    [
        (date(2025, 2, 27), "short"),
        (date(2025, 2, 28), ""),
        (date(2025, 3, 1), ""),
        (date(2027, 3, 1), ""),
        (date(2027, 3, 2), "long"),
    ],
)
def test_a_term_of_twelve_to_thirty_six_months(zhejiang, ends, fault):
    assert pairing.term_fault(zhejiang, date(2024, 3, 1), ends) == fault


# --- the log ---------------------------------------------------------------------------------------------------------


def behind(rules, today, *, first=date(2024, 3, 10), last=date(2024, 12, 31), written=()):
    return pairing.behind(rules, first=first, last=last, written=written, today=today)


def test_a_month_is_due_on_day_25_and_overdue_on_day_5_of_the_next(zhejiang):
    march = date(2024, 3, 1)
    assert behind(zhejiang, date(2024, 3, 24)) == []
    assert behind(zhejiang, date(2024, 3, 25)) == [(march, pairing.DUE)]
    assert behind(zhejiang, date(2024, 4, 4)) == [(march, pairing.DUE)]
    assert behind(zhejiang, date(2024, 4, 5)) == [(march, pairing.OVERDUE)]
    assert behind(zhejiang, date(2024, 4, 5), written=[march]) == []


def test_a_month_that_the_pair_does_not_reach_its_reminder_day_in_needs_no_log(zhejiang):
    late_start = behind(zhejiang, date(2024, 6, 1), first=date(2024, 3, 26), last=date(2024, 5, 20))
    assert [month for month, _state in late_start] == [date(2024, 4, 1)]


@given(days, days, days, st.sets(st.integers(0, 60)))
def test_what_is_behind_is_of_the_pair_unwritten_past_and_in_order(first, last, today, picks):
    rules = read({})
    owed = list(pairing.months_owed(rules, first, last))
    written = {month for number, month in enumerate(owed) if number in picks}
    found = behind(rules, today, first=first, last=last, written=written)
    months = [month for month, _state in found]
    assert months == sorted(set(months))
    assert not set(months) & written
    for month, state in found:
        assert first <= month.replace(day=25) <= min(last, today)
        assert (state == pairing.OVERDUE) == (today >= add_months(month, 1).replace(day=5))
    for month in owed:
        if month not in written and month.replace(day=25) <= today:
            assert month in months


@given(days, st.integers(0, 60))
def test_the_months_of_a_pair_are_touched_once_each(first, length):
    last = first + timedelta(days=31 * length)
    months = list(pairing.months_touched(first, last))
    assert months[0] == first.replace(day=1)
    assert months[-1] == last.replace(day=1)
    assert all(add_months(one, 1) == two for one, two in pairwise(months))


# --- reading ---------------------------------------------------------------------------------------------------------

RULE = {"key": "a", "kind": "level", "grade": 5, "yuan": 100, "name": "x"}


def test_nothing_given_is_the_usual():
    rules = read({})
    assert (rules.least, rules.most, rules.remind_day, rules.overdue_day, rules.pass_mark) == (
        1,
        5,
        25,
        5,
        80,
    )
    assert rules.sides == ("apprentice", "mentor", "employer", "union")


@pytest.mark.parametrize(
    ("data", "place", "code"),
    [
        ({"apprentices": []}, "apprentices", "no_mapping"),
        ({"apprentices": {"least": 0}}, "apprentices.least", "out_of_range"),
        ({"apprentices": {"least": 3, "most": 2}}, "apprentices.most", "out_of_range"),
        ({"months": {"least": "12"}}, "months.least", "no_count"),
        ({"log": {"remind_day": 31}}, "log.remind_day", "out_of_range"),
        ({"pass_mark": 101}, "pass_mark", "out_of_range"),
        ({"pass_mark": True}, "pass_mark", "no_count"),
        ({"signatures": ["mentor", "union"]}, "signatures", "not_the_four"),
        ({"duties": {"boss": {}}}, "duties.boss", "unknown"),
        ({"duties": {"union": {"zh": "words"}}}, "duties.union.zh", "no_list"),
        ({"rewards": {"rules": {}, "within_months": 0}}, "rewards.within_months", "out_of_range"),
        ({"rewards": {"rules": "x"}}, "rewards.rules", "no_list"),
        ({"rewards": {"rules": [RULE | {"key": ""}]}}, "rewards.rules[0].key", "missing"),
        ({"rewards": {"rules": [RULE | {"key": "k" * 41}]}}, "rewards.rules[0].key", "too_long"),
        ({"rewards": {"rules": [RULE | {"kind": "gift"}]}}, "rewards.rules[0].kind", "unknown"),
        ({"rewards": {"rules": [RULE | {"grade": 9}]}}, "rewards.rules[0].grade", "out_of_range"),
        ({"rewards": {"rules": [RULE | {"yuan": None}]}}, "rewards.rules[0].yuan", "missing"),
        ({"rewards": {"rules": [RULE, RULE]}}, "rewards.rules", "key_twice"),
        ({"rewards": {"rules": [RULE | {"kind": "contest"}]}}, "rewards.rules[0].contest", "unknown"),
        (
            {"rewards": {"rules": [RULE | {"kind": "contest", "contest": "city", "ranks": [3, 1]}]}},
            "rewards.rules[0].ranks",
            "no_ranks",
        ),
    ],
)
def test_a_fault_is_named_by_its_place(data, place, code):
    with pytest.raises(SchemeFault) as fault:
        read(data)
    assert (fault.value.place, fault.value.code) == (place, code)


def test_shipped_rules_bear_the_code_of_their_file_and_words_in_both_languages():
    for code, data in templates().items():
        assert data["code"] == code
        rules = read(data)
        assert data["name"]
        assert data["name_en"]
        assert all(len(words.zh) == len(words.en) > 0 for words in rules.duties.values())
        assert all(rule.name_en for rule in rules.rewards)
