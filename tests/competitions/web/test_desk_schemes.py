"""The marking scheme at the desk: files in and out, editing with checks, who may, and what the public gets."""

from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from competitions.domain import schemes
from competitions.files.scheme_xlsx_out import scheme_workbook
from competitions.files.scheme_yaml_out import scheme_yaml
from competitions.models import Event, SchemeVersion
from competitions.scoring.scheme import canonical_json, content_hash
from tests.competitions.schemes import FOLDER, stamping
from tests.factories import make_event, make_seat, make_user

pytestmark = pytest.mark.django_db
S = Event.State


@pytest.fixture
def event():
    return make_event(state=S.PUBLISHED)


@pytest.fixture
def version(event, organiser):
    return schemes.adopt_scheme(event=event, scheme=stamping(), based_on="", by=organiser)


def at(name, event, *args):
    return reverse(f"desk:{name}", args=(event.code, *args))


def upload(client, event, content, name):
    return client.post(at("scheme_upload", event), {"file": SimpleUploadedFile(name, content)})


def confirm(client, event, answer, **fields):
    form = answer.context["form"]
    body = {"body": form.initial["body"], "based_on": form.initial["based_on"], "reason": "", **fields}
    return client.post(at("scheme_confirm", event), body, follow=True)


@pytest.mark.parametrize("kind", ["yaml", "xlsx"])
def test_a_good_file_is_previewed_and_adopted_only_when_confirmed(client, event, organiser, kind):
    client.force_login(organiser)
    content = scheme_yaml(stamping()).encode() if kind == "yaml" else scheme_workbook(stamping())
    answer = upload(client, event, content, f"scheme.{kind}")
    assert answer.context["aspects"] == 53
    assert not SchemeVersion.objects.exists()
    confirm(client, event, answer)
    assert event.scheme_version.content_hash == content_hash(stamping())
    assert event.scheme_version.number == 1


def test_every_fault_of_a_yaml_file_is_named_by_its_line(client, event, organiser):
    client.force_login(organiser)
    text = (FOLDER / "stamping-compound-die.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "max_mark: 2.5, rule: step, grace: 0.01, points: 1, nominal: 59.78", "max_mark: 2.6, rule: step", 1
    )
    answer = upload(client, event, text.encode(), "scheme.yaml")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "code: A1.1" in row)
    found = answer.context["faults"]
    assert {fault["place"] for fault in found} >= {f"line {line}"}
    assert len(found) >= 2
    assert not SchemeVersion.objects.exists()


def test_every_fault_of_a_workbook_is_named_by_its_cell(client, event, organiser):
    from io import BytesIO

    from openpyxl import load_workbook

    client.force_login(organiser)
    book = load_workbook(BytesIO(scheme_workbook(stamping())))
    sheet = book["Aspects"]
    head = {cell.value: cell.column_letter for cell in sheet[1]}
    sheet[f"{head['max_mark']}3"] = "two"
    sheet[f"{head['upper']}5"] = "=0.01+0.01"
    out = BytesIO()
    book.save(out)
    answer = upload(client, event, out.getvalue(), "scheme.xlsx")
    assert [fault["place"] for fault in answer.context["faults"]] == [f"Aspects!{head['upper']}5"]
    sheet[f"{head['upper']}5"] = 0.02
    out = BytesIO()
    book.save(out)
    answer = upload(client, event, out.getvalue(), "scheme.xlsx")
    assert f"Aspects!{head['max_mark']}3" in {fault["place"] for fault in answer.context["faults"]}
    assert not SchemeVersion.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no workbook", b"\xff\xfe\x00", b"a: [1, 2", b"[]", b"x: &a 1"]
)
def test_a_broken_file_is_an_answer_with_faults_and_never_a_crash(client, event, organiser, content):
    client.force_login(organiser)
    answer = upload(client, event, content, "scheme.yaml")
    assert answer.status_code == 200
    assert not SchemeVersion.objects.exists()


def test_a_library_scheme_is_a_starting_point(client, event, organiser):
    client.force_login(organiser)
    answer = client.post(at("scheme_upload", event), {"library": "stamping-compound-die"})
    confirm(client, event, answer)
    assert event.schemes.count() == 1


def test_the_preview_names_what_changes(client, event, organiser, version):
    client.force_login(organiser)
    text = scheme_yaml(stamping()).replace("nominal: 59.78", "nominal: 59.79")
    answer = upload(client, event, text.encode(), "scheme.yaml")
    assert [(c["code"], c["kind"]) for c in answer.context["changes"]] == [("A1.1", "changed")]
    confirm(client, event, answer)
    assert event.scheme_version.number == 2


