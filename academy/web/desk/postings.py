"""Public notices at the desk: what would be posted, what stands, its end; and what people say against a name."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_subsidies
from academy.domain import postings as verbs
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim, ClaimObjection, Posting, SubsidyProgramme
from academy.web import claim_words
from academy.web.desk.nav import OFFICE, academy_page
from craft_site.kit import working_days
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

may_read = needs(*OFFICE)
may_post = needs(roles.REVIEWER, roles.ORGANISER)
A_PAGE = 50


class ClaimField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.worker.name} · {obj.worker.employer or '–'} · {obj.reference}"


class AnswerForm(forms.Form):
    """The office's answer to one objection. claim is asked where the objection leaves open who is meant."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            ("reject", gettext_lazy("The claim stands")),
            ("uphold", gettext_lazy("The objection is right: refuse the claim")),
        ],
    )
    claim = ClaimField(
        label=gettext_lazy("Whose claim is meant"), queryset=Claim.objects.none(), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("Answer"),
        min_length=4,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Told to whoever objected; when the claim is refused the claimant reads it too."
        ),
    )

    def __init__(self, *args: Any, objection: ClaimObjection, claims: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"o{objection.pk}_%s"
        super().__init__(*args, **kwargs)
        if objection.claim_id is not None:
            del self.fields["claim"]
        else:
            self.fields["claim"].queryset = claims  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") == "uphold" and "claim" in self.fields and given.get("claim") is None:
            self.add_error("claim", _("Choose the claim that the objection is about."))
        return given


@may_read
def overview(request: PersonRequest) -> HttpResponse:
    """What waits for a notice, and every notice with its days and its open objections."""
    ready = (
        SubsidyProgramme.objects.filter(claims__state=Claim.State.CITY)
        .annotate(claims_ready=Count("claims"), yuan=Sum("claims__amount"))
        .order_by("code")
    )
    found = (
        Posting.objects.select_related("programme")
        .annotate(
            waiting=Count("claims", filter=Q(claims__state=Claim.State.PUBLICITY), distinct=True),
            unanswered=Count("objections", filter=Q(objections__answered_at=None), distinct=True),
        )
        .order_by("-posted_at")
    )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = academy_page(request, "postings") | {
        "ready": ready,
        "page_obj": page,
        "rows": [{"posting": posting, **standing(posting)} for posting in page],
        "can_post": bool(roles_subsidies.can_post(request.user)),
    }
    return render(request, "academy/desk/postings.html", context)


def standing(posting: Any) -> dict[str, str]:
    """Where a notice stands. posting: with `waiting`, the claims that are still on notice."""
    if verbs.on_notice(posting):
        return {"word": _("On notice"), "kind": "info"}
    if posting.waiting:
        return {"word": pgettext("notice", "To be ended"), "kind": "warn"}
    return {"word": _("Over"), "kind": "plain"}


def _readable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"item": in_language(row["item"], row["item_en"])} for row in rows]


@may_post
@never_cache
def new(request: PersonRequest, code: str) -> HttpResponse:
    """What everybody would read; a POST puts it there."""
    roles_subsidies.can_post(request.user).or_refuse()
    programme = get_object_or_404(SubsidyProgramme, code=code)
    if request.method == "POST":
        try:
            made = verbs.post(programme=programme, by=request.user)
        except ClaimRefused as refused:
            messages.error(request, str(refused))
            return redirect("desk:postings")
        messages.success(request, _("The notice stands and is public until its last day."))
        return redirect("desk:posting", made.uuid)
    claims = verbs.ready(programme)
    if not claims:
        messages.info(request, _("No claim waits for a public notice."))
        return redirect("desk:postings")
    days = claims[0].version.rules.publicity_days
    context = academy_page(request, "postings") | {
        "programme": programme,
        "rows": _readable(verbs.rows_of(claims)),
        "yuan": sum(claim.amount for claim in claims),
        "days": days,
        "until": working_days.after(timezone.localdate(), days),
    }
    return render(request, "academy/desk/posting_new.html", context)


