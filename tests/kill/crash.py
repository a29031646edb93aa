"""The site with places to die at: a request may ask this process to kill itself before or after its commit, or to find
the disk full. Beside it a naive door that gives its rows ids of its own: what it loses and doubles must be noticed."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from craft_site.wsgi import application as site  # first: it makes the application that the models need

from django.db.models import Count, Q  # isort: skip

from competitions.models import Mark, Sheet
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Chain, Line

here = threading.local()
_commit = BaseDatabaseWrapper._commit


def _die(moment: str) -> None:
    if getattr(here, "crash", "") == moment:
        os.kill(os.getpid(), signal.SIGKILL)


def _commit_or_die(self: BaseDatabaseWrapper) -> Any:
    _die("before")
    done = _commit(self)
    _die("after")
    return done


BaseDatabaseWrapper._commit = _commit_or_die  # type: ignore[method-assign]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    here.crash = environ.get("HTTP_X_CRASH", "")
    if "HTTP_X_FULL" in environ and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            most = pages if environ["HTTP_X_FULL"] == "1" else 1_000_000
            cursor.execute(f"PRAGMA max_page_count = {most}")
    door = DOORS.get(environ["PATH_INFO"])
    if door is None:
        return site(environ, start_response)
    try:
        answer = door(environ)
    finally:
        connection.close()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


def _naive(environ: dict[str, Any]) -> bytes:
    """Rows with ids of the server's own: whoever retries after a lost answer has them twice."""
    body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO kill_naive (sent) VALUES (%s)", [[one] for one in body])
    return b"{}"


def _audit(environ: dict[str, Any]) -> bytes:
    """Every mark, every naive row, and whether chains and counters hold."""
    marks = Mark.objects.values_list("client_id", "sheet__uuid", "aspect", "seq", "is_current")
    current = Count("marks", filter=Q(marks__is_current=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sent FROM kill_naive")
        naive = [row[0] for row in cursor.fetchall()]
    found = {
        "marks": [[str(one[0]), str(one[1]), *one[2:]] for one in marks],
        "naive": naive,
        "broken": [chain.name for chain in Chain.objects.all() if first_broken_line(chain.name) is not None],
        "lines": Line.objects.filter(kind__in=("mark.entered", "mark.withdrawn")).count(),
        "miscounted": [
            str(sheet) for sheet in Sheet.objects.annotate(now=current) if sheet.now != sheet.marks_in
        ],
    }
    return json.dumps(found).encode()


DOORS = {"/naive/": _naive, "/audit/": _audit}
