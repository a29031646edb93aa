"""What the database refuses on the ledger, proven by trying, on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.db.models.signals import post_migrate

from craft_site.ledger import append_only, checkpoints
from craft_site.ledger.chain import append
from craft_site.ledger.models import Checkpoint, Line

SQLITE, POSTGRES = connection.vendor == "sqlite", connection.vendor == "postgresql"
on_sqlite = pytest.mark.skipif(not SQLITE, reason="speaks SQLite")
on_postgres = pytest.mark.skipif(not POSTGRES, reason="speaks PostgreSQL")

CHANGES = [
    "UPDATE ledger_line SET body = '{}' WHERE seq = 2",
    "UPDATE ledger_line SET kind = 'other'",
    "DELETE FROM ledger_line WHERE seq = 3",
    "DELETE FROM ledger_line",
    "UPDATE ledger_checkpoint SET note = ''",
    "UPDATE ledger_checkpoint SET size = 2",
    "DELETE FROM ledger_checkpoint",
]
_LINE = "(id, chain_id, seq, kind, subject, at, body, prev_hash, hash)"
_SAME = "SELECT {id}, chain_id, {seq}, 'forged', subject, at, '{{}}', prev_hash, {hash} FROM ledger_line WHERE seq = 2"
TAKEN = [  # the place of line 2: by its key, by its number, by its hash
    _SAME.format(id="id", seq="seq + 100", hash="'a'"),
    _SAME.format(id="id + 100", seq="seq", hash="'a'"),
    _SAME.format(id="id + 100", seq="seq + 100", hash="hash"),
]
ON_SQLITE = [
    *(f"INSERT OR REPLACE INTO ledger_line {_LINE} {taken}" for taken in TAKEN),
    *(f"REPLACE INTO ledger_line {_LINE} {taken}" for taken in TAKEN),
    f"INSERT INTO ledger_line {_LINE} {TAKEN[1]} ON CONFLICT (chain_id, seq) DO UPDATE SET body = excluded.body",
    "UPDATE OR REPLACE ledger_line SET seq = 1 WHERE seq = 2",
    "INSERT OR REPLACE INTO ledger_checkpoint (id, chain_id, size, root, at, suite, key_id, note, reason)"
    " SELECT id, chain_id, size, '', at, suite, key_id, '', reason FROM ledger_checkpoint",
]
ON_POSTGRES = [
    f"INSERT INTO ledger_line {_LINE} {TAKEN[1]} ON CONFLICT (chain_id, seq) DO UPDATE SET body = excluded.body",
    "TRUNCATE ledger_line",
    "TRUNCATE ledger_checkpoint",
    "TRUNCATE ledger_chain CASCADE",
    "SET session_replication_role = 'replica'; DELETE FROM ledger_line",
    "MERGE INTO ledger_line a USING ledger_line b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM ledger_line RETURNING 1) SELECT count(*) FROM gone",
]


@pytest.fixture
def written(db) -> list[tuple]:
    with transaction.atomic():
        for n in range(3):
            append("event:x", "mark.entered", subject=f"sheet:{n}", facts={"value": str(n)}, by=None)
    checkpoints.sign("event:x", reason="hand")
    connection.check_constraints()  # as a commit would: TRUNCATE waits for nothing
    return rows()


def rows() -> list[tuple]:
    return [*Line.objects.order_by("pk").values_list(), *Checkpoint.objects.values_list()]


def attempt(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", CHANGES + (ON_SQLITE if SQLITE else ON_POSTGRES))
def test_the_database_refuses(written, statement):
    with pytest.raises(IntegrityError, match="append-only"):
        attempt(statement)
    assert rows() == written


@pytest.mark.parametrize(
    "change",
    [
        lambda: Line.objects.filter(seq=2).update(body="{}"),
        lambda: Line.objects.get(seq=2).save(),
        lambda: Line.objects.get(seq=2).delete(),
        lambda: Checkpoint.objects.all().delete(),
        lambda: Line.objects.bulk_update(Line.objects.all(), ["body"]),
    ],
)
def test_the_models_cannot_either(written, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()
    assert rows() == written


@on_sqlite
@pytest.mark.parametrize("switched", ["ON", "OFF"])
@pytest.mark.parametrize("statement", ON_SQLITE)
def test_replacing_is_refused_whatever_the_connection_has_switched_on(written, statement, switched):
    """The pragma is each connection's own affair, so a copy of the database is tried by a connection of its own."""
    copy = sqlite3.connect(":memory:")
    copy.executescript("\n".join(connection.connection.iterdump()))
    copy.execute(f"PRAGMA recursive_triggers={switched}")
    kept = copy.execute("SELECT * FROM ledger_line ORDER BY id").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        copy.execute(statement)
    assert copy.execute("SELECT * FROM ledger_line ORDER BY id").fetchall() == kept
    assert len(kept) == 3
    copy.close()


# --- PostgreSQL: the owner's role and the site's ---------------------------------------------------------------------

