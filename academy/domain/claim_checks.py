"""What the programme says before a person looks: the rules (academy.rules) asked about the facts of the record."""

from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from academy.models import CertificateHolder, Claim, ClaimFile, Quota, SubsidyProgramme
from academy.rules import certificate, queue
from academy.rules import record as reading
from academy.rules.programme import TRAITS
from academy.rules.verdict import Before, Finding, Person, Proof, Verdict, judge
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.images import hash_distance
from craft_site.people.models import Employment, GrowthEntry, Worker

NEAR = 6  # bits of 64 in which two scans of one paper may differ
PARTS = 8  # of a hash, more than NEAR
SHOWN_COPIES = 3  # claims that a finding names
COMPARED = (ClaimFile.Kind.CERTIFICATE, ClaimFile.Kind.BANK_CARD)


def verdict_on(claim: Claim, *, today: date | None = None) -> Verdict:
    """The programme's verdict and everything that was found beside it. Item, level and date must be there.

    A claim that was filed is judged by the day of its filing: the time that a correction takes costs the claimant
    neither the window nor the year.
    """
    today = today or timezone.localdate(claim.filed_at)
    item = claim.version.rules.item(claim.item)
    if item is None or claim.level is None or claim.dated is None:
        raise ValueError("the claim has no item, level or date yet")
    found = judge(
        claim.version.rules,
        item,
        code=claim.programme.code,
        person=person_facts(claim),
        proof=proof_facts(claim, today),
        before=before_facts(claim.worker, without=claim),
        today=today,
    )
    return Verdict(
        found.amount,
        (
            *found.findings,
            *_hiring_findings(claim),
            *_number_findings(claim),
            *_copies(claim),
            *_priority_findings(claim),
            *_correction_findings(claim),
            *_room(claim, found.amount),
        ),
    )


def person_facts(claim: Claim) -> Person:
    traits = {name: claim.answers.get(name) for name in TRAITS} | {"member": claim.worker.union_member}
    insured = claim.answers.get("insured_months")
    return Person(traits, stated_hiring(claim) or hired_on(claim.worker), insured)


def priority_of(claim: Claim) -> dict[str, str]:
    """Why the claim comes before others (rules.queue.priority): a model worker by an honour in the record, everything
    else, and an honour that the record does not hold, by the claimant's word."""
    groups = claim.version.rules.first
    proved = {"model_worker"} if "model_worker" in groups and _is_model_worker(claim.worker) else set()
    return queue.priority(groups, proved=proved, said=claim.answers)


def _is_model_worker(worker: Worker) -> bool:
    honours = GrowthEntry.objects.filter(worker=worker, kind=GrowthEntry.Kind.HONOUR, withdrawn=False)
    return reading.is_model_worker(honours.values_list("title", flat=True))


def _priority_findings(claim: Claim) -> list[Finding]:
    """What the record does not prove is looked at by the union, as everything else that a claimant says."""
    said = [group for group, why in priority_of(claim).items() if why == queue.STATED]
    return [Finding("priority_stated", False, {"group": group}) for group in said]


def fingerprint(claim: Claim) -> str:
    """What a claim says, its documents and what the record says of the claimant, as one hash: whether anything has been
    corrected is seen by it."""
    worker = claim.worker
    return sha256_hex(
        {
            "claim": [claim.item, claim.level, claim.dated, claim.trade_id, claim.certificate_no],
            "answers": claim.answers,
            "card": claim.card_index,
            "files": [[row.kind, row.file.sha256] for row in claim.files.select_related("file")],
            "worker": [worker.name, worker.employer_id, worker.union_member, worker.post],
        }
    )


def _correction_findings(claim: Claim) -> list[Finding]:
    """A returned claim in which nothing has changed since: claimant and reviewer both read it."""
    if claim.state != Claim.State.RETURNED or claim.returned_as != fingerprint(claim):
        return []
    return [Finding("unchanged", False)]


def stated_hiring(claim: Claim) -> date | None:
    """Since when the claimant says to be with the employer. The record often knows only the day it was made."""
    said = claim.answers.get("hired_on")
    return date.fromisoformat(said) if said else None


def hired_on(worker: Worker) -> date | None:
    """Since when the worker is with the present employer; None when no date is kept."""
    known = Employment.objects.filter(worker=worker, employer=worker.employer_id, until=None)
    return known.order_by("since").values_list("since", flat=True).first()


def proof_facts(claim: Claim, today: date) -> Proof:
    said = certificate.Said()
    if claim.kind == Claim.Kind.SKILL:
        said = certificate.decode(claim.certificate_no, this_year=today.year)
    assert claim.level is not None
    assert claim.dated is not None
    return Proof(
        kind=claim.kind,
        level=claim.level,
        dated=claim.dated,
        number=claim.certificate_no,
        trade=str(claim.trade_id or ""),
        stage=claim.answers.get("stage", "completed"),
        number_readable=not said.fault,
        said_level=said.level,
        said_year=said.year,
        said_province=said.province,
    )


