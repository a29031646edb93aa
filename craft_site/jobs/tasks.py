"""Celery's side: a task takes an id and calls the one code path."""

from celery import shared_task

from craft_site.jobs import queue


@shared_task
def run(pk: int) -> bool:
    return queue.run_job(pk)


@shared_task
def resend_due_jobs() -> int:
    """Sends again what a broker or a worker lost."""
    waiting = queue.due()
    for pk in waiting:
        run.delay(pk)
    return len(waiting)
