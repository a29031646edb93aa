"""A worker's way on the phone: from the open class to the verdict."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import attendance, completion, enrolments
from academy.models import Attendance, Enrolment, ExamMark, Leave, Opinion
from academy.web.me import course_tasks
from tests.academy.training import HOUR, make_class, make_programme, make_session, seat
from tests.factories import make_trade, make_user, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client, employer):
    user = make_user("worker")
    make_worker("Zhang San", employer=employer, user=user)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"me:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_from_the_list_to_the_place(client, me):
    held = make_class(programme=make_programme(name="Welding"))
    listed = client.get(url("courses"))
    assert [course.held for course in listed.context["courses"]] == [held]
    assert "30 places left" in text(listed)
    assert "30 places left" in text(client.get(url("course", held.code)))
    assert "Zhang San" in text(client.get(url("enrol", held.code)))
    assert not Enrolment.objects.exists()
    answer = client.post(url("enrol", held.code))
    assert answer.url == url("enrolled", held.code)
    assert Enrolment.objects.get().state == "enrolled"
    done = text(client.get(answer.url))
    assert "You are enrolled" in done
    assert "First session: Tomorrow" in done
    listed = client.get(url("courses"))
    assert listed.context["courses"] == []
    assert [row["url"] for row in listed.context["mine"]] == [url("course", held.code)]


def test_enrolling_twice_is_one_enrolment(client, me):
    held = make_class()
    for _ in range(2):
        client.post(url("enrol", held.code))
    assert Enrolment.objects.count() == 1


def test_in_a_full_class_one_is_told_ones_number(client, me):
    held = make_class(places=1)
    seat(held)
    seat(held, state="waiting")
    assert "Join the waiting list" in text(client.get(url("enrol", held.code)))
    answer = client.post(url("enrol", held.code), follow=True)
    assert "You are number 2 in the waiting list" in text(answer)
    (row,) = client.get(url("courses")).context["mine"]
    assert (row["status"], row["hint"]) == ("In the waiting list", "Number 2 in the waiting list")
    page = text(client.get(url("course", held.code)))
    assert "You are number 2" in page
    assert "Where I stand" not in page


def test_without_an_identity_document_one_is_sent_to_give_it(client):
    client.force_login(make_user("worker"))
    assert client.get(url("enrol", make_class().code)).url == reverse("me:record")


def test_another_class_at_that_time_is_named_and_does_not_bar(client, me):
    starts = timezone.now() + timedelta(days=3)
    other, wanted = make_class(sessions=0), make_class(sessions=0)
    make_session(other, starts_at=starts)
    make_session(wanted, starts_at=starts + HOUR)
    seat(other, worker=me.worker)
    page = text(client.get(url("enrol", wanted.code)))
    assert "At the same time you have another class" in page
    assert client.post(url("enrol", wanted.code)).status_code == 302


def test_a_class_that_takes_nobody_says_so(client, me):
    held = make_class(enrolment_closes=timezone.now() - HOUR)
    assert "Enrolment closed" in text(client.get(url("course", held.code)))
    answer = client.post(url("enrol", held.code))
    assert answer.status_code == 422
    assert "does not take enrolments now" in text(answer)


@pytest.mark.parametrize(
    "name", ["course", "enrol", "enrolled", "course_withdraw", "course_rate", "course_calendar"]
)
def test_a_class_that_is_not_announced_is_not_there(client, me, name):
    assert client.get(url(name, make_class(state="planned").code)).status_code == 404


@pytest.mark.parametrize("name", ["enrolled", "course_withdraw", "course_rate"])
def test_other_peoples_places_are_not_mine(client, me, name):
    held = make_class()
    other = seat(held)
    assert client.get(url(name, held.code)).status_code == 404
    assert client.post(url(name, held.code), {"score": "5"}).status_code in (404, 405)
    other.refresh_from_db()
    assert other.state == "enrolled"


def test_withdrawing_asks_once_and_the_first_in_the_list_moves_up(client, me):
    held = make_class(places=1)
    mine, next_one = seat(held, worker=me.worker), seat(held, state="waiting")
    assert "Withdraw from this class?" in text(client.get(url("course_withdraw", held.code)))
    answer = client.post(url("course_withdraw", held.code))
    assert answer.url == url("course", held.code)
    mine.refresh_from_db()
    next_one.refresh_from_db()
    assert (mine.state, next_one.state) == ("withdrawn", "enrolled")
    assert "Join the waiting list" in text(client.get(answer.url))


def test_leave_is_asked_with_a_reason_and_its_answer_stands_beside_the_session(client, me, organiser):
    held = make_class(state="running")
    mine = seat(held, worker=me.worker)
    session = held.sessions.get()
    ask = url("leave_ask", held.code, session.uuid)
    assert ask in text(client.get(url("course", held.code)))
    empty = client.post(ask, {"reason": " "})
    assert empty.status_code == 422
    assert "There is a problem" in text(empty)
    assert client.post(ask, {"reason": "Night shift"}).url == url("course", held.code)
    leave = Leave.objects.get()
    assert (leave.enrolment, leave.reason) == (mine, "Night shift")
    assert client.get(ask).context["form"].initial["reason"] == "Night shift"
    page = text(client.get(url("course", held.code)))
    assert "Leave asked" in page
    assert "Correct the reason" in page
    attendance.decide_leave(leave=leave, granted=False, answer="The exam is then", by=organiser)
    page = text(client.get(url("course", held.code)))
    assert "leave refused: The exam is then" in page
    assert ask not in page
    assert any("Leave refused" in row["title"] for row in course_tasks.owed(me.worker))


def test_no_leave_is_offered_for_a_session_that_is_signed_in_to(client, me, organiser):
    held = make_class(state="running")
    mine, session = seat(held, worker=me.worker), held.sessions.get()
    ask = url("leave_ask", held.code, session.uuid)
    assert ask in text(client.get(url("course", held.code)))
    Attendance.objects.create(enrolment=mine, session=session, turn=1, source="scan", at=timezone.now())
    assert ask not in text(client.get(url("course", held.code)))
    refused = client.post(ask, {"reason": "Night shift"})
    assert (refused.status_code, "signed in to this session already" in text(refused)) == (422, True)
    assert not Leave.objects.exists()


def test_leave_for_a_session_of_another_class_is_not_found(client, me):
    held, other = make_class(), make_class()
    seat(held, worker=me.worker)
    foreign = other.sessions.get()
    assert client.post(url("leave_ask", held.code, foreign.uuid), {"reason": "x"}).status_code == 404


def test_leave_after_the_beginning_is_refused_in_words(client, me):
    held = make_class(state="running", sessions=0)
    seat(held, worker=me.worker)
    session = make_session(held)
    answer = client.post(url("leave_ask", held.code, session.uuid), {"reason": "late"})
    assert answer.status_code == 422
    assert "before the session begins" in text(answer)


def test_the_page_says_where_i_stand(client, me):
    held = make_class(state="running", sessions=0)
    now = timezone.now()
    past, missed = (
        make_session(held, starts_at=now - 50 * HOUR),
        make_session(held, starts_at=now - 26 * HOUR),
    )
    make_session(held, starts_at=now + 20 * HOUR, hours=12)
    mine = seat(held, worker=me.worker)
    Attendance.objects.create(enrolment=mine, session=past, source="scan", at=past.starts_at)
    ExamMark.objects.create(enrolment=mine, part="theory", mark=Decimal("58.50"))
    page = client.get(url("course", held.code))
    assert page.context["verdict"] == [
        "You need 16 class hours and have attended 2.",
        "Attend at least 14 of the 16 class hours still to come.",
    ]
    assert [row.label for row in page.context["rows"]] == ["Present", "Absent", "To come"]
    assert "below the pass mark 60" in text(page)
    assert missed.attendances.count() == 0


def test_what_cannot_be_reached_any_more_is_said(client, me):
    held = make_class(state="running", sessions=0)
    make_session(held, starts_at=timezone.now() - 50 * HOUR)
    seat(held, worker=me.worker)
    assert "cannot be reached any more" in text(client.get(url("course", held.code)))


def finished(me, organiser):
    held = make_class(state="running", sessions=0)
    session = make_session(held, starts_at=timezone.now() - 5 * HOUR)
    mine = seat(held, worker=me.worker)
    Attendance.objects.create(enrolment=mine, session=session, source="scan", at=session.starts_at)
    for part in ("theory", "practice"):
        ExamMark.objects.create(enrolment=mine, part=part, mark=80)
    completion.finish(training_class=held, by=organiser)
    return held


def test_a_finished_class_shows_its_verdict_and_is_rated_once_without_a_name(client, me, organiser):
    held = finished(me, organiser)
    page = text(client.get(url("course", held.code)))
    assert "attended 100.0 % of the class hours, 80 % are needed" in page
    assert [row["url"] for row in course_tasks.owed(me.worker)] == [url("course_rate", held.code)]
    assert client.post(url("course_rate", held.code), {"score": "9"}).status_code == 422
    answer = client.post(url("course_rate", held.code), {"score": "4", "words": "More practice"}, follow=True)
    assert "Nobody can tell" in text(answer)
    opinion = Opinion.objects.get()
    assert (opinion.score, opinion.words) == (4, "More practice")
    again = client.post(url("course_rate", held.code), {"score": "1"}, follow=True)
    assert "You have rated this class already" in text(again)
    assert Opinion.objects.count() == 1
    assert course_tasks.owed(me.worker) == []


def test_a_class_that_runs_is_not_rated_yet(client, me):
    held = make_class(state="running")
    seat(held, worker=me.worker)
    answer = client.post(url("course_rate", held.code), {"score": "4"})
    assert answer.status_code == 422
    assert "when it is finished" in text(answer)


def test_a_cancelled_class_says_so_first(client, me):
    held = make_class(state="cancelled")
    seat(held, worker=me.worker)
    page = text(client.get(url("course", held.code)))
    assert "will not take place" in page
    assert "Where I stand" not in page
    (row,) = client.get(url("courses")).context["mine"]
    assert row["status"] == "Cancelled"


def test_the_next_sessions_are_tasks_until_signed_in_or_on_leave(me):
    held = make_class(state="running", sessions=0)
    now = timezone.now()
    mine = seat(held, worker=me.worker)
    here, later = make_session(held), make_session(held, starts_at=now + 30 * HOUR)
    make_session(held, starts_at=now + 100 * HOUR)
    rows = course_tasks.owed(me.worker)
    assert [row["status"] for row in rows] == ["On now", "Course"]
    assert str(here.place) in rows[0]["hint"]
    Attendance.objects.create(enrolment=mine, session=here, source="scan", at=now)
    Leave.objects.create(enrolment=mine, session=later, reason="x", state="granted")
    assert course_tasks.owed(me.worker) == []


def test_who_waits_owes_nothing(me):
    held = make_class(sessions=0, places=1)
    make_session(held)
    seat(held)
    seat(held, worker=me.worker, state="waiting")
    assert course_tasks.owed(me.worker) == []


def test_the_section_leads_to_the_courses_with_and_without_any(client, me):
    found = course_tasks.section(me.worker)
    assert (found["items"], found["url"]) == ([], url("courses"))
    held = make_class()
    seat(held, worker=me.worker)
    assert [row["title"] for row in course_tasks.section(me.worker)["items"]] == [str(held)]
    assert str(held) in text(client.get(reverse("me:academy")))


def test_the_list_narrows_by_trade_kind_and_month(client, me):
    trade = make_trade()
    welding = make_class(programme=make_programme(trade=trade), kind="drill")
    other = make_class(kind="retraining")

    def found(query):
        return {course.held for course in client.get(url("courses") + query).context["courses"]}

    assert found(f"?trade={trade.pk}") == {welding}
    assert found("?kind=retraining") == {other}
    assert found(f"?month={welding.starts_on:%Y-%m}") == {welding, other}
    bad = client.get(url("courses") + "?month=never")
    assert "There is a problem" in text(bad)
    assert len(bad.context["courses"]) == 2


@pytest.mark.parametrize("many", [1, 30])
def test_the_lists_cost_the_same_at_any_size(client, me, many, django_assert_max_num_queries):
    trade = make_trade()
    for _ in range(many):
        held = make_class(programme=make_programme(trade=trade))
        seat(held, worker=me.worker, state="waiting")
        make_class(programme=make_programme(trade=trade))
    client.get(url("courses"))
    with django_assert_max_num_queries(10):
        client.get(url("courses"))
    with django_assert_max_num_queries(3):
        course_tasks.owed(me.worker)
    with django_assert_max_num_queries(6):
        course_tasks.section(me.worker)


@pytest.mark.parametrize("many", [1, 30])
def test_one_course_costs_the_same_at_any_size(client, me, many, django_assert_max_num_queries):
    held = make_class(state="running", sessions=many)
    seat(held, worker=me.worker)
    for _ in range(many - 1):
        seat(held)
    client.get(url("course", held.code))
    with django_assert_max_num_queries(10):
        client.get(url("course", held.code))


def test_the_timetable_comes_as_a_calendar(client, me):
    held = make_class(sessions=2)
    answer = client.get(url("course_calendar", held.code))
    assert answer["Content-Type"].startswith("text/calendar")
    lines = answer.content.decode().split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lines.count("BEGIN:VEVENT") == 2
    assert all(len(line.encode()) <= 75 for line in lines)


def test_the_private_address_is_made_shown_and_closed(client, me):
    seat(make_class(), worker=me.worker)
    page = url("my_calendar")
    assert "Make my address" in text(client.get(page))
    client.post(page, {"act": "draw"})
    address = client.get(page).context["url"]
    client.logout()
    feed = client.get(address)
    assert feed.status_code == 200
    assert "BEGIN:VEVENT" in text(feed)
    client.force_login(me)
    client.post(page, {"act": "give_up"})
    assert client.get(address).status_code == 404
    assert not client.get(page).context["url"]


def test_moving_up_shows_at_once(client, me):
    held = make_class(places=1)
    first = seat(held)
    seat(held, worker=me.worker, state="waiting")
    enrolments.withdraw(enrolment=first, by=first.worker.user)
    (row,) = client.get(url("courses")).context["mine"]
    assert row["status"] == "Enrolled"
    assert course_tasks.owed(me.worker)[0]["title"] == f"You have a place now: {held}"
    Enrolment.objects.filter(worker=me.worker).update(moved_up_at=timezone.now() - timedelta(days=8))
    assert not any("a place now" in task["title"] for task in course_tasks.owed(me.worker))


def test_who_comes_back_has_not_moved_up(client, me):
    held = make_class(places=1)
    first = seat(held)
    seat(held, worker=me.worker, state="waiting")
    enrolments.withdraw(enrolment=first, by=first.worker.user)
    client.post(url("course_withdraw", held.code))
    client.post(url("enrol", held.code))
    assert not any("a place now" in task["title"] for task in course_tasks.owed(me.worker))
