"""Forms of the accounts that the office keeps. A mobile number never travels into a form: empty means unchanged."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from craft_site.kit.identity import parse_mobile
from craft_site.kit.names import normalise_name
from craft_site.people import roles
from craft_site.people.domain.accounts import AccountRefused, Particulars
from craft_site.people.models import Employer, Union, User
from craft_site.people.staff_numbers import parse_staff_no, without_blanks
from craft_site.people.web.forms import employer_meant, numeric

MOST_BYTES = 2 * 1024 * 1024


class ReasonField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Reason"))
        options.setdefault("help_text", _("It is kept with your name."))
        super().__init__(max_length=200, **options)


class ParticularsForm(forms.Form):
    """Who somebody is as an account."""

    staff_no = forms.CharField(
        label=_("Staff number"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_("They sign in with it. Letters, digits and hyphens, for example J-017."),
    )
    name = forms.CharField(label=_("Name"), max_length=50)
    mobile = forms.CharField(
        label=_("Mobile number"),
        required=False,
        max_length=20,
        widget=numeric(autocomplete="off"),
        help_text=_("They can sign in with it too."),
    )
    employer = forms.CharField(
        label=_("Employer"),
        required=False,
        max_length=120,
        help_text=_("Needed for an employer's contact: the unified social credit code, or the name."),
    )
    union = forms.ModelChoiceField(
        label=_("Union"),
        required=False,
        queryset=Union.objects.all(),
        help_text=_("Needed for a union reviewer."),
    )

    def clean_staff_no(self) -> str:
        """A number with blanks comes back without them, to be looked at before it is kept."""
        try:
            return parse_staff_no(self.cleaned_data["staff_no"])
        except ValidationError as fault:
            if fault.code == "blanks":
                sent: Any = self.data
                self.data = shown = sent.copy()
                shown[self.add_prefix("staff_no")] = without_blanks(self.cleaned_data["staff_no"])
            raise

    def clean_name(self) -> str:
        return normalise_name(self.cleaned_data["name"])

    def clean_mobile(self) -> str:
        text: str = self.cleaned_data["mobile"]
        return parse_mobile(text) if text else ""

    def clean_employer(self) -> Employer | None:
        text = self.cleaned_data["employer"].strip()
        if not text:
            return None
        found = employer_meant(text)
        if found is None:
            raise ValidationError(
                _("No employer of this name or code is known. Employers are kept under Administration.")
            )
        return found

    def particulars(self) -> Particulars:
        return Particulars(
            **{name: self.cleaned_data[name] for name in ("staff_no", "name", "mobile", "employer", "union")}
        )

    def refuse(self, refusal: AccountRefused) -> None:
        """The verb's answer beside its field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal.message))


def _roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Roles"),
        choices=list(roles.LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What somebody does in one contest is a seat of that contest, given there."),
    )


class NewAccountForm(ParticularsForm):
    roles = _roles_field()
    reason = ReasonField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].required = True


class EditAccountForm(ParticularsForm):
    drop_mobile = forms.BooleanField(label=_("Take the mobile number away"), required=False)
    reason = ReasonField()

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        firm = account.employer
        kwargs["initial"] = {
            "staff_no": account.staff_no,
            "name": account.name,
            "employer": firm.credit_code if firm else "",
            "union": account.union,
        }
        super().__init__(*args, **kwargs)
        now = account.mobile.masked() if account.mobile else ""
        self.fields["mobile"].help_text = (
            _("Now %(mobile)s. Leave empty to keep it.") % {"mobile": now} if now else _("None yet.")
        )
        if not now:
            del self.fields["drop_mobile"]

    @property
    def keeps_mobile(self) -> bool:
        return not self.cleaned_data["mobile"] and not self.cleaned_data.get("drop_mobile")


class RolesForm(forms.Form):
    roles = _roles_field()
    reason = ReasonField()

    def __init__(self, *args: Any, held: Collection[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"roles": sorted(held)})
        super().__init__(*args, **kwargs)

    def refuse(self, refusal: AccountRefused) -> None:
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal.message))


class ReasonForm(forms.Form):
    """A deed on an account that needs nothing but its reason."""

    reason = ReasonField()

    def refuse(self, refusal: AccountRefused) -> None:
        self.add_error("reason", str(refusal.message))


class JudgeListForm(forms.Form):
    file = forms.FileField(
        label=_("Filled workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("XLSX, at most 2 MB."),
    )
    reason = ReasonField(help_text=_("For example the letter of appointment. It is kept with your name."))

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is too large: at most 2 MB."))
        content: bytes = file.read(MOST_BYTES + 1)
        return content


class OwnPasswordForm(PasswordChangeForm):
    """Django's own, in the site's words; a one-time password cannot be kept by entering it once more."""

    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        one_time = user.one_time_until is not None
        self.fields["old_password"].label = _("One-time password") if one_time else _("Present password")
        new, again = self.fields["new_password1"], self.fields["new_password2"]
        new.label, again.label = _("New password"), _("New password once more")
        new.help_text = _("At least 8 characters; a short sentence is good. Not your staff or mobile number.")
        again.help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new_password1") and cleaned["new_password1"] == cleaned.get("old_password"):
            self.add_error("new_password1", _("This is the password that you have. Choose another one."))
        return cleaned
