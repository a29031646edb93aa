"""The pages of the draws: who may do what, what they show before and after, and the ten lines anybody can run."""

import json
import subprocess
import sys
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import check_in, codes, draws
from competitions.models import Code, Draw, Event
from tests.competitions.lots import draw_all, drawn, make_hall, set_state
from tests.competitions.seats import coded_event
from tests.factories import make_entry, make_seat, make_user

S = Event.State


@pytest.fixture
def event(db):
    event = make_hall(sessions=1, stations=4)
    for _ in range(4):
        make_entry(event)
    return event


def run_all(event, coding_judge, supervisor):
    draw_all(event, list(event.entries.all()), coding_judge, supervisor)


def one(name, draw):
    return reverse(name, args=(draw.event.code, draw.purpose, draw.round))


# --- the desk --------------------------------------------------------------------------------------------------------


def test_a_draw_goes_from_freeze_to_numbers_through_the_pages(client, event, coding_judge, supervisor):
    client.force_login(coding_judge)
    page = client.get(reverse("desk:draws", args=(event.code,)))
    assert "Freeze the list" in page.content.decode()
    client.post(reverse("desk:draw_commit", args=(event.code, "contestant")))
    draw = Draw.objects.get()
    assert draw.commitment in client.get(draw.get_absolute_url()).content.decode()
    client.post(one("desk:draw_throw", draw), {"dice": "4，4，2，1，1，3"})
    page = client.get(draw.get_absolute_url()).content.decode()
    assert "Read as: 4 4 2 1 1 3." in page
    assert "Next: a supervisor" in page
    client.force_login(supervisor)
    page = client.get(draw.get_absolute_url()).content.decode()
    assert "4 4 2 1 1 3" not in page  # the supervisor enters what was seen, not what was read
    refused = client.post(one("desk:draw_witness", draw), {"dice": "4 4 3 1 1 3"})
    assert "not what the coding judge entered" in refused.content.decode()
    assert client.post(one("desk:draw_witness", draw), {"dice": "4 4 2 1 1 3"}).status_code == 302
    draw.refresh_from_db()
    assert (draw.state, Code.objects.count()) == ("drawn", 4)


def test_a_refusal_of_the_freeze_is_a_message_and_no_error_page(client, event, coding_judge):
    client.force_login(coding_judge)
    address = reverse("desk:draw_commit", args=(event.code, "station"))
    answer = client.post(address, {"confirmed": "yes"}, follow=True)
    assert "in one of these states" in unescape(answer.content.decode())
    assert client.post(reverse("desk:draw_commit", args=(event.code, "nothing"))).status_code == 404
    assert client.get(address).status_code == 200
    assert not Draw.objects.exists()


def test_freezing_the_stations_names_who_becomes_absent_and_asks(client, event, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, Event.State.FROZEN)
    here, *gone = Code.objects.filter(event=event, layer="contestant").order_by("number")
    client.force_login(coding_judge)
    page = client.get(reverse("desk:draws", args=(event.code,))).content.decode()
    assert "First check the contestants in." in page
    check_in.check_in(entry=here.entry, by=coding_judge)
    address = reverse("desk:draw_commit", args=(event.code, "station"))
    assert address in client.get(reverse("desk:draws", args=(event.code,))).content.decode()
    client.post(address)
    assert not Draw.objects.filter(purpose="station").exists()
    page = client.get(address).content.decode()
    assert all(f'value="{code.number}"' in page for code in gone)
    assert f'value="{here.number}"' not in page
    client.post(address, {"confirmed": "yes", "missing": [code.number for code in gone]})
    assert event.entries.filter(state="absent").count() == len(gone)
    client.force_login(supervisor)
    assert client.get(address).status_code == 403


def test_who_comes_late_is_admitted_on_the_page_with_a_reason(client, event, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, Event.State.FROZEN)
    here, late, *_rest = Code.objects.filter(event=event, layer="contestant").order_by("number")
    check_in.check_in(entry=here.entry, by=coding_judge)
    drawn(event, "station", coding_judge, supervisor)
    client.force_login(coding_judge)
    address = reverse("desk:check_in_late", args=(event.code, late.uuid))
    assert address in client.get(reverse("desk:check_in", args=(event.code,))).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Bus was late"}).status_code == 302
    late.entry.refresh_from_db()
    assert late.entry.state == "checked_in"
    assert Code.objects.filter(layer="station", parent=late).exists()
    event.sessions.update(starts_at=timezone.now() - timedelta(hours=1))
    assert address not in client.get(reverse("desk:check_in", args=(event.code,))).content.decode()
    assert client.post(address, {"reason": "again"}).status_code == 302


