"""Celery carries the ids of committed job rows in production; the embedded default needs no broker (see jobs)."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "craft_site.settings.development")

app = Celery("craft_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_to_start(**kwargs: Any) -> None:
    """A worker publishes results: it stops as the site does. Celery only logs exceptions of a signal, not this one."""
    from craft_site.ledger import append_only  # models are there only now

    try:
        append_only.refuse_to_start()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
