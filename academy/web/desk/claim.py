"""One claim at the desk: what is claimed, what was found, its way; and what this person may do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_subsidies
from academy.domain import claim_reviews, claims, payments
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim, ClaimFile
from academy.web import claim_words
from academy.web.desk import claim_facts
from academy.web.desk.claim_forms import (
    AskCardForm,
    CardForm,
    DecisionForm,
    HandOverForm,
    PostedForm,
    ReclaimForm,
)
from academy.web.desk.claim_queue import claim_url, filter_of, queue
from academy.web.desk.claim_tables import age_words, due_tag
from academy.web.desk.claims import may_read
from academy.web.desk.nav import academy_page
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.kit.private_files import private_response
from craft_site.people import roles
from craft_site.people.web.forms import RevealForm
from craft_site.people.web.requests import PersonRequest

S = Claim.State


def _claim(request: PersonRequest, uuid: UUID) -> Claim:
    return get_object_or_404(
        Claim.objects.visible_to(request.user).for_list().select_related("delegate", "posted"), uuid=uuid
    )


def _choices(user: Any, claim: Claim) -> list[str]:
    if roles_subsidies.can_decide(user, claim):
        return ["approve", "return", "refuse"]
    return ["refuse"] if roles_subsidies.can_refuse(user, claim) else []


@may_read
@never_cache
def claim(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Everything of one claim that this person may see."""
    return _page(request, _claim(request, uuid))


