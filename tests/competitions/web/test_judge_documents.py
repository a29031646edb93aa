"""What a judge's device keeps: sheets as documents with stamps, the worker and its shell."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from competitions.models import Sheet, TimeCredit
from competitions.web.judge import offline
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def document(client: Client, sheet: Sheet, stamp: str = "") -> tuple[int, dict]:
    headers = {"If-None-Match": f'"{stamp}"'} if stamp else {}
    answer = client.get(f"/judge/sheets/{sheet.uuid}/document/", headers=headers)
    return answer.status_code, answer.json() if answer.status_code == 200 else {}


def test_a_document_says_what_the_page_says_and_names_nobody(marking):
    sheet = marking.sheet(marking.measuring)
    client = signed_in(marking.measuring.user)
    status, told = document(client, sheet)
    assert status == 200
    assert [cell["code"] for cell in told["cells"]] == sheet.aspects
    assert (told["code"], told["closed"], told["previous"]) == ("W-01", "", "")
    assert told["following"] == marking.sheet(marking.measuring, marking.works[1]).get_absolute_url()
    judge = marking.measuring.user
    names = {judge.name, judge.staff_no, marking.measuring.witness.name} - {""}
    text = json.dumps(told, ensure_ascii=False)
    assert names
    assert [name for name in names if name in text] == []


def test_only_the_judge_of_a_sheet_gets_its_document(marking):
    sheet = marking.sheet(marking.measuring)
    for user in (marking.measuring.witness, marking.panel[0].user, marking.chief, make_user("judge")):
        assert document(signed_in(user), sheet)[0] == 404
    answer = Client().get(f"/judge/sheets/{sheet.uuid}/document/")
    assert (answer.status_code, answer.json()) == (401, {"error": "signed_out"})


def test_the_stamp_changes_with_everything_that_the_page_shows(marking):
    seat = marking.panel[0]
    client, sheet = signed_in(seat.user), marking.sheet(seat)
    seen = []

    def changed() -> bool:
        status, told = document(client, sheet, seen[-1] if seen else "")
        if status == 200:
            seen.append(told["stamp"])
        return status == 200

    assert changed()
    assert not changed()
    enter(sheet, mark("B1.3", "2"))
    assert changed()
    enter(marking.sheet(marking.panel[1]), mark("B1.3", "3"))  # another judge's, which may reveal the panel
    assert changed()
    Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.SIGNED)
    assert changed()
    marking.event.state = "locked"
    marking.event.save()
    assert changed()
    assert not changed()
    assert len(set(seen)) == len(seen)


def test_a_time_credit_reaches_the_floor_judge_and_nobody_who_marks_works(marking):
    bench = marking.benches[0]
    now = timezone.now()
    TimeCredit.objects.create(
        code=bench,
        from_at=now,
        to_at=now,
        cause="Power",
        decision="add",
        seconds=250,
        recorded_by=marking.chief,
    )
    floor, measuring = marking.floor[0], marking.measuring
    assert document(signed_in(floor.user), marking.sheet(floor))[1]["notices"] == ["Time credit: 5 minutes"]
    assert document(signed_in(measuring.user), marking.sheet(measuring))[1]["notices"] == []


def test_the_list_carries_the_stamps_of_the_documents(marking):
    client = signed_in(marking.measuring.user)
    listed = client.get("/judge/documents/").json()
    assert [row["code"] for row in listed["sheets"]] == ["W-01", "W-02"]
    for row in listed["sheets"]:
        assert client.get(row["document"]).json()["stamp"] == row["stamp"]
    known = {"If-None-Match": f'"{listed["stamp"]}"'}
    assert client.get("/judge/documents/", headers=known).status_code == 304
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.79"))
    fresh = client.get("/judge/documents/", headers=known).json()
    assert [
        old["stamp"] == new["stamp"] for old, new in zip(listed["sheets"], fresh["sheets"], strict=True)
    ] == [
        False,
        True,
    ]


@pytest.mark.parametrize("works", [1, 12])
def test_the_list_costs_the_same_at_any_size(works, django_assert_max_num_queries):
    marking = make_marking(works=works)
    client = signed_in(marking.measuring.user)
    with django_assert_max_num_queries(8):
        assert len(client.get("/judge/documents/").json()["sheets"]) == works


def test_an_unchanged_document_costs_few_queries(marking, django_assert_max_num_queries):
    client, sheet = signed_in(marking.panel[0].user), marking.sheet(marking.panel[0])
    stamp = document(client, sheet)[1]["stamp"]
    with django_assert_max_num_queries(6):
        assert document(client, sheet, stamp)[0] == 304


def test_the_worker_keeps_every_module_and_nothing_that_is_somebodys():
    answer = Client().get("/judge/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    shell = json.loads(re.match(r"const SHELL = (.*);\n", answer.content.decode())[1])
    assert shell["page"] == "/judge/shell/"
    assert all(address.startswith("/static/site/") for address in shell["files"])
    assert all(finders.find(address.removeprefix("/static/")) for address in shell["files"])


def test_the_worker_knows_every_module_that_the_shell_may_import():
    listed = {f"site/judge/{name}.js" for name in offline.MODULES}
    wanted, queue = set(), ["site/judge/shell.js"]
    while queue:
        name = queue.pop()
        if name in wanted:
            continue
        wanted.add(name)
        with open(finders.find(name), encoding="utf-8") as file:
            found = re.findall(r"""(?:from |import\()["']\./([\w/.-]+)["']""", file.read())
        queue += [f"site/judge/{module}" for module in found]
    assert wanted == listed


def test_the_shell_is_the_same_for_everybody(marking):
    mine = signed_in(marking.measuring.user).get("/judge/shell/")
    assert mine.content == Client().get("/judge/shell/").content
