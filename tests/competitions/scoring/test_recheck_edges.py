"""The edges of the recheck: shares that do not divide, contests smaller than the rule, ties at the last rank, and the
statement's figures worked out by hand."""

from decimal import Decimal
from fractions import Fraction as F

import pytest

from competitions.scoring import risk
from competitions.scoring.recheck import (
    Ranked,
    draw_sample,
    error_rate,
    full_check_count,
    needs_full_recheck,
    plan_recheck,
    sample_size,
)
from competitions.scoring.scheme import FullCheck, RecheckRule

SHARE = FullCheck("rank_share", Decimal("0.3"))
RULE = RecheckRule(SHARE, sample_rest=Decimal("0.15"), error_rate_full_recheck=Decimal("0.05"))


def row(rank, *sheets):
    return Ranked(rank, sheets)


@pytest.mark.parametrize(("ranked", "count"), [(0, 0), (1, 1), (3, 1), (4, 2), (10, 3), (11, 4), (80, 24)])
def test_a_broken_share_of_the_top_is_rounded_up(ranked, count):
    assert full_check_count(rule=SHARE, ranked=ranked) == count


@pytest.mark.parametrize(("ranked", "count"), [(0, 0), (9, 9), (10, 10), (11, 10)])
def test_a_count_of_the_top_is_never_more_than_there_are(ranked, count):
    assert full_check_count(rule=FullCheck("rank_count", Decimal(10)), ranked=ranked) == count


@pytest.mark.parametrize(("rest", "size"), [(0, 0), (1, 1), (20, 3), (21, 4), (56, 9)])
def test_a_broken_share_of_the_rest_is_rounded_up(rest, size):
    assert sample_size(share=Decimal("0.15"), rest=rest) == size


def test_the_plan_keeps_sheets_of_all_others_in_the_urn_in_their_order():
    rows = [row(3, "c1", "c2"), row(1, "a1", "a2"), row(None, "x1"), row(2, "b1")]
    plan = plan_recheck(rule=RULE, contestants=rows)
    assert (plan.full, plan.rest, plan.sample_size) == (("a1", "a2"), ("c1", "c2", "x1", "b1"), 1)


def test_a_top_of_nobody_checks_not_even_the_first():
    none = RecheckRule(FullCheck("rank_count", Decimal(0)), Decimal("0.5"), Decimal("0.05"))
    plan = plan_recheck(rule=none, contestants=[row(1, "a"), row(2, "b")])
    assert (plan.full, plan.rest, plan.sample_size) == ((), ("a", "b"), 1)


def test_a_sheet_that_a_team_shares_is_checked_once_and_never_drawn_again():
    plan = plan_recheck(rule=RULE, contestants=[row(1, "team", "a"), row(2, "team", "b")])
    assert (plan.full, plan.rest) == (("team", "a"), ("b",))


def test_who_shares_the_last_rank_belongs_to_the_top_and_the_next_does_not():
    rows = [row(1, "a"), row(1, "b"), row(3, "c"), row(4, "d")]
    one = RecheckRule(FullCheck("rank_count", Decimal(1)), Decimal("0.5"), Decimal("0.05"))
    assert plan_recheck(rule=one, contestants=rows).full == ("a", "b")


@pytest.mark.parametrize("rows", [[], [row(None, "a"), row(None, "b")]])
def test_nobody_ranked_means_nothing_in_full(rows):
    plan = plan_recheck(rule=RULE, contestants=rows)
    assert plan.full == ()
    assert len(plan.rest) == len(rows)


def test_the_second_form_is_taken_only_when_it_is_asked_for():
    with pytest.raises(ValueError, match="alternative"):
        plan_recheck(rule=RULE, contestants=[], alternative=True)
    both = RecheckRule(
        SHARE,
        Decimal(0),
        Decimal(0),
        alternative_full_check=FullCheck("rank_count", Decimal(2)),
    )
    rows = [row(n, f"s{n}") for n in range(1, 4)]
    assert plan_recheck(rule=both, contestants=rows).full == ("s1",)
    assert plan_recheck(rule=both, contestants=rows, alternative=True).full == ("s1", "s2")


def test_a_sample_is_the_beginning_of_the_drawn_order():
    # Whoever draws fewer has the beginning of what the whole urn gives.
    drawn = draw_sample(sheets=(f"W-{n}" for n in range(6)), size=6, seed="1-6-3")
    assert sorted(drawn) == [f"W-{n}" for n in range(6)]
    assert draw_sample(sheets=drawn, size=2, seed="1-6-3") == drawn[:2]
    assert draw_sample(sheets=["only"], size=1, seed="x") == ("only",)