def _posting(uuid: UUID) -> Posting:
    return get_object_or_404(
        Posting.objects.select_related("programme", "posted_by").annotate(
            waiting=Count("claims", filter=Q(claims__state=Claim.State.PUBLICITY))
        ),
        uuid=uuid,
    )


@may_read
@never_cache
def posting(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One notice: its claims as they stand now, and the objections for whoever answers them."""
    return _page(request, _posting(uuid))


def _page(request: PersonRequest, found: Any, *, bound: tuple[int, AnswerForm] | None = None) -> HttpResponse:
    """bound: an answer that came back with problems, with the key of its objection."""
    can_post = bool(roles_subsidies.can_post(request.user))
    seen = Claim.objects.visible_to(request.user).for_list().filter(posted=found).order_by("filed_at", "pk")
    page = Paginator(seen, A_PAGE).get_page(request.GET.get("page"))
    names: dict[Any, str] = {}
    context = academy_page(request, "postings") | {
        "posting": found,
        **standing(found),
        "stands": verbs.on_notice(found),
        "size": len(found.rows),
        "page_obj": page,
        "claims": [
            {
                "claim": claim,
                "item": names.setdefault((claim.version_id, claim.item), claim.item_name),
                "kind": claim_words.state_kind(claim.state),
            }
            for claim in page
        ],
        "can_post": can_post,
        "can_end": can_post and not verbs.on_notice(found) and found.waiting,
        "objections": _objections(found, bound) if can_post else [],
        "form": bound[1] if bound else None,
    }
    return render(request, "academy/desk/posting.html", context, status=422 if bound else 200)


def _objections(found: Posting, bound: tuple[int, AnswerForm] | None) -> list[dict[str, Any]]:
    rows = []
    claims = _claims_of(found)
    for objection in found.objections.select_related("claim__worker", "answered_by"):  # type: ignore[attr-defined]
        form = None
        if objection.answered_at is None:
            form = (
                bound[1]
                if bound and bound[0] == objection.pk
                else AnswerForm(objection=objection, claims=claims)
            )
        rows.append(
            {
                "objection": objection,
                "name": objection.name.reveal(),
                "phone": objection.phone.reveal(),
                "text": objection.text.reveal(),
                "answer": objection.answer.reveal(),
                "form": form,
            }
        )
    return rows


def _claims_of(found: Posting) -> Any:
    claims = Claim.objects.filter(posted=found, state=Claim.State.PUBLICITY)
    return claims.select_related("worker__employer").order_by("worker__name", "pk")


@may_post
@require_POST
def end(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """After the days: what nobody objects to goes on to payment."""
    try:
        count = verbs.end(posting=_posting(uuid), by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)d claim approved for payment.", "%(n)d claims approved for payment.", count)
        messages.success(request, words % {"n": count})
    return redirect("desk:posting", uuid)


@may_post
@require_POST
def answer(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The answer to one objection, with what it means for the claim."""
    roles_subsidies.can_post(request.user).or_refuse()
    objection = get_object_or_404(ClaimObjection.objects.select_related("posting", "claim"), uuid=uuid)
    form = AnswerForm(request.POST, objection=objection, claims=_claims_of(objection.posting))
    if form.is_valid():
        given = form.cleaned_data
        try:
            verbs.answer(
                objection=objection,
                text=given["text"],
                upheld=given["outcome"] == "uphold",
                claim=given.get("claim"),
                by=request.user,
            )
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The answer is recorded."))
            return redirect("desk:posting", objection.posting.uuid)
    return _page(request, _posting(objection.posting.uuid), bound=(objection.pk, form))


urlpatterns = [
    path("academy/notices/", overview, name="postings"),
    path("academy/notices/new/<slug:code>/", new, name="posting_new"),
    path("academy/notices/<uuid:uuid>/", posting, name="posting"),
    path("academy/notices/<uuid:uuid>/end/", end, name="posting_end"),
    path("academy/objections/<uuid:uuid>/answer/", answer, name="posting_answer"),
]