def test_voiding_goes_through_two_people_on_the_pages(client, event, coding_judge, supervisor):
    draw = drawn(event, "contestant", coding_judge, supervisor)
    client.force_login(coding_judge)
    assert "required" in client.post(one("desk:draw_void", draw), {"reason": ""}).content.decode()
    client.post(one("desk:draw_void", draw), {"reason": "A ball was missing."})
    assert client.post(one("desk:draw_decide", draw), {"decision": "void"}).status_code == 403
    client.force_login(supervisor)
    assert "A ball was missing." in client.get(draw.get_absolute_url()).content.decode()
    client.post(one("desk:draw_decide", draw), {"decision": "void"})
    draw.refresh_from_db()
    assert (draw.state, Code.objects.count()) == ("void", 0)


POSTS = (
    ("desk:draw_commit", ("contestant",), {}),
    ("desk:draw_throw", ("contestant", 1), {"dice": "1 1 1 1 1 1"}),
    ("desk:draw_witness", ("contestant", 1), {"dice": "1 1 1 1 1 1"}),
    ("desk:draw_void", ("contestant", 1), {"reason": "x"}),
    ("desk:draw_decide", ("contestant", 1), {"decision": "void"}),
    ("desk:decoding_ask", (), {}),
    ("desk:decoding_open", ("work",), {}),
)


@pytest.mark.parametrize("who", ["organiser", "judge", "reviewer", "outsider", "contestant", None])
@pytest.mark.parametrize(("name", "args", "data"), POSTS, ids=[name for name, _, _ in POSTS])
def test_nobody_else_moves_a_draw_by_any_address(request, client, event, coding_judge, name, args, data, who):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    before = (draw.state, draw.dice, draw.void_reason)
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.post(reverse(name, args=(event.code, *args)), data)
    assert answer.status_code in (302, 403, 404)
    assert answer.status_code != 302 or "/sign-in/" in answer["Location"]
    draw.refresh_from_db()
    assert (draw.state, draw.dice, draw.void_reason) == before


def test_the_order_of_a_later_layer_is_for_the_coding_judge_until_decoding(
    client, event, coding_judge, supervisor, organiser, chief
):
    run_all(event, coding_judge, supervisor)
    draw = Draw.objects.get(purpose="station")
    line = draw.slots.first()
    for person, sees in ((coding_judge, True), (organiser, False), (supervisor, False), (chief, False)):
        client.force_login(person)
        page = client.get(draw.get_absolute_url()).content.decode()
        assert (f">{line.item}<" in page) is sees
        assert draw.seed not in page
        assert draw.secret.reveal() not in page
    set_state(event, S.DECODED)
    client.force_login(organiser)
    assert f">{line.item}<" in client.get(draw.get_absolute_url()).content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_the_overview_costs_the_same_queries_at_any_size(client, django_assert_max_num_queries, db, size):
    event = coded_event(size)
    client.force_login(make_seat(event, "coding").user)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("desk:draws", args=(event.code,))).status_code == 200


def test_the_decoding_goes_through_two_people_on_the_pages_layer_by_layer(
    client, event, coding_judge, supervisor, organiser
):
    run_all(event, coding_judge, supervisor)
    set_state(event, S.LOCKED)
    work = Code.objects.select_related("parent__parent").filter(layer="work").first()

    def opens(layer):
        return client.post(reverse("desk:decoding_open", args=(event.code, layer)))

    def shown(layer):
        return client.get(reverse("desk:decoding_layer", args=(event.code, layer)))

    client.force_login(supervisor)
    opens("work")
    assert shown("work").status_code == 404
    client.force_login(coding_judge)
    client.post(reverse("desk:decoding_ask", args=(event.code,)))
    client.force_login(supervisor)
    assert "open “Work number”" in client.get(reverse("desk:draws", args=(event.code,))).content.decode()
    opens("station")  # not its turn
    assert shown("station").status_code == 404
    assert opens("work").url == reverse("desk:decoding_layer", args=(event.code, "work"))
    page = shown("work").content.decode()
    assert (work.number in page, work.parent.number in page) == (True, True)
    assert work.parent.parent.number not in page
    assert shown("station").status_code == 404
    client.force_login(organiser)
    assert shown("work").status_code == 403
    client.force_login(supervisor)
    opens("work")  # pressed twice
    opens("station")
    assert work.parent.parent.number in shown("station").content.decode()
    event.refresh_from_db()
    assert event.state == S.LOCKED
    opens("contestant")
    assert shown("contestant").status_code == 404
    event.refresh_from_db()
    assert event.state == S.DECODED


@pytest.mark.parametrize("size", [1, 30])
def test_an_opened_layer_costs_the_same_queries_at_any_size(
    client, django_assert_max_num_queries, supervisor, size
):
    event = coded_event(size, state=S.LOCKED)
    coding = make_seat(event, "coding").user
    make_seat(event, "supervisor", user=supervisor)
    codes.ask_to_decode(event=event, by=coding)
    codes.open_layer(event=event, layer="work", by=coding, witness=supervisor)
    client.force_login(supervisor)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("desk:decoding_layer", args=(event.code, "work"))).content.decode()
    assert page.count("<td>W-") == size


