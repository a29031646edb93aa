"""Whoever completes a course or an apprenticeship gets the certificate, and nobody else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import attendance, completion, diplomas, exams
from craft_site.credentials import wording
from craft_site.credentials.models import Certificate
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from tests.academy.pairs import completed, evaluate, half_way, make_town
from tests.academy.training import make_class, make_session, seat
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(organiser):
    """A class that was held: one person attended enough and passed, another came once."""
    made = make_class(state="running", sessions=0)
    sessions = [make_session(made, starts_at=timezone.now() - timedelta(days=day)) for day in range(2, 7)]
    good, absent = seat(made), seat(made)
    for person, count in ((good, 5), (absent, 1)):
        for session in sessions[:count]:
            attendance.make_up(enrolment=person, session=session, turn=1, reason="list", by=organiser)
    marks = {(good.pk, part): Decimal(80) for part in ("theory", "practice")}
    exams.enter_marks(training_class=made, marks=marks, by=organiser)
    return made


def run_asked():
    for job in Job.objects.filter(name__startswith="academy.certify", state=Job.State.WAITING):
        assert run_job(job.pk)


def test_who_completed_the_class_is_certified_and_who_did_not_is_not(held, organiser):
    completion.finish(training_class=held, by=organiser)
    run_asked()
    certificate = Certificate.objects.get()
    line = certificate.holder.growth.get()
    assert (certificate.kind, certificate.title, certificate.on) == (
        "completion",
        held.programme.name,
        line.on,
    )
    assert certificate.facts["hours"] == {"zh": str(held.programme.hours), "en": str(held.programme.hours)}
    assert certificate.issuers == [{"zh": held.academy.name, "en": held.academy.name_en}]
    assert certificate.issued_by == organiser


def test_a_class_that_runs_certifies_nobody(held, organiser):
    assert diplomas.certify_class(training_class=held, by=organiser).counts()["issued"] == 0
    assert not Job.objects.filter(name=diplomas.JOB_CLASS).exists()


def test_the_office_asks_again_and_follows_the_progress(held, organiser, client):
    client.force_login(organiser)
    address = reverse("desk:class_certify", args=(held.code,))
    assert client.post(address)["Location"] == reverse("desk:class_completion", args=(held.code,))
    completion.finish(training_class=held, by=organiser)
    run_asked()
    client.post(address)
    job = Job.objects.filter(name=diplomas.JOB_CLASS).first()
    run_asked()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result["kept"]) == ("done", 1, 1, 1)
    assert "Issue what is missing" in client.get(job.back_to).content.decode()


@pytest.mark.parametrize("role", ["worker", "employer", "reviewer", "supervisor", "judge"])
def test_nobody_but_organisers_asks_for_certificates(held, client, role):
    client.force_login(make_user(role))
    assert client.post(reverse("desk:class_certify", args=(held.code,))).status_code == 403


def test_a_completed_apprentice_is_certified_and_the_certificate_names_no_master():
    pair = completed(make_town())
    run_asked()
    certificate = Certificate.objects.get(kind="pair")
    assert certificate.holder == pair.apprentice
    assert certificate.facts["grade"] == {"zh": "优秀", "en": "Excellent"}
    assert certificate.facts["trade"]["zh"] == pair.trade.name
    assert pair.mentor.name not in str(certificate.credential)
    assert diplomas.certify_pair(pair=pair, by=None).counts()["kept"] == 2


def test_the_mentor_is_certified_too_and_the_certificate_names_no_apprentice():
    pair = completed(make_town())
    run_asked()
    certificate = Certificate.objects.get(kind="mentor")
    assert certificate.holder == pair.mentor
    assert pair.apprentice.name not in str(certificate.credential)
    assert "带徒" in wording.sentence(certificate)


def test_a_pair_that_ended_otherwise_certifies_nobody():
    town = make_town()
    pair = half_way(town)
    evaluate(town, pair, "final", grade="end", comment="moved away")
    run_asked()
    assert not Certificate.objects.exists()
    assert diplomas.certify_pair(pair=pair, by=None).counts()["issued"] == 0
