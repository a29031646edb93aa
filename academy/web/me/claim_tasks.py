"""What /me/ tells a worker of subsidies."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.domain import claim_offers, claims
from academy.models import Claim
from academy.web.me.claim_offers import held_words, offer_title
from academy.web.me.claim_rows import claim_items
from craft_site.people.models import Worker

S = Claim.State
SHOWN = 5


def owed(worker: Worker) -> list[dict[str, Any]]:
    """What the worker must still do: rows as components/task_list.html takes them, the urgent first.

    Claims to correct, cards that the bank refused, drafts that can still be filed, and what the record lets one claim.
    """
    begun, offers = tasks_and_offers(worker)
    return [*begun, *offers]


def tasks_and_offers(worker: Worker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(what must be done about claims, what can be claimed and is not), rows both."""
    found = claim_offers.look(worker)
    return [row for claim in found.claims if (row := _task(claim)) is not None], _offers(found)


def _offers(found: claim_offers.Looked) -> list[dict[str, Any]]:
    rows = []
    begun = {claim.programme_id for claim in found.claims if claim.state == S.DRAFT}
    told: set[int] = set(begun)
    for offer in found.offers:
        if not offer.certain or offer.programme.pk in told:
            continue
        told.add(offer.programme.pk)
        rows.append(
            {
                "title": f"{offer_title(offer)} · {offer.programme}",
                "hint": held_words(offer.held),
                "url": reverse("me:claim_start", args=(offer.programme.code,)),
                "due": offer.until,
                "due_now": timezone.now(),
                "status": pgettext("subsidy", "New"),
                "status_kind": "info",
            }
        )
    return rows


def _task(claim: Claim) -> dict[str, Any] | None:
    named = {"programme": claim.programme}
    row = {"url": reverse("me:claim", args=(claim.uuid,)), "due_now": timezone.now(), "status_kind": "warn"}
    if claim.state == S.RETURNED:
        title = _("Correct your claim: %(programme)s") % named
        return row | {
            "title": title,
            "hint": claim.reference,
            "due": claims.correct_by(claim),
            "status": _("Returned"),
        }
    if claim.state == S.BANK_FAILED:
        title = _("Enter another bank card: %(programme)s") % named
        hint = claim.card_asked or _("The bank could not pay.")
        return row | {
            "title": title,
            "hint": hint,
            "url": reverse("me:claim_card", args=(claim.uuid,)),
            "status": _("Asked by the office") if claim.card_asked_at else _("To do"),
        }
    if claim.state == S.DRAFT and claim.programme.takes_claims():
        title = _("Hand in your claim: %(programme)s") % named
        return row | {"title": title, "due": claim.programme.closes_at, "status": _("To do")}
    return None


def section(worker: Worker) -> dict[str, Any] | None:
    """{title, items, url, link, text}: the latest claims and the way to what can be claimed."""
    mine = Claim.objects.filter(worker=worker).select_related("programme", "version")
    return {
        "title": _("Subsidies"),
        "items": claim_items(mine.order_by("-filed_at", "-created_at")[:SHOWN]),
        "text": _("No claim yet."),
        "url": reverse("me:claims"),
        "link": _("What can I claim?"),
    }
