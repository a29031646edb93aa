"""Forms around the bank: which file, what came back, how a bank wants its columns."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.domain.payments import Reported
from academy.files import bank
from academy.models import BankTemplate, PaymentList

MOST_BYTES = bank.LIMITS.max_bytes


class FileForm(forms.Form):
    """Which template the file follows; without any there is a plain one."""

    template = forms.ModelChoiceField(
        label=gettext_lazy("The bank's format"),
        queryset=BankTemplate.objects.all(),
        required=False,
        empty_label=gettext_lazy("Plain format with every column (XLSX)"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].initial = BankTemplate.objects.order_by("pk").first()

    def chosen(self) -> BankTemplate:
        return self.cleaned_data["template"] or bank.plain_template()


class ResultForm(forms.Form):
    """The file that the bank sent back."""

    file = forms.FileField(
        label=gettext_lazy("The bank's answer"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(
            "XLSX or CSV with a reference number and a result in each row; words of the bank and amount if it has them."
        ),
        error_messages={"empty": gettext_lazy("The file is empty. Ask the bank for it again.")},
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is far too large for an answer of the bank."))
        return sent


class Carried:
    """What was read of an answer, carried by the page between looking at it and entering it: signed for one list and
    one person, so that what is entered is what was shown."""

    MOST_SECONDS = 24 * 3600

    @staticmethod
    def _salt(payments: PaymentList, by: Any) -> str:
        return f"academy.bank-answer:{payments.uuid}:{by.uuid}"

    @classmethod
    def pack(cls, reported: list[Reported], *, payments: PaymentList, by: Any) -> str:
        lines = [
            [line.reference, line.result, line.message, None if line.amount is None else str(line.amount)]
            for line in reported
        ]
        return signing.dumps(lines, salt=cls._salt(payments, by), compress=True)

    @classmethod
    def unpack(cls, text: str, *, payments: PaymentList, by: Any) -> list[Reported] | None:
        """None when it is not what this person was shown of this list."""
        try:
            lines = signing.loads(text, salt=cls._salt(payments, by), max_age=cls.MOST_SECONDS)
        except signing.BadSignature:
            return None
        return [
            Reported(reference, result, message, None if amount is None else Decimal(amount))
            for reference, result, message, amount in lines
        ]


class TemplateForm(forms.Form):
    """Name, format, and for every column whether it is in the file, where, and under which header."""

    name = forms.CharField(label=gettext_lazy("Name of the bank or format"), max_length=60)
    form = forms.ChoiceField(label=gettext_lazy("Format"), choices=BankTemplate.Format.choices)

    def __init__(self, *args: Any, template: BankTemplate, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": template.name, "form": template.form}
        super().__init__(*args, **kwargs)
        now = {column["key"]: (n, column["header"]) for n, column in enumerate(template.columns, start=1)}
        for key in BankTemplate.KEYS:
            place, header = now.get(key, (None, str(bank.HEADERS[key])))
            self.fields[f"place_{key}"] = forms.IntegerField(
                label=_("Column of “%(name)s”") % {"name": bank.HEADERS[key]},
                min_value=1,
                max_value=99,
                required=False,
                initial=place,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[f"header_{key}"] = forms.CharField(
                label=_("Header of “%(name)s”") % {"name": bank.HEADERS[key]},
                max_length=40,
                required=False,
                initial=header,
            )

    def columns(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """(name of the column, its place, its header)"""
        return [
            (str(bank.HEADERS[key]), self[f"place_{key}"], self[f"header_{key}"]) for key in BankTemplate.KEYS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        places = [given.get(f"place_{key}") for key in BankTemplate.KEYS]
        for key in BankTemplate.KEYS:
            place = given.get(f"place_{key}")
            if place is not None and places.count(place) > 1:
                self.add_error(f"place_{key}", _("Two columns cannot stand in the same place."))
        return given

    def chosen(self) -> list[tuple[str, str]]:
        """(key, header) in the file's order."""
        given = self.cleaned_data
        inside = [key for key in BankTemplate.KEYS if given[f"place_{key}"] is not None]
        inside.sort(key=lambda key: given[f"place_{key}"])
        return [(key, given[f"header_{key}"]) for key in inside]
