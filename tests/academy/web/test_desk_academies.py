"""Academies, alliances, studios, mentors and programmes at the desk."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.models import Academy, Alliance, Membership, Mentor, Place, Programme, Studio
from craft_site.people.models import GrowthEntry
from tests.academy.training import (
    make_academy,
    make_class,
    make_mentor,
    make_place,
    make_programme,
    make_session,
)
from tests.factories import make_employer, make_trade, make_user, make_worker

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return organiser


def page(client, name, /, *args, **query):
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def post(client, name, /, *args, **sent):
    return client.post(reverse(f"desk:{name}", args=args), sent)


# --- academies ---------------------------------------------------------------------------------------------


def academy(**change):
    given = {"code": "power", "kind": "academy", "name": "电力工匠学院"}
    return given | change


def test_an_academy_with_its_base_and_a_room(client, office, employer):
    post(client, "academy_new", **academy(employer=employer.credit_code))
    made = Academy.objects.get()
    assert made.employer == employer
    post(client, "academy_new", **academy(code="base-1", kind="base", name="实训基地", parent=made.pk))
    text = page(client, "academies")
    assert text.index("电力工匠学院") < text.index("实训基地")
    post(client, "academy_one", "power", name="一号车间")
    assert Place.objects.get().academy == made
    assert "一号车间" in page(client, "academy_one", "power")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "new"}, "Choose another code"),
        ({"code": "taken"}, "has this code already"),
        ({"name": ""}, "required"),
        ({"kind": "base"}, "Say which academy"),
        ({"employer": "nobody knows it"}, "No employer is known here"),
        ({"founded_on": "long ago"}, "valid date"),
    ],
)
def test_what_is_wrong_with_an_academy_is_said(client, office, change, words):
    make_academy("taken")
    answer = post(client, "academy_new", **academy(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Academy.objects.count() == 1


def test_nothing_belongs_to_what_is_below_it(client, office):
    top = make_academy("top")
    below = make_academy("below", kind="branch", parent=top)
    answer = post(client, "academy_edit", "top", kind="branch", name="Top", parent=below.pk)
    assert answer.status_code == 422
    assert "cannot belong to itself" in answer.content.decode()


def test_a_room_is_named_once_and_stays_while_sessions_stand_in_it(client, office):
    found = make_academy("power")
    room = make_place(found)
    assert post(client, "academy_one", "power", name=room.name).status_code == 422
    make_session(make_class(academy=found, sessions=0), place=room)
    post(client, "place_drop", "power", room.pk)
    assert found.places.count() == 1
    spare = make_place(found)
    post(client, "place_drop", "power", spare.pk)
    assert not Place.objects.filter(pk=spare.pk).exists()


@pytest.mark.parametrize("size", [1, 30])
def test_the_page_of_academies_costs_the_same_queries_at_any_size(
    client, office, size, django_assert_max_num_queries
):
    alliance = Alliance.objects.create(name="联盟")
    for n in range(size):
        found = make_academy(alliance=alliance, employer=make_employer())
        make_academy(kind="base", parent=found)
        make_mentor(found)
        make_class(academy=found)
        studio = Studio.objects.create(name=f"工作室 {n}", employer=make_employer(), leader=make_worker())
        Membership.objects.create(alliance=alliance, studio=studio, since=TODAY())
    with django_assert_max_num_queries(10):
        page(client, "academies")
    with django_assert_max_num_queries(10):
        page(client, "alliance", alliance.pk)


# --- alliances and studios ---------------------------------------------------------------------------------


def test_a_studio_joins_and_leaves_on_a_day(client, office, employer):
    leader = make_worker("李建国", employer=employer)
    sent = {"name": "李建国工作室", "employer": employer.name, "find": "李建国"}
    assert post(client, "studio_new", **sent, search="1").status_code == 200
    post(client, "studio_new", **sent, worker=str(leader.uuid))
    studio = Studio.objects.get()
    assert studio.leader == leader
    post(client, "alliance_new", name="五金联盟")
    alliance = Alliance.objects.get()
    post(client, "alliance", alliance.pk, studio=studio.pk, since="2025-01-01")
    assert post(client, "alliance", alliance.pk, studio=studio.pk, since="2025-06-01").status_code == 422
    membership = Membership.objects.get()
    assert post(client, "membership_leave", membership.pk, on="2024-01-01").status_code == 422
    post(client, "membership_leave", membership.pk, on="2025-12-31")
    membership.refresh_from_db()
    assert membership.until.isoformat() == "2025-12-31"


def test_a_studio_may_have_no_leader_yet_and_keeps_the_one_it_has(client, office, employer):
    leader = make_worker("王伟")
    studio = Studio.objects.create(name="王伟工作室", employer=employer, leader=leader)
    text = page(client, "studio_edit", studio.pk)
    assert str(leader.uuid) in text
    assert employer.name in text
    post(client, "studio_edit", studio.pk, name="新名", employer=employer.name, worker=str(leader.uuid))
    studio.refresh_from_db()
    assert (studio.name, studio.leader) == ("新名", leader)
    assert post(client, "studio_new", name="另一个", employer=employer.name).status_code == 302
    assert post(client, "studio_new", name="另一个", employer=employer.name).status_code == 422


# --- mentors -----------------------------------------------------------------------------------------------


def letter(worker, /, **change):
    given = {
        "find": worker.name,
        "worker": str(worker.uuid),
        "academy": make_academy().pk,
        "letter_no": "2026-1",
        "trade": make_trade().pk,
        "grade": 5,
        "since": TODAY().isoformat(),
        "publicity": "on",
    }
    return given | change


def test_a_worker_is_appointed_and_the_term_ended_with_a_reason(client, office):
    worker = make_worker("李建国")
    answer = post(client, "mentor_appoint", **letter(worker))
    mentor = Mentor.objects.get()
    assert answer.url == reverse("desk:mentor", args=(mentor.uuid,))
    assert mentor.agreed_publicity_at is not None
    assert "2026-1" in page(client, "mentor", mentor.uuid)
    assert post(client, "mentor_end", mentor.uuid, on=TODAY().isoformat()).status_code == 422
    post(client, "mentor_end", mentor.uuid, on=TODAY().isoformat(), reason="retired")
    mentor.refresh_from_db()
    assert mentor.until == TODAY()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"worker": ""}, "Choose a worker"),
        ({"worker": "garbage"}, "not a valid"),
        ({"letter_no": "taken"}, "used already"),
        ({"grade": "2"}, "no such level"),
        ({"grade": "77"}, "Select a valid choice"),
        ({"until": "2001-01-01"}, "ends before it begins"),
        ({"since": "soon"}, "valid date"),
    ],
)
def test_what_is_wrong_with_a_letter_is_said(client, office, change, words):
    make_mentor(letter_no="taken")
    answer = post(client, "mentor_appoint", **letter(make_worker("李建国"), **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Mentor.objects.count() == 1


def test_the_list_shows_hours_and_honours_and_filters(client, office):
    mentor = make_mentor(make_academy("one"))
    make_session(make_class(sessions=0), mentor=mentor, starts_at=timezone.now() - timedelta(hours=5))
    GrowthEntry.objects.create(
        worker=mentor.worker, kind=GrowthEntry.Kind.HONOUR, on=TODAY(), title="八婺金匠", source="test:1"
    )
    gone = make_mentor(trade=make_trade("焊工"), until=TODAY() - timedelta(days=1))
    text = page(client, "mentors")
    assert "八婺金匠" in text
    assert "Not serving now" in text
    for query, seen, missing in (
        ({"serving": "yes"}, mentor, gone),
        ({"serving": "no"}, gone, mentor),
        ({"trade": gone.trade_id}, gone, mentor),
        ({"academy": mentor.academy_id}, mentor, gone),
        ({"q": gone.letter_no}, gone, mentor),
    ):
        text = page(client, "mentors", **query)
        assert str(seen.uuid) in text, query
        assert str(missing.uuid) not in text, query
    assert "There is a problem" in page(client, "mentors", serving="perhaps")


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_of_mentors_costs_the_same_queries_at_any_size(
    client, office, size, django_assert_max_num_queries
):
    held = make_class(state="finished", sessions=0)
    for _ in range(size):
        make_session(held, mentor=make_mentor(worker=make_worker(employer=make_employer())))
    with django_assert_max_num_queries(10):
        page(client, "mentors")


def test_the_workbook_of_mentors(client, office):
    mentor = make_mentor()
    export = client.get(reverse("desk:mentors_export"), {"serving": "yes"})
    rows = list(load_workbook(BytesIO(export.content)).active.iter_rows(values_only=True))
    assert rows[1][0] == mentor.worker.name
    assert client.get(reverse("desk:mentors_export"), {"serving": "x"}).status_code == 302


def test_a_contact_sees_the_mentors_of_the_own_firm(client, employer, employer_contact):
    own = make_mentor(worker=make_worker("Own Mentor", employer=employer))
    stranger = make_mentor()
    client.force_login(employer_contact)
    text = page(client, "mentors")
    assert own.worker.name in text
    assert stranger.worker.name not in text
    assert client.get(reverse("desk:mentor", args=(stranger.uuid,))).status_code == 404
    assert post(client, "mentor_end", own.uuid, on=TODAY().isoformat(), reason="x").status_code == 403


# --- what is taught ----------------------------------------------------------------------------------------


def programme(**change):
    given = {
        "code": "weld",
        "name": "焊工技师班",
        "theory_hours": 40,
        "practice_hours": 80,
        "attendance_percent": 80,
        "pass_mark": "60",
        "theory_exam": "on",
    }
    return given | change


def test_a_programme_is_made_read_and_changed(client, office):
    assert post(client, "training_programme_new", **programme()).status_code == 302
    text = page(client, "training_programme", "weld")
    assert "80 % of the class hours" in text
    assert "120" in text
    post(client, "training_programme_edit", "weld", **programme(attendance_percent=90))
    assert Programme.objects.get().attendance_percent == 90
    assert "焊工技师班" in page(client, "training_programmes", q="焊工")
    assert "焊工技师班" not in page(client, "training_programmes", q="turning")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "taken"}, "has this code already"),
        ({"attendance_percent": "101"}, "less than or equal to 100"),
        ({"pass_mark": "100.5"}, "less than or equal to 100"),
        ({"pass_mark": "x"}, "Enter a number"),
        ({"theory_hours": "-1"}, "greater than or equal to 0"),
        ({"theory_hours": "0", "practice_hours": "0"}, "at least one class hour"),
        ({"grade": "5"}, "choose the trade"),
    ],
)
def test_what_is_wrong_with_a_programme_is_said(client, office, change, words):
    make_programme(code="taken")
    answer = post(client, "training_programme_new", **programme(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Programme.objects.count() == 1


def test_the_rule_of_a_class_that_has_begun_stands(client, office):
    taught = make_programme(code="weld")
    make_class(programme=taught, state="running")
    answer = post(client, "training_programme_edit", "weld", **programme(attendance_percent=10))
    assert answer.status_code == 422
    assert "its rule of completion stands" in answer.content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_of_programmes_costs_the_same_queries_at_any_size(
    client, office, size, django_assert_max_num_queries
):
    for _ in range(size):
        make_class(programme=make_programme(trade=make_trade()))
    with django_assert_max_num_queries(10):
        page(client, "training_programmes")


def test_the_workbook_of_programmes_holds_those_of_the_filter(client, office):
    kept, other = make_programme(name="Kept", trade=make_trade()), make_programme(name="Other")
    export = client.get(reverse("desk:training_programmes_export"), {"q": "Kept"})
    rows = list(load_workbook(BytesIO(export.content)).active.iter_rows(values_only=True))
    assert [row[:2] for row in rows] == [("Code", "Programme"), (kept.code, "Kept")]
    assert other.name not in str(rows)
    assert client.get(reverse("desk:training_programmes_export"), {"trade": "x"}).status_code == 302


@pytest.mark.parametrize("name", ["academies", "training_programmes", "training_programmes_export"])
def test_a_contact_and_a_worker_keep_out(client, employer_contact, outsider, name):
    for user in (employer_contact, outsider, make_user("finance")):
        client.force_login(user)
        assert client.get(reverse(f"desk:{name}")).status_code == 403
