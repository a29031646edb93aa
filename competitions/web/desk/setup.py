"""Setting an event up at the desk: calendar, sessions and benches, rules of eligibility."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions import roles
from competitions.domain import calendars, event_setup, panels, readiness
from competitions.models import Event, SchemeVersion, Seat
from competitions.web.desk.event_forms import (
    CalendarFormSet,
    FillCalendarForm,
    RuleFormSet,
    SessionFormSet,
    StationsForm,
    kept_rows,
    rule_hints,
    rule_row,
)
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
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


# A part of the set-up: title, address, how far it is ("" while nothing is there), and whether it is complete.
Piece = tuple[str, str, str, bool]


@organiser_only
def event_setup_page(request: PersonRequest, code: str) -> HttpResponse:
    """What there is to set up, and how far each part is."""
    event = _event(request, code)
    tasks = [
        {
            "title": title,
            "url": reverse(name, args=(event.code,)),
            "status": status or _("Missing"),
            "status_kind": "good" if status and done else "warn",
        }
        for title, name, status, done in (*_own_forms(event), *_papers_and_people(event))
    ]
    return render(
        request, "competitions/desk/event_setup.html", desk_page(request, event, "setup") | {"tasks": tasks}
    )


def _own_forms(event: Event) -> list[Piece]:
    """What is filled in on forms of the event's own."""
    steps, rules = event.calendar.count(), event.rules.count()
    places = event.sessions.count() * event.stations.filter(usable=True).count()
    dates = event.registration_opens is not None and event.registration_closes is not None
    contact = bool(event.objection_phone or event.objection_mail)
    times = _("%(minutes)d minutes to appeal") % {"minutes": event.appeal_minutes}
    parts = [
        (_("Particulars and registration dates"), "event_edit", _("given") if dates else ""),
        (
            _("Calendar"),
            "event_calendar",
            _counted(ngettext("%(number)d step", "%(number)d steps", steps), steps),
        ),
        (
            _("Sessions and benches"),
            "event_places",
            _counted(ngettext("%(places)d place", "%(places)d places", places), places),
        ),
        (
            _("Rules of eligibility"),
            "event_rules",
            _counted(ngettext("%(number)d rule", "%(number)d rules", rules), rules),
        ),
    ]
    found: list[Piece] = [(title, f"desk:{name}", words, True) for title, name, words in parts]
    nobody = _("%(times)s; nobody is named for objections") % {"times": times}
    found.append((_("Appeals and objections"), "desk:event_appeals", times if contact else nobody, contact))
    if event.scope == Event.Scope.TEAM:
        formed = event.teams.count()
        words = _counted(ngettext("%(number)d team", "%(number)d teams", formed), formed)
        found.append((_("Teams"), "desk:teams", words, True))
    return found


def _counted(words: str, number: int) -> str:
    return words % {"number": number, "places": number} if number else ""


def _papers_and_people(event: Event) -> list[Piece]:
    """What an event needs beside its own forms: the document, the scheme, and judges for all that is marked."""
    document = event.documents.filter(published_at__isnull=False).order_by("-number").first()
    version = event.scheme_version
    published = _("Version %(number)d published") % {"number": document.number} if document else ""
    adopted = _("Version %(number)d in force") % {"number": version.number} if version else ""
    words, done = _seated(event, version)
    return [
        (_("Technical document"), "desk:documents", published, True),
        (_("Marking scheme"), "desk:scheme", adopted, True),
        (_("Judges"), "desk:seats", words, done),
    ]


def _seated(event: Event, version: SchemeVersion | None) -> tuple[str, bool]:
    """How many seats are given and what is still wanted before papers are frozen, with whether that is nothing."""
    taken = list(Seat.objects.taken().filter(event=event).values_list("role", flat=True))
    seated = _counted(ngettext("%(number)d seat", "%(number)d seats", len(taken)), len(taken))
    wanted = [str(role.label) for role in readiness.OFFICIALS if role not in taken]
    lacking = len(panels.unmanned(event, version.scheme)) if version else 0
    if not taken:
        return "", False
    if wanted:
        return _("%(seated)s; still wanted: %(roles)s") % {"seated": seated, "roles": listed(wanted)}, False
    if lacking:
        words = ngettext(
            "%(seated)s; judges are missing for %(n)d aspect",
            "%(seated)s; judges are missing for %(n)d aspects",
            lacking,
        )
        return words % {"seated": seated, "n": lacking}, False
    return seated, version is not None


