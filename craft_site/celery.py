"""Celery carries the ids of committed job rows in production; the embedded default needs no broker (see jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "craft_site.settings.development")

app = Celery("craft_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
