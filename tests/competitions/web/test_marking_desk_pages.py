"""The marking as the desk sees it: the wall, the list of sheets, one sheet, the lock."""

import pytest

from competitions.domain import signing
from competitions.models import Event, Sheet
from tests.competitions.judge_pages import address, body, fill
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


@pytest.fixture
def watcher(marking):
    return make_seat(marking.event, "supervisor", user=make_user("supervisor")).user


@pytest.mark.parametrize("works", [1, 12])
def test_the_wall_costs_the_same_at_any_size(client, works, django_assert_max_num_queries):
    marking = make_marking(works=works)
    client.force_login(marking.chief)
    with django_assert_max_num_queries(13):  # three of them for session, account and roles
        assert client.get(address("desk:progress", marking)).status_code == 200


def test_the_wall_shows_codes_and_judges_and_no_contestant(client, marking, organiser):
    client.force_login(organiser)
    found = body(client.get(address("desk:progress", marking)))
    assert "W-01" in found
    assert marking.measuring.user.name in found
    assert not any(entry.worker.name in found for entry in marking.event.entries.all())
    assert address("desk:sheet", marking, marking.sheet(marking.measuring).uuid) not in found


@pytest.mark.parametrize("who", ["chief", "organiser", "watcher"])
def test_they_follow_the_marking(client, marking, who, organiser, watcher):
    client.force_login({"chief": marking.chief, "organiser": organiser, "watcher": watcher}[who])
    for name in ("desk:progress", "desk:progress_wall", "desk:progress_export"):
        assert client.get(address(name, marking)).status_code == 200


@pytest.mark.parametrize("who", ["judge", "contestant", "reviewer"])
def test_they_do_not_follow_the_marking(client, marking, who, contestant, reviewer):
    client.force_login({"judge": marking.panel[0].user, "contestant": contestant, "reviewer": reviewer}[who])
    for name in ("desk:progress", "desk:progress_wall", "desk:progress_export", "desk:lock"):
        assert client.get(address(name, marking)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=W-01", 4),
        ("q=w01", 4),
        ("q=Ｗ－01", 4),
        ("role=floor", 6),
        ("state=blank", 13),
        ("state=begun", 1),
        ("attention=yes", 0),
        ("criterion=B", 8),
        ("criterion=E", 6),
        ("q=W-01&role=measuring", 1),
    ],
)
def test_the_list_of_sheets_is_narrowed(client, marking, query, count):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.79"))
    client.force_login(marking.chief)
    response = client.get(f"{address('desk:progress', marking)}?{query}")
    assert response.context["table"].paginator.count == count


def test_a_bad_filter_value_is_named(client, marking):
    client.force_login(marking.chief)
    assert "Select a valid choice" in body(client.get(f"{address('desk:progress', marking)}?state=nonsense"))


def test_the_chief_judge_reads_a_sheet_but_no_value_of_an_unfinished_panel(client, marking):
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "3"))
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.795"))
    client.force_login(marking.chief)
    sealed = client.get(address("desk:sheet", marking, marking.sheet(marking.panel[0]).uuid))
    [cell] = [c for c in sealed.context["cells"] if c["code"] == "B1.3"]
    assert (cell["values"], cell["text"]) == (None, "sealed until all have judged")
    assert "59.795 mm" in body(
        client.get(address("desk:sheet", marking, marking.sheet(marking.measuring).uuid))
    )


@pytest.mark.parametrize("who", ["organiser", "watcher", "measuring"])
def test_nobody_else_reads_values_at_the_desk(client, marking, who, organiser, watcher):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.795"))
    people = {"organiser": organiser, "watcher": watcher, "measuring": marking.measuring.user}
    client.force_login(people[who])
    found = client.get(address("desk:sheet", marking, marking.sheet(marking.measuring).uuid))
    assert found.status_code == 403


