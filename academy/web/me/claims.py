"""A worker's subsidies: what the record lets one claim, how each claim stands, the way out of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.domain import claim_offers, claim_room, claims, postings
from academy.domain.claim_moves import MOVES, ClaimRefused
from academy.models import Claim, SubsidyDraw, SubsidyProgramme
from academy.web import claim_words
from academy.web.me.claim_offers import miss_rows, offer_rows, programme_items, rehearsal_items
from academy.web.me.claim_pages import own, page, record_of, waiting_of
from academy.web.me.claim_rows import answer_rows, claim_items, sections
from academy.web.me.claim_steps import next_step, step_rows
from academy.web.room_rows import room_figures
from craft_site.kit.access import signed_in
from craft_site.kit.language import in_language
from craft_site.people.web.requests import PersonRequest

S = Claim.State
TELLS_WHY = (S.RETURNED, S.REFUSED, S.RECLAIMED)


@signed_in
@never_cache
def my_claims(request: PersonRequest) -> HttpResponse:
    """What I can claim, my claims, and the programmes that take claims now."""
    worker = record_of(request)
    if worker is None:
        messages.info(
            request, _("Add your identity document first; then your record tells what you can claim.")
        )
        return redirect("me:record")
    found = claim_offers.look(worker)
    context = {
        "offers": offer_rows(found.offers),
        "claims": claim_items(found.claims),
        "misses": miss_rows(found),
        "programmes": programme_items(found.programmes),
        "rehearsals": rehearsal_items(found.rehearsals),
        "now": timezone.now(),
    }
    return page(request, "claims", context)


@signed_in
@never_cache
def start(request: PersonRequest, code: str) -> HttpResponse:
    """One programme: what it grants, what of it the record lets me claim, and the button that begins a draft."""
    running = SubsidyProgramme.objects.exclude(state=SubsidyProgramme.State.DRAFT)
    programme = get_object_or_404(running.prefetch_related("versions", "quotas"), code=code)
    worker = record_of(request)
    if worker is None:
        messages.info(
            request, _("Add your identity document first; then your record tells what you can claim.")
        )
        return redirect("me:record")
    found = claim_offers.look(worker)
    offers = [offer for offer in found.offers if offer.programme.pk == programme.pk]
    if request.method == "POST":
        chosen = next((offer for offer in offers if offer.key == request.POST.get("offer")), None)
        try:
            claim = claim_offers.begin(programme=programme, worker=worker, by=request.user, offer=chosen)
        except ClaimRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("me:claim_start", code=code)
        return redirect(
            "me:claim_answers" if claim.state == S.DRAFT and not claim.card else "me:claim", claim.uuid
        )
    rules = claim_offers.present_version(programme).rules
    names = {item.key: in_language(item.name, item.name_en) for item in rules.items}
    context = {
        "programme": programme,
        "open": programme.takes_claims(),
        "rehearses": programme.rehearses(),
        "now": timezone.now(),
        "draft": found.draft_in(programme),
        "offers": offer_rows(offers),
        "misses": [row for row in miss_rows(found) if row["programme"].pk == programme.pk],
        "items": [claim_words.item_words(item) for item in rules.items],
        "rules": claim_words.rule_lines(rules),
        "excluded": claim_words.excluded_words(rules, claim_words.excluded_programmes([rules])),
        "documents": claim_words.document_words(rules.documents),
        "figures": room_figures(programme, claim_room.rooms(programme), names),
    }
    return page(request, "claim_start", context)


@signed_in
@never_cache
def claim(request: PersonRequest, uuid: str) -> HttpResponse:
    """Where my claim stands: what is left to do while it is open, its way through the unions afterwards."""
    found = own(request, uuid)
    history = claims.history(found)
    is_open = found.state in Claim.OPEN
    payment = found.payments.order_by("-pk").first() if found.state == S.BANK_FAILED else None  # type: ignore[attr-defined]
    context = {
        "claim": found,
        "kind": claim_words.state_kind(found.state),
        "state_word": claim_words.state_word(found, history),
        "next_step": next_step(found, **waiting_of(found), not_drawn=claim_words.not_drawn(found, history)),
        "first": claim_words.priority_words(found),
        "rehearses": found.state == S.DRAFT and found.programme.rehearses(),
        "now": timezone.now(),
        "due": claims.correct_by(found),
        "sections": sections(found) if is_open else [],
        "reason": history[-1].reason if history and found.state in TELLS_WHY else "",
        "bank_says": payment.message if payment else "",
        "steps": step_rows(found, history, waiting_before=claim_room.ahead(found)) if found.filed_at else [],
        "handed_in": answer_rows(found, links=False) if not is_open and found.filed_at else [],
        "on_notice": found.posted if found.posted and postings.on_notice(found.posted) else None,
        "draw": SubsidyDraw.objects.filter(programme=found.programme_id, item=found.item).first()
        if found.programme.allocation == SubsidyProgramme.Allocation.LOTTERY
        else None,
        "may_withdraw": S.WITHDRAWN in MOVES[found.state],
        "level": claim_words.level_words(found.kind, found.level),
        "amount": claim_words.yuan(found.amount) if found.amount else "",
    }
    return page(request, "claim", context)


@signed_in
@never_cache
def withdraw(request: PersonRequest, uuid: str) -> HttpResponse:
    """Asks once, then withdraws."""
    found = own(request, uuid)
    if S.WITHDRAWN not in MOVES[found.state]:
        return redirect("me:claim", uuid)
    if request.method == "POST":
        try:
            claims.withdraw(claim=found, by=request.user)
            messages.success(request, _("You have withdrawn your claim."))
        except ClaimRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("me:claim", uuid)
    return page(request, "claim_withdraw", {"claim": found, "draft": found.filed_at is None})


urlpatterns = [
    path("academy/claims/", my_claims, name="claims"),
    path("academy/claims/programmes/<slug:code>/", start, name="claim_start"),
    path("academy/claims/<uuid:uuid>/", claim, name="claim"),
    path("academy/claims/<uuid:uuid>/withdraw/", withdraw, name="claim_withdraw"),
]
