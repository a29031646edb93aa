"""The days that a pair must keep, in the calendar of each of the two and in nobody else's."""

from datetime import date

import pytest
from django.utils import timezone

from academy.domain import feeds, pair_dates
from academy.domain.pair_dates import FINAL, LOG, MID
from academy.models import Pair, PairLog
from academy.rules.pairing import add_months, first_of, half_time
from tests.academy.pairs import make_town, proposed
from tests.academy.training import make_class, seat
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    """Under way for two years since the first of the month before."""
    town = make_town()
    starts = add_months(first_of(timezone.localdate()), -1)
    made = proposed(town, starts_on=starts)
    Pair.objects.filter(pk=made.pk).update(state=Pair.State.RUNNING, began_on=starts)
    made.refresh_from_db()
    return made


def kinds(user) -> list[str]:
    return [day.kind for day in pair_dates.of_person(user)]


def test_the_apprentice_has_a_log_each_month_and_both_have_the_evaluations(pair):
    days = pair_dates.of_person(pair.apprentice.user)
    assert [day.kind for day in days].count(LOG) == 24
    assert days[0].on == pair.starts_on.replace(day=25)
    [mid] = [day.on for day in days if day.kind == MID]
    assert mid == half_time(pair.starts_on, pair.ends_on)
    assert kinds(pair.mentor.user) == [MID, FINAL]
    assert kinds(make_user("worker")) == []


def test_what_is_done_is_due_no_more(pair):
    PairLog.objects.create(pair=pair, month=pair.starts_on, state=PairLog.State.SENT)
    draft = add_months(pair.starts_on, 1)
    PairLog.objects.create(pair=pair, month=draft, state=PairLog.State.DRAFT)
    months = [day.month for day in pair_dates.of_person(pair.apprentice.user) if day.kind == LOG]
    assert pair.starts_on not in months
    assert draft in months
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.MID_OK)
    assert kinds(pair.mentor.user) == [FINAL]
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINAL_OK)
    assert kinds(pair.apprentice.user) == []


def test_the_calendar_holds_them_as_whole_days_beside_the_classes_and_names_nobody(pair):
    user = pair.apprentice.user
    seat(make_class(sessions=2), worker=pair.apprentice)
    content = feeds.person_feed(user).replace(b"\r\n ", b"").decode()
    assert content.count("BEGIN:VEVENT") == 2 + 24 + 2
    assert f"DTSTART;VALUE=DATE:{pair.ends_on:%Y%m%d}" in content
    assert f"UID:{pair.uuid}-log-{pair.starts_on:%Y-%m}@pair" in content
    assert pair.number in content
    for person in (pair.apprentice, pair.mentor):
        assert person.name not in content
    assert feeds.person_feed(make_user("worker")).count(b"BEGIN:VEVENT") == 0


@pytest.mark.parametrize("count", [1, 5])
def test_it_costs_the_same_queries_for_any_number_of_pairs(count, django_assert_num_queries):
    town = make_town()
    for n in range(count):
        other = make_town()
        made = proposed(town, apprentice=other.apprentice, starts_on=date(2026, 1, 1 + n))
        Pair.objects.filter(pk=made.pk).update(state=Pair.State.RUNNING)
    with django_assert_num_queries(1):
        pair_dates.of_person(town.mentor.user)
    with django_assert_num_queries(2):
        pair_dates.of_person(made.apprentice.user)
