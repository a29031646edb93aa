"""What people ask for on the day: each page and each saved mark, in process and over a socket."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from competitions.models import Release, Sheet
from competitions.scoring.scheme import Scheme
from craft_site.home.demo.readings import readings
from craft_site.kit.published import file_for
from tests.bench import measure
from tests.bench.data import MarkingContest, cookie_of
from tests.bench.measure import Request, Requests, Row, always

TOKEN = "0123456789abcdefghijklmnopqrstuv"
DEVICE = "01890000-0000-7000-8000-000000000001"
SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Case:
    """One line to measure. target: CPU milliseconds and SQL statements at most."""

    what: str
    requests: Requests
    times: int = 15
    target: tuple[float, int] | None = None


def desk_cases(contest: MarkingContest, organiser: Any, size: int) -> Iterator[Case]:
    cookie = cookie_of(organiser)
    entries = f"{reverse('desk:entries')}?event={contest.event.pk}"
    progress = reverse("desk:progress", args=(contest.event.code,))
    yield Case(f"desk: entries, {size:,}", always(Request(entries, cookie)), target=(60, 10))
    last = always(Request(f"{entries}&page={max(1, size // 25)}", cookie))
    yield Case(f"desk: entries, {size:,}, last page", last, target=(60, 10))
    sheets = always(Request(progress, cookie))
    yield Case(f"desk: progress of marking, {4 * size:,} sheets", sheets, target=(60, 10))


def marking_cases(contest: MarkingContest, scheme: Scheme) -> Iterator[Case]:
    """Each request writes what nobody has written: one mark of a panel, then forty readings of one sheet."""
    yield Case("judge: save one mark", _marks(contest.panel[0], scheme, every=1), times=60, target=(4, 6))
    yield Case("judge: save 40 marks in one request", _marks(contest.measuring, scheme, every=40), times=15)


def _marks(seat: Any, scheme: Scheme, *, every: int) -> Requests:
    """The nth request: the next `every` aspects of the seat's sheets, in order."""
    cookie, judge = cookie_of(seat.user), str(seat.user.uuid)
    aspects = {aspect.code: aspect for aspect in scheme.aspects()}
    due: Iterator[tuple[Any, list[str]]] = (
        (uuid, codes[start : start + every])
        for uuid, codes in Sheet.objects.filter(seat=seat).order_by("pk").values_list("uuid", "aspects")
        for start in range(0, len(codes), every)
    )
    chunks = list(due)

    def nth(n: int) -> Request:
        uuid, codes = chunks[next(position)]
        marks = [
            {
                "sheet": str(uuid),
                "client_id": str(uuid4()),
                "aspect": code,
                "values": ["2"] if aspects[code].method == "judged" else _read(aspects[code], n),
                "second_look": True,
            }
            for code in codes
        ]
        body = json.dumps({"judge": judge, "device": DEVICE, "marks": marks}).encode()
        return Request(reverse("judge:marks"), cookie, body, TOKEN)

    position = iter(range(len(chunks)))
    return nth


def _read(aspect: Any, n: int) -> list[str]:
    found = readings(aspect, skill=80, key=n)
    return found if isinstance(found, list) else list(found)


def public_cases(release: Release, size: int) -> Iterator[Case]:
    yield Case(
        f"public: result of {size:,}, the published file",
        always(Request(release.get_absolute_url())),
        times=40,
    )


def view_case(release: Release, size: int) -> Case:
    """The same page computed: what every reader would cost without the file."""
    return Case(f"public: result of {size:,}, computed by Django", always(Request(_other(release))), times=9)


def _other(release: Release) -> str:
    """An address of the same view that no file answers."""
    file_for(reverse("contest:release_en", args=(release.slug,))).unlink(missing_ok=True)
    file_for(reverse("contest:release_en", args=(release.slug,))).with_suffix(".html.gz").unlink(
        missing_ok=True
    )
    return reverse("contest:release_en", args=(release.slug,))


def reference_cases() -> list[Case]:
    return [
        Case("reference: a Django view that does nothing", always(Request("/bench/bare/")), times=60),
        Case(
            "reference: a static file through the server", always(Request("/static/site/site.css")), times=60
        ),
    ]


def in_process(app: Callable[..., Any], cases: list[Case]) -> list[Row]:
    found = []
    for case in cases:
        cpu, queries, size = measure.in_process(app, case.requests, times=case.times)
        found.append(Row(case.what, cpu, queries, size, note=_verdict(case, cpu, queries)))
    return found


def _verdict(case: Case, cpu: float, queries: int) -> str:
    if case.target is None:
        return ""
    most_cpu, most_queries = case.target
    kept = cpu <= most_cpu and queries <= most_queries
    return f"target {most_cpu:g} ms, {most_queries} queries: {'kept' if kept else 'MISSED'}"


def over_the_socket(port: int, cases: list[Case], rows: list[Row]) -> list[Row]:
    return [
        replace(row, per_second=measure.requests_per_second(port, case.requests, seconds=SECONDS))
        for case, row in zip(cases, rows, strict=True)
    ]


def nginx_row(folder: Path, release: Release, size: int) -> Row:
    """The same published file behind nginx, where nginx is installed."""
    what = f"reference: nginx, the published file of {size:,}"
    file = file_for(release.get_absolute_url())
    with measure.nginx(folder, Path(settings.PUBLISHED_ROOT)) as port:
        if port is None:
            return Row(what, note="nginx is not installed here")
        address = f"/{file.relative_to(settings.PUBLISHED_ROOT)}"
        speed = measure.requests_per_second(port, always(Request(address)), seconds=SECONDS)
    return Row(what, size=os.path.getsize(file), per_second=speed)


def with_ratios(rows: list[Row], bare: Row, file: Row) -> list[Row]:
    """Each row with how it stands to the two references of the same run."""
    found = []
    for row in rows:
        parts = [row.note] if row.note else []
        if row.cpu_ms and bare.cpu_ms and row is not bare:
            ratio = row.cpu_ms / bare.cpu_ms
            parts.append(f"CPU {ratio:.{0 if ratio >= 10 else 2}f} x bare")
        if row.per_second and bare.per_second and file.per_second:
            times_bare, times_file = bare.per_second / row.per_second, file.per_second / row.per_second
            parts.append(
                f"per second the bare view gives {times_bare:.1f} x, the static file {times_file:.1f} x"
            )
        found.append(replace(row, note="; ".join(parts)))
    return found
