"""What the desk does to a pair: sign, begin, evaluate, extend, end, give up, another master. Each is one form."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_pairs as roles
from academy.domain import pair_agreements, pair_moves, pair_reviews, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairReview, PairSignature
from academy.rules import pairing
from academy.web import pair_words
from academy.web.desk.nav import academy_page
from academy.web.desk.pair_forms import ExtendForm, ReasonForm, ReviewForm
from academy.web.desk.pairs import PROPOSING, at_the_desk, pair_at_desk
from academy.web.desk.worker_choice import WorkerChoice, answer_status
from academy.web.fields import put_refusal
from academy.web.pair_agreement import content_context
from craft_site.kit.access import roles as needs_role
from craft_site.people import roles as site_roles
from craft_site.people.models import Worker
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.requests import PersonRequest

looking_after = needs_role(site_roles.ORGANISER, site_roles.REVIEWER)
declining = needs_role(*PROPOSING)
S = Pair.State


def pair_form(
    request: PersonRequest,
    found: Pair,
    form: Any,
    *,
    title: str,
    submit: str = "",
    intro: str = "",
    status: int = 0,
) -> HttpResponse:
    """A page that is one form about a pair."""
    context = academy_page(request, "pairs") | {
        "pair": found,
        "form": form,
        "heading": title,
        "submit": submit or title,
        "intro": intro,
        "cancel_url": found.get_absolute_url(),
    }
    status = status or (422 if form.errors else 200)
    return render(request, "academy/desk/pair_form.html", context, status=status)


def _is_past(request: PersonRequest, found: Pair, to: str) -> bool:
    """Whether this form is opened for a move that the pair does not make any more; the person is told so."""
    past = request.method == "GET" and to not in pair_moves.MOVES[found.state]
    if past:
        words = _("This cannot be done with a pair that is “%(state)s”.")
        messages.info(request, words % {"state": found.get_state_display()})
    return past


@at_the_desk
@never_cache
def sign(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Reads the whole content and signs it for one's side in its turn; or the office enters what stands on paper."""
    found = pair_at_desk(request, uuid)
    turn = pair_agreements.next_side(found)
    if not turn:
        messages.info(request, _("This agreement waits for no signature."))
        return redirect(found)
    side = roles.side_of(request.user, found)
    may_paper = roles.can_enter_paper(request.user, found)
    if not side:
        may_paper.or_refuse()
    if request.method == "POST":
        on_paper = "paper" in request.POST
        try:
            pair_agreements.sign(
                pair=found,
                side=request.POST.get("side", ""),
                seen=request.POST.get("seen", ""),
                by=request.user,
                on_paper=on_paper,
            )
        except PairRefused as refused:
            messages.error(request, str(refused))
            return redirect("desk:pair_sign", found.uuid)
        messages.success(request, _("The signature is kept."))
        return redirect(found)
    context = academy_page(request, "pairs") | content_context(found)
    context |= {
        "side": turn,
        "side_label": PairSignature.Role(turn).label,
        "mine": side == turn,
        "may_paper": bool(may_paper),
        "next": pair_words.next_words(found, turn),
    }
    return render(request, "academy/desk/pair_sign.html", context)


