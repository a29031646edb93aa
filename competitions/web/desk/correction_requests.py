"""Asking for a correction order: an aspect of a sheet, a mark that comes whole, a penalty; and writing one anew."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from competitions import roles
from competitions.domain import corrections
from competitions.domain.correction_changes import Change, ComponentChange, MarkChange, PenaltyChange
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Code, CorrectionOrder, EnteredMark, Event, Sheet
from competitions.web.desk.correction_forms import ComponentForm, FindForm, GiveForm, LiftForm, WhyForm
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.reading_fields import read_typed, reading_fields
from competitions.web.judge.sheet_data import describe, standing
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile
from craft_site.people.web.requests import PersonRequest

judges_only = needs(site_roles.JUDGE)


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_chair(request.user, event).or_refuse()
    return event


def _ask(
    request: PersonRequest,
    event: Event,
    form: forms.Form,
    change: Change,
    order: CorrectionOrder | None = None,
) -> HttpResponse | None:
    """The order's page, or None when the form says what is wrong."""
    reason = form.cleaned_data["reason"]
    try:
        if order is not None:
            corrections.amend(order=order, change=change, reason=reason, by=request.user)
        else:
            upload = form.cleaned_data.get("evidence")
            kept: PrivateFile | None = None
            if upload is not None:
                kept = files.store(
                    upload=upload, kind=PrivateFile.Kind.EVIDENCE, worker=None, by=request.user
                )
            order = corrections.request(
                event=event,
                change=change,
                reason=reason,
                ground=f"appeal:{appeal}" if (appeal := form.cleaned_data.get("appeal")) else "",
                evidence=kept,
                by=request.user,
            )
    except (corrections.CorrectionRefused, NoScheme) as refused:
        field = getattr(refused, "field", None)
        form.add_error(field if isinstance(field, str) and field in form.fields else None, str(refused))
        return None
    messages.success(request, _("A supervisor decides on %(order)s.") % {"order": order.label})
    return redirect("desk:correction", event.code, order.number)


def _form_kwargs(request: PersonRequest) -> dict[str, Any]:
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


# --- an aspect of a sheet --------------------------------------------------------------------------------------------


@judges_only
@never_cache
def correction_mark(request: PersonRequest, code: str) -> HttpResponse:
    """First the number, then one of its sheets and aspects, then what it should read."""
    event = _event(request, code)
    sheet = _sheet(request, event)
    aspect = request.GET.get("aspect", "")
    if sheet is not None and aspect in sheet.aspects:
        return _mark_form(request, event, sheet, aspect)
    find = FindForm(request.GET if "number" in request.GET else None)
    number = find.cleaned_data["number"].strip() if find.is_bound and find.is_valid() else ""
    sheets = Sheet.objects.visible_to(request.user).filter(event=event, code__number__iexact=number)
    version = event.scheme_version
    names = {a.code: in_language(a.name.zh, a.name.en) for a in (version.scheme.aspects() if version else ())}
    listed = [
        {"sheet": found, "aspects": [(code, names.get(code, "")) for code in found.aspects]}
        for found in (sheets.for_list().order_by("seat__role", "seat__place") if number else ())
    ]
    context = desk_page(request, event, "corrections") | {"find": find, "number": number, "sheets": listed}
    return render(request, "competitions/desk/correction_find.html", context)


def _sheet(request: PersonRequest, event: Event) -> Sheet | None:
    try:
        wanted = UUID(request.GET.get("sheet", ""))
    except ValueError:
        return None
    seen = Sheet.objects.visible_to(request.user).for_list()
    return seen.filter(event=event, uuid=wanted).first()


def _mark_form(
    request: PersonRequest, event: Event, sheet: Sheet, aspect: str, order: CorrectionOrder | None = None
) -> HttpResponse:
    sheet.event = event
    found = next((a for a in scheme_of(event).scheme.aspects() if a.code == aspect), None)
    mark = sheet.marks.filter(aspect=aspect, is_current=True).first()
    if found is None or mark is None:
        messages.error(request, _("%(aspect)s is not on this sheet.") % {"aspect": aspect})
        return redirect("desk:correction_mark", event.code)
    cell = describe(found) | standing(found, mark) | {"code": aspect}
    form = WhyForm(**_form_kwargs(request), initial={"reason": order.reason if order else ""})
    if request.method == "POST" and form.is_valid():
        typed = read_typed(cell, "a", request.POST)
        if typed is None:
            form.add_error(None, _("Enter what should stand there."))
        else:
            change = MarkChange(sheet, aspect, typed.values, typed.not_done)
            if (answer := _ask(request, event, form, change, order)) is not None:
                return answer
    context = desk_page(request, event, "corrections") | {
        "sheet": sheet,
        "cell": cell,
        "fields": reading_fields(cell, "a", request.POST if request.method == "POST" else None),
        "form": form,
        "order": order,
    }
    status = 422 if form.errors else 200
    return render(request, "competitions/desk/correction_mark.html", context, status=status)


