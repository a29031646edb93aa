"""What a worker can claim now, found in the worker's own record before anybody asks, and why not where not.

What the record proves (checked certificates and titles, promotions after contests, the schooling of the profile) is put
to every open programme. A constant number of queries, whatever the size of the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from academy.domain import claims
from academy.domain.claim_checks import before_of, hired_on, stated_hiring
from academy.domain.claim_room import Room, rooms
from academy.models import CertificateHolder, Claim, ClaimFile, ProgrammeVersion, SubsidyProgramme
from academy.rules import certificate, record
from academy.rules.programme import TRAITS, Item
from academy.rules.verdict import Finding, Person, Proof, judge, last_day
from craft_site.kit import working_days
from craft_site.people.models import PrivateFile, Qualification, Trade, Worker

BY_HIRING = {"before_hiring", "short_in_firm"}
KEPT = (
    *TRAITS,
    "insured_months",
    "hired_on",
)  # what the claimant said last time is offered as this time's answer


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that the record holds. kind, level: as in programmes; dated: None where the record has no date."""

    key: str
    kind: str
    level: int
    dated: date | None
    name: str = ""  # of a title
    number: str = ""
    trade: Trade | None = None
    by_contest: bool = False
    checked: bool = True
    scan: PrivateFile | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be claimed. amount: whole yuan; until: the last moment; room: of the item.

    hired: the day from which the record knows the worker at the employer, where it speaks against the claim. It is
    often only the day on which the record was made, so the claimant may state an earlier one.
    """

    programme: SubsidyProgramme
    item: Item
    held: Held
    amount: int
    until: datetime | None
    room: Room | None
    findings: tuple[Finding, ...]
    draft: Claim | None
    hired: date | None = None

    @property
    def certain(self) -> bool:
        """Nothing more is needed than what the record holds."""
        return self.held.dated is not None and self.hired is None

    @property
    def key(self) -> str:
        return f"{self.item.key}:{self.held.key}"


@dataclass(frozen=True, slots=True)
class Miss:
    """Something held that an open programme does not grant, and what stands in the way."""

    programme: SubsidyProgramme
    item: Item
    held: Held
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """claims: all of the worker's; programmes: those that take claims now; rehearsals: those to be tried now."""

    claims: tuple[Claim, ...]
    programmes: tuple[SubsidyProgramme, ...] = ()
    offers: tuple[Offer, ...] = ()
    misses: tuple[Miss, ...] = ()
    rehearsals: tuple[SubsidyProgramme, ...] = ()

    def draft_in(self, programme: SubsidyProgramme) -> Claim | None:
        return next(
            (c for c in self.claims if c.programme_id == programme.pk and c.state == Claim.State.DRAFT), None
        )


def look(worker: Worker, *, today: date | None = None) -> Looked:
    """Offers, those that end first in front; what is held but not granted; the worker's claims."""
    today = today or timezone.localdate()
    mine = tuple(
        Claim.objects.filter(worker=worker)
        .select_related("programme", "version")
        .order_by("-filed_at", "-created_at")
    )
    found = list(SubsidyProgramme.objects.at_work().prefetch_related("versions", "quotas"))
    programmes = tuple(programme for programme in found if programme.takes_claims())
    rehearsals = tuple(programme for programme in found if programme.rehearses())
    if not programmes:
        return Looked(mine, rehearsals=rehearsals)
    asked = _Asked(worker, mine, today)
    offers: list[Offer] = []
    misses: list[Miss] = []
    for programme in programmes:
        version = present_version(programme)
        for item in version.rules.items:
            for held in asked.holdings:
                if held.kind == item.kind and item.stage == "completed":
                    asked.put(programme, version, item, held, offers, misses)
    offers.sort(key=lambda offer: (not offer.certain, offer.until is None, offer.until or timezone.now()))
    return Looked(mine, programmes, tuple(offers), tuple(misses), rehearsals)


def present_version(programme: SubsidyProgramme) -> ProgrammeVersion:
    """The rules that stand now; from prefetched versions without a query."""
    return max(programme.versions.all(), key=lambda version: version.number)  # type: ignore[attr-defined]


@transaction.atomic
def begin(*, programme: SubsidyProgramme, worker: Worker, by: Any, offer: Offer | None = None) -> Claim:
    """A draft with what the record knows already: the offer's item, level, date, number and trade, the scan of the
    certificate, and what the claimant answered in an earlier claim. A draft that has been begun stays as it is.
    """
    claim = claims.start(programme=programme, worker=worker, by=by)
    if claim.item or claim.answers:
        return claim
    last = worker.claims.exclude(pk=claim.pk).exclude(answers={}).order_by("-pk").first()  # type: ignore[attr-defined]
    claim.answers = {name: last.answers[name] for name in KEPT if name in last.answers} if last else {}
    claim.save(update_fields=["answers"])
    if offer is None:
        return claim
    held = offer.held
    claims.answer(
        claim=claim,
        by=by,
        item=offer.item.key,
        level=held.level,
        dated=held.dated,
        certificate_no=held.number,
        trade=held.trade,
    )
    if held.scan is not None and ClaimFile.Kind.CERTIFICATE in claim.version.rules.documents:
        ClaimFile.objects.create(claim=claim, kind=ClaimFile.Kind.CERTIFICATE, file=held.scan)
    return claim


