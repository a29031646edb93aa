"""The states of a claim and the one way from one to the next.

Everything that changes a claim locks its programme first, then the head of its chain, then the claim: so places, money
and the lines of the ledger agree, whoever comes at the same moment.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain import certificates
from academy.models import Claim, ClaimStep, Quota, SubsidyProgramme
from academy.rules import queue
from craft_site.kit import working_days
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many, lock_head
from craft_site.people.models import Union

S = Claim.State

MOVES: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.FILED, S.WITHDRAWN}),
    S.FILED: frozenset({S.UNIT, S.TOWN, S.CITY, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.UNIT: frozenset({S.TOWN, S.CITY, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.TOWN: frozenset({S.CITY, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.CITY: frozenset({S.PUBLICITY, S.REFUSED, S.WITHDRAWN}),
    S.PUBLICITY: frozenset({S.APPROVED, S.REFUSED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.IN_BANK_FILE, S.REFUSED, S.WITHDRAWN}),
    S.IN_BANK_FILE: frozenset({S.PAID, S.BANK_FAILED, S.APPROVED}),
    S.BANK_FAILED: frozenset({S.APPROVED, S.WITHDRAWN}),
    S.PAID: frozenset({S.CLOSED, S.RECLAIMED, S.BANK_FAILED}),  # money may come back days after it was paid
    S.CLOSED: frozenset({S.RECLAIMED, S.BANK_FAILED}),
    S.RETURNED: frozenset({S.FILED, S.UNIT, S.TOWN, S.REFUSED, S.WITHDRAWN}),
    S.REFUSED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.RECLAIMED: frozenset(),
}
PASSED = {Union.Level.ENTERPRISE: S.UNIT, Union.Level.TOWN: S.TOWN, Union.Level.CITY: S.CITY}
CHANGED = (
    "state", "waits_for_id", "delegate_id", "waits_since", "due_on", "days_left", "holds_place", "posted_id"
)  # fmt: skip


class ClaimRefused(Exception):
    """The claim cannot do this; the message says why and what to do."""


def locked(programme: SubsidyProgramme | int) -> SubsidyProgramme:
    """The programme, locked until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("a claim changes inside a transaction")
    pk = programme if isinstance(programme, int) else programme.pk
    return SubsidyProgramme.objects.select_for_update().get(pk=pk)


def move(*, claim: Claim, to: str, by: Any, reason: str = "", **more: Any) -> Claim:
    """One claim; see `move_all`."""
    move_all(claims=[claim], to=to, by=by, reason=reason, **more)
    return claim


def move_all(
    *,
    claims: Sequence[Claim],
    to: str,
    by: Any,
    reason: str = "",
    union: Union | None = None,
) -> None:
    """Moves claims of one programme, in the caller's transaction: rows, steps and ledger lines together.

    Other fields of CHANGED may have been set on the claims and are written along. Whoever loses the place by it gives
    it back. Raises ClaimRefused, and nothing is moved, when one of them cannot go there.
    """
    if not claims:
        return
    programme = locked(claims[0].programme_id)
    head = lock_head(programme.chain)
    at = timezone.now()
    now_in = dict(Claim.objects.filter(pk__in=[c.pk for c in claims]).values_list("pk", "state"))
    steps, drafts, freed = [], [], []
    for claim in claims:
        was = now_in.get(claim.pk)
        if claim.programme_id != programme.pk or was != claim.state:
            raise ClaimRefused(_("%(claim)s has moved on meanwhile. Load the page again.") % {"claim": claim})
        if to not in MOVES[was]:
            raise ClaimRefused(
                _("%(claim)s is “%(state)s” and cannot become “%(to)s”.")
                % {"claim": claim, "state": claim.get_state_display(), "to": S(to).label}
            )
        by_delegate = claim.delegate_id is not None and claim.delegate_id == by.pk
        if to in Claim.GONE and claim.holds_place and was != S.DRAFT:
            freed.append(claim)
        claim.state = to
        if to not in Claim.IN_REVIEW:
            claim.waits_for = None
        if to not in (*Claim.IN_REVIEW, S.RETURNED):
            claim.due_on = None
        claim.delegate = None
        claim.waits_since = at
        steps.append(
            ClaimStep(
                claim=claim,
                was=was,
                state=to,
                union=union,
                by=by,
                by_delegate=by_delegate,
                reason=reason,
                due_on=claim.due_on,
                at=at,
            )
        )
        facts: dict[str, Any] = {"from": was, "to": str(to), "item": claim.item, "yuan": claim.amount}
        if claim.reference:
            facts["reference"] = claim.reference
        if claim.first and to == S.FILED:
            facts["first_by"] = claim.first_by
        if reason:
            facts["reason_hash"] = words_hash(reason)
        if union is not None:
            facts["union_level"] = union.level
        drafts.append(Draft("claim.moved", f"claim:{claim.uuid}", facts))
    append_many(head, drafts, by=by)
    for claim in freed:
        give_back(claim)
    _write(claims)
    ClaimStep.objects.bulk_create(steps, batch_size=200)
    if to in Claim.GONE:
        certificates.release([claim.certificate_no for claim in claims])
    if freed:
        fill(programme, by=by)


