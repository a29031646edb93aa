"""What waits for a person in the academy, in words and with the way there."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from academy.domain import waiting
from academy.domain.waiting import Matter
from academy.web import claim_words
from academy.web.desk.nav import WHOLE_DESK

# By key: title, address, its query, whether the address takes the matter's place.
WAYS: Mapping[str, tuple[Promise, str, str, bool]] = {
    "claims": (gettext_lazy("Claims wait for you"), "desk:claims", "waits=me", False),
    "claims_late": (
        gettext_lazy("Reviews below you are past their day"),
        "desk:claims",
        "due=below",
        False,
    ),
    "cards_to_ask": (
        gettext_lazy("Payments failed: ask for another bank card"),
        "desk:claims",
        "state=bank_failed",
        False,
    ),
    "leave": (gettext_lazy("Leave is asked for"), "desk:class_attendance", "", True),
    "signatures": (gettext_lazy("Agreements wait for your signature"), "desk:pairs", "need=to_sign", False),
    "logs": (gettext_lazy("Pairs with months that nobody has written"), "desk:pairs", "need=overdue", False),
    "mid_terms": (gettext_lazy("Pairs whose mid-term evaluation is due"), "desk:pairs", "need=mid", False),
    "last_days": (gettext_lazy("Pairs that end soon or have ended"), "desk:pairs", "need=ending", False),
    "rewards": (gettext_lazy("Rewards to approve"), "desk:rewards", "state=proposed", False),
    "rewards_to_pay": (gettext_lazy("Rewards to pay"), "desk:rewards", "state=approved", False),
    "rewards_to_confirm": (
        gettext_lazy("Payments of rewards to confirm"),
        "desk:rewards",
        "state=marked",
        False,
    ),
    "round_to_compute": (gettext_lazy("Wishes are in: let the program propose"), "desk:round", "", True),
    "proposals": (gettext_lazy("Proposals of a round are to be decided"), "desk:round", "", True),
    "to_post": (gettext_lazy("Claims wait for a public notice"), "desk:postings", "", False),
    "objections": (gettext_lazy("Objections wait for an answer"), "desk:postings", "", False),
    "notices_over": (gettext_lazy("Public notices are over: end them"), "desk:postings", "", False),
    "lists_to_approve": (gettext_lazy("Payment lists to approve"), "desk:payments", "", False),
    "lists_to_send": (gettext_lazy("Payment lists to give to the bank"), "desk:payments", "", False),
    "bank_answers": (gettext_lazy("Lists wait for the bank's answer"), "desk:payments", "", False),
    "to_pay": (gettext_lazy("Approved claims are on no payment list yet"), "desk:payments", "", False),
}
WITH_BANK = "bank_answers"  # somebody else's turn


def desk_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """What waits in the academy for whoever asks, for the first page of the whole desk; nothing for strangers."""
    user = request.user
    if not user.is_authenticated or not user.role_names & WHOLE_DESK:
        return []
    return rows(waiting.matters(user))


def rows(matters: list[Matter]) -> list[dict[str, Any]]:
    """{title, count, kind, url, note, place} for each; note: how long, and how much of it is overdue."""
    return [_row(matter) for matter in matters]


def _row(matter: Matter) -> dict[str, Any]:
    title, name, query, placed = WAYS[matter.key]
    kind = "bad" if matter.late else "info" if matter.key == WITH_BANK else "warn"
    return {
        "title": title,
        "count": matter.count,
        "kind": kind,
        "url": _url(name, query, matter.place if placed else ""),
        "note": _note(matter),
        "place": matter.name,
    }


def _url(name: str, query: str, place: str) -> str:
    try:
        url = reverse(name, args=(place,) if place else ())
    except NoReverseMatch:
        return ""
    return f"{url}?{query}" if query else url


def _note(matter: Matter) -> str:
    said = []
    if matter.oldest is not None and (days := claim_words.days_since(matter.oldest)):
        words = ngettext("the oldest for %(days)d day", "the oldest for %(days)d days", days)
        said.append(words % {"days": days})
    if matter.late and matter.late != matter.count:
        said.append(_("%(late)d overdue") % {"late": matter.late})
    elif matter.late:
        said.append(_("overdue"))
    return " · ".join(said)
