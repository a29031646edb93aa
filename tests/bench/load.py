"""Marks that are acknowledged and on the disk, per second, with 1, 8 and 32 judges on either database.

The site serves as it does in production, in a process of its own; each judge is a keep-alive connection that sends its
next mark when the last is acknowledged. Beside it stands what the bare database commits durably in the same run, one
small row a commit: the ratio is what the site costs.

python -m tests.bench.load      tables, a contest and its judges in an empty database; prints the judges as JSON
"""

import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.bench.measure import HOST, Request, Row, answer, server

JUDGES = (1, 8, 32)
SECONDS = 3.0
BATCH = 40
OPEN_LOOP = 50  # marks a second, whatever the answers do
WORKS = 800  # of each judge
EARLIER = 20_000  # marks that stand there when the clock starts: a database knows its tables by then
ROOT = Path(__file__).parents[2]
TOKEN = "0123456789abcdefghijklmnopqrstuv"
POSTGRES = os.environ.get("CRAFT_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")


@dataclass
class Judge:
    """One seat with its cells, in order; each is marked once."""

    uuid: str
    cookie: str
    sheets: list[dict[str, Any]]
    values: dict[str, Any]
    device: str = field(default_factory=lambda: str(uuid4()))

    def __post_init__(self) -> None:
        cells = [(one["sheet"], aspect) for one in self.sheets for aspect in one["aspects"]]
        self.left = iter(cells)

    def request(self, marks: int) -> Request | None:
        """The next so many cells; None when they are used up."""
        sent = list(islice(self.left, marks))
        if len(sent) < marks:
            return None
        body = {
            "judge": self.uuid,
            "device": self.device,
            "marks": [
                {
                    "sheet": sheet,
                    "client_id": str(uuid4()),
                    "aspect": aspect,
                    "values": self.values[aspect],
                    "second_look": True,
                }
                for sheet, aspect in sent
            ],
        }
        return Request("/judge/marks/", self.cookie, json.dumps(body).encode(), TOKEN)


def rows(folder: Path) -> list[Row]:
    """The lines of both databases; folder: of this run. PostgreSQL is left out, by name, where none answers."""
    found = _rows("SQLite", f"sqlite:///{folder / 'load.sqlite3'}", folder, _bare_sqlite(folder))
    try:
        with _postgres() as address:
            return [*found, *_rows("PostgreSQL", address, folder, _bare_postgres(address))]
    except psycopg.OperationalError:
        return [*found, Row("marks on PostgreSQL", note="none answers; CRAFT_TEST_POSTGRES names one")]


def _rows(name: str, database: str, folder: Path, bare: float) -> list[Row]:
    environ = os.environ | {"DATABASE_URL": database, "CRAFT_VAR": str(folder)}
    command = [sys.executable, "-m", "tests.bench.load"]
    made = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if made.returncode:
        raise RuntimeError(made.stderr[-2000:])
    judges = [Judge(**one) for one in json.loads(made.stdout.splitlines()[-1])]
    found = [Row(f"{name}: durable commits of the bare database", per_second=bare)]
    with server(environ) as port:
        done, waits = open_loop(port, judges, per_second=OPEN_LOOP, seconds=3 * SECONDS)
        steady = _row(f"{name}: {OPEN_LOOP} marks/s whatever happens, 32 judges", done, waits, bare)
        for number in JUDGES:
            done, waits = closed_loop(port, judges[:number], marks=1, seconds=SECONDS)
            found.append(_row(f"{name}: marks one by one, {number} judges", done, waits, bare))
        for number in JUDGES:
            done, waits = closed_loop(port, judges[:number], marks=BATCH, seconds=SECONDS)
            found.append(_row(f"{name}: marks by {BATCH}, {number} judges", done, waits, bare))
    return [*found, steady]