ROLE = "ledger_test_app"
FORBIDDEN = [
    *CHANGES,
    *ON_POSTGRES[:4],
    "ALTER TABLE ledger_line DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_line DISABLE TRIGGER ledger_line_append_only",
    "DROP TRIGGER ledger_line_append_only ON ledger_line",
    "DROP TABLE ledger_line",
    "ALTER TABLE ledger_line RENAME TO lost",
    "SET session_replication_role = 'replica'",
    "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE public.shadow (id int)",
    "CREATE RULE quiet AS ON INSERT TO ledger_line DO INSTEAD NOTHING",
    "SELECT 1 FROM ledger_line FOR UPDATE",
    "DELETE FROM django_migrations",
]


@pytest.fixture
def app_role(written) -> Iterator[str]:
    """The site's role, in the transaction of the test; statements run as this role until it is given back."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")  # undone with the test
        cursor.execute("CREATE TABLE IF NOT EXISTS django_migrations (id int)")
        call_command("grant_app_role", ROLE, verbosity=0)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@on_postgres
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_site_may_not(app_role, written, statement):
    with pytest.raises((ProgrammingError, DatabaseError), match=r"permission denied|must be owner"):
        attempt(statement)
    assert rows() == written


@on_postgres
def test_the_role_of_the_site_can_do_its_work(app_role, written):
    with transaction.atomic():
        append("event:x", "sheet.signed", subject="sheet:1", facts={}, by=None)
        append("event:new", "event.moved", subject="event:new", facts={}, by=None)
    made = checkpoints.sign("event:x", reason="lock")
    assert (made.size, Line.objects.count()) == (4, 5)


@on_postgres
@pytest.mark.parametrize("role", ["no such role", "robert'); --", "nobody_has_this_name", "postgres"])
def test_only_a_role_of_its_own_is_granted_the_site(db, role):
    with pytest.raises(CommandError):
        call_command("grant_app_role", role)


@on_sqlite
def test_sqlite_has_no_roles(db):
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("grant_app_role", "craft")


# --- the triggers themselves -----------------------------------------------------------------------------------------

WANTED = 6 if SQLITE else 4


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + ("" if SQLITE else " ON ledger_line"))


def first() -> str:
    return "ledger_line_no_replace" if SQLITE else "ledger_line_no_truncate"


@pytest.mark.django_db
def test_nothing_is_missing_after_a_migration():
    assert append_only.missing_triggers(connection) == []
    append_only.refuse_to_start()


@pytest.mark.django_db
def test_one_missing_trigger_stops_the_start_and_the_check_and_is_named():
    drop(first())
    assert append_only.missing_triggers(connection) == [first()]
    [error] = append_only.check_triggers(databases=["default"])
    assert (error.id, first() in error.msg) == ("ledger.E002", True)
    with pytest.raises(CommandError, match=first()):
        call_command("check", databases=["default"])
    with pytest.raises(ImproperlyConfigured, match=first()):
        append_only.refuse_to_start()


@pytest.mark.django_db
def test_all_of_them_are_looked_for():
    append_only.lift(connection)
    assert len(append_only.missing_triggers(connection)) == WANTED


@pytest.mark.django_db
def test_a_trigger_that_says_something_else_is_a_missing_one():
    drop(first())
    with connection.cursor() as cursor:
        if SQLITE:
            cursor.execute(f"CREATE TRIGGER {first()} BEFORE INSERT ON ledger_line BEGIN SELECT 1; END")
        else:
            cursor.execute(
                f"CREATE TRIGGER {first()} BEFORE UPDATE ON ledger_line"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
            )
    assert append_only.missing_triggers(connection) == [first()]
    assert append_only.install(connection) == [first()]
    assert append_only.missing_triggers(connection) == []


@on_postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ledger_line DISABLE TRIGGER ledger_line_append_only",
        "ALTER TABLE ledger_line ENABLE TRIGGER ledger_line_append_only",  # silent under a replica's session
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_a_silenced_trigger_is_a_missing_one(statement):
    attempt(statement)
    assert "ledger_line_append_only" in append_only.missing_triggers(connection)
    call_command("protect_ledger", verbosity=0)
    assert append_only.missing_triggers(connection) == []


@pytest.mark.django_db(transaction=True)
def test_the_triggers_survive_a_migration_that_rebuilds_the_table():
    """On SQLite a new NOT NULL column copies the table and drops its triggers; migrate ends with post_migrate."""
    field = models.CharField(max_length=9, default="x")
    field.set_attributes_from_name("extra")
    field.model = Line
    with connection.schema_editor() as editor:
        editor.add_field(Line, field)
    gone = append_only.missing_triggers(connection)
    assert len(gone) == (3 if SQLITE else 0)
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    assert append_only.missing_triggers(connection) == []
    with connection.schema_editor() as editor:
        editor.remove_field(Line, field)
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    assert append_only.missing_triggers(connection) == []
    with transaction.atomic():
        append("event:x", "a.b", subject="x:1", facts={}, by=None)
    with pytest.raises(IntegrityError, match="append-only"):
        Line.objects.all().delete()


@pytest.mark.django_db
def test_installing_again_changes_nothing():
    assert append_only.install(connection) == []
    assert any("install_after_migrate" in repr(receiver) for receiver in post_migrate.receivers)
