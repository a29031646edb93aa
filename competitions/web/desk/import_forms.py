"""Forms of the imports: the file, and the confirmation of what was looked at."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SALT = "competitions.import"
HOUR = 3600


def sealed(*, event: str, user: Any, source: str, kind: str, rows: Sequence[Sequence[Any]]) -> str:
    """What a person has looked at, as text that only this server can have made, for this person and event."""
    return signing.dumps(
        {"event": event, "user": user.pk, "kind": kind, "source": source, "rows": list(rows)},
        salt=SALT,
        compress=True,
    )


def unsealed(text: str, *, event: str, user: Any, kind: str) -> dict[str, Any] | None:
    """What was sealed, or None when it is older than an hour, another person's or not ours."""
    try:
        found: dict[str, Any] = signing.loads(text, salt=SALT, max_age=HOUR)
    except signing.BadSignature:
        return None
    mine = (found["event"], found["user"], found["kind"]) == (event, user.pk, kind)
    return found if mine else None


class ReadingsFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of the measuring machine (CSV)"),
        help_text=gettext_lazy("Columns: work number, aspect, point, value. An empty value: not done."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )


class MarksFileForm(forms.Form):
    """The file of one component."""

    file = forms.FileField(
        label=gettext_lazy("Workbook (XLSX)"), widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )


class ConfirmForm(forms.Form):
    """changed: something that stands there gets another value, so a reason is needed."""

    payload = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why are the values changed?"), max_length=300, required=False
    )

    def __init__(self, *args: Any, changed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changed:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class ConfirmReadingsForm(ConfirmForm):
    looked = forms.BooleanField(label=gettext_lazy("I have looked at the values that are far off."))
    witness = forms.CharField(
        label=gettext_lazy("Second person: staff number or mobile"),
        max_length=40,
        help_text=gettext_lazy(
            "Another measuring judge, or the second judge of one, who has seen the machine."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the second person"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, gross: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.account: Any = None
        if not gross:
            del self.fields["looked"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("witness") and found.get("password"):
            # Counted by the lock-out like any sign-in; nobody is signed in by it.
            self.account = authenticate(self.request, username=found["witness"], password=found["password"])
            if self.account is None:
                self.add_error("password", _("Staff number and password do not belong together."))
        return found