def test_the_rate_is_exact_and_the_limit_itself_is_allowed():
    assert error_rate(checked=33, wrong=2) == F(2, 33)
    assert error_rate(checked=0, wrong=0) == 0
    assert not needs_full_recheck(limit=Decimal("0.05"), checked=100, wrong=5)
    assert needs_full_recheck(limit=Decimal("0.05"), checked=100, wrong=6)


# --- overstatements: three tiers with totals 90, 88 / 80, 79 / 60 -----------------------------------------------------

TOTALS = {"a": F(90), "b": F(88), "c": F(80), "d": F(79), "e": F(60)}
TIERS = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3}


def us(*reaches, totals=TOTALS, tiers=TIERS):
    return risk.overstatements(
        reaches=[risk.Reach(sheet, entry, F(down), F(up)) for sheet, entry, down, up in reaches],
        totals=totals,
        tiers=tiers,
    )


@pytest.mark.parametrize(
    ("entry", "down", "up", "u"),
    [
        ("a", 4, 99, F(4, 10)),  # over the best of the second tier; nobody stands above the first
        ("b", 4, 99, F(4, 8)),
        ("c", 5, 0, F(5, 20)),  # over e
        ("c", 0, 4, F(4, 8)),  # under b, the worst of the first tier, and not under a
        ("d", 0, 3, F(3, 9)),
        ("d", 19, 0, F(1)),
        ("e", 99, 19, F(1)),  # under d, the nearest tier, and not under c; nobody stands below the last
    ],
)
def test_a_sheet_counts_against_the_smallest_margin_on_either_side(entry, down, up, u):
    assert us(("s", entry, down, up)) == {"s": u}


def test_a_sheet_of_one_contestant_is_wrong_in_one_direction():
    assert us(("s", "c", 5, 4)) == {"s": F(1, 2)}
    assert us(("s", "c", 15, 4)) == {"s": F(3, 4)}
    assert us(("t", "a", 1, 0), ("s", "c", 5, 4)) == {"t": F(1, 10), "s": F(1, 2)}


def test_a_sheet_of_a_team_takes_the_worst_of_its_members_each_way_and_adds_them():
    assert us(("t", "c", 5, 4), ("t", "d", 19, 3)) == {"t": 1 + F(1, 2)}
    assert us(("t", "d", 19, 3), ("t", "c", 5, 4)) == {"t": 1 + F(1, 2)}


def test_two_sheets_of_one_contestant_stay_two():
    assert us(("s", "a", 1, 0), ("t", "a", 2, 0)) == {"s": F(1, 10), "t": F(1, 5)}


def test_a_sheet_of_somebody_unranked_moves_no_award():
    assert us(("s", "nobody", 50, 50), ("t", "a", 1, 0)) == {"t": F(1, 10)}


def test_tiers_that_overlap_leave_no_margin():
    assert us(("s", "a", 1, 1), totals=TOTALS | {"b": F(80)}) is None
    assert us(("s", "a", 1, 1), totals=TOTALS | {"b": F(79)}) is None
    assert us(("s", "a", 1, 0), totals=TOTALS | {"b": F(161, 2)}) == {"s": F(1, 10)}


def test_one_tier_alone_states_nothing_that_could_be_wrong():
    assert us(("s", "a", 1, 1), totals={"a": F(1)}, tiers={"a": 1}) == {}


# --- how many, how likely ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "k"),
    [
        ([], None),
        ([F(1, 2)], None),
        ([F(1)], 1),
        ([F(1, 4), F(3, 4)], 2),
        ([F(1, 3), F(1, 3), F(1, 3)], 3),
        ([F(1, 4), F(1, 2), F(1, 3)], 3),
        ([F(1, 10), F(9, 10), F(2, 10)], 2),
        ([F(1, 3), F(1, 3), F(33, 100)], None),
    ],
)
def test_the_fewest_are_the_largest_until_they_reach_one(values, k):
    assert risk.fewest_wrong(values) == k


@pytest.mark.parametrize(
    ("sheets", "wrong", "drawn", "errors", "p"),
    [
        (10, 1, 3, 0, F(7, 10)),
        (10, 2, 3, 0, F(7, 15)),  # C(8,3)/C(10,3) = 56/120
        (10, 2, 3, 1, F(14, 15)),  # and C(2,1) C(8,2) = 56 more
        (10, 2, 3, 2, F(1)),
        (10, 2, 3, 9, F(1)),
        (10, 0, 3, 0, F(1)),
        (10, 1, 0, 0, F(1)),
        (10, 1, 10, 0, F(0)),
        (4, 3, 2, 0, F(0)),  # two drawn of one right sheet and three wrong: at least one is wrong
        (4, 3, 2, 1, F(1, 2)),
    ],
)
def test_the_probability_of_missing_them(sheets, wrong, drawn, errors, p):
    assert risk.missing_probability(sheets=sheets, wrong=wrong, drawn=drawn, errors=errors) == p


