"""Clocks: CPU time of this process, SQL statements, bytes, and requests per second over a real socket."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

HOST = "127.0.0.1"
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; None is shown as a dash."""

    what: str
    cpu_ms: float | None = None
    queries: int | None = None
    size: int | None = None
    per_second: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as bytes on a socket and as a WSGI call."""

    path: str
    cookie: str = ""
    body: bytes = b""
    token: str = ""

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"

    def cookies(self) -> str:
        return "; ".join(filter(None, (self.cookie, f"csrftoken={self.token}" if self.token else "")))

    def environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": HOST,
            "HTTP_HOST": HOST,
            "HTTP_COOKIE": self.cookies(),
            "HTTP_X_CSRFTOKEN": self.token,
            "CONTENT_TYPE": "application/json" if self.body else "",
            "CONTENT_LENGTH": str(len(self.body)) if self.body else "",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def on_the_wire(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}", f"Cookie: {self.cookies()}"]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
            lines += [f"X-CSRFToken: {self.token}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


Requests = Callable[[int], Request]  # the nth request: a mark is sent once


def always(request: Request) -> Requests:
    return lambda n: request


def in_process(app: Callable[..., Any], requests: Requests, *, times: int) -> tuple[float, int, int]:
    """Median CPU milliseconds of the whole application, SQL statements and bytes of one answer.

    The first two calls warm caches up and are not counted; transaction control is not counted as a statement.
    """
    serial = count()

    def call() -> int:
        status: list[str] = []
        answer = app(requests(next(serial)).environ(), lambda line, headers, *_: status.append(line))
        size = sum(map(len, answer))
        if hasattr(answer, "close"):
            answer.close()
        if not status[0].startswith("200"):
            raise RuntimeError(f"{requests(0).path}: {status[0]}")
        return size

    call()
    with CaptureQueriesContext(connection) as seen:
        size = call()
    statements = [q["sql"] for q in seen.captured_queries if not q["sql"].lstrip().startswith(_CONTROL)]
    return cpu_ms(call, times=times), len(statements), size


def cpu_ms(call: Callable[[], Any], *, times: int) -> float:
    """Median CPU milliseconds of one call."""
    found = []
    for _ in range(times):
        start = time.process_time()
        call()
        found.append((time.process_time() - start) * 1000)
    return statistics.median(found)


@contextmanager
def server(environ: Mapping[str, str] | None = None) -> Iterator[int]:
    """granian as it serves in the embedded default, on a free port of 127.0.0.1. environ: this process's if None."""
    port = _free_port()
    command = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "4", "--backpressure", "64", "--log-level", "error", "--no-access-log"),
        "craft_site.wsgi:application",
    ]
    with _running(command, port, environ):
        yield port


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[int | None]:
    """nginx with one worker over the files below `root`, or None where there is no nginx."""
    program = shutil.which("nginx")
    if program is None:
        yield None
        return
    port = _free_port()
    config = folder / "nginx.conf"
    as_root = "user root; " if os.geteuid() == 0 else ""  # else its worker may not enter the temporary folder
    config.write_text(
        f"{as_root}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        "events { worker_connections 64; }\n"
        "http { access_log off; sendfile on; keepalive_requests 1000000; default_type text/html;\n"
        + "".join(
            f"  {kind}_temp_path {folder}/nginx-{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"  server {{ listen {HOST}:{port}; root {root}; }}\n}}\n"
    )
    with _running([program, "-c", str(config), "-e", f"{folder}/nginx.log"], port):
        yield port


@contextmanager
def _running(command: list[str], port: int, environ: Mapping[str, str] | None = None) -> Iterator[None]:
    running = subprocess.Popen(command, env=environ)
    try:
        for _ in range(300):
            if running.poll() is not None:
                raise RuntimeError(f"{command[0]} stopped with {running.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def requests_per_second(port: int, requests: Requests, *, seconds: float, clients: int = 4) -> float:
    """A few keep-alive clients, each sending its next request when the last is answered, for a bounded time.

    An answer other than 200 stops the measurement. The clients share the machine with the server.
    """
    serial, done, faults = count(), [0] * clients, list[str]()
    stop = time.monotonic() + seconds

    def client(n: int) -> None:
        with socket.create_connection((HOST, port), timeout=30) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < stop and not faults:
                link.sendall(requests(next(serial)).on_the_wire())
                status, _body = answer(link)
                if status != b"200":
                    faults.append(f"{requests(0).path}: {status.decode()}")
                done[n] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return sum(done) / (time.monotonic() - start)


def answer(link: socket.socket) -> tuple[bytes, bytes]:
    """Reads one answer to its end; its status and its body."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = link.recv(65536)
        if not piece:
            raise RuntimeError("the server closed the connection")
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    pieces, missing = [body], length - len(body)
    while missing > 0:
        pieces.append(link.recv(min(missing, 1 << 20)))
        missing -= len(pieces[-1])
    return head[9:12], b"".join(pieces)


def table(rows: list[Row]) -> str:
    """The rows as aligned text."""
    head = ("", "CPU ms", "queries", "bytes", "requests/s", "")
    lines = [head] + [
        (
            row.what,
            "-" if row.cpu_ms is None else f"{row.cpu_ms:,.2f}",
            "-" if row.queries is None else str(row.queries),
            "-" if row.size is None else f"{row.size:,}",
            "-" if row.per_second is None else f"{row.per_second:,.0f}",
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[n]) for line in lines) for n in range(5)]
    return "\n".join(
        (
            f"{line[0]:<{widths[0]}}  "
            + "  ".join(f"{line[n]:>{widths[n]}}" for n in range(1, 5))
            + f"  {line[5]}"
        ).rstrip()
        for line in lines
    )
