"""Rules of entry as data: each kind met, not met and unknown, and what is said about it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from competitions.domain import eligibility
from competitions.models import EligibilityRule, Entry, Event, Finding
from craft_site.people.models import Qualification, Worker
from tests.factories import make_employer, make_entry, make_event, make_trade, make_worker

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"


@pytest.fixture
def event(db):
    return make_event(trade=make_trade(), registration_closes=timezone.now() + timedelta(days=10))


def outcome(event, kind, value, *, worker=None, **answers):
    rule = EligibilityRule.objects.create(event=event, kind=kind, value=value)
    entry = make_entry(
        event, worker=worker or make_worker(employer=make_employer()), state="draft", **answers
    )
    [(_, answer)] = [pair for pair in eligibility.answers(entry) if pair[0].pk == rule.pk]
    return answer.outcome


def born(years_ago: int, *, days: int = 0) -> str:
    day = timezone.localdate() + timedelta(days=10)
    return (date(day.year - years_ago, day.month, min(day.day, 28)) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("birth", "expected"), [(born(16, days=-1), MET), (born(16, days=5), NOT_MET)])
def test_the_youngest_age_counts_on_the_day_that_counts(event, birth, expected):
    assert outcome(event, "min_age", "16", worker=make_worker(birth=birth)) == expected


@pytest.mark.parametrize(("years", "expected"), [(59, MET), (60, NOT_MET), (61, NOT_MET)])
def test_retirement_age_is_an_age_to_stay_below(event, years, expected):
    assert outcome(event, "below_age", "60", worker=make_worker(birth=born(years, days=-1))) == expected


@pytest.mark.parametrize(("sex", "expected"), [("m", MET), ("f", NOT_MET), ("", UNKNOWN)])
def test_retirement_age_may_differ_for_men_and_women(event, sex, expected):
    assert outcome(event, "below_age", "60/55", worker=make_worker(birth=born(57), sex=sex)) == expected


def test_without_a_date_of_birth_the_age_is_unknown(event):
    worker = make_worker()
    Worker.objects.filter(pk=worker.pk).update(birth="")
    assert outcome(event, "min_age", "16", worker=Worker.objects.get(pk=worker.pk)) == UNKNOWN


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"insured_months": 6}, MET),
        ({"insured_months": 5}, NOT_MET),
        ({"insured_months": 0, "local_resident": True}, MET),
        ({}, UNKNOWN),
    ],
)
def test_insurance_or_residence(event, answers, expected):
    assert outcome(event, "insured_months", "6", **answers) == expected


@pytest.mark.parametrize(("years", "expected"), [(3, MET), (2, NOT_MET), (None, UNKNOWN)])
def test_years_in_the_trade(event, years, expected):
    assert outcome(event, "trade_years", "3", trade_years=years) == expected


@pytest.mark.parametrize(("own_trade", "expected"), [(True, NOT_MET), (False, MET), (None, UNKNOWN)])
def test_a_title_bars_only_in_the_same_trade(event, own_trade, expected):
    trade = {True: event.trade, False: make_trade("电工"), None: None}[own_trade]
    worker = make_worker()
    Qualification.objects.create(worker=worker, kind="expert_title", title="浙江省技术能手", trade=trade)
    assert outcome(event, "barred_title", "省技术能手", worker=worker) == expected


@pytest.mark.parametrize(
    ("grade", "checked", "expected"),
    [(4, True, MET), (4, False, UNKNOWN), (3, True, NOT_MET), (None, None, NOT_MET)],
)
def test_a_level_counts_once_its_certificate_is_checked(event, grade, checked, expected):
    worker = make_worker()
    if grade:
        Qualification.objects.create(worker=worker, trade=event.trade, grade=grade, checked=checked)
    assert outcome(event, "level_at_least", "4", worker=worker) == expected


def test_a_level_in_another_trade_does_not_count(event):
    worker = make_worker()
    Qualification.objects.create(worker=worker, trade=make_trade("电工"), grade=6, checked=True)
    assert outcome(event, "level_at_least", "4", worker=worker) == NOT_MET


def test_a_group_may_be_barred(event):
    assert outcome(event, "barred_group", "student", group=Entry.Group.STUDENT) == NOT_MET
    assert outcome(event, "barred_group", "teacher", group=Entry.Group.WORKER) == MET


@pytest.mark.parametrize(("others", "expected"), [(2, MET), (3, NOT_MET)])
def test_an_employers_quota_counts_the_others_that_hold_a_place(event, others, expected):
    firm = make_employer()
    for state in ("submitted", "accepted", "returned")[:others]:
        make_entry(event, worker=make_worker(employer=firm), state=state)
    for state in ("draft", "refused", "withdrawn"):
        make_entry(event, worker=make_worker(employer=firm), state=state)
    assert outcome(event, "employer_quota", "3", worker=make_worker(employer=firm)) == expected


@pytest.mark.parametrize("kind", ["min_age", "below_age", "trade_years", "employer_quota", "level_at_least"])
def test_a_rule_that_cannot_be_read_refuses_nobody(event, kind):
    assert outcome(event, kind, "many", trade_years=1) == UNKNOWN


def test_checking_again_replaces_the_findings(event):
    EligibilityRule.objects.create(event=event, kind="trade_years", value="3")
    entry = make_entry(event, trade_years=1)
    eligibility.check(entry=entry)
    entry.trade_years = 4
    eligibility.check(entry=entry)
    assert list(Finding.objects.filter(entry=entry).values_list("outcome", "found")) == [("met", "4")]


def test_every_answer_has_words_without_a_number_of_the_person(event):
    worker = make_worker()
    for kind in EligibilityRule.Kind.values:
        value = "省技术能手" if kind == "barred_title" else "student" if kind == "barred_group" else "3"
        EligibilityRule.objects.create(event=event, kind=kind, value=value)
    entry = make_entry(event, worker=worker, trade_years=2, insured_months=1)
    for finding in eligibility.check(entry=entry):
        words = f"{eligibility.rule_in_words(finding.rule)} {eligibility.found_in_words(finding)}"
        assert words.strip()
        assert worker.id_number.reveal() not in words
        assert worker.birth.reveal() not in words


@pytest.mark.parametrize("entries", [1, 20])
def test_checking_costs_the_same_at_any_size(event, entries, django_assert_max_num_queries):
    firm = make_employer()
    for kind in ("min_age", "below_age", "trade_years", "employer_quota", "level_at_least"):
        EligibilityRule.objects.create(event=event, kind=kind, value="50")
    made = [make_entry(event, worker=make_worker(employer=firm)) for _ in range(entries)]
    entry = Entry.objects.select_related("event", "worker").get(pk=made[0].pk)
    with django_assert_max_num_queries(6):
        eligibility.check(entry=entry)


def test_the_day_that_counts_is_the_first_session_when_there_is_one(event):
    assert eligibility.day_that_counts(event) == timezone.localdate(event.registration_closes)
    start = timezone.now() + timedelta(days=40)
    event.sessions.create(number=1, starts_at=start, ends_at=start + timedelta(hours=4))
    assert eligibility.day_that_counts(Event.objects.get(pk=event.pk)) == timezone.localdate(start)
