"""Statements whose plan PostgreSQL keeps.

To plan a query with joins and subqueries takes PostgreSQL longer than to answer it. Django fills the values in itself,
so that each statement is a new one to the server; here the values go beside the statement, which is planned once a
connection. Not behind a pooler that shares connections by transaction (docs/operations.md).
"""

from typing import Any

from django.db import connections


def keeping_plans(alias: str) -> Any:
    """The connection, its cursors keeping plans where they can: on PostgreSQL with `prepare_threshold` set."""
    connection = connections[alias]
    can = connection.vendor == "postgresql" and connection.settings_dict["OPTIONS"].get("prepare_threshold")
    return _KeepingPlans(connection) if can else connection


class _KeepingPlans:
    """Everything is the connection's own but its cursors."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        from django.db.backends.postgresql import base  # not above: there may be no driver for it

        cursor = self._connection.cursor()
        driver = cursor.cursor.connection
        times = driver.adapters.get_loader(base.TIMESTAMPTZ_OID, base.Format.TEXT)  # type: ignore[attr-defined]
        if (
            times.timezone == self._connection.timezone
        ):  # else Django's own cursor reads times in a zone of its own
            cursor.cursor = base.ServerBindingCursor(driver)  # type: ignore[call-arg]
        return cursor