def _write(claims: Sequence[Claim]) -> None:
    """One statement for all that change alike, which is nearly always all of them: a case for each row and column, as
    bulk_update writes it, costs Django far more than the database."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for claim in claims:
        alike.setdefault(tuple(getattr(claim, name) for name in CHANGED), []).append(claim.pk)
    for values, pks in alike.items():
        Claim.objects.filter(pk__in=pks).update(**dict(zip(CHANGED, values, strict=True)))


def take_place(claim: Claim) -> None:
    """Takes a place of the item and the money, or raises ClaimRefused; under the programme's lock.

    The conditions stand in the statements themselves: a place that is gone cannot be taken.
    """
    free = Quota.objects.filter(programme=claim.programme_id, item=claim.item)
    if not free.filter(Q(places=None) | Q(taken__lt=F("places"))).update(taken=F("taken") + 1):
        raise ClaimRefused(_("All places of this item are taken."))
    budget = SubsidyProgramme.objects.filter(pk=claim.programme_id, committed__lte=F("budget") - claim.amount)
    if not budget.update(committed=F("committed") + claim.amount):
        free.update(taken=F("taken") - 1)
        raise ClaimRefused(_("The money of this programme is all claimed."))
    claim.holds_place = True


def line_of(programme: SubsidyProgramme | int, item: str) -> list[Claim]:
    """The claims for an item that wait for a place to come free, the next one first (rules.queue)."""
    found = Claim.objects.for_list().filter(
        programme=programme, item=item, state=S.FILED, holds_place=False, waits_for=None
    )
    claims = {claim.reference or "": claim for claim in found}
    waiting = (
        queue.InLine(reference, claim.first, claim.filed_at)
        for reference, claim in claims.items()
        if claim.filed_at is not None
    )
    return [claims[one.reference] for one in queue.in_order(waiting)]


def fill(programme: SubsidyProgramme, *, by: Any) -> list[Claim]:
    """Gives what has come free to the head of each line, in the caller's transaction; their unions begin. By lot nobody
    moves up: the dice have spoken. Returns who was given a place."""
    if programme.allocation == SubsidyProgramme.Allocation.LOTTERY:
        return []
    placed: list[Claim] = []
    items = Claim.objects.filter(programme=programme, state=S.FILED, holds_place=False).order_by("item")
    for item in items.values_list("item", flat=True).distinct():
        for claim in line_of(programme, item):
            try:
                take_place(claim)
            except ClaimRefused:
                break
            to_union(claim)
            placed.append(claim)
    tell_placed(programme, placed, by=by)
    return placed


def to_union(claim: Claim) -> None:
    """A claim that has its place goes to its first union, whose days begin. Not saved."""
    claim.waits_for, claim.waits_since = claim.union, timezone.now()
    claim.due_on = working_days.after(timezone.localdate(), claim.version.rules.step_days)


def tell_placed(
    programme: SubsidyProgramme, claims: Sequence[Claim], *, by: Any, **facts: dict[int, Any]
) -> None:
    """Keeps that these claims were given their places, with one line of the ledger each: it proves the place.

    facts: further facts of the lines, each by key of the claim.
    """
    Claim.objects.bulk_update(claims, ("holds_place", "waits_for", "waits_since", "due_on"), batch_size=200)
    if not claims:
        return
    drafts = [
        Draft(
            "claim.placed",
            f"claim:{claim.uuid}",
            {
                "reference": claim.reference,
                "item": claim.item,
                "first": claim.first,
                **{name: of[claim.pk] for name, of in facts.items()},
            },
        )
        for claim in claims
    ]
    append_many(lock_head(programme.chain), drafts, by=by)


def give_back(claim: Claim) -> None:
    """Frees the place and the money of a claim that is given up, refused or reclaimed."""
    Quota.objects.filter(programme=claim.programme_id, item=claim.item).update(taken=F("taken") - 1)
    money: dict[str, Any] = {"committed": F("committed") - claim.amount}
    if claim.state == S.RECLAIMED:
        money["paid"] = F("paid") - claim.amount
    SubsidyProgramme.objects.filter(pk=claim.programme_id).update(**money)
    claim.holds_place = False
