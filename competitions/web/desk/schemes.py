"""The marking scheme at the desk: its tree, files in and out, a new version after a look at what changes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import schemes
from competitions.domain.scheme_changes import compare_schemes
from competitions.files.scheme_xlsx import WorkbookErrors, read_scheme_workbook
from competitions.files.scheme_xlsx_out import NotForAWorkbook, empty_workbook, scheme_workbook
from competitions.files.scheme_yaml import MAX_SCHEME_BYTES, FileErrors, read_scheme
from competitions.files.scheme_yaml_out import scheme_yaml
from competitions.models import Event, SchemeVersion
from competitions.scoring.scheme import Scheme, SchemeErrors, Text, canonical_json, content_hash, parse_scheme
from competitions.web import scheme_words
from competitions.web.desk import scheme_edit, scheme_try
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.kit.file_kinds import OLE_MAGIC, ZIP_MAGIC
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
at_the_desk = needs(*site_roles.DESK)
LIBRARY = Path(settings.BASE_DIR) / "competitions" / "schemes"
MAX_UPLOAD = 5_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def library_names() -> list[str]:
    """The schemes that come with the program, as starting points."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def _library_choices() -> list[tuple[str, str]]:
    titles = _library_titles()
    return [("", "–"), *((name, scheme_words.reads(title)) for name, title in titles.items())]


