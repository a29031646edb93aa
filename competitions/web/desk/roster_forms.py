"""The upload of a roster."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from competitions.files.roster import LIMITS
from craft_site.kit.identity import parse_credit_code
from craft_site.people import roles as site_roles
from craft_site.people.models import Employer


class RosterForm(forms.Form):
    """The file; and for the office the firm that it is of. A contact's firm is their own."""

    credit_code = forms.CharField(label=_("Employer's unified social credit code"), max_length=30)
    file = forms.FileField(
        label=_("Filled workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("XLSX, at most 2 MB."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_role(site_roles.ORGANISER):
            del self.fields["credit_code"]

    def clean_credit_code(self) -> str:
        code = parse_credit_code(self.cleaned_data["credit_code"])
        if not Employer.objects.filter(credit_code=code).exists():
            raise ValidationError(_("No employer with this code is known here."))
        return code

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LIMITS.max_bytes:
            raise ValidationError(_("The file is too large: at most 2 MB."))
        content: bytes = file.read(LIMITS.max_bytes + 1)
        return content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if code := cleaned.get("credit_code"):
            cleaned["employer"] = Employer.objects.get(credit_code=code)
        elif not self.user.has_role(site_roles.ORGANISER):
            cleaned["employer"] = self.user.employer
            if cleaned["employer"] is None:
                raise ValidationError(_("Your account is not linked to an employer; ask the office."))
        return cleaned
