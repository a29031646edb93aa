"""Celery's side: a task takes an id and calls the one code path."""

from celery import shared_task

from craft_site.jobs import queue, repeating


@shared_task
def run(pk: int) -> bool:
    return queue.run_job(pk)


@shared_task
def resend_due_jobs() -> int:
    """Makes the repeating work whose time has come, and sends again what a broker or a worker lost."""
    repeating.make_due()
    waiting = queue.due()
    for pk in waiting:
        run.delay(pk)
    return len(waiting)
