"""The embedded default on a temporary database, with one bare view beside the site to compare with.

CRAFT_VAR must name a folder that the bench made: nothing of the developer's own is read or written.
"""

import os

from craft_site.settings.base import *  # noqa: F403
from craft_site.settings.base import STORAGES

if not os.environ.get("CRAFT_BENCH"):
    raise SystemExit("tests.bench.settings needs a folder of its own: run python -m tests.bench")

DEBUG = False
SECRET_KEY = "bench-only"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
FIELD_KEYS = {"bench": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
INDEX_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
LEDGER_KEYS = {"bench": "bGVkZ2VyLXRlc3RzLW9ubHktbm90LWEtc2VjcmV0ISE="}
ROOT_URLCONF = "tests.bench.site"
WSGI_APPLICATION = "craft_site.wsgi.application"
JOBS_RUNNER = "none"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "ERROR"},
}
# Found once at the start, as after collectstatic, but without compressing a thousand files first.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False


class _NoMigrations:
    """Tables as the models are now, without walking through their history."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = _NoMigrations()
