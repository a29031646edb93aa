"""Places by lot: list frozen, secret committed, dice thrown before people, an order that anybody can compute again.

kit.draw defines the computation, rules.queue who is placed before whom. Whoever freezes the list does not enter the
dice. Whoever is given a place has a line of the ledger of their own: it names claim, position and draw.
"""

import json
import secrets
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.domain.claim_moves import ClaimRefused, S, locked, move_all, take_place, tell_placed, to_union
from academy.models import Claim, ClaimStep, Quota, SubsidyDraw, SubsidyProgramme
from academy.rules import queue
from craft_site.kit import draw as lots
from craft_site.ledger.chain import append
from craft_site.ledger.models import Line


@transaction.atomic
def freeze(*, programme: SubsidyProgramme, item: str, by: Any) -> SubsidyDraw:
    """Fixes who is in the urn and publishes the hashes. Only after the end of filing. Raises ClaimRefused."""
    roles.can_run_programmes(by).or_refuse()
    programme = locked(programme)
    known = SubsidyDraw.objects.filter(programme=programme, item=item).first()
    if known is not None:
        return known
    if programme.allocation != SubsidyProgramme.Allocation.LOTTERY:
        raise ClaimRefused(_("The places of this programme go to the first to come."))
    if programme.takes_claims():
        raise ClaimRefused(_("Claims can still be filed; the list is frozen when the programme has closed."))
    waiting = _waiting(programme, item)
    if not waiting:
        raise ClaimRefused(_("Nobody has claimed this item."))
    quota = Quota.objects.get(programme=programme, item=item)
    places = len(waiting) if quota.places is None else quota.places - quota.taken
    items = lots.canonical(claim.reference or "" for claim in waiting)
    first = sorted(claim.reference or "" for claim in waiting if claim.first)
    secret = secrets.token_hex(32)
    draw = SubsidyDraw(
        programme=programme,
        item=item,
        items=list(items),
        places=places,
        first=first,
        list_hash=lots.list_hash(items),
        first_hash=lots.list_hash(first) if first else "",
        commitment=lots.commitment(secret),
        committed_by=by,
    )
    draw.secret = secret
    draw.save()
    facts = {
        "item": item,
        "list_hash": draw.list_hash,
        "commitment": draw.commitment,
        "lots": len(items),
        "places": places,
    }
    if first:
        facts |= {"first": len(first), "first_hash": draw.first_hash}
    append(programme.chain, "subsidy_draw.committed", subject=f"draw:{draw.uuid}", facts=facts, by=by)
    return draw


def enough_for_all(draw: SubsidyDraw) -> bool:
    """Whether a frozen list needs no dice: as many places as lots, and money for every claim that still waits."""
    if draw.state != SubsidyDraw.State.COMMITTED or draw.places < len(draw.items):
        return False
    return sum(claim.amount for claim in _waiting(draw.programme, draw.item)) <= draw.programme.left


@transaction.atomic
def place_all(*, draw: SubsidyDraw, by: Any) -> SubsidyDraw:
    """There is a place for everybody on the frozen list: all get one without a throw, which the ledger says. The order
    of the list is the order of the lines. Raises PermissionDenied, ClaimRefused; also for who froze the list."""
    roles.can_post(by).or_refuse()
    programme = locked(draw.programme_id)
    draw = _to_draw(draw, by)
    draw.programme = programme
    if not enough_for_all(draw):
        raise ClaimRefused(_("There are more claims than places or money: the dice decide."))
    draw.drawn_by, draw.drawn_at = by, timezone.now()
    draw.state = SubsidyDraw.State.PLACED
    draw.save()
    facts = {
        "item": draw.item,
        "lots": len(draw.items),
        "places": draw.places,
        "secret": draw.secret.reveal(),
    }
    append(programme.chain, "subsidy_draw.not_needed", subject=f"draw:{draw.uuid}", facts=facts, by=by)
    waiting = {claim.reference: claim for claim in _waiting(programme, draw.item)}
    claims = [waiting[reference] for reference in draw.items if reference in waiting]
    for claim in claims:
        take_place(claim)
        to_union(claim)
    positions = {claim.pk: draw.items.index(claim.reference) + 1 for claim in claims}
    tell_placed(programme, claims, by=by, position=positions, draw={c.pk: str(draw.uuid) for c in claims})
    return draw


def _to_draw(draw: SubsidyDraw, by: Any) -> SubsidyDraw:
    """The draw, locked, if this person may finish it now."""
    draw = SubsidyDraw.objects.select_for_update().get(pk=draw.pk)
    check_waits(draw, by)
    return draw


