"""For the tests: fixed keys, fast hashing, files in a folder of their own; DATABASE_URL picks the database."""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from craft_site.settings.base import *  # noqa: F403
from craft_site.settings.base import DATABASES, STORAGES


def _rsa_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


DEBUG = False
SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
FIELD_KEYS = {"test": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
INDEX_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
LEDGER_KEYS = {"test": "bGVkZ2VyLXRlc3RzLW9ubHktbm90LWEtc2VjcmV0ISE="}
CREDENTIAL_KEYS = {"test": "Y2VydGlmaWNhdGVzLXRlc3RzLW5vdC1hLXNlY3JldCE="}
CREDENTIAL_RSA_KEYS = {"test-rsa": base64.b64encode(_rsa_key()).decode()}
LEDGER_ORIGIN = "testserver/ledger"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False  # switched on in its own tests
JOBS_RUNNER = "none"  # tests run a job by hand: run_job(pk)

_FILES = Path(tempfile.mkdtemp(prefix="craft-site-tests-"))  # of this process alone: tests run side by side
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)
MEDIA_ROOT = _FILES / "media"
PRIVATE_ROOT = _FILES / "private"
PUBLISHED_ROOT = _FILES / "published"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}
WHITENOISE_AUTOREFRESH = True
DATABASES["default"].pop("CONN_MAX_AGE", None)
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("CRAFT_TEST_DB")}  # so that two runs share one server
