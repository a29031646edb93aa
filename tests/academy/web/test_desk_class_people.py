"""The people of a class at the desk: places, the waiting list, enrolling, withdrawing, rosters."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.models import Enrolment
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.people.models import PrivateFile
from tests.academy.files.test_class_roster import row, workbook
from tests.academy.training import make_class, make_session, seat
from tests.factories import make_employer, make_user, make_worker

pytestmark = pytest.mark.django_db
S = Enrolment.State


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return organiser


def page(client, name, *args, **query):
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_places_and_the_waiting_list_in_its_order(client, office):
    held = make_class(places=1)
    seated = seat(held)
    waiting = [seat(held, state="waiting") for _ in range(2)]
    text = page(client, "class_people", held.code)
    places = [text.index(one.worker.name) for one in (seated, *waiting)]
    assert places == sorted(places)


def test_a_contact_sees_the_own_people_with_their_true_place_in_the_list(client, employer, employer_contact):
    held = make_class()
    seat(held, state="waiting")
    stranger = seat(held)
    own = seat(held, state="waiting", worker=make_worker("Own Worker", employer=employer))
    client.force_login(employer_contact)
    text = page(client, "class_people", held.code)
    assert own.worker.name in text
    assert stranger.worker.name not in text
    assert '<td class="num" data-label="Place in the list">2</td>' in text
    export = client.get(reverse("desk:class_people_export", args=(held.code,)))
    rows = list(load_workbook(BytesIO(export.content)).active.iter_rows(values_only=True))
    assert [line[0] for line in rows[-1:]] == ["Own Worker"]
    assert stranger.worker.name not in str(rows)


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(client, office, size, django_assert_max_num_queries):
    held = make_class()
    for _ in range(size):
        seat(held, worker=make_worker(employer=make_employer()))
        seat(held, state="waiting", worker=make_worker(employer=make_employer()))
    with django_assert_max_num_queries(10):
        page(client, "class_people", held.code)


def test_no_document_and_no_telephone_number_leaves_with_the_list(client, office):
    held = make_class()
    person = seat(held).worker
    export = client.get(reverse("desk:class_people_export", args=(held.code,)))
    text = str(list(load_workbook(BytesIO(export.content)).active.iter_rows(values_only=True)))
    assert person.name in text
    for secret in (person.id_number.reveal(), person.mobile.reveal()):
        assert secret not in text
        assert secret not in page(client, "class_people", held.code)


# --- one by one --------------------------------------------------------------------------------------------


def test_the_office_looks_for_a_worker_and_enrols_them(client, office):
    held, worker = make_class(), make_worker("李建国")
    url = reverse("desk:class_enrol", args=(held.code,))
    asked = client.post(url, {"find": "建国", "search": "1"})
    assert asked.status_code == 200
    assert str(worker.uuid) in asked.content.decode()
    assert client.post(url, {"find": "建国", "worker": worker.uuid}).status_code == 302
    assert held.enrolments.get().worker == worker
    assert client.post(url, {"find": "nobody", "worker": "garbage"}).status_code == 422


def test_a_contact_enrols_the_own_people_only(client, employer, employer_contact):
    held = make_class()
    own, stranger = make_worker(employer=employer), make_worker(employer=make_employer())
    client.force_login(employer_contact)
    url = reverse("desk:class_enrol", args=(held.code,))
    assert client.post(url, {"find": stranger.name, "worker": stranger.uuid}).status_code == 422
    assert client.post(url, {"find": own.name, "worker": own.uuid}).status_code == 302
    assert [one.worker for one in held.enrolments.all()] == [own]


def test_into_a_class_that_is_closed_nobody_is_enrolled_and_the_reason_is_told(client, office):
    held, worker = make_class(state="running"), make_worker()
    answer = client.post(
        reverse("desk:class_enrol", args=(held.code,)), {"find": worker.name, "worker": worker.uuid}
    )
    assert answer.status_code == 422
    assert "does not take enrolments" in answer.content.decode()


def test_withdrawing_asks_first_and_lets_the_next_one_in(client, office):
    held = make_class(places=1)
    first, second = seat(held), seat(held, state="waiting")
    url = reverse("desk:class_withdraw", args=(held.code, first.uuid))
    assert "1 person waits" in client.get(url).content.decode()
    assert held.enrolments.get(pk=first.pk).state == S.ENROLLED
    client.post(url)
    assert [held.enrolments.get(pk=one.pk).state for one in (first, second)] == [S.WITHDRAWN, S.ENROLLED]


def test_a_contact_withdraws_nobody_elses_people(client, employer_contact):
    held = make_class()
    stranger = seat(held, worker=make_worker(employer=make_employer()))
    client.force_login(employer_contact)
    assert client.post(reverse("desk:class_withdraw", args=(held.code, stranger.uuid))).status_code == 404
    assert held.enrolments.get().state == S.ENROLLED


# --- rosters -----------------------------------------------------------------------------------------------


def upload(*rows, name="roster.xlsx"):
    return SimpleUploadedFile(name, workbook(*rows))


@pytest.fixture
def contact(client, employer_contact):
    client.force_login(employer_contact)
    return employer_contact


def send(client, held, *rows):
    return client.post(reverse("desk:class_roster", args=(held.code,)), {"file": upload(*rows)})


def load(client, preview_url, employer):
    address = preview_url.split("?")[0] + "load/"
    return client.post(address, {"employer": employer.credit_code, "action": "load"})


def test_a_contact_looks_at_a_roster_and_loads_it(client, contact, employer):
    held = make_class(places=1)
    sent = send(client, held, row(1), row(2))
    assert "Gets a place" in (text := client.get(sent.url).content.decode())
    assert "Waiting list" in text
    assert not held.enrolments.exists()
    assert load(client, sent.url, employer).url == reverse("desk:class_people", args=(held.code,))
    assert sorted(held.enrolments.values_list("state", flat=True)) == ["enrolled", "waiting"]
    assert not PrivateFile.objects.exists()


def test_a_roster_sent_again_says_what_it_corrects(client, contact, employer):
    held = make_class()
    load(client, send(client, held, row(1), row(2)).url, employer)
    text = client.get(send(client, held, row(1), row(2, post="铣工"), row(3)).url).content.decode()
    assert "1 get a place, 0 go to the waiting list, 1 corrected, 1 unchanged." in text


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(1), row(2, id="330784199001010000")], "B3: The citizen number is mistyped"),
        ([row(1), row(1)], "the same document stands in row 2"),
        ([row(1, mobile="123")], "C2: Enter a mainland mobile number"),
        ([row(1, name="")], "A2: Fill in"),
        ([], "holds no rows below its headers"),
    ],
)
def test_what_is_wrong_with_a_roster_is_told_row_by_row_and_nothing_is_kept(client, contact, rows, words):
    held = make_class()
    answer = send(client, held, *rows)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PrivateFile.objects.exists()
    assert not held.enrolments.exists()


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_refused_in_words(client, contact, content):
    held = make_class()
    file = SimpleUploadedFile("roster.xlsx", content)
    answer = client.post(reverse("desk:class_roster", args=(held.code,)), {"file": file})
    assert answer.status_code == 422
    assert "problem" in answer.content.decode() or "correct" in answer.content.decode()


def test_a_long_roster_becomes_a_job(client, contact, employer):
    held = make_class(places=100)
    sent = send(client, held, *(row(n) for n in range(1, 52)))
    assert load(client, sent.url, employer).url.startswith("/")
    job = Job.objects.get(name="academy.load_roster")
    run_job(job.pk)
    assert held.enrolments.count() == 51
    assert not PrivateFile.objects.exists()
    assert run_job(job.pk) is False


def test_a_job_that_finds_the_class_closed_says_so_and_deletes_the_file(client, contact, employer):
    held = make_class(places=100)
    load(client, send(client, held, *(row(n) for n in range(1, 52))).url, employer)
    held.state = "running"
    held.save()
    job = Job.objects.get(name="academy.load_roster")
    run_job(job.pk)
    job.refresh_from_db()
    assert "does not take enrolments" in job.error
    assert not PrivateFile.objects.exists()


def test_the_office_names_the_firm_and_an_unknown_one_is_told(client, office, employer):
    held = make_class()
    url = reverse("desk:class_roster", args=(held.code,))
    answer = client.post(url, {"file": upload(row(1)), "employer": "no such firm"})
    assert answer.status_code == 422
    assert "No employer is known here" in answer.content.decode()
    assert client.post(url, {"file": upload(row(1)), "employer": employer.name}).status_code == 302


def test_another_contacts_upload_is_not_there_and_no_other_firm_is_loaded_for(client, contact, employer):
    held = make_class()
    sent = send(client, held, row(1))
    assert load(client, sent.url, make_employer()).status_code == 403
    client.force_login(make_user("employer", employer=employer))
    assert client.get(sent.url).status_code == 404


def test_a_file_can_be_forgotten(client, contact, employer):
    held = make_class()
    sent = send(client, held, row(1))
    client.post(sent.url.split("?")[0] + "load/", {"employer": employer.credit_code, "action": "forget"})
    assert not PrivateFile.objects.exists()
    assert not held.enrolments.exists()


def test_the_empty_workbook_has_the_columns(client, contact):
    answer = client.get(reverse("desk:class_roster_template", args=(make_class().code,)))
    assert "Document number" in str([cell.value for cell in load_workbook(BytesIO(answer.content)).active[1]])


# --- coming late -------------------------------------------------------------------------------------------


def test_the_office_lets_somebody_join_a_running_class_and_reads_first_what_is_missed(client, office):
    held = make_class(state="running", sessions=0)
    for days in (3, 2, -2):
        make_session(held, starts_at=timezone.now() - timedelta(days=days))
    worker = make_worker("Late Comer")
    assert reverse("desk:class_enrol_late", args=(held.code,)) in page(client, "class_people", held.code)
    text = page(client, "class_enrol_late", held.code)
    assert "4 of 6 class hours are over" in text
    assert "cannot be reached any more" in text
    url = reverse("desk:class_enrol_late", args=(held.code,))
    answer = client.post(url, {"find": "Late", "worker": worker.uuid, "reason": ""})
    assert (answer.status_code, held.enrolments.count()) == (422, 0)
    given = {"find": "Late", "worker": worker.uuid, "reason": "The firm sent the list late"}
    assert client.post(url, given).status_code == 302
    assert held.enrolments.get().state == S.ENROLLED
    text = page(client, "class_people", held.code)
    assert "joined late" in text
    assert "The firm sent the list late" in text
    assert "before joining" in page(client, "class_attendance", held.code)


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "employer", "worker"])
def test_nobody_but_the_organiser_lets_people_join_late(client, role):
    held = make_class(state="running")
    client.force_login(make_user(role))
    assert client.get(reverse("desk:class_enrol_late", args=(held.code,))).status_code == 403
    if role != "worker":
        assert "late/" not in client.get(reverse("desk:class_people", args=(held.code,))).content.decode()
