"""Files of readings and of marks: every fault by its row, nothing half loaded, corrections as revisions."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from competitions.files.scheme_yaml import read_scheme
from competitions.models import EnteredMark, Mark, Sheet
from competitions.scoring.scheme import canonical_json, content_hash
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import make_marking
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db

POWER_GAMES = Path(__file__).parents[3] / "competitions/schemes/power-games.yaml"
GOOD = "作品号,评分项,测点,实测值\nW-01,A1.1,1,59.795\nW-01,A2.3,1,5.395\nW-01,A2.3,2,\nW-02,A1.1,1,59.78\n"


@pytest.fixture
def marking():
    return make_marking(works=2)


@pytest.fixture
def recorder(marking):
    return make_seat(marking.event, "recorder").user


def send(client, marking, name, content, filename="a.csv", **args):
    address = reverse(f"desk:{name}", args=(marking.event.code, *args.get("args", ())))
    body = content if isinstance(content, bytes) else content.encode()
    return client.post(address, {"file": SimpleUploadedFile(filename, body)})


def payload(response):
    assert response.status_code == 200, response.content.decode()
    return response.context["form"].initial["payload"]


def load(client, marking, packed, **fields):
    witness = marking.measuring.witness
    posted = {"payload": packed, "witness": witness.staff_no, "password": "second-judge"} | fields
    return client.post(reverse("desk:readings_load", args=(marking.event.code,)), posted)


def workbook(*rows, heads=("参赛编号", "成绩")):
    book = Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_measuring_file_is_looked_at_then_loaded_with_a_second_person(client, marking, recorder, encoding):
    client.force_login(recorder)
    packed = payload(send(client, marking, "readings", GOOD.encode(encoding)))
    assert not Mark.objects.exists()
    response = load(client, marking, packed)
    assert response.status_code == 302, text(response)
    kept = {(m.sheet.code.number, m.aspect): m.values for m in Mark.objects.select_related("sheet__code")}
    assert kept == {
        ("W-01", "A1.1"): ["59.795"],
        ("W-01", "A2.3"): ["5.395", None],
        ("W-02", "A1.1"): ["59.78"],
    }
    assert Sheet.objects.get(seat=marking.measuring, code=marking.works[0]).marks_in == 2
    assert str(marking.measuring.witness.uuid) in Line.objects.get(kind="readings.imported").body
    assert first_broken_line(marking.event.chain) is None


def test_english_headers_and_semicolons_are_read_too(client, marking, recorder):
    client.force_login(recorder)
    sent = "Work number;Aspect;Point;Value\nW-01;A1.1;1;59.795\n"
    assert payload(send(client, marking, "readings", sent))


FAULTY = """作品号,评分项,测点,实测值
W-99,A1.1,1,59.79
W-01,Z1,1,5
W-01,B1.3,1,2
W-01,A1.1,2,59.79
W-01,A2.3,1,5.395
W-01,A1.2,1,abc
W-01,A1.4,1,-0.01
W-02,A1.1,1,59.79
W-02,A1.1,1,59.78
"""


def test_every_faulty_row_is_named_and_nothing_is_loaded(client, marking, recorder):
    client.force_login(recorder)
    response = send(client, marking, "readings", FAULTY)
    assert response.status_code == 422
    rows = {fault.row: fault.message for fault in response.context["faults"]}
    assert set(rows) == {2, 3, 4, 5, 6, 7, 8, 10}
    assert "W-99" in rows[2]
    assert "lacks the points 2" in rows[6]
    assert "row 9" in rows[10]
    assert not Mark.objects.exists()


def test_a_far_off_value_must_be_looked_at(client, marking, recorder):
    client.force_login(recorder)
    packed = payload(send(client, marking, "readings", GOOD.replace("59.795", "69.795")))
    assert load(client, marking, packed).status_code == 422
    assert not Mark.objects.exists()
    assert load(client, marking, packed, looked="on").status_code == 302
    assert Mark.objects.get(aspect="A1.1", sheet__code__number="W-01").second_look


def test_the_same_file_again_writes_nothing_and_a_correction_needs_a_reason(client, marking, recorder):
    client.force_login(recorder)
    load(client, marking, payload(send(client, marking, "readings", GOOD)))
    same = payload(send(client, marking, "readings", GOOD))
    assert load(client, marking, same).status_code == 302
    assert Mark.objects.count() == 3
    other = payload(send(client, marking, "readings", GOOD.replace("59.795", "59.790")))
    assert load(client, marking, other).status_code == 422
    assert load(client, marking, other, reason="probe recalibrated").status_code == 302
    rows = list(Mark.objects.filter(aspect="A1.1", sheet__code__number="W-01").order_by("revision"))
    assert [(row.values, row.reason) for row in rows] == [
        (["59.795"], ""),
        (["59.790"], "probe recalibrated"),
    ]


@pytest.mark.parametrize("who", ["wrong_password", "self", "result"])
def test_the_second_person_must_measure_in_the_event_and_be_another(client, marking, who):
    second = make_seat(marking.event, "recorder", user=make_user("judge", password="the-recorder")).user
    client.force_login(second)
    packed = payload(send(client, marking, "readings", GOOD))
    marking.panel[0].user.set_password("the-panel")
    marking.panel[0].user.save()
    fields = {
        "wrong_password": {"password": "nonsense"},
        "self": {"witness": second.staff_no, "password": "the-recorder"},
        "result": {"witness": marking.panel[0].user.staff_no, "password": "the-panel"},
    }[who]
    assert load(client, marking, packed, **fields).status_code == 422
    assert not Mark.objects.exists()


def test_a_signed_sheet_takes_no_file(client, marking, recorder):
    client.force_login(recorder)
    packed = payload(send(client, marking, "readings", GOOD))
    Sheet.objects.filter(code=marking.works[1], seat=marking.measuring).update(state="signed")
    assert load(client, marking, packed).status_code == 422
    assert not Mark.objects.exists()
    assert send(client, marking, "readings", GOOD).status_code == 422


def test_a_look_of_somebody_else_is_not_loaded(client, marking, recorder):
    client.force_login(recorder)
    packed = payload(send(client, marking, "readings", GOOD))
    client.force_login(make_seat(marking.event, "recorder").user)
    load(client, marking, packed)
    load(client, marking, packed[:-3] + "abc")
    assert not Mark.objects.exists()


@pytest.mark.parametrize("who", ["organiser", "measuring", "outsider", "supervisor"])
def test_only_recorders_and_the_chief_judge_import(client, marking, who, organiser, outsider, supervisor):
    people = {
        "organiser": organiser,
        "measuring": marking.measuring.user,
        "outsider": outsider,
        "supervisor": supervisor,
    }
    client.force_login(people[who])
    assert client.get(reverse("desk:imports", args=(marking.event.code,))).status_code in (403, 404)
    assert send(client, marking, "readings", GOOD).status_code in (403, 404)
    client.force_login(marking.chief)
    assert client.get(reverse("desk:imports", args=(marking.event.code,))).status_code == 200


# --- theory ---


def theory(client, marking, *rows, **how):
    return send(client, marking, "component", workbook(*rows, **how), filename="t.xlsx", args=("T",))


def load_theory(client, marking, packed, **fields):
    address = reverse("desk:component_load", args=(marking.event.code, "T"))
    return client.post(address, {"payload": packed} | fields)


def test_theory_marks_are_loaded_by_contestant_number(client, marking, recorder):
    client.force_login(recorder)
    packed = payload(theory(client, marking, ("C-001", 86), ("C-002", 77.5)))
    assert load_theory(client, marking, packed).status_code == 302
    marks = {str(m.code): m.mark for m in EnteredMark.objects.select_related("code")}
    assert marks == {"C-001": Decimal(86), "C-002": Decimal("77.5")}
    assert first_broken_line(marking.event.chain) is None


def test_unknown_double_and_impossible_theory_rows_are_named(client, marking, recorder):
    client.force_login(recorder)
    response = theory(client, marking, ("C-009", 86), ("C-001", 120), ("C-002", 5), ("C-002", 6), ("", 7))
    assert response.status_code == 422
    assert {fault.row for fault in response.context["faults"]} == {2, 3, 5, 6}
    assert not EnteredMark.objects.exists()


def test_a_corrected_theory_mark_is_a_revision_with_a_reason(client, marking, recorder):
    client.force_login(recorder)
    load_theory(client, marking, payload(theory(client, marking, ("C-001", 86))))
    packed = payload(theory(client, marking, ("C-001", 87)))
    assert load_theory(client, marking, packed).status_code == 422
    assert load_theory(client, marking, packed, reason="item 12 struck").status_code == 302
    assert load_theory(client, marking, packed, reason="item 12 struck").status_code == 302
    rows = list(EnteredMark.objects.order_by("revision").values_list("mark", "revision", "is_current"))
    assert rows == [(Decimal(86), 1, False), (Decimal(87), 2, True)]


def test_the_templates_read_back(client, marking, recorder):
    client.force_login(recorder)
    response = client.get(reverse("desk:component_template", args=(marking.event.code, "T")))
    assert response.status_code == 200
    response = client.get(reverse("desk:readings_template", args=(marking.event.code,)))
    assert b"A2.3" in response.content
    assert send(client, marking, "readings", response.content).status_code == 200


def test_a_component_that_is_marked_by_aspects_has_no_import(client, marking, recorder):
    client.force_login(recorder)
    response = send(client, marking, "component", workbook(("C-001", 5)), filename="t.xlsx", args=("P",))
    assert response.status_code == 404


def test_team_marks_are_loaded_by_the_name_of_the_team(client, marking, recorder):
    # The games' own team task is marked aspect by aspect; here the theory paper is the team's.
    scheme = read_scheme(POWER_GAMES.read_text().replace("source: entered", "source: entered, scope: team"))
    component = scheme.composition.components[0]
    version = marking.event.scheme_version
    version.body, version.content_hash = canonical_json(scheme), content_hash(scheme)
    version.save()
    team = marking.event.teams.create(name="North")
    client.force_login(recorder)
    sent = workbook(("North", 16), ("South", 17), heads=("参赛队", "成绩"))
    how = {"filename": "t.xlsx", "args": (component.code,)}
    assert send(client, marking, "component", sent, **how).status_code == 422
    packed = payload(
        send(client, marking, "component", workbook(("North", 16), heads=("Team", "Mark")), **how)
    )
    address = reverse("desk:component_load", args=(marking.event.code, component.code))
    assert client.post(address, {"payload": packed}).status_code == 302
    assert EnteredMark.objects.get().team == team