# --- the public page -------------------------------------------------------------------------------------------------


def public_page(client, draw):
    return unescape(client.get(reverse("contest:draw", args=(draw.uuid,))).content.decode())


def test_before_the_throw_only_the_two_hashes_are_public(client, event, coding_judge):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    page = public_page(client, draw)
    assert draw.list_hash in page
    assert draw.commitment in page
    assert draw.secret.reveal() not in page
    assert not [item for item in draw.items if item in page]
    draws.throw(draw=draw, dice="5 5 5 5 5 5", by=coding_judge)
    assert "5 5 5 5 5 5" not in public_page(client, draw)
    assert client.get(reverse("contest:draw_file", args=(draw.uuid,))).status_code == 404


def test_contestant_numbers_are_revealed_at_once_without_a_name_or_reference(
    client, event, coding_judge, supervisor
):
    draw = drawn(event, "contestant", coding_judge, supervisor)
    page = public_page(client, draw)
    for slot in draw.slots.all():
        assert slot.item in page
        assert slot.label in page
    for entry in event.entries.select_related("worker", "employer"):
        assert entry.reference not in page
        assert entry.worker.name not in page
        assert entry.employer.name not in page
    set_state(event, S.DECODED)
    page = public_page(client, draw)
    assert all(entry.reference in page for entry in event.entries.all())


@pytest.mark.parametrize("purpose", ["station", "work"])
def test_the_later_layers_stay_sealed_until_decoding_although_they_are_drawn(
    client, event, coding_judge, supervisor, purpose
):
    run_all(event, coding_judge, supervisor)
    draw = Draw.objects.get(purpose=purpose)
    page = public_page(client, draw)
    assert draw.commitment in page
    assert draw.dice == "4 6 1 3 5 2"
    assert draw.dice in page
    slots = list(draw.slots.all())
    hidden = [draw.seed, draw.secret.reveal(), *(slot.digest[:16] for slot in slots)]
    assert not [text for text in hidden if text in page]
    file = reverse("contest:draw_file", args=(draw.uuid,))
    assert client.get(file).status_code == 404
    set_state(event, S.DECODED)
    page = public_page(client, draw)
    assert draw.seed in page
    assert all(slot.item in page for slot in slots)
    assert client.get(file).json()["seed"] == draw.seed


def test_a_stranger_repeats_the_draw_with_the_ten_lines_of_the_page(
    client, event, coding_judge, supervisor, tmp_path
):
    run_all(event, coding_judge, supervisor)
    set_state(event, S.DECODED)
    for draw in Draw.objects.all():
        program = client.get(reverse("contest:draw_program", args=(draw.uuid,))).content.decode()
        assert len(program.strip().splitlines()) <= 10
        assert program.strip() in public_page(client, draw)
        (tmp_path / "draw_again.py").write_text(program, encoding="utf-8")
        (tmp_path / "draw.json").write_bytes(
            client.get(reverse("contest:draw_file", args=(draw.uuid,))).content
        )
        done = subprocess.run(
            [sys.executable, "-I", "draw_again.py", "draw.json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        first, *lines = done.stdout.splitlines()
        assert first == "True True True"
        assert lines == [f"{slot.label} {slot.item}" for slot in draw.slots.order_by("position")]


def test_the_ten_lines_say_false_when_the_list_was_changed_afterwards(
    client, event, coding_judge, supervisor, tmp_path
):
    draw = drawn(event, "contestant", coding_judge, supervisor)
    program = client.get(reverse("contest:draw_program", args=(draw.uuid,))).content.decode()
    content = client.get(reverse("contest:draw_file", args=(draw.uuid,))).json()
    content["items"][0] = str(make_user().uuid)
    (tmp_path / "draw_again.py").write_text(program, encoding="utf-8")
    (tmp_path / "draw.json").write_text(json.dumps(content), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "draw_again.py", "draw.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.splitlines()[0] == "False True False"


def test_a_draw_of_an_event_that_is_not_announced_is_not_there(client, event, coding_judge):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    set_state(event, S.DRAFT)
    for name in ("draw", "draw_file", "draw_program"):
        assert client.get(reverse(f"contest:{name}", args=(draw.uuid,))).status_code == 404


@pytest.mark.parametrize("size", [1, 40])
def test_the_public_page_costs_the_same_queries_at_any_size(
    client, django_assert_max_num_queries, db, size, coding_judge, supervisor
):
    event = coding_judge.seats.get().event
    set_state(event, S.BRIEFED)
    for _ in range(size):
        make_entry(event)
    draw = drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.DECODED)
    with django_assert_max_num_queries(10):
        client.get(reverse("contest:draw", args=(draw.uuid,)))
