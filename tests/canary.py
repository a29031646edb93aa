"""A contest whose contestants and marks are unlike anything else, so that one search finds whatever leaks."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import uuid4

import pikepdf
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from competitions.models import (
    CalendarStep,
    Code,
    DocumentVersion,
    EnteredMark,
    Entry,
    EntryFile,
    Event,
    Mark,
    Seat,
    Sheet,
)
from craft_site.people.models import Employer, PrivateFile, User, Worker
from tests.canary_addresses import Rows
from tests.canary_records import READINGS, add_records
from tests.competitions.seats import add_scheme
from tests.factories import (
    citizen_number,
    make_employer,
    make_entry,
    make_event,
    make_seat,
    make_trade,
    make_user,
    make_worker,
)
from tests.routes import Route, own_routes

# Three digits and an X: such an ending stands in no hash, no date and no token of a form by chance.
_SERIALS = [n for n in range(1000) if citizen_number(n).endswith("X")]
THEORY_MARK = Decimal("87.654")
READING = "10.07531"
SECOND_MARK = Decimal("89.876")
CHANGED_MARK = Decimal("91.357")


@dataclass
class Canary:
    event: Event
    seats: dict[str, Seat]
    workers: list[Worker] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    employers: list[Employer] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """Employers, telephone numbers, document numbers, references."""
    words: dict[str, str] = field(default_factory=dict)
    """What somebody wrote freely, by the record in which it stands; see canary_records."""

    def tokens(self) -> list[str]:
        """Every text that tells who takes part."""
        return self.names + self.others

    def marks(self) -> list[str]:
        """Texts of marks that nothing else contains."""
        return [str(THEORY_MARK)[1:], READING, *READINGS.values()]

    def addresses(self, routes: Iterable[Route] | None = None) -> list[str]:
        """Every address of the site filled with this contest's own facts: what a judge would try to guess."""
        rows = Rows(self.event)
        found = [] if routes else rows.queried()
        for route in routes or own_routes():
            found += route.addresses(rows.for_route(route))
        return found


def make_canary(*, state: str = Event.State.SCORING, count: int = 3) -> Canary:
    """Contestants with numbers of all layers, theory marks, sheets with marks, papers, ties and a calendar."""
    event = make_event("canary", state=state, name="Canary event", trade=make_trade())
    add_scheme(event)
    organiser = make_user("organiser")
    found = Canary(
        event,
        {
            role: make_seat(event, role, user=make_user("judge", name=f"Official {role}"))
            for role in Seat.Role
        },
    )
    for place in (2, 3):
        panel = make_user("judge", name=f"Official result {place}")
        found.seats[f"result {place}"] = make_seat(event, "result", user=panel, place=place)
    now = timezone.now()
    CalendarStep.objects.create(event=event, kind="draw", starts_at=now)
    DocumentVersion.objects.create(event=event, number=1, effective_at=now, published_at=now)
    session = event.sessions.create(number=1, starts_at=now, ends_at=now)
    for n in range(1, count + 1):
        _contestant(found, n, session, organiser, count=count)
    if count > 1:
        found.words = add_records(found).words
    return found


def _contestant(found: Canary, n: int, session: Any, organiser: User, *, count: int) -> None:
    event, serial = found.event, _SERIALS[n]
    name, firm, reference = f"Zyxwold{n}", f"Vortexwerk{n}", f"QREF{n}QX"
    number, mobile = citizen_number(serial), f"1397{n:03d}0{n:03d}"
    employer = make_employer(f"{firm} Ltd")
    user = make_user("worker", name=name)
    worker = make_worker(name, employer=employer, user=user, id_number=number, post=f"Postmaster{n}")
    worker.set_mobile(mobile)
    worker.save()
    entry = make_entry(
        event,
        worker=worker,
        state=Entry.State.CHECKED_IN,
        reference=reference,
        agreed_publicity_at=timezone.now(),
        emergency_contact=f"Kontakt{n}QX",
        submitted_at=timezone.now(),
    )
    paper = PrivateFile.objects.create(
        kind="photo", worker=worker, name=f"canary-{uuid4().hex}.jpg", content_type="image/jpeg", size=1
    )
    EntryFile.objects.create(entry=entry, kind="photo", file=paper)
    found.workers.append(worker)
    found.entries.append(entry)
    found.employers.append(employer)
    found.names.append(name)
    found.others += [firm, employer.credit_code, mobile, number, reference]
    found.others += [f"Postmaster{n}", f"Kontakt{n}QX"]
    contestant = Code.objects.create(event=event, layer="contestant", number=f"C-{n:03d}", entry=entry)
    bench = Code.objects.create(
        event=event,
        layer="station",
        number=f"S-1{n:02d}",
        parent=contestant,
        session=session,
        station=event.stations.create(number=n),
    )
    work = Code.objects.create(event=event, layer="work", number=f"W-{90 - n}", parent=bench)
    EnteredMark.objects.create(
        event=event, component="T", code=contestant, mark=THEORY_MARK - 10 * (n - 1), by=organiser
    )
    _sheet(found, work, "measuring", "A1.1", [READING] * 7)
    for seat in ("result", "result 2", "result 3"):
        _sheet(found, work, seat, "A1.2", ["2"])
    _sheet(found, bench, "floor", "B1.1", {"helmet": "1"})


