"""What all imports share: who may, and the page that everything starts from and falls back to."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from competitions import roles
from competitions.domain import imports as verbs
from competitions.domain.lock_blockers import codes_without, entered_components, teams_without
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import EnteredMark, Event
from competitions.scoring.scheme import Component
from competitions.web.desk.import_forms import MarksFileForm, ReadingsFileForm
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

SHOWN = 200
recorders = needs(site_roles.JUDGE, site_roles.ORGANISER, site_roles.REVIEWER)


def recording_event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_record(request.user, event).or_refuse()
    return event


def overview(
    request: PersonRequest,
    event: Event,
    *,
    readings_form: ReadingsFileForm | None = None,
    marks_form: tuple[str, MarksFileForm] | None = None,
    faults: list[verbs.RowFault] | None = None,
) -> HttpResponse:
    try:
        components = entered_components(scheme_of(event).scheme)
    except NoScheme as error:
        messages.error(request, str(error))
        components = []
    context = desk_page(request, event, "imports") | {
        "open_event": event.state in verbs.MARKED_IN,
        "readings_form": readings_form or ReadingsFileForm(auto_id="readings_%s"),
        "components": [_component_line(event, component, marks_form) for component in components],
        "faults": (faults or [])[:SHOWN],
        "fault_count": len(faults or []),
    }
    bad = bool(faults or readings_form or marks_form)
    return render(request, "competitions/desk/imports.html", context, status=422 if bad else 200)


def _component_line(
    event: Event, component: Component, bad: tuple[str, MarksFileForm] | None
) -> dict[str, Any]:
    if component.scope == "team":
        missing: list[Any] = list(teams_without(event, component.code))
    else:
        missing = list(codes_without(event, component.code))
    entered = EnteredMark.objects.filter(event=event, component=component.code, is_current=True).count()
    return {
        "component": component,
        "name": in_language(component.name.zh, component.name.en),
        "entered": entered,
        "missing": [str(one) for one in missing[:12]],
        "missing_count": len(missing),
        "form": bad[1] if bad and bad[0] == component.code else MarksFileForm(auto_id=f"{component.code}_%s"),
    }