def before_facts(worker: Worker, *, without: Claim | None = None) -> list[Before]:
    """The worker's standing claims, in every programme."""
    rows = worker.claims.standing().select_related("programme")  # type: ignore[attr-defined]
    return [before_of(row) for row in rows if without is None or row.pk != without.pk]


def before_of(claim: Claim) -> Before:
    """A standing claim as the rules see it; its programme has been fetched with it."""
    return Before(
        programme=claim.programme.code,
        item=claim.item,
        kind=claim.kind,
        level=claim.level or 0,
        year=timezone.localdate(claim.filed_at).year if claim.filed_at else 0,
        number=claim.certificate_no,
        trade=str(claim.trade_id or ""),
    )


def _hiring_findings(claim: Claim) -> list[Finding]:
    """The claimant says to be there for longer than the record knows: the union compares it with the contract."""
    rules = claim.version.rules
    stated, known = stated_hiring(claim), hired_on(claim.worker)
    if not (rules.after_hiring or rules.months_in_firm) or stated is None or known is None or stated >= known:
        return []
    return [Finding("hired_earlier", False, {"stated": stated.isoformat(), "known": known.isoformat()})]


def _number_findings(claim: Claim) -> list[Finding]:
    if not claim.certificate_no:
        return []
    holders = CertificateHolder.objects.filter(number=claim.certificate_no)
    if holders.exclude(worker=claim.worker_id).exists():
        return [Finding("certificate_of_another", True)]
    others = Claim.objects.filter(certificate_no=claim.certificate_no, state__in=Claim.GONE)
    if others.exclude(worker=claim.worker_id).exclude(filed_at=None).exists():
        return [Finding("certificate_seen", False)]
    return []


def _copies(claim: Claim) -> list[Finding]:
    """The card, or a scan of it or of the certificate, seen with another person."""
    found = []
    same = of_same_card(claim).order_by("-pk")
    if numbers := list(same.values_list("reference", flat=True)[:SHOWN_COPIES]):
        found.append(Finding("card_of_another", False, {"claims": [one for one in numbers if one]}))
    files = [row for row in claim.files.select_related("file") if row.kind in COMPARED]
    if not files:
        return found
    known = ClaimFile.objects.exclude(claim__worker=claim.worker_id).exclude(claim__state=Claim.State.DRAFT)
    seen = known.filter(file__sha256__in=[row.file.sha256 for row in files]).order_by("-claim")
    exact: dict[str, list[str]] = {}
    for sha256, reference in seen.values_list("file__sha256", "claim__reference"):
        exact.setdefault(sha256, []).append(reference or "")
    for row in files:
        if row.file.sha256 in exact:
            found.append(_scan("scan_of_another", True, row, exact[row.file.sha256]))
        elif row.file.image_hash and (alike := _near(row, known)):
            found.append(_scan("scan_like_another", False, row, alike))
    return found


def _scan(code: str, hard: bool, row: ClaimFile, references: list[str]) -> Finding:
    """references: of the claims that hold the other scan, the latest first; one that was never filed has none."""
    named = list(dict.fromkeys(one for one in references if one))[:SHOWN_COPIES]
    return Finding(code, hard, {"document": row.kind, "claims": named})


def of_same_card(claim: Claim) -> "QuerySet[Claim]":
    """What other people have filed with the bank card of this claim."""
    others = Claim.objects.exclude(worker=claim.worker_id).exclude(filed_at=None)
    return others.filter(card_index=claim.card_index) if claim.card_index else others.none()


def _near(row: ClaimFile, known: "QuerySet[ClaimFile]") -> list[str]:
    """Reference numbers of the claims whose scan looks like this one, the latest first.

    Two hashes that differ in at most NEAR bits agree in one of more than NEAR parts: the database finds those that
    do, and only they are compared."""
    hashed = row.file.image_hash
    step = len(hashed) // PARTS
    parts = {f"part{n}": hashed[n * step : (n + 1) * step] for n in range(PARTS)}
    cut = {name: Substr("file__image_hash", n * step + 1, step) for n, name in enumerate(parts)}
    alike = reduce(or_, (Q(**{name: part}) for name, part in parts.items()))
    hashes = known.filter(kind=row.kind).annotate(**cut).filter(alike).order_by("-claim")
    return [
        reference or ""
        for other, reference in hashes.values_list("file__image_hash", "claim__reference").iterator()
        if hash_distance(hashed, other) <= NEAR
    ]


def _room(claim: Claim, amount: int | None) -> list[Finding]:
    """Places and money left, where the first to come are served. A returned claim has kept its own; in a programme
    that serves groups first a claim without a place waits in the line (rules.queue)."""
    programme = claim.programme
    if claim.holds_place or programme.allocation == SubsidyProgramme.Allocation.LOTTERY:
        return []
    found = []
    waits = bool(claim.version.rules.first)
    quota = Quota.objects.filter(programme=programme, item=claim.item).first()
    if quota is None or (quota.places is not None and quota.taken >= quota.places):
        found.append(Finding("no_place_waits", False) if waits and quota else Finding("no_place", True))
    if amount is not None and programme.left < amount:
        found.append(Finding("no_money_waits", False) if waits else Finding("no_money", True))
    return found
