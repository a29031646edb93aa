"""The site on a database of its own, as the tests that kill it need it: durable, and without a job runner."""

import os

from craft_site.settings.base import *  # noqa: F403
from craft_site.settings.base import STORAGES
from tests.kill.machine import redis_answers

if not os.environ.get("CRAFT_KILL"):
    raise SystemExit("tests.kill.settings needs a database of its own: run pytest -m kill")

DEBUG = False
SECRET_KEY = "kill-only"
ALLOWED_HOSTS = ["127.0.0.1"]
FIELD_KEYS = {"kill": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
INDEX_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
JOBS_RUNNER = "none"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {"version": 1, "disable_existing_loggers": True}  # hundreds of broken requests are what is wanted


if redis_answers():
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:6379/15",
        }
    }


class _NoMigrations:
    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = _NoMigrations()
