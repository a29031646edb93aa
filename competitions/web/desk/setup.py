"""Setting an event up at the desk: calendar, sessions and benches, rules of eligibility."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import event_setup
from competitions.models import Event
from competitions.web.desk.event_forms import (
    CalendarFormSet,
    FillCalendarForm,
    RuleFormSet,
    SessionFormSet,
    StationsForm,
    kept_rows,
)
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    return event


def _saved(request: PersonRequest, form: Any, save: Callable[[], object]) -> bool:
    """Runs a verb; its refusal becomes a message in the form (or above the formset)."""
    try:
        save()
    except event_setup.SetupRefused as refusal:
        if hasattr(form, "add_error"):
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            form.non_form_errors().append(str(refusal.message))
        return False
    messages.success(request, _("Saved."))
    return True


@organiser_only
def event_setup_page(request: PersonRequest, code: str) -> HttpResponse:
    """What there is to set up, and how far each part is."""
    event = _event(request, code)
    steps, rules = event.calendar.count(), event.rules.count()
    sessions, benches = event.sessions.count(), event.stations.filter(usable=True).count()
    dates = event.registration_opens is not None and event.registration_closes is not None
    parts: tuple[tuple[str, str, str], ...] = (
        (_("Particulars and registration dates"), "desk:event_edit", _("given") if dates else ""),
        (_("Calendar"), "desk:event_calendar", _("%(number)d steps") % {"number": steps} if steps else ""),
        (
            _("Sessions and benches"),
            "desk:event_places",
            _("%(places)d places") % {"places": sessions * benches} if sessions * benches else "",
        ),
        (
            _("Rules of eligibility"),
            "desk:event_rules",
            _("%(number)d rules") % {"number": rules} if rules else "",
        ),
    )
    if event.scope == Event.Scope.TEAM:
        formed = event.teams.count()
        parts += ((_("Teams"), "desk:teams", _("%(number)d teams") % {"number": formed} if formed else ""),)
    tasks = [
        {
            "title": title,
            "url": reverse(name, args=(event.code,)),
            "status": status or _("Missing"),
            "status_kind": "good" if status else "warn",
        }
        for title, name, status in parts
    ]
    return render(
        request, "competitions/desk/event_setup.html", desk_page(request, event, "setup") | {"tasks": tasks}
    )


@organiser_only
def event_calendar(request: PersonRequest, code: str) -> HttpResponse:
    """The calendar as rows; a button adds the usual steps around the contest day."""
    event = _event(request, code)
    fills = request.method == "POST" and "fill" in request.POST
    fill_form = FillCalendarForm(request.POST if fills else None)
    if fills and fill_form.is_valid():
        added = event_setup.fill_calendar(event=event, day=fill_form.cleaned_data["day"], by=request.user)
        messages.success(request, _("%(number)d steps added.") % {"number": added})
        return redirect("desk:event_calendar", event.code)
    posted = request.POST if request.method == "POST" and not fills else None
    initial = list(event.calendar.values("kind", "starts_at", "ends_at", "place"))
    formset = CalendarFormSet(posted, initial=initial, prefix="step")
    if posted is not None and formset.is_valid():
        rows = kept_rows(formset)
        if _saved(
            request, formset, lambda: event_setup.set_calendar(event=event, steps=rows, by=request.user)
        ):
            return redirect("desk:event_calendar", event.code)
    context = desk_page(request, event, "setup") | {"formset": formset, "fill_form": fill_form}
    return render(request, "competitions/desk/event_calendar.html", context)


@organiser_only
def event_places(request: PersonRequest, code: str) -> HttpResponse:
    """Sessions with their times, and the benches that all of them use."""
    event = _event(request, code)
    part = request.POST.get("part", "") if request.method == "POST" else ""
    formset = SessionFormSet(
        request.POST if part == "sessions" else None,
        initial=list(event.sessions.values("starts_at", "ends_at", "place")),
        prefix="session",
    )
    numbers = dict(event.stations.values_list("number", "usable"))
    unusable = ", ".join(str(number) for number, usable in numbers.items() if not usable)
    form = StationsForm(
        request.POST if part == "stations" else None, initial={"count": len(numbers), "unusable": unusable}
    )
    saved = False
    if part == "sessions" and formset.is_valid():
        rows = kept_rows(formset)
        saved = _saved(
            request, formset, lambda: event_setup.set_sessions(event=event, sessions=rows, by=request.user)
        )
    elif part == "stations" and form.is_valid():
        saved = _saved(
            request, form, lambda: event_setup.set_stations(event=event, by=request.user, **form.cleaned_data)
        )
    if saved:
        return redirect("desk:event_places", event.code)
    context = desk_page(request, event, "setup") | {
        "formset": formset,
        "form": form,
        "fixed": event_setup.stations_fixed(event),
    }
    return render(request, "competitions/desk/event_places.html", context)


@organiser_only
def event_rules(request: PersonRequest, code: str) -> HttpResponse:
    """The machine-checked rules of eligibility."""
    event = _event(request, code)
    posted = request.POST if request.method == "POST" else None
    initial = list(event.rules.values("kind", "value", "hard", "note"))
    formset = RuleFormSet(posted, initial=initial, prefix="rule")
    if posted is not None and formset.is_valid():
        rows = kept_rows(formset)
        if _saved(request, formset, lambda: event_setup.set_rules(event=event, rules=rows, by=request.user)):
            return redirect("desk:event_rules", event.code)
    context = desk_page(request, event, "setup") | {
        "formset": formset,
        "fixed": event_setup.rules_fixed(event),
    }
    return render(request, "competitions/desk/event_rules.html", context)


urlpatterns = [
    path("events/<slug:code>/setup/", event_setup_page, name="event_setup"),
    path("events/<slug:code>/calendar/", event_calendar, name="event_calendar"),
    path("events/<slug:code>/places/", event_places, name="event_places"),
    path("events/<slug:code>/rules/", event_rules, name="event_rules"),
]
