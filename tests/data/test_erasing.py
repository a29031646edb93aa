"""After deletion nothing of the person is found in any row or file, and every ledger and proof still holds."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from competitions.domain.release_content import rows_hash
from competitions.models import ReleaseRow
from competitions.proof import verify_contest as verifier
from competitions.proof.build import build_proof
from craft_site.credentials.domain import checking
from craft_site.credentials.models import Certificate
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.kit import own_keys
from craft_site.kit.encryption import SealError
from craft_site.kit.private_files import private_storage
from craft_site.ledger.models import Line
from craft_site.people.domain import data_requests, erasing
from craft_site.people.models import DataKey, DataRequest, Erasure, PrivateFile, Worker
from tests.competitions.proof.test_proof import faults_of
from tests.data.telling import MOBILE, NAME, NUMBER, WORDS, live_a_life, make_person, places
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def granted(worker):
    asked = data_requests.ask(worker=worker, kind="deletion", text=f"{NAME} {MOBILE}", by=worker.user)
    asked = data_requests.answer(
        request=asked, grant=True, answer=f"{NAME}: nothing holds", by=make_user("organiser")
    )
    return data_requests.decide(request=asked, agree=True, by=make_user("supervisor"))


@pytest.fixture
def person(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": settings.STORAGES["private"] | {"OPTIONS": {"location": str(tmp_path / "private")}}
    }
    return make_person()


def test_nothing_is_left_and_everything_still_verifies(client, person):
    _event, release = live_a_life(person)
    call_command("search_index", verbosity=0)
    before = {word: places(word) for word in WORDS}
    assert "search_entry" in before[NAME]
    assert len(before[NAME]) >= 15, before[NAME]  # the canary sings
    proof = build_proof(release).content
    assert faults_of(verifier.verify(proof)) == {}, verifier.verify(proof).notes
    assert verifier.verify(proof).holds
    certificate = Certificate.objects.get(holder=person)
    token = Worker.objects.get(pk=person.pk).id_number.token
    names = list(PrivateFile.objects.filter(worker=person).values_list("name", flat=True))
    assert len(names) >= 3
    assert all(private_storage().exists(name) for name in names)
    lines = Line.objects.count()

    request = granted(person)
    job = Job.objects.get(name=data_requests.JOB)
    assert run_job(job.pk), Job.objects.get(pk=job.pk).error
    assert run_job(job.pk) is False
    for waiting in Job.objects.filter(state=Job.State.WAITING, name="competitions.write_pages"):
        assert run_job(waiting.pk)

    assert {word: places(word) for word in WORDS} == {word: [] for word in WORDS}
    assert not any(private_storage().exists(name) for name in names)
    own_keys.forget(person.uuid.hex)
    gone = Worker.objects.get(pk=person.pk)
    assert not DataKey.objects.filter(uuid__in=(person.uuid, person.user.uuid)).exists()
    gone.__dict__["id_number"] = type(gone.__dict__["id_number"])(token)  # out of a backup
    with pytest.raises(SealError):
        gone.id_number.reveal()
    stone = Erasure.objects.get(worker=person)
    assert (gone.name, stone.leftovers) == (stone.mark, [])
    assert {stone.request.first_by.role_names, stone.request.second_by.role_names} == {
        frozenset({"organiser"}),
        frozenset({"supervisor"}),
    }
    request.refresh_from_db()
    assert request.state == DataRequest.State.DONE

    call_command("verify_ledger", verbosity=0)
    assert Line.objects.count() > lines
    assert build_proof(release).content == proof
    assert verifier.verify(build_proof(release).content).holds
    row = ReleaseRow.objects.get(entry__worker=person)
    assert (row.name, row.employer, row.total != "") == ("", "", True)
    page = client.get(release.get_absolute_url()).content.decode()
    assert NAME not in page
    assert row.contestant_no in page
    assert checking.by_number(certificate.number, name=NAME).state is checking.State.REVOKED
    assert checking.by_document(certificate.credential).state is checking.State.REVOKED
    assert NAME not in client.get(certificate.verify_path()).content.decode()


def test_a_row_changed_after_the_name_went_is_found(person):
    event, release = live_a_life(person)
    granted(person)
    assert run_job(Job.objects.get(name=data_requests.JOB).pk)
    ReleaseRow.objects.filter(entry__worker=person).update(total="99.99")
    assert rows_hash(release.rows.all())  # the kept hash hides it; the ledger's line does not
    with pytest.raises(Exception, match="does not hold"):
        call_command("verify_ledger", event.chain, verbosity=0)


def test_who_is_deleted_signs_in_no_more_and_may_come_back_as_somebody_new(client, person):
    user = person.user
    client.force_login(user)
    granted(person)
    assert run_job(Job.objects.get(name=data_requests.JOB).pk)
    assert client.get(reverse("me:home")).status_code == 302
    assert not client.login(username=MOBILE, password="一个很长的密码 9z")
    assert not Worker.objects.by_document("citizen", NUMBER).exists()
    again = make_person()
    assert again.pk != person.pk


def test_what_came_up_meanwhile_stops_the_deletion(person):
    request = granted(person)
    person.user.groups.add(make_user("organiser").groups.get())
    with pytest.raises(data_requests.DataRefused, match="office"):
        erasing.erase(request=request, by=None)
    assert Worker.objects.get(pk=person.pk).name == NAME
    assert run_job(Job.objects.get(name=data_requests.JOB).pk) is False


def test_a_namesake_is_told_to_the_office_and_stays(person):
    other = make_person_like(person)
    request = granted(person)
    stone = erasing.erase(request=request, by=None)
    assert ["people.Worker", str(other.pk)] in stone.leftovers
    other.refresh_from_db()
    assert other.name == NAME


def make_person_like(person):
    from tests.factories import make_worker

    return make_worker(person.name)
