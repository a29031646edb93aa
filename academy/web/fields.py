"""Fields that the forms of the wing share, and how a refusal of a verb comes beside its field."""

import re
import unicodedata
from typing import Any, Protocol

from django import forms

THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


class MomentField(forms.DateTimeField):
    """A date and time in the site's zone, to the minute, by the browser's own chooser."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)


class WholeField(forms.IntegerField):
    """A whole number as people write it and as this site prints it: 1,000 with its comma, full-width digits too."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        return super().to_python(without_commas(value))


class YuanField(forms.DecimalField):
    """A sum with cents, written in the same ways."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(without_commas(value))


def without_commas(value: Any) -> Any:
    """12,000 and １２０００ as 12000; what is no number so written stays as it is, for the field to refuse."""
    if not isinstance(value, str):
        return value
    text = "".join(unicodedata.normalize("NFKC", value).split())
    return text.replace(",", "") if THOUSANDS.fullmatch(text) else text


class ClockField(forms.TimeField):
    """A time of the day to the minute."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **options)


class Refusal(Protocol):
    """What a verb raises: words for the person, and the name of the field that they belong to."""

    field: str


def put_refusal(form: forms.BaseForm, refused: Refusal, names: dict[str, str] | None = None) -> None:
    """Puts a verb's words beside the field, or above the form. names: fields of the verb that are called otherwise."""
    field = (names or {}).get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, str(refused))
