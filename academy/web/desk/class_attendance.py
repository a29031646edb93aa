"""Attendance of a class: people × sessions, sign-ins made up with a reason, requests for leave answered."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import attendance as verbs
from academy.domain.refusals import TrainingRefused
from academy.models import Attendance, ClassSession, Enrolment, Leave, TrainingClass
from academy.rules.completion import Held, percent, share
from academy.web.desk.class_nav import class_at_desk, class_page
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs
from craft_site.kit.access import signed_in
from craft_site.kit.language import colon, short_day
from craft_site.kit.xlsx_out import Book
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
Cell = tuple[UUID, UUID, int]


class MakeUpForm(forms.Form):
    """The cells that were ticked, and why they are made up."""

    cells = forms.MultipleChoiceField(
        label=gettext_lazy("Sign-in"), error_messages={"required": gettext_lazy("Tick at least one box.")}
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("For example: the phone was broken, the mentor confirms."),
    )

    def __init__(self, *args: Any, offered: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cells"].choices = [(cell, cell) for cell in offered]  # type: ignore[attr-defined]
        self.fields["cells"].error_messages["invalid_choice"] = _("One of these boxes is not open any more.")

    def clean_cells(self) -> list[Cell]:
        parts = [text.split(":") for text in self.cleaned_data["cells"]]
        return [(UUID(person), UUID(session), int(turn)) for person, session, turn in parts]


class AnswerForm(forms.Form):
    granted = forms.TypedChoiceField(
        choices=(("yes", "yes"), ("no", "no")), coerce=lambda value: value == "yes", empty_value=None
    )
    answer = forms.CharField(max_length=200, required=False)


@signed_in
@never_cache
def attendance(request: PersonRequest, code: str) -> HttpResponse:
    """The grid for the office and the mentors of the class; the organiser ticks what is to be made up."""
    held = class_at_desk(request, code)
    roles.can_see_attendance(request.user, held).or_refuse()
    return _page(request, held, None)


def _page(
    request: PersonRequest, held: TrainingClass, form: MakeUpForm | None, status: int = 200
) -> HttpResponse:
    may_make_up = bool(roles.can_run_training(request.user)) and held.state not in verbs.CLOSED
    grid = _grid(held)
    ticked = set(request.POST.getlist("cells"))
    asked = Leave.objects.filter(session__training_class=held, state=Leave.State.ASKED)
    return class_page(
        request,
        held,
        "class_attendance",
        room="attendance",
        status=status,
        form=form or MakeUpForm(),
        ticked=ticked,
        grid=grid,
        sessions=_heads(held),
        asked=asked.select_related("enrolment__worker", "enrolment__employer", "session").order_by(
            "session__starts_at", "pk"
        ),
        may_make_up=may_make_up and any(cell["name"] for row in grid for cell in row["cells"]),
        may_answer=bool(roles.can_run_training(request.user)),
        may_show=bool(roles.can_show_wall(request.user, held)),
    )


def _heads(held: TrainingClass) -> list[dict[str, Any]]:
    """The columns: one a sign-in."""
    twice = held.sign_ins == 2
    return [
        {
            "session": one,
            "day": short_day(one.starts_at),
            "time": f"{timezone.localtime(one.starts_at):%H:%M}",
            "turn": turn if twice else "",
        }
        for one in held.sessions.order_by("starts_at")
        for turn in range(1, held.sign_ins + 1)
    ]


def _grid(held: TrainingClass) -> list[dict[str, Any]]:
    """Rows {enrolment, cells [{state, reason, name, label}], percent}. Four queries at any size.

    state: there, made_up, leave, before (over before the person came), missing, open (still to come).
    name: what a box that may be ticked posts.
    """
    sessions = list(held.sessions.order_by("starts_at"))
    people = list(Enrolment.objects.filter(training_class=held).seated().select_related("worker"))
    made = {(one.enrolment_id, one.session_id, one.turn): one for one in _made(sessions)}
    granted = Leave.objects.filter(session__in=sessions, state=Leave.State.GRANTED)
    away = set(granted.values_list("enrolment", "session"))
    now = timezone.now()
    turns = range(1, held.sign_ins + 1)
    rows = []
    for person in sorted(people, key=lambda one: (one.worker.name, one.pk)):
        cells = [
            _cell(person, one, turn, made.get((person.pk, one.pk, turn)), (person.pk, one.pk) in away, now)
            for one in sessions
            for turn in turns
        ]
        over = [
            Held(
                hours=one.hours,
                turns=held.sign_ins,
                made=sum((person.pk, one.pk, turn) in made for turn in turns),
            )
            for one in sessions
            # As on the person's own page a lesson counts once it is signed, and at its end for everybody.
            if one.ends_at <= now or any((person.pk, one.pk, turn) in made for turn in turns)
        ]
        rows.append({"enrolment": person, "cells": cells, "percent": percent(share(over)) if over else None})
    return rows


def _made(sessions: list[ClassSession]) -> Iterable[Attendance]:
    return Attendance.objects.filter(session__in=sessions)


def _cell(
    person: Enrolment, session: ClassSession, turn: int, made: Attendance | None, away: bool, now: Any
) -> dict[str, Any]:
    begun = session.starts_at <= now
    if made is not None:
        state = "there" if made.source == Attendance.Source.SCAN else "made_up"
    elif away:
        state = "leave"
    elif person.came_after(session):
        state = "before"
    else:
        state = "missing" if begun else "open"
    return {
        "state": state,
        "reason": made.reason if made is not None else "",
        "name": f"{person.uuid}:{session.uuid}:{turn}" if made is None and begun else "",
        "label": f"{person.worker.name} {short_day(session.starts_at)} {turn}",
    }


@organiser_only
@require_POST
def make_up(request: PersonRequest, code: str) -> HttpResponse:
    """Signs in everybody ticked, for one reason."""
    held = class_at_desk(request, code)
    offered = [cell["name"] for row in _grid(held) for cell in row["cells"] if cell["name"]]
    form = MakeUpForm(request.POST, offered=offered)
    if form.is_valid():
        try:
            count = verbs.make_up_many(training_class=held, by=request.user, **form.cleaned_data)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            words = ngettext("%(count)s sign-in made up.", "%(count)s sign-ins made up.", count)
            messages.success(request, words % {"count": count})
            return redirect("desk:class_attendance", code)
    return _page(request, held, form, 422)


@organiser_only
@require_POST
def answer_leave(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Grants or refuses a request for leave."""
    held = class_at_desk(request, code)
    leave = get_object_or_404(
        Leave.objects.select_related("session", "enrolment__worker"), session__training_class=held, uuid=uuid
    )
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Choose whether the leave is granted; an answer has at most 200 characters.")
        )
        return redirect("desk:class_attendance", code)
    try:
        decided = verbs.decide_leave(leave=leave, by=request.user, **form.cleaned_data)
    except TrainingRefused as refused:
        messages.error(request, f"{leave.enrolment.worker}{colon()}{refused}")
    else:
        words = _("Leave of %(name)s: %(state)s.")
        messages.success(
            request, words % {"name": leave.enrolment.worker, "state": decided.get_state_display()}
        )
    return redirect("desk:class_attendance", code)