class _Asked:
    """One worker's facts, read once and put to every item."""

    def __init__(self, worker: Worker, mine: tuple[Claim, ...], today: date) -> None:
        self.today = today
        self.mine = mine
        self.holdings = list(_holdings(worker))
        stated = next((day for claim in mine if (day := stated_hiring(claim))), None)
        self.person = Person({"member": worker.union_member}, stated or hired_on(worker), None)
        self.standing = [claim for claim in mine if claim.state in Claim.STANDING]
        self.before = [before_of(claim) for claim in self.standing]
        numbers = [held.number for held in self.holdings if held.number]
        self.of_others = set(
            CertificateHolder.objects.filter(number__in=numbers)
            .exclude(worker=worker)
            .values_list("number", flat=True)
        )

    def put(
        self,
        programme: SubsidyProgramme,
        version: ProgrammeVersion,
        item: Item,
        held: Held,
        offers: list[Offer],
        misses: list[Miss],
    ) -> None:
        if self._claimed(programme, held):
            return
        room = rooms(programme).get(item.key)
        verdict = judge(
            version.rules,
            item,
            code=programme.code,
            person=self.person,
            proof=self._proof(item, held),
            before=self.before,
            today=self.today,
        )
        found = [
            *verdict.findings,
            *self._beside(programme, room, held, verdict.amount, waits=bool(version.rules.first)),
        ]
        in_the_way = tuple(finding for finding in found if finding.hard)
        hired = None
        if in_the_way and {finding.code for finding in in_the_way} <= BY_HIRING:
            hired, in_the_way = self.person.hired_on, ()
        if in_the_way or verdict.amount is None:
            misses.append(Miss(programme, item, held, in_the_way))
            return
        draft = next(
            (c for c in self.mine if c.programme_id == programme.pk and c.state == Claim.State.DRAFT), None
        )
        until = _until(programme, item, held)
        offers.append(Offer(programme, item, held, verdict.amount, until, room, tuple(found), draft, hired))

    def _claimed(self, programme: SubsidyProgramme, held: Held) -> bool:
        """Claimed already in this programme: then the claim itself tells how it stands."""
        return any(
            claim.programme_id == programme.pk
            and claim.kind == held.kind
            and (claim.certificate_no == held.number if held.number else claim.level == held.level)
            for claim in self.standing
        )

    def _proof(self, item: Item, held: Held) -> Proof:
        """Where the record gives no date, the latest that the item takes stands for it: the claimant will say."""
        said = certificate.Said()
        if held.kind == "skill":
            said = certificate.decode(held.number, this_year=self.today.year)
        return Proof(
            kind=held.kind,
            level=held.level,
            dated=held.dated or min(self.today, item.dated_to or self.today),
            number=held.number,
            trade=str(held.trade.pk) if held.trade else "",
            number_readable=not said.fault,
            said_level=said.level,
            said_year=said.year,
            said_province=said.province,
        )

    def _beside(
        self, programme: SubsidyProgramme, room: Room | None, held: Held, amount: int | None, *, waits: bool
    ) -> Iterator[Finding]:
        """What stands in the way beside the rules: an unchecked certificate, somebody else's number, no room left.
        waits: without room a claim waits in the line."""
        if not held.checked:
            yield Finding("unchecked", True)
        if held.kind != "degree" and held.dated is None:
            yield Finding("undated", True)
        if held.number in self.of_others:
            yield Finding("certificate_of_another", True)
        if programme.allocation == SubsidyProgramme.Allocation.FIRST_COME:
            if room is not None and room.left == 0:
                yield Finding("no_place_waits", False) if waits else Finding("no_place", True)
            if amount is not None and programme.left < amount:
                yield Finding("no_money_waits", False) if waits else Finding("no_money", True)


def _holdings(worker: Worker) -> Iterator[Held]:
    rows = Qualification.objects.filter(worker=worker, refused=False).select_related("trade", "scan")
    for row in rows.order_by("-issued_on", "-pk"):
        title = row.kind == Qualification.Kind.PROFESSIONAL
        level = record.title_level(row.title) if title else row.grade
        if level is None or row.kind == Qualification.Kind.EXPERT_TITLE:
            continue
        yield Held(
            key=f"q{row.pk}",
            kind="title" if title else "skill",
            level=level,
            dated=row.issued_on,
            name=row.title,
            number="".join(row.certificate_no.split()).upper(),
            trade=row.trade,
            by_contest=row.source == Qualification.Source.CONTEST,
            checked=row.checked,
            scan=row.scan,
        )
    degree = record.degree_level(worker.education)
    if degree is not None:
        yield Held(key="education", kind="degree", level=degree, dated=None)


def _until(programme: SubsidyProgramme, item: Item, held: Held) -> datetime | None:
    """The end of the programme or of the months since the certificate, whichever comes first."""
    ends = [programme.closes_at] if programme.closes_at else []
    if item.months is not None and held.dated is not None:
        ends.append(working_days.end_of(last_day(held.dated, item.months)))
    return min(ends, default=None)