def test_a_forged_preview_is_read_again_and_refused(client, event, organiser):
    client.force_login(organiser)
    body = canonical_json(stamping()).replace('"max_mark":"2.5"', '"max_mark":"99"', 1)
    client.post(at("scheme_confirm", event), {"body": body, "based_on": ""})
    client.post(at("scheme_confirm", event), {"body": "[" * 50_000, "based_on": ""})
    assert not SchemeVersion.objects.exists()


def test_a_change_under_an_older_preview_is_refused(client, event, organiser, version):
    client.force_login(organiser)
    answer = client.post(at("scheme_upload", event), {"library": "power-games"})
    changed = scheme_yaml(stamping()).replace("nominal: 59.78", "nominal: 59.79")
    confirm(client, event, upload(client, event, changed.encode(), "s.yaml"))
    confirm(client, event, answer)
    assert event.scheme_version.number == 2


def aspect_form(client, event, code):
    form = client.get(at("scheme_aspect", event, code)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_an_aspect_is_edited_in_place_before_anything_is_frozen(client, event, organiser, version):
    client.force_login(organiser)
    fields = aspect_form(client, event, "A1.1") | {"nominal": "59.79"}
    assert client.post(at("scheme_aspect", event, "A1.1"), fields).status_code == 302
    newest = event.scheme_version
    assert newest.number == 1
    aspect = next(a for a in newest.scheme.aspects() if a.code == "A1.1")
    assert str(aspect.nominal) == "59.79"


def test_saving_an_aspect_as_it_is_changes_nothing(client, event, organiser, version):
    client.force_login(organiser)
    for aspect in stamping().aspects():
        answer = client.post(at("scheme_aspect", event, aspect.code), aspect_form(client, event, aspect.code))
        assert answer.status_code == 302, answer.context["form"].errors
    assert event.scheme_version.content_hash == content_hash(stamping())


def test_marks_move_between_neighbours_and_the_sum_holds(client, event, organiser, version):
    client.force_login(organiser)
    fields = aspect_form(client, event, "A1.1") | {"max_mark": "3", "balance": ""}
    answer = client.post(at("scheme_aspect", event, "A1.1"), fields)
    assert "balance" in answer.context["form"].errors
    assert client.post(at("scheme_aspect", event, "A1.1"), fields | {"balance": "A1.3"}).status_code == 302
    marks = {a.code: a for a in event.scheme_version.scheme.aspects()}
    assert str(marks["A1.1"].max_mark) == "3"
    assert str(marks["A1.3"].max_mark) == "1.5"
    assert str(marks["A1.3"].mark_per_point) == "0.375"


def test_another_rule_asks_for_its_own_fields(client, event, organiser, version):
    client.force_login(organiser)
    fields = aspect_form(client, event, "A1.4") | {"rule": "bands"}
    answer = client.post(at("scheme_aspect", event, "A1.4"), fields)
    assert "bands" in answer.context["form"].fields
    fields |= {"bands": "0.01 | 1\n0.02 | 0.5"}
    assert client.post(at("scheme_aspect", event, "A1.4"), fields).status_code == 302
    aspect = next(a for a in event.scheme_version.scheme.aspects() if a.code == "A1.4")
    assert aspect.rule == "bands"
    assert aspect.limit is None


def test_an_aspect_is_added_and_removed(client, event, organiser, version):
    client.force_login(organiser)
    page = client.get(at("scheme_aspect_new", event, "A1") + "?method=measured&rule=max")
    form = page.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    fields |= {"code": "A1.7", "name_zh": "平面度", "name_en": "Flatness", "limit": "0.02", "max_mark": "1"}
    fields |= {"balance": "A1.1"}
    answer = client.post(at("scheme_aspect_new", event, "A1"), fields)
    assert answer.status_code == 302, answer.context["form"].errors
    codes = [a.code for a in event.scheme_version.scheme.aspects()]
    assert "A1.7" in codes
    fields = {"based_on": event.scheme_version.content_hash, "heir": "A1.1"}
    client.post(at("scheme_aspect_remove", event, "A1.7"), fields)
    assert event.scheme_version.content_hash == content_hash(stamping())


def test_the_sums_are_computed_while_typing_and_nothing_is_saved(client, event, organiser, version):
    client.force_login(organiser)
    form = client.get(at("scheme_marks", event)).context["form"]
    fields = {name: form[name].value() for name in form.fields} | {"m-A1.1": "3.5"}
    answer = client.post(at("scheme_marks", event) + "?sums=1", fields)
    assert "101 / 100" in answer.content.decode()
    assert client.post(at("scheme_marks", event), fields).status_code == 200
    assert event.scheme_version.content_hash == content_hash(stamping())
    assert client.post(at("scheme_marks", event), fields | {"m-B1.1": "1.5"}).status_code == 302
    assert {c.code: str(c.max_mark) for c in event.scheme_version.scheme.criteria}["A"] == "35"


@pytest.mark.parametrize("part", ["components", "ranking", "awards", "penalties"])
def test_a_part_saved_as_it_is_changes_nothing(client, event, organiser, version, part):
    client.force_login(organiser)
    form = client.get(at("scheme_part", event, part)).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    fields = {name: value for name, value in fields.items() if value is not False}
    answer = client.post(at("scheme_part", event, part), fields)
    assert answer.status_code == 302, answer.context["form"].errors
    assert event.scheme_version.content_hash == content_hash(stamping())


def test_weights_that_do_not_make_one_are_refused_at_the_page(client, event, organiser, version):
    client.force_login(organiser)
    form = client.get(at("scheme_part", event, "components")).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields} | {"r0-weight": "0.4"}
    answer = client.post(at("scheme_part", event, "components"), fields)
    assert "add up to 1.1, not 1" in str(answer.context["form"].errors)


