"""Each counter counts what it says, and nothing beside it: every test has data that could be counted by mistake."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from academy.models import Academy, Claim, Payment, PaymentList
from competitions.models import CalendarStep, Entry, Event
from craft_site.home.scorecard.counters.registry import counted
from craft_site.people.models import Trade
from honours.domain import register
from tests.academy.domain.test_figures import finished
from tests.academy.subsidies import approved, make_office
from tests.factories import make_employer, make_entry, make_event, make_trade, make_user
from tests.home.makers import make_competition, make_exhibit
from tests.honours.makers import make_honour, make_title

pytestmark = pytest.mark.django_db
START, END = date(2024, 1, 1), date(2024, 12, 31)


def number(key: str, start: date = START, end: date = END) -> int:
    return int(counted([(key, start, end)])[key, start, end].value)


def records(key: str) -> dict[str, int]:
    found = counted([(key, START, END)])[key, START, END]
    return {one.name: one.value for one in found.records}


def contest(day: datetime, state: str = Event.State.FINAL, kind: str = "practice", **fields) -> Event:
    trade = fields.pop("trade", None) or make_trade()
    competition = make_competition(**fields)
    event = make_event(state=state, competition=competition, trade=trade)
    CalendarStep.objects.create(event=event, kind=kind, starts_at=day)
    return event


def at(year: int, month: int, day: int, hour: int = 4) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_contests_count_on_their_day_once_each():
    first = contest(at(2024, 4, 18), name="模具")
    again = make_event(state=Event.State.FINAL, competition=first.competition, trade=first.trade)
    CalendarStep.objects.create(event=again, kind="theory", starts_at=at(2024, 4, 17))
    contest(at(2023, 12, 31), name="去年")
    contest(at(2024, 12, 31, 16), name="明年第一天")  # midnight here, the evening before in London
    contest(at(2024, 5, 1), state=Event.State.FILED, name="未公布")
    contest(at(2024, 5, 1), kind="registration", name="只报名")
    assert records("contests.held") == {"模具": 1}


def test_a_contest_of_tomorrow_is_not_held_yet():
    day = timezone.now() + timedelta(days=1)
    contest(day)
    key = ("contests.held", date(day.year - 1, 1, 1), date(day.year + 1, 12, 31))
    assert counted([key])[key].value == 0


def test_a_provincial_contest_is_one_of_its_trade():
    contest(at(2024, 6, 1), tier="province", name="省赛")
    contest(at(2024, 6, 1), tier="county", name="市赛")
    contest(at(2024, 6, 1), tier="province", trade=Trade.objects.create(name="电工"), name="电工省赛")
    assert records("contests.province:模具工") == {"省赛": 1}


def test_contestants_and_firms_of_a_series():
    event = contest(at(2024, 4, 8), name="精英赛")
    series = event.competition.series.code
    for state in (Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.ABSENT, Entry.State.WITHDRAWN):
        make_entry(event, state=state)
    firm = make_employer()
    for one in (firm, firm, make_employer()):
        make_exhibit(event.competition, firm=one)
    other = contest(at(2024, 4, 8))
    make_entry(other, state=Entry.State.ACCEPTED)
    make_exhibit(other.competition)
    assert records(f"contests.contestants:{series}") == {"精英赛": 2}
    assert records(f"contests.firms:{series}") == {"精英赛": 2}
    assert number("contests.firms:nowhere") == 0


def test_academies_are_counted_without_their_branches():
    Academy.objects.create(code="a", name="电力工匠学院", founded_on=date(2024, 5, 20))
    Academy.objects.create(code="b", name="分院", kind="branch", founded_on=date(2024, 5, 20))
    Academy.objects.create(code="c", name="从前", founded_on=date(2023, 5, 20))
    assert records("academy.founded") == {"电力工匠学院": 1}


def test_retraining_counts_finished_classes_and_completed_courses():
    finished("retraining", date(2024, 3, 1), people=3, failed=2)
    finished("retraining", date(2024, 4, 1), people=1)
    finished("retraining", date(2025, 1, 1), people=5)
    finished("drill", date(2024, 4, 1), people=7)
    assert (number("academy.retraining_sessions"), number("academy.retraining_people")) == (2, 4)


def test_a_worker_who_is_paid_twice_is_one_and_money_asked_back_is_none():
    office = make_office()
    claims = approved(office, size=4)
    paid_list = PaymentList.objects.create(
        programme=claims[0].programme, number=1, made_by=make_user("finance")
    )
    moments = (at(2024, 6, 1), at(2024, 7, 1), at(2024, 7, 1), at(2025, 1, 2))
    results = ("paid", "paid", "failed", "paid")
    for claim, moment, result in zip(claims, moments, results, strict=True):
        Payment.objects.create(list=paid_list, claim=claim, amount=1000, result=result, reported_at=moment)
    Claim.objects.filter(pk__in=[one.pk for one in claims]).update(state=Claim.State.PAID)
    assert number("academy.paid") == 2
    Claim.objects.filter(pk=claims[1].pk).update(worker=claims[0].worker)
    assert number("academy.paid") == 1
    Claim.objects.filter(pk=claims[0].pk).update(state=Claim.State.RECLAIMED)
    assert number("academy.paid") == 1
    Claim.objects.filter(pk=claims[1].pk).update(state=Claim.State.RECLAIMED)
    assert number("academy.paid") == 0


def test_no_record_of_a_subsidy_names_a_person():
    claim = approved(make_office())[0]
    paid_list = PaymentList.objects.create(programme=claim.programme, number=1, made_by=make_user("finance"))
    Payment.objects.create(
        list=paid_list, claim=claim, amount=1000, result="paid", reported_at=at(2024, 6, 1)
    )
    Claim.objects.filter(pk=claim.pk).update(state=Claim.State.PAID)
    assert records("academy.paid") == {claim.programme.name: 1}
    assert claim.worker.name not in str(counted([("academy.paid", START, END)]))


def test_honours_are_those_of_the_roll_with_the_unnamed():
    title = make_title("jinhua-craftsman", name="八婺金匠")
    make_honour(title=title)
    make_honour(title=title, year=2023)
    make_honour(title=make_title("other"))
    register.tally(
        title=title, year=2024, period="", count=31, source="Report", quote="31人", by=make_user("organiser")
    )
    assert records("honour:jinhua-craftsman") == {"八婺金匠（2024）": 31}
    assert number("honour:nowhere") == 0


def test_a_period_of_two_years_counts_both():
    title = make_title("merit")
    make_honour(title=title, year=2022)
    make_honour(title=title, year=2023)
    assert number("honour:merit", date(2022, 1, 1), date(2023, 12, 31)) == 2


def test_any_number_of_titles_costs_three_queries(django_assert_num_queries):
    for n in range(5):
        make_honour(title=make_title(f"title-of-{n}"))
    for many in (1, 5):
        with django_assert_num_queries(3):
            counted([(f"honour:title-of-{n}", START, END) for n in range(many)])


def test_what_nothing_counts_is_left_out():
    assert counted([("nothing", START, END)]) == {}
    assert counted([("contests.held", START, END)])["contests.held", START, END].value == Decimal(0)
