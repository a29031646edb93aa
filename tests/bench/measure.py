"""Clocks: CPU time of this process, SQL queries, bytes, and requests per second over a real socket."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; None is shown as a dash."""

    what: str
    cpu_ms: float | None = None
    queries: int | None = None
    size: int | None = None
    per_second: float | None = None
    note: str = ""


def cpu_ms(call: Callable[[], Any], *, times: int) -> float:
    """Median CPU milliseconds of one call; the first call warms up and is not counted."""
    call()
    found = []
    for _ in range(times):
        start = time.process_time()
        call()
        found.append((time.process_time() - start) * 1000)
    return statistics.median(found)


def queries(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


@contextmanager
def server(settings: str, environ: dict[str, str]) -> Iterator[int]:
    """granian as it serves in the embedded default, on a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "4", "--log-level", "error", "tests.bench.site:application"),
    ]
    running = subprocess.Popen(command, env=os.environ | environ | {"DJANGO_SETTINGS_MODULE": settings})
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        running.terminate()
        running.wait(10)


def requests_per_second(port: int, path: str, *, seconds: float = 3.0, clients: int = 4, cookie: str = "") -> float:
    """Closed loop of a few keep-alive clients for a bounded time; answers other than 200 stop the measurement."""
    done = [0] * clients
    stop = time.monotonic() + seconds
    headers = {"Cookie": cookie} if cookie else {}

    def client(n: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while time.monotonic() < stop:
            link.request("GET", path, headers=headers)
            answer = link.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
            done[n] += 1
        link.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def table(rows: list[Row]) -> str:
    """The rows as aligned text."""
    head = ("", "CPU ms", "queries", "bytes", "requests/s", "")
    lines = [head] + [
        (
            row.what,
            "-" if row.cpu_ms is None else f"{row.cpu_ms:.2f}",
            "-" if row.queries is None else str(row.queries),
            "-" if row.size is None else f"{row.size:,}",
            "-" if row.per_second is None else f"{row.per_second:,.0f}",
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[n]) for line in lines) for n in range(5)]
    return "\n".join(
        f"{line[0]:<{widths[0]}}  " + "  ".join(f"{line[n]:>{widths[n]}}" for n in range(1, 5)) + f"  {line[5]}"
        for line in lines
    )
