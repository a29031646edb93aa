"""The lists of numbers and the door: each seat sees its own layer."""

import pytest
from django.urls import reverse

from competitions.models import Code, Entry, Event
from tests.competitions.lots import drawn, make_hall, set_state
from tests.competitions.seats import coded_event
from tests.factories import make_entry, make_seat

S = Event.State


@pytest.fixture
def event(db):
    event = make_hall(sessions=1, stations=4)
    for _ in range(4):
        make_entry(event)
    return event


# --- numbers ---------------------------------------------------------------------------------------------------------


LISTS = {
    # who: layers whose list opens before decoding
    "coding": {"contestant", "station", "work"},
    "floor": {"station"},
    "result": {"work"},
    "chief": {"work"},
    "recorder": {"contestant"},
    "arbiter": set(),
}


@pytest.mark.parametrize("role", LISTS)
@pytest.mark.parametrize("page", ["codes", "codes_print", "codes_export"])
def test_each_seat_opens_the_list_of_its_own_layer(client, db, role, page):
    event = coded_event(2)
    client.force_login(make_seat(event, role).user)
    opened = {
        layer
        for layer in ("contestant", "station", "work")
        if client.get(reverse(f"desk:{page}", args=(event.code, layer))).status_code == 200
    }
    assert opened == LISTS[role]


def test_a_list_shows_what_a_number_leads_to_only_to_whoever_sees_both(client, db):
    event = coded_event(2)
    address = reverse("desk:codes", args=(event.code, "work"))
    client.force_login(make_seat(event, "coding").user)
    assert "S-101" in client.get(address).content.decode()
    client.force_login(make_seat(event, "chief").user)
    page = client.get(address).content.decode()
    assert "W-01" in page
    assert "S-101" not in page


def test_names_stand_beside_contestant_numbers_for_the_office_alone(client, db, organiser):
    event = coded_event(2)
    entry = event.entries.select_related("worker").first()
    address = reverse("desk:codes_print", args=(event.code, "contestant"))
    client.force_login(organiser)
    assert entry.worker.name in client.get(address).content.decode()
    client.force_login(make_seat(event, "coding").user)
    page = client.get(address).content.decode()
    assert entry.reference in page
    assert entry.worker.name not in page
    client.force_login(make_seat(event, "recorder").user)
    page = client.get(address).content.decode()
    assert "C-001" in page
    assert entry.reference not in page


@pytest.mark.parametrize("size", [1, 60])
def test_the_list_of_numbers_costs_the_same_queries_at_any_size(
    client, django_assert_max_num_queries, organiser, size
):
    event = coded_event(size)
    client.force_login(organiser)
    with django_assert_max_num_queries(10):
        client.get(reverse("desk:codes", args=(event.code, "contestant")))


def test_the_exported_list_honours_the_filter(client, db):
    from io import BytesIO

    from openpyxl import load_workbook

    event = coded_event(3)
    client.force_login(make_seat(event, "coding").user)
    answer = client.get(reverse("desk:codes_export", args=(event.code, "work")), {"number": "W-02"})
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert [row[0] for row in rows[2:]] == ["W-02"]


# --- the door --------------------------------------------------------------------------------------------------------


def test_the_door_marks_who_is_here_and_keeps_the_filter(client, event, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    code = Code.objects.first()
    client.force_login(coding_judge)
    page = client.get(reverse("desk:check_in", args=(event.code,))).content.decode()
    assert "The door closes" in page
    assert code.entry.worker.name not in page
    address = reverse("desk:check_in_one", args=(event.code, code.uuid))
    answer = client.post(address, {"to": "in", "query": "q=C-00"})
    assert answer["Location"].endswith("/check-in/?q=C-00")
    code.entry.refresh_from_db()
    assert code.entry.state == Entry.State.CHECKED_IN
    client.post(address, {"to": "absent"})
    code.entry.refresh_from_db()
    assert code.entry.state == Entry.State.ABSENT


@pytest.mark.parametrize("role", ["floor", "result", "chief", "recorder", "arbiter"])
def test_the_door_is_for_the_coding_judge_and_the_organiser(client, role, organiser):
    event = coded_event(1, state="frozen")
    code = Code.objects.get(layer="contestant")
    list_url = reverse("desk:check_in", args=(event.code,))
    act_url = reverse("desk:check_in_one", args=(event.code, code.uuid))
    client.force_login(make_seat(event, role).user)
    assert client.get(list_url).status_code == 403
    assert client.post(act_url, {"to": "absent"}).status_code == 403
    code.entry.refresh_from_db()
    assert code.entry.state == Entry.State.CHECKED_IN
    client.force_login(organiser)
    assert code.entry.worker.name in client.get(list_url).content.decode()


@pytest.mark.parametrize("size", [1, 60])
def test_the_door_costs_the_same_queries_at_any_size(client, django_assert_max_num_queries, organiser, size):
    event = coded_event(size, state="frozen")
    client.force_login(organiser)
    with django_assert_max_num_queries(15):
        client.get(reverse("desk:check_in", args=(event.code,)))
