"""An employer's roster for a class: the empty workbook, the filled one, what would happen, and loading it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import rosters
from academy.files import class_roster as roster_file
from academy.models import TrainingClass
from academy.web.desk.class_nav import class_at_desk, class_page
from craft_site.jobs.queue import enqueue
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.domain import files, roster_uploads
from craft_site.people.models import Employer, PrivateFile
from craft_site.people.web.forms import EmployerField, posted
from craft_site.people.web.requests import PersonRequest

IN_THE_REQUEST = 50  # rows that are loaded at once; more of them become a job with a progress bar
SHOWN = 200
who_enrols = needs(site_roles.ORGANISER, site_roles.EMPLOYER)


class RosterForm(forms.Form):
    """The file; and for the office the firm that it is of. A contact's firm is their own."""

    employer = EmployerField(label=gettext_lazy("Employer"))
    file = forms.FileField(
        label=gettext_lazy("Filled workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("XLSX, at most 2 MB."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_role(site_roles.ORGANISER):
            del self.fields["employer"]

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > roster_file.LIMITS.max_bytes:
            raise ValidationError(_("The file is too large: at most 2 MB."))
        content: bytes = file.read(roster_file.LIMITS.max_bytes + 1)
        return content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "employer" not in self.fields:
            cleaned["employer"] = self.user.employer
            if cleaned["employer"] is None:
                raise ValidationError(_("Your account is not linked to an employer; ask the office."))
        return cleaned


def _class(request: PersonRequest, code: str) -> TrainingClass:
    """The class, if the person may load some roster for it."""
    held = class_at_desk(request, code)
    roles.can_load_roster(request.user, request.user.employer_id).or_refuse()
    return held


@who_enrols
@never_cache
def roster(request: PersonRequest, code: str) -> HttpResponse:
    """Send a filled workbook. Faults are all named at once, and then nothing of it is kept."""
    held = _class(request, code)
    form = RosterForm(posted(request), request.FILES or None, user=request.user)
    faults: list[rosters.Fault] = []
    if request.method == "POST" and held.takes_enrolments() and form.is_valid():
        employer, content = form.cleaned_data["employer"], form.cleaned_data["file"]
        lines, faults = roster_file.read(content)
        faults += rosters.check(training_class=held, employer=employer, lines=lines)
        if not faults:
            upload = roster_uploads.keep_upload(content=content, by=request.user)
            return redirect(_preview_url(held, upload, employer))
    faults.sort(key=lambda fault: fault.row)
    return class_page(
        request,
        held,
        "class_roster",
        room="people",
        status=422 if form.is_bound else 200,
        form=form,
        closed=not held.takes_enrolments(),
        faults=faults[:SHOWN],
        fault_count=len(faults),
    )


def _preview_url(held: TrainingClass, upload: PrivateFile, employer: Employer) -> str:
    address = reverse("desk:class_roster_preview", args=(held.code, upload.uuid))
    return f"{address}?employer={employer.credit_code}"


@who_enrols
def template(request: PersonRequest, code: str) -> HttpResponse:
    held = _class(request, code)
    return roster_file.empty(held).response(" ".join((_("Roster"), str(held))))


def _upload(request: PersonRequest, uuid: UUID, credit_code: str) -> tuple[PrivateFile, Employer]:
    """My own upload and the firm it is for; both are asked again at every step."""
    upload = get_object_or_404(roster_uploads.uploads_of(request.user), uuid=uuid)
    employer = get_object_or_404(Employer, credit_code=credit_code)
    roles.can_load_roster(request.user, employer.pk).or_refuse()
    return upload, employer


@who_enrols
@never_cache
def preview(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """What loading would do, row by row; nothing has been written yet."""
    held = _class(request, code)
    upload, employer = _upload(request, uuid, request.GET.get("employer", ""))
    lines, faults = roster_file.read(roster_uploads.read_upload(file=upload))
    faults += rosters.check(training_class=held, employer=employer, lines=lines)
    steps = [] if faults else rosters.plan(training_class=held, employer=employer, lines=lines)
    words = {
        "new": (_("Gets a place"), "good"),
        "waiting": (_("Waiting list"), "warn"),
        "corrected": (_("Corrected"), "info"),
        "unchanged": (_("Unchanged"), "plain"),
    }
    return class_page(
        request,
        held,
        "class_roster_preview",
        room="people",
        upload=upload,
        employer=employer,
        faults=faults[:SHOWN],
        counts={effect: sum(step.effect == effect for step in steps) for effect in words},
        rows=[
            {"row": step.line.row, "name": step.line.name, "effect": label, "kind": kind}
            for step in steps[:SHOWN]
            for label, kind in [words[step.effect]]
        ],
    )


@who_enrols
@require_POST
def load(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Loads the upload: at once, or as a job when it is long. Afterwards the file is gone."""
    held = _class(request, code)
    upload, employer = _upload(request, uuid, request.POST.get("employer", ""))
    if request.POST.get("action") == "forget":
        files.drop(file=upload)
        messages.info(request, _("The file has been deleted; nothing was loaded."))
        return redirect("desk:class_roster", code)
    lines, faults = roster_file.read(roster_uploads.read_upload(file=upload))
    if faults:
        return redirect(_preview_url(held, upload, employer))
    people = reverse("desk:class_people", args=(code,))
    if len(lines) > IN_THE_REQUEST:
        with transaction.atomic():
            job = enqueue(
                "academy.load_roster",
                payload={"code": code, "employer": employer.pk, "upload": upload.pk},
                by=request.user,
                title=_("Loading the roster of %(employer)s") % {"employer": employer},
                back_to=people,
                total=len(lines),
            )
        return redirect("job", uuid=job.uuid)
    try:
        counts = rosters.load(training_class=held, employer=employer, lines=lines, by=request.user)
    except rosters.RosterRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_preview_url(held, upload, employer))
    files.drop(file=upload)
    words = _(
        "%(new)s new, of them %(waiting)s in the waiting list; %(corrected)s corrected, %(unchanged)s unchanged."
    )
    messages.success(request, words % counts)
    return redirect(people)


urlpatterns = [
    path("academy/classes/<slug:code>/roster/", roster, name="class_roster"),
    path("academy/classes/<slug:code>/roster/empty.xlsx", template, name="class_roster_template"),
    path("academy/classes/<slug:code>/roster/<uuid:uuid>/", preview, name="class_roster_preview"),
    path("academy/classes/<slug:code>/roster/<uuid:uuid>/load/", load, name="class_roster_load"),
]
