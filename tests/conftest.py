"""Roles come as fixtures: organiser, reviewer, employer_contact, judge, chief, supervisor, contestant, outsider."""

import gc
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation

from craft_site.ledger import append_only
from craft_site.people.models import User
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out the tests that ask for no database: on a second database they say the same once more",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """SQLite has one writer: what threads do at the same moment is asked of PostgreSQL alone."""
    if config.getoption("--database-only"):
        pure = [item for item in items if not _asks_for_a_database(item)]
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if _asks_for_a_database(item)]
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    skip = pytest.mark.skip(reason="needs threads that write at once: PostgreSQL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The collector leaves the loaded program and the collected tests alone, as in craft_site/wsgi.py."""
    if any(item.get_closest_marker("browser") for item in session.items):
        _keep_sqlite_in_a_file()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _keep_sqlite_in_a_file() -> None:
    """As in production. A database in memory is one connection for all threads of a live server: their transactions
    would run into each other, and "table is locked" comes at once instead of a wait."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not database["TEST"]["NAME"]:
        database["TEST"]["NAME"] = str(settings.MEDIA_ROOT.parent / "live.sqlite3")


def _asks_for_a_database(item: pytest.Item) -> bool:
    """Whoever does not ask is refused a connection by pytest-django, so no answer of theirs can come from one."""
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"} & set(
        getattr(item, "fixturenames", ())
    )
    return bool(fixtures) or item.get_closest_marker("django_db") is not None or _of_django(item)


def _of_django(item: pytest.Item) -> bool:
    """Whether this is a test case of Django's, which asks by its class."""
    case = getattr(item, "cls", None)
    return isinstance(case, type) and issubclass(case, TransactionTestCase)


def pytest_configure() -> None:
    settings.LANGUAGE_CODE = "en"  # tests read the msgids; the Chinese catalogue has tests of its own


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language in the thread; no test begins with that of the one before."""
    translation.activate(settings.LANGUAGE_CODE)


_flush = TransactionTestCase._fixture_teardown


def _lift_and_flush(self: Any) -> None:
    """A test with real transactions empties its database afterwards, which the ledger's triggers refuse. They are
    taken off here and nowhere else; the flush ends like a migration, which puts them back.
    """
    for alias in self._databases_names(include_mirrors=False):
        append_only.lift(connections[alias])
        if connections[alias].vendor == "postgresql":
            connections[alias].ops.sql_flush = partial(_deletions, connections[alias])
    _flush(self)


def _deletions(connection: Any, style: Any, tables: list[str], **how: Any) -> list[str]:
    """What empties the database on PostgreSQL. Django's TRUNCATE makes a new file for each of two hundred tables,
    which takes longer than most tests; few of them hold a row."""
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        holds_a_row = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {name(table)})" for table in tables)
        cursor.execute(" UNION ALL ".join(holds_a_row))
        found = [table for (table,) in cursor.fetchall()]
    unbound = ["SET LOCAL session_replication_role = replica"]  # foreign keys wait for nobody's order
    return [*unbound, *(f"DELETE FROM {name(table)}" for table in found)]


TransactionTestCase._fixture_teardown = _lift_and_flush


@pytest.fixture
def organiser(db) -> User:
    return make_user("organiser")


@pytest.fixture
def reviewer(db) -> User:
    return make_user("reviewer")


@pytest.fixture
def employer(db):
    return make_employer()


@pytest.fixture
def employer_contact(employer) -> User:
    return make_user("employer", employer=employer)


@pytest.fixture
def outsider(db) -> User:
    return make_user("worker")


@pytest.fixture
def event(db):
    return make_event()


@pytest.fixture
def worker(employer):
    return make_worker(employer=employer)


@pytest.fixture
def contestant(event, employer) -> User:
    """A signed-in worker with an accepted entry in `event`."""
    user = make_user("worker")
    make_entry(event, worker=make_worker(employer=employer, user=user))
    return user


@pytest.fixture
def chief(event) -> User:
    return make_seat(event, "chief").user


@pytest.fixture
def supervisor(event) -> User:
    return make_seat(event, "supervisor", user=make_user("supervisor")).user


@pytest.fixture
def coding_judge(event) -> User:
    return make_seat(event, "coding").user


@pytest.fixture
def judge(event) -> User:
    """A result judge of `event`."""
    return make_seat(event, "result").user
