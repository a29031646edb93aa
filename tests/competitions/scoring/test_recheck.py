"""The recheck's plan and the worth of its outcome: the examples of the scheme's document, hand vectors, small cases
counted out."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.scoring import risk
from competitions.scoring.recheck import Ranked, draw_sample, needs_full_recheck, plan_recheck

F = Fraction


def each_with(sheets, count):
    return [Ranked(n, tuple(f"W-{n:02}/{m}" for m in range(sheets))) for n in range(1, count + 1)]


def test_the_examples_of_the_scheme(stamping, stamping_document):
    sheets_case, *rate_cases = stamping_document["recheck_cases"]
    contestants = each_with(1, sheets_case["sheets"])
    plan = plan_recheck(rule=stamping.recheck, contestants=contestants)
    assert plan.full == tuple(s for one in contestants[: sheets_case["full"]] for s in one.sheets)
    assert len(plan.rest) == sheets_case["rest"]
    assert plan.sample_size == sheets_case["sample"]
    for case in rate_cases:
        again = needs_full_recheck(
            limit=stamping.recheck.error_rate_full_recheck, checked=case["checked"], wrong=case["wrong"]
        )
        assert again == case["full_recheck"]
    by_count = plan_recheck(rule=stamping.recheck, contestants=contestants, alternative=True)
    assert len(by_count.full) == 10


def test_the_top_counts_contestants_and_takes_all_of_their_sheets(stamping):
    plan = plan_recheck(rule=stamping.recheck, contestants=each_with(8, 80))
    assert (len(plan.full), len(plan.rest), plan.sample_size) == (24 * 8, 56 * 8, 68)


def test_who_shares_the_last_rank_of_the_top_belongs_to_it_and_who_has_none_never_does(stamping):
    ranks = [*range(1, 24), 24, 24, *range(26, 80), None]
    plan = plan_recheck(
        rule=stamping.recheck, contestants=[Ranked(rank, (f"s{n}",)) for n, rank in enumerate(ranks)]
    )
    assert len(plan.full) == 25
    assert f"s{len(ranks) - 1}" in plan.rest


def test_anyone_can_repeat_the_draw_of_the_sample():
    sheets = [f"W-{n}" for n in range(30)]
    drawn = draw_sample(sheets=sheets, size=5, seed="1-6-3")
    assert drawn == draw_sample(sheets=reversed(sheets), size=5, seed="1-6-3")
    assert drawn != draw_sample(sheets=sheets, size=5, seed="1-6-4")
    assert drawn == draw_sample(sheets=sheets, size=9, seed="1-6-3")[:5]


@pytest.mark.parametrize("size", [0, 1])
def test_a_sample_of_nothing_is_empty(size):
    assert draw_sample(sheets=[], size=size, seed="s") == ()


# --- the hand vector: W has 9, 9, 9 and L has 7, 7, 7 of three judges on 0 to 10, the mean counts ---

HAND = [risk.Reach(f"W{n}", "W", F(9, 3), F(1, 3)) for n in range(3)] + [
    risk.Reach(f"L{n}", "L", F(7, 3), F(3, 3)) for n in range(3)
]
TOTALS, TIERS = {"W": F(9), "L": F(7)}, {"W": 1, "L": 2}


def test_the_hand_vector():
    us = risk.overstatements(reaches=HAND, totals=TOTALS, tiers=TIERS)
    assert us == {**dict.fromkeys(("W0", "W1", "W2"), F(3, 2)), **dict.fromkeys(("L0", "L1", "L2"), F(1, 2))}
    assert sum(us.values()) == 6
    assert risk.draws_needed(total=F(6), limit=F(1, 20)) == 17
    assert risk.draws_needed(total=F(6), limit=F(1, 10)) == 13
    assert risk.fewest_wrong(us.values()) == 1
    assert risk.sample_needed(sheets=6, wrong=1, limit=F(1, 20)) == 6
    # One sheet of W is truly an 8: a third of a point of a margin of two, of a reach of one and a half margins.
    taint = F(1, 3) / 2 / F(3, 2)
    assert taint == F(1, 9)
    assert risk.risk_after_draws(total=F(6), taints=[taint]) == F("0.9375")
    assert risk.risk_after_draws(total=F(6), taints=[F(0)] * 2) == F(25, 36)
    assert risk.risk_after_draws(total=F(6), taints=[F(1)]) == 1


# One in so many, and "no more than 2 % or 5 % of the sheets are wrong", both at 5 %.
TABLE = [(100, 1, 95), (100, 5, 45), (100, 10, 25), (1000, 5, 450), (1000, 20, 138), (1000, 50, 57)]
TABLE += [(200, 4, 105), (200, 10, 51), (5000, 100, 147), (5000, 250, 59)]


@pytest.mark.parametrize(("sheets", "wrong", "needed"), TABLE)
def test_the_table_of_sample_sizes(sheets, wrong, needed):
    assert risk.sample_needed(sheets=sheets, wrong=wrong, limit=F(1, 20)) == needed
    assert risk.missing_probability(sheets=sheets, wrong=wrong, drawn=needed - 1) > F(1, 20)


@pytest.mark.parametrize(("total", "limit", "needed"), [(21, "0.05", 62), (221, "0.05", 661)])
def test_draws_in_proportion(total, limit, needed):
    """No more than is needed: one draw fewer misses the limit."""
    assert risk.draws_needed(total=F(total), limit=F(limit)) == needed
    assert (1 - F(1, total)) ** needed <= F(limit) < (1 - F(1, total)) ** (needed - 1)


@pytest.mark.parametrize(("total", "draws"), [(F(1, 2), 0), (F(1), 1)])
def test_sheets_that_cannot_change_an_award_need_no_draw(total, draws):
    assert risk.draws_needed(total=total, limit=F(1, 20)) == draws


def test_a_tie_between_two_tiers_leaves_nothing_to_sample():
    totals = {"W": F(7), "L": F(7)}
    assert risk.overstatements(reaches=HAND, totals=totals, tiers=TIERS) is None
    stated = risk.risk_statement(us=None, sheets=6, urn=["L0", "L1", "L2"], drawn=2, errors=0, limit=F(1, 20))
    assert (stated.tie, stated.p, stated.needed) == (True, 1, 3)
    assert risk.risk_statement(us=None, sheets=6, urn=["L0"], drawn=1, errors=0, limit=F(1, 20)).p == 0


def test_a_sheet_of_a_team_may_pull_one_down_and_lift_another():
    reaches = [risk.Reach("T", "W", F(1), F(0)), risk.Reach("T", "L", F(1, 2), F(1, 2))]
    assert risk.overstatements(reaches=reaches, totals=TOTALS, tiers=TIERS) == {"T": F(3, 4)}


def test_errors_in_the_sample_weaken_the_statement():
    us = {f"s{n}": F(1, 3) for n in range(12)}
    p = [
        risk.risk_statement(us=us, sheets=20, urn=sorted(us), drawn=8, errors=errors, limit=F(1, 20)).p
        for errors in range(4)
    ]
    assert p == sorted(p)
    assert (p[0], p[3]) == (F(1, 55), 1)
    # C(4,3)/C(12,3) = 4/220: all three wrong sheets among the four that were not drawn.


def test_sheets_outside_the_urn_were_all_checked():
    us = {"a": F(5), "b": F(1, 4), "c": F(1, 4)}
    stated = risk.risk_statement(us=us, sheets=3, urn=["b", "c"], drawn=0, errors=0, limit=F(1, 20))
    assert (stated.total, stated.fewest, stated.p, stated.checked) == (F(11, 2), None, 0, 1)


SMALL = st.lists(
    st.fractions(min_value=F(1, 10), max_value=F(3, 2), max_denominator=10), min_size=2, max_size=7
)


@given(us=SMALL, share=st.integers(1, 19))
def test_no_set_of_wrong_sheets_that_changes_an_award_is_missed_more_often_than_stated(us, share):
    """Counted out: every set of sheets that could change an award, against every sample of the needed size."""
    limit = F(share, 20)
    names = [f"s{n}" for n in range(len(us))]
    k = risk.fewest_wrong(us)
    cheats = [
        frozenset(chosen)
        for size in range(1, len(us) + 1)
        for chosen in combinations(range(len(us)), size)
        if sum(us[n] for n in chosen) >= 1
    ]
    assert (k is None) == (not cheats)
    if k is None:
        return
    assert k == min(map(len, cheats))
    needed = risk.sample_needed(sheets=len(us), wrong=k, limit=limit)
    samples = list(combinations(range(len(us)), needed))
    worst = max(F(sum(cheat.isdisjoint(s) for s in samples), len(samples)) for cheat in cheats)
    stated = risk.risk_statement(
        us=dict(zip(names, us, strict=True)), sheets=len(us), urn=names, drawn=needed, errors=0, limit=limit
    )
    assert worst <= limit
    assert worst == stated.p or needed == len(us)


@given(us=SMALL, share=st.integers(1, 19))
def test_no_such_set_is_missed_more_often_by_draws_in_proportion_either(us, share):
    total, limit = sum(us, F(0)), F(share, 20)
    draws = risk.draws_needed(total=total, limit=limit)
    for size in range(1, len(us) + 1):
        for chosen in combinations(us, size):
            if sum(chosen) >= 1:
                assert (1 - sum(chosen) / total) ** draws <= limit


def test_the_rate_is_of_sheets_checked():
    assert not needs_full_recheck(limit=Decimal("0.05"), checked=20, wrong=1)
    assert needs_full_recheck(limit=Decimal("0.05"), checked=19, wrong=1)
    assert not needs_full_recheck(limit=Decimal("0"), checked=0, wrong=0)
