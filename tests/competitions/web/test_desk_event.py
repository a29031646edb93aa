"""One event at the desk: its next moves, its set-up, and who may."""

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import event_setup
from competitions.models import (
    CalendarStep,
    Code,
    Competition,
    Event,
    Series,
    Session,
    Station,
)
from tests.factories import make_entry, make_event, make_seat, make_user

pytestmark = pytest.mark.django_db
S = Event.State


def at(name, event, *args):
    return reverse(f"desk:{name}", args=(event.code, *args))


def home(client, user):
    client.force_login(user)
    return client.get(reverse("desk:home"))


def waiting(client, user):
    return [(m.event, str(m.title), m.count) for m in home(client, user).context["matters"]]


# --- one event ---------------------------------------------------------------------------------------------


def test_the_page_names_what_is_missing_for_the_next_move(client, organiser):
    event = make_event(state=S.FILED)
    client.force_login(organiser)
    page = client.get(at("event", event)).content.decode()
    assert "No technical document has been published." in page
    assert at("documents", event) in page
    client.post(at("event_move", event), {"to": S.PUBLISHED})
    event.refresh_from_db()
    assert event.state == S.FILED


def test_an_organiser_moves_an_event_and_others_do_not(client, organiser, reviewer):
    event = make_event(state=S.DRAFT)
    for user in (reviewer, make_seat(event, "chief").user):
        client.force_login(user)
        assert client.post(at("event_move", event), {"to": S.FILED}).status_code == 403
    client.force_login(organiser)
    client.post(at("event_move", event), {"to": S.FILED})
    event.refresh_from_db()
    assert event.state == S.FILED


def test_locking_is_not_made_by_a_button_of_the_office(client, organiser):
    event = make_event(state=S.RECHECKING)
    client.force_login(organiser)
    client.post(at("event_move", event), {"to": S.LOCKED})
    event.refresh_from_db()
    assert event.state == S.RECHECKING


PAGES = ("event_edit", "event_setup", "event_calendar", "event_places", "event_rules")


@pytest.mark.parametrize("name", PAGES)
def test_only_an_organiser_who_does_not_mark_sets_an_event_up(client, event, organiser, name):
    client.force_login(organiser)
    assert client.get(at(name, event)).status_code == 200
    make_seat(event, "measuring", user=organiser)
    assert client.get(at(name, event)).status_code == 403
    for user in (make_user("reviewer"), make_user("employer"), make_seat(event, "chief").user):
        client.force_login(user)
        assert client.get(at(name, event)).status_code == 403


def test_an_event_is_made_and_set_up_by_forms_alone(client, organiser):
    series = Series.objects.create(code="s", name="s")
    competition = Competition.objects.create(series=series, code="c", year=2025, name="c")
    client.force_login(organiser)
    fields = {
        "competition": competition.pk,
        "code": "die-2025",
        "name": "冲压模",
        "scope": "individual",
        "return_days": 3,
        "list_days": 3,
        "publicity_days": 5,
        "public_rows": "full",
        "group_review": "none",
        "registration_opens": "2025-02-22T09:00",
        "registration_closes": "2025-03-19T17:00",
    }
    made = client.post(reverse("desk:event_new"), fields)
    assert made.status_code == 302, made.context["form"].errors
    event = Event.objects.get(code="die-2025")
    assert timezone.localtime(event.registration_opens).hour == 9

    client.post(at("event_calendar", event), {"fill": "1", "day": "2025-04-08"})
    assert event.calendar.count() == len(CalendarStep.Kind.values)

    rows = {"session-TOTAL_FORMS": 2, "session-INITIAL_FORMS": 0, "part": "sessions"}
    rows |= {"session-0-starts_at": "2025-04-08T08:30", "session-0-ends_at": "2025-04-08T12:30"}
    assert client.post(at("event_places", event), rows).status_code == 302
    client.post(at("event_places", event), {"part": "stations", "count": 20, "unusable": "4，17"})
    assert event.sessions.count() == 1
    assert event.stations.filter(usable=True).count() == 18

    rows = {"rule-TOTAL_FORMS": 1, "rule-INITIAL_FORMS": 0}
    rows |= {"rule-0-kind": "min_age", "rule-0-value": "16", "rule-0-hard": "on"}
    assert client.post(at("event_rules", event), rows).status_code == 302
    assert event.rules.get().value == "16"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("event_places", {"part": "stations", "count": 3, "unusable": "4"}),
        ("event_places", {"part": "stations", "count": 3, "unusable": "four"}),
        ("event_places", {"part": "stations", "count": 10_000, "unusable": ""}),
        ("event_places", {"part": "sessions", "session-TOTAL_FORMS": "x"}),
        ("event_calendar", {"step-TOTAL_FORMS": "100000", "step-INITIAL_FORMS": "0"}),
        ("event_calendar", {"fill": "1", "day": "31.31.2025"}),
        ("event_rules", {"rule-TOTAL_FORMS": 1, "rule-INITIAL_FORMS": 0, "rule-0-kind": "min_age"}),
    ],
)
def test_bad_input_is_answered_in_the_form_and_nothing_is_saved(client, event, organiser, name, fields):
    client.force_login(organiser)
    answer = client.post(at(name, event), fields)
    assert answer.status_code == 200
    assert not event.stations.exists()
    assert not event.calendar.exists()
    assert not event.rules.exists()


