"""Numbers as people write them: 8,700 or 1.86万, in half-width or full-width signs."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_WRITTEN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,4}))?(万|亿)?", re.ASCII)
_TIMES = {None: 1, "万": 10_000, "亿": 100_000_000}


def parse(text: str) -> Decimal:
    """The number of a text. Raises ValueError for anything else, and for more than two decimals."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _WRITTEN.fullmatch(folded)
    if found is None:
        raise ValueError(text)
    whole, part, times = found.groups()
    value = Decimal(f"{whole.replace(',', '')}.{part or 0}") * _TIMES[times]
    if value != round(value, 2):
        raise ValueError(text)
    return value


class QuantityField(forms.CharField):
    """Comes out as Decimal, or None where nothing stands."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(required=False, max_length=24, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as fault:
            raise ValidationError(
                _("Write a number such as 220, 8,700 or 1.86万, with two decimals at most.")
            ) from fault
