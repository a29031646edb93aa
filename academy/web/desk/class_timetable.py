"""The timetable of a class: sessions added once or weekly, changed, dropped; a clash is told beside its field."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import timetable as verbs
from academy.domain.refusals import TrainingRefused
from academy.models import Attendance, ClassSession, TrainingClass
from academy.web.desk.class_forms import NewSessionForm, SessionForm, session_initial
from academy.web.desk.class_nav import OFFICE_AND_FIRMS, class_at_desk, class_page, form_page
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(*OFFICE_AND_FIRMS)
organiser_only = needs(site_roles.ORGANISER)


@at_the_desk
@never_cache
def timetable(request: PersonRequest, code: str) -> HttpResponse:
    """The sessions in order; and for the organiser the form that adds to them."""
    held = class_at_desk(request, code)
    return _page(request, held, None)


def _page(
    request: PersonRequest, held: TrainingClass, form: SessionForm | None, status: int = 200
) -> HttpResponse:
    sessions = list(
        held.sessions.select_related("mentor__worker", "mentor__trade", "place__academy")
        .annotate(signed=Exists(Attendance.objects.filter(session=OuterRef("pk"))))
        .order_by("starts_at")
    )
    may_change = bool(roles.can_run_training(request.user)) and held.state not in verbs.CLOSED
    if may_change and form is None:
        form = NewSessionForm(held=held, initial=_initial(held, sessions))
    return class_page(
        request,
        held,
        "class_timetable",
        room="timetable",
        status=status,
        form=form if may_change else None,
        sessions=[
            {"session": one, "over": one.ends_at < timezone.now(), "signed": one.signed} for one in sessions
        ],
        may_change=may_change,
        may_show=bool(roles.can_show_wall(request.user, held)),
        hours=sum(one.hours for one in sessions),
        uneven=_uneven(held) if sessions else "",
    )


def _uneven(held: TrainingClass) -> str:
    """Where the hours of theory and practice are not those of the programme, in words; "" where they are."""
    labels = dict(ClassSession.Part.choices)
    parts = [
        _("%(part)s %(there)d of %(wanted)d") % {"part": labels[part], "there": there, "wanted": wanted}
        for part, there, wanted in verbs.hours_by_part(held)
        if there != wanted
    ]
    return listed(parts)


def _initial(held: TrainingClass, sessions: Sequence[ClassSession]) -> dict[str, Any]:
    if not sessions:
        return {"day": held.starts_on}
    initial = session_initial(sessions[-1], next_day=True)
    return initial | {"day": min(initial["day"], held.ends_on)}


@organiser_only
@require_POST
def add(request: PersonRequest, code: str) -> HttpResponse:
    held = class_at_desk(request, code)
    form = NewSessionForm(request.POST, held=held)
    if form.is_valid():
        try:
            made = verbs.add_weekly(
                training_class=held, weeks=form.cleaned_data["weeks"], by=request.user, **form.answers()
            )
        except TrainingRefused as refused:
            put_refusal(form, refused, SessionForm.VERB_FIELDS)
        else:
            words = ngettext("%(count)s session added.", "%(count)s sessions added.", len(made))
            messages.success(request, words % {"count": len(made)})
            return redirect("desk:class_timetable", code)
    return _page(request, held, form, 422)


def _session(held: TrainingClass, uuid: UUID) -> ClassSession:
    return get_object_or_404(held.sessions.select_related("mentor", "place"), uuid=uuid)


@organiser_only
@never_cache
def edit(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    held = class_at_desk(request, code)
    session = _session(held, uuid)
    form = SessionForm(posted(request), held=held, initial=session_initial(session))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.set_session(training_class=held, session=session, by=request.user, **form.answers())
        except TrainingRefused as refused:
            put_refusal(form, refused, SessionForm.VERB_FIELDS)
        else:
            messages.success(request, _("The session has been changed."))
            return redirect("desk:class_timetable", code)
    return form_page(
        request,
        form,
        title=_("Change the session"),
        back=reverse("desk:class_timetable", args=(code,)),
        held=held,
        room="timetable",
        status=422 if form.is_bound else 200,
    )


@organiser_only
@require_POST
def drop(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    held = class_at_desk(request, code)
    try:
        verbs.drop_session(session=_session(held, uuid), by=request.user)
    except TrainingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The session is off the timetable."))
    return redirect("desk:class_timetable", code)


urlpatterns = [
    path("academy/classes/<slug:code>/timetable/", timetable, name="class_timetable"),
    path("academy/classes/<slug:code>/timetable/add/", add, name="session_add"),
    path("academy/classes/<slug:code>/timetable/<uuid:uuid>/", edit, name="session_edit"),
    path("academy/classes/<slug:code>/timetable/<uuid:uuid>/drop/", drop, name="session_drop"),
]
