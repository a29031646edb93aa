"""A full disk and an absent database are told apart, and a fault of our own is not hidden behind either."""

import sqlite3

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError

from craft_site.kit.unavailable import unavailable


def raised(kind, cause):
    try:
        raise kind(str(cause)) from cause
    except kind as error:
        return error


def sqlite_full():
    with sqlite3.connect(":memory:") as link:
        link.execute("CREATE TABLE t (x)")
        link.execute("PRAGMA max_page_count = 2")
        try:
            link.execute("INSERT INTO t VALUES (zeroblob(100000))")
        except sqlite3.OperationalError as error:
            return error
    raise AssertionError("there was room")


def test_no_space_on_either_database_is_507():
    for cause in (sqlite_full(), psycopg.errors.DiskFull("could not extend file")):
        answer = unavailable(raised(OperationalError, cause))
        assert answer.status_code == 507
        assert b"no_space" in answer.content


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (OperationalError, sqlite3.OperationalError("database is locked")),
        (OperationalError, psycopg.errors.AdminShutdown("terminating connection")),
        (InterfaceError, psycopg.InterfaceError("the connection is closed")),
    ],
)
def test_a_database_that_does_not_answer_is_503(kind, cause):
    answer = unavailable(raised(kind, cause))
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")


def test_a_fault_of_the_program_is_raised_again():
    with pytest.raises(ProgrammingError):
        unavailable(ProgrammingError("no such table"))
