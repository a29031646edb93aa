from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from craft_site.ledger import append_only, suites


class Mirrored(suites.Sha256Ed25519):
    """A second way to hash a tree, so that a test sees which one was taken."""

    name = "mirrored"

    def digest(self, content: bytes) -> bytes:
        return super().digest(content[::-1])


@pytest.fixture
def mirrored(monkeypatch) -> suites.Suite:
    """A site that knows a second suite."""
    suite = Mirrored()
    monkeypatch.setitem(suites.SUITES, suite.name, suite)
    return suite


@pytest.fixture
def tamper(db) -> Callable[[str, Sequence[Any]], None]:
    """Runs a statement behind the ledger's back, as somebody would who owns the database and took the triggers off."""

    def run(sql: str, values: Sequence[Any] = ()) -> None:
        append_only.lift(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    return run
