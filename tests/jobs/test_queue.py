import pytest
from django.db import OperationalError, transaction

from craft_site.jobs import queue
from craft_site.jobs.models import Job

done: list[int] = []


@queue.handler("tests.add")
def _add(job, *, number):
    done.append(number)
    return {"sum": sum(done)}


@queue.handler("tests.refuse")
def _refuse(job):
    raise queue.Rejected("Row 3: no such worker.")


@queue.handler("tests.stumble")
def _stumble(job):
    raise ZeroDivisionError("13800001234")


@pytest.fixture(autouse=True)
def _empty():
    done.clear()


def test_a_job_runs_once_however_often_it_is_sent(db):
    job = queue.enqueue("tests.add", payload={"number": 7})
    assert queue.run_job(job.pk)
    assert not queue.run_job(job.pk)
    job.refresh_from_db()
    assert (done, job.state, job.result) == ([7], "done", {"sum": 7})


def test_a_job_asked_for_in_a_rolled_back_transaction_is_gone(db):
    with transaction.atomic():
        queue.enqueue("tests.add", payload={"number": 7})
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_rejected_job_keeps_its_message_and_is_not_tried_again(db):
    job = queue.enqueue("tests.refuse", payload={})
    assert not queue.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "Row 3: no such worker.")
    assert queue.due() == []


def test_a_stumbling_job_waits_longer_each_time_and_its_error_carries_no_data(db):
    job = queue.enqueue("tests.stumble", payload={})
    assert not queue.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.tries) == ("waiting", "ZeroDivisionError", 1)
    assert queue.due() == []


def test_the_progress_of_a_job_is_shown_to_whoever_asked_for_it(client, organiser, outsider):
    job = queue.enqueue("tests.add", payload={"number": 1}, by=organiser, total=4)
    queue.report(job, 3)
    url = f"/jobs/{job.uuid}/"
    client.force_login(organiser)
    answer = client.get(url, headers={"accept": "application/json"}).json()
    assert (answer["done"], answer["total"]) == (3, 4)
    client.force_login(outsider)
    assert client.get(url).status_code == 404


def test_a_database_that_somebody_writes_to_for_long_is_no_fault_and_any_other_is(caplog):
    caplog.set_level("INFO", logger="craft_site.jobs.queue")
    queue._tell(OperationalError("database is locked"))
    assert [(r.levelname, r.exc_info) for r in caplog.records] == [("INFO", None)]
    caplog.clear()
    queue._tell(OperationalError("no such table: jobs_job"))
    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert "no such table" in str(record.exc_info)