def _page(request: PersonRequest, found: Claim, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    """bound: forms that came back with problems, by the names that the page knows them under."""
    user, choices = request.user, _choices(request.user, found)
    by_lot = found.programme.allocation == found.programme.Allocation.LOTTERY
    can_decide = roles_subsidies.can_decide(user, found)
    attached = list(found.files.select_related("file"))  # type: ignore[attr-defined]
    papers = [
        {"paper": paper, "is_image": paper.file.content_type.startswith("image/")}
        for paper in attached
        if roles_subsidies.can_see_document(user, paper)
    ]
    context = academy_page(request, "claims") | {
        "claim": found,
        "kind": claim_words.state_kind(found.state),
        "person": claim_facts.person_rows(found),
        "answers": claim_facts.claim_rows(found),
        "number": claim_facts.number_rows(found),
        "findings": claim_words.finding_rows(found.findings.all(), office=True),  # type: ignore[attr-defined]
        "same": [
            {"title": _("Claims with the same bank card"), "rows": claim_facts.same_card_rows(user, found)},
            {"title": _("Claims with the same scan"), "rows": claim_facts.same_scan_rows(user, found)},
        ],
        "papers": papers,
        "attached": bool(attached),
        "history": claim_facts.history_rows(found),
        "age": age_words(found),
        "due": due_tag(found, timezone.localdate()),
        "others": _others(user, found),
        "payments": _payments(user, found),
        "objections": found.objections.select_related("posting") if roles_subsidies.can_post(user) else (),  # type: ignore[attr-defined]
        "queue": queue(request, found),
        "here": claim_url(found.uuid, filter_of(request)),
        "why_not": "" if choices or not found.waits_for else can_decide.reason,
        "waits_for_lots": _waits(found) and by_lot,
        "waits_in_line": _waits(found) and not by_lot,
        "first": claim_words.priority_words(found),
        "nothing_found": _nothing_found(found, bool(attached)),
        "asks_posting": claim_reviews.asks_posting(found),
        "posted_until": claim_reviews.posted_until(found),
        "posted_form": bound.get("posted_form")
        or (
            PostedForm(initial={"on": found.unit_posted_on}, auto_id="posted_%s")
            if _asks(user, found)
            else None
        ),
        "ask_card_form": bound.get("ask_card_form")
        or (AskCardForm(auto_id="ask_%s") if roles_subsidies.can_ask_card(user, found) else None),
        "has_account": found.worker.user_id is not None,
        "reveal_form": RevealForm(auto_id="reveal_%s")
        if user.has_role(roles.ORGANISER, roles.REVIEWER)
        else None,
        "form": bound.get("form")
        or (DecisionForm(choices=choices, last=_is_last(found)) if choices else None),
        "hand_over_form": bound.get("hand_over_form")
        or (_hand_over_form(user, found) if can_decide else None),
        "card_form": bound.get("card_form") or (CardForm() if _takes_card(user, found) else None),
        "reclaim_form": bound.get("reclaim_form") or (ReclaimForm() if _can_reclaim(user, found) else None),
        "can_close": found.state == S.PAID and bool(roles_subsidies.can_pay(user)),
    }
    context["problems"] = next((form for form in bound.values() if form.errors), None)
    return render(request, "academy/desk/claim.html", context, status=status)


def _waits(found: Claim) -> bool:
    """Filed without a place: the lots or the line decide first."""
    return found.state == S.FILED and found.waits_for is None


def _is_last(found: Claim) -> bool:
    """Whether no union comes after the one that it waits for."""
    return found.waits_for is not None and found.waits_for.parent_id is None


def _asks(user: Any, found: Claim) -> bool:
    return claim_reviews.asks_posting(found) and bool(roles_subsidies.can_decide(user, found))


def _nothing_found(found: Claim, attached: bool) -> str:
    """What was compared with the programme and agrees; nothing is said of what is not there."""
    compared = [_("date"), _("repeats"), _("bank card")]
    if found.certificate_no:
        compared.insert(0, _("certificate number"))
    if attached:
        compared.append(_("scans"))
    return _("Nothing. Compared with the programme and with other claims: %(what)s.") % {
        "what": listed(compared)
    }


def _others(user: Any, found: Claim) -> list[Claim]:
    """What else this worker has claimed, as far as this person may see it."""
    same = Claim.objects.visible_to(user).filter(worker=found.worker_id).exclude(pk=found.pk)
    return list(same.for_list()[:20])


def _payments(user: Any, found: Claim) -> Any:
    if not user.has_role(roles.FINANCE, roles.ORGANISER, roles.SUPERVISOR):
        return ()
    return found.payments.select_related("list__programme")  # type: ignore[attr-defined]


def _hand_over_form(user: Any, found: Claim, posted: Any = None) -> HandOverForm | None:
    colleagues = claim_reviews.colleagues(found, user)
    form = HandOverForm(posted, colleagues=colleagues, auto_id="over_%s")
    return form if posted is not None or colleagues.exists() else None


def _takes_card(user: Any, found: Claim) -> bool:
    return found.state == S.BANK_FAILED and bool(roles_subsidies.can_enter_card(user, found))


def _can_reclaim(user: Any, found: Claim) -> bool:
    return found.state in (S.PAID, S.CLOSED) and bool(roles_subsidies.can_run_programmes(user))


def _done(request: PersonRequest, uuid: UUID, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(claim_url(uuid, filter_of(request)))


@needs(roles.REVIEWER, roles.ORGANISER)
@require_POST
def decide(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _claim(request, uuid)
    form = DecisionForm(request.POST, choices=_choices(request.user, found), last=_is_last(found))
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    verbs: dict[str, Callable[[], Any]] = {
        "approve": lambda: claim_reviews.approve(claims=[found], by=request.user),
        "return": lambda: claim_reviews.send_back(claim=found, reason=reason, by=request.user),
        "refuse": lambda: claim_reviews.refuse(claim=found, reason=reason, by=request.user),
    }
    following = queue(request, found).following
    try:
        verbs[decision]()
    except ClaimRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, _claim(request, uuid), form=form, status=422)
    words = _("%(claim)s: %(state)s.") % {"claim": found, "state": found.get_state_display()}
    if "next" in request.POST and following:
        messages.success(request, words)
        return redirect(claim_url(following, filter_of(request)))
    if (
        not Claim.objects.visible_to(request.user).filter(pk=found.pk).exists()
    ):  # a delegate has done the step
        messages.success(request, words)
        return redirect("desk:claims")
    return _done(request, uuid, words)


@needs(roles.REVIEWER)
@require_POST
def hand_over(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _claim(request, uuid)
    roles_subsidies.can_decide(request.user, found).or_refuse()
    form = _hand_over_form(request.user, found, request.POST)
    assert form is not None
    if form.is_valid():
        try:
            claim_reviews.hand_over(claim=found, to=form.cleaned_data["to"], by=request.user)
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("Handed to %(name)s. Until one of you decides, you can decide it as well.")
            return _done(request, uuid, words % {"name": form.cleaned_data["to"].name})
    return _page(request, found, hand_over_form=form, status=422)


@needs(roles.REVIEWER)
@require_POST
def posted(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Since when the firm has the name on its notice board; for this claim, or for all that wait here without one."""
    found = _claim(request, uuid)
    roles_subsidies.can_decide(request.user, found).or_refuse()
    form = PostedForm(request.POST, auto_id="posted_%s")
    if form.is_valid():
        claims_meant = [found]
        if form.cleaned_data["every"]:
            waiting = Claim.objects.waiting_for(request.user).for_list()
            others = waiting.filter(programme=found.programme_id, state=S.FILED, unit_posted_on=None)
            claims_meant += claim_reviews.could_hang(
                list(others.exclude(pk=found.pk)), on=form.cleaned_data["on"]
            )
        try:
            count = claim_reviews.record_posting(
                claims=claims_meant, on=form.cleaned_data["on"], by=request.user
            )
        except ClaimRefused as refused:
            form.add_error("on", str(refused))
        else:
            words = ngettext("Recorded for %(n)d claim.", "Recorded for %(n)d claims.", count)
            return _done(request, uuid, words % {"n": count})
    return _page(request, found, posted_form=form, status=422)


@needs(roles.FINANCE, roles.ORGANISER)
@require_POST
def ask_card(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """After the bank could not pay: a task for the claimant, with what is wrong."""
    found = _claim(request, uuid)
    roles_subsidies.can_ask_card(request.user, found).or_refuse()
    form = AskCardForm(request.POST, auto_id="ask_%s")
    if form.is_valid():
        try:
            payments.ask_card(claim=found, words=form.cleaned_data["words"], by=request.user)
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, uuid, _("The claimant is asked for another card on the own page."))
    return _page(request, found, ask_card_form=form, status=422)


@needs(roles.ORGANISER, roles.REVIEWER)
@require_POST
def new_card(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Another card after the bank could not pay, for a claimant who brings it on paper to the union or the office."""
    found = _claim(request, uuid)
    roles_subsidies.can_enter_card(request.user, found).or_refuse()
    form = CardForm(request.POST)
    if form.is_valid():
        try:
            claims.card_corrected(claim=found, number=form.cleaned_data["number"], by=request.user)
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(
                request, uuid, _("The new card is kept; the claim can go onto the next payment list.")
            )
    return _page(request, found, card_form=form, status=422)


@needs(roles.ORGANISER)
@require_POST
def reclaim(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _claim(request, uuid)
    form = ReclaimForm(request.POST)
    if form.is_valid():
        try:
            payments.reclaim(claim=found, reason=form.cleaned_data["reason"], by=request.user)
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, uuid, _("The money is asked back; place and money are free again."))
    return _page(request, found, reclaim_form=form, status=422)


@needs(roles.FINANCE)
@require_POST
def close(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _claim(request, uuid)
    try:
        payments.close(claim=found, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
        return redirect(claim_url(uuid, filter_of(request)))
    return _done(request, uuid, _("The claim is closed."))


@may_read
@never_cache
def document(request: PersonRequest, uuid: UUID, pk: int) -> FileResponse:
    """One document of a claim that the person sees."""
    found = get_object_or_404(ClaimFile.objects.select_related("file"), claim=_claim(request, uuid), pk=pk)
    roles_subsidies.can_see_document(request.user, found).or_refuse()
    stored = found.file
    return private_response(
        stored.name,
        content_type=stored.content_type,
        filename=f"{found.kind}-{stored.uuid.hex[:8]}",
        inline=True,
    )


urlpatterns = [
    path("academy/claims/<uuid:uuid>/", claim, name="claim"),
    path("academy/claims/<uuid:uuid>/decide/", decide, name="claim_decide"),
    path("academy/claims/<uuid:uuid>/hand-over/", hand_over, name="claim_hand_over"),
    path("academy/claims/<uuid:uuid>/posted/", posted, name="claim_posted"),
    path("academy/claims/<uuid:uuid>/ask-card/", ask_card, name="claim_ask_card"),
    path("academy/claims/<uuid:uuid>/card/", new_card, name="claim_card"),
    path("academy/claims/<uuid:uuid>/reclaim/", reclaim, name="claim_reclaim"),
    path("academy/claims/<uuid:uuid>/close/", close, name="claim_close"),
    path("academy/claims/<uuid:uuid>/documents/<int:pk>/", document, name="claim_document"),
]