def _sheet(found: Canary, code: Code, name: str, aspect: str, values: Any) -> None:
    seat = found.seats[name]
    sheet = Sheet.objects.create(
        event=found.event,
        code=code,
        seat=seat,
        state=Sheet.State.ISSUED,
        aspects=[aspect],
        marks_due=1,
        marks_in=1,
    )
    Mark.objects.create(sheet=sheet, aspect=aspect, values=values, client_id=uuid4(), by=seat.user, seq=1)


# --- reading everything that a person can reach ----------------------------------------------------------------------

_LINK = re.compile(r"""(?:href|src|action|hx-get|data-[a-z-]*url|data-src)=["']([^"']+)["']""")
_SKIPPED = ("/static/", "/media/", "/sign-out/", "/admin/", "/documents/")
VARIANTS = 4  # of one path's query: sorted and filtered lists would have no end


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer. text: body and headers; the parts of a workbook and of a PDF unpacked."""

    address: str
    status: int
    text: str


def text_of(answer: HttpResponseBase) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    if body[:5] == b"%PDF-":
        body = text_of_pdf(body).encode()
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n\n{unescape(body.decode(errors='replace'))}"


def text_of_pdf(body: bytes) -> str:
    """What is told about it, every stream in it (attached files too), and what is written on its pages."""
    found = []
    with pikepdf.open(io.BytesIO(body)) as pdf:
        found += [str(value) for value in pdf.docinfo.values()]
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                with suppress(pikepdf.PdfError):  # a picture stays packed
                    found.append(thing.read_bytes().decode(errors="replace"))
        found += [_written_on(page) for page in pdf.pages]
    return "\n".join(found)


def _written_on(page: pikepdf.Page) -> str:
    fonts = {name: _letters(font) for name, font in page.obj.get("/Resources", {}).get("/Font", {}).items()}
    letters: dict[bytes, str] = {}
    found = ""
    for step in pikepdf.parse_content_stream(page):
        operands, operator = step.operands, str(step.operator)
        if operator == "Tf":
            letters = fonts.get(str(operands[0]), {})
        elif operator in ("Tj", "TJ", "'", '"'):
            for part in operands[-1] if isinstance(operands[-1], pikepdf.Array) else operands[-1:]:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    pairs = (raw[at : at + 2] for at in range(0, len(raw), 2))
                    found += (
                        "".join(letters.get(pair, "") for pair in pairs) if letters else raw.decode("latin-1")
                    )
        elif operator == "ET":
            found += " "
    return found


def _letters(font: Any) -> dict[bytes, str]:
    """Two-byte numbers of glyphs to letters, as the font's ToUnicode says; {} where it has none."""
    told = font["/ToUnicode"].read_bytes().decode() if "/ToUnicode" in font else ""
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for glyph, letter in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[bytes.fromhex(glyph)] = bytes.fromhex(letter).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for first, last, letter in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for n in range(int(last, 16) - int(first, 16) + 1):
                found[(int(first, 16) + n).to_bytes(2)] = chr(int(letter, 16) + n)
    return found


def crawl(client: Client, starts: Iterable[str], *, limit: int = 300, follow: bool = True) -> Iterator[Seen]:
    """Follows the links of this site from page to page, GET alone, each page once, at most `limit` answers.

    Without `follow` the addresses given and nothing else.
    """
    queue, known, variants = deque(dict.fromkeys(starts)), set(), dict[str, int]()
    while queue and len(known) < limit:
        address = queue.popleft()
        if address in known:
            continue
        known.add(address)
        answer = client.get(address)
        text = text_of(answer)
        yield Seen(address, answer.status_code, text)
        if not follow:
            continue
        for link in [answer.headers.get("Location", ""), *_LINK.findall(text)]:
            target = urlsplit(urljoin(f"http://testserver{address}", unescape(link)))
            if target.netloc != "testserver" or target.path.startswith(_SKIPPED):
                continue
            if parse_qsl(target.query):
                variants[target.path] = variants.get(target.path, 0) + 1
                if variants[target.path] > VARIANTS:
                    continue
            following = target.path + (f"?{target.query}" if target.query else "")
            if following not in known:
                queue.append(following)


def leaks(seen: Iterable[Seen], tokens: Iterable[str]) -> list[str]:
    """Where a token stands, one line an address: "200 /desk/entries/: Zyxwold1"."""
    wanted = list(tokens)
    found = []
    for answer in seen:
        held = [token for token in wanted if token in answer.text]
        if held:
            found.append(f"{answer.status} {answer.address}: {', '.join(held[:4])}")
    return found
