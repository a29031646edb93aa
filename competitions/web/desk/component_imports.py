"""Theory papers and team tasks at the desk: a workbook of marks is sent, looked at, confirmed."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import component_marks as verbs
from competitions.domain.imports import ImportRefused
from competitions.domain.results import NoScheme
from competitions.files.theory import marks_template, read_marks
from competitions.models import Event
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Component
from competitions.web.desk.import_forms import ConfirmForm, MarksFileForm, sealed, unsealed
from competitions.web.desk.import_pages import SHOWN, overview, recorders, recording_event
from competitions.web.desk.nav import desk_page
from craft_site.kit.language import in_language
from craft_site.people.web.requests import PersonRequest


def _component(event: Event, code: str) -> Component:
    try:
        found = verbs.component_of(event, code)
    except NoScheme as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


@recorders
def component_template(request: PersonRequest, code: str, component: str) -> HttpResponse:
    event = recording_event(request, code)
    found = _component(event, component)
    name = in_language(found.name.zh, found.name.en)
    return marks_template(scope=found.scope, component=name).response(f"{event.code}-{found.code}")


@recorders
@require_POST
@never_cache
def component(request: PersonRequest, code: str, component: str) -> HttpResponse:
    """Looks at a workbook of component marks: all faults at once, or what would happen."""
    event = recording_event(request, code)
    found = _component(event, component)
    form = MarksFileForm(request.POST, request.FILES, auto_id=f"{found.code}_%s")
    if not form.is_valid():
        return overview(request, event, marks_form=(found.code, form))
    sent = form.cleaned_data["file"]
    rows, faults, warnings = read_marks(sent, scope=found.scope)
    plan = verbs.plan_component(event=event, component=found, rows=rows)
    faults = sorted([*faults, *plan.faults], key=lambda fault: fault.row)
    if faults:
        return overview(request, event, faults=faults)
    payload = sealed(
        event=event.code,
        user=request.user,
        source=sent.name or "",
        kind=f"component:{found.code}",
        rows=[[r.row, r.key, str(r.mark)] for r in rows],
    )
    return _component_preview(request, event, found, plan, payload, warnings)


def _component_preview(
    request: PersonRequest,
    event: Event,
    found: Component,
    plan: verbs.MarksPlan,
    payload: str,
    warnings: list[str],
    form: ConfirmForm | None = None,
) -> HttpResponse:
    differing = sorted(
        (one for one in plan.planned if one.effect != "same"), key=lambda one: one.effect != "changed"
    )
    name = in_language(found.name.zh, found.name.en)
    context = desk_page(request, event, "imports") | {
        "title": _("Look before loading: %(name)s") % {"name": name},
        "action": reverse("desk:component_load", args=(event.code, found.code)),
        "component": found.code,
        "counts": {effect: plan.count(effect) for effect in ("new", "changed", "same")},
        "gross_count": 0,
        "rows": [
            {
                "number": one.key,
                "what": name,
                "value": plain_text(one.mark),
                "before": plain_text(one.before.mark) if one.before else "",
                "effect": one.effect,
                "note": "",
            }
            for one in differing[:SHOWN]
        ],
        "more": max(0, len(differing) - SHOWN),
        "warnings": warnings,
        "form": form or ConfirmForm(initial={"payload": payload}, changed=bool(plan.count("changed"))),
    }
    return render(
        request, "competitions/desk/import_preview.html", context, status=422 if form is not None else 200
    )


@recorders
@require_POST
@never_cache
def component_load(request: PersonRequest, code: str, component: str) -> HttpResponse:
    """Writes what was looked at."""
    event = recording_event(request, code)
    found = _component(event, component)
    payload = request.POST.get("payload", "")
    held = unsealed(payload, event=event.code, user=request.user, kind=f"component:{found.code}")
    if held is None:
        messages.error(request, _("This preview is out of date. Send the file again."))
        return redirect("desk:imports", code)
    rows = [verbs.ComponentMark(row, key, Decimal(mark)) for row, key, mark in held["rows"]]
    plan = verbs.plan_component(event=event, component=found, rows=rows)
    form = ConfirmForm(request.POST, changed=bool(plan.count("changed")))
    if form.is_valid():
        try:
            done = verbs.import_component(
                event=event,
                component=found.code,
                rows=rows,
                by=request.user,
                source=held["source"],
                reason=form.cleaned_data.get("reason", ""),
            )
        except ImportRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            text = ngettext("%(count)d mark written.", "%(count)d marks written.", done)
            messages.success(request, text % {"count": done})
            return redirect("desk:imports", code)
    return _component_preview(request, event, found, plan, payload, [], form)


urlpatterns = [
    path("events/<slug:code>/imports/<str:component>/", component, name="component"),
    path("events/<slug:code>/imports/<str:component>/load/", component_load, name="component_load"),
    path(
        "events/<slug:code>/imports/<str:component>/template/", component_template, name="component_template"
    ),
]
