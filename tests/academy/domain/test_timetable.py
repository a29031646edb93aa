from datetime import date, timedelta

import pytest
from django.utils import timezone

from academy.domain import academies, alliances, feeds, mentors, timetable
from academy.domain.refusals import TrainingRefused
from academy.models import Alliance, ClassSession, Mentor, Studio
from craft_site.people.domain import growth
from tests.academy.training import make_academy, make_class, make_mentor, make_place, make_session, seat
from tests.competitions.marking_contest import together
from tests.factories import make_employer, make_trade, make_user, make_worker

HOUR = timedelta(hours=1)


def at(hour, day=1):
    return timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=day)


def put(held, mentor, place, start, end, by, **fields):
    return timetable.set_session(
        training_class=held, mentor=mentor, place=place, starts_at=start, ends_at=end, by=by, **fields
    )


@pytest.fixture
def academy(db):
    return make_academy()


def test_no_mentor_and_no_place_twice_at_one_time_but_one_after_the_other(academy, organiser):
    one, other = (make_class(sessions=0, academy=academy) for _ in range(2))
    mentor, place = make_mentor(academy), make_place(academy)
    put(one, mentor, place, at(8), at(10), organiser)
    with pytest.raises(TrainingRefused, match="mentor teaches") as refusal:
        put(other, mentor, make_place(academy), at(9), at(11), organiser)
    assert refusal.value.field == "mentor"
    with pytest.raises(TrainingRefused, match="place is taken"):
        put(other, make_mentor(academy), place, at(9), at(11), organiser)
    put(other, mentor, place, at(10), at(12), organiser)
    assert ClassSession.objects.count() == 2


def test_a_second_appointment_of_the_same_worker_is_the_same_person(academy, organiser):
    held = make_class(sessions=0, academy=academy)
    mentor = make_mentor(academy)
    again = make_mentor(make_academy(), worker=mentor.worker)
    put(held, mentor, make_place(academy), at(8), at(10), organiser)
    with pytest.raises(TrainingRefused, match="mentor teaches"):
        put(held, again, make_place(academy), at(8), at(10), organiser)


def test_a_session_moves_over_itself_and_a_cancelled_class_holds_nothing(academy, organiser):
    held = make_class(sessions=0, academy=academy)
    mentor, place = make_mentor(academy), make_place(academy)
    session = put(held, mentor, place, at(8), at(10), organiser)
    put(held, mentor, place, at(9), at(11), organiser, session=session)
    held.state = "cancelled"
    held.save()
    put(make_class(sessions=0, academy=academy), mentor, place, at(9), at(11), organiser)


@pytest.mark.parametrize(("start", "end"), [(10, 8), (8, 8), (0, 23)])
def test_times_that_cannot_be_are_refused(start, end, academy, organiser):
    with pytest.raises(TrainingRefused):
        put(
            make_class(sessions=0, academy=academy),
            make_mentor(academy),
            make_place(academy),
            at(start),
            at(end),
            organiser,
        )


def test_a_session_stays_inside_the_class_and_the_mentors_term(academy, organiser):
    held = make_class(sessions=0, academy=academy)
    place = make_place(academy)
    with pytest.raises(TrainingRefused, match="outside the days"):
        put(held, make_mentor(academy), place, at(8, 60), at(10, 60), organiser)
    gone = make_mentor(academy, until=timezone.localdate())
    with pytest.raises(TrainingRefused, match="not appointed"):
        put(held, gone, place, at(8), at(10), organiser)


def test_a_session_with_sign_ins_stands(academy, organiser):
    held = make_class(sessions=0, academy=academy, state="running")
    session, enrolment = make_session(held), seat(held)
    enrolment.attendances.create(session=session, source="scan", at=timezone.now())
    with pytest.raises(TrainingRefused):
        timetable.drop_session(session=session, by=organiser)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_classes_that_want_a_mentor_at_the_same_time_get_one():
    academy, by = make_academy(), make_user("organiser")
    mentor = make_mentor(academy)
    held = [(make_class(sessions=0, academy=academy), make_place(academy)) for _ in range(4)]

    reasons = []

    def want(n):
        try:
            put(held[n][0], mentor, held[n][1], at(8), at(10), by)
        except TrainingRefused as refusal:
            reasons.append(refusal.field)

    together(want, 4)
    assert ClassSession.objects.count() == 1
    assert reasons == ["mentor"] * 3


def test_a_mentor_is_appointed_with_a_letter_and_no_two_terms_overlap(organiser):
    alliance = Alliance.objects.create(name="A")
    studio = Studio.objects.create(name="S", employer=make_employer())
    alliances.join(
        alliance=alliance,
        studio=studio,
        since=date(2024, 1, 1),
        until=date(2024, 12, 31),
        by=organiser,
    )
    academy = make_academy(alliance=alliance)
    given = {"academy": academy, "worker": make_worker(), "trade": make_trade(), "grade": 5, "by": organiser}
    term = {"since": date(2024, 3, 1), "until": date(2025, 2, 28)}
    made = academies.appoint(letter_no="1", studio=studio, **term, **given)
    assert Mentor.objects.from_members(date(2024, 6, 1)).get() == made
    assert not Mentor.objects.from_members(date(2025, 1, 1)).exists()
    for change, words in (
        ({"letter_no": "1"}, "used already"),
        ({"letter_no": "2"}, "part of that time"),
        ({"letter_no": "2", "until": date(2024, 1, 1)}, "before it begins"),
        ({"letter_no": "2", "grade": 1}, "no such level"),
    ):
        with pytest.raises(TrainingRefused, match=words):
            academies.appoint(**(given | term | change))
    with pytest.raises(TrainingRefused, match="no member"):
        academies.appoint(letter_no="2", studio=studio, since=date(2025, 3, 1), until=None, **given)
    academies.appoint(letter_no="2", since=date(2025, 3, 1), until=None, **given)


def test_hours_taught_and_honours_of_a_mentor(academy, organiser, django_assert_max_num_queries):
    mentor = make_mentor(academy)
    held = make_class(sessions=0, academy=academy, state="running")
    make_session(held, mentor=mentor, starts_at=timezone.now() - 4 * HOUR, hours=3)
    make_session(held, mentor=mentor, starts_at=timezone.now() - HOUR, hours=3)
    growth.record(worker=mentor.worker, kind="honour", on=date(2023, 5, 1), title="劳模", source="a")
    growth.record(worker=mentor.worker, kind="honour", on=date(2023, 5, 1), title="gone", source="b")
    growth.withdraw(worker=mentor.worker, source="b")
    with django_assert_max_num_queries(4):
        [row] = mentors.rows([mentor])
    assert (row.hours, row.honours, row.rating.mean) == (4, ("劳模",), None)


def test_feeds_hold_the_sessions_and_no_one_who_learns(academy):
    held = make_class(academy=academy, sessions=2)
    one = seat(held)
    mentor = held.sessions.first().mentor
    for content in (feeds.class_feed(held), feeds.mentor_feed([mentor])):
        assert content.count(b"BEGIN:VEVENT") == 2
        assert one.worker.name.encode() not in content
