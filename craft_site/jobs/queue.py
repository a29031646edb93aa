"""Work after the answer. The job row commits with the facts or not at all; one code path runs it everywhere.

Embedded: one daemon thread a process claims rows. Production: on commit the row's id goes to Celery, and a beat
task sends again what was lost. A claim is one conditional UPDATE with a lease, so two runners never share a job.
Handlers are safe to repeat: a runner may die after the work and before the row says so.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from craft_site.jobs import repeating
from craft_site.jobs.models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
TRIES = 6
IDLE_SECONDS = 2.0

Handler = Callable[..., Any]
_handlers: dict[str, Handler] = {}
_wake = threading.Event()
_started = threading.Lock()
_thread: threading.Thread | None = None


class Rejected(Exception):
    """The work cannot be done however often it is tried; the message is shown to the person who asked for it."""


def handler(name: str) -> Callable[[Handler], Handler]:
    """Registers `f(job, **payload)` for jobs of this name. It may return a JSON value, kept as the job's result."""

    def register(f: Handler) -> Handler:
        _handlers[name] = f
        f.job_name = name  # type: ignore[attr-defined]  # `repeating.every` reads it
        return f

    return register


def enqueue(
    name: str,
    *,
    payload: Mapping[str, Any],
    by: Any = None,
    title: str = "",
    back_to: str = "",
    total: int = 0,
    once: str = "",
) -> Job:
    """Asks for work, inside the transaction of the facts. payload: JSON values, ids rather than objects.

    once: what the work is about, where it is to be asked for only once: asked again it is the row of before.
    """
    if name not in _handlers:
        raise LookupError(f"no handler is registered for {name}")
    fields = {
        "name": name,
        "payload": dict(payload),
        "by": by,
        "title": title,
        "back_to": back_to,
        "total": total,
    }
    if once:
        job, made = Job.objects.get_or_create(
            uuid=uuid5(NAMESPACE_URL, f"job:{name}:{once}"), defaults=fields
        )
        if not made:
            return job
    else:
        job = Job.objects.create(**fields)
    transaction.on_commit(lambda: _send(job.pk), robust=True)
    return job


def _send(pk: int) -> None:
    if settings.JOBS_RUNNER == "celery":
        from craft_site.jobs.tasks import run  # the task module imports this one

        run.delay(pk)
    elif settings.JOBS_RUNNER == "thread":
        start()
        _wake.set()


def report(job: Job, done: int, total: int | None = None) -> None:
    """Moves the progress bar. It is written at once, so call it a few dozen times a job, not for every row."""
    job.done = done
    if total is not None:
        job.total = total
    Job.objects.filter(pk=job.pk).update(done=job.done, total=job.total, due=timezone.now() + LEASE)


def run_job(pk: int) -> bool:
    """Claims and runs one job. True when it is done; False when another runner has it, or it failed."""
    now = timezone.now()
    open_states = (Job.State.WAITING, Job.State.RUNNING)
    claimed = Job.objects.filter(pk=pk, state__in=open_states, due__lte=now).update(
        state=Job.State.RUNNING, due=now + LEASE, tries=F("tries") + 1
    )
    if not claimed:
        return False
    job = Job.objects.get(pk=pk)
    try:
        result = _handlers[job.name](job, **job.payload)
    except Rejected as refusal:
        Job.objects.filter(pk=pk).update(state=Job.State.FAILED, error=str(refusal))
        return False
    except Exception as error:
        log.exception("job %s %s failed", job.name, job.uuid)
        last = job.tries >= TRIES
        Job.objects.filter(pk=pk).update(
            state=Job.State.FAILED if last else Job.State.WAITING,
            error=type(error).__name__,  # the text of an exception may carry somebody's data
            due=now + timedelta(seconds=15 * 4**job.tries),
        )
        return False
    Job.objects.filter(pk=pk).update(state=Job.State.DONE, error="", result=result, done=F("total"))
    return True


def due(limit: int = 100) -> list[int]:
    """Keys of the jobs that may be run now: new ones, and those whose runner let its lease run out."""
    return list(
        Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING), due__lte=timezone.now())
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )


def run_due() -> int:
    """Runs everything that is due now and says how many jobs were done."""
    return sum(run_job(pk) for pk in due())


def start() -> None:
    """Starts this process's runner once; it lives as long as the process."""
    global _thread
    with _started:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_loop, name="jobs", daemon=True)
            _thread.start()


def _loop() -> None:
    while True:
        close_old_connections()
        try:
            repeating.make_due()
            if not run_due():
                _wake.wait(IDLE_SECONDS)
                _wake.clear()
        except Exception as error:
            _tell(error)
            _wake.wait(IDLE_SECONDS)


def _tell(error: Exception) -> None:
    """A long write of somebody else, as while demonstration data are made, keeps SQLite locked: no fault to report."""
    if isinstance(error, OperationalError) and "locked" in str(error):
        log.info("the database is being written to; the job runner waits for its turn")
    else:
        log.error("the job runner stumbled and goes on", exc_info=error)
