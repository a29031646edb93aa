"""Conferrals at the desk: written down by one organiser, confirmed by another or by the city."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_rounds as roles
from honours.domain import conferrals
from honours.domain.refusals import HonourRefused
from honours.models import Campaign, Conferral, Nomination
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.desk.rounds import campaign_at_desk
from honours.web.fields import put_refusal

organiser_only = needs(site_roles.ORGANISER)
office = needs(*OFFICE)
confirmers = needs(site_roles.ORGANISER, site_roles.REVIEWER)


class NominationsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, nomination: Any) -> str:
        return f"{nomination.reference} · {nomination.name} · {nomination.employer}"


class ConferralForm(forms.Form):
    nominations = NominationsField(
        label=gettext_lazy("Who stands in the decree"),
        queryset=Nomination.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )
    document_no = forms.CharField(label=gettext_lazy("Number of the decree"), max_length=60)
    conferred_on = DateField(label=gettext_lazy("Conferred on"))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Where this can be read: the decree, a newspaper with its date."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reported = campaign.nominations.for_list()  # type: ignore[attr-defined]
        self.fields["nominations"].queryset = reported.filter(  # type: ignore[attr-defined]
            state=Nomination.State.REPORTED, conferral=None
        )


@organiser_only
@never_cache
def new(request: PersonRequest, code: str) -> HttpResponse:
    """Writes down what the decree says."""
    campaign = campaign_at_desk(request, code)
    form = ConferralForm(posted(request), campaign=campaign)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = conferrals.propose(
                campaign=campaign, by=request.user, **given | {"nominations": list(given["nominations"])}
            )
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Written down. A colleague confirms it, then the honours count."))
            return redirect(made)
    return form_page(
        request, form, section="campaigns", title=_("Enter a decree"), back=campaign.get_absolute_url()
    )


@office
@never_cache
def conferral(request: PersonRequest, uuid: str) -> HttpResponse:
    found = get_object_or_404(
        Conferral.objects.select_related("campaign__title", "proposed_by", "decided_by"), uuid=uuid
    )
    waits = found.state == Conferral.State.PROPOSED
    decision = roles.can_confirm(request.user, found)
    context = honours_page(request, "campaigns") | {
        "conferral": found,
        "nominations": found.nominations.for_list().select_related("honour__holder"),  # type: ignore[attr-defined]
        "may_confirm": waits and bool(decision),
        "why_not": "" if decision or not waits else decision.reason,
        "may_drop": waits and (bool(decision) or found.proposed_by_id == request.user.pk),
    }
    return render(request, "honours/desk/conferral.html", context)


@confirmers
@require_POST
def decide(request: PersonRequest, uuid: str) -> HttpResponse:
    """Confirms or drops."""
    found = get_object_or_404(Conferral.objects.select_related("campaign"), uuid=uuid)
    try:
        if request.POST.get("action") == "confirm":
            made = conferrals.confirm(conferral=found, by=request.user)
            messages.success(request, _("%(count)d honours are in the register.") % {"count": len(made)})
        elif request.POST.get("action") == "drop":
            conferrals.drop(conferral=found, by=request.user)
            messages.info(request, _("The conferral is dropped; its nominations are free again."))
        else:
            raise PermissionDenied(_("This step is not made here."))
    except HonourRefused as refused:
        messages.error(request, str(refused))
    return redirect(found)


urlpatterns = [
    path("honours/rounds/<slug:code>/confer/", new, name="conferral_new"),
    path("honours/conferrals/<uuid:uuid>/", conferral, name="conferral"),
    path("honours/conferrals/<uuid:uuid>/decide/", decide, name="conferral_decide"),
]
