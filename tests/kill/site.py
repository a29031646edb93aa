"""What the tests hold in their hands: the running site, its clients with their receipts, a network that misbehaves."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

HOST = "127.0.0.1"
TOKEN = "0123456789abcdefghijklmnopqrstuv"
ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds that a client goes on trying


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Site:
    """A database of its own and the server on it. children: process ids, the last one serves."""

    database: str
    folder: Path
    judges: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    children: list[int] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {
            "CRAFT_KILL": "1",
            "CRAFT_VAR": str(self.folder),
            "DATABASE_URL": self.database,
            "DJANGO_SETTINGS_MODULE": "tests.kill.settings",
        }

    def prepare(self) -> None:
        """Tables and contests."""
        command = [sys.executable, "-m", "tests.kill.server", "prepare"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        self.judges = json.loads(done.stdout)["judges"]

    def audit(self) -> dict[str, Any]:
        """What the database says: see crash._audit."""
        for _ in range(20):  # whoever serves may just have been killed
            with suppress(OSError, http.client.HTTPException):
                link = http.client.HTTPConnection(HOST, self.port, timeout=30)
                link.request("GET", "/audit/")
                answer = link.getresponse()
                if answer.status == 200:
                    found: dict[str, Any] = json.loads(answer.read())
                    return found
            time.sleep(0.2)
        raise AssertionError("nobody answers")

    @contextmanager
    def serving(self) -> Iterator[None]:
        self.port = free_port()
        command = [sys.executable, "-m", "tests.kill.server", "serve", str(self.port)]
        master = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=subprocess.PIPE, text=True)
        assert master.stdout is not None
        self.children.append(int(master.stdout.readline()))

        def follow() -> None:
            for line in master.stdout or ():
                self.children.append(int(line))

        threading.Thread(target=follow, daemon=True).start()
        try:
            yield
        finally:
            master.terminate()
            master.wait(10)

    def kill(self) -> None:
        """SIGKILL to whoever serves now; the next one is there at once."""
        before = len(self.children)
        with suppress(ProcessLookupError):
            os.kill(self.children[-1], signal.SIGKILL)
        end = time.monotonic() + 20
        while len(self.children) == before and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.children) > before, "nobody came after the killed one"


@dataclass
class Client:
    """A judge's device: keeps a mark until it is acknowledged, and writes the acknowledgement down: its receipts are
    what the database is held against.

    forgetful: drops a mark before it is acknowledged; headers: makes the headers of one request.
    """

    judge: dict[str, Any]
    port: int
    headers: Any = lambda: {}
    forgetful: bool = False
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    repeated: int = 0
    device: str = field(default_factory=lambda: str(uuid4()))

    def marks(self, count: int, *, start: int) -> list[dict[str, Any]]:
        """The judge's cells in their order, from `start` on; when all are marked, each mark is taken back, then given
        again, and so on."""
        cells = [(one["sheet"], code) for one in self.judge["sheets"] for code in one["aspects"]]
        made = []
        for at in range(start, start + count):
            turn, place = divmod(at, len(cells))
            sheet, aspect = cells[place]
            mark = {
                "sheet": sheet,
                "aspect": aspect,
                "client_id": str(uuid4()),
                "base": turn,
                "reason": "soak",
            }
            made.append(mark | ({"withdraw": True} if turn % 2 else {"values": [], "not_done": True}))
        return made

    def work(self, marks: list[dict[str, Any]], *, batch: int) -> None:
        """Sends everything, in order, until all of it is acknowledged or patience ends."""
        self.sent |= {mark["client_id"]: mark for mark in marks}
        queue, end = list(marks), time.monotonic() + PATIENCE
        while queue and time.monotonic() < end:
            some = queue[:batch]
            if self.forgetful:
                del queue[:batch]
            answers = self.post(some)
            if answers is None:
                time.sleep(random.uniform(0.01, 0.05))
                continue
            for answer in answers:
                assert answer["status"] in ("saved", "repeated"), answer
                self.repeated += answer["status"] == "repeated"
                self.receipts[answer["client_id"]] = answer
            if not self.forgetful:
                queue = [mark for mark in queue if mark["client_id"] not in self.receipts]

    def post(self, marks: list[dict[str, Any]], **headers: str) -> list[dict[str, Any]] | None:
        """The answers, or None for anything but a whole 200."""
        body = {"judge": self.judge["judge"], "device": self.device, "marks": marks}
        status, data = self.request("/judge/marks/", body, **headers)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status != 200:
            assert status in (0, 503, 507), (status, data[:300])
            return None
        try:
            found: list[dict[str, Any]] = json.loads(data)["results"]
        except ValueError:  # killed in the middle of its answer
            return None
        return found

    def request(self, path: str, body: Any, **headers: str) -> tuple[int, bytes]:
        """Status and body; 0 when the connection broke."""
        link = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            link.request(
                "POST",
                path,
                json.dumps(body),
                {
                    "Content-Type": "application/json",
                    "Cookie": f"{self.judge['cookie']}; csrftoken={TOKEN}",
                    "X-CSRFToken": TOKEN,
                    **self.headers(),
                    **headers,
                },
            )
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            link.close()


class Network:
    """A proxy that loses requests, loses answers, delivers twice, waits and hangs up half-way."""

    def __init__(self, to: int, *, seed: int = 7) -> None:
        self.to, self.chance, self.seen = to, random.Random(seed), dict[str, int]()
        self.listening = socket.create_server((HOST, 0), backlog=128)
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(link,), daemon=True).start()

    def _carry(self, link: socket.socket) -> None:
        kinds = (
            "good",
            "good",
            "lose request",
            "lose answer",
            "twice",
            "late",
            "half request",
            "half answer",
        )
        kind = self.chance.choice(kinds)
        self.seen[kind] = self.seen.get(kind, 0) + 1
        with link, suppress(OSError):
            request = _whole_request(link)
            if kind == "lose request":
                return
            if kind == "late":
                time.sleep(0.3)
            if kind == "half request":
                with socket.create_connection((HOST, self.to), timeout=5) as far:
                    far.sendall(request[: len(request) // 2])
                return
            if kind == "twice":
                threading.Thread(target=self._through, args=(request,), daemon=True).start()
            answer = self._through(request)
            if kind == "lose answer":
                return
            link.sendall(answer[: len(answer) // 2] if kind == "half answer" else answer)

    def _through(self, request: bytes) -> bytes:
        with socket.create_connection((HOST, self.to), timeout=10) as far:
            far.sendall(request)
            found = b""
            while piece := far.recv(65536):
                found += piece
            return found

    def close(self) -> None:
        self.listening.close()


def _whole_request(link: socket.socket) -> bytes:
    link.settimeout(5)
    found = b""
    while b"\r\n\r\n" not in found:
        piece = link.recv(65536)
        if not piece:
            raise OSError
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    length = next(int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:"))
    while len(body) < length:
        piece = link.recv(65536)
        if not piece:
            raise OSError
        found, body = found + piece, body + piece
    return found


def together(clients: list[Client], work: Any) -> None:
    """work(client) in a thread for each; what one of them raises fails the test."""
    faults: list[BaseException] = []

    def run(client: Client) -> None:
        try:
            work(client)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def faults(clients: list[Client], audit: dict[str, Any]) -> dict[str, int]:
    """What is wrong with the database in the light of the clients' receipts: an empty mapping when nothing is."""
    stored: dict[str, list[Any]] = {}
    for client_id, *rest in audit["marks"]:
        stored.setdefault(client_id, []).append(rest)
    sent = {key: mark for client in clients for key, mark in client.sent.items()}
    receipts = {key: answer for client in clients for key, answer in client.receipts.items()}
    held = Counter((sheet, aspect) for _id, sheet, aspect, _seq, current in audit["marks"] if current)
    found = {
        "not acknowledged": len(sent.keys() - receipts.keys()),
        "acknowledged and lost": len(receipts.keys() - stored.keys()),
        "twice": sum(len(rows) > 1 for rows in stored.values()),
        "cells with two marks": sum(count > 1 for count in held.values()),
        "another number than on the receipt": sum(
            rows[0][2] != receipts[key]["seq"] for key, rows in stored.items() if key in receipts
        ),
        "broken chains": len(audit["broken"]),
        "marks without their line": abs(audit["lines"] - len(audit["marks"])),
        "miscounted sheets": len(audit["miscounted"]),
    }
    return {what: count for what, count in found.items() if count}
