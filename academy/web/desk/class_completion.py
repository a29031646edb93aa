"""Who completes a class, with the reason, before and after it is finished; and the deed that finishes it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import classes, completion, diplomas
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, TrainingClass
from academy.rules.completion import Verdict, percent
from academy.web.desk.class_nav import class_at_desk, class_page
from craft_site.kit.access import roles as needs
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

office_only = needs(*roles.OFFICE)
organiser_only = needs(site_roles.ORGANISER)
S = TrainingClass.State


def _people(held: TrainingClass) -> list[Enrolment]:
    """Everybody with a place, by name."""
    found = Enrolment.objects.filter(training_class=held).seated().select_related("worker", "employer")
    return list(found.order_by("worker__name", "pk"))


def _rows(held: TrainingClass, people: list[Enrolment], found: Mapping[int, Verdict]) -> list[dict[str, Any]]:
    """{enrolment, complete, percent, words} of each."""
    return [
        {
            "enrolment": one,
            "complete": found[one.pk].complete,
            "percent": percent(found[one.pk].attended),
            "words": completion.in_words(found[one.pk], held),
        }
        for one in people
    ]


@office_only
@never_cache
def preview(request: PersonRequest, code: str) -> HttpResponse:
    """The verdict on everybody as things stand, and what is missing before the class can be finished."""
    held = class_at_desk(request, code)
    people = _people(held)
    found = completion.verdicts(held, people)
    rows = _rows(held, people, found)
    complete = sum(row["complete"] for row in rows)
    return class_page(
        request,
        held,
        "class_completion",
        room="completion",
        rows=rows,
        complete=complete,
        not_complete=len(rows) - complete,
        lacking=completion.lacking(held, found) if S.FINISHED in classes.MOVES[held.state] else [],
        may_finish=bool(roles.can_run_training(request.user)) and S.FINISHED in classes.MOVES[held.state],
        finished=held.state == S.FINISHED,
        may_certify=held.state == S.FINISHED and request.user.has_role(site_roles.ORGANISER),
    )


@organiser_only
@require_POST
def finish(request: PersonRequest, code: str) -> HttpResponse:
    """Judges everybody and writes the growth record."""
    held = class_at_desk(request, code)
    try:
        counts = completion.finish(training_class=held, by=request.user)
    except TrainingRefused as refused:
        messages.error(request, str(refused))
    else:
        words = _("The class is finished: %(completed)s completed it, %(failed)s did not.")
        messages.success(request, words % counts)
    return redirect("desk:class_completion", code)


@organiser_only
@require_POST
def certify(request: PersonRequest, code: str) -> HttpResponse:
    """Issues the certificates that are missing as a job, whose progress the next page shows."""
    held = class_at_desk(request, code)
    if held.state != S.FINISHED:
        messages.error(request, _("Certificates are issued when the class is finished."))
        return redirect("desk:class_completion", code)
    with transaction.atomic():
        job = diplomas.ask_for_class(
            training_class=held,
            by=request.user,
            title=_("Certificates of %(event)s") % {"event": held},
            back_to=reverse("desk:class_completion", args=(code,)),
        )
    return redirect("job", job.uuid)


@office_only
def export(request: PersonRequest, code: str) -> HttpResponse:
    """The verdicts as a workbook."""
    held = class_at_desk(request, code)
    people = _people(held)
    heads = (
        _("Name"),
        _("Employer"),
        Head(_("Attended, in per cent"), places=1),
        _("Completes the class"),
        _("Why"),
    )
    rows = [
        (
            row["enrolment"].worker.name,
            str(row["enrolment"].employer or ""),
            row["percent"],
            row["complete"],
            row["words"],
        )
        for row in _rows(held, people, completion.verdicts(held, people))
    ]
    book = Book()
    book.add_sheet(_("Completion"), heads, rows, caption=str(held))
    return book.response(" ".join((str(held), _("Completion"))))


urlpatterns = [
    path("academy/classes/<slug:code>/completion/", preview, name="class_completion"),
    path("academy/classes/<slug:code>/completion/export/", export, name="class_completion_export"),
    path("academy/classes/<slug:code>/certificates/", certify, name="class_certify"),
    path("academy/classes/<slug:code>/finish/", finish, name="class_finish"),
]
