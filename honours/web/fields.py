"""Fields that the forms of the wing share, and how a refusal of a verb comes beside its field."""

from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import folded, parse_mobile
from craft_site.kit.names import normalise_name
from craft_site.people.models import Worker
from honours.domain.refusals import HonourRefused


class WorkerField(forms.CharField):
    """One worker by the whole name, the mobile or the document number. Comes out as Worker or None.

    among: whom this person may choose; set it before the form is cleaned."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("The whole name, or the mobile or document number."))
        options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(max_length=60, **options)
        self.among: QuerySet[Worker] = Worker.objects.none()

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.among.filter(_meant(text)).select_related("employer", "user")[:2])
        if not found:
            raise ValidationError(_("Nobody is found by this. Try another spelling or number."))
        if len(found) > 1:
            raise ValidationError(_("Several people have this name: enter the mobile or document number."))
        return found[0]


def _meant(text: str) -> Q:
    wanted = Q(name=text)
    with suppress(ValidationError):
        wanted |= Q(name=normalise_name(text))
    with suppress(ValidationError):
        wanted |= Q(mobile_index=blind_index(parse_mobile(text), purpose="mobile"))
    number = folded(text)
    if len(number) >= 6 and number.isascii():
        for kind in Worker.IdKind:
            wanted |= Q(id_kind=kind, id_index=blind_index(number, purpose=f"id:{kind}"))
    return wanted


def put_refusal(form: forms.BaseForm, refused: HonourRefused) -> None:
    """Puts a verb's words beside the field, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))
