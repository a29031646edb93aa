"""The desk: what waits for whom, an event's next moves, its set-up, and who may."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from competitions.domain import event_setup
from competitions.models import (
    CalendarStep,
    Code,
    Competition,
    Draw,
    Entry,
    Event,
    PenaltyRecord,
    Series,
    Session,
    Sheet,
    Station,
)
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

pytestmark = pytest.mark.django_db
S = Event.State


def at(name, event, *args):
    return reverse(f"desk:{name}", args=(event.code, *args))


def home(client, user):
    client.force_login(user)
    return client.get(reverse("desk:home"))


def waiting(client, user):
    return [(m.event, str(m.title), m.count) for m in home(client, user).context["matters"]]


def make_sheet(event, number, *, seat, **fields):
    code = Code.objects.create(event=event, layer="contestant", number=f"C-{number}", entry=make_entry(event))
    return Sheet.objects.create(event=event, code=code, seat=seat, **fields)


# --- what waits for me -------------------------------------------------------------------------------------


def test_the_office_sees_entries_that_wait_and_a_firm_only_its_own(client, event, organiser, reviewer):
    firm = make_employer()
    make_entry(event, worker=make_worker(employer=firm), state=Entry.State.SUBMITTED)
    make_entry(event, state=Entry.State.SUBMITTED)
    make_entry(event, state=Entry.State.UNIT_OK)
    for user in (organiser, reviewer):
        assert waiting(client, user) == [(event, "Entries wait for the office", 1)]
    contact = make_user("employer", employer=firm)
    assert waiting(client, contact) == [(event, "Your workers' entries wait for you", 1)]


def test_an_organiser_who_marks_in_an_event_sees_none_of_its_matters(client, event, organiser):
    make_entry(event, state=Entry.State.UNIT_OK)
    make_seat(event, "result", user=organiser)
    assert waiting(client, organiser) == []


def test_alarms_stand_first_and_the_chief_sees_what_to_sign(client):
    event = make_event(state=S.SCORING)
    chief = make_seat(event, "chief").user
    seat = make_seat(event, "result")
    make_sheet(event, 1, seat=seat, state=Sheet.State.SIGNED)
    make_sheet(event, 2, seat=seat, state=Sheet.State.ISSUED, alarm="spread: C3.3")
    found = waiting(client, chief)
    assert found == [(event, "Sheets need attention", 1), (event, "Sheets wait for your signature", 1)]
    assert waiting(client, seat.user) == [(event, "Sheets for you to mark", 1)]
    other = make_seat(make_event(state=S.SCORING), "chief").user
    assert waiting(client, other) == []


def test_the_chief_sees_incidents_to_decide(client):
    event = make_event(state=S.RUNNING)
    chief = make_seat(event, "chief").user
    floor, second = make_seat(event, "floor").user, make_seat(event, "floor").user
    code = Code.objects.create(event=event, layer="contestant", number="C-1", entry=make_entry(event))
    PenaltyRecord.objects.create(
        code=code,
        rule="P2",
        happened_at=timezone.now(),
        note="x",
        proposed_by=floor,
        seconded_by=second,
        state=PenaltyRecord.State.SECONDED,
    )
    assert (event, "Incidents wait for your decision", 1) in waiting(client, chief)


def test_an_open_draw_waits_for_the_coding_judge_alone(client, organiser):
    event = make_event(state=S.BRIEFED)
    coding = make_seat(event, "coding").user
    Draw.objects.create(
        event=event,
        purpose="contestant",
        items=["a"],
        list_hash="0" * 64,
        commitment="0" * 64,
        secret="s",
        committed_by=coding,
    )
    assert waiting(client, coding) == [(event, "A draw waits for the dice", 1)]
    assert waiting(client, organiser) == []


@pytest.mark.parametrize("many", [1, 30])
def test_home_and_list_cost_the_same_at_any_number_of_events(
    client, organiser, many, django_assert_max_num_queries
):
    for _n in range(many):
        event = make_event(state=S.SCORING)
        event.calendar.create(kind="marking", starts_at=timezone.now() + timedelta(days=1))
        make_entry(event, state=Entry.State.UNIT_OK)
        make_sheet(event, 1, seat=make_seat(event, "result"), alarm="spread")
    client.force_login(organiser)
    client.get(reverse("desk:home"))
    with django_assert_max_num_queries(10):
        assert len(client.get(reverse("desk:home")).context["matters"]) == 2 * many
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:events")).status_code == 200


def test_a_filter_that_cannot_be_read_says_so(client, event, organiser):
    client.force_login(organiser)
    page = client.get(reverse("desk:events"), {"state": "nonsense"})
    assert "nonsense is not one of the available choices" in page.content.decode()
    page = client.get(reverse("desk:events"), {"state": "archived"})
    assert event.name not in page.content.decode()


def test_the_export_keeps_to_the_filter_and_to_what_the_person_may_see(client, event, organiser, judge):
    def names(user, **query):
        client.force_login(user)
        answer = client.get(reverse("desk:events_export"), query)
        rows = load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True)
        return {row[0] for row in rows}

    other = make_event(state=S.ARCHIVED)
    assert names(organiser) == {event.code, other.code}
    assert names(organiser, state="archived") == {other.code}
    client.force_login(judge)
    assert client.get(reverse("desk:events_export")).status_code == 403
    client.force_login(organiser)
    assert client.get(reverse("desk:events_export"), {"state": "x"}).status_code == 302


def test_a_judge_sees_only_the_events_of_their_seats(client, event, judge):
    other = make_event(name="Somewhere else")
    page = home(client, judge).content.decode()
    assert event.name in page
    assert other.name not in page
    assert client.get(at("event", other)).status_code == 404


def test_everybody_is_led_to_a_page_that_opens(client, event, organiser, judge, chief, employer_contact):
    for user in (organiser, chief, judge, employer_contact):
        lines = {line["event"]: line["url"] for line in home(client, user).context["events"]}
        assert lines[event]
        assert client.get(lines[event]).status_code == 200


def test_a_worker_has_no_desk(client, outsider):
    assert home(client, outsider).status_code == 403


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
        "registration_opens": "2025-02-22T09:00",
        "registration_closes": "2025-03-19T17:00",
    }
    assert client.post(reverse("desk:event_new"), fields).status_code == 302
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