# --- a mark that comes whole, a penalty ------------------------------------------------------------------------------


def _component_marks(request: PersonRequest, event: Event) -> Any:
    """The marks whose number this person may read; a team's number is its name."""
    codes = Code.objects.visible_to(request.user).filter(event=event)
    found = EnteredMark.objects.filter(event=event, is_current=True).select_related("code", "team")
    return (found.filter(code__in=codes) | found.filter(team__isnull=False)).order_by(
        "component", "code__number", "pk"
    )


@judges_only
@never_cache
def correction_component(request: PersonRequest, code: str) -> HttpResponse:
    """A theory mark or a team's mark should be another one."""
    event = _event(request, code)
    marks = _component_marks(request, event)
    form = ComponentForm(**_form_kwargs(request), marks=marks)
    if request.method == "POST" and form.is_valid():
        change = ComponentChange(form.cleaned_data["entered"], form.cleaned_data["mark"])
        if (answer := _ask(request, event, form, change)) is not None:
            return answer
    context = desk_page(request, event, "corrections") | {
        "form": form,
        "title": _("Correct a mark that comes whole"),
        "nothing": "" if marks.exists() else _("You may see these marks once the event is decoded."),
    }
    return render(
        request, "competitions/desk/correction_form.html", context, status=422 if form.errors else 200
    )


@judges_only
@never_cache
def correction_penalty(request: PersonRequest, code: str) -> HttpResponse:
    """A penalty is lifted, or one is given that nobody recorded."""
    event = _event(request, code)
    posted = request.POST.get("form", "") if request.method == "POST" else ""
    lift = LiftForm(**(_form_kwargs(request) if posted == "lift" else {}), event=event, prefix="lift")
    give = GiveForm(**(_form_kwargs(request) if posted == "give" else {}), event=event, prefix="give")
    if posted == "lift" and lift.is_valid():
        change = PenaltyChange(record=lift.cleaned_data["record"])
        if (answer := _ask(request, event, lift, change)) is not None:
            return answer
    if posted == "give" and give.is_valid():
        station = Code.objects.filter(
            event=event, layer=Code.Layer.STATION, number__iexact=give.cleaned_data["station"].strip()
        ).first()
        if station is None:
            give.add_error("station", _("There is no such station number in this event."))
        else:
            change = PenaltyChange(
                code=station,
                rule=give.cleaned_data["rule"],
                times=give.cleaned_data["times"],
                aspects=tuple(give.cleaned_data["aspects"].split()),
            )
            if (answer := _ask(request, event, give, change)) is not None:
                return answer
    wrong = lift.errors or give.errors
    context = desk_page(request, event, "corrections") | {
        "lift": lift if lift.fields["record"].queryset.exists() else None,  # type: ignore[attr-defined]
        "give": give,
        "error_form": lift if lift.errors else give if give.errors else None,
    }
    return render(request, "competitions/desk/correction_penalty.html", context, status=422 if wrong else 200)


@judges_only
@never_cache
def correction_amend(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Whoever asked writes a waiting order anew; an approval of what was read before no longer fits."""
    event = _event(request, code)
    order = get_object_or_404(
        CorrectionOrder.objects.visible_to(request.user).waiting().for_list(),
        event=event,
        number=number,
        requested_by=request.user,
    )
    order.event = event
    if order.kind == CorrectionOrder.Kind.MARK and order.sheet is not None:
        sheet = Sheet.objects.visible_to(request.user).for_list().get(pk=order.sheet.pk)
        return _mark_form(request, event, sheet, json.loads(order.payload)["aspect"], order)
    if order.kind != CorrectionOrder.Kind.COMPONENT:
        return redirect("desk:correction", code, number)
    marks = _component_marks(request, event).filter(code=order.code_id, team=order.team_id)
    form = ComponentForm(
        **_form_kwargs(request), marks=marks, initial={"entered": marks.first(), "reason": order.reason}
    )
    if request.method == "POST" and form.is_valid():
        change = ComponentChange(form.cleaned_data["entered"], form.cleaned_data["mark"])
        if (answer := _ask(request, event, form, change, order)) is not None:
            return answer
    context = desk_page(request, event, "corrections") | {"form": form, "title": order.label, "nothing": ""}
    return render(
        request, "competitions/desk/correction_form.html", context, status=422 if form.errors else 200
    )
