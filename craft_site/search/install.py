"""What Django cannot make of the models: on SQLite an FTS5 table with the triggers that keep it, on PostgreSQL a GIN
index and the function that asks it. Made after every migration, because altering a table on SQLite drops its triggers
without a word.

The FTS5 table holds no text and no positions (detail=none), its tokenizer is `ascii`: it cuts at the spaces alone, all
else was done in words.py. The triggers mean that whatever writes or empties the table of passages keeps the index.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from craft_site.search.models import Passage

TABLE = Passage._meta.db_table
FTS = f"{TABLE}_fts"
GIN = f"{TABLE}_tokens"

_IN = f"INSERT INTO {FTS}(rowid, tokens) VALUES (NEW.entry_id, NEW.tokens)"
_OUT = f"INSERT INTO {FTS}({FTS}, rowid, tokens) VALUES ('delete', OLD.entry_id, OLD.tokens)"
SQLITE = {
    FTS: f"CREATE VIRTUAL TABLE {FTS} USING fts5(tokens, content='{TABLE}', content_rowid='entry_id', "
    "tokenize='ascii', detail='none', columnsize=0, prefix='1 2 3')",
    f"{FTS}_in": f"CREATE TRIGGER {FTS}_in AFTER INSERT ON {TABLE} BEGIN {_IN}; END",
    f"{FTS}_out": f"CREATE TRIGGER {FTS}_out AFTER DELETE ON {TABLE} BEGIN {_OUT}; END",
    f"{FTS}_new": f"CREATE TRIGGER {FTS}_new AFTER UPDATE ON {TABLE} BEGIN {_OUT}; {_IN}; END",
}
MATCHING = f"{TABLE}_matching"
# Its own function, because only a function can forbid itself to read the whole table: the planner does not know that
# every token list lies outside the row, and takes that way as soon as a word is common.
_BODY = f" SELECT entry_id FROM {TABLE} WHERE tokens @@ $1 "
POSTGRES = {
    GIN: f"CREATE INDEX {GIN} ON {TABLE} USING gin (tokens) WITH (fastupdate = off)",
    MATCHING: f"CREATE OR REPLACE FUNCTION {MATCHING}(tsquery) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 500 "
    f"SET enable_seqscan = off AS $${_BODY}$$",
}
# Texts and tokens go out of the row, so that a broad question reads a few pages.
_NARROW = f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)"


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Parts that are not there, or say something else than they should. A table that is not made yet lacks nothing."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname FROM pg_indexes WHERE indexname = %s UNION ALL "
                "SELECT proname FROM pg_proc WHERE proname = %s AND prosrc = %s",
                [GIN, MATCHING, _BODY],
            )
            there = {name for (name,) in cursor.fetchall()}
            return [name for name in POSTGRES if name not in there]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
        found = dict(cursor.fetchall())
    return [name for name, sql in SQLITE.items() if found.get(name) != sql]


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Makes what is missing and fills it from the passages. Answers what was missing."""
    lacking = missing(connection)
    if not lacking:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_NARROW)
            for name in lacking:
                cursor.execute(POSTGRES[name])
            return lacking
        for name in SQLITE:
            cursor.execute(f"DROP {'TABLE' if name == FTS else 'TRIGGER'} IF EXISTS {name}")
        for statement in SQLITE.values():
            cursor.execute(statement)
        cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')")
    return lacking


def install_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    install(connections[using])


def check_parts(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """System check (`manage.py check --database default`): the search has its table or index."""
    return [
        Error(
            f"The search would find nothing: {', '.join(names)} missing.",
            hint="manage.py migrate makes it again.",
            id="search.E001",
        )
        for alias in databases or ()
        if (names := missing(connections[alias]))
    ]
