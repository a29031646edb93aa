"""What stops the start, and that a database which may lose an acknowledged mark is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Error
from django.db import ConnectionHandler, OperationalError, connection, transaction

from craft_site.ledger import durability
from craft_site.settings.base import SQLITE_OPTIONS

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def database(folder: Path, **options):
    """A connection to an SQLite file, with the settings of the site and what is said besides."""
    given = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "site.sqlite3"),
            "OPTIONS": SQLITE_OPTIONS | options,
        }
    }
    return ConnectionHandler(given)["default"]


def asked(found, statement: str):
    with found.cursor() as cursor:
        return cursor.execute(statement).fetchone()[0]


def test_sqlite_writes_ahead_and_waits_for_the_disk(tmp_path):
    found = database(tmp_path)
    assert [
        asked(found, f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "recursive_triggers")
    ] == [
        "wal",
        2,
        1,
    ]
    assert durability.lost_in_a_power_cut(found) == []
    found.close()


def test_an_sqlite_transaction_takes_the_write_lock_at_once(tmp_path):
    first, second = database(tmp_path), database(tmp_path, timeout=0)
    with first.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n int)")
    with first.cursor() as cursor:
        cursor.execute(f"BEGIN {first.transaction_mode}")
        with pytest.raises(OperationalError, match="locked"), second.cursor() as other:
            other.execute(f"BEGIN {second.transaction_mode}")
        cursor.execute("ROLLBACK")
    assert first.transaction_mode == "IMMEDIATE"
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("pragma", "named"),
    [
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON", "synchronous=1"),
        ("PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON", "journal_mode=delete"),
        ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", "recursive_triggers=0"),
    ],
)
def test_a_setting_that_may_lose_a_mark_is_named(tmp_path, pragma, named):
    found = database(tmp_path, init_command=pragma)
    assert durability.lost_in_a_power_cut(found) == [named]
    found.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="speaks PostgreSQL")
def test_an_answer_before_the_disk_is_named_on_postgresql():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        [error] = durability.check_durability(databases=["default"])
    assert isinstance(error, Error)
    assert "synchronous_commit=off" in error.msg


@pytest.mark.parametrize("module", ["craft_site.wsgi", "craft_site.celery"])
def test_the_server_and_the_worker_do_not_start_on_an_unguarded_database(tmp_path, module):
    starting = (
        "import craft_site.wsgi"
        if module == "craft_site.wsgi"
        else (
            "import django; django.setup(); from celery.signals import worker_init; import craft_site.celery;"
            " worker_init.send(sender=None); print('STARTED')"
        )
    )
    environment = os.environ | {
        "CRAFT_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
        "DJANGO_SETTINGS_MODULE": "craft_site.settings.development",
    }
    done = subprocess.run(
        [sys.executable, "-c", starting],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "ledger_checkpoint, ledger_line are missing: run manage.py migrate" in done.stderr
    assert "STARTED" not in done.stdout
