"""Classes at the desk: who sees which, filters, the workbook, planning, moving on, the timetable."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.models import ClassSession, TrainingClass
from tests.academy.training import (
    make_academy,
    make_class,
    make_mentor,
    make_place,
    make_programme,
    make_session,
    seat,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = TrainingClass.State


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return organiser


def page(client, name, *args, **query):
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(client, office, size, django_assert_max_num_queries):
    for _ in range(size):
        seat(make_class())
    with django_assert_max_num_queries(10):
        page(client, "classes")


def test_the_list_begins_with_the_latest_class(client, office):
    today = timezone.localdate()
    found = [make_class(starts_on=today - timedelta(days=days)) for days in (20, 3, 10)]
    listed = [row.record for row in client.get(reverse("desk:classes")).context["table"].rows]
    assert listed == [found[1], found[2], found[0]]


def test_the_list_says_how_many_places_are_taken_and_who_waits(client, office):
    held = make_class(places=2)
    for state in ("enrolled", "enrolled", "waiting", "withdrawn"):
        seat(held, state=state)
    text = page(client, "classes")
    assert "2 / 2" in text
    assert "1 waiting" in text


def test_the_filters_narrow_and_a_bad_value_is_told(client, office):
    kept = make_class("welding-1", kind="retraining", state="running", programme=make_programme(name="焊工"))
    other = make_class("turning-1", programme=make_programme(name="车工"))
    for query in (
        {"q": "焊"},
        {"q": "welding"},
        {"kind": "retraining"},
        {"state": "running"},
        {"academy": kept.academy_id},
    ):
        text = page(client, "classes", **query)
        assert kept.get_absolute_url() in text, query
        assert other.get_absolute_url() not in text, query
    assert "There is a problem" in page(client, "classes", state="garbage")
    assert client.get(reverse("desk:classes_export"), {"state": "garbage"}).status_code == 302


def test_the_workbook_holds_the_filtered_classes(client, office):
    make_class("kept", budget=20000)
    make_class("left-out", state="planned")
    answer = client.get(reverse("desk:classes_export"), {"state": "open"})
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["Code", "kept"]


def test_a_planned_class_is_the_offices_own_and_a_contact_sees_the_announced(
    client, office, employer_contact
):
    planned, announced = make_class(state="planned"), make_class()
    assert planned.get_absolute_url() in page(client, "classes")
    client.force_login(employer_contact)
    text = page(client, "classes")
    assert announced.get_absolute_url() in text
    assert client.get(planned.get_absolute_url()).status_code == 404
    assert "Plan a class" not in text


@pytest.mark.parametrize("role", ["worker", "judge", "finance", "editor"])
def test_who_has_no_business_here_stays_out(client, role):
    held = make_class()
    client.force_login(make_user(role))
    names = (
        "class",
        "class_timetable",
        "class_people",
        "class_completion",
        "class_accounts",
        "class_attendance",
    )
    for name in (*names, "class_marks"):
        assert client.get(reverse(f"desk:{name}", args=(held.code,))).status_code == 403, name


# --- planning and changing ---------------------------------------------------------------------------------


def answers(**change):
    today = timezone.localdate()
    given = {
        "academy": make_academy().pk,
        "programme": make_programme().pk,
        "code": "weld-2",
        "edition": 1,
        "kind": "upgrading",
        "places": 30,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=20)).isoformat(),
        "sign_ins": 1,
        "budget": "20000",
    }
    return given | change


def test_an_organiser_plans_a_class_and_goes_on_to_its_timetable(client, office):
    answer = client.post(reverse("desk:class_new"), answers())
    assert answer.url == reverse("desk:class_timetable", args=("weld-2",))
    assert TrainingClass.objects.get().state == S.PLANNED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "new"}, "Choose another code"),
        ({"code": "焊工班"}, "English alphabet"),
        ({"places": "0"}, "greater than or equal to 1"),
        ({"ends_on": "2020-01-01"}, "before the first day"),
        ({"budget": "-1"}, "greater than or equal to 0"),
        ({"academy": "77777"}, "Select a valid choice"),
        ({"starts_on": "tomorrow"}, "valid date"),
    ],
)
def test_what_is_wrong_with_a_class_is_said_and_nothing_is_kept(client, office, change, words):
    answer = client.post(reverse("desk:class_new"), answers(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TrainingClass.objects.exists()


def test_the_next_edition_begins_with_what_the_last_one_was(client, office):
    held = make_class("weld-1", places=17, edition=3)
    text = page(client, "class_new", after=held.code)
    assert 'value="17"' in text
    assert 'value="4"' in text
    page(client, "class_new", after="no-such-class")


def test_a_change_that_cannot_be_is_told_beside_its_field(client, office):
    held = make_class(places=3)
    for _ in range(3):
        seat(held)
    url = reverse("desk:class_edit", args=(held.code,))
    given = answers(places=2, ends_on=held.ends_on, starts_on=held.starts_on)
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "3 people have a place already" in answer.content.decode()
    assert client.post(url, given | {"places": 4}).status_code == 302
    assert TrainingClass.objects.get(pk=held.pk).places == 4


def test_the_page_offers_the_moves_and_says_what_is_missing(client, office):
    held = make_class(state="planned", sessions=0)
    text = page(client, "class", held.code)
    assert "The timetable is empty." in text
    client.post(reverse("desk:class_move", args=(held.code,)), {"to": "open"})
    assert TrainingClass.objects.get().state == S.PLANNED


def test_cancelling_needs_a_reason_and_a_made_up_move_is_refused(client, office):
    held = make_class()
    url = reverse("desk:class_move", args=(held.code,))
    for sent in ({"to": "cancelled"}, {"to": "garbage"}, {"to": "finished"}, {}):
        assert client.post(url, sent).status_code == 302
        assert TrainingClass.objects.get().state == S.OPEN, sent
    client.post(url, {"to": "cancelled", "reason": "too few people"})
    assert TrainingClass.objects.get().state == S.CANCELLED


def test_beginning_before_the_first_session_is_asked_once_more_with_what_it_closes(client, office):
    held = make_class(places=2)
    for state in ("enrolled", "enrolled", "waiting"):
        seat(held, state=state)
    url = reverse("desk:class_move", args=(held.code,))
    text = client.post(url, {"to": "running"}).content.decode()
    for words in ("Begin the class a day before its first session?", "Enrolment closes at once", "2 / 2"):
        assert words in text, words
    assert TrainingClass.objects.get().state == S.OPEN
    assert client.post(url, {"to": "running", "early": "yes"}).status_code == 302
    assert TrainingClass.objects.get().state == S.RUNNING


def test_a_class_that_has_nobody_is_told_so_and_not_asked_about_its_day(client, office):
    held = make_class()
    url = reverse("desk:class_move", args=(held.code,))
    answer = client.post(url, {"to": "running"}, follow=True)
    assert "Nobody has enrolled." in answer.content.decode()


def test_a_reviewer_reads_the_class_and_moves_nothing(client, reviewer):
    held = make_class()
    client.force_login(reviewer)
    assert "What comes next" not in page(client, "class", held.code)
    for name in ("class_move", "class_finish", "session_add", "class_make_up"):
        assert client.post(reverse(f"desk:{name}", args=(held.code,))).status_code == 403


@pytest.mark.parametrize("size", [1, 30])
def test_the_class_page_costs_the_same_queries_at_any_size(
    client, office, size, django_assert_max_num_queries
):
    held = make_class(sessions=size)
    for _ in range(size):
        seat(held)
    with django_assert_max_num_queries(10):
        page(client, "class", held.code)


def test_the_calendar_names_nobody_who_learns(client, office):
    held = make_class()
    person = seat(held)
    feed = client.get(reverse("desk:class_calendar", args=(held.code,)))
    assert feed.content.count(b"BEGIN:VEVENT") == 1
    assert person.worker.name.encode() not in feed.content


# --- the timetable -----------------------------------------------------------------------------------------


def session(held, **change):
    mentor = make_mentor(held.academy)
    given = {
        "day": timezone.localdate().isoformat(),
        "starts": "09:00",
        "ends": "11:15",
        "mentor": mentor.pk,
        "place": make_place(held.academy).pk,
        "part": "theory",
        "topic": "Reading drawings",
        "weeks": 1,
    }
    return given | change


def test_a_session_is_added_and_repeated_weekly(client, office):
    held = make_class(sessions=0)
    url = reverse("desk:session_add", args=(held.code,))
    client.post(url, session(held))
    assert held.sessions.get().hours == 3
    client.post(url, session(held, weeks=4))
    assert held.sessions.count() == 5
    days = sorted({timezone.localtime(one.starts_at).weekday() for one in held.sessions.all()})
    assert days == [timezone.localdate().weekday()]


def test_of_weekly_sessions_none_is_kept_when_one_clashes_and_its_day_is_named(client, office):
    held = make_class(sessions=0)
    given = session(held, weeks=3)
    later = timezone.localtime() + timedelta(weeks=2)
    other = make_class(sessions=0)
    clash = later.replace(hour=10, minute=0, second=0, microsecond=0)
    ClassSession.objects.create(
        training_class=other,
        mentor=make_mentor(),
        place_id=given["place"],
        starts_at=clash,
        ends_at=clash + timedelta(hours=1),
    )
    answer = client.post(reverse("desk:session_add", args=(held.code,)), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This place is taken by" in text
    assert "Nothing was added." in text
    assert not held.sessions.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends": "08:00"}, "ends before it begins"),
        ({"day": "2001-01-01"}, "outside the days of the class"),
        ({"starts": "25:00"}, "valid time"),
        ({"mentor": "0"}, "Select a valid choice"),
        ({"place": ""}, "required"),
        ({"weeks": "31"}, "less than or equal to 30"),
        ({"part": "garbage"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_a_session_is_said(client, office, change, words):
    held = make_class(sessions=0)
    answer = client.post(reverse("desk:session_add", args=(held.code,)), session(held, **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not held.sessions.exists()


def test_a_session_is_changed_and_dropped_until_somebody_signed_in(client, office):
    held = make_class(sessions=0)
    one = make_session(held)
    url = reverse("desk:session_edit", args=(held.code, one.uuid))
    assert client.post(url, session(held, topic="Filing")).status_code == 302
    assert held.sessions.get().topic == "Filing"
    client.post(reverse("desk:session_drop", args=(held.code, one.uuid)))
    assert not held.sessions.exists()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("size", [1, 30])
def test_the_timetable_costs_the_same_queries_at_any_size(
    client, office, size, django_assert_max_num_queries
):
    held = make_class(sessions=size)
    with django_assert_max_num_queries(10):
        page(client, "class_timetable", held.code)


def test_hours_that_are_not_those_of_the_programme_are_pointed_out(client, office):
    held = make_class(programme=make_programme(theory_hours=2, practice_hours=6), sessions=0)
    make_session(held, part="practice", starts_at=timezone.now() + timedelta(days=1))
    text = page(client, "class_timetable", held.code)
    assert "differ in class hours" in text
    hours = held.sessions.get().hours
    assert "Theory 0 of 2" in text
    assert f"Practice {hours} of 6" in text
