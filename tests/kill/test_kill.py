"""Every acknowledged mark is there, once: the server killed, the network cut, the disk full, the database restarted.

The clients' own receipts are held against the database (site.faults). Bounded here; `make soak` runs it longer.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.kill.conftest import SOAK
from tests.kill.machine import redis_answers
from tests.kill.site import HOST, ROOT, Client, Network, faults, free_port, together

KILLS = 12


def each(clients, cells, count, *, batch=4):
    """Every client sends its next `count` marks."""
    marks = {}
    for client in clients:
        start = cells.get(client.judge["judge"], 0)
        marks[client.judge["judge"]] = client.marks(count, start=start)
        cells[client.judge["judge"]] = start + count
    together(clients, lambda client: client.work(marks[client.judge["judge"]], batch=batch))


@contextmanager
def meanwhile(do, *, every):
    """do() again and again beside the load, until the load is over."""
    stop = threading.Event()

    def run():
        while not stop.wait(random.uniform(every / 2, every * 1.5)):
            do()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def rounds(seconds_each=3.0):
    """One round in CI, as many as fit in a soak."""
    return max(1, int(SOAK / seconds_each))


# --- the server ---


def test_killed_under_load_every_acknowledged_mark_is_there_once(site, clients, cells):
    before = len(site.children)
    with meanwhile(site.kill, every=0.15):
        while len(site.children) - before < KILLS * rounds():
            each(clients, cells, 4, batch=2)
    assert faults(clients, site.audit()) == {}
    assert sum(client.statuses.get(0, 0) for client in clients) > 0, "no request was ever cut off"


def test_dead_before_and_after_the_commit(site, clients, cells):
    chance = random.Random(3)
    for client in clients:
        client.headers = lambda: {"X-Crash": chance.choices(("", "before", "after"), (4, 1, 2))[0]}
    for _ in range(rounds()):
        each(clients, cells, 6, batch=2)
    assert faults(clients, site.audit()) == {}
    assert sum(client.repeated for client in clients) > 0, "no answer was lost after its commit"


def test_a_granian_killed_and_started_again(site, cells):
    client = Client(site.judges[0], free_port())
    serve = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", HOST, "--port", str(client.port), "--workers", "1"),
        *(
            "--blocking-threads",
            "2",
            "--log-level",
            "error",
            "--no-access-log",
            "craft_site.wsgi:application",
        ),
    ]
    granian = subprocess.Popen(serve, cwd=ROOT, env=site.environ, start_new_session=True)
    try:
        thread = threading.Thread(target=each, args=([client], cells, 30), kwargs={"batch": 1})
        thread.start()
        _wait_for(lambda: len(client.receipts) >= 5)
        os.killpg(granian.pid, signal.SIGKILL)
        granian.wait(10)
        granian = subprocess.Popen(serve, cwd=ROOT, env=site.environ, start_new_session=True)
        thread.join()
    finally:
        os.killpg(granian.pid, signal.SIGKILL)
        granian.wait(10)
    assert len(client.receipts) == 30
    assert faults([client], site.audit()) == {}


def _wait_for(done, *, seconds=60.0):
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    assert done()


# --- the network ---


def test_a_network_that_loses_delays_halves_and_doubles(site, clients, cells):
    network = Network(site.port)
    try:
        for client in clients:
            client.port = network.port
        for _ in range(rounds()):
            each(clients, cells, 8, batch=2)
    finally:
        network.close()
    time.sleep(0.3)  # the doubled requests that are still under way
    assert {"lose request", "lose answer", "twice", "half request", "half answer"} <= network.seen.keys()
    assert sum(client.repeated for client in clients) > 0
    assert faults(clients, site.audit()) == {}


# --- negative controls: the same harness must find what a worse design loses and doubles ---


def test_rows_with_ids_of_the_servers_own_are_doubled(site, spare):
    """A door that does not know a mark again: whoever retries after a lost answer has it twice."""
    sent = [str(uuid4()) for _ in range(10)]
    for n, one in enumerate(sent):
        while spare.request("/naive/", [one], **({"X-Crash": "after"} if n % 2 else {}))[0] != 200:
            if n % 2:
                spare.request("/naive/", [one])
                break
    stored = site.audit()["naive"]
    assert set(sent) <= set(stored)
    assert sum(stored.count(one) > 1 for one in sent) == 5


def test_a_device_that_forgets_before_the_acknowledgement_loses_marks(site, spare, cells):
    spare.forgetful = True
    chance = random.Random(5)
    spare.headers = lambda: {"X-Crash": chance.choice(("", "before"))}
    each([spare], cells, 12, batch=1)
    wrong = faults([spare], site.audit())
    assert wrong.keys() == {"not acknowledged"}
    stored = {row[0] for row in site.audit()["marks"]}
    assert spare.sent.keys() - stored, "nothing was lost, so the control proves nothing"


# --- the disk and the databases ---


def test_every_acknowledgement_has_forced_the_disk(site, clients, cells, on_postgres, tmp_path):
    """Between two answers "saved" the kernel is asked to write to the disk: by the site, or by PostgreSQL for it."""
    if on_postgres:
        with psycopg.connect(site.database) as link:
            assert link.execute("SHOW fsync").fetchone() == ("on",)
            assert link.execute("SHOW synchronous_commit").fetchone() == ("on",)
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    [client, *_] = clients
    each([client], cells, 1)  # the child is there and warm
    servers = _server_processes(site.database) if on_postgres else []
    if on_postgres and not servers:
        pytest.skip("PostgreSQL runs elsewhere, or may not be looked at")
    log = tmp_path / "strace"
    calls = "trace=fdatasync,fsync,write,sendto,sendmsg"
    command = ["strace", "-f", "-qq", "-s", "16", "-e", calls, "-o", str(log)]
    command += [part for process in (site.children[-1], *servers) for part in ("-p", str(process))]
    strace = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        time.sleep(0.5)
        if strace.poll() is not None:
            pytest.skip(f"strace may not look: {strace.stderr.read().decode()[:200]}")
        each([client], cells, 10, batch=1)
    finally:
        strace.send_signal(signal.SIGINT)
        strace.wait(10)
    assert len(client.receipts) == 11
    forced, answers = 0, []
    for line in log.read_text(errors="replace").splitlines():
        if "sync" in line and line.rstrip().endswith("= 0"):
            forced += 1
        elif '"HTTP/1.' in line and " 200" in line:
            answers.append(forced)
            forced = 0
    assert len(answers) == 10
    assert all(answers), answers


def _server_processes(database):
    """PostgreSQL's processes that may write the log of this database, and the one that starts more; [] where they are
    not this machine's."""
    with psycopg.connect(database) as link:
        found = link.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
            " OR (datname = current_database() AND pid <> pg_backend_pid())"
        ).fetchall()
    pids = [pid for (pid,) in found]
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pids[0]}/status").read_text()
        if "postgres" in status.partition("\n")[0]:
            parent = next(line for line in status.splitlines() if line.startswith("PPid:"))
            return [*pids, int(parent.split()[1])]
    return []