@cache
def _library_titles() -> dict[str, Text]:
    return {
        name: read_scheme((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")).title
        for name in library_names()
    }


SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv")


class UploadForm(forms.Form):
    """A file, or a scheme of the library."""

    file = forms.FileField(
        label=gettext_lazy("Scheme file"),
        required=False,
        help_text=gettext_lazy("YAML or XLSX, up to 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json,.xlsx"}),
    )
    library = forms.ChoiceField(label=gettext_lazy("or begin with"), required=False, choices=_library_choices)

    def clean(self) -> dict[str, object]:
        fields = super().clean() or {}
        file = fields.get("file")
        if not file and not fields.get("library") and not self.errors:
            raise forms.ValidationError(_("Choose a file or a scheme of the library."))
        if file and file.size > MAX_UPLOAD:
            self.add_error("file", _("The file is larger than 5 MB."))
        return fields

    def scheme(self) -> Scheme:
        """Raises FileErrors or WorkbookErrors."""
        file = self.cleaned_data["file"]
        if not file:
            return read_scheme((LIBRARY / f"{self.cleaned_data['library']}.yaml").read_text(encoding="utf-8"))
        content: bytes = file.read()
        if content.startswith((ZIP_MAGIC, OLE_MAGIC)) or file.name.lower().endswith(SPREADSHEETS):
            return read_scheme_workbook(content)
        return read_scheme(content[: MAX_SCHEME_BYTES + 1].decode("utf-8-sig", errors="replace"))


class ConfirmForm(forms.Form):
    body = forms.CharField(widget=forms.HiddenInput, max_length=2 * MAX_SCHEME_BYTES, strip=False)
    based_on = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = forms.CharField(label=gettext_lazy("Why it is changed"), max_length=300, required=False)

    def __init__(self, *args: Any, frozen: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = frozen
        if not frozen:
            self.fields["reason"].help_text = gettext_lazy("Kept with the version.")


@at_the_desk
def scheme(request: PersonRequest, code: str) -> HttpResponse:
    """The scheme in force as a tree with its sums, and its versions."""
    event = event_at_desk(request, code)
    roles.can_open_desk(request.user, event).or_refuse()
    versions = list(event.schemes.select_related("by"))
    newest = versions[0] if versions else None
    context = desk_page(request, event, "scheme") | {
        "versions": versions,
        "newest": newest,
        "tree": scheme_words.tree(newest.scheme) if newest else [],
        "sums": scheme_words.sums(newest.scheme) if newest else [],
        "frozen": schemes.is_frozen(event, newest),
        "may_change": bool(roles.can_organise(request.user, event)) and not schemes.is_closed(event),
    }
    return render(request, "competitions/desk/scheme.html", context)


@organiser_only
def scheme_upload(request: PersonRequest, code: str) -> HttpResponse:
    """Reads a file: all its faults, or a preview of what would change. Nothing is kept before the confirmation."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    form = UploadForm(request.POST or None, request.FILES or None)
    context = desk_page(request, event, "scheme") | {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found = form.scheme()
        except (FileErrors, WorkbookErrors) as error:
            context["faults"] = scheme_words.faults(error)
        else:
            return _preview(request, event, found)
    return render(request, "competitions/desk/scheme_upload.html", context)


def _preview(
    request: PersonRequest, event: Event, found: Scheme, form: ConfirmForm | None = None
) -> HttpResponse:
    newest = event.scheme_version
    frozen = schemes.is_frozen(event, newest)
    if form is None:
        based_on = newest.content_hash if newest else ""
        form = ConfirmForm(initial={"body": canonical_json(found), "based_on": based_on}, frozen=frozen)
    context = desk_page(request, event, "scheme") | {
        "form": form,
        "scheme_title": scheme_words.reads(found.title),
        "newest": newest,
        "frozen": frozen,
        "sums": scheme_words.sums(found),
        "tree": scheme_words.tree(found),
        "aspects": sum(1 for _aspect in found.aspects()),
        "changes": scheme_words.change_lines(compare_schemes(newest.scheme, found)) if newest else [],
        "same": newest is not None and newest.content_hash == content_hash(found),
    }
    return render(request, "competitions/desk/scheme_preview.html", context)


@organiser_only
@require_POST
def scheme_confirm(request: PersonRequest, code: str) -> HttpResponse:
    """Makes the previewed scheme the next version."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    form = ConfirmForm(request.POST, frozen=schemes.is_frozen(event, event.scheme_version))
    try:
        found = parse_scheme(json.loads(request.POST.get("body", "")))
    except (ValueError, RecursionError, SchemeErrors):
        messages.error(request, _("The preview was lost. Choose the file again."))
        return redirect("desk:scheme_upload", event.code)
    if form.is_valid():
        try:
            version = schemes.adopt_scheme(
                event=event,
                scheme=found,
                based_on=form.cleaned_data["based_on"],
                by=request.user,
                reason=form.cleaned_data["reason"],
            )
        except schemes.SchemeRefused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("Version %(number)d is now in force.") % {"number": version.number})
            return redirect("desk:scheme", event.code)
    return _preview(request, event, found, form)


@at_the_desk
def scheme_file(request: PersonRequest, code: str, number: int, kind: str) -> HttpResponse:
    """A version as YAML, canonical JSON or workbook."""
    event = event_at_desk(request, code)
    roles.can_open_desk(request.user, event).or_refuse()
    version = get_object_or_404(event.schemes, number=number)
    try:
        return scheme_download(version, kind)
    except NotForAWorkbook:
        messages.error(
            request, _("This scheme does not fit into a workbook without loss. Take the YAML file.")
        )
        return redirect("desk:scheme", event.code)


@organiser_only
def scheme_template(request: PersonRequest) -> HttpResponse:
    """An empty workbook with all sheets and headings."""
    return _file(empty_workbook(), "scheme-template.xlsx", XLSX)


def scheme_download(version: SchemeVersion, kind: str) -> HttpResponse:
    """The file of a version. Raises NotForAWorkbook, Http404 for an unknown kind."""
    name = f"{version.event.code}-scheme-v{version.number}.{kind}"
    if kind == "yaml":
        return _file(scheme_yaml(version.scheme).encode(), name, "application/yaml; charset=utf-8")
    if kind == "json":
        return _file(version.body.encode(), name, "application/json")
    if kind == "xlsx":
        return _file(scheme_workbook(version.scheme), name, XLSX)
    raise Http404


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("scheme-template.xlsx", scheme_template, name="scheme_template"),
    path("events/<slug:code>/scheme/", scheme, name="scheme"),
    path("events/<slug:code>/scheme/upload/", scheme_upload, name="scheme_upload"),
    path("events/<slug:code>/scheme/confirm/", scheme_confirm, name="scheme_confirm"),
    path("events/<slug:code>/scheme/v<int:number>.<slug:kind>", scheme_file, name="scheme_file"),
    *scheme_edit.urlpatterns,
    *scheme_try.urlpatterns,
]
