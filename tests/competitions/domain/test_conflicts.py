from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from competitions.domain import conflicts
from competitions.domain.conflicts import ConflictRefused
from competitions.models import Declaration, Waiver
from craft_site.ledger.chain import lines_by_kind
from craft_site.ledger.models import Line
from craft_site.people.domain import ties
from craft_site.people.models import Employment, Tie
from tests.competitions.seats import coded_event
from tests.factories import make_employer, make_event, make_seat, make_user, make_worker


@pytest.fixture
def event(db):
    return coded_event()


@pytest.fixture
def entries(event):
    return list(event.entries.order_by("pk"))


def judge_with_worker(**fields):
    user = make_user("judge")
    return user, make_worker(user=user, **fields)


# --- what bars -------------------------------------------------------------------------------------------------------


def test_a_tie_an_old_employer_and_oneself_bar_a_marking_seat(event, entries):
    mentor, _ = judge_with_worker()
    ties.declare(one=mentor.worker, other=entries[0].worker, kind="mentor")
    former, worker = judge_with_worker()
    Employment.objects.create(
        worker=worker,
        employer=entries[1].employer,
        since=date(2000, 1, 1),
        until=timezone.localdate() - timedelta(days=900),
    )
    seats = [make_seat(event, "result", user=mentor), make_seat(event, "result", user=former, place=2)]
    assert conflicts.barred_pairs(event) == {
        seats[0].pk: {entries[0].pk: frozenset({"mentor"})},
        seats[1].pk: {entries[1].pk: frozenset({"employer"})},
    }


def test_more_than_three_years_ago_bars_nobody(event, entries):
    user, worker = judge_with_worker()
    Employment.objects.create(
        worker=worker,
        employer=entries[1].employer,
        since=date(2000, 1, 1),
        until=timezone.localdate() - timedelta(days=1200),
    )
    make_seat(event, "result", user=user)
    assert conflicts.barred_pairs(event) == {}


def test_a_judge_without_a_worker_record_is_barred_by_the_accounts_employer(event, entries):
    seat = make_seat(event, "result", user=make_user("judge", employer=entries[2].employer))
    assert conflicts.barred_pairs(event) == {seat.pk: {entries[2].pk: frozenset({"employer"})}}


def test_the_employer_of_the_entry_counts_although_the_worker_has_moved_on(event, entries):
    old = entries[0].employer
    type(entries[0].worker).objects.filter(pk=entries[0].worker_id).update(employer=make_employer())
    seat = make_seat(event, "result", user=make_user("judge", employer=old))
    assert conflicts.barred_pairs(event)[seat.pk] == {entries[0].pk: frozenset({"employer"})}


def test_a_second_judges_tie_bars_the_seat_too(event, entries):
    seat = make_seat(event, "measuring", witness=make_user("judge", employer=entries[0].employer))
    assert list(conflicts.barred_pairs(event)[seat.pk]) == [entries[0].pk]


def test_seats_that_do_not_mark_and_seats_left_bar_nothing(event, entries):
    user = make_user("judge", employer=entries[0].employer)
    make_seat(event, "chief", user=user)
    make_seat(event, "result", user=user, left_at=timezone.now())
    assert conflicts.barred_pairs(event) == {}


@pytest.mark.parametrize("size", [1, 12])
def test_the_bars_cost_the_same_at_any_size(django_assert_num_queries, db, size):
    event = coded_event(size)
    for place in range(1, size + 1):
        user, worker = judge_with_worker()
        ties.declare(one=worker, other=event.entries.first().worker, kind="kin")
        make_seat(event, "result", user=user, place=place)
    with django_assert_num_queries(10):
        assert len(conflicts.barred_pairs(event)) == size


# --- declarations ----------------------------------------------------------------------------------------------------


def test_declared_words_bar_before_anybody_matched_them(event, entries):
    worker = entries[0].worker
    user = make_user("judge")
    seat = make_seat(event, "result", user=user)
    conflicts.declare(judge=user, kind="kin", person_name=f" {worker.name.upper()} ")
    assert conflicts.barred_pairs(event) == {seat.pk: {entries[0].pk: frozenset({"kin"})}}


def test_a_declared_employer_bars_all_of_its_people_by_full_short_or_partial_name(db):
    firm = make_employer("永康市某某模具有限公司", short_name="某某模具")
    event = coded_event(1, employer=firm, worker=make_worker(employer=firm))
    for words in ("永康市某某模具有限公司", "某某模具", "永康市某某"):
        user = make_user("judge")
        seat = make_seat(event, "result", user=user, place=Declaration.objects.count() + 1)
        conflicts.declare(judge=user, kind="supplier", employer_name=words)
        assert len(conflicts.barred_pairs(event)[seat.pk]) == 1
    user = make_user("judge")
    seat = make_seat(event, "result", user=user, place=9)
    conflicts.declare(judge=user, kind="supplier", employer_name="永康")
    assert seat.pk not in conflicts.barred_pairs(event)


def test_a_match_by_the_office_replaces_the_words_and_writes_a_tie(event, entries, organiser):
    user, own = judge_with_worker()
    seat = make_seat(event, "result", user=user)
    declared = conflicts.declare(judge=user, kind="kin", person_name=entries[0].worker.name)
    conflicts.match(declaration=declared, worker=entries[1].worker, by=organiser)
    assert list(conflicts.barred_pairs(event)[seat.pk]) == [entries[1].pk]
    assert Tie.objects.filter(kind="kin").count() == 1
    assert own.pk in Tie.objects.values_list("first", "second").get()


