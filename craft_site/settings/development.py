"""The embedded default: SQLite, no broker, keys made on first use and kept beside the database."""

import base64
import os
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from craft_site.settings.base import *  # noqa: F403
from craft_site.settings.base import VAR

DEBUG = os.environ.get("CRAFT_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("CRAFT_HOSTS", "127.0.0.1,localhost,[::1]").split(",")


def _random() -> bytes:
    return secrets.token_bytes(32)


def _rsa_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _kept(name: str, make: Callable[[], bytes] = _random) -> str:
    """A secret made once for this machine and kept in a file that only its owner reads, as base64."""
    file = VAR / "keys" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(make()).decode())
    return file.read_text().strip()


SECRET_KEY = _kept("secret")
FIELD_KEYS = {"local": _kept("field")}
INDEX_KEY = _kept("index")
LEDGER_KEYS = {"local": _kept("ledger")}
CREDENTIAL_KEYS = {"local": _kept("credential")}
CREDENTIAL_RSA_KEYS = {"local-rsa": _kept("credential-rsa", _rsa_key)}
