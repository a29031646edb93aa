"""What the database itself refuses on the tables of evidence: rows are added, never changed, never taken out.

Triggers, on both engines; on PostgreSQL besides, the account of the site may only SELECT and INSERT there
(`grant_app_role`). They are installed after every migration, because altering a table on SQLite rebuilds it and
drops its triggers without a word, and a site whose database lacks one does not start.

SQLite: UPDATE and DELETE; INSERT OR REPLACE deletes without firing them unless recursive_triggers is on, so a third
trigger refuses a row whose place is taken, whatever the connection has switched on.
PostgreSQL: UPDATE and DELETE by row, TRUNCATE by statement; ENABLE ALWAYS, so that session_replication_role does not
silence them. Who owns the table can still drop them: hence two roles, and anchors outside (docs/ledger.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from craft_site.ledger.models import Checkpoint, Line

PROTECTED: list[type[models.Model]] = [Line, Checkpoint]

FUNCTION = "ledger_refuse_change"
_BODY = """
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
"""
_ROWS, _TRUNCATE = 1 + 2 + 8 + 16, 2 + 32  # pg_trigger.tgtype: row, before, delete, update; before, truncate


def tables() -> list[str]:
    return [model._meta.db_table for model in PROTECTED]


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Makes what is missing and says which triggers were. Needs the owner of the tables on PostgreSQL."""
    missing = list(_missing(connection))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if missing:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
                )
            for model, name in missing:
                for statement in _postgres(model._meta.db_table, name):
                    cursor.execute(statement)
        else:
            for model, name in missing:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(_sqlite(model)[name])
    return [name for _model, name in missing]


def lift(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers off. Only the tests do this, before they empty their own database."""
    with connection.cursor() as cursor:
        for model in PROTECTED:
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                for name in _postgres_triggers(table):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            else:
                for name in _sqlite(model):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Triggers that are not there, are switched off or say something else than they should."""
    return [name for _model, name in _missing(connection)]


def install_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    install(connections[using])


def check_triggers(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """System check (`manage.py check --database default`): every protected table has all of its triggers."""
    return [
        Error(
            f"The database lets somebody change the ledger: {', '.join(names)} missing.",
            hint="Find out who took them off. As the owner of the tables: manage.py protect_ledger.",
            id="ledger.E002",
        )
        for alias in databases or ()
        if (names := missing_triggers(connections[alias]))
    ]


def refuse_to_start() -> None:
    """What serves the site calls this first. Raises ImproperlyConfigured when the ledger could be changed."""
    connection = connections[DEFAULT_DB_ALIAS]
    ours = connection.connection is None
    try:
        absent = set(tables()) - set(connection.introspection.table_names())
        names = missing_triggers(connection)
    finally:
        if ours:
            connection.close()  # a server forks or serves from other threads
    if absent:
        raise ImproperlyConfigured(
            f"The tables {', '.join(sorted(absent))} are missing: run manage.py migrate."
        )
    if names:
        raise ImproperlyConfigured(
            f"The database lets somebody change the ledger: {', '.join(names)} missing. "
            "Find out who took them off; then run manage.py protect_ledger as the owner of the tables."
        )


def _missing(connection: BaseDatabaseWrapper) -> Iterator[tuple[type[models.Model], str]]:
    """A table that is not there yet lacks nothing."""
    there = set(connection.introspection.table_names())
    for model in PROTECTED:
        table = model._meta.db_table
        if table not in there:
            continue
        wanted: Mapping[str, Any]
        found: Mapping[str, Any]
        if connection.vendor == "postgresql":
            wanted, found = _postgres_triggers(table), _found_postgres(connection, table)
        else:
            wanted, found = _sqlite(model), _found_sqlite(connection, table)
        yield from ((model, name) for name, state in wanted.items() if found.get(name) != state)


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _sqlite(model: type[models.Model]) -> dict[str, str]:
    """The statements that make the triggers of a table, by the triggers' names."""
    table = model._meta.db_table
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    keys = [[field.column] for field in model._meta.local_fields if field.unique]
    keys += [
        [model._meta.get_field(name).column for name in constraint.fields]  # type: ignore[union-attr]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    ]
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE " + " AND ".join(f'"{c}" = NEW."{c}"' for c in columns) + ")"
        for columns in keys
    )
    return {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"{table}_no_replace": f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    }


def _found_sqlite(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        return dict(cursor.fetchall())


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _postgres_triggers(table: str) -> dict[str, tuple[Any, ...]]:
    """Names to what pg_trigger must say: kind, always enabled, no condition, no columns, the function as it is here."""
    return {
        f"{table}_append_only": (_ROWS, "A", True, "", FUNCTION, _BODY),
        f"{table}_no_truncate": (_TRUNCATE, "A", True, "", FUNCTION, _BODY),
    }


def _postgres(table: str, name: str) -> Iterator[str]:
    what = "UPDATE OR DELETE" if name.endswith("_append_only") else "TRUNCATE"
    each = "ROW" if name.endswith("_append_only") else "STATEMENT"
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _found_postgres(connection: BaseDatabaseWrapper, table: str) -> dict[str, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgtype, tgenabled::text, tgqual IS NULL, tgattr::text, proname, prosrc FROM pg_trigger"
            " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal",
            [table],
        )
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
