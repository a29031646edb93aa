"""The code on the wall: it changes every 30 seconds, and a picture of it is worth nothing a minute later.

A code is an HMAC over the session and the number of the step. A code is taken in its own step and in the one after.
"""

import hmac
from base64 import b32encode
from datetime import datetime
from uuid import UUID

STEP = 30  # seconds
LETTERS = 16  # of base32: 80 bits


def step_of(at: datetime) -> int:
    """The number of the step that holds this moment. at: aware."""
    return int(at.timestamp()) // STEP


def code(key: bytes, session: UUID, step: int) -> str:
    """16 letters a-z and digits 2-7."""
    digest = hmac.digest(key, f"{session}:{step}".encode(), "sha256")
    return b32encode(digest).decode()[:LETTERS].lower()


def accepts(key: bytes, session: UUID, given: str, at: datetime) -> bool:
    """Whether this code was shown for this session in the present step or in the one before."""
    now = step_of(at)
    shown = given.encode()
    # Both are compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(code(key, session, step).encode(), shown) for step in (now, now - 1)]
    return any(matches)