def test_the_chief_judge_signs_in_bulk_and_reopens_with_a_reason(client, marking):
    sheets = [fill(marking.sheet(seat)) for seat in marking.panel]
    for sheet in sheets:
        signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    client.force_login(marking.chief)
    client.post(address("desk:sheets_sign", marking), {"sheet": [str(sheets[0].uuid)], "action": "chosen"})
    assert Sheet.objects.filter(state="chief_signed").count() == 1
    answer = client.post(address("desk:sheets_sign", marking), {"action": "all"})
    assert "Sign all 2 sheets?" in answer.content.decode()
    assert Sheet.objects.filter(state="chief_signed").count() == 1
    yes = {"action": "all", "sure": "yes"}
    client.post(address("desk:sheets_sign", marking), yes | {"counted": "1"})  # one more was signed meanwhile
    assert Sheet.objects.filter(state="chief_signed").count() == 1
    client.post(address("desk:sheets_sign", marking), yes | {"counted": "2"})
    assert Sheet.objects.filter(state="chief_signed").count() == 3
    page = address("desk:sheet", marking, sheets[0].uuid)
    assert client.post(page, {"reason": ""}).status_code == 422
    asked = body(client.post(page, {"reason": "wrong work"}))
    assert "These signatures become void" in asked
    assert all(str(one.by) in asked for one in sheets[0].signatures.all())
    sheets[0].refresh_from_db()
    assert sheets[0].state == Sheet.State.CHIEF_SIGNED
    assert client.post(page, {"reason": "wrong work", "sure": "yes"}).status_code == 302
    found = body(client.get(page))
    assert f"Reopened by the chief judge, {marking.chief}: wrong work" in found
    sheets[0].refresh_from_db()
    assert sheets[0].state == Sheet.State.ENTERED


def test_the_lock_page_names_what_is_missing_and_refuses(client, marking):
    client.force_login(marking.chief)
    response = client.post(address("desk:lock", marking))
    assert response.status_code == 409
    assert "not signed by the chief judge" in body(response)
    marking.event.refresh_from_db()
    assert marking.event.state == Event.State.SCORING


def test_the_lock_page_leads_to_the_sheets_of_the_work_that_is_judged_again(client, marking):
    Sheet.objects.filter(pk=marking.sheet(marking.panel[0]).pk).update(alarm="B1.3@1")
    client.force_login(marking.chief)
    found = body(client.get(address("desk:lock", marking)))
    number = marking.sheet(marking.panel[0]).code.number
    assert f'{address("desk:progress", marking)}?q={number}"' in found
    assert '<button type="button" class="button" disabled' in found


def test_the_wall_and_the_lock_count_the_same_sheets_and_the_wall_tells_what_is_marked_again(client, marking):
    again = marking.sheet(marking.panel[0])
    Sheet.objects.filter(pk=again.pk).update(alarm="B1.3@1")
    client.force_login(marking.chief)
    progress = client.get(address("desk:progress", marking))
    wall = progress.context["wall"]
    assert [line.again for line in wall.judges if line.again] == [1]
    assert "1 to be marked again" in body(progress)
    assert wall.unfinished == Sheet.objects.filter(event=marking.event).count()
    found = body(client.get(address("desk:lock", marking)))
    assert f"{wall.unfinished} sheets are not signed by the chief judge" in found


def test_a_signature_that_the_spread_made_void_says_so_in_words(client, marking):
    for seat, value in zip(marking.panel[:2], "02", strict=True):
        sheet = marking.sheet(seat)
        enter(sheet, *(mark(code, value if code == "B1.3" else "2") for code in sheet.aspects))
        signing.sign_sheet(sheet=sheet, by=seat.user)
    enter(marking.sheet(marking.panel[2]), mark("B1.3", "3"))
    client.force_login(marking.chief)
    found = body(client.get(address("desk:sheet", marking, marking.sheet(marking.panel[0]).uuid)))
    assert "(void) the panel judged again" in found
    assert "spread" not in found