@looking_after
@require_POST
def start(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = pair_at_desk(request, uuid)
    try:
        pairs.start(pair=found, by=request.user)
    except PairRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The pair is under way."))
    return redirect(found)


@looking_after
@never_cache
def review_mid(request: PersonRequest, uuid: UUID) -> HttpResponse:
    return _review(request, uuid, PairReview.Kind.MID)


@looking_after
@never_cache
def review_final(request: PersonRequest, uuid: UUID) -> HttpResponse:
    return _review(request, uuid, PairReview.Kind.FINAL)


def _review(request: PersonRequest, uuid: UUID, kind: PairReview.Kind) -> HttpResponse:
    found = pair_at_desk(request, uuid)
    roles.can_look_after(request.user, found).or_refuse()
    if _is_past(request, found, S.MID_OK if kind == PairReview.Kind.MID else S.FINAL_OK):
        return redirect(found)
    form = ReviewForm(posted(request), kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            pair_reviews.review(pair=found, kind=kind, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused, {"reason": "comment"})
        else:
            messages.success(request, _("The evaluation is kept."))
            return redirect(found)
    return pair_form(
        request, found, form, title=str(kind.label), submit=_("Keep the evaluation"), intro=_hint(found, kind)
    )


def _hint(found: Pair, kind: PairReview.Kind) -> str:
    if kind == PairReview.Kind.MID:
        rules = pair_moves.rules_of(found.scheme)
        return _(
            "To pass, at least %(mid)d each in theory, practice and conduct; to be excellent, at least %(high)d each."
        ) % {"mid": rules.mid_mark, "high": rules.pass_mark}
    certificate = pair_reviews.target_certificate(found)
    if certificate is not None:
        return _("The target is reached by certificate: %(certificate)s.") % {"certificate": certificate}
    mark = pair_moves.rules_of(found.scheme).pass_mark
    return _(
        "No checked certificate of the target level is on record: "
        "to complete, at least %(mark)d in theory and in practice are needed."
    ) % {"mark": mark}


@looking_after
@never_cache
def extend(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = pair_at_desk(request, uuid)
    roles.can_look_after(request.user, found).or_refuse()
    if _is_past(request, found, S.EXTENDED):
        return redirect(found)
    most = pair_moves.rules_of(found.scheme).extend_most
    form = ExtendForm(posted(request), initial={"until": pairing.add_months(found.ends_on, min(6, most))})
    if request.method == "POST" and form.is_valid():
        try:
            pairs.extend(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The term is extended."))
            return redirect(found)
    intro = _("The last day is %(day)s now; one extension adds %(most)d months at most.") % {
        "day": pair_words.day(found.ends_on),
        "most": most,
    }
    return pair_form(request, found, form, title=_("Extend the term"), intro=intro)


@looking_after
@never_cache
def end(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = pair_at_desk(request, uuid)
    roles.can_look_after(request.user, found).or_refuse()
    if _is_past(request, found, S.ENDED_EARLY):
        return redirect(found)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pairs.end_early(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The pair has ended."))
            return redirect(found)
    intro = _(
        "Log and evaluations stay with the pair. The two may not judge one another for %(years)d years."
    )
    intro %= {"years": pair_moves.rules_of(found.scheme).tie_years}
    return pair_form(request, found, form, title=_("End the pair early"), intro=intro)


@declining
@never_cache
def decline(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = pair_at_desk(request, uuid)
    roles.can_decline(request.user, found).or_refuse()
    if _is_past(request, found, S.DECLINED):
        return redirect(found)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pairs.decline(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The proposal is given up; the place is free again."))
            return redirect(found)
    return pair_form(request, found, form, title=_("Give the proposal up"))


class NewMentorForm(WorkerChoice):
    starts_on = DateField(label=gettext_lazy("First day with the new master"))
    reason = forms.CharField(
        label=gettext_lazy("Why the pair ends"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


@looking_after
@never_cache
def new_mentor(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Ends this pair and proposes the next with another master."""
    found = pair_at_desk(request, uuid)
    roles.can_look_after(request.user, found).or_refuse()
    if found.state not in (Pair.State.SIGNED, *Pair.UNDER_WAY):
        raise Http404
    others = Worker.objects.visible_to(request.user).exclude(pk__in=(found.mentor_id, found.apprentice_id))
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = NewMentorForm(posted(request), among=others, initial={"starts_on": tomorrow})
    form.fields["worker"].label = pgettext("pair", "New master")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = pairs.new_mentor(
                pair=found,
                mentor=given["worker"],
                reason=given["reason"],
                starts_on=given["starts_on"],
                by=request.user,
            )
        except PairRefused as refused:
            put_refusal(form, refused, {"mentor": "worker"})
        else:
            messages.success(request, _("The pair has ended; the new one waits for its signatures."))
            return redirect(made)
    intro = _(
        "This pair ends. A new agreement takes over target, duties and what is not learnt; all four sign it."
    )
    return pair_form(
        request,
        found,
        form,
        title=_("Another master"),
        submit=_("End and propose"),
        intro=intro,
        status=answer_status(form),
    )


urlpatterns = [
    path("academy/pairs/<uuid:uuid>/sign/", sign, name="pair_sign"),
    path("academy/pairs/<uuid:uuid>/start/", start, name="pair_start"),
    path("academy/pairs/<uuid:uuid>/mid-term/", review_mid, name="pair_review_mid"),
    path("academy/pairs/<uuid:uuid>/final/", review_final, name="pair_review_final"),
    path("academy/pairs/<uuid:uuid>/extend/", extend, name="pair_extend"),
    path("academy/pairs/<uuid:uuid>/end/", end, name="pair_end"),
    path("academy/pairs/<uuid:uuid>/decline/", decline, name="pair_decline"),
    path("academy/pairs/<uuid:uuid>/master/", new_mentor, name="pair_new_mentor"),
]