def test_a_deleted_row_of_the_calendar_is_gone(client, event, organiser):
    event_setup.set_calendar(event=event, steps=[{"kind": "draw", "starts_at": timezone.now()}], by=organiser)
    client.force_login(organiser)
    rows = {"step-TOTAL_FORMS": 1, "step-INITIAL_FORMS": 1, "step-0-kind": "draw", "step-0-DELETE": "on"}
    client.post(at("event_calendar", event), rows | {"step-0-starts_at": "2025-04-08T08:30"})
    assert not event.calendar.exists()


def test_the_side_navigation_shows_a_seat_only_its_own_sections(client, event, organiser, chief):
    def titles(user):
        client.force_login(user)
        return [str(item["title"]) for item in client.get(at("event", event)).context["desk_nav"]]

    assert "Set-up" in titles(organiser)
    assert "Set-up" not in titles(chief)
    assert "Marking scheme" in titles(chief)
    assert "Entries" not in titles(chief)


def test_benches_are_shown_as_fixed_after_the_draw(client, event, organiser):
    now = timezone.now()
    session = Session.objects.create(event=event, number=1, starts_at=now, ends_at=now)
    station = Station.objects.create(event=event, number=1)
    number = Code.objects.create(event=event, layer="contestant", number="C-1", entry=make_entry(event))
    Code.objects.create(
        event=event, layer="station", number="S-1", parent=number, session=session, station=station
    )
    client.force_login(organiser)
    answer = client.post(at("event_places", event), {"part": "stations", "count": 5, "unusable": ""})
    assert "The stations have been drawn" in answer.content.decode()
    assert event.stations.count() == 1


def rule(kind, value):
    rows = {"rule-TOTAL_FORMS": 1, "rule-INITIAL_FORMS": 0, "rule-0-hard": "on"}
    return rows | {"rule-0-kind": kind, "rule-0-value": value}


@pytest.mark.parametrize("word", ["student", "Student", "学生", " 学生组 "])
def test_a_group_is_written_as_people_call_it(client, event, organiser, word):
    client.force_login(organiser)
    assert client.post(at("event_rules", event), rule("barred_group", word)).status_code == 302
    assert event.rules.get().value == "student"
    page = client.get(at("event_rules", event))
    assert page.context["formset"].forms[0].initial["value"] == "Student"


def test_a_word_that_is_no_group_is_answered_with_those_that_are(client, event, organiser):
    client.force_login(organiser)
    page = client.post(at("event_rules", event), rule("barred_group", "退休"))
    (problem,) = page.context["formset"].forms[0].errors["value"]
    assert "退休" in problem
    assert "Worker, Student, Teacher" in problem
    assert ("Group that may not enter", "One of these words: Worker, Student, Teacher.") in page.context[
        "hints"
    ]
    assert not event.rules.exists()
