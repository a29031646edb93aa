"""The desk: what waits for whom, and the list of events."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from competitions.models import (
    CalendarStep,
    Code,
    Draw,
    Entry,
    Event,
    PenaltyRecord,
    Sheet,
)
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

pytestmark = pytest.mark.django_db
S = Event.State
# Statements by which the other wings' waiting matters are counted, however many there are.
OF_THE_ACADEMY = 17


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


def test_the_coding_judge_sees_which_lots_wait_before_any_list_is_frozen(client, organiser):
    event = make_event(state=S.BRIEFED)
    coding = make_seat(event, "coding").user
    assert waiting(client, coding) == [(event, "Contestant numbers are to be drawn", 1)]
    Draw.objects.create(
        event=event,
        purpose="contestant",
        items=["a"],
        list_hash="0" * 64,
        commitment="0" * 64,
        secret="s",
        committed_by=coding,
        state="drawn",
    )
    assert waiting(client, coding) == []
    Event.objects.filter(pk=event.pk).update(state=S.FROZEN)
    assert waiting(client, coding) == [(event, "Check the contestants in, then draw the stations", 1)]
    assert waiting(client, organiser) == []


def test_whichever_button_is_pressed_what_is_typed_is_kept(client, event, organiser):
    client.force_login(organiser)
    rows = {"step-TOTAL_FORMS": 1, "step-INITIAL_FORMS": 0, "step-0-kind": "draw"}
    rows |= {"step-0-starts_at": "2025-04-01T08:30", "step-0-place": "Hall 9"}
    client.post(at("event_calendar", event), rows | {"fill": "1", "day": "2025-04-08"})
    assert event.calendar.get(kind="draw").place == "Hall 9"
    assert event.calendar.count() == len(CalendarStep.Kind.values)
    wrong = rows | {"step-0-starts_at": "", "step-0-place": "Hall 7", "fill": "1", "day": "2025-04-08"}
    page = client.post(at("event_calendar", event), wrong).content.decode()
    assert "Hall 7" in page
    both = {"session-TOTAL_FORMS": 1, "session-INITIAL_FORMS": 0, "count": 3, "unusable": "9"}
    both |= {"session-0-starts_at": "2025-04-08T08:30", "session-0-ends_at": "2025-04-08T12:30"}
    page = client.post(at("event_places", event), both).content.decode()
    assert "2025-04-08T08:30" in page
    assert not event.sessions.exists()
    assert not event.stations.exists()
    assert client.post(at("event_places", event), both | {"unusable": ""}).status_code == 302
    assert (event.sessions.count(), event.stations.count()) == (1, 3)


def test_the_set_up_names_document_scheme_and_judges(client, event, organiser):
    client.force_login(organiser)
    page = client.get(at("event_setup", event))
    tasks = {task["title"]: (task["url"], task["status"]) for task in page.context["tasks"]}
    for title, name in (
        ("Technical document", "documents"),
        ("Marking scheme", "scheme"),
        ("Judges", "seats"),
    ):
        assert tasks[title] == (at(name, event), "Missing")


def test_the_set_up_says_what_is_given_of_judges_and_appeals_and_what_is_still_wanted(
    client, event, organiser
):
    make_seat(event, "chief")
    client.force_login(organiser)
    tasks = {task["title"]: task for task in client.get(at("event_setup", event)).context["tasks"]}
    judges, ours = tasks["Judges"], tasks["Appeals and objections"]
    assert (judges["status"], judges["status_kind"]) == (
        "1 seat; still wanted: Coding judge, Supervisor",
        "warn",
    )
    assert (ours["status"], ours["status_kind"]) == (
        "120 minutes to appeal; nobody is named for objections",
        "warn",
    )
    Event.objects.filter(pk=event.pk).update(objection_phone="0579-87101234")
    tasks = {task["title"]: task for task in client.get(at("event_setup", event)).context["tasks"]}
    assert tasks["Appeals and objections"]["status_kind"] == "good"


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
    with django_assert_max_num_queries(11 + OF_THE_ACADEMY):  # one for each kind of matter of a contest
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
