"""Unsent marks come back as a file or as the texts of codes, by the judge who made them or by the chief judge."""

import base64
import json
import zlib
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from competitions.domain import tablets
from competitions.models import KeptMark, Mark, Tablet
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_user

pytestmark = pytest.mark.django_db
DEVICE = str(uuid4())


@pytest.fixture
def marking():
    return make_marking(works=2)


def record(sheet, aspect: str, *values: str, **more) -> dict:
    known = {"client_id": str(uuid4()), "sheet": str(sheet.uuid), "work": sheet.code.number, "base": 0}
    return known | {"aspect": aspect, "values": list(values)} | more


def content(judge, *records: dict, aside: tuple[dict, ...] = ()) -> str:
    body = {"judge": str(judge.uuid), "device": DEVICE, "made_at": "2026-06-01T08:00:00Z"}
    return json.dumps(body | {"marks": list(records), "set_aside": list(aside)})


def file(text: str, digest: str = "") -> SimpleUploadedFile:
    whole = {"format": "unsent-marks", "version": 1, "sha256": digest or sha256(text.encode()).hexdigest()}
    return SimpleUploadedFile("unsent.json", json.dumps(whole | {"content": text}).encode())


def frames(text: str, size: int = 60) -> list[str]:
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")
    parts = [packed[at : at + size] for at in range(0, len(packed), size)]
    mark_ = sha256(text.encode()).hexdigest()[:12]
    return [f"MARKS1/{mark_}/{n}/{len(parts)}/{part}" for n, part in enumerate(parts, 1)]


def load(user, **fields):
    client = Client()
    client.force_login(user)
    return client.post("/judge/unsent/", fields)


def test_the_judge_loads_a_file_and_a_second_time_changes_nothing(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    aside = (record(sheet, "A1.2", "29.85"),)
    text = content(judge, record(sheet, "A1.1", "59.79", answer="closed"), aside=aside)
    for words in ("Received", "Was there already"):
        answer = load(judge, file=file(text))
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert "1 of 1 marks" in answer.content.decode()
        assert "1 mark in the file had been set aside" in answer.content.decode()
    assert [m.values for m in Mark.objects.all()] == [["59.79"]]
    assert Mark.objects.get().by == judge


def test_a_conflict_shows_both_values_and_writes_nothing(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.795"))
    page = load(judge, file=file(content(judge, record(sheet, "A1.1", "59.78")))).content.decode()
    assert "59.78<" in page
    assert "59.795" in page
    assert "0 of 1 marks" in page
    assert Mark.objects.get().values == ["59.795"]


def test_codes_come_in_any_order_and_a_missing_one_is_named(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    codes = frames(content(judge, record(sheet, "A1.1", "59.79"), record(sheet, "A1.2", "29.85")))
    assert len(codes) > 3
    answer = load(judge, text="\n".join([*codes[:1], *codes[2:]]))
    assert answer.status_code == 422
    assert f"Codes are missing: 2 of {len(codes)}." in answer.content.decode()
    assert load(judge, text=" ".join(reversed([*codes, *codes]))).status_code == 200
    assert Mark.objects.count() == 2


def test_the_file_of_a_revoked_tablet_is_kept_for_the_chief_judge(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    load(judge, file=file(content(judge, record(sheet, "A1.1", "59.79"))))
    tablets.revoke_tablet(event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="Lost")
    page = load(judge, file=file(content(judge, record(sheet, "A1.2", "29.85")))).content.decode()
    assert "Kept for the chief judge" in page
    assert Mark.objects.count() == KeptMark.objects.count() == 1


def test_the_chief_judge_loads_the_marks_of_another_and_they_count_nothing_yet(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    enter(sheet, sent := mark("A1.2", "29.85"))
    known = record(sheet, "A1.2", "29.85") | {"client_id": str(sent.client_id)}
    text = content(judge, record(sheet, "A1.1", "59.79"), known)
    for _again in range(2):
        page = load(marking.chief, file=file(text)).content.decode()
        assert "2 of 2 marks" in page
        assert "59.79" not in page  # whose value it is decides who reads it, and when
    kept = KeptMark.objects.get()
    assert (kept.aspect, kept.user, kept.decision) == ("A1.1", judge, "waiting")
    assert Mark.objects.get().aspect == "A1.2"
    line = Line.objects.get(kind="marks.handed_in")
    assert sha256(text.encode()).hexdigest() in line.body
    assert judge.name not in line.body


def test_nobody_else_loads_the_marks_of_a_judge(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    text = content(judge, record(sheet, "A1.1", "59.79"))
    for user in (marking.panel[0].user, make_marking().chief, make_user("judge")):
        page = load(user, file=file(text)).content.decode()
        assert "0 of 1 marks" in page
        assert "not the chief judge" in page
    assert not Mark.objects.exists()
    assert not KeptMark.objects.exists()


def test_the_chief_judge_cannot_pass_off_one_judges_sheet_as_anothers(marking):
    sheet = marking.sheet(marking.measuring)
    text = content(marking.panel[0].user, record(sheet, "A1.1", "59.79"))
    assert "0 of 1 marks" in load(marking.chief, file=file(text)).content.decode()
    assert not KeptMark.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Choose the file"),
        ("hello", "not a file of unsent marks"),
        ('{"content": 1}', "not a file of unsent marks"),
        ("[" * 5000, "not a file of unsent marks"),
        ("MARKS1/000000000000/1/1/AAAA", "check value does not fit"),
        ("MARKS1/000000000000/1/1/AAAA MARKS1/111111111111/1/1/AAAA", "more than one export"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_reason(marking, given, said):
    answer = load(marking.measuring.user, text=given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_changed_file_is_refused(marking):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    text = content(judge, record(sheet, "A1.1", "59.79"))
    forged = file(text.replace("59.79", "59.78"), digest=sha256(text.encode()).hexdigest())
    answer = load(judge, file=forged)
    assert (answer.status_code, Mark.objects.exists()) == (422, False)
    assert "changed or damaged" in answer.content.decode()


def test_a_code_that_unpacks_without_end_is_refused(marking):
    bomb = frames("0" * 50_000_000, size=400)
    answer = load(marking.measuring.user, text="\n".join(bomb))
    assert answer.status_code == 422
    assert "too large" in answer.content.decode()
