"""The embedded default: SQLite, no broker, keys made on first use and kept beside the database."""

import base64
import os
import secrets

from craft_site.settings.base import *  # noqa: F403
from craft_site.settings.base import VAR

DEBUG = os.environ.get("CRAFT_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("CRAFT_HOSTS", "127.0.0.1,localhost,[::1]").split(",")


def _kept(name: str) -> str:
    """A secret made once for this machine and kept in a file that only its owner reads."""
    file = VAR / "keys" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return file.read_text().strip()


SECRET_KEY = _kept("secret")
FIELD_KEYS = {"local": _kept("field")}
INDEX_KEY = _kept("index")
