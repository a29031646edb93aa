"""Honours of earlier years, read from a workbook: the empty one, the filled one, what would happen, loading it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.domain import files, roster_uploads
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest
from honours.domain import imports
from honours.domain.imports import Fault, ImportRefused
from honours.files import honour_rows
from honours.web.desk.nav import honours_page

organiser_only = needs(site_roles.ORGANISER)
SHOWN = 200


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Filled workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("XLSX, at most 2 MB."),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > honour_rows.LIMITS.max_bytes:
            raise ValidationError(_("The file is too large: at most 2 MB."))
        content: bytes = file.read(honour_rows.LIMITS.max_bytes + 1)
        return content


@organiser_only
@never_cache
def send(request: PersonRequest) -> HttpResponse:
    """Send a filled workbook. Faults are all named at once, and then nothing of it is kept."""
    form = WorkbookForm(posted(request), request.FILES or None)
    faults: list[Fault] = []
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"]
        lines, faults = honour_rows.read(content)
        faults += imports.check(lines)
        if not faults:
            upload = roster_uploads.keep_upload(content=content, by=request.user)
            return redirect("desk:honours_import_look", upload.uuid)
    faults.sort(key=lambda fault: fault.row)
    context = honours_page(request, "honours") | {
        "form": form,
        "faults": faults[:SHOWN],
        "fault_count": len(faults),
    }
    return render(request, "honours/desk/import.html", context, status=422 if form.is_bound else 200)


@organiser_only
def template(request: PersonRequest) -> HttpResponse:
    return honour_rows.empty().response(_("Honours held"))


@organiser_only
@never_cache
def look(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What reading it in would do, row by row; nothing has been written yet."""
    upload = get_object_or_404(roster_uploads.uploads_of(request.user), uuid=uuid)
    lines, faults = honour_rows.read(roster_uploads.read_upload(file=upload))
    faults += imports.check(lines)
    known = imports.known_holders(lines[:SHOWN])
    rows: list[dict[str, Any]] = [
        {"row": line.row, "held": line.held, "known": line.row in known} for line in lines[:SHOWN]
    ]
    context = honours_page(request, "honours") | {
        "upload": upload,
        "faults": faults[:SHOWN],
        "rows": [] if faults else rows,
        "count": len(lines),
    }
    return render(request, "honours/desk/import_look.html", context)


@organiser_only
@require_POST
def load(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Reads the upload in, or deletes it. Afterwards the file is gone."""
    upload = get_object_or_404(roster_uploads.uploads_of(request.user), uuid=uuid)
    if request.POST.get("action") == "forget":
        files.drop(file=upload)
        messages.info(request, _("The file has been deleted; nothing was loaded."))
        return redirect("desk:honours_import")
    lines, faults = honour_rows.read(roster_uploads.read_upload(file=upload))
    if faults:
        return redirect("desk:honours_import_look", uuid)
    try:
        made = imports.load(lines=lines, by=request.user)
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk:honours_import_look", uuid)
    files.drop(file=upload)
    messages.success(request, _("%(count)d honours are in the register.") % {"count": len(made)})
    return redirect("desk:honours")


urlpatterns = [
    path("honours/held/import/", send, name="honours_import"),
    path("honours/held/import/empty.xlsx", template, name="honours_import_template"),
    path("honours/held/import/<uuid:uuid>/", look, name="honours_import_look"),
    path("honours/held/import/<uuid:uuid>/load/", load, name="honours_import_load"),
]
