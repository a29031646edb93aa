"""PostgreSQL's disk fills up under load: the judges are told, nothing is half written, and with room again the same
queue goes through, every acknowledged mark once. First where the tables lie, then where its log of writes lies."""

import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
import pytest

from tests.kill.cluster import cluster, programs
from tests.kill.site import Client, Site, faults, together
from tests.kill.small_disk import small_disk, why_not
from tests.kill.test_kill import each

ROOM = 128  # megabytes for the tables
LOG_ROOM = 48  # and for the log of writes
LOG_OPTIONS = "-c min_wal_size=2MB -c max_wal_size=8MB"


@pytest.fixture(scope="module")
def confined(on_postgres, tmp_path_factory):
    """A site on a PostgreSQL server of its own whose data and log of writes lie on two small disks; the server and
    these."""
    if not on_postgres:
        pytest.skip("about PostgreSQL; SQLite's full disk is in test_kill.py")
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's own programs are not here: the server answers from elsewhere")
    if reason := why_not():
        pytest.skip(f"no small disk to fill: {reason}")
    folder = tmp_path_factory.mktemp("confined")
    (folder / "static").mkdir()
    with (
        small_disk(ROOM) as disk,
        small_disk(LOG_ROOM) as log_disk,
        cluster(found, data=disk.path, wal=log_disk.path, options=LOG_OPTIONS) as server,
    ):
        site = Site(server.address, folder)
        site.prepare()
        with site.serving():
            yield site, server, disk, log_disk


@pytest.fixture(scope="module")
def used():
    """How many cells of each judge have been used up."""
    return {}


@contextmanager
def load(clients, used, count):
    """Every client sends so many marks, and goes on until all of them are acknowledged."""
    failed = []

    def run():
        try:
            each(clients, used, count, batch=5)
        except BaseException as fault:
            failed.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    assert failed == []


def until(done, *, seconds=30.0):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def told(clients, *statuses):
    return sum(client.statuses.get(status, 0) for client in clients for status in statuses)


@dataclass
class Listening(Client):
    """Keeps what it was told with each status, the last time."""

    told: dict[int, bytes] = field(default_factory=dict)

    def request(self, path, body, **headers):
        status, said = super().request(path, body, **headers)
        self.told[status] = said
        return status, said


@pytest.mark.parametrize("way", ["something is deleted", "the disk is made larger"])
def test_without_room_for_the_tables_507_says_so_and_nothing_is_half_written(confined, used, way):
    site, _server, disk, _log = confined
    clients, full = [Listening(judge, site.port) for judge in site.judges], {}
    each(clients, used, 5)
    disk.fill()
    try:
        together(clients, lambda client: full.update({client.device: _fill_up(client, used)}))
        audit = site.audit()
    finally:
        if way == "something is deleted":
            disk.make_room()
        else:
            disk.grow(2 * ROOM)
    unsaved = {mark["client_id"] for marks in full.values() for mark in marks}
    assert faults(clients, audit) == {"not acknowledged": len(unsaved)}
    assert unsaved.isdisjoint(row[0] for row in audit["marks"])
    assert all(b"no_space" in client.told[507] for client in clients)
    together(clients, lambda client: client.work(full[client.device], batch=5))
    each(clients, used, 5)
    assert faults(clients, site.audit()) == {}
    assert not told(clients, 500)


def _fill_up(client, used):
    """Batches of this client until one finds no room; that one."""
    for _ in range(60):
        start = used[client.judge["judge"]]
        marks = client.marks(5, start=start)
        used[client.judge["judge"]] = start + 5
        client.sent |= {mark["client_id"]: mark for mark in marks}
        if (answers := client.post(marks)) is None:
            return marks
        client.receipts |= {answer["client_id"]: answer for answer in answers}
    raise AssertionError("the disk was never full")


def test_without_room_for_the_log_the_server_falls_and_nothing_acknowledged_is_lost(confined, used):
    """PostgreSQL ends itself rather than promise what it cannot write down. It is started again when there is room."""
    site, server, _disk, log_disk = confined
    clients = [Client(judge, site.port) for judge in site.judges]
    each(clients, used, 2)
    log_disk.fill()
    with load(clients, used, 40):
        try:
            until(lambda: _fallen(server))
        finally:
            log_disk.make_room()
            until(lambda: _answers(server))
    assert b"PANIC" in server.log.read_bytes()
    assert faults(clients, site.audit()) == {}
    assert told(clients, 503) > 0, "nobody was writing when the server fell"
    assert not told(clients, 500)


def _answers(server):
    """Whether it does; it is started where it has given up by itself."""
    with suppress(subprocess.CalledProcessError):  # it was still on its way down
        if not server.is_up:
            server.start()
    with suppress(psycopg.Error), psycopg.connect(server.address):
        return True
    return False


def _fallen(server):
    """Whether the server has ended itself; until then a segment of its log is filled up, as time does it elsewhere."""
    with suppress(psycopg.Error), psycopg.connect(server.address, autocommit=True) as admin:
        admin.execute("SELECT pg_switch_wal()")
    return b"PANIC" in server.log.read_bytes()