def test_trying_the_scheme_shows_marks_and_keeps_nothing(client, event, organiser, version):
    client.force_login(organiser)
    typed = {
        "component-T": "86",
        "A1.1:1": "59.795",
        "A1.2:1": "29.868",
        "B1.3:1": "0",
        "B1.3:2": "2",
        "B1.3:3": "2",
    }
    page = client.post(at("scheme_try", event), typed)
    aspects = {line["code"]: line for group in page.context["groups"] for line in group["aspects"]}
    assert str(aspects["A1.1"]["mark"]) == "2.50"
    assert str(aspects["A1.2"]["mark"]) == "1.25"
    assert aspects["B1.3"]["refusals"]
    assert aspects["B1.3"]["mark"] is None
    assert str(page.context["result"].components["T"].mark) == "86.00"


PAGES = (
    ("scheme_upload", ()),
    ("scheme_marks", ()),
    ("scheme_part", ("awards",)),
    ("scheme_aspect", ("A1.1",)),
    ("scheme_aspect_new", ("A1",)),
)


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_only_an_organiser_who_does_not_mark_changes_the_scheme(
    client, event, organiser, version, name, args
):
    client.force_login(organiser)
    assert client.get(at(name, event, *args)).status_code == 200
    make_seat(event, "result", user=organiser)
    assert client.get(at(name, event, *args)).status_code == 403
    for user in (make_user("reviewer"), make_seat(event, "chief").user, make_seat(event, "result").user):
        client.force_login(user)
        assert client.get(at(name, event, *args)).status_code in {403, 404}


@pytest.mark.parametrize("name", ["scheme", "scheme_try", "event", "documents"])
def test_a_marking_judge_does_not_open_the_desk_of_the_event(client, event, version, name):
    judge = make_seat(event, "result").user
    client.force_login(judge)
    assert client.get(at(name, event)).status_code == 403
    client.force_login(make_seat(event, "chief").user)
    assert client.get(at(name, event)).status_code == 200


@pytest.mark.parametrize("kind", ["yaml", "json", "xlsx"])
def test_the_desk_gives_every_form_of_a_version(client, event, organiser, version, kind):
    client.force_login(organiser)
    assert client.get(at("scheme_file", event, 1, kind)).status_code == 200
    assert client.get(reverse("desk:scheme_template")).content[:2] == b"PK"


def test_anybody_downloads_the_scheme_of_an_announced_event_and_checks_it(client, event, version):
    page = client.get(reverse("contest:scheme", args=(event.code,)))
    assert version.content_hash in page.content.decode()
    answer = client.get(reverse("contest:scheme_file", args=(event.code, 1, "json")))
    assert sha256(answer.content).hexdigest() == version.content_hash


@pytest.mark.parametrize("state", [S.DRAFT, S.FILED])
def test_the_scheme_of_an_event_that_is_not_announced_stays_inside(client, event, version, state):
    Event.objects.filter(pk=event.pk).update(state=state)
    assert client.get(reverse("contest:scheme", args=(event.code,))).status_code == 404
    assert client.get(reverse("contest:scheme_file", args=(event.code, 1, "json"))).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("scheme.xlsx", b"code,name\r\nA1,x\r\n", "text or CSV file"),
        ("scheme.csv", b"code,name\r\nA1,x\r\n", "text or CSV file"),
        ("scheme.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old kind"),
        ("scheme.yaml", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old kind"),
        ("scheme.xlsx", b"PK\x03\x04 and then nothing", "cut off"),
    ],
)
def test_a_file_that_is_no_workbook_is_blamed_itself_and_no_cell(
    client, event, organiser, name, content, told
):
    client.force_login(organiser)
    page = upload(client, event, content, name).content.decode()
    assert told in page
    assert "The file itself" in page
    assert "!A1" not in page
