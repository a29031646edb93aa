"""Editing the scheme at the desk: one aspect, all marks, or one part of the composition at a time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import schemes
from competitions.models import Event, SchemeVersion
from competitions.scoring.scheme import SchemeErrors, parse_scheme
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.scheme_aspect_form import AspectForm, RemoveAspectForm
from competitions.web.desk.scheme_forms import MarksForm, SchemeForm
from competitions.web.desk.scheme_part_forms import PARTS, RowsForm
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)


def _scheme_of(request: PersonRequest, code: str) -> tuple[Event, SchemeVersion, dict[str, Any]]:
    """The event, its scheme in force, and what every form over it is given."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    version = event.scheme_version
    if version is None:
        raise Http404
    return event, version, {"version": version, "frozen": schemes.is_frozen(event, version)}


def _saved(request: PersonRequest, event: Event, form: SchemeForm) -> bool:
    """Adopts the edited document; every fault goes to its field."""
    if not (request.method == "POST" and form.is_valid()):
        return False
    try:
        version = schemes.adopt_scheme(
            event=event,
            scheme=parse_scheme(form.document()),
            based_on=form.cleaned_data["based_on"],
            by=request.user,
            reason=form.cleaned_data.get("reason", ""),
            in_place=True,
        )
    except SchemeErrors as faults:
        form.add_faults(faults)
        return False
    except schemes.SchemeRefused as refusal:
        form.add_error(refusal.field or None, str(refusal.message))
        return False
    messages.success(request, _("Saved as version %(number)d.") % {"number": version.number})
    return True


@organiser_only
def scheme_aspect(request: PersonRequest, code: str, aspect: str) -> HttpResponse:
    """One aspect."""
    event, version, given = _scheme_of(request, code)
    sub = next(
        (
            part.code
            for criterion in version.scheme.criteria
            for part in criterion.sub_criteria
            if any(item.code == aspect for item in part.aspects)
        ),
        None,
    )
    if sub is None:
        raise Http404
    form = AspectForm(request.POST or None, sub=sub, code=aspect, **given)
    if _saved(request, event, form):
        return redirect("desk:scheme", event.code)
    context = desk_page(request, event, "scheme") | {
        "form": form,
        "aspect": aspect,
        "remove_form": RemoveAspectForm(code=aspect, **given),
    }
    return render(request, "competitions/desk/scheme_aspect.html", context)


@organiser_only
def scheme_aspect_new(request: PersonRequest, code: str, sub: str) -> HttpResponse:
    """A new aspect at the end of a sub-criterion; its method is chosen by address, so that its fields can be drawn."""
    event, version, given = _scheme_of(request, code)
    if sub not in {part.code for criterion in version.scheme.criteria for part in criterion.sub_criteria}:
        raise Http404
    initial = {"method": request.GET.get("method", "measured"), "rule": request.GET.get("rule", "within")}
    form = AspectForm(request.POST or None, sub=sub, code=None, chosen=initial, **given)
    if _saved(request, event, form):
        return redirect("desk:scheme", event.code)
    context = desk_page(request, event, "scheme") | {"form": form, "sub": sub}
    return render(request, "competitions/desk/scheme_aspect.html", context)


@organiser_only
@require_POST
def scheme_aspect_remove(request: PersonRequest, code: str, aspect: str) -> HttpResponse:
    """Takes an aspect out of the scheme."""
    event, version, given = _scheme_of(request, code)
    if aspect not in {item.code for item in version.scheme.aspects()}:
        raise Http404
    form = RemoveAspectForm(request.POST, code=aspect, **given)
    if _saved(request, event, form):
        return redirect("desk:scheme", event.code)
    for fault in form.errors.values():
        messages.error(request, " ".join(str(sentence) for sentence in fault))
    return redirect("desk:scheme_aspect", event.code, aspect)


@organiser_only
def scheme_marks(request: PersonRequest, code: str) -> HttpResponse:
    """All marks on one page with their sums. Asked by htmx with `sums`, it answers the sums alone and saves nothing."""
    event, _version, given = _scheme_of(request, code)
    form = MarksForm(request.POST or None, **given)
    if request.method == "POST" and "sums" in request.GET:
        return render(request, "competitions/desk/scheme_sums.html", {"rows": form.sums()})
    if _saved(request, event, form):
        return redirect("desk:scheme", event.code)
    context = desk_page(request, event, "scheme") | {"form": form, "rows": form.sums(), "lines": form.lines()}
    return render(request, "competitions/desk/scheme_marks.html", context)


@organiser_only
def scheme_part(request: PersonRequest, code: str, part: str) -> HttpResponse:
    """Components, rounding and ties, awards or penalties."""
    if part not in PARTS:
        raise Http404
    event, _version, given = _scheme_of(request, code)
    form = PARTS[part](request.POST or None, **given)
    if _saved(request, event, form):
        return redirect("desk:scheme", event.code)
    context = desk_page(request, event, "scheme") | {"form": form, "has_rows": isinstance(form, RowsForm)}
    return render(request, "competitions/desk/scheme_part.html", context)


urlpatterns = [
    path("events/<slug:code>/scheme/marks/", scheme_marks, name="scheme_marks"),
    path("events/<slug:code>/scheme/part/<slug:part>/", scheme_part, name="scheme_part"),
    path("events/<slug:code>/scheme/new/<str:sub>/", scheme_aspect_new, name="scheme_aspect_new"),
    path("events/<slug:code>/scheme/aspect/<str:aspect>/", scheme_aspect, name="scheme_aspect"),
    path(
        "events/<slug:code>/scheme/aspect/<str:aspect>/remove/",
        scheme_aspect_remove,
        name="scheme_aspect_remove",
    ),
]
