"""Readings of measuring machines at the desk: a file is sent, looked at, confirmed with a second person."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import imports as verbs
from competitions.files.cmm import read_readings, template_csv
from competitions.models import Event
from competitions.web.desk import component_imports
from competitions.web.desk.import_forms import ConfirmReadingsForm, ReadingsFileForm, sealed, unsealed
from competitions.web.desk.import_pages import SHOWN, overview, recorders, recording_event
from competitions.web.desk.nav import desk_page
from craft_site.people.web.requests import PersonRequest


@recorders
@never_cache
def imports(request: PersonRequest, code: str) -> HttpResponse:
    """What can be imported, and how far each is."""
    return overview(request, recording_event(request, code))


@recorders
def readings_template(request: PersonRequest, code: str) -> HttpResponse:
    event = recording_event(request, code)
    response = HttpResponse(template_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.code}-readings.csv"'
    return response


@recorders
@require_POST
@never_cache
def readings(request: PersonRequest, code: str) -> HttpResponse:
    """Looks at a measuring file: all faults at once, or what would happen."""
    event = recording_event(request, code)
    form = ReadingsFileForm(request.POST, request.FILES, auto_id="readings_%s")
    if not form.is_valid():
        return overview(request, event, readings_form=form)
    sent = form.cleaned_data["file"]
    rows, faults, warnings = read_readings(sent)
    plan = verbs.plan_readings(event=event, readings=rows)
    faults = sorted([*faults, *plan.faults], key=lambda fault: fault.row)
    if faults:
        return overview(request, event, faults=faults)
    packed = [[r.row, r.work, r.aspect, r.point, None if r.value is None else str(r.value)] for r in rows]
    payload = sealed(
        event=event.code, user=request.user, source=sent.name or "", kind="readings", rows=packed
    )
    return _readings_preview(request, event, plan, payload, warnings)


def _readings_preview(
    request: PersonRequest,
    event: Event,
    plan: verbs.ReadingsPlan,
    payload: str,
    warnings: list[str],
    form: ConfirmReadingsForm | None = None,
) -> HttpResponse:
    differing = sorted(
        (one for one in plan.planned if one.effect != "same"),
        key=lambda one: (not one.gross, one.effect != "changed"),
    )
    context = desk_page(request, event, "imports") | {
        "title": _("Look before loading: readings"),
        "action": reverse("desk:readings_load", args=(event.code,)),
        "counts": {effect: plan.count(effect) for effect in ("new", "changed", "same")},
        "gross_count": len(plan.gross),
        "rows": [
            {
                "number": one.sheet.code.number,
                "what": one.aspect,
                "value": _values(one.values),
                "before": "" if one.base == 0 else _values(one.before),
                "effect": one.effect,
                "note": one.gross,
            }
            for one in differing[:SHOWN]
        ],
        "more": max(0, len(differing) - SHOWN),
        "warnings": warnings,
        "form": form
        or ConfirmReadingsForm(
            initial={"payload": payload},
            request=request,
            changed=bool(plan.count("changed")),
            gross=bool(plan.gross),
        ),
    }
    return render(
        request, "competitions/desk/import_preview.html", context, status=422 if form is not None else 200
    )


def _values(values: Any) -> str:
    return " · ".join("–" if value is None else str(value) for value in values or [])


@recorders
@require_POST
@never_cache
def readings_load(request: PersonRequest, code: str) -> HttpResponse:
    """Writes what was looked at, with a second person's word."""
    event = recording_event(request, code)
    payload = request.POST.get("payload", "")
    held = unsealed(payload, event=event.code, user=request.user, kind="readings")
    if held is None:
        messages.error(request, _("This preview is out of date. Send the file again."))
        return redirect("desk:imports", code)
    rows = [
        verbs.Reading(row, work, aspect, point, None if value is None else Decimal(value))
        for row, work, aspect, point, value in held["rows"]
    ]
    plan = verbs.plan_readings(event=event, readings=rows)
    form = ConfirmReadingsForm(
        request.POST, request=request, changed=bool(plan.count("changed")), gross=bool(plan.gross)
    )
    if form.is_valid():
        try:
            done = verbs.import_readings(
                event=event,
                readings=rows,
                by=request.user,
                witness=form.account,
                source=held["source"],
                reason=form.cleaned_data.get("reason", ""),
                looked=form.cleaned_data.get("looked", False),
            )
        except verbs.ImportRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            text = ngettext("%(count)d aspect written.", "%(count)d aspects written.", done)
            messages.success(request, text % {"count": done})
            return redirect("desk:imports", code)
    return _readings_preview(request, event, plan, payload, [], form)


urlpatterns = [
    path("events/<slug:code>/imports/", imports, name="imports"),
    path("events/<slug:code>/imports/readings/", readings, name="readings"),
    path("events/<slug:code>/imports/readings/load/", readings_load, name="readings_load"),
    path("events/<slug:code>/imports/readings/template/", readings_template, name="readings_template"),
    *component_imports.urlpatterns,
]
