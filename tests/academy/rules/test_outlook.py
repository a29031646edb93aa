"""How attendance stands in the middle of a class."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from academy.rules.completion import Held, judge, outlook

sittings = st.lists(
    st.tuples(
        st.builds(Held, hours=st.integers(1, 8), turns=st.sampled_from([1, 2]), made=st.integers(0, 2)),
        st.booleans(),
    ),
    max_size=12,
)


def test_hours_are_made_missed_or_ahead():
    found = outlook(
        [(Held(2, 1, 1), True), (Held(3, 2, 1), True), (Held(4, 1, 0), True), (Held(5, 1, 0), False)],
        attendance_percent=80,
    )
    assert (found.made, found.missed, found.ahead) == (Fraction(7, 2), Fraction(11, 2), 5)
    assert found.needed == Fraction(56, 5)
    assert found.still == Fraction(77, 10)
    assert not found.within_reach


@given(sittings, st.integers(0, 100))
def test_nothing_is_lost_and_what_is_within_reach_can_be_reached(sessions, need):
    found = outlook(sessions, attendance_percent=need)
    total = sum(one.hours for one, _over in sessions)
    assert found.made + found.missed + found.ahead == total
    best = [one if over else Held(one.hours, one.turns, one.turns) for one, over in sessions]
    at_best = judge(best, attendance_percent=need, parts=(), marks={}, pass_mark=60)
    assert found.within_reach == (not at_best.short)
