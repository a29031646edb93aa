"""The code on the wall: right in its own step and the next, worth nothing a minute later, for no other session."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from academy.rules import wall_code

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
keys = st.binary(min_size=16, max_size=32)


@given(key=keys, session=st.uuids(), shown=moments, later=st.floats(0, 300))
def test_a_code_is_taken_until_the_end_of_the_next_step_and_never_a_minute_later(key, session, shown, later):
    code = wall_code.code(key, session, wall_code.step_of(shown))
    at = shown + timedelta(seconds=later)
    steps = wall_code.step_of(at) - wall_code.step_of(shown)
    assert wall_code.accepts(key, session, code, at) == (steps <= 1)
    if later <= wall_code.STEP:
        assert wall_code.accepts(key, session, code, at)
    if later >= 60:
        assert not wall_code.accepts(key, session, code, at)


@given(key=keys, one=st.uuids(), other=st.uuids(), at=moments)
def test_a_code_opens_its_own_session_alone(key, one, other, at):
    code = wall_code.code(key, one, wall_code.step_of(at))
    assert wall_code.accepts(key, other, code, at) == (one == other)


@given(key=keys, session=st.uuids(), at=moments, ahead=st.integers(1, 1000))
def test_the_code_of_a_step_to_come_is_refused(key, session, at, ahead):
    code = wall_code.code(key, session, wall_code.step_of(at) + ahead)
    assert not wall_code.accepts(key, session, code, at)


@given(text=st.text(max_size=30), at=moments)
def test_any_other_text_is_refused_and_raises_nothing(text, at):
    assert not wall_code.accepts(b"k" * 32, UUID(int=1), text, at)
