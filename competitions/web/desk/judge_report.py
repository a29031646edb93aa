"""The report on an event's judges: agreement, severity, home lift, drift, and what the result hangs on.

For the chief judge and the supervisor by name, for the organiser after decoding without names. A small event is
computed while the page is asked for; a large one by a job, whose row keeps the answer until marks change.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import judge_report as reports
from competitions.domain import results
from competitions.files.marks_csv import COLUMNS, write_marks
from competitions.models import Event, Seat
from competitions.web.desk.judge_report_rows import outcome_rows, panel_view
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.results import award_names
from craft_site.jobs.models import Job
from craft_site.jobs.queue import enqueue
from craft_site.kit.access import roles as needs
from craft_site.kit.filenames import safe_filename
from craft_site.kit.language import bracketed
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

JOB = "competitions.judge_report"
LIGHT_MARKS = 4_000  # marks of an event that are computed within about a second, while the page is asked for
may_enter = needs(site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_see_judge_report(request.user, event).or_refuse()
    return event


@may_enter
@never_cache
def judge_report(request: PersonRequest, code: str) -> HttpResponse:
    """The report, or the way to have it computed."""
    event = _event(request, code)
    context = desk_page(request, event, "judge_report")
    try:
        scheme = results.scheme_of(event).scheme
        document, computed_at, stale = _document(event)
    except results.NoScheme as error:
        return render(request, "competitions/desk/judge_report.html", context | {"nothing": str(error)})
    if document is not None:
        names = judge_names(document["seats"], named=bool(roles.can_name_judges(request.user, event)))
        context |= {
            "document": document,
            "panels": [
                panel_view(panel, names, number=n, decoded=document["made_from"]["decoded"])
                for n, panel in enumerate(document["panels"])
            ],
            "outcomes": outcome_rows(document, names, award_names(scheme.composition)),
            "named": bool(roles.can_name_judges(request.user, event)),
        }
    context |= {"computed_at": computed_at, "stale": stale}
    return render(request, "competitions/desk/judge_report.html", context)


def _document(event: Event) -> tuple[dict[str, Any] | None, datetime | None, bool]:
    """The report, when it was computed if not just now, and whether marks have changed since (or it is missing)."""
    now = reports.fingerprint(event)
    if now["count"] <= LIGHT_MARKS:
        return reports.compute(event), None, False
    job = (
        Job.objects.filter(name=JOB, payload__event=event.code, state=Job.State.DONE).order_by("-pk").first()
    )
    if job is None or not job.result:
        return None, None, True
    return job.result, timezone.localtime(job.created_at), job.result["made_from"] != now


def judge_names(seats: Mapping[str, int], *, named: bool) -> dict[str, str]:
    """Labels of the report to what the reader may know of them: seat and person, or the bare label."""
    if not named:
        return {label: label for label in seats}
    held = Seat.objects.select_related("user").in_bulk(list(seats.values()))
    return {
        label: f"{held[seat].user}{bracketed(held[seat])}" for label, seat in seats.items() if seat in held
    }


@may_enter
@require_POST
def judge_report_compute(request: PersonRequest, code: str) -> HttpResponse:
    """Asks for the report of a large event; the progress page shows how far it is."""
    event = _event(request, code)
    with transaction.atomic():
        job = enqueue(
            JOB,
            payload={"event": event.code},
            by=request.user,
            title=_("Report on the judges of %(event)s") % {"event": event},
            back_to=reverse("desk:judge_report", args=(code,)),
        )
    return redirect("job", job.uuid)


@may_enter
@never_cache
def judge_report_marks(request: PersonRequest, code: str) -> HttpResponse:
    """The marks of one panel as a table, under pseudonyms: what `manage.py judge_report` reads."""
    event = _event(request, code)
    try:
        gathered = reports.gather(event)
    except results.NoScheme as error:
        messages.error(request, str(error))
        return redirect("desk:judge_report", code)
    panels = [panel for panel in gathered.panels if panel.marks]
    number = request.GET.get("panel", "0")
    if not number.isascii() or not number.isdigit() or int(number[:6]) >= len(panels):
        raise Http404
    panel = panels[int(number)]
    rows = sorted(reports.ratings_of(panel, reports.pseudonyms(gathered)).rows)
    name = f"{event.code}-{panel.panel.code}-{panel.stage}-marks"
    if request.GET.get("as") == "xlsx":
        book = Book()
        book.add_sheet(_("Marks"), [Head(column.header) for column in COLUMNS], rows)
        return book.response(name)
    response = HttpResponse(write_marks(rows), content_type="text/csv; charset=utf-8")
    filename = safe_filename(name, suffix=".csv")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    path("events/<slug:code>/judge-report/", judge_report, name="judge_report"),
    path("events/<slug:code>/judge-report/compute/", judge_report_compute, name="judge_report_compute"),
    path("events/<slug:code>/judge-report/marks/", judge_report_marks, name="judge_report_marks"),
]
