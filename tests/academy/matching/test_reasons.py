"""Every proposal and every gap has its reason, and the reason is true."""

from hypothesis import given

from academy.matching.people import Apprentice, Mentor, Weights
from academy.matching.reasons import Passed, reasons, without
from academy.matching.stable import Market, market, match
from tests.academy.matching.rounds import rounds


def test_a_proposal_tells_both_wishes_and_the_points():
    takers = [Apprentice("x", "mould", 2, "firm", "east", wishes=("B", "A"))]
    givers = [Mentor("A", "mould", 4, 1, "firm", "west", wishes=("y", "x")), Mentor("B", "mould", 5, 0)]
    round_ = market(code="r", apprentices=takers, mentors=givers)
    [reason] = reasons(round_, match(round_))
    assert (reason.apprentice, reason.mentor, reason.wish, reason.mentors_wish) == ("x", "A", 2, 2)
    assert reason.rank == 2
    assert reason.passed == {Passed.NO_PLACE: 1}
    assert reason.score is not None
    assert reason.score.total == 40 + 20 + 25


def test_who_stays_without_is_told_what_stood_against_each_mentor():
    takers = [
        Apprentice("x", "mould", 2, wishes=("A", "B", "C", "D")),
        Apprentice("y", "mould", 2, employer="firm"),
        Apprentice("z", "paint", 2),
    ]
    givers = [
        Mentor("A", "mould", 4, 1, employer="firm"),
        Mentor("B", "weld", 4, 1),
        Mentor("C", "mould", 4, 1, only_wishes=True),
        Mentor("D", "mould", 2, 1),
    ]
    round_ = market(code="r", apprentices=takers, mentors=givers)
    matched = match(round_)
    assert matched == {"y": "A"}
    x, z = without(round_, matched)
    assert (x.apprentice, x.considered) == ("x", 4)
    assert x.passed == {Passed.FULL: 1, Passed.FACTS: 2, Passed.NOT_WANTED: 1}
    assert (z.considered, z.passed, z.facts) == (0, {}, 4)


def test_a_barred_pair_is_in_no_list():
    round_ = market(
        code="r",
        apprentices=[Apprentice("x", "mould", 2, wishes=("A",), only_wishes=True)],
        mentors=[Mentor("A", "mould", 4, 1)],
        barred=[("x", "A")],
    )
    [x] = without(round_, match(round_))
    assert (x.considered, x.only_wishes) == (0, True)


@given(rounds())
def test_everybody_has_exactly_one_reason_and_full_means_full_with_others_preferred(round_: Market):
    matched = match(round_)
    told, untold = reasons(round_, matched), without(round_, matched)
    assert [r.apprentice for r in told] + [w.apprentice for w in untold] != [] or not round_.apprentices
    assert {r.apprentice for r in told} | {w.apprentice for w in untold} == set(round_.apprentices)
    assert len(told) + len(untold) == len(round_.apprentices)
    for reason in told:
        assert sum(reason.passed.values()) == reason.rank - 1
        assert round_.list_of(reason.apprentice)[reason.rank - 1] == reason.mentor
    for one in untold:
        assert sum(one.passed.values()) == one.considered


def test_weights_of_a_round_change_who_comes_first():
    takers = [Apprentice("home", "mould", 2, town="east"), Apprentice("firm", "mould", 2, employer="f")]
    givers = [Mentor("A", "mould", 4, 1, employer="f", town="east")]
    usual = market(code="r", apprentices=takers, mentors=givers)
    assert match(usual) == {"firm": "A"}
    nearby = market(code="r", apprentices=takers, mentors=givers, weights=Weights(employer=5))
    assert match(nearby) == {"home": "A"}