def test_a_full_disk_is_told_nothing_is_half_written_and_it_recovers(site, spare, cells, on_postgres):
    if on_postgres:
        pytest.skip("about SQLite's file; PostgreSQL's full disk is in test_full_disk.py")
    full = None
    start = cells.get(spare.judge["judge"], 0)
    for at in range(start, start + 100, 5):
        marks = spare.marks(5, start=at)
        spare.sent |= {mark["client_id"]: mark for mark in marks}
        cells[spare.judge["judge"]] = at + 5
        answers = spare.post(marks, **{"X-Full": "1"})
        if answers is None:
            full = marks
            break
        spare.receipts |= {answer["client_id"]: answer for answer in answers}
    assert full is not None, "the disk was never full"
    assert spare.statuses[507] == 1
    status, said = spare.request(
        "/judge/marks/",
        {"judge": spare.judge["judge"], "device": spare.device, "marks": full},
        **{"X-Full": "1"},
    )
    assert (status, b"no_space" in said) == (507, True)
    stored = {row[0] for row in site.audit()["marks"]}
    assert stored.isdisjoint(mark["client_id"] for mark in full)
    spare.headers = lambda: {"X-Full": "0"}
    spare.work(full, batch=5)
    assert faults([spare], site.audit()) == {}


def test_the_database_hangs_up_and_redis_forgets(site, clients, cells, on_postgres):
    """Every connection of the site is cut again and again, and the cache emptied; on SQLite the cache alone."""
    if not on_postgres and not redis_answers():
        pytest.skip("neither PostgreSQL nor Redis to disturb")

    def disturb():
        if redis_answers():
            with suppress(OSError), socket.create_connection((HOST, 6379), timeout=2) as link:
                link.sendall(b"SELECT 15\r\nFLUSHDB\r\n")
                link.recv(100)
        if on_postgres:
            with psycopg.connect(site.database, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    def cut_in_use():
        return sum(client.statuses.get(503, 0) for client in clients)

    done, most = 0, 40 + rounds()  # an idle connection that is cut is not noticed: on until one was at work
    with meanwhile(disturb, every=0.05):
        while done < rounds() or (on_postgres and not cut_in_use() and done < most):
            each(clients, cells, 8, batch=2)
            done += 1
    assert faults(clients, site.audit()) == {}
    if on_postgres:
        assert cut_in_use() > 0, "no connection was cut in use"
    assert not any(client.statuses.get(500) for client in clients)
