"""Teams of an event at the desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import teams
from competitions.domain.event_setup import stations_fixed
from competitions.models import Entry, Event, Team
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ("name", "employer", "leader")


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        where = f" · {obj.team}" if obj.team_id else ""
        return f"{obj.worker} · {obj.employer or ''} · {obj.reference or ''}{where}"


class MembersForm(forms.Form):
    members = MembersField(
        label=gettext_lazy("Members"),
        queryset=Entry.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = team.event.entries.exclude(state__in=teams.OUT).select_related("worker", "employer", "team")
        members = self.fields["members"]
        assert isinstance(members, MembersField)
        members.queryset = entries.order_by("employer__name", "pk")
        self.initial["members"] = [entry.pk for entry in entries if entry.team_id == team.pk]


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    return event


@organiser_only
def team_list(request: PersonRequest, code: str) -> HttpResponse:
    """The teams with their members; a form makes a new one."""
    event = _event(request, code)
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = teams.make_team(event=event, by=request.user, **form.cleaned_data)
        except teams.TeamRefused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            return redirect("desk:team", code, team.pk)
    context = desk_page(request, event, "setup") | {
        "form": form,
        "fixed": stations_fixed(event),
        "teams": event.teams.select_related("employer").prefetch_related(
            Prefetch(
                "members", event.entries.exclude(state__in=teams.OUT).select_related("worker").order_by("pk")
            )
        ),
        "without": teams.without_team(event),
    }
    return render(request, "competitions/desk/teams.html", context)


@organiser_only
def team_page(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """Who belongs to a team."""
    event = _event(request, code)
    team = get_object_or_404(event.teams.select_related("event"), pk=pk)
    form = MembersForm(request.POST or None, team=team)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = [entry.pk for entry in form.cleaned_data["members"]]
            teams.set_members(team=team, entries=chosen, by=request.user)
        except teams.TeamRefused as refusal:
            form.add_error("members", refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:teams", code)
    context = desk_page(request, event, "setup") | {
        "team": team,
        "form": form,
        "fixed": stations_fixed(event),
    }
    return render(request, "competitions/desk/team.html", context)


@organiser_only
@require_POST
def team_drop(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """Removes a team; its members stay entered."""
    event = _event(request, code)
    try:
        teams.drop_team(team=get_object_or_404(event.teams.select_related("event"), pk=pk), by=request.user)
    except teams.TeamRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The team is removed; its members stay entered."))
    return redirect("desk:teams", code)


urlpatterns = [
    path("events/<slug:code>/teams/", team_list, name="teams"),
    path("events/<slug:code>/teams/<int:pk>/", team_page, name="team"),
    path("events/<slug:code>/teams/<int:pk>/drop/", team_drop, name="team_drop"),
]