def check_waits(draw: SubsidyDraw, by: Any) -> None:
    """Raises ClaimRefused unless this draw waits for somebody to finish it, and this person may be the one."""
    if draw.state != SubsidyDraw.State.COMMITTED:
        raise ClaimRefused(_("These lots have been drawn."))
    if by.pk == draw.committed_by_id:
        raise ClaimRefused(_("Whoever froze the list does not enter the dice: ask a colleague."))


def checked_dice(dice: str) -> str:
    """What was thrown, in one form. Raises ClaimRefused where it cannot be used."""
    dice = " ".join(dice.split())
    try:
        lots.seed("-", "-", dice)
    except lots.DrawError as error:
        raise ClaimRefused(_("Enter what was thrown, e.g. 4 6 1 3 5.")) from error
    return dice


@transaction.atomic
def throw(*, draw: SubsidyDraw, dice: str, by: Any) -> SubsidyDraw:
    """Enters the dice: those drawn first get the places and go to their unions, the others are told.

    Raises PermissionDenied, ClaimRefused; also when the throw is entered by who froze the list.
    """
    roles.can_post(by).or_refuse()
    programme = locked(draw.programme_id)
    draw = _to_draw(draw, by)
    dice = checked_dice(dice)
    draw.seed = lots.seed(draw.list_hash, draw.secret.reveal(), dice)
    draw.dice, draw.drawn_by, draw.drawn_at = dice, by, timezone.now()
    draw.state = SubsidyDraw.State.DRAWN
    draw.save()
    append(
        programme.chain,
        "subsidy_draw.drawn",
        subject=f"draw:{draw.uuid}",
        facts={"dice": dice, "seed": draw.seed, "secret": draw.secret.reveal()},
        by=by,
    )
    _give_places(programme, draw, by)
    return draw


def order(draw: SubsidyDraw) -> list[dict[str, Any]]:
    """The drawn order, those with priority in front, with who got a place; nothing before the throw."""
    if not draw.seed:
        return []
    without, first = without_place(draw), frozenset(draw.first)
    drawn = {lot.item: lot.digest for lot in lots.drawn_order(draw.seed, draw.items)}
    return [
        {
            "position": position,
            "item": item,
            "digest": drawn[item],
            "first": item in first,
            "place": item not in without,
        }
        for position, item in enumerate(queue.first_drawn(list(drawn), first), start=1)
    ]


def proofs(draw: SubsidyDraw) -> dict[str, Line]:
    """By reference number the line of the ledger that says which claims got a place by this draw, or without one, in
    its order. Hashing the earlier hash and the body gives the line's hash again; the body names reference, position and
    draw."""
    if draw.state == SubsidyDraw.State.COMMITTED:
        return {}
    lines = Line.objects.filter(
        chain__name=draw.programme.chain, kind="claim.placed", body__contains=f'"draw":"{draw.uuid}"'
    )
    return {json.loads(line.body)["facts"]["reference"]: line for line in lines.order_by("seq")}


def without_place(draw: SubsidyDraw) -> set[str | None]:
    """Reference numbers that were given up before the throw, or told by it that no place was left."""
    in_the_urn = ClaimStep.objects.filter(
        claim__programme=draw.programme_id, claim__item=draw.item, was=S.FILED, union=None
    )
    gone = in_the_urn.filter(Q(state=S.REFUSED) | Q(state=S.WITHDRAWN, at__lt=draw.drawn_at))
    return set(gone.values_list("claim__reference", flat=True))


def _give_places(programme: SubsidyProgramme, draw: SubsidyDraw, by: Any) -> None:
    """Claims withdrawn since the freeze stay in the order, for the hash, and are passed over."""
    waiting = {claim.reference: claim for claim in _waiting(programme, draw.item)}
    left, winners, losers = draw.places, [], []
    positions: dict[int, int] = {}
    for lot in order(draw):
        claim = waiting.get(lot["item"])
        if claim is None:
            continue
        if left > 0:
            try:
                take_place(claim)
            except ClaimRefused:
                left = 0  # the money is gone before the places are
                losers.append(claim)
                continue
            left -= 1
            to_union(claim)
            positions[claim.pk] = lot["position"]
            winners.append(claim)
        else:
            losers.append(claim)
    drawn_by = {claim.pk: str(draw.uuid) for claim in winners}
    tell_placed(programme, winners, by=by, position=positions, draw=drawn_by)
    move_all(claims=losers, to=S.REFUSED, by=by, reason=_("Not drawn: no place was left."))


def _waiting(programme: SubsidyProgramme, item: str) -> list[Claim]:
    found = Claim.objects.for_list().filter(programme=programme, item=item, state=S.FILED, holds_place=False)
    return list(found.order_by("pk"))
