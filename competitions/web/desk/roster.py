"""An employer's roster: download the empty workbook, send the filled one, look at what would happen, load it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import entries, rosters
from competitions.domain.roster_lines import Fault
from competitions.files import roster as roster_file
from competitions.models import Event
from competitions.web.desk.nav import desk_page
from competitions.web.desk.roster_forms import RosterForm
from craft_site.jobs.queue import enqueue
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.domain import files, roster_uploads
from craft_site.people.models import Employer, PrivateFile
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

IN_THE_REQUEST = 50  # rows that are loaded at once; more of them become a job with a progress bar
SHOWN = 200

at_the_desk = needs(site_roles.ORGANISER, site_roles.EMPLOYER)


def _event(request: PersonRequest, code: str) -> Event:
    """The event, if the person may load a roster for it."""
    event = get_object_or_404(Event.objects.visible_to(request.user).for_desk(), code=code)
    roles.can_load_roster(request.user, event, request.user.employer_id).or_refuse()
    return event


@at_the_desk
@never_cache
def open_events(request: PersonRequest) -> HttpResponse:
    """The events for which the person may load a roster now."""
    found = Event.objects.visible_to(request.user).for_desk().filter(state__in=entries.REVIEWED_IN)
    rows = [
        {
            "title": str(event),
            "hint": str(event.competition),
            "url": reverse("desk:event_roster", args=(event.code,)),
            "due": event.registration_closes,
            "due_now": timezone.now(),
            "status": event.get_state_display(),
            "status_kind": "info",
        }
        for event in found
        if not rosters.closed_for(event, request.user)
    ]
    return render(request, "competitions/desk/rosters.html", {"events": rows})


def _page(request: PersonRequest, event: Event, name: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(
        request,
        f"competitions/desk/{name}.html",
        desk_page(request, event, "roster") | context,
        status=status,
    )


@at_the_desk
@never_cache
def roster(request: PersonRequest, code: str) -> HttpResponse:
    """Send a filled workbook. Faults are all named at once, and then nothing of it is kept."""
    event = _event(request, code)
    form = RosterForm(posted(request), request.FILES or None, user=request.user)
    closed = rosters.closed_for(event, request.user)
    if request.method == "POST" and form.is_valid():
        employer, content = form.cleaned_data["employer"], form.cleaned_data["file"]
        roles.can_load_roster(request.user, event, employer.pk).or_refuse()
        found = roster_file.read_whole(content)
        faults = found.faults
        if not closed:  # also of rows with other faults, so that one look at the file names them all
            lines = sorted([*found.lines, *found.partial], key=lambda line: line.row)
            faults = found.with_more(rosters.plan(event=event, employer=employer, lines=lines).faults)
        if faults or closed:
            shown = _faults(faults[:SHOWN])
            return _page(
                request, event, "roster", 422, form=form, closed=closed, faults=shown, fault_count=len(faults)
            )
        upload = roster_uploads.keep_upload(content=content, by=request.user)
        return redirect(_preview_url(event, upload, employer))
    return _page(request, event, "roster", form=form, closed=closed)


def _preview_url(event: Event, upload: PrivateFile, employer: Employer) -> str:
    return f"{reverse('desk:roster_preview', args=(event.code, upload.uuid))}?employer={employer.credit_code}"


def _faults(faults: list[Fault]) -> list[dict[str, Any]]:
    return [
        {
            "row": fault.row or "",
            "column": roster_file.HEADERS.get(fault.column, ""),
            "message": fault.message,
        }
        for fault in faults
    ]


@at_the_desk
def template(request: PersonRequest, code: str) -> HttpResponse:
    event = _event(request, code)
    return roster_file.empty_roster(event).response(" ".join((_("Roster"), str(event))))


def _upload(
    request: PersonRequest, event: Event, uuid: UUID, credit_code: str
) -> tuple[PrivateFile, Employer]:
    """My own upload and the firm it is for; both are asked again at every step."""
    upload = get_object_or_404(roster_uploads.uploads_of(request.user), uuid=uuid)
    employer = get_object_or_404(Employer, credit_code=credit_code)
    roles.can_load_roster(request.user, event, employer.pk).or_refuse()
    return upload, employer


@at_the_desk
@never_cache
def preview(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """What loading would do, row by row; nothing has been written yet."""
    event = _event(request, code)
    upload, employer = _upload(request, event, uuid, request.GET.get("employer", ""))
    lines, faults, warnings = roster_file.read(roster_uploads.read_upload(file=upload))
    made = rosters.plan(event=event, employer=employer, lines=lines)
    words = {"new": _("New"), "corrected": _("Corrected"), "unchanged": _("Unchanged")}
    kinds = {"new": "good", "corrected": "warn", "unchanged": "plain"}
    rows = [
        {
            "row": s.line.row,
            "name": s.line.name,
            "team": _team_in_words(made, s),
            "effect": words[s.effect],
            "kind": kinds[s.effect],
        }
        for s in made.steps[:SHOWN]
    ]
    return _page(
        request,
        event,
        "roster_preview",
        upload=upload,
        employer=employer,
        counts=made.counts(),
        rows=rows,
        with_teams=made.teams is not None,
        warnings=warnings,
        faults=_faults([*faults, *made.faults]),
    )


def _team_in_words(made: rosters.Plan, step: rosters.Step) -> str:
    """The team that the worker will be in."""
    name = step.line.team
    if name is None:
        return str(step.entry.team) if step.entry and step.entry.team else "–"
    if not name or made.teams is None:
        return "–"
    return name if name in made.teams else _("%(team)s (new team)") % {"team": name}


@at_the_desk
@require_POST
def load(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Loads the upload: at once, or as a job when it is long. Afterwards the file is gone."""
    event = _event(request, code)
    upload, employer = _upload(request, event, uuid, request.POST.get("employer", ""))
    if request.POST.get("action") == "forget":
        files.drop(file=upload)
        messages.info(request, _("The file has been deleted; nothing was loaded."))
        return redirect("desk:event_roster", code=code)
    lines, faults, _warnings = roster_file.read(roster_uploads.read_upload(file=upload))
    if faults:
        return redirect(_preview_url(event, upload, employer))
    if len(lines) > IN_THE_REQUEST:
        with transaction.atomic():
            job = enqueue(
                "competitions.load_roster",
                payload={"event": event.code, "employer": employer.pk, "upload": upload.pk},
                by=request.user,
                title=_("Loading the roster of %(employer)s") % {"employer": employer},
                back_to=f"{reverse('desk:entries')}?event={event.pk}",
                total=len(lines),
            )
        return redirect("job", uuid=job.uuid)
    try:
        made = rosters.load(event=event, employer=employer, lines=lines, by=request.user)
    except rosters.RosterRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_preview_url(event, upload, employer))
    files.drop(file=upload)
    messages.success(
        request, _("%(new)s new, %(corrected)s corrected, %(unchanged)s unchanged.") % made.counts()
    )
    loaded = event.entries.filter(employer=employer, from_roster=True, state__in=entries.WAITING)
    if lacking := loaded.without_photo().count():
        words = ngettext(
            "%(count)d person has no photo here yet. Open the entry and add it: the office waits for it.",
            "%(count)d people have no photo here yet. Open each entry and add it: the office waits for them.",
            lacking,
        )
        messages.warning(request, words % {"count": lacking})
        return redirect(f"{reverse('desk:entries')}?event={event.pk}&papers=no_photo")
    return redirect(f"{reverse('desk:entries')}?event={event.pk}")


urlpatterns = [
    path("roster/", open_events, name="roster"),
    path("events/<slug:code>/roster/", roster, name="event_roster"),
    path("events/<slug:code>/roster/empty.xlsx", template, name="roster_template"),
    path("events/<slug:code>/roster/<uuid:uuid>/", preview, name="roster_preview"),
    path("events/<slug:code>/roster/<uuid:uuid>/load/", load, name="roster_load"),
]
