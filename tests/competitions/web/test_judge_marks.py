"""The door for marks: who may knock, what it takes, what it answers."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import yaml
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from competitions.domain.alarms import alarms_of
from competitions.models import Event, Mark, Sheet
from craft_site.ledger.chain import first_broken_line
from tests.competitions.marking_contest import SCHEME_FILE, make_marking
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


DEVICE = uuid4()


def item(sheet, aspect, values=None, **fields):
    given = {} if values is None else {"values": values}
    return {"sheet": str(sheet.uuid), "client_id": str(uuid4()), "aspect": aspect, **given, **fields}


def send(client, *marks, judge, device=DEVICE):
    body = {"judge": str(judge.uuid), "device": str(device), "marks": list(marks)}
    return client.post(reverse("judge:marks"), json.dumps(body), content_type="application/json")


def signed_in(user, **kwargs):
    client = Client(**kwargs)
    client.force_login(user)
    return client


def send_as(user, *marks, **kwargs):
    return send(signed_in(user), *marks, judge=user, **kwargs)


def results(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_a_batch_is_answered_mark_by_mark(marking):
    sheet = marking.sheet(marking.measuring)
    saved, refused, asked = results(
        send_as(
            sheet.seat.user,
            item(sheet, "A1.1", ["59.795"]),
            item(sheet, "A2.3", ["5.395"]),
            item(sheet, "A1.2", ["298.68"]),
        )
    )
    assert (saved["status"], saved["revision"], len(saved["receipt"])) == ("saved", 1, 6)
    assert saved["seq"] > 0
    assert (refused["status"], refused["code"]) == ("refused", "wrong_number")
    assert (asked["status"], asked["field"]) == ("confirm", 0)
    assert Mark.objects.count() == 1


def test_the_answer_tells_how_far_the_sheet_is(marking):
    sheet = marking.sheet(marking.measuring)
    told = send_as(sheet.seat.user, item(sheet, "A1.1", ["59.795"])).json()["sheets"][str(sheet.uuid)]
    assert told == {"state": "issued", "marks_in": 1, "marks_due": sheet.marks_due, "alarm": False}


def must_refuse():
    return yaml.safe_load(SCHEME_FILE.read_text())["must_refuse"]


@pytest.mark.parametrize("case", must_refuse(), ids=lambda case: f"{case['aspect']} {case['raw']}")
def test_what_the_scheme_says_must_be_refused_is_not_counted(marking, case):
    aspect, raw = case["aspect"], case["raw"]
    if isinstance(raw, dict):
        sheet = marking.sheet(marking.floor[0])
        [answer] = results(send_as(sheet.seat.user, item(sheet, aspect, raw)))
        assert answer["status"] == "refused"
    elif aspect == "B1.3":
        given = [
            results(send_as(seat.user, item(marking.sheet(seat), aspect, [str(value)])))[0]
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
        [answer] = results(send_as(sheet.seat.user, item(sheet, aspect, [str(value) for value in raw])))
        assert answer["status"] == ("confirm" if "second look" in case["why"] else "refused")
        assert not Mark.objects.exists()


def test_an_answer_never_holds_a_value_of_another_judge(marking):
    first, last = marking.sheet(marking.panel[0]), marking.sheet(marking.panel[2])
    send_as(first.seat.user, item(first, "B1.3", ["0"]))
    [answer] = results(send_as(last.seat.user, item(last, "B1.3", ["3"])))
    assert "current" not in answer
    assert "spread" not in answer


def test_a_conflict_shows_both_values(marking):
    sheet = marking.sheet(marking.measuring)
    results(send_as(sheet.seat.user, item(sheet, "A1.1", ["59.795"])))
    results(send_as(sheet.seat.user, item(sheet, "A1.1", ["59.785"], base=1)))
    [answer] = results(send_as(sheet.seat.user, item(sheet, "A1.1", ["59.780"], base=1)))
    assert (answer["status"], answer["current"]["values"], answer["current"]["revision"]) == (
        "conflict",
        ["59.785"],
        2,
    )


# --- who ---


def test_signed_out_is_401_in_json_and_not_a_form(marking, client):
    sheet = marking.sheet(marking.measuring)
    response = send(client, item(sheet, "A1.1", ["59.795"]), judge=sheet.seat.user)
    assert (response.status_code, response.json()) == (401, {"error": "signed_out"})


def test_without_the_token_nothing_is_taken_and_hello_has_a_new_one(marking):
    client, sheet = (
        signed_in(marking.measuring.user, enforce_csrf_checks=True),
        marking.sheet(marking.measuring),
    )
    refused = send(client, item(sheet, "A1.1", ["59.795"]), judge=sheet.seat.user)
    assert (refused.status_code, refused.json()) == (403, {"error": "csrf"})
    assert not Mark.objects.exists()
    token = client.get(reverse("judge:hello")).json()["csrf"]
    body = {"judge": str(sheet.seat.user.uuid), "device": str(DEVICE)}
    body["marks"] = [item(sheet, "A1.1", ["59.795"])]
    taken = client.post(
        reverse("judge:marks"),
        json.dumps(body),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert [one["status"] for one in results(taken)] == ["saved"]


def test_hello_says_who_is_signed_in(marking, client):
    user = marking.measuring.user
    assert client.get(reverse("judge:hello")).status_code == 401
    said = signed_in(user).get(reverse("judge:hello"), {"device": str(DEVICE)}).json()
    assert (said["judge"], said["name"], said["device_revoked"]) == (str(user.uuid), user.name, False)
    assert signed_in(user).get(reverse("judge:hello"), {"device": "x"}).status_code == 400


def test_another_judge_on_the_same_tablet_sends_nothing_for_the_first(marking):
    sheet = marking.sheet(marking.panel[1])
    client = signed_in(marking.panel[1].user)
    response = send(client, item(sheet, "B1.3", ["2"]), judge=marking.panel[0].user)
    assert (response.status_code, response.json()["error"]) == (409, "other_judge")
    assert not Mark.objects.exists()


@pytest.mark.parametrize("who", ["other", "other_event", "witness", "chief"])
def test_other_judges_cannot_mark_and_learn_nothing(marking, who):
    sheet = marking.sheet(marking.measuring)
    people = {
        "other": marking.panel[0].user,
        "other_event": make_seat(make_marking().event, "result", user=make_user("judge")).user,
        "witness": marking.measuring.witness,
        "chief": marking.chief,
    }
    response = send_as(people[who], item(sheet, "A1.1", ["59.795"]))
    unknown = item(sheet, "A1.1", ["59.795"]) | {"sheet": str(uuid4())}
    [answer], [nowhere] = results(response), results(send_as(people[who], unknown))
    assert answer["status"] == nowhere["status"] == "forbidden"
    assert answer["message"] == nowhere["message"]
    assert response.json()["sheets"] == {}
    assert not Mark.objects.exists()


@pytest.mark.parametrize("who", ["organiser", "contestant"])
def test_whoever_is_no_judge_is_turned_away_in_json(marking, who, request):
    person = request.getfixturevalue(who)
    response = send_as(person, item(marking.sheet(marking.measuring), "A1.1", ["59.795"]))
    assert (response.status_code, response.json()["error"]) == (403, "forbidden")


@pytest.mark.parametrize("state", ["signed", "chief_signed", "locked"])
def test_a_closed_sheet_is_closed_and_keeps_the_others_open(marking, state):
    sheet = marking.sheet(marking.measuring)
    Sheet.objects.filter(pk=sheet.pk).update(state=state)
    response = send_as(sheet.seat.user, item(sheet, "A1.1", ["59.795"]))
    [answer] = results(response)
    assert (answer["status"], answer["code"], bool(answer["message"])) == ("closed", "sheet", True)
    assert response.json()["sheets"][str(sheet.uuid)]["state"] == state


@pytest.mark.parametrize("state", ["frozen", "rechecking", "decoded"])
def test_an_event_that_is_not_being_marked_takes_no_mark(marking, state):
    Event.objects.filter(pk=marking.event.pk).update(state=state)
    sheet = marking.sheet(marking.measuring)
    [answer] = results(send_as(sheet.seat.user, item(sheet, "A1.1", ["59.795"])))
    assert (answer["status"], answer["code"]) == ("closed", "event")


def test_what_was_saved_is_repeated_even_when_the_sheet_is_signed_by_now(marking):
    sheet, one = marking.sheet(marking.measuring), None
    one = item(sheet, "A1.1", ["59.795"])
    [first] = results(send_as(sheet.seat.user, one))
    Sheet.objects.filter(pk=sheet.pk).update(state="signed")
    [again] = results(send_as(sheet.seat.user, one))
    assert (again["status"], again["receipt"]) == ("repeated", first["receipt"])


# --- many sheets, many events ---


def test_one_request_takes_marks_of_many_sheets_and_answers_in_their_order():
    marking = make_marking(works=3)
    sheets = [marking.sheet(marking.panel[0], work) for work in marking.works]
    given = [item(sheet, aspect, ["2"]) for aspect in ("B1.3", "B3.2") for sheet in sheets]
    response = send_as(sheets[0].seat.user, *given)
    answers = results(response)
    assert [(a["sheet"], a["aspect"], a["status"]) for a in answers] == [
        (one["sheet"], one["aspect"], "saved") for one in given
    ]
    assert [a["seq"] for a in answers] == sorted({a["seq"] for a in answers})
    assert {s["marks_in"] for s in response.json()["sheets"].values()} == {2}
    assert first_broken_line(marking.event.chain) is None


def test_marks_of_two_events_are_two_transactions_and_one_answer(marking):
    other = make_marking()
    user = marking.measuring.user
    other.measuring.user = user
    other.measuring.save()
    mine, theirs = marking.sheet(marking.measuring), other.sheet(other.measuring)
    Sheet.objects.filter(pk=theirs.pk).update(state="locked")
    given = [item(mine, "A1.1", ["59.795"]), item(theirs, "A1.1", ["59.79"]), item(mine, "A1.2", ["29.85"])]
    response = send_as(user, *given)
    assert [answer["status"] for answer in results(response)] == ["saved", "closed", "saved"]
    assert set(response.json()["sheets"]) == {str(mine.uuid), str(theirs.uuid)}


# --- taking back ---


def test_a_first_mark_taken_back_leaves_the_aspect_unmarked_and_stays_on_record(marking):
    sheet = marking.sheet(marking.measuring)
    client, judge = signed_in(sheet.seat.user), sheet.seat.user
    first = send(
        client, item(sheet, "A1.1", ["59.795"]), item(sheet, "A1.1", base=1, withdraw=True), judge=judge
    )
    assert [(a["status"], a["revision"]) for a in results(first)] == [("saved", 1), ("saved", 2)]
    assert first.json()["sheets"][str(sheet.uuid)]["marks_in"] == 0
    assert list(Mark.objects.order_by("revision").values_list("values", "withdrawn", "is_current")) == [
        (["59.795"], False, False),
        ([], True, False),
    ]
    [anew] = results(send(client, item(sheet, "A1.1", ["59.790"], base=2), judge=judge))
    assert (anew["status"], anew["revision"]) == ("saved", 3)


# --- the form of the request ---


GOOD = {"sheet": str(uuid4()), "client_id": str(uuid4()), "aspect": "A1.1", "values": ["59.79"]}


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
        [GOOD | {"sheet": "7"}],
        [GOOD | {"values": ["\ud800"]}],
        [GOOD | {"values": {"\ud800": 1}}],
        [GOOD | {"values": {"a": 10**30}}],
        [GOOD | {"withdraw": "yes"}],
        [{key: value for key, value in GOOD.items() if key != "values"}],
        [GOOD | {"client_at": "9999-12-31T23:59:59-23:00"}],
    ],
)
def test_a_request_of_another_form_is_400_and_saves_nothing(marking, marks):
    user = marking.measuring.user
    body = json.dumps({"judge": str(user.uuid), "device": str(DEVICE), "marks": marks})
    response = signed_in(user).post(reverse("judge:marks"), body, content_type="application/json")
    assert (response.status_code, response.json()["error"]) == (400, "bad_request")
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ("a=1", "text/plain"),
        ('{"judge": "x", "marks": []}', "application/json"),
    ],
)
def test_what_is_no_json_of_ours_is_400(marking, body, kind):
    client = signed_in(marking.measuring.user)
    assert client.post(reverse("judge:marks"), body, content_type=kind).status_code == 400


@pytest.mark.parametrize("marks", [[GOOD] * 201, [GOOD | {"reason": "x" * 300_000}], ["x" * 3_000_000]])
def test_too_much_at_once_is_413(marking, marks):
    user = marking.measuring.user
    body = json.dumps({"judge": str(user.uuid), "device": str(DEVICE), "marks": marks})
    response = signed_in(user).post(reverse("judge:marks"), body, content_type="application/json")
    assert (response.status_code, response.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize("count", [1, 24])
def test_a_request_costs_the_same_queries_for_one_mark_and_many(marking, count):
    sheet = marking.sheet(marking.measuring)
    client, judge = signed_in(sheet.seat.user), sheet.seat.user
    results(send(client, item(sheet, "A1.2", ["29.85"]), judge=judge))
    codes = [code for code in sheet.aspects if code != "A1.2"][:count]
    with CaptureQueriesContext(connection) as captured:
        answers = results(
            send(client, *(item(sheet, code, [], not_done=True) for code in codes), judge=judge)
        )
    assert {answer["status"] for answer in answers} == {"saved"}
    assert len(statements(captured)) <= MOST_QUERIES


@pytest.mark.parametrize("works", [2, 40])
def test_a_request_costs_the_same_queries_for_few_sheets_and_forty(works):
    marking = make_marking(works=works)
    sheets = [marking.sheet(marking.panel[0], work) for work in marking.works]
    client, judge = signed_in(sheets[0].seat.user), sheets[0].seat.user
    results(send(client, *(item(sheet, "B1.3", ["2"]) for sheet in sheets), judge=judge))
    with CaptureQueriesContext(connection) as captured:
        answers = results(send(client, *(item(sheet, "B3.2", ["2"]) for sheet in sheets), judge=judge))
    assert [answer["status"] for answer in answers] == ["saved"] * works
    assert len(statements(captured)) <= MOST_QUERIES


MOST_QUERIES = 6  # session with account and roles; five of the verb


def statements(captured):
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [q["sql"] for q in captured if not q["sql"].startswith(control)]


def test_the_database_is_away(marking, monkeypatch):
    sheet = marking.sheet(marking.measuring)
    client = signed_in(sheet.seat.user)

    def refuse(execute, sql, params, many, context):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        response = send(client, item(sheet, "A1.1", ["59.795"]), judge=sheet.seat.user)
        hello = client.get(reverse("judge:hello"))
    assert (response.status_code, response.json()["error"]) == (503, "unavailable")
    assert (hello.status_code, hello.json()["error"]) == (503, "unavailable")


def test_a_late_change_asks_for_the_reason(marking):
    sheet = marking.sheet(marking.measuring)
    results(send_as(sheet.seat.user, item(sheet, "A1.1", ["59.795"])))
    Mark.objects.update(at=timezone.now() - timedelta(minutes=1))
    [asked] = results(send_as(sheet.seat.user, item(sheet, "A1.1", ["59.785"], base=1)))
    assert (asked["status"], asked["code"]) == ("refused", "reason")
