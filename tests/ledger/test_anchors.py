"""What leaves the operator's reach: files at every checkpoint, a mail to the supervisors, the repeating work."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from competitions.domain import evidence
from competitions.models import Event
from craft_site.jobs import queue, repeating
from craft_site.jobs.models import Job
from craft_site.ledger import anchors, checkpoints, keys, notes
from craft_site.ledger.chain import append
from craft_site.ledger.models import Chain, Checkpoint
from tests.factories import make_event, make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.PUBLISHED_ROOT = tmp_path
    repeating._looked.clear()


def write(chain: str) -> None:
    with transaction.atomic():
        append(chain, "mark.entered", subject="sheet:1", facts={}, by=None)


def run_all(name: str) -> list[Job]:
    jobs = list(Job.objects.filter(name=name, state="waiting"))
    assert all(queue.run_job(job.pk) for job in jobs)
    return jobs


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_published_as_files_with_the_public_key(tmp_path):
    write("event:x")
    made = checkpoints.sign("event:x", reason="hand")
    assert len(run_all(anchors.JOB)) == 1
    folder = tmp_path / "ledger" / "event.x"
    assert folder.joinpath("1").read_text() == folder.joinpath("checkpoint").read_text() == made.note
    [line] = (tmp_path / "ledger" / "keys" / "index").read_text().splitlines()
    assert line == keys.public_keys()["test"].verifier_key


def test_an_older_file_never_stands_for_the_newest(tmp_path):
    write("event:x")
    first = checkpoints.sign("event:x", reason="hand")
    write("event:x")
    second = checkpoints.sign("event:x", reason="hand")
    anchors.write_files(second)
    anchors.write_files(first)  # a job that came late
    folder = tmp_path / "ledger" / "event.x"
    assert folder.joinpath("checkpoint").read_text() == second.note
    assert folder.joinpath("1").read_text() == first.note


def test_a_rolled_back_checkpoint_leaves_no_file_behind():
    write("event:x")
    with transaction.atomic():
        checkpoints.sign("event:x", reason="hand")
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not Checkpoint.objects.exists()


# --- mail ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(event):
    """An event with two supervisors who left an address, one who did not, one who has gone, and an organiser."""
    for address in ("a@example.org", "b@example.org", ""):
        make_seat(event, "supervisor", user=make_user("supervisor", name="王监督", email=address))
    gone = make_user("supervisor", email="gone@example.org")
    make_seat(event, "supervisor", user=gone, left_at=timezone.now())
    make_user("organiser", email="office@example.org")
    write(event.chain)
    return event


def test_a_lock_mails_the_note_to_the_supervisors_once(watched):
    made = evidence.seal(event=watched, reason="lock")
    evidence.seal(event=watched, reason="lock")
    assert len(run_all(evidence.MAIL)) == 1
    [message] = mail.outbox
    assert (message.to, sorted(message.bcc)) == ([], ["a@example.org", "b@example.org"])
    assert made.note.strip() in message.body
    assert evidence.grouped(made.root) in message.body
    assert "/ledger/event." in message.body
    note = message.body[message.body.index("testserver/ledger/event") :]
    note = note[: note.index("\n\n", note.index("— ")) + 1]
    assert notes.verify(note, keys.public_keys()["test"]).size == 1
    assert not any(word in message.body + message.subject for word in ("王监督", "example.org"))


def test_without_an_address_nothing_is_sent(event):
    write(event.chain)
    evidence.seal(event=event, reason="lock")
    [job] = run_all(evidence.MAIL)
    job.refresh_from_db()
    assert (job.result, mail.outbox) == ({"sent": 0}, [])


# --- every five minutes, every night ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [Event.State.RUNNING, Event.State.SCORING, Event.State.RECHECKING])
def test_while_marks_come_in_the_ledger_is_signed_again_and_again(state):
    event = make_event(state=state)
    write(event.chain)
    assert evidence.seal_growing() == {"signed": [event.chain], "broken": []}
    assert evidence.seal_growing() == {"signed": [], "broken": []}
    write(event.chain)
    evidence.seal_growing()
    assert list(Checkpoint.objects.values_list("size", "reason")) == [(1, "timer"), (2, "timer")]
    assert not Job.objects.filter(name=evidence.MAIL).exists()  # twelve mails an hour would be read by nobody


@pytest.mark.parametrize("state", [Event.State.REGISTERING, Event.State.LOCKED, Event.State.FINAL])
def test_before_and_after_the_marking_nothing_is_signed_by_the_clock(state):
    event = make_event(state=state)
    write(event.chain)
    assert evidence.seal_growing()["signed"] == []


def test_every_night_every_chain_is_signed_and_the_supervisors_hear_of_theirs(watched):
    write("people:reveals")
    assert evidence.seal_all() == {"signed": [watched.chain, "people:reveals"], "broken": []}
    assert evidence.seal_all() == {"signed": [], "broken": []}
    run_all(evidence.MAIL)
    assert len(mail.outbox) == 1


def test_one_broken_ledger_does_not_keep_the_others_from_being_signed(tamper):
    first, second = make_event(state=Event.State.SCORING), make_event(state=Event.State.SCORING)
    for event in (first, second):
        write(event.chain)
    tamper("UPDATE ledger_line SET body = '{}' WHERE chain_id = %s", [Chain.objects.get(name=first.chain).pk])
    job = Job.objects.create(name="competitions.seal_growing")
    assert not queue.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, first.chain in job.error) == ("failed", True)
    assert [made.chain.name for made in Checkpoint.objects.select_related("chain")] == [second.chain]


def test_repeating_work_is_one_row_for_each_stretch_of_time_whoever_looks():
    now = timezone.now().replace(minute=31, second=0)
    assert repeating.make_due(now) == len(repeating._rhythms) >= 3
    assert repeating.make_due(now) == 0
    repeating._looked.clear()  # another process
    assert repeating.make_due(now) == 0
    assert repeating.make_due(now + timedelta(minutes=3, seconds=59)) == 0
    assert repeating.make_due(now + timedelta(minutes=4)) == 1
    names = list(Job.objects.values_list("name", flat=True))
    assert names.count("competitions.seal_growing") == 2
    assert names.count("ledger.verify") == names.count("competitions.seal_all") == 1


def test_repeating_work_is_run_like_any_job_and_forgotten_after_days():
    now = timezone.now()
    repeating.make_due(now)
    assert queue.run_due() == Job.objects.filter(state="done").count() >= 3
    Job.objects.update(created_at=now - timedelta(days=3))
    repeating.make_due(now + timedelta(days=1))
    assert Job.objects.filter(state="done").count() == 0


def test_celery_makes_the_repeating_work_too(monkeypatch):
    from craft_site.jobs import tasks

    sent: list[int] = []
    monkeypatch.setattr(tasks.run, "delay", sent.append)
    tasks.resend_due_jobs()
    assert set(Job.objects.filter(name="competitions.seal_growing").values_list("pk", flat=True)) <= set(sent)
    assert len(sent) >= 3
