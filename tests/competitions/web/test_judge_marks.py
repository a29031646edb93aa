"""The door for marks: who may knock, what it takes, what it answers."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import yaml
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from competitions.domain.panel_spread import alarms_of
from competitions.models import Event, Mark, Sheet
from tests.competitions.marking_contest import SCHEME_FILE, make_marking
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


def item(aspect, values, **fields):
    return {"client_id": str(uuid4()), "aspect": aspect, "values": values, **fields}


def send(client, sheet, *marks, judge=None):
    body = {"judge": str((judge or sheet.seat.user).uuid), "marks": list(marks)}
    return client.post(
        reverse("judge:marks", args=(sheet.uuid,)), json.dumps(body), content_type="application/json"
    )


def send_as(user, sheet, *marks):
    client = Client()
    client.force_login(user)
    return send(client, sheet, *marks, judge=user)


def results(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_a_batch_is_answered_mark_by_mark(marking):
    sheet = marking.sheet(marking.measuring)
    saved, refused, asked = results(
        send_as(
            sheet.seat.user,
            sheet,
            item("A1.1", ["59.795"]),
            item("A2.3", ["5.395"]),
            item("A1.2", ["298.68"]),
        )
    )
    assert (saved["status"], saved["revision"], len(saved["receipt"])) == ("saved", 1, 6)
    assert saved["seq"] > 0
    assert (refused["status"], refused["code"]) == ("refused", "wrong_number")
    assert (asked["status"], asked["field"]) == ("confirm", 0)
    assert Mark.objects.count() == 1


def test_the_answer_tells_how_far_the_sheet_is(marking):
    sheet = marking.sheet(marking.measuring)
    told = send_as(sheet.seat.user, sheet, item("A1.1", ["59.795"])).json()["sheet"]
    assert told == {"state": "issued", "marks_in": 1, "marks_due": sheet.marks_due, "alarm": False}


def must_refuse():
    return yaml.safe_load(SCHEME_FILE.read_text())["must_refuse"]


@pytest.mark.parametrize("case", must_refuse(), ids=lambda case: f"{case['aspect']} {case['raw']}")
def test_what_the_scheme_says_must_be_refused_is_not_counted(marking, case):
    aspect, raw = case["aspect"], case["raw"]
    if isinstance(raw, dict):
        sheet = marking.sheet(marking.floor[0])
        [answer] = results(send_as(sheet.seat.user, sheet, item(aspect, raw)))
        assert answer["status"] == "refused"
    elif aspect == "B1.3":
        given = [
            results(send_as(seat.user, marking.sheet(seat), item(aspect, [str(value)])))[0]
            for seat, value in zip(marking.panel, raw, strict=False)
        ]
        stuck = [alarms_of(marking.sheet(seat).alarm) for seat in marking.panel]
        if 4 in raw:
            assert (given[2]["status"], given[2]["code"]) == ("refused", "off_scale")
        elif len(raw) < 3:
            assert marking.sheet(marking.panel[2]).marks_in == 0
        else:
            assert given[2]["spread"]
            assert all(aspect in alarm for alarm in stuck)
    else:
        sheet = marking.sheet(marking.measuring)
        [answer] = results(send_as(sheet.seat.user, sheet, item(aspect, [str(value) for value in raw])))
        assert answer["status"] == ("confirm" if "second look" in case["why"] else "refused")
        assert not Mark.objects.exists()


def test_an_answer_never_holds_a_value_of_another_judge(marking):
    first, last = marking.sheet(marking.panel[0]), marking.sheet(marking.panel[2])
    send_as(first.seat.user, first, item("B1.3", ["0"]))
    [answer] = results(send_as(last.seat.user, last, item("B1.3", ["3"])))
    assert "current" not in answer
    assert "spread" not in answer


def test_a_conflict_shows_both_values(marking):
    sheet = marking.sheet(marking.measuring)
    results(send_as(sheet.seat.user, sheet, item("A1.1", ["59.795"])))
    results(send_as(sheet.seat.user, sheet, item("A1.1", ["59.785"], base=1)))
    [answer] = results(send_as(sheet.seat.user, sheet, item("A1.1", ["59.780"], base=1)))
    assert (answer["status"], answer["current"]["values"], answer["current"]["revision"]) == (
        "conflict",
        ["59.785"],
        2,
    )


# --- who ---


def test_signed_out_is_401_in_json_and_not_a_form(marking, client):
    response = send(client, marking.sheet(marking.measuring), item("A1.1", ["59.795"]))
    assert (response.status_code, response.json()) == (401, {"error": "signed_out"})


def test_without_the_token_of_the_page_nothing_is_taken(marking):
    client = Client(enforce_csrf_checks=True)
    client.force_login(marking.measuring.user)
    assert send(client, marking.sheet(marking.measuring), item("A1.1", ["59.795"])).status_code == 403
    assert not Mark.objects.exists()


def test_another_judge_on_the_same_tablet_sends_nothing_for_the_first(marking, client):
    client.force_login(marking.panel[1].user)
    sheet = marking.sheet(marking.panel[1])
    response = send(client, sheet, item("B1.3", ["2"]), judge=marking.panel[0].user)
    assert (response.status_code, response.json()["error"]) == (409, "other_judge")
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("other", 404),
        ("other_event", 404),
        ("witness", 403),
        ("chief", 403),
        ("organiser", 403),
        ("contestant", 403),
    ],
)
def test_others_cannot_mark_and_learn_nothing(marking, who, status, organiser, contestant):
    sheet = marking.sheet(marking.measuring)
    people = {
        "other": marking.panel[0].user,
        "other_event": make_seat(make_marking().event, "result", user=make_user("judge")).user,
        "witness": marking.measuring.witness,
        "chief": marking.chief,
        "organiser": organiser,
        "contestant": contestant,
    }
    response = send_as(people[who], sheet, item("A1.1", ["59.795"]))
    assert response.status_code == status
    assert not Mark.objects.exists()


@pytest.mark.parametrize("state", ["signed", "chief_signed", "locked"])
def test_a_closed_sheet_is_423(marking, state):
    sheet = marking.sheet(marking.measuring)
    Sheet.objects.filter(pk=sheet.pk).update(state=state)
    response = send_as(sheet.seat.user, sheet, item("A1.1", ["59.795"]))
    assert (response.status_code, response.json()["error"]) == (423, "closed")


@pytest.mark.parametrize("state", ["frozen", "rechecking", "decoded"])
def test_an_event_that_is_not_being_marked_is_409(marking, state):
    Event.objects.filter(pk=marking.event.pk).update(state=state)
    sheet = marking.sheet(marking.measuring)
    response = send_as(sheet.seat.user, sheet, item("A1.1", ["59.795"]))
    assert (response.status_code, response.json()["error"]) == (409, "not_marked_now")


# --- the form of the request ---


GOOD = {"client_id": str(uuid4()), "aspect": "A1.1", "values": ["59.79"]}


@pytest.mark.parametrize(
    "marks",
    [
        [],
        "x",
        [1],
        [{"aspect": "A1.1", "values": []}],
        [GOOD | {"client_id": "7"}],
        [GOOD | {"client_id": 7}],
        [GOOD | {"values": [59.79]}],
        [GOOD | {"values": "59.79"}],
        [GOOD | {"values": {"a": 1.5}}],
        [GOOD | {"values": {"a": True}}],
        [GOOD | {"values": [["59"]]}],
        [GOOD | {"base": "1"}],
        [GOOD | {"base": -1}],
        [GOOD | {"base": True}],
        [GOOD | {"not_done": 1}],
        [GOOD | {"reason": "x" * 301}],
        [GOOD | {"reason": "\ud800"}],
        [GOOD | {"aspect": "A\x00"}],
        [GOOD | {"client_at": "yesterday"}],
        [GOOD | {"client_at": "2025-02-31T10:00:00Z"}],
        [GOOD | {"client_at": "2025-02-03T10:00:00"}],
        [GOOD | {"points": 100}],
        [GOOD] * 201,
    ],
)
def test_a_request_of_another_form_is_400_and_saves_nothing(marking, marks):
    client = Client()
    client.force_login(marking.measuring.user)
    body = json.dumps({"judge": str(marking.measuring.user.uuid), "marks": marks})
    address = reverse("judge:marks", args=(marking.sheet(marking.measuring).uuid,))
    response = client.post(address, body, content_type="application/json")
    assert (response.status_code, response.json()["error"]) == (400, "bad_request")
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"), [("{", "application/json"), ("[]", "application/json"), ("a=1", "text/plain")]
)
def test_what_is_no_json_is_400(marking, client, body, kind):
    client.force_login(marking.measuring.user)
    address = reverse("judge:marks", args=(marking.sheet(marking.measuring).uuid,))
    assert client.post(address, body, content_type=kind).status_code == 400


@pytest.mark.parametrize("count", [1, 24])
def test_a_request_costs_the_same_queries_for_one_mark_and_many(
    marking, count, django_assert_max_num_queries
):
    sheet = marking.sheet(marking.measuring)
    client = Client()
    client.force_login(sheet.seat.user)
    results(send(client, sheet, item("A1.2", ["29.85"])))
    codes = [code for code in sheet.aspects if code != "A1.2"][:count]
    with django_assert_max_num_queries(
        12
    ):  # session, account, roles, the sheet; six of the verb; its savepoint
        answers = results(send(client, sheet, *(item(code, [], not_done=True) for code in codes)))
    assert {answer["status"] for answer in answers} == {"saved"}


def test_a_late_change_asks_for_the_reason(marking):
    sheet = marking.sheet(marking.measuring)
    results(send_as(sheet.seat.user, sheet, item("A1.1", ["59.795"])))
    Mark.objects.update(at=timezone.now() - timedelta(minutes=1))
    [asked] = results(send_as(sheet.seat.user, sheet, item("A1.1", ["59.785"], base=1)))
    assert (asked["status"], asked["code"]) == ("refused", "reason")