@signed_in
def export(request: PersonRequest, code: str) -> HttpResponse:
    """The grid as a workbook."""
    held = class_at_desk(request, code)
    roles.can_see_attendance(request.user, held).or_refuse()
    words = {
        "there": _("Scanned"),
        "made_up": _("Made up by the office"),
        "leave": _("Leave"),
        "before": _("Before joining"),
        "missing": _("Absent"),
        "open": "",
    }
    heads = [_("Name")]
    heads += [f"{head['day']} {head['time']} {head['turn']}".strip() for head in _heads(held)]
    heads.append(_("Attended, in per cent"))
    rows = [
        [row["enrolment"].worker.name, *(words[cell["state"]] for cell in row["cells"]), row["percent"]]
        for row in _grid(held)
    ]
    book = Book()
    book.add_sheet(_("Attendance"), heads, rows, caption=str(held))
    return book.response(" ".join((str(held), _("Attendance"))))


urlpatterns = [
    path("academy/classes/<slug:code>/attendance/", attendance, name="class_attendance"),
    path("academy/classes/<slug:code>/attendance/export/", export, name="class_attendance_export"),
    path("academy/classes/<slug:code>/attendance/make-up/", make_up, name="class_make_up"),
    path("academy/classes/<slug:code>/leave/<uuid:uuid>/", answer_leave, name="leave_answer"),
]
