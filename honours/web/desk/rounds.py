"""Rounds of honours at the desk: all of them, one with its meter and its list, reporting up."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.models import Employer
from craft_site.people.web.forms import DateField, numeric, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_rounds as roles
from honours.domain import conferrals, rounds
from honours.domain.refusals import HonourRefused
from honours.models import Campaign, HonourTitle, Nomination, city_of
from honours.web import nomination_words, words
from honours.web.desk.nav import WHOLE_DESK, form_page, honours_page
from honours.web.fields import put_refusal

organiser_only = needs(site_roles.ORGANISER)
at_the_desk = needs(*WHOLE_DESK)
RESERVED = frozenset({"new"})
SHOWN = 100
S = Nomination.State


class CampaignForm(forms.ModelForm):
    closes_on = DateField(label=gettext_lazy("Nominations until"))

    class Meta:
        model = Campaign
        fields = ("title", "code", "name", "year", "places", "closes_on")
        widgets = {"year": numeric(), "places": numeric()}
        labels = {"title": pgettext_lazy("honour", "Title")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].queryset = HonourTitle.objects.filter(in_use=True)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("Choose another code."))
        return code


class ChangeForm(forms.Form):
    closes_on = DateField(label=gettext_lazy("Nominations until"))
    places = forms.IntegerField(
        label=gettext_lazy("Places"), min_value=1, max_value=100_000, widget=numeric()
    )


@at_the_desk
@never_cache
def index(request: PersonRequest) -> HttpResponse:
    """Every round with how far its nominations are; the latest first."""
    under_way = Count("nominations", filter=Q(nominations__state__in=rounds.UNDER_WAY))
    conferred = Count("nominations", filter=Q(nominations__state=S.CONFERRED))
    found = (
        Campaign.objects.visible_to(request.user)
        .select_related("title")
        .annotate(under_way=under_way, conferred=conferred)
    )
    rows = [
        {"round": one, "kind": nomination_words.ROUND_KIND[Campaign.State(one.state)]}
        for one in found[:SHOWN]
    ]
    context = honours_page(request, "campaigns") | {
        "rows": rows,
        "may_run": bool(roles.can_run_rounds(request.user)),
        "in_office": not request.user.has_role(site_roles.EMPLOYER) or request.user.has_role(*_OFFICE),
    }
    return render(request, "honours/desk/campaigns.html", context)


_OFFICE = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR)


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    form = CampaignForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = rounds.create(campaign=form.save(commit=False), by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The round is kept as a draft. Read what it asks for, then open it."))
            return redirect(made)
    return form_page(request, form, section="campaigns", title=_("New round"), back=reverse("desk:campaigns"))


def campaign_at_desk(request: PersonRequest, code: str) -> Campaign:
    """The round, if the person may know of it; else 404."""
    return get_object_or_404(Campaign.objects.visible_to(request.user).select_related("title"), code=code)


@at_the_desk
@never_cache
def campaign(request: PersonRequest, code: str) -> HttpResponse:
    """One round: the meter of its list, how many stand where, notices, conferrals, what comes next."""
    found = campaign_at_desk(request, code)
    run = bool(roles.can_run_rounds(request.user))
    office = request.user.has_role(*_OFFICE)
    counts = dict(
        Nomination.objects.visible_to(request.user)
        .filter(campaign=found)
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
    )
    context = (
        honours_page(request, "campaigns")
        | {
            "round": found,
            "kind": nomination_words.ROUND_KIND[Campaign.State(found.state)],
            "asks": {
                "quotas": words.quota_words(found.asks),
                "base": words.base_words(found.asks),
                "clearance": words.clearance_words(found.asks),
                "days": [
                    {"label": words.STAGES[stage], "days": days} for stage, days in found.asks.days.items()
                ],
            },
            "meter": nomination_words.gauge_rows(rounds.meter(found)) if office else [],
            "states": [
                {
                    "label": state.label,
                    "count": counts[state],
                    "kind": nomination_words.state_kind(state),
                    "url": f"{reverse('desk:nominations')}?campaign={found.pk}&state={state}",
                }
                for state in S
                if counts.get(state)
            ],
            "notices": found.notices.select_related("union")[:SHOWN] if office else [],  # type: ignore[attr-defined]
            "conferrals": found.conferrals.all()[:SHOWN] if office else [],  # type: ignore[attr-defined]
            "to_post": _to_post(request, found),
            "takes": rounds.takes_nominations(found) and _nominates(request),
            "can_run": run,
            "moves": [
                {"to": to, "label": nomination_words.ROUND_MOVES[to]}
                for to in rounds.MOVES[Campaign.State(found.state)]
            ]
            if run
            else [],
            "listed": counts.get(S.LISTED, 0) if run else 0,
            "reported": counts.get(S.REPORTED, 0) if run else 0,
        }
    )
    return render(request, "honours/desk/campaign.html", context)


def _nominates(request: PersonRequest) -> bool:
    return request.user.has_role(site_roles.ORGANISER, site_roles.EMPLOYER) or (
        request.user.has_role(site_roles.REVIEWER)
        and Employer.objects.filter(union=request.user.union_id).exists()
    )


def _to_post(request: PersonRequest, found: Campaign) -> list[dict[str, Any]]:
    """Unions whose nominations wait for a notice that this person may post: {stage, union, count}. One query."""
    user = request.user
    waiting = found.nominations.filter(  # type: ignore[attr-defined]
        state__in=(S.UNIT_MET, S.TOWN_PASSED, S.CLEARED)
    )
    if not user.has_role(site_roles.ORGANISER):
        if not user.has_role(site_roles.REVIEWER) or not user.union_id:
            return []
        waiting = waiting.filter(waits_for=user.union_id)
    stages: dict[str, str] = {S.UNIT_MET: "unit", S.TOWN_PASSED: "town", S.CLEARED: "city"}
    rows = (
        waiting.order_by("state", "waits_for__name")
        .values("state", "waits_for", "waits_for__name")
        .annotate(count=Count("pk"))
    )
    return [
        {
            "stage": stages[row["state"]],
            "where": words.STAGES[stages[row["state"]]],
            "union": row["waits_for"],
            "name": row["waits_for__name"],
            "count": row["count"],
        }
        for row in rows[:SHOWN]
    ]


@organiser_only
@require_POST
def move(request: PersonRequest, code: str) -> HttpResponse:
    found = campaign_at_desk(request, code)
    try:
        moved = rounds.move(campaign=found, to=request.POST.get("to", ""), by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(round)s: %(state)s.") % {"round": moved, "state": moved.get_state_display()}
        messages.success(request, said)
    return redirect(found)


@organiser_only
@never_cache
def change(request: PersonRequest, code: str) -> HttpResponse:
    """Another last day or number of places."""
    found = campaign_at_desk(request, code)
    form = ChangeForm(posted(request), initial={"closes_on": found.closes_on, "places": found.places})
    if request.method == "POST" and form.is_valid():
        try:
            rounds.prolong(campaign=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The round has been changed."))
            return redirect(found)
    return form_page(
        request, form, section="campaigns", title=_("Change the round"), back=found.get_absolute_url()
    )


@organiser_only
@require_POST
def report(request: PersonRequest, code: str) -> HttpResponse:
    """Reports the final list up."""
    found = campaign_at_desk(request, code)
    try:
        count = conferrals.report(
            campaign=found, by=request.user, reason=request.POST.get("reason", "")[:300]
        )
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(count)d nominations are reported up.") % {"count": count})
    return redirect(found)


def answers_objections(user: Any) -> bool:
    """Whether this person reads who objected."""
    return city_of(user) or user.has_role(site_roles.ORGANISER)


urlpatterns = [
    path("honours/rounds/", index, name="campaigns"),
    path("honours/rounds/new/", new, name="campaign_new"),
    path("honours/rounds/<slug:code>/", campaign, name="campaign"),
    path("honours/rounds/<slug:code>/move/", move, name="campaign_move"),
    path("honours/rounds/<slug:code>/change/", change, name="campaign_change"),
    path("honours/rounds/<slug:code>/report/", report, name="campaign_report"),
]