def test_no_errors_is_what_is_meant_when_none_are_named():
    assert risk.missing_probability(sheets=10, wrong=1, drawn=3) == F(7, 10)


@pytest.mark.parametrize(
    ("sheets", "wrong", "limit", "n"),
    [(10, 1, F(3, 10), 7), (10, 1, F(29, 100), 8), (10, 1, F(1), 0), (2, 1, F(1, 2), 1), (3, 1, F(0), 3)],
)
def test_the_smallest_sample_reaches_the_limit_exactly(sheets, wrong, limit, n):
    assert risk.sample_needed(sheets=sheets, wrong=wrong, limit=limit) == n


@pytest.mark.parametrize(
    ("total", "limit", "n"),
    [
        (F(2), F(1, 4), 2),
        (F(2), F(1, 5), 3),
        (F(3, 2), F(1, 9), 2),
        (F(99, 100), F(1, 20), 0),
        (F(1), F(1, 2), 1),
    ],
)
def test_draws_in_proportion_by_hand(total, limit, n):
    """(1 - 1/2)^2 = 1/4 and (1 - 2/3)^2 = 1/9: just enough is enough."""
    assert risk.draws_needed(total=total, limit=limit) == n


def test_the_risk_of_draws_by_hand():
    assert risk.risk_after_draws(total=F(4), taints=[]) == 1
    assert risk.risk_after_draws(total=F(4), taints=[F(0), F(0)]) == F(9, 16)
    assert risk.risk_after_draws(total=F(4), taints=[F(1, 2), F(0)]) == 1  # 3/2 x 3/4 is above 1
    assert risk.risk_after_draws(total=F(4), taints=[F(1, 4), F(0)]) == F(3, 4)
    assert risk.risk_after_draws(total=F(4), taints=[F(0), F(1)]) == 1
    assert risk.risk_after_draws(total=F(4), taints=[F(3, 2), F(0)]) == 1


def stated(us, **changes):
    facts = {"sheets": 10, "urn": ["c", "d", "e", "f"], "drawn": 2, "errors": 0, "limit": F(1, 2)} | changes
    return risk.risk_statement(us=us, **facts)


US = {"a": F(2), "b": F(1), "c": F(1, 2), "d": F(1, 2), "e": F(1, 4)}


def test_a_statement_by_hand():
    """Of the urn c and d are needed together; two of four drawn miss both once in six."""
    found = stated(US)
    assert found == risk.RiskStatement(
        sheets=10,
        checked=8,
        urn=4,
        drawn=2,
        errors=0,
        total=F(17, 4),
        fewest=2,
        needed=1,
        limit=F(1, 2),
        p=F(1, 6),
    )
    assert found.within_limit
    assert not found.tie


def test_the_limit_itself_is_within_the_limit():
    found = stated(US, drawn=1)
    assert found.p == F(1, 2)
    assert found.within_limit
    assert not stated(US, drawn=1, limit=F(49, 100)).within_limit


def test_errors_found_weaken_the_statement_and_stand_in_it():
    found = stated(US, errors=1)
    assert (found.errors, found.p, found.within_limit) == (1, F(5, 6), False)


def test_the_whole_urn_drawn_leaves_no_risk():
    assert stated(US, drawn=4).p == 0
    assert stated(US, drawn=4, errors=2).p == 0
    assert stated(US, drawn=3).p == 0  # two wrong ones cannot both hide in one undrawn sheet


def test_with_a_tie_everything_is_needed_and_nothing_less_is_worth_anything():
    found = stated(None)
    assert (found.total, found.tie, found.fewest, found.needed, found.p) == (None, True, 1, 4, 1)
    assert not found.within_limit
    assert stated(None, drawn=4).p == 0
    empty = stated(None, urn=[], drawn=0)
    assert (empty.fewest, empty.needed, empty.p, empty.checked) == (None, 0, 0, 10)


def test_an_urn_that_cannot_change_an_award_needs_no_sample():
    found = stated(US, urn=["d", "e"], drawn=0)
    assert (found.fewest, found.needed, found.p, found.checked) == (None, 0, 0, 8)
