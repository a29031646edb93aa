"""Twenty thousand claims: judged by the rules, checked one by one against all the others, listed at the desk."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from academy.domain.claim_checks import verdict_on
from academy.models import Claim, ClaimFile, ProgrammeVersion, SubsidyProgramme
from academy.rules.verdict import Person, Proof, judge
from craft_site.people.models import Employer, PrivateFile, Trade, Union, User, Worker
from tests.academy.subsidies import Office, certificate_no, make_office, rules
from tests.bench.data import cookie_of
from tests.bench.measure import Request, Row, always
from tests.bench.pages import Case
from tests.factories import make_trade

CLAIMS = 20_000
CHECKED = 150  # one by one; each looks at all the others
AT_ONCE = 2_000
FIRMS = 200
S = Claim.State


def make_claims(size: int = CLAIMS) -> Office:
    """Claims of a programme as wide as a province, each with a scan; half of them wait for the enterprise's union."""
    items = [item | {"places": size} for item in rules()["items"]]
    office = make_office(rules(items=items, budget=size * 1000))
    version = office.programme.versions.get()  # type: ignore[attr-defined]
    firms, trade = _firms(office), make_trade()
    chance = random.Random(size)
    for start in range(0, size, AT_ONCE):
        serials = range(start, min(start + AT_ONCE, size))
        workers = Worker.objects.bulk_create(_worker(n, firms[n % FIRMS]) for n in serials)
        claims = Claim.objects.bulk_create(
            _claim(office, version, worker, trade, n) for n, worker in zip(serials, workers, strict=True)
        )
        files = PrivateFile.objects.bulk_create(
            _scan(worker, n, chance) for n, worker in zip(serials, workers, strict=True)
        )
        ClaimFile.objects.bulk_create(
            ClaimFile(claim=claim, kind="certificate", file=file)
            for claim, file in zip(claims, files, strict=True)
        )
    return office


def _firms(office: Office) -> list[Employer]:
    """All below the office's enterprise union, so that one reviewer has half of them to look at."""
    return Employer.objects.bulk_create(
        Employer(name=f"Bench firm {n}", credit_code=f"BENCH{n:013d}", union=office.unions["enterprise"])
        for n in range(FIRMS)
    )


def _worker(n: int, firm: Employer) -> Worker:
    worker = Worker(name=f"Worker {n}", employer=firm, union_member=True, id_kind="citizen")
    worker.id_index = f"bench-{n}"
    return worker


def _claim(office: Office, version: ProgrammeVersion, worker: Worker, trade: Trade, n: int) -> Claim:
    waits = n % 2 == 0
    union: Union = office.unions["enterprise"]
    return Claim(
        programme=office.programme,
        version=version,
        worker=worker,
        union=union,
        state=S.FILED if waits else S.PAID,
        waits_for=union if waits else None,
        reference=f"BENCH-{n:05d}",
        item="skill",
        kind="skill",
        level=4,
        trade=trade,
        certificate_no=certificate_no(n),
        dated=date(2023, 5, 8),
        answers={"public_office": False, "front_line": True},
        card_index=f"card-{n}",
        amount=1000,
        holds_place=True,
        filed_at=timezone.now() - timedelta(minutes=n),
        waits_since=timezone.now() - timedelta(minutes=n),
        due_on=timezone.localdate() + timedelta(days=10) if waits else None,
    )


def _scan(worker: Worker, n: int, chance: random.Random) -> PrivateFile:
    return PrivateFile(
        kind="evidence",
        worker=worker,
        name=f"be/{n:032x}.jpg",
        content_type="image/jpeg",
        size=1,
        sha256=f"{n:064x}",
        image_hash=f"{chance.getrandbits(64):016x}",
    )


def cases(office: Office, size: int = CLAIMS) -> Iterator[Case]:
    """The desk's list as the organiser has it, and as the reviewer for whom half of the claims wait."""
    here = reverse("desk:claims")
    last = max(1, size // 25)
    organiser: User = office.people["organiser"]
    for what, user, address in (
        (f"desk: claims, {size:,}", organiser, here),
        (f"desk: claims, {size:,}, last page", organiser, f"{here}?page={last}"),
        (f"desk: claims that wait for a reviewer, {size // 2:,}", office.people["unit"], f"{here}?waits=me"),
    ):
        yield Case(what, always(Request(address, cookie_of(user))), target=(60, 10))


def rows(programme: SubsidyProgramme, size: int = CLAIMS) -> list[Row]:
    spent = _by_the_rules(programme, size)
    sample = list(Claim.objects.for_list().filter(programme=programme).order_by("pk")[:CHECKED])
    began = time.process_time()
    for claim in sample:
        verdict_on(claim)
    each = (time.process_time() - began) / len(sample)
    return [
        Row(f"judge {size:,} claims by the rules", spent * 1000, note=f"{size / spent:,.0f} claims/s"),
        Row(f"check one claim against {size:,} others", each * 1000, note=f"{1 / each:,.0f} claims/s"),
    ]


def _by_the_rules(programme: SubsidyProgramme, size: int) -> float:
    """Seconds of processor time for the pure verdict on every claim."""
    read: Any = programme.versions.get().rules  # type: ignore[attr-defined]
    item, today = read.item("skill"), timezone.localdate()
    person = Person({"member": True, "public_office": False}, date(2015, 1, 1))
    began = time.process_time()
    for n in range(size):
        proof = Proof("skill", 4, date(2023, 5, 8), number=str(n), said_level=4, said_year=2023)
        judge(read, item, code=programme.code, person=person, proof=proof, before=(), today=today)
    return time.process_time() - began
