"""Places by lot at the desk: freeze the list, enter what was thrown in the hall, who got a place."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from academy import roles_subsidies
from academy.domain import subsidy_draws
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim, SubsidyDraw, SubsidyProgramme
from academy.web import claim_words
from academy.web.desk.claims import may_read
from academy.web.desk.nav import academy_page
from academy.web.desk.subsidies import may_run
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest


class ThrowForm(forms.Form):
    dice = forms.CharField(
        label=gettext_lazy("What was thrown or drawn in the hall"),
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "In the order in which they fell, e.g. 4 6 1 3 5. It cannot be changed afterwards."
        ),
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_dice(self) -> str:
        try:
            return subsidy_draws.checked_dice(self.cleaned_data["dice"])
        except ClaimRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


@may_run
@require_POST
def freeze(request: PersonRequest, code: str) -> HttpResponse:
    """Fixes who is in the urn for one item."""
    programme = get_object_or_404(SubsidyProgramme, code=code)
    item = request.POST.get("item", "")
    if programme.versions.all()[0].rules.item(item) is None:  # type: ignore[attr-defined]
        messages.error(request, _("This programme has no such item."))
        return redirect("desk:subsidy", code)
    try:
        draw = subsidy_draws.freeze(programme=programme, item=item, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk:subsidy", code)
    messages.success(request, _("The list is frozen and its hashes are public. Now the dice are thrown."))
    return redirect("desk:subsidy_draw", draw.uuid)


@may_read
def draw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The frozen list, then the throw, then the outcome."""
    return _page(request, _draw(uuid), ThrowForm())


def _draw(uuid: UUID) -> SubsidyDraw:
    found = SubsidyDraw.objects.select_related("programme", "committed_by", "drawn_by")
    return get_object_or_404(found, uuid=uuid)


def _page(request: PersonRequest, found: SubsidyDraw, form: ThrowForm) -> HttpResponse:
    can_post = bool(roles_subsidies.can_post(request.user))
    waits = found.state == SubsidyDraw.State.COMMITTED
    enters = waits and can_post and request.user.pk != found.committed_by_id
    rules = found.programme.versions.all()[0].rules  # type: ignore[attr-defined]
    item = rules.item(found.item)
    context = academy_page(request, "subsidies") | {
        "draw": found,
        "item": in_language(item.name, item.name_en) if item else found.item,
        "size": len(found.items),
        "in_front": len(found.first),
        "form": form if enters else None,
        "for_all": enters and subsidy_draws.enough_for_all(found),
        "money_short": waits and found.places >= len(found.items) and not subsidy_draws.enough_for_all(found),
        "froze_it": waits and request.user.pk == found.committed_by_id,
        "lines": _lines(request.user, found),
    }
    return render(request, "academy/desk/subsidy_draw.html", context, status=422 if form.errors else 200)


def _lines(user: Any, found: SubsidyDraw) -> list[dict[str, Any]]:
    """The drawn order with what became of each claim; the name where this person sees the claim."""
    order = subsidy_draws.order(found)
    claims = {
        claim.reference: claim
        for claim in Claim.objects.visible_to(user)
        .filter(programme=found.programme_id, item=found.item)
        .select_related("worker")
        if order
    }
    lost = subsidy_draws.without_place(found) if order else set()
    lines = []
    for lot in order:
        claim = claims.get(lot["item"])
        lines.append(
            {
                "position": lot["position"],
                "reference": lot["item"],
                "first": lot["first"],
                "claim": claim,
                "state": _state(claim, lost) if claim else "",
                "kind": claim_words.state_kind(claim.state) if claim else "plain",
                "place": claim.holds_place if claim else lot["place"],
            }
        )
    return lines


def _state(claim: Claim, lost: set[str | None]) -> str:
    refused = claim.state == Claim.State.REFUSED and claim.reference in lost
    return pgettext("claim", "Not drawn") if refused else str(claim.get_state_display())


@needs(roles.REVIEWER, roles.ORGANISER)
@require_POST
def throw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _draw(uuid)
    roles_subsidies.can_post(request.user).or_refuse()
    form = ThrowForm(request.POST)
    if form.is_valid():
        try:
            if not form.cleaned_data["sure"]:
                return _check(request, found, form)
            subsidy_draws.throw(draw=found, dice=form.cleaned_data["dice"], by=request.user)
        except ClaimRefused as refused:
            form.add_error("dice", str(refused))
        else:
            messages.success(request, _("The lots are drawn: the order is public."))
            return redirect("desk:subsidy_draw", uuid)
    return _page(request, found, form)


def _check(request: PersonRequest, found: SubsidyDraw, form: ThrowForm) -> HttpResponse:
    """The second look at what was typed, before it decides for ever; nothing is kept yet. Raises ClaimRefused."""
    subsidy_draws.check_waits(found, request.user)
    context = academy_page(request, "subsidies") | {
        "draw": found,
        "dice": form.cleaned_data["dice"],
        "size": len(found.items),
    }
    return render(request, "academy/desk/subsidy_throw.html", context)


@needs(roles.REVIEWER, roles.ORGANISER)
@require_POST
def place_all(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """A place for everybody on the list: no dice."""
    found = _draw(uuid)
    roles_subsidies.can_post(request.user).or_refuse()
    try:
        subsidy_draws.place_all(draw=found, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Everybody on the list has a place; no draw was needed."))
    return redirect("desk:subsidy_draw", uuid)


urlpatterns = [
    path("academy/subsidies/<slug:code>/freeze/", freeze, name="subsidy_freeze"),
    path("academy/draws/<uuid:uuid>/", draw, name="subsidy_draw"),
    path("academy/draws/<uuid:uuid>/throw/", throw, name="subsidy_throw"),
    path("academy/draws/<uuid:uuid>/place-all/", place_all, name="subsidy_place_all"),
]
