"""Public notices of claims: who gets what, for some working days, with a door for objections.

A notice shows name, unit, item and amount. Only where two people of one unit share a name the reference numbers of
their claims tell them apart; identity and bank numbers never come near it, not even in part.
"""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.domain import claim_reviews
from academy.domain.claim_moves import ClaimRefused, S, locked, move_all
from academy.models import Claim, ClaimObjection, Posting, SubsidyProgramme
from craft_site.kit import working_days
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append


@transaction.atomic
def post(*, programme: SubsidyProgramme, by: Any) -> Posting:
    """Puts every claim that the city has passed on notice. Raises ClaimRefused when there is none."""
    roles.can_post(by).or_refuse()
    programme = locked(programme)
    claims = ready(programme)
    if not claims:
        raise ClaimRefused(_("No claim waits for a public notice."))
    now = timezone.now()
    days = max(claim.version.rules.publicity_days for claim in claims)
    posting = Posting.objects.create(
        programme=programme,
        number=programme.postings.count() + 1,  # type: ignore[attr-defined]
        rows=rows_of(claims),
        posted_at=now,
        until=working_days.end_of(working_days.after(timezone.localdate(now), days)),
        posted_by=by,
    )
    append(
        programme.chain,
        "claims.posted",
        subject=f"posting:{posting.uuid}",
        facts={"claims": len(claims), "until": posting.until, "rows_hash": sha256_hex(posting.rows)},
        by=by,
    )
    for claim in claims:
        claim.posted = posting
    move_all(claims=claims, to=S.PUBLICITY, by=by)
    return posting


def ready(programme: SubsidyProgramme) -> list[Claim]:
    """What the next notice would show: claims that the city has passed, the first filed first."""
    found = Claim.objects.for_list().filter(programme=programme, state=S.CITY)
    return list(found.order_by("filed_at", "pk"))


def rows_of(claims: list[Claim]) -> list[dict[str, Any]]:
    """What everybody will read of these claims."""
    names = Counter((claim.worker.name, claim.worker.employer_id) for claim in claims)
    rows = []
    for claim in claims:
        item = claim.version.rules.item(claim.item)
        assert item is not None
        row = {
            "name": claim.worker.name,
            "unit": claim.worker.employer.name if claim.worker.employer else "",
            "item": item.name,
            "item_en": item.name_en,
            "yuan": claim.amount,
        }
        if names[claim.worker.name, claim.worker.employer_id] > 1:
            row["reference"] = claim.reference
        rows.append(row)
    return rows


@transaction.atomic
def end(*, posting: Posting, by: Any, at: datetime | None = None) -> int:
    """After its days: what nobody objects to is approved. Claims with an unanswered objection keep waiting; end the
    notice again when they are answered. Returns how many were approved. Raises ClaimRefused before the time.
    """
    roles.can_post(by).or_refuse()
    at = at or timezone.now()
    locked(posting.programme_id)
    if at <= posting.until:
        raise ClaimRefused(_("The notice has not run its days yet."))
    open_here = ClaimObjection.objects.filter(posting=posting, answered_at=None)
    if open_here.filter(claim=None).exists():
        raise ClaimRefused(_("An objection against the whole notice has no answer yet."))
    against = open_here.values("claim_id")
    claims = Claim.objects.filter(posted=posting, state=S.PUBLICITY)
    free = list(claims.exclude(pk__in=against).order_by("pk"))
    move_all(claims=free, to=S.APPROVED, by=by)
    Posting.objects.filter(pk=posting.pk, ended_at=None).update(ended_at=at)
    return len(free)


def on_notice(posting: Posting, at: datetime | None = None) -> bool:
    return (at or timezone.now()) <= posting.until


@transaction.atomic
def object_to(
    *, posting: Posting, name: str, phone: str, text: str, client_id: UUID, about: str = ""
) -> ClaimObjection:
    """Takes an objection while the notice stands. about: the name objected to; sent twice it is kept once."""
    locked(posting.programme_id)
    if not on_notice(posting):
        raise ClaimRefused(_("The time for objections is over. Telephone the office."))
    known = ClaimObjection.objects.filter(client_id=client_id).first()
    if known is not None:
        return known
    claim = None
    if about.strip():
        named = list(Claim.objects.filter(posted=posting, worker__name=about.strip())[:2])
        claim = named[0] if len(named) == 1 else None  # namesakes: the office finds out which
    found = ClaimObjection(posting=posting, claim=claim, client_id=client_id)
    found.name, found.phone, found.text = name, phone, f"{about.strip()}\n{text}".strip()
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        return ClaimObjection.objects.get(client_id=client_id)
    append(
        posting.programme.chain,
        "claims.objection",
        subject=f"posting:{posting.uuid}",
        facts={"objection": str(found.uuid)},
        by=None,
    )
    return found


@transaction.atomic
def answer(
    *, objection: ClaimObjection, text: str, by: Any, upheld: bool = False, claim: Claim | None = None
) -> ClaimObjection:
    """Keeps what was answered; an answer stands. upheld: the claim is refused with the answer as its reason.

    claim: which one is meant, where the objection itself leaves that open. Raises PermissionDenied, ClaimRefused.
    """
    roles.can_post(by).or_refuse()
    programme = locked(objection.posting.programme_id)
    objection = ClaimObjection.objects.select_for_update().get(pk=objection.pk)
    if objection.answered_at is not None:
        raise ClaimRefused(_("This objection has been answered."))
    if len(text.strip()) < 4:
        raise ClaimRefused(_("Write the answer: it is kept, and told to whoever objected."))
    meant = objection.claim or claim
    if meant is not None and meant.posted_id != objection.posting_id:
        raise ClaimRefused(_("This claim is not on the notice."))
    if upheld:
        if meant is None:
            raise ClaimRefused(_("Choose the claim that the objection is about."))
        claim_reviews.refuse(claim=meant, reason=text, by=by)
    objection.claim, objection.upheld = meant, upheld
    objection.answer = text.strip()
    objection.answered_at, objection.answered_by = timezone.now(), by
    objection.save()
    append(
        programme.chain,
        "claims.objection_answered",
        subject=f"posting:{objection.posting.uuid}",
        facts={"objection": str(objection.uuid), "upheld": upheld},
        by=by,
    )
    return objection