def _row(what: str, per_second: float, waits: list[float], bare: float) -> Row:
    median, p99 = statistics.median(waits) * 1000, statistics.quantiles(waits, n=100)[98] * 1000
    note = f"answered in {median:.1f} ms, p99 {p99:.1f} ms; {per_second / bare:.2f} x bare commits"
    return Row(what, per_second=per_second, note=note)


def closed_loop(port: int, judges: list[Judge], *, marks: int, seconds: float) -> tuple[float, list[float]]:
    """Acknowledged marks a second and each answer's wait in seconds. Anything but "saved" stops the measurement."""
    end = time.monotonic() + seconds

    def turn(judge: Judge, link: socket.socket, waits: list[float]) -> None:
        while time.monotonic() < end and (request := judge.request(marks)) is not None:
            waits.append(_send(link, request, marks, began=time.monotonic()))

    began = time.monotonic()
    waits = _together(port, judges, turn)
    return len(waits) * marks / (time.monotonic() - began), waits


def open_loop(
    port: int, judges: list[Judge], *, per_second: float, seconds: float
) -> tuple[float, list[float]]:
    """Marks come at fixed moments, as from a hall that does not wait; a wait counts from its moment."""
    began, serial = time.monotonic() + 0.2, count()
    total = int(per_second * seconds)

    def turn(judge: Judge, link: socket.socket, waits: list[float]) -> None:
        while (n := next(serial)) < total:
            due = began + n / per_second
            time.sleep(max(0.0, due - time.monotonic()))
            if (request := judge.request(1)) is None:
                raise RuntimeError("the cells are used up")
            waits.append(_send(link, request, 1, began=due))

    waits = _together(port, judges, turn)
    return len(waits) / (time.monotonic() - began), waits


def _send(link: socket.socket, request: Request, marks: int, *, began: float) -> float:
    link.sendall(request.on_the_wire())
    status, body = answer(link)
    if status != b"200" or body.count(b'"saved"') != marks:
        raise RuntimeError(f"{status.decode()}: {body[:300].decode(errors='replace')}")
    return time.monotonic() - began


def _together(port: int, judges: list[Judge], turn: Any) -> list[float]:
    found: list[list[float]] = [[] for _ in judges]
    faults: list[Exception] = []

    def run(judge: Judge, waits: list[float]) -> None:
        try:
            with socket.create_connection((HOST, port), timeout=30) as link:
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                turn(judge, link, waits)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(judges, found, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [wait for waits in found for wait in waits]


def _bare_sqlite(folder: Path) -> float:
    """One-row transactions a second of the raw driver, as the site sets it: WAL, synchronous=FULL."""
    with sqlite3.connect(folder / "bare.sqlite3", isolation_level=None) as link:
        link.execute("PRAGMA journal_mode=WAL")
        link.execute("PRAGMA synchronous=FULL")
        link.execute("CREATE TABLE bare (n INTEGER)")
        return _commits(lambda n: link.execute("INSERT INTO bare VALUES (?)", (n,)))


def _bare_postgres(address: str) -> float:
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("CREATE TABLE bare (n integer)")
        return _commits(lambda n: link.execute("INSERT INTO bare VALUES (%s)", (n,)))


def _commits(insert: Any) -> float:
    began, done = time.monotonic(), 0
    while time.monotonic() < began + SECONDS / 2:
        insert(done)
        done += 1
    return done / (time.monotonic() - began)


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of a new database, gone afterwards."""
    name, host = f"bench_{uuid4().hex[:12]}", POSTGRES.rpartition("/")[0]
    with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{host}/{name}"
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def main(environ: Mapping[str, str]) -> None:
    """Fills the database that DATABASE_URL names and prints its judges."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    from django.db import connection

    from tests.bench.data import make_hall, mark_all
    from tests.competitions.schemes import stamping

    *judges, earlier = make_hall(stamping(), works=WORKS, judges=max(JUDGES) + 1)
    mark_all(earlier, most=EARLIER)
    connection.cursor().execute("ANALYZE")
    print(json.dumps(judges))


if __name__ == "__main__":
    main(os.environ)
