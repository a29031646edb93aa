"""Whether an acknowledged mark has reached the disk: how the database writes, as a system check."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# PRAGMA synchronous: 0 off, 1 normal, 2 full, 3 extra
SQLITE = {"journal_mode": ("wal",), "synchronous": (2, 3), "recursive_triggers": (1,)}
POSTGRES = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
}


def lost_in_a_power_cut(connection: BaseDatabaseWrapper) -> list[str]:
    """Settings of this connection under which a confirmed write may vanish: "synchronous=1"."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return [
                f"{name}={value}"
                for name, good in POSTGRES.items()
                if (value := _asked(cursor, f"SHOW {name}")) not in good
            ]
        if _asked(cursor, "SELECT file FROM pragma_database_list WHERE name = 'main'") in ("", None):
            return []  # in memory: nobody expects it to survive
        return [
            f"{name}={value}"
            for name, good in SQLITE.items()
            if (value := _asked(cursor, f"PRAGMA {name}")) not in good
        ]


def _asked(cursor: Any, statement: str) -> Any:
    cursor.execute(statement)
    row = cursor.fetchone()
    return row[0] if row else None


def check_durability(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """System check (`manage.py check --database default`)."""
    return [
        Error(
            f"A mark that was acknowledged may be lost in a power cut: {', '.join(found)}.",
            hint="SQLite: WAL and synchronous=FULL; PostgreSQL: fsync, full_page_writes and synchronous_commit on.",
            id="ledger.E003",
        )
        for alias in databases or ()
        if (found := lost_in_a_power_cut(connections[alias]))
    ]
