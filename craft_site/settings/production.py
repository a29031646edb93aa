"""PostgreSQL, Redis, Celery, nginx, S3-compatible storage: everything from the environment, nothing guessed.

A missing variable stops the start and names itself.
"""

import json
import os

from craft_site.settings.base import *  # noqa: F403
from craft_site.settings.base import STORAGES


def _needed(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise SystemExit(f"Set {name} in the environment (see docs/operations.md).") from None


DEBUG = False
SECRET_KEY = _needed("CRAFT_SECRET_KEY")
ALLOWED_HOSTS = _needed("CRAFT_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
FIELD_KEYS = json.loads(_needed("CRAFT_FIELD_KEYS"))
INDEX_KEY = _needed("CRAFT_INDEX_KEY")
LEDGER_KEYS = json.loads(_needed("CRAFT_LEDGER_KEYS"))
CREDENTIAL_KEYS = json.loads(_needed("CRAFT_CREDENTIAL_KEYS"))
CREDENTIAL_RSA_KEYS = json.loads(_needed("CRAFT_CREDENTIAL_RSA_KEYS"))
_needed("DATABASE_URL")
JOBS_RUNNER = "celery"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ.get("CRAFT_CACHE_URL", "redis://127.0.0.1:6379/1"),
    }
}
if os.environ.get("CRAFT_S3_BUCKET"):
    _S3 = {
        "bucket_name": os.environ["CRAFT_S3_BUCKET"],
        "endpoint_url": os.environ.get("CRAFT_S3_ENDPOINT"),
        "file_overwrite": False,
        "default_acl": None,
    }
    STORAGES = STORAGES | {
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": _S3 | {"location": "media", "querystring_auth": False},
        },
        "private": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": _S3 | {"location": "private"},
        },
    }

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = False
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sid"
CSRF_COOKIE_NAME = "__Host-csrf"
AXES_IPWARE_PROXY_COUNT = int(os.environ.get("CRAFT_PROXIES", "1"))
