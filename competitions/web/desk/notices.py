"""The technical document at the desk: versions, the draft, its preview, publishing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import notices
from competitions.models import DocumentChapter, DocumentVersion
from competitions.web.desk.event_forms import MomentField
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
at_the_desk = needs(*site_roles.DESK)


class DocumentForm(forms.Form):
    """All chapters on one page; an empty chapter is left out."""

    effective_at = MomentField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("At the earliest when it is published."),
    )
    change_note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed from the second version on; readers see it."),
    )

    def __init__(self, *args: Any, version: DocumentVersion, **kwargs: Any) -> None:
        texts = {chapter.kind: chapter for chapter in version.chapters.all()}
        initial = {"effective_at": version.effective_at, "change_note": version.change_note}
        for kind, chapter in texts.items():
            initial |= {kind: chapter.text, f"{kind}_en": chapter.text_en}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for kind in DocumentChapter.Kind:
            self.fields[kind.value] = _chapter(gettext_lazy("Text"), rows=6)
            self.fields[f"{kind.value}_en"] = _chapter(gettext_lazy("Text in English"), rows=3)

    def chapters(self) -> dict[str, tuple[str, str]]:
        """Kind to (Chinese, English), as the verb takes them."""
        return {
            kind: (self.cleaned_data[kind], self.cleaned_data[f"{kind}_en"])
            for kind in DocumentChapter.Kind.values
        }

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        for kind in DocumentChapter.Kind.values:
            if fields.get(f"{kind}_en") and not fields.get(kind):
                self.add_error(kind, gettext_lazy("Write the Chinese text too: it is the one that counts."))
        return fields

    def by_chapter(self) -> list[dict[str, Any]]:
        """For the template: each chapter's title and its two fields."""
        return [
            {"title": kind.label, "fields": (self[kind.value], self[f"{kind.value}_en"])}
            for kind in DocumentChapter.Kind
        ]


def _chapter(label: Any, *, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=30_000, widget=forms.Textarea(attrs={"rows": rows})
    )


@at_the_desk
def documents(request: PersonRequest, code: str) -> HttpResponse:
    """All versions, the newest first."""
    event = event_at_desk(request, code)
    roles.can_open_desk(request.user, event).or_refuse()
    in_force = notices.document_in_force(event)
    versions = [
        {
            "version": version,
            "draft": version.published_at is None,
            "in_force": in_force is not None and version.pk == in_force.pk,
            "coming": version.published_at is not None and version.effective_at > timezone.now(),
        }
        for version in event.documents.all()
    ]
    may_organise = bool(roles.can_organise(request.user, event))
    context = desk_page(request, event, "documents") | {
        "versions": versions if may_organise else [line for line in versions if not line["draft"]],
        "may_organise": may_organise,
        "has_draft": any(line["draft"] for line in versions),
    }
    return render(request, "competitions/desk/documents.html", context)


@organiser_only
@require_POST
def document_new(request: PersonRequest, code: str) -> HttpResponse:
    """A draft with the chapters of the newest version, or the draft that is open."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    version = notices.new_document(event=event, by=request.user)
    return redirect("desk:document_edit", event.code, version.number)


@organiser_only
def document_edit(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Writes the draft, and publishes it when that button was pressed."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    version = get_object_or_404(event.documents, number=number)
    if version.published_at is not None:
        return redirect("desk:document", event.code, number)
    form = DocumentForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            notices.save_document(
                version=version,
                effective_at=form.cleaned_data["effective_at"],
                change_note=form.cleaned_data["change_note"],
                chapters=form.chapters(),
                by=request.user,
            )
        except notices.DocumentRefused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("desk:document", event.code, number)
    context = desk_page(request, event, "documents") | {"form": form, "version": version}
    return render(request, "competitions/desk/document_edit.html", context)


@at_the_desk
def document(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """One version as its readers see it; a draft only for its authors."""
    event = event_at_desk(request, code)
    roles.can_open_desk(request.user, event).or_refuse()
    version = get_object_or_404(event.documents, number=number)
    may_organise = bool(roles.can_organise(request.user, event))
    if version.published_at is None and not may_organise:
        roles.can_organise(request.user, event).or_refuse()
    chapters = [
        {
            "title": chapter.get_kind_display(),
            "paragraphs": chapter.text.split("\n"),
            "english": chapter.text_en.split("\n") if chapter.text_en else [],
        }
        for chapter in version.chapters.all()
    ]
    context = desk_page(request, event, "documents") | {
        "version": version,
        "chapters": chapters,
        "may_organise": may_organise,
    }
    return render(request, "competitions/desk/document.html", context)


@organiser_only
@require_POST
def document_publish(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Publishes a draft for good."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    version = get_object_or_404(event.documents, number=number)
    try:
        version = notices.publish_document(version=version, by=request.user)
    except notices.DocumentRefused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:document_edit", event.code, number)
    effective = timezone.localtime(version.effective_at)
    messages.success(
        request,
        _("Version %(number)d is published; in force from %(when)s.")
        % {"number": number, "when": f"{effective:%Y-%m-%d %H:%M}"},
    )
    return redirect("desk:document", event.code, number)


urlpatterns = [
    path("events/<slug:code>/documents/", documents, name="documents"),
    path("events/<slug:code>/documents/new/", document_new, name="document_new"),
    path("events/<slug:code>/documents/<int:number>/", document, name="document"),
    path("events/<slug:code>/documents/<int:number>/edit/", document_edit, name="document_edit"),
    path("events/<slug:code>/documents/<int:number>/publish/", document_publish, name="document_publish"),
]
