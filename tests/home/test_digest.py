"""The morning mail: who gets one, what stands in it, and that however often the work runs it is one a person a day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.models import Pair
from academy.rules.pairing import add_months, first_of
from craft_site.home import digest, tasks
from craft_site.jobs import queue, repeating
from craft_site.jobs.models import Job
from tests.academy.pairs import make_town, proposed
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    """Under way since four months ago, with months that nobody has written."""
    town = make_town()
    starts = add_months(first_of(timezone.localdate()), -4)
    made = proposed(town, starts_on=starts)
    Pair.objects.filter(pk=made.pk).update(state=Pair.State.RUNNING, began_on=starts)
    made.refresh_from_db()
    return made


def leave_address(user, address="someone@example.org"):
    user.email = address
    user.save()
    return user


def run_day() -> Job:
    job = Job.objects.filter(name="home.digests").first() or queue.enqueue("home.digests", payload={})
    tasks.digests(job)
    queue.run_due()
    return job


def test_who_left_an_address_is_told_what_is_due_and_nobody_else_is_named(pair, mailoutbox):
    leave_address(pair.apprentice.user)
    run_day()
    [mail] = mailoutbox
    assert mail.to == ["someone@example.org"]
    assert "/academy/pairs/" in mail.body
    assert pair.mentor.name not in mail.subject + mail.body
    assert pair.apprentice.name not in mail.subject + mail.body


def test_it_is_one_mail_a_day_however_often_the_work_runs(pair, mailoutbox):
    leave_address(pair.apprentice.user)
    job = run_day()
    run_day()
    tasks.digests(job)
    queue.run_due()
    assert len(mailoutbox) == 1


def test_a_mail_of_yesterday_is_not_made_up_for(pair, mailoutbox):
    user = leave_address(pair.apprentice.user)
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    job = queue.enqueue(tasks.MAIL, payload={"user": user.pk, "on": day})
    assert queue.run_job(job.pk)
    assert mailoutbox == []


def test_without_an_address_a_matter_or_a_server_there_is_no_mail(pair, mailoutbox, settings):
    idle = make_worker(user=leave_address(make_user("worker"), "idle@example.org"))
    gone = leave_address(pair.apprentice.user, "gone@example.org")
    gone.is_active = False
    gone.save()
    run_day()
    assert mailoutbox == []
    assert digest.due_of(idle.user) == []
    gone.is_active = True
    gone.save()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    before = Job.objects.filter(name=tasks.MAIL).count()
    assert tasks.digests(Job.objects.get(name="home.digests")) == {"asked": 0}
    assert Job.objects.filter(name=tasks.MAIL).count() == before


def test_the_office_is_told_what_waits_at_its_desk(pair):
    office = make_user("organiser")
    titles = [row["title"] for row in digest.due_of(office)]
    assert titles == ["Pairs with months that nobody has written (1)"]
    assert digest.due_of(make_user("judge")) == []


def test_the_work_is_made_once_a_day_at_half_past_seven_in_china(monkeypatch):
    monkeypatch.setattr(repeating, "_looked", {})
    monkeypatch.setattr(repeating, "_rhythms", {"home.digests": repeating._rhythms["home.digests"]})
    at = timezone.localtime().replace(hour=7, minute=29, second=0)
    repeating.make_due(at)
    assert repeating.make_due(at + timedelta(minutes=2)) == 1
    assert repeating.make_due(at + timedelta(hours=23)) == 0


def test_a_worker_leaves_and_takes_back_the_address_in_the_profile(client):
    worker = make_worker(user=make_user("worker"))
    client.force_login(worker.user)
    for address, status in (("a@example.org", 302), ("no address", 200), ("", 302)):
        answer = client.post(reverse("me:profile_edit"), {"email": address})
        assert answer.status_code in (status, 422 if status == 200 else status)
        worker.user.refresh_from_db()
        assert worker.user.email == (address if status == 302 else "a@example.org")
