"""What a worker can claim, and why not, in the worker's words."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain.claim_offers import Held, Looked, Miss, Offer
from academy.domain.claim_room import Room
from academy.models import Claim, SubsidyProgramme
from academy.web import claim_words
from craft_site.kit.language import in_language, moment, semicolon, short_day


def held_words(held: Held) -> str:
    """What the record holds, as the reason for an offer: "You became ... on 8 May"."""
    facts = {
        "level": claim_words.level_words(held.kind, held.level),
        "trade": held.trade or "",
        "name": held.name,
        "day": short_day(held.dated, year=True) if held.dated else "?",
    }
    if held.kind == "degree":
        return _("Your profile says: %(level)s.") % facts
    if held.kind == "title":
        return _("You hold the title %(name)s since %(day)s.") % facts
    if held.by_contest:
        return _("You became %(level)s in the trade %(trade)s on %(day)s through a contest.") % facts
    return _("You became %(level)s in the trade %(trade)s on %(day)s.") % facts


def offer_title(offer: Offer) -> str:
    amount = {"amount": claim_words.yuan(offer.amount)}
    if not offer.certain:
        return _("You may be able to claim %(amount)s") % amount
    return _("You can claim %(amount)s") % amount


def condition(offer: Offer) -> str:
    """Where the record does not tell everything: which dates the item takes, since when one must be employed."""
    if offer.hired is not None:
        return _(
            "Your record has you with your employer since %(day)s only: if the contract says an earlier day, state it."
        ) % {"day": short_day(offer.hired, year=True)}
    if offer.held.dated is not None:
        return ""
    start, end = offer.item.dated_from, offer.item.dated_to
    if start is None and end is None:
        return _("The diploma is needed.")
    return _("The diploma must be dated %(start)s to %(end)s.") % {"start": start or "…", "end": end or "…"}


def offer_rows(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    return [
        {
            "key": offer.key,
            "title": offer_title(offer),
            "programme": offer.programme,
            "item": in_language(offer.item.name, offer.item.name_en),
            "reason": held_words(offer.held),
            "condition": condition(offer),
            "until": offer.until,
            "room": room_words(offer.programme, offer.room),
            "percent": _left(offer),
            "start_url": reverse("me:claim_start", args=(offer.programme.code,)),
            "draft_url": reverse("me:claim", args=(offer.draft.uuid,)) if offer.draft else "",
        }
        for offer in offers
    ]


def _left(offer: Offer) -> float | None:
    """Percent of the places that are left, where there are so many and the first to come get them."""
    by_lot = offer.programme.allocation == SubsidyProgramme.Allocation.LOTTERY
    if by_lot or offer.room is None or offer.room.places is None:
        return None
    return 100 - offer.room.percent


def miss_rows(found: Looked) -> list[dict[str, Any]]:
    """Why not: what is held but not granted, unless something else is offered or claimed for that very item."""
    served = {(offer.programme.pk, offer.item.key) for offer in found.offers}
    served |= {(claim.programme_id, claim.item) for claim in found.claims if claim.state in Claim.STANDING}
    return [_miss(miss) for miss in found.misses if (miss.programme.pk, miss.item.key) not in served]


def _miss(miss: Miss) -> dict[str, Any]:
    reasons = [claim_words.finding_words(finding.code, finding.params) for finding in miss.findings]
    return {"programme": miss.programme, "held": held_words(miss.held), "reasons": reasons}


def room_words(programme: SubsidyProgramme, room: Room | None) -> str:
    """Places and money left, in one line."""
    parts = []
    if programme.allocation == SubsidyProgramme.Allocation.LOTTERY:
        if room is not None and room.places is not None:
            parts.append(_("%(places)s places, given by lot") % {"places": f"{room.places:,}"})
        return "".join(parts)
    if room is not None and room.left is not None and room.places is not None:
        parts.append(
            _("places left: %(left)s of %(places)s")
            % {"left": f"{room.left:,}", "places": f"{room.places:,}"}
        )
    parts.append(_("%(yuan)s of the budget left") % {"yuan": claim_words.yuan(programme.left)})
    return semicolon().join(parts)


def rehearsal_items(programmes: Iterable[SubsidyProgramme]) -> list[dict[str, Any]]:
    """Programmes that can be tried before they open, as rows of a task list."""
    return [
        {
            "title": str(programme),
            "hint": _("opens %(day)s") % {"day": moment(programme.opens_at)},
            "url": reverse("me:claim_start", args=(programme.code,)),
            "status": _("Rehearsal"),
            "status_kind": "info",
        }
        for programme in programmes
    ]


def programme_items(programmes: Iterable[SubsidyProgramme]) -> list[dict[str, Any]]:
    """Programmes that take claims, as rows of a task list."""
    return [
        {
            "title": str(programme),
            "hint": str(programme.get_allocation_display()),
            "url": reverse("me:claim_start", args=(programme.code,)),
            "due": programme.closes_at,
            "due_now": timezone.now(),
        }
        for programme in programmes
    ]
