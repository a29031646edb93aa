"""Marks of a class's exam: everybody in one form, for the organiser and the mentors who teach."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from academy import roles
from academy.domain import exams
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, ExamMark, TrainingClass
from academy.web.desk.class_nav import class_at_desk, class_page
from craft_site.kit.access import signed_in
from craft_site.kit.language import plain_decimal
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

_WRONG = gettext_lazy("A mark is a number from 0 to 100 with at most two decimals.")
_MARK_ERRORS = dict.fromkeys(
    ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), _WRONG
)


class MarksForm(forms.Form):
    """A field for each person and part; an empty one means that there is no mark, which is not 0."""

    def __init__(
        self,
        *args: Any,
        people: list[Enrolment],
        parts: tuple[str, ...],
        known: dict[Any, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(ExamMark.Part.choices)
        self.keys = {f"m{one.pk}-{part}": (one.pk, part) for one in people for part in parts}
        named = {one.pk: one.worker.name for one in people}
        for name, (pk, part) in self.keys.items():
            label = f"{named[pk]} {labels[part]}"
            self.fields[name] = forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
                initial=_plain(known.get((pk, part))),
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "aria-label": label, "autocomplete": "off"}
                ),
                error_messages=_MARK_ERRORS,
            )

    def marks(self) -> dict[tuple[int, str], Decimal | None]:
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


def _plain(mark: Decimal | None) -> str | None:
    return None if mark is None else plain_decimal(mark)


@signed_in
@never_cache
def marks(request: PersonRequest, code: str) -> HttpResponse:
    """The grid of marks; one button keeps them all."""
    held = class_at_desk(request, code)
    roles.can_enter_marks(request.user, held).or_refuse()
    people = list(
        Enrolment.objects.filter(training_class=held)
        .seated()
        .select_related("worker")
        .order_by("worker__name", "pk")
    )
    parts = held.programme.exam_parts()
    known = {(one.enrolment_id, one.part): one.mark for one in ExamMark.objects.filter(enrolment__in=people)}
    runs = held.state == TrainingClass.State.RUNNING
    form = MarksForm(posted(request), people=people, parts=parts, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            count = exams.enter_marks(training_class=held, marks=form.marks(), by=request.user)
        except TrainingRefused as refused:
            form.add_error(None, str(refused))
        else:
            words = ngettext("%(count)s mark changed.", "%(count)s marks changed.", count)
            messages.success(request, words % {"count": count})
            return redirect("desk:class_marks", code)
    labels = dict(ExamMark.Part.choices)
    return class_page(
        request,
        held,
        "class_marks",
        room="marks",
        status=422 if form.is_bound else 200,
        form=form,
        parts=[labels[part] for part in parts],
        rows=[
            {
                "name": one.worker.name,
                "cells": [
                    {
                        "field": form[f"m{one.pk}-{part}"],
                        "mark": _plain(known.get((one.pk, part))),
                        "part": labels[part],
                    }
                    for part in parts
                ],
            }
            for one in people
        ],
        runs=runs,
        pass_mark=held.programme.pass_mark,
    )


urlpatterns = [path("academy/classes/<slug:code>/marks/", marks, name="class_marks")]
