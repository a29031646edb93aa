"""Handing a claim in, phone first: what is claimed, documents, bank card, check the answers, a reference number."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from academy.domain import claim_checks, claim_room, claims
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim
from academy.web import claim_words
from academy.web.me.claim_forms import AnswersForm, CardForm, PaperForm
from academy.web.me.claim_offers import room_words
from academy.web.me.claim_pages import changeable, own, page, waiting_of
from academy.web.me.claim_rows import answer_rows, has_papers, missing_rows
from academy.web.me.claim_steps import next_step, step_rows
from craft_site.kit.access import signed_in
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

S = Claim.State
STEPS = 4  # what is claimed, documents, bank card, check


@signed_in
@never_cache
def answers(request: PersonRequest, uuid: str) -> HttpResponse:
    found = changeable(request, uuid)
    if found is None:
        return redirect("me:claim", uuid)
    form = AnswersForm(posted(request), claim=found)
    if request.method == "POST" and form.is_valid():
        try:
            claims.answer(claim=found, by=request.user, **form.given())
        except ClaimRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("me:claim_papers" if has_papers(found) else "me:claim_card", uuid)
    context = _step(found, 1) | {"form": form, "member": found.worker.union_member}
    return page(request, "claim_answers", context, bad=bool(form.errors))


@signed_in
@never_cache
def papers(request: PersonRequest, uuid: str) -> HttpResponse:
    """Documents one by one; each stays when the next one fails."""
    found = changeable(request, uuid)
    if found is None:
        return redirect("me:claim", uuid)
    if not has_papers(found):
        return redirect("me:claim_card", uuid)
    wanted, missing = found.version.rules.documents, claims.missing_documents(found)
    form = PaperForm(
        posted(request), request.FILES or None, kinds=wanted, first=missing[0] if missing else ""
    )
    if request.method == "POST" and form.is_valid():
        try:
            claims.add_file(
                claim=found, kind=form.cleaned_data["kind"], upload=form.cleaned_data["file"], by=request.user
            )
        except ClaimRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Received."))
            return redirect("me:claim_papers", uuid)
    there = list(found.files.all())  # type: ignore[attr-defined]
    context = _step(found, 2) | {
        "form": form,
        "complete": not missing,
        "kinds": [
            {
                "label": claim_words.document_words([kind]),
                "hint": claim_words.document_hint(kind),
                "files": [file for file in there if file.kind == kind],
            }
            for kind in wanted
        ],
    }
    return page(request, "claim_papers", context, bad=bool(form.errors))


@signed_in
@require_POST
def remove_paper(request: PersonRequest, uuid: str, pk: int) -> HttpResponse:
    found = own(request, uuid)
    paper = found.files.filter(pk=pk).select_related("file").first()  # type: ignore[attr-defined]
    if paper is not None:
        try:
            claims.remove_file(claim=found, file=paper, by=request.user)
        except ClaimRefused as refusal:
            messages.error(request, str(refusal))
        else:
            words = _("Taken out of the claim: %(document)s. If that was a mistake, add it again.")
            messages.success(request, words % {"document": claim_words.document_words([paper.kind])})
    return redirect("me:claim_papers", uuid)


@signed_in
@never_cache
@sensitive_post_parameters("number")
def card(request: PersonRequest, uuid: str) -> HttpResponse:
    """The bank card: entered once, sealed, shown by its last four digits; corrected after the bank could not pay."""
    found = own(request, uuid)
    failed = found.state == S.BANK_FAILED
    if found.state not in Claim.OPEN and not failed:
        return redirect("me:claim", uuid)
    form = CardForm(posted(request))
    if request.method == "POST" and form.is_valid():
        change = claims.card_corrected if failed else claims.set_card
        try:
            change(claim=found, number=form.cleaned_data["number"], by=request.user)
        except ClaimRefused as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("The bank card is kept, sealed."))
            return redirect("me:claim" if failed else "me:claim_check", uuid)
    context = _step(found, 3) | {
        "form": form,
        "failed": failed,
        "masked": found.card.masked() if found.card else "",
    }
    return page(request, "claim_card", context, bad=bool(form.errors))


@signed_in
@never_cache
def check(request: PersonRequest, uuid: str) -> HttpResponse:
    """All answers on one page, everything that the checks find, what is left, and the button."""
    found = changeable(request, uuid)
    if found is None:
        return redirect("me:claim", uuid)
    missing = missing_rows(found)
    verdict = None if "item" in claims.missing(found) else claim_checks.verdict_on(found)
    context = _step(found, 4) | {
        "rows": answer_rows(found),
        "missing": missing,
        "findings": claim_words.finding_rows(verdict.findings) if verdict else [],
        "barred": verdict is not None and verdict.barred,
        "amount": claim_words.yuan(verdict.amount) if verdict and verdict.amount else "",
        "room": room_words(found.programme, claim_room.rooms(found.programme).get(found.item)),
        "first": claim_words.priority_of_words(claim_checks.priority_of(found)) if verdict else "",
        "closes": found.programme.closes_at if found.state == S.DRAFT else claims.correct_by(found),
        "now": timezone.now(),
    }
    return page(request, "claim_check", context)


@signed_in
@require_POST
def hand_in(request: PersonRequest, uuid: str) -> HttpResponse:
    found = own(request, uuid)
    if found.state not in Claim.OPEN:  # handed in twice counts once
        return redirect("me:claim_done" if found.reference else "me:claim", uuid)
    try:
        if found.state == S.DRAFT and found.programme.rehearses():
            return _rehearsed(request, found)
        claims.file_claim(claim=found, by=request.user)
    except ClaimRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("me:claim_check", uuid)
    return redirect("me:claim_done", uuid)


def _rehearsed(request: PersonRequest, found: Claim) -> HttpResponse:
    """What handing in would say. Raises ClaimRefused."""
    if claims.rehearse(claim=found, by=request.user).barred:
        messages.warning(
            request, _("Rehearsed: handed in like this, the programme would not allow the claim.")
        )
        return redirect("me:claim_check", found.uuid)
    messages.success(
        request,
        _(
            "Rehearsed: everything is there. Nothing has been handed in; hand in this draft when the programme opens."
        ),
    )
    return redirect("me:claim", found.uuid)


@signed_in
@never_cache
def done(request: PersonRequest, uuid: str) -> HttpResponse:
    found = own(request, uuid)
    if found.state in Claim.OPEN or not found.reference:
        return redirect("me:claim", uuid)
    context = {
        "claim": found,
        "next_step": next_step(found, **waiting_of(found)),
        "steps": step_rows(found, claims.history(found), waiting_before=claim_room.ahead(found)),
        "amount": claim_words.yuan(found.amount),
    }
    return page(request, "claim_done", context)


def _step(claim: Claim, step: int) -> dict[str, Any]:
    """What every step shows: which claim, which step, and why the union sent it back."""
    steps = claims.history(claim) if claim.state == S.RETURNED else []
    papers = has_papers(claim)
    return {
        "claim": claim,
        "step": step if papers or step == 1 else step - 1,
        "steps_in_all": STEPS if papers else STEPS - 1,
        "reason": steps[-1].reason if steps else "",
        "rehearses": claim.state == S.DRAFT and claim.programme.rehearses(),
    }


urlpatterns = [
    path("academy/claims/<uuid:uuid>/answers/", answers, name="claim_answers"),
    path("academy/claims/<uuid:uuid>/papers/", papers, name="claim_papers"),
    path("academy/claims/<uuid:uuid>/papers/<int:pk>/remove/", remove_paper, name="claim_remove_paper"),
    path("academy/claims/<uuid:uuid>/card/", card, name="claim_card"),
    path("academy/claims/<uuid:uuid>/check/", check, name="claim_check"),
    path("academy/claims/<uuid:uuid>/hand-in/", hand_in, name="claim_hand_in"),
    path("academy/claims/<uuid:uuid>/done/", done, name="claim_done"),
]
