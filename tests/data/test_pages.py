"""My data on its pages: seen, copied, corrected, consents taken back, deletion asked for; and the office's side."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise

from academy.models import Payment
from competitions.models import Entry
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.ledger.models import Line
from craft_site.people import keeping
from craft_site.people.domain import data_requests, exporting, growth
from craft_site.people.domain.data_requests import DataRefused
from craft_site.people.models import DataExport, DataRequest, Erasure, PrivateFile, Worker
from tests.academy.subsidies import make_office
from tests.credentials.making import make_certificate
from tests.data.telling import MOBILE, NAME, NUMBER, live_a_life, make_person, store
from tests.factories import make_entry, make_event, make_user, make_worker
from tests.honours.makers import make_honour

PASSWORD = "一个很长的密码 9z"


@pytest.fixture
def person(db):
    return make_person()


@pytest.fixture
def me(client, person):
    client.force_login(person.user)
    return client


def ask(person, kind="deletion", text="no reason"):
    return data_requests.ask(worker=person, kind=kind, text=text, by=person.user)


@pytest.mark.parametrize("entries", [1, 12])
def test_what_is_kept_is_told_by_purpose_at_one_cost(me, person, entries, django_assert_max_num_queries):
    for _n in range(entries):
        make_entry(make_event(), worker=person)
        growth.record(worker=person, kind="talk", on=timezone.localdate(), title="T", source=f"t:{_n}")
    with django_assert_max_num_queries(8):  # six, and one for each of the two kinds
        page = me.get(reverse("me:data")).content.decode()
    assert f"Entries ({entries})" in page
    assert f"Growth record ({entries})" in page
    assert NUMBER not in page
    assert MOBILE not in page
    facts = page.partition('aria-labelledby="facts"')[2].partition("</section>")[0]
    assert NAME in facts
    assert person.id_number.masked() in facts


def test_the_latest_rows_of_a_kind_are_told_in_a_line_and_the_rest_counted(me, person):
    for n in range(23):
        on = date(2025, 1, 1) + timedelta(days=n)
        growth.record(worker=person, kind="talk", on=on, title=f"Talk no. {n}", source=f"t:{n}")
    page = me.get(reverse("me:data"))
    [kind] = [kind for group in page.context["groups"] for kind in group["kinds"] if kind["count"] == 23]
    assert (len(kind["lines"]), kind["more"]) == (20, 3)
    assert kind["lines"][0] == "Date: 2025-01-23 · Kind: Talk · What: Talk no. 22"
    shown = page.content.decode()
    assert "Talk no. 22" in shown
    assert "Talk no. 2<" not in shown
    assert "and 3 more in the copy of my data" in shown


@pytest.mark.django_db(transaction=True)
def test_each_kind_of_row_is_told_in_one_query(django_assert_num_queries):
    person = make_person()
    live_a_life(person)
    told = {}
    for kept, count in exporting.counts(person):
        if count and kept.model not in exporting.OWN:
            with django_assert_num_queries(1):
                told[kept.key] = exporting.first_rows(kept, person)
    assert len(told) > 20
    assert "document number · " in told["people.Reveal:worker"][0]
    assert all(": " in line for lines in told.values() for line in lines)  # no bare date, number or yes


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_made_by_a_job_and_opens_to_its_person_alone(client):
    person = make_person()
    store(person, "photo")
    make_entry(make_event(name="The press contest"), worker=person)
    client.force_login(person.user)
    answer = client.post(reverse("me:data_export"))
    export = DataExport.objects.get()
    assert answer.url == reverse("job", args=(export.job.uuid,))
    assert client.post(reverse("me:data_export")).url == answer.url  # one at a time
    wait = client.get(answer.url).content.decode()
    assert 'class="me has-tabs"' in wait  # the person's own frame, with the way back
    assert "/desk/" not in wait
    address = reverse("me:data_download", args=(export.uuid,))
    assert client.get(address).status_code == 404
    assert run_job(export.job.pk)
    job = Job.objects.get(pk=export.job.pk)
    assert job.done == job.total > 20
    DataExport.objects.update(asked_at=datetime(2026, 11, 29, 16, 30, tzinfo=UTC))
    got = client.get(address)
    assert got["Content-Type"] == "application/zip"
    assert "my-data-20261130.zip" in got["Content-Disposition"]  # the day here, as the page says it
    assert NAME not in got["Content-Disposition"]
    packed = zipfile.ZipFile(io.BytesIO(got.content))
    said = json.loads(packed.read("data.json"))
    assert said["account"]
    text = packed.read("data.html").decode()
    for word in (NAME, NUMBER, MOBILE, "The press contest"):
        assert word in packed.read("data.json").decode()
        assert word in text
    assert [name for name in packed.namelist() if name.startswith("files/")] == ["files/001-photo.jpg"]
    export.refresh_from_db()
    assert client.get(reverse("me:file", args=(export.file.uuid,))).status_code == 404  # sealed there
    for stranger in (make_user("organiser"), make_user("worker")):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    DataExport.objects.update(until=timezone.localdate() - timedelta(days=1))
    client.force_login(person.user)
    assert client.get(address).status_code == 404
    assert exporting.remove_old() == 1
    assert not PrivateFile.objects.filter(kind="export").exists()


def test_every_column_of_the_copy_has_a_label_of_the_catalogue():
    bare = [
        (kept.model, name)
        for kept in keeping.tables()
        for name in kept.shows
        if name not in kept.for_programs
        and name not in kept.labels
        and not isinstance(apps.get_model(kept.model)._meta.get_field(name).verbose_name, Promise)
    ]
    assert bare == []


def test_the_copy_for_programs_is_the_same_in_every_language_and_the_other_one_is_read(person):
    make_entry(make_event(), worker=person, local_resident=True)
    packed = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            packed[language] = zipfile.ZipFile(io.BytesIO(exporting.archive(person, person.user)))
    said = [json.loads(one.read("data.json")) for one in packed.values()]
    assert said[0] == said[1]
    entry = said[0]["contests"]["competitions.Entry:worker"][0]
    assert entry["local_resident"] is True
    assert entry["group"] == "worker"
    text = packed["en"].read("data.html").decode()
    assert "<dd>Yes</dd>" in text
    assert "<dt>Account opened on</dt>" in text
    for raw in ("True", "False", "+08:00"):
        assert raw not in text


def test_a_signed_document_stands_in_the_copy_for_programs_alone(person):
    certificate = make_certificate(person)
    packed = zipfile.ZipFile(io.BytesIO(exporting.archive(person, person.user)))
    said = json.loads(packed.read("data.json"))["issued"]["credentials.Certificate:holder"]
    assert said[0]["jwt"] == certificate.jwt
    text = packed.read("data.html").decode()
    assert certificate.number in text
    assert certificate.jwt not in text


def test_an_account_without_a_record_takes_a_copy_of_the_little_there_is(client, db):
    user = make_user("organiser", name="Office Person")
    assert b"Office Person" in zipfile.ZipFile(io.BytesIO(exporting.archive(None, user))).read("data.json")


def test_a_wrong_fact_is_answered_with_a_reason_within_its_days(client, person):
    client.force_login(person.user)
    here = reverse("me:data_correct")
    assert client.post(here, {"text": ""}).status_code == 422
    assert client.post(here, {"text": "The prize was the second"}).url == reverse("me:data")
    found = DataRequest.objects.get()
    assert found.due_on > timezone.localdate()
    assert client.post(here, {"text": "And more is wrong"}).status_code == 422  # one at a time
    office = make_user("organiser")
    client.force_login(office)
    assert "Requests about personal data" in client.get(reverse("desk:home")).content.decode()
    desk = found.get_absolute_url()
    assert NAME in client.get(reverse("desk:data_requests"), {"state": "open"}).content.decode()
    assert "The prize was the second" in client.get(desk).content.decode()
    assert client.post(desk, {"grant": "no", "answer": ""}).status_code == 422
    assert client.post(desk, {"grant": "no", "answer": "The release says first"}).url == desk
    found.refresh_from_db()
    assert (found.state, found.first_by) == ("refused", office)
    client.force_login(person.user)
    assert "The release says first" in client.get(reverse("me:data")).content.decode()
    assert "prize" not in str(list(Line.objects.values_list("body", flat=True)))


def test_a_consent_is_taken_back_with_one_button_and_says_what_stays(me, person):
    entry = make_entry(make_event(), worker=person, agreed_publicity_at=timezone.now())
    honour = make_honour(worker=person)
    page = me.get(reverse("me:data_consents")).content.decode()
    assert "already stays as it was published" in page
    for key in (f"entry:{entry.uuid}", f"holder:{honour.holder.uuid}", f"entry:{entry.uuid}", "nonsense"):
        assert me.post(reverse("me:data_consents"), {"key": key}).url == reverse("me:data_consents")
    entry.refresh_from_db()
    honour.holder.refresh_from_db()
    assert (entry.agreed_publicity_at, honour.holder.is_named) == (None, False)
    assert "agreed to nothing" in me.get(reverse("me:data_consents")).content.decode()


def test_nobody_takes_back_the_consent_of_another(client, person):
    entry = make_entry(make_event(), worker=person, agreed_publicity_at=timezone.now())
    client.force_login(make_worker(user=make_user("worker")).user)
    client.post(reverse("me:data_consents"), {"key": f"entry:{entry.uuid}"})
    entry.refresh_from_db()
    assert entry.agreed_publicity_at is not None


def test_deletion_needs_the_password_and_says_what_stands_in_the_way(me, person):
    make_entry(make_event(name="The open contest"), worker=person)
    here = reverse("me:data_delete")
    assert "The open contest" in me.get(here).content.decode()
    assert me.post(here, {"sure": "on", "password": "wrong"}).status_code == 422
    assert me.post(here, {"password": PASSWORD}).status_code == 422
    assert not DataRequest.objects.exists()
    assert me.post(here, {"sure": "on", "password": PASSWORD}).url == here
    found = DataRequest.objects.get()
    assert me.post(here, {"sure": "on", "password": PASSWORD}).status_code == 200  # already asked
    assert DataRequest.objects.count() == 1
    with pytest.raises(DataRefused, match="The open contest"):
        data_requests.answer(request=found, grant=True, answer="as asked", by=make_user("organiser"))
    assert me.post(reverse("me:data_take_back", args=(found.uuid,))).url == reverse("me:data")
    found.refresh_from_db()
    assert found.state == "withdrawn"


def test_two_people_decide_and_one_can_give_it_back(person):
    first, second = make_user("organiser"), make_user("supervisor")
    found = data_requests.answer(request=ask(person), grant=True, answer="as asked", by=first)
    with pytest.raises(PermissionDenied):
        data_requests.decide(request=found, agree=True, by=first)
    for role in ("reviewer", "worker", "accounts"):
        with pytest.raises(PermissionDenied):
            data_requests.decide(request=found, agree=True, by=make_user(role))
    found = data_requests.decide(request=found, agree=False, by=second)
    assert (found.state, found.first_by) == ("asked", None)
    found = data_requests.answer(request=found, grant=True, answer="as asked", by=second)
    found = data_requests.decide(request=found, agree=True, by=first)
    assert found.state == "granted"
    with pytest.raises(DataRefused):
        data_requests.take_back(request=found, by=person.user)


def test_the_office_never_decides_on_its_own_data(client, db):
    organiser = make_user("organiser")
    worker = make_worker(user=organiser)
    found = ask(worker)
    with pytest.raises(PermissionDenied):
        data_requests.answer(request=found, grant=False, answer="mine", by=organiser)
    client.force_login(organiser)
    assert "Keep the answer" not in client.get(found.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_from_the_persons_page_to_the_tombstone(client):
    person = make_person()
    client.force_login(person.user)
    client.post(reverse("me:data_delete"), {"sure": "on", "password": PASSWORD})
    found = DataRequest.objects.get()
    desk = found.get_absolute_url()
    client.force_login(make_user("organiser"))
    client.post(desk, {"grant": "yes", "answer": "Nothing holds"})
    assert client.post(desk, {"decision": "agree"}).status_code == 403  # the same person
    client.force_login(make_user("supervisor"))
    assert client.post(desk, {"decision": "agree"}).url == desk
    assert client.post(desk, {"decision": "agree"}).url == desk  # decided already
    assert run_job(Job.objects.get(name=data_requests.JOB).pk)
    page = client.get(desk).content.decode()
    assert NAME not in page
    assert Erasure.objects.get().mark in page
    assert Worker.objects.get(pk=person.pk).user.is_active is False


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_requests_costs_the_same_at_any_size(client, rows, db, django_assert_max_num_queries):
    for _n in range(rows):
        ask(make_worker(user=make_user("worker")))
    client.force_login(make_user("organiser"))
    with django_assert_max_num_queries(12):
        assert client.get(reverse("desk:data_requests")).status_code == 200


def test_a_voucher_of_public_money_is_kept_for_its_years(person, settings):
    office = make_office()
    claim = person.claims.create(
        programme=office.programme, version=office.programme.versions.first(), state="closed", reference="C-9"
    )
    listed = office.programme.payment_lists.create(number=1, made_by=office.organiser)
    Payment.objects.create(list=listed, claim=claim, amount=1000, result="paid", reported_at=timezone.now())
    [hold] = keeping.holds(person)
    assert hold.until.year == timezone.localdate().year + 10
    settings.RETENTION_YEARS = {}
    assert keeping.holds(person) == []


def test_the_office_is_not_spoken_to_as_the_person(client, person):
    make_entry(make_event(name="The press contest"), worker=person)
    client.force_login(person.user)
    assert "The press contest, which you entered" in client.get(reverse("me:data_delete")).content.decode()
    asked = ask(person)
    client.force_login(make_user("organiser"))
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "The press contest, which the person entered, is not over." in page
    assert "which you entered" not in page


def test_a_contest_that_is_over_holds_nothing(person):
    entry = make_entry(make_event(state="running"), worker=person)
    assert len(keeping.holds(person)) == 1
    type(entry.event).objects.update(state="final")
    assert keeping.holds(person) == []
    assert Entry.objects.filter(worker=person).exists()
