"""Unsent marks: what is still on this device (the script shows it), and the way back of what left it as a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from competitions.domain.handed_in import hand_in
from competitions.domain.mark_entry import MarkAnswer, NewMark, Status
from competitions.models import Sheet
from competitions.web.judge.documents import face
from competitions.web.judge.sheet_data import sealed_words
from competitions.web.judge.unsent_form import Unsent, UnsentForm
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest


@needs(site_roles.JUDGE)
@never_cache
def unsent(request: PersonRequest) -> HttpResponse:
    """The judge of the marks loads them as marks; the chief judge loads those of others into what is kept aside."""
    form = UnsentForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    lines: list[dict[str, Any]] = []
    found: Unsent | None = None
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data["unsent"]
        answers = hand_in(
            judge=found.judge,
            device=found.device,
            marks=found.marks,
            digest=found.digest,
            by=request.user,
        )
        known = (
            Sheet.objects.visible_to(request.user)
            .select_related("code")
            .in_bulk({mark.sheet for mark in found.marks if mark.sheet}, field_name="uuid")
        )
        lines = [
            _line(mark, answer, known, found.works) for mark, answer in zip(found.marks, answers, strict=True)
        ]
        if found.judge != request.user.uuid:
            # A lone judge's values are read where they are decided on, and there not before the panel has judged.
            lines = [line | {"value": ""} for line in lines]
        form = UnsentForm()
    context = {
        "form": form,
        "lines": lines,
        "found": found,
        "taken": sum(1 for line in lines if line["good"]),
        "face": face(),
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "competitions/judge/unsent.html", context, status=status)


def _line(
    mark: NewMark, answer: MarkAnswer, known: Mapping[UUID, Sheet], works: Mapping[UUID, str]
) -> dict[str, Any]:
    sheet = known.get(mark.sheet) if mark.sheet else None
    return {
        "work": sheet.code if sheet else works.get(mark.sheet, "") if mark.sheet else "",
        "url": f"{sheet.get_absolute_url()}?aspect={mark.aspect}" if sheet else "",
        "aspect": mark.aspect,
        "value": _text(mark.values, not_done=mark.not_done),
        "current": _current(answer),
        "good": answer.status in (Status.SAVED, Status.REPEATED, Status.QUARANTINED),
        "said": _said(answer),
    }


def _current(answer: MarkAnswer) -> str:
    if answer.current is None:
        return ""
    if answer.sealed:
        return sealed_words()
    return _text(answer.current.values, not_done=answer.current.not_done)


def _said(answer: MarkAnswer) -> str:
    words = {
        Status.SAVED: _("Received"),
        Status.REPEATED: _("Was there already"),
        Status.QUARANTINED: _("Kept for the chief judge to decide on"),
    }
    text = words.get(answer.status) or answer.message or _("Not taken")
    return f"{text} #{answer.seq}" if answer.seq else text


def _text(values: Any, *, not_done: bool) -> str:
    if not_done:
        return _("Not done")
    if isinstance(values, Mapping):
        return " · ".join(f"{code} × {count}" for code, count in values.items())
    return " · ".join("–" if value is None else str(value) for value in values)


urlpatterns = [path("unsent/", unsent, name="unsent")]