def test_a_name_and_employer_that_fit_one_worker_are_matched_at_once(event, entries):
    worker = entries[0].worker
    found = conflicts.declare(
        judge=make_user("judge"), kind="coach", person_name=worker.name, employer_name=worker.employer.name
    )
    assert found.worker == worker
    assert not conflicts.declare(judge=make_user("judge"), kind="coach", person_name=worker.name).is_matched


def test_the_same_words_twice_are_one_declaration_and_no_words_none(db):
    user = make_user("judge")
    for _ in range(2):
        conflicts.declare(judge=user, kind="kin", person_name="Somebody  Else")
    assert Declaration.objects.count() == 1
    with pytest.raises(ConflictRefused):
        conflicts.declare(judge=user, kind="kin", person_name=" ")


def test_only_the_office_matches_and_sets_aside_and_never_its_own(event, organiser, judge, chief):
    declared = conflicts.declare(judge=judge, kind="kin", person_name="Somebody")
    for person in (judge, chief):
        with pytest.raises(PermissionDenied):
            conflicts.match(declaration=declared, by=person, employer=make_employer())
        with pytest.raises(PermissionDenied):
            conflicts.set_aside(declaration=declared, by=person)
    own = conflicts.declare(judge=organiser, kind="kin", person_name="Somebody")
    with pytest.raises(ConflictRefused):
        conflicts.set_aside(declaration=own, by=organiser)
    assert conflicts.set_aside(declaration=declared, by=organiser).withdrawn_at


# --- waivers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def barred(event, entries):
    return make_seat(event, "result", user=make_user("judge", employer=entries[0].employer))


def test_a_waiver_holds_when_chief_and_supervisor_have_both_given_it(
    event, entries, barred, chief, supervisor
):
    waiver = conflicts.waive(seat=barred, entry=entries[0], reason="No other judge.", by=chief)
    assert conflicts.waive(seat=barred, entry=entries[0], reason="", by=chief) == waiver
    assert not waiver.in_force
    assert barred.pk in conflicts.barred_now(event)
    assert conflicts.waive(seat=barred, entry=entries[0], reason="", by=supervisor).in_force
    assert conflicts.barred_now(event) == {}
    assert "No other judge" not in "".join(Line.objects.values_list("body", flat=True))


def test_only_chief_and_supervisor_waive_with_a_reason_and_only_a_bar(
    event, entries, barred, chief, supervisor, organiser, coding_judge
):
    for person in (organiser, coding_judge, barred.user):
        with pytest.raises(PermissionDenied):
            conflicts.waive(seat=barred, entry=entries[0], reason="x", by=person)
    with pytest.raises(ConflictRefused, match="Say why"):
        conflicts.waive(seat=barred, entry=entries[0], reason=" ", by=chief)
    with pytest.raises(ConflictRefused, match="not barred"):
        conflicts.waive(seat=barred, entry=entries[1], reason="x", by=chief)


def test_nobody_waives_a_tie_of_their_own(event, entries, chief):
    make_worker(user=chief, employer=entries[0].employer)
    seat = make_seat(event, "result", user=chief)
    with pytest.raises(ConflictRefused, match="of your own"):
        conflicts.waive(seat=seat, entry=entries[0], reason="x", by=chief)


def test_a_half_given_waiver_can_be_refused_and_a_full_one_stands(
    event, entries, barred, chief, supervisor, judge
):
    waiver = conflicts.waive(seat=barred, entry=entries[0], reason="x", by=chief)
    with pytest.raises(PermissionDenied):
        conflicts.refuse_waiver(waiver=waiver, by=judge)
    for _sent in range(2):  # sent twice it counts once
        conflicts.refuse_waiver(waiver=waiver, by=supervisor)
    assert not Waiver.objects.exists()
    assert lines_by_kind(event.chain)["tie.waiver_refused"] == 1
    conflicts.waive(seat=barred, entry=entries[0], reason="x", by=supervisor)
    waiver = conflicts.waive(seat=barred, entry=entries[0], reason="", by=chief)
    with pytest.raises(ConflictRefused):
        conflicts.refuse_waiver(waiver=waiver, by=supervisor)


def test_what_counts_is_the_day_of_the_contest_and_not_today(event):
    day = conflicts.contest_day(event)
    first = event.sessions.order_by("starts_at").first()
    assert first is not None
    event.sessions.update(starts_at=first.starts_at + timedelta(days=40))
    assert conflicts.contest_day(event) == day + timedelta(days=40)
    assert conflicts.contest_day(make_event()) == timezone.localdate()


def test_a_tie_that_ends_before_the_contest_bars_nobody(event, entries):
    judge = make_worker(user=make_user("judge"))
    seat = make_seat(event, "result", user=judge.user)
    today = timezone.localdate()
    ties.declare(one=judge, other=entries[0].worker, kind="kin", until=today + timedelta(days=3))
    assert entries[0].pk in conflicts.barred_pairs(event)[seat.pk]
    event.sessions.update(starts_at=timezone.now() + timedelta(days=30))
    assert seat.pk not in conflicts.barred_pairs(event)
