"""Choosing one worker in a form: look for a name, a mobile or a document number, then choose from those found.

    class AppointForm(WorkerChoice): ...
    form = AppointForm(posted(request), among=Worker.objects.visible_to(request.user))
    if form.is_valid(): ... form.cleaned_data["worker"]
    return render(..., status=answer_status(form))

Both steps are one form at one address, sent by POST: what was looked for stands in no address and no log. The page
needs nothing but `{{ form }}`. The fields are `find` and `worker` (its uuid).
"""

from contextlib import suppress
from copy import copy
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import folded, parse_mobile
from craft_site.kit.names import normalise_name
from craft_site.people.models import Worker

SHOWN = 20
FEWEST_SIGNS = 2  # of a name
FEWEST_DOCUMENT = 6  # of a document number


def found_by(text: str, among: QuerySet[Worker]) -> QuerySet[Worker]:
    """Those whose name holds the text, or whose mobile or document number it is in full; nothing for one sign."""
    text = text.strip()
    if len(text) < FEWEST_SIGNS:
        return among.none()
    try:
        wanted = Q(name__icontains=normalise_name(text))
    except ValidationError:
        wanted = Q(pk=None)
    with suppress(ValidationError):
        wanted |= Q(mobile_index=blind_index(parse_mobile(text), purpose="mobile"))
    number = folded(text)
    if len(number) >= FEWEST_DOCUMENT and number.isascii():
        for kind in Worker.IdKind:
            wanted |= Q(id_kind=kind, id_index=blind_index(number, purpose=f"id:{kind}"))
    return among.filter(wanted).select_related("employer").order_by("name", "pk")


class WorkerField(forms.ModelChoiceField):
    """One of the workers found. People of one name are told apart by employer and the end of the mobile number."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("queryset", Worker.objects.none())
        super().__init__(to_field_name="uuid", empty_label=None, widget=forms.RadioSelect, **options)

    def label_from_instance(self, worker: Any) -> str:
        parts = [worker.name, str(worker.employer or ""), worker.mobile.masked() if worker.mobile else ""]
        return " · ".join(part for part in parts if part)


class SearchInput(forms.TextInput):
    """The text and, beside it, the button that looks for it without sending the rest of the form."""

    template_name = "academy/desk/worker_search.html"


class WorkerChoice(forms.Form):
    """Mix it into a form that needs a worker. among: whom this person may choose."""

    find = forms.CharField(
        label=_("Look for a worker"),
        max_length=60,
        required=False,
        widget=SearchInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("A part of the name, or the whole mobile or document number."),
        error_messages={"required": _("Look for the worker first, then choose.")},
    )
    worker = WorkerField(label=_("Worker"), error_messages={"required": _("Choose a worker.")})

    def __init__(self, *args: Any, among: QuerySet[Worker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.searching = self.is_bound and "search" in self.data
        text = str(self.data.get(self.add_prefix("find"), "")) if self.is_bound else ""
        given = self.data.get(self.add_prefix("worker")) if self.is_bound else self.initial.get("worker")
        found = list(found_by(text, among)[: SHOWN + 1])
        if not found and not self.searching and (chosen := _by_uuid(given, among)):
            found = [chosen]
        self._offer(found, text, among)
        if self.searching:
            self._errors = ErrorDict()  # the rest of the form is not being sent yet

    def _offer(self, found: list[Worker], text: str, among: QuerySet[Worker]) -> None:
        field = self.fields["worker"]
        assert isinstance(field, WorkerField)
        shown = found[:SHOWN]
        field.queryset = among.filter(pk__in=[worker.pk for worker in shown]).select_related("employer")
        self.fields["find"].required = field.required and not found
        if not found:
            field.widget = forms.HiddenInput()
            if 0 < len(text.strip()) < FEWEST_SIGNS:
                self.fields["find"].help_text = _("Write at least two characters of the name.")
            elif text.strip():
                self.fields["find"].help_text = _("Nobody is found by this. Try another spelling or number.")
        elif len(found) > SHOWN:
            self.fields["find"].help_text = _("More people fit than are shown: write more of the name.")
        elif len(found) == 1 and self.searching:
            picked: Any = copy(self.data)
            picked[self.add_prefix("worker")] = str(found[0].uuid)
            self.data = picked

    def is_valid(self) -> bool:
        return not self.searching and super().is_valid()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.fields["worker"].widget.is_hidden and "worker" in self.errors:
            # A hidden field cannot tell what it lacks; the field that leads to it does.
            del self.errors["worker"]
            if "find" not in self.errors:
                self.add_error("find", _("Look for the worker first, then choose."))
        return cleaned


def answer_status(form: forms.BaseForm) -> int:
    """Of the page that shows this form: 422 when what was sent is wrong; looking for somebody is no mistake."""
    return 422 if form.is_bound and not getattr(form, "searching", False) else 200


def _by_uuid(given: Any, among: QuerySet[Worker]) -> Worker | None:
    if isinstance(given, Worker):
        given = given.uuid
    try:
        uuid = UUID(str(given))
    except ValueError:
        return None
    return among.filter(uuid=uuid).first()
