"""A programme with three floors of unions and claims at any step, through the real verbs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.utils import timezone
from PIL import Image

from academy.domain import claim_reviews, claims, payments, postings, programmes
from academy.models import Claim, ClaimFile, PaymentList, Posting, Quota, SubsidyProgramme
from academy.rules.cards import with_check_digit
from craft_site.kit.uploads import SCAN, CleanUpload, clean_upload
from craft_site.people.models import Employer, Employment, PrivateFile, Union, User, Worker
from tests.factories import make_employer, make_trade, make_union, make_user, make_worker

_serial = count(1)


@dataclass
class Office:
    """city, town, enterprise: unions; people by what they do; programme: open, first come."""

    programme: SubsidyProgramme
    unions: dict[str, Union]
    people: dict[str, User]
    employer: Employer
    extra: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def rules(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": "双提升",
        "name_en": "Grant",
        "budget": 100_000,
        "traits": {"member": True, "public_office": False},
        "once_per": ["certificate"],
        "documents": ["certificate"],
        "items": [
            {
                "key": "skill",
                "kind": "skill",
                "name": "技能提升",
                "name_en": "Skill",
                "amount": 1000,
                "places": 100,
                "levels": [4, 5, 6],
            },
            {"key": "degree", "kind": "degree", "name": "学历提升", "name_en": "Education", "amount": 1500},
        ],
    }
    return data | changes


def make_office(data: dict[str, Any] | None = None, *, opened: bool = True, **fields: Any) -> Office:
    n = next(_serial)
    city = make_union(f"City {n}")
    town = make_union(f"Town {n}", level="town", parent=city)
    firm = make_union(f"Union of firm {n}", level="enterprise", parent=town)
    people = {
        "organiser": make_user("organiser"),
        "unit": make_user("reviewer", union=firm),
        "town": make_user("reviewer", union=town),
        "city": make_user("reviewer", union=city),
        "finance": make_user("finance"),
        "second": make_user("finance"),
    }
    programme = programmes.create(
        code=f"grant-{n}",
        data=data or rules(),
        opens_at=timezone.now() - timedelta(days=1),
        by=people["organiser"],
        **fields,
    )
    if opened:
        programme = programmes.move(programme=programme, to="open", by=people["organiser"])
    unions = {"city": city, "town": town, "enterprise": firm}
    return Office(programme, unions, people, make_employer(union=firm))


def make_claimant(office: Office, name: str = "", **fields: Any) -> Worker:
    worker = make_worker(
        name, employer=office.employer, user=make_user("worker"), union_member=True, **fields
    )
    Employment.objects.create(worker=worker, employer=office.employer, since=date(2015, 1, 1))
    return worker


def certificate_no(serial: int, *, level_digit: int = 3, year: int = 2023) -> str:
    return f"S000033000001{year % 100:02d}{level_digit}{serial:06d}"


def scan(seed: int) -> CleanUpload:
    """A picture that no other seed resembles: a grid of grey fields."""
    image = Image.new("L", (72, 64))
    for place in range(72):
        shade = (seed * 2654435761 >> (place % 29)) * (place + 7) * 37 % 256
        image.paste(shade, (place % 9 * 8, place // 9 * 8, place % 9 * 8 + 8, place // 9 * 8 + 8))
    out = BytesIO()
    image.resize((360, 320)).save(out, "PNG")
    return clean_upload(out, name="scan.png", policy=SCAN)


def attach(claim: Claim, kind: str = "certificate", *, key: str = "") -> ClaimFile:
    """A document without pixels: only what the checks read of it."""
    n = next(_serial)
    file = PrivateFile.objects.create(
        kind="evidence",
        worker=claim.worker,
        name=f"00/{n:032x}.jpg",
        content_type="image/jpeg",
        size=1,
        sha256=key or f"{n:064x}",
    )
    return ClaimFile.objects.create(claim=claim, kind=kind, file=file)


def draft(office: Office, worker: Worker | None = None, **changes: Any) -> Claim:
    """A draft with everything in it, not yet filed."""
    worker = worker or make_claimant(office)
    by = worker.user
    n = next(_serial)
    claim = claims.start(programme=office.programme, worker=worker, by=by)
    values = {
        "item": "skill",
        "level": 4,
        "dated": date(2023, 5, 8),
        "certificate_no": certificate_no(n),
        "trade": make_trade(),
    }
    answers = changes.pop("answers", {"public_office": False, "front_line": True})
    card = changes.pop("card", with_check_digit(f"622848{n:09d}"))
    claims.answer(claim=claim, by=by, answers=_answered(claim) | answers, **(values | changes))
    if not claim.files.exists():
        attach(claim)
    claims.set_card(claim=claim, number=card, by=by)
    return claim


def _answered(claim: Claim) -> dict[str, Any]:
    """An answer to every question of the programme: the one it wants, and no priority."""
    rules, plain = claim.version.rules, {"stage": "completed", "insured_months": 60}
    return {
        name: plain.get(name, rules.traits.get(name, name in rules.any_of))
        for name in claims.unanswered(claim)
    }


def filed(office: Office, worker: Worker | None = None, **changes: Any) -> Claim:
    claim = draft(office, worker, **changes)
    return again(claims.file_claim(claim=claim, by=claim.worker.user))


def passed(office: Office, *, by: tuple[str, ...] = ("unit", "town", "city"), size: int = 1) -> list[Claim]:
    """Filed claims that these floors have passed."""
    found = [filed(office) for _n in range(size)]
    for who in by:
        claim_reviews.approve(claims=[again(claim) for claim in found], by=office.people[who])
    return [again(claim) for claim in found]


def approved(office: Office, size: int = 1) -> list[Claim]:
    """Claims whose notice has ended."""
    found = passed(office, size=size)
    posting = postings.post(programme=office.programme, by=office.city)
    postings.end(posting=posting, by=office.city, at=posting.until + timedelta(seconds=1))
    return [again(claim) for claim in found]


def on_notice(office: Office, size: int = 1) -> tuple[Posting, list[Claim]]:
    found = passed(office, size=size)
    return postings.post(programme=office.programme, by=office.city), [again(claim) for claim in found]


def listed(office: Office, size: int = 1) -> tuple[PaymentList, list[Claim]]:
    """Claims in a list of payments that nobody has approved."""
    found = approved(office, size=size)
    return payments.make_list(programme=office.programme, by=office.finance), found


def sent(office: Office, size: int = 1) -> tuple[PaymentList, list[Claim]]:
    """Claims in a list that went to the bank."""
    made, found = listed(office, size)
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    return payments.send(payments=made, by=office.finance), [again(claim) for claim in found]


def again(claim: Claim) -> Claim:
    """The claim as it stands in the database."""
    return Claim.objects.for_list().get(pk=claim.pk)


def money(office: Office) -> tuple[int, int, int]:
    """What the programme has promised and paid, and the places taken."""
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    return programme.committed, programme.paid, Quota.objects.get(programme=programme, item="skill").taken
