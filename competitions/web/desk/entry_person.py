"""The person behind an entry, at the desk: name and document corrected, certificates looked at."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache

from competitions import roles
from competitions.domain import persons
from competitions.models import Entry, ReleaseRow
from competitions.web.desk.nav import desk_page
from craft_site.kit.access import roles as needs
from craft_site.kit.identity import Document, IdentityError, parse_document
from craft_site.kit.names import normalise_name
from craft_site.people import roles as site_roles
from craft_site.people.domain.record_corrections import CorrectionRefused
from craft_site.people.models import Qualification, Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

office_only = needs(site_roles.ORGANISER, site_roles.REVIEWER)


class ReasonField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Reason"))
        options.setdefault("help_text", gettext_lazy("What you compared it with; it is kept with your name."))
        super().__init__(max_length=200, widget=forms.Textarea(attrs={"rows": 3}), **options)


class PersonForm(forms.Form):
    """The name, and a document number only where it is another one: the present one is never shown."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    id_kind = forms.ChoiceField(label=gettext_lazy("Identity document"), choices=Worker.IdKind.choices)
    id_number = forms.CharField(
        label=gettext_lazy("Corrected document number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = ReasonField()

    def __init__(self, *args: Any, worker: Worker, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": worker.name, "id_kind": worker.id_kind}
        super().__init__(*args, **kwargs)
        self.worker = worker
        self.fields["id_number"].help_text = _("Empty keeps the number there is: %(masked)s.") % {
            "masked": worker.id_number.masked()
        }

    def clean_name(self) -> str:
        return normalise_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["document"] = self._document(cleaned)
        same_name = cleaned.get("name", "") == self.worker.name
        if not self.errors and same_name and cleaned["document"] is None:
            raise ValidationError(_("Name and document are as they were: nothing to correct."))
        return cleaned

    def _document(self, cleaned: dict[str, Any]) -> Document | None:
        kind, number = cleaned.get("id_kind", ""), cleaned.get("id_number", "").strip()
        if not kind:
            return None
        if not number:
            if kind != self.worker.id_kind:
                self.add_error("id_number", _("Another kind of document needs its own number."))
            return None
        try:
            return parse_document(kind, number)
        except IdentityError as error:
            self.add_error("id_number", error)
            return None


class CertificateForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("What do you find?"),
        widget=forms.RadioSelect,
        choices=(
            ("checked", gettext_lazy("Checked: it says what is claimed")),
            ("refused", gettext_lazy("Not accepted by the office")),
        ),
    )
    reason = ReasonField(
        required=False, help_text=gettext_lazy("Needed when it is not accepted; its holder reads it.")
    )


def _entry(request: PersonRequest, uuid: UUID) -> Entry:
    entry = get_object_or_404(
        Entry.objects.visible_to(request.user).for_desk().select_related("event__competition"), uuid=uuid
    )
    roles.can_correct_person(request.user, entry).or_refuse()
    return entry


@office_only
@never_cache
def person(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Name and document of the entry's worker."""
    entry = _entry(request, uuid)
    form = PersonForm(posted(request), worker=entry.worker)
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("name", "document", "reason")}
        try:
            worker = persons.correct_identity(entry=entry, by=request.user, **answers)
        except CorrectionRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("The record of %(name)s is corrected.") % {"name": worker.name})
            return redirect(entry)
    context = desk_page(request, entry.event, "entries") | {
        "entry": entry,
        "form": form,
        "published": _published(entry.worker),
        "acts": entry.worker.acts.select_related("by")[:20],
    }
    return render(request, "competitions/desk/entry_person.html", context, status=_status(form))


def _published(worker: Worker) -> list[str]:
    """The events in whose published results the worker stands."""
    rows = ReleaseRow.objects.filter(entry__worker=worker).select_related("release__event__competition")
    return sorted({f"{row.release.event} · {row.release.event.competition}" for row in rows})


@office_only
@never_cache
def certificate(request: PersonRequest, uuid: UUID, pk: int) -> HttpResponse:
    """One certificate beside its scan, and the office's word on it."""
    entry = _entry(request, uuid)
    found = get_object_or_404(
        Qualification.objects.filter(worker=entry.worker_id).select_related("trade", "scan", "checked_by"),
        pk=pk,
    )
    given = "checked" if found.checked else "refused" if found.refused else ""
    form = CertificateForm(posted(request), initial={"verdict": given, "reason": found.refusal})
    if request.method == "POST" and form.is_valid():
        accepted = form.cleaned_data["verdict"] == "checked"
        try:
            persons.judge_certificate(
                entry=entry,
                qualification=found,
                accepted=accepted,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except CorrectionRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(
                request,
                _("Marked as checked. The rules have been looked at again.")
                if accepted
                else _("Marked as not accepted. The rules have been looked at again."),
            )
            return redirect(entry)
    context = desk_page(request, entry.event, "entries") | {
        "entry": entry,
        "certificate": found,
        "rows": _certificate_rows(found),
        "form": form,
        "acts": found.acts.select_related("by"),
    }
    return render(request, "competitions/desk/entry_certificate.html", context, status=_status(form))


def _certificate_rows(found: Qualification) -> list[dict[str, Any]]:
    rows = [
        (_("Kind"), found.get_kind_display()),
        (_("Trade"), found.trade),
        (_("Level"), found.get_grade_display() if found.grade else ""),
        (pgettext("honour", "Title"), found.title),
        (_("Certificate number"), found.certificate_no),
        (_("Issued on"), f"{found.issued_on:%Y-%m-%d}" if found.issued_on else ""),
        (_("Comes from"), found.get_source_display()),
    ]
    return [{"label": label, "value": value} for label, value in rows if value not in (None, "")]


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200


urlpatterns = [
    path("entries/<uuid:uuid>/person/", person, name="entry_person"),
    path("entries/<uuid:uuid>/certificates/<int:pk>/", certificate, name="entry_certificate"),
]