@organiser_only
def event_calendar(request: PersonRequest, code: str) -> HttpResponse:
    """The calendar as rows; a button adds the usual steps around the contest day."""
    event = _event(request, code)
    fills = request.method == "POST" and "fill" in request.POST
    fill_form = FillCalendarForm(request.POST if fills else None)
    posted = request.POST if "step-TOTAL_FORMS" in request.POST else None
    initial = list(event.calendar.values("kind", "starts_at", "ends_at", "place"))
    formset = CalendarFormSet(posted, initial=initial, prefix="step")
    # Rows that were typed are kept whichever button was pressed.
    rows = kept_rows(formset) if posted is not None and formset.is_valid() else None
    if fills and fill_form.is_valid() and (rows is not None or posted is None):
        day = fill_form.cleaned_data["day"]
        if (added := _filled(formset, event, day=day, rows=rows, by=request.user)) is not None:
            if over := calendars.steps_over(event=event, day=day):
                said = _("Left out because their usual time is over: %(steps)s.")
                messages.info(request, said % {"steps": listed(over)})
            words = ngettext("%(number)d step added.", "%(number)d steps added.", added)
            messages.success(request, words % {"number": added})
            return redirect("desk:event_calendar", event.code)
    elif (
        not fills
        and rows is not None
        and _saved(
            request, formset, lambda: event_setup.set_calendar(event=event, steps=rows, by=request.user)
        )
    ):
        return redirect("desk:event_calendar", event.code)
    context = desk_page(request, event, "setup") | {"formset": formset, "fill_form": fill_form}
    return render(request, "competitions/desk/event_calendar.html", context)


def _filled(
    formset: Any, event: Event, *, day: date, rows: list[dict[str, Any]] | None, by: Any
) -> int | None:
    """The usual steps added to the rows as they stand on the page; None with the refusal above the rows."""
    try:
        return event_setup.fill_calendar(event=event, day=day, steps=rows, by=by)
    except event_setup.SetupRefused as refusal:
        formset.non_form_errors().append(str(refusal.message))
        return None


@organiser_only
def event_places(request: PersonRequest, code: str) -> HttpResponse:
    """Sessions with their times, and the benches that all of them use: one form, saved whole or not at all."""
    event = _event(request, code)
    posted = request.POST if request.method == "POST" else None
    formset = SessionFormSet(
        posted if posted is not None and "session-TOTAL_FORMS" in posted else None,
        initial=list(event.sessions.values("starts_at", "ends_at", "place")),
        prefix="session",
    )
    numbers = dict(event.stations.values_list("number", "usable"))
    unusable = ", ".join(str(number) for number, usable in numbers.items() if not usable)
    form = StationsForm(
        posted if posted is not None and "count" in posted else None,
        initial={"count": len(numbers), "unusable": unusable},
    )
    # Both are looked at, so that one answer names every fault of the page.
    answers = {one.is_valid() for one in (formset, form) if one.is_bound}
    if answers == {True} and _save_places(request, event, formset, form):
        messages.success(request, _("Saved."))
        return redirect("desk:event_places", event.code)
    context = desk_page(request, event, "setup") | {
        "formset": formset,
        "form": form,
        "fixed": event_setup.stations_fixed(event),
    }
    return render(request, "competitions/desk/event_places.html", context)


def _save_places(request: PersonRequest, event: Event, formset: Any, form: StationsForm) -> bool:
    """Both parts in one transaction; a refusal stands beside the part that it is about."""
    part: Any = form
    try:
        with transaction.atomic():
            if formset.is_bound:
                part = formset
                event_setup.set_sessions(event=event, sessions=kept_rows(formset), by=request.user)
            if form.is_bound:
                part = form
                event_setup.set_stations(event=event, by=request.user, **form.cleaned_data)
    except event_setup.SetupRefused as refusal:
        if part is form:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            formset.non_form_errors().append(str(refusal.message))
        return False
    return True


@organiser_only
def event_rules(request: PersonRequest, code: str) -> HttpResponse:
    """The machine-checked rules of eligibility."""
    event = _event(request, code)
    posted = request.POST if request.method == "POST" else None
    initial = [rule_row(rule) for rule in event.rules.values("kind", "value", "hard", "note")]
    formset = RuleFormSet(posted, initial=initial, prefix="rule")
    if posted is not None and formset.is_valid():
        rows = kept_rows(formset)
        if _saved(request, formset, lambda: event_setup.set_rules(event=event, rules=rows, by=request.user)):
            return redirect("desk:event_rules", event.code)
    context = desk_page(request, event, "setup") | {
        "formset": formset,
        "fixed": event_setup.rules_fixed(event),
        "hints": rule_hints(),
    }
    return render(request, "competitions/desk/event_rules.html", context)


urlpatterns = [
    path("events/<slug:code>/setup/", event_setup_page, name="event_setup"),
    path("events/<slug:code>/calendar/", event_calendar, name="event_calendar"),
    path("events/<slug:code>/places/", event_places, name="event_places"),
    path("events/<slug:code>/rules/", event_rules, name="event_rules"),
]
