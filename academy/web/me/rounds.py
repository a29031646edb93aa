"""A worker's own part in rounds of matching: look for a master, offer places, see how it ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.domain import round_wishes
from academy.domain.rounds import RoundRefused
from academy.models import MatchProposal, MatchRound, Offer, Seeker
from academy.web import match_words
from craft_site.kit.access import signed_in
from craft_site.people.models import Worker
from craft_site.people.web.me import worker_of
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

P = MatchProposal.State
S = MatchRound.State


@signed_in
@never_cache
def my_rounds(request: PersonRequest) -> HttpResponse:
    """Rounds that take wishes now, and those I took part in."""
    worker = worker_of(request)
    return round_page(
        request, "rounds", rows=round_rows(request.user, worker) if worker else [], worker=worker
    )


def round_rows(user: Any, worker: Worker) -> list[dict[str, Any]]:
    """Rows of components/task_list.html; three queries for any number of rounds."""
    mine = {
        kind: set(rows.objects.filter(worker=worker).values_list("round_id", flat=True))
        for kind, rows in (("seeks", Seeker), ("offers", Offer))
    }
    found = MatchRound.objects.visible_to(user).defer("outcome").order_by("-closes_at")
    rows = []
    for one in found.filter(pk__in=mine["seeks"] | mine["offers"]) | found.open_now():
        taking = one.takes_wishes()
        said = [_("You look for a master.")] if one.pk in mine["seeks"] else []
        said += [_("You offer places.")] if one.pk in mine["offers"] else []
        rows.append(
            {
                "title": str(one),
                "url": round_url(one),
                "hint": " ".join(said) or _("Say whom you would like to learn from, or offer a place."),
                "due": one.closes_at if taking else None,
                "status": _("Takes wishes") if taking else one.get_state_display(),
                "status_kind": "good" if taking else "plain",
            }
        )
    return rows


@signed_in
@never_cache
def my_round(request: PersonRequest, code: str) -> HttpResponse:
    """What I have said in a round, what can still be changed, and how it ended."""
    held, worker = round_of(request, code), worker_of(request)
    if worker is None:
        return redirect("me:record")
    seeker = held.seekers.filter(worker=worker).select_related("trade").first()  # type: ignore[attr-defined]
    offer = held.offers.filter(worker=worker).select_related("trade").first()  # type: ignore[attr-defined]
    names = {str(key): name for key, name in held.offers.values_list("worker__uuid", "worker__name")}  # type: ignore[attr-defined]
    return round_page(
        request,
        "round",
        held=held,
        taking=held.takes_wishes(),
        seeker=seeker,
        offer=offer,
        wishes=list(wishes_of(seeker, "offer").values()),
        wanted=list(wishes_of(offer, "seeker").values()),
        seeker_end=_end_of_seeker(held, seeker, names) if seeker else None,
        offer_end=_end_of_offer(held, offer) if offer else None,
    )


@signed_in
@require_POST
def leave(request: PersonRequest, code: str) -> HttpResponse:
    """Takes me out of the round again, as a worker or as a master."""
    held, me = round_of(request, code), {"worker__user": request.user}
    mine: Seeker | Offer
    if request.POST.get("side") == "seeker":
        mine = get_object_or_404(Seeker, round=held, **me)
    else:
        mine = get_object_or_404(Offer, round=held, **me)
    try:
        round_wishes.leave(one=mine, by=request.user)
    except RoundRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You are out of this round."))
    return redirect(round_url(held))


def _end_of_seeker(held: MatchRound, seeker: Seeker, names: dict[str, str]) -> dict[str, Any] | None:
    """{title, text, pair} once it is decided, None before. Proposals that wait are nobody's business yet."""
    found = seeker.proposals.select_related("offer__worker", "pair").first()  # type: ignore[attr-defined]
    if found is not None and found.state == P.TAKEN:
        master = found.offer.worker.name
        return {
            "title": _("Your master: %(name)s") % {"name": master},
            "text": match_words.why_for_apprentice(found.reason, mentor=master, names=names),
            "pair": found.pair,
        }
    if held.state != S.DECIDED:
        return None
    key = str(seeker.worker.uuid)
    told = [one for one in held.outcome.get("without", ()) if one["apprentice"] == key]
    why = match_words.why_without(told[0], names) if told else _("The office will tell you what comes next.")
    return {"title": _("No master for you in this round"), "text": why, "pair": None}


def _end_of_offer(held: MatchRound, offer: Offer) -> list[dict[str, Any]] | None:
    """{name, text, pair} of every apprentice who was taken; an empty list when it ended without one."""
    rows = offer.proposals.filter(state=P.TAKEN).select_related("seeker__worker", "pair")  # type: ignore[attr-defined]
    ended = [
        {
            "name": one.seeker.worker.name,
            "text": match_words.why_for_mentor(one.reason, apprentice=one.seeker.worker.name),
            "pair": one.pair,
        }
        for one in rows
    ]
    return ended if ended or held.state == S.DECIDED else None


def wishes_of(one: Any, whom: str) -> dict[int, Any]:
    """Those for whom somebody has wished, by rank, the dearest first. whom: "offer" or "seeker"."""
    rows = one.wishes.select_related(f"{whom}__worker__employer").order_by("rank") if one else ()
    return {wish.rank: getattr(wish, whom) for wish in rows}


def round_url(held: MatchRound) -> str:
    return reverse("me:round", args=(held.code,))


def round_of(request: PersonRequest, code: str) -> MatchRound:
    return get_object_or_404(MatchRound.objects.visible_to(request.user).select_related("scheme"), code=code)


def round_page(request: PersonRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context["me_nav"] = me_nav(request)
    return render(request, f"academy/me/{name}.html", context, status=status)


urlpatterns = [
    path("academy/rounds/", my_rounds, name="rounds"),
    path("academy/rounds/<slug:code>/", my_round, name="round"),
    path("academy/rounds/<slug:code>/leave/", leave, name="round_leave"),
]
