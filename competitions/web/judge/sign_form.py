"""The form at the foot of the check page: the judge's word, and the second judge's own password."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.models import Sheet


class SendBackForm(forms.Form):
    """The second judge does not sign and says why."""

    reason = forms.CharField(label=gettext_lazy("What is not right?"), max_length=300)


class SignForm(forms.Form):
    """witness: who signs too, or None. With own=False it is the second judge who signs from the own account."""

    checked = forms.BooleanField(error_messages={"required": gettext_lazy("Say that you have checked.")})
    witness_password = forms.CharField(
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, request: HttpRequest, sheet: Sheet, witness: Any, own: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.witness = witness if own else None
        self.witness_account: Any = None
        self.fields["checked"].label = _("I have checked the values of %(code)s.") % {"code": sheet.code}
        if self.witness is None:
            del self.fields["witness_password"]
        else:
            field = self.fields["witness_password"]
            field.label = _("Password of the second judge, %(name)s") % {"name": witness}
            field.help_text = _("Left empty, the second judge signs later from the own account.")

    def clean_witness_password(self) -> str:
        password: str = self.cleaned_data["witness_password"]
        if self.witness is None or not password:
            return ""
        # Counted by the lock-out like any sign-in; nobody is signed in by it.
        account = authenticate(self.request, username=self.witness.staff_no, password=password)
        if account is None or account.pk != self.witness.pk:
            raise forms.ValidationError(_("This is not the password of the second judge."))
        self.witness_account = account
        return ""
