"""Forms about people. A sealed value never travels into a form: its field starts empty and empty means unchanged."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.identity import (
    Document,
    IdentityError,
    Sex,
    parse_credit_code,
    parse_document,
    parse_mobile,
)
from craft_site.kit.language import listed
from craft_site.kit.names import normalise_name
from craft_site.kit.uploads import PHOTO, SCAN, CleanUpload, UploadPolicy, clean_upload
from craft_site.people.domain import workers
from craft_site.people.models import Employer, Qualification, Trade, User, Worker
from craft_site.people.models.trade import Grade

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

OLDEST = 120


class DateField(forms.DateField):
    """A date as the browser's own chooser gives it; typed by hand as 1990-01-31."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class CleanFileField(forms.FileField):
    """An upload that comes out made anew (kit.uploads.CleanUpload), or is refused with the reason."""

    def __init__(self, *, policy: UploadPolicy, **kwargs: Any) -> None:
        self.policy = policy
        accept = ",".join(policy.extensions)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        kwargs.setdefault("help_text", _("At most %(size)d MB.") % {"size": policy.max_bytes // 2**20})
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> CleanUpload | None:
        file = super().clean(data, initial)
        return clean_upload(file, name=file.name, policy=self.policy) if file else None


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is an answer too."""
    return request.POST if request.method == "POST" else None


def needed_for(field: forms.Field, when: "str | StrPromise") -> None:
    """A field that only some answers need: it says which, and is not marked as left to the reader's choice."""
    field.help_text = when
    field.unmarked = True  # type: ignore[attr-defined]  # read by the field's template


def numeric(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", **attrs})


class DocumentFields(forms.Form):
    """An identity document: kind, number, and what a passport's number does not tell."""

    id_kind = forms.ChoiceField(label=_("Identity document"), choices=Worker.IdKind.choices)
    id_number = forms.CharField(
        label=_("Document number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth = DateField(
        label=_("Date of birth"),
        required=False,
        help_text=_("Only where the document number does not tell it."),
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", "---------"), *Worker.Sex.choices],
        help_text=_("Only where the document number does not tell it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "id_number" in cleaned and "id_kind" in cleaned:
            try:
                cleaned["document"] = self._document(cleaned)
            except IdentityError as error:
                self.add_error("id_number", error)
        return cleaned

    def _document(self, cleaned: dict[str, Any]) -> Document | None:
        document = parse_document(cleaned["id_kind"], cleaned["id_number"])
        if document.birth is not None:
            return document
        birth: date | None = cleaned.get("birth")
        if birth is None:
            self.add_error("birth", _("Enter the date of birth: this document's number does not tell it."))
        elif not 0 <= timezone.localdate().year - birth.year <= OLDEST or birth > timezone.localdate():
            self.add_error("birth", _("This cannot be a date of birth."))
        if not cleaned.get("sex"):
            self.add_error("sex", _("Choose one: this document's number does not tell it."))
            return None
        return replace(document, birth=birth, sex=Sex(cleaned["sex"]))


class RegisterForm(DocumentFields):
    """Signing up: who, how to reach, how to prove it, and the consent."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As on the identity document."),
    )
    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        widget=numeric(autocomplete="tel"),
        help_text=_("You sign in with it."),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters; a short sentence is good."),
    )
    consent = forms.BooleanField(
        label=_("I agree that my data is kept and used for skills competitions, training and subsidies"),
        error_messages={"required": _("Without this consent no account can be made.")},
    )
    field_order = ("name", "id_kind", "id_number", "birth", "sex", "mobile", "password", "consent")

    def clean_name(self) -> str:
        return normalise_name(self.cleaned_data["name"])

    def clean_mobile(self) -> str:
        return parse_mobile(self.cleaned_data["mobile"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "password" in cleaned:
            newcomer = User(name=cleaned.get("name", ""))
            newcomer.set_mobile(cleaned.get("mobile", ""))
            try:
                validate_password(cleaned["password"], newcomer)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class RecordForm(DocumentFields):
    """The worker's record for an account that the office made."""

    mobile = forms.CharField(label=_("Mobile number"), max_length=20, widget=numeric(autocomplete="tel"))
    field_order = ("id_kind", "id_number", "birth", "sex", "mobile")

    def clean_mobile(self) -> str:
        return parse_mobile(self.cleaned_data["mobile"])


def employer_meant(text: str) -> Employer | None:
    """The one firm known here by this code or name, None when nothing is known by it. Raises ValidationError when
    several fit."""
    found = workers.find_employers(text)
    exact = [
        firm for firm in found if text.upper() == firm.credit_code or text in (firm.name, firm.short_name)
    ]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        names = listed(firm.name for firm in found[:5])
        raise ValidationError(
            _("Several employers fit: %(names)s. Enter one of them in full, or the code."),
            params={"names": names},
        )
    return None


class EmployerField(forms.CharField):
    """A firm by its unified social credit code, or by a name that fits one alone. Comes out as Employer or None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Its unified social credit code, or its name."))
        super().__init__(max_length=120, **options)

    def prepare_value(self, value: Any) -> Any:
        """A kept firm stands there by its name; its key would tell nobody anything."""
        if isinstance(value, int):
            return Employer.objects.filter(pk=value).values_list("name", flat=True).first() or ""
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        known = employer_meant(text)
        if known is None:
            raise ValidationError(_("No employer is known here by this code or name."))
        return known


class ProfileForm(forms.Form):
    """What a worker may change alone."""

    photo = CleanFileField(
        label=_("Photo"), policy=PHOTO, required=False, help_text=_("Head and shoulders, plain background.")
    )
    mobile = forms.CharField(
        label=_("New mobile number"),
        required=False,
        max_length=20,
        widget=numeric(autocomplete="tel"),
        help_text=_("Leave empty to keep the present one. You sign in with it."),
    )
    employer = forms.CharField(
        label=_("Employer"),
        required=False,
        max_length=120,
        help_text=_("Its unified social credit code, or its name."),
    )
    employer_name = forms.CharField(
        label=_("Full name of a new employer"),
        required=False,
        max_length=120,
        help_text=_("Only when the code is not known here yet."),
    )
    post = forms.CharField(label=_("Post"), required=False, max_length=60)
    education = forms.ChoiceField(
        label=_("Education"), required=False, choices=[("", "---------"), *Worker.Education.choices]
    )
    union_member = forms.BooleanField(label=_("I am a member of a trade union"), required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("Once a day, when something is due, a mail tells you what. Empty it to get none."),
    )

    def clean_mobile(self) -> str:
        text: str = self.cleaned_data["mobile"]
        return parse_mobile(text) if text else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "employer" in cleaned:
            try:
                cleaned["employer"] = self._employer(cleaned["employer"].strip(), cleaned)
            except ValidationError as error:
                self.add_error("employer", error)
        return cleaned

    def _employer(self, text: str, cleaned: dict[str, Any]) -> Employer | None:
        """The firm meant; a valid code that is not known yet makes a new one, together with its name."""
        if not text:
            return None
        known = employer_meant(text)
        if known is not None:
            if text in (known.name, known.credit_code) or text.upper() == known.credit_code:
                return known
            # Not what was typed: the full name goes into the field, and saving it once more says yes to it.
            answers = QueryDict("", mutable=True)
            answers.update(self.data)
            answers[self.add_prefix("employer")] = known.name
            self.data = answers
            raise ValidationError(
                _(
                    "Is this your employer: %(name)s? If so, save once more; if not, enter the full name or the code."
                ),
                code="confirm",
                params={"name": known.name},
            )
        if len(text) < 15:
            raise ValidationError(
                _("No employer of this name is known. Enter its unified social credit code.")
            )
        code, name = parse_credit_code(text), " ".join(str(cleaned.get("employer_name", "")).split())
        if not name:
            self.add_error(
                "employer_name", _("This code is not known yet: enter the full name that goes with it.")
            )
            return None
        if Employer.objects.filter(name=name).exists():
            raise ValidationError(
                _("An employer of this name is known under another code. Compare the code.")
            )
        return Employer(credit_code=code, name=name)


class QualificationForm(forms.Form):
    """A certificate with its scan; the number is checked against level and year."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Qualification.Kind.choices)
    trade = forms.ModelChoiceField(label=_("Trade"), queryset=Trade.objects.all(), required=False)
    grade = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "---------"), *Grade.choices],
    )
    title = forms.CharField(label=pgettext_lazy("honour", "Title"), required=False, max_length=80)
    certificate_no = forms.CharField(
        label=_("Certificate number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    issued_on = DateField(label=_("Issued on"), required=False)
    scan = CleanFileField(label=_("Scan or photo of the certificate"), policy=SCAN, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("trade", "grade", "certificate_no"):
            needed_for(self.fields[name], _("Needed for a skill level certificate."))
        needed_for(self.fields["title"], _("Needed for a professional or expert title."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Qualification.Kind.LEVEL:
            self._clean_level(cleaned)
        elif not cleaned.get("title"):
            self.add_error("title", _("Enter the title."))
        issued = cleaned.get("issued_on")
        if issued is not None and issued > timezone.localdate():
            self.add_error("issued_on", _("This date is still to come."))
        return cleaned

    def _clean_level(self, cleaned: dict[str, Any]) -> None:
        trade, grade = cleaned.get("trade"), cleaned.get("grade")
        if trade is None:
            self.add_error("trade", _("Choose the trade."))
        if grade is None:
            self.add_error("grade", _("Choose the level."))
        elif trade is not None and not trade.levels.filter(grade=grade).exists():
            self.add_error("grade", _("This trade has no such level."))
        if not cleaned.get("certificate_no"):
            self.add_error("certificate_no", _("Enter the number of the certificate."))
            return
        try:
            cleaned["certificate_no"] = workers.check_certificate(
                number=cleaned["certificate_no"], grade=grade, issued_on=cleaned.get("issued_on")
            )
        except IdentityError as error:
            self.add_error("certificate_no", error)


class RevealForm(forms.Form):
    """What to show of a worker's sealed values, and why."""

    CHOICES = (
        ("id_number", _("Document number")),
        ("mobile", _("Mobile number")),
        ("birth", _("Date of birth")),
    )
    field = forms.ChoiceField(label=_("What to show"), choices=CHOICES)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, min_length=4, help_text=_("It is kept with your name.")
    )
