"""The form by which the public says something against what is on notice: one for the results, lists and names of all
wings. It shows nothing that others wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from craft_site.kit.identity import IdentityError, parse_mobile
from craft_site.kit.names import normalise_name
from craft_site.people.web.throttle import over_limit

AN_HOUR = 3600
LIMIT = 10  # from one network address


class ObjectionForm(forms.Form):
    """An objection under a real name, sent twice without harm."""

    text = forms.CharField(
        label=gettext_lazy("What you object to, and why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your real name"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "numeric"}),
        help_text=gettext_lazy("You are answered by telephone. Nobody else sees the number."),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def clean_name(self) -> str:
        try:
            return normalise_name(self.cleaned_data["name"])
        except IdentityError as error:
            raise forms.ValidationError(error.messages) from error

    def clean_phone(self) -> str:
        try:
            return parse_mobile(self.cleaned_data["phone"])
        except IdentityError as error:
            raise forms.ValidationError(error.messages) from error


class NamedObjectionForm(ObjectionForm):
    """Against one of the names on a list. names: those on it; a slip of the pen would hold nobody back."""

    about = forms.CharField(label=gettext_lazy("The name on the list"), max_length=120)
    field_order = ("about", "text", "name", "phone", "client_id")

    def __init__(self, *args: Any, names: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def clean_about(self) -> str:
        about: str = self.cleaned_data["about"]
        if self.names and about not in self.names:
            raise forms.ValidationError(_("Nobody of this name is on the list. Write it as it stands there."))
        return about


@dataclass(frozen=True, slots=True)
class Door:
    """What came of a request. received: the objection is kept, the reader goes on to where it says so."""

    form: ObjectionForm
    status: int = 200
    received: bool = False


def answer(
    request: HttpRequest,
    *,
    what: str,
    send: Callable[..., Any],
    refusal: type[Exception],
    names: frozenset[str] | None = None,
) -> Door:
    """The empty form, the form with its faults, or an objection handed to `send` with the form's fields by name.

    what: under which name attempts are counted. refusal: what `send` raises, in words for the reader. names: of a
    list, then the objection says whom it is about.
    """
    data = request.POST if request.method == "POST" else None
    start = {"client_id": uuid4()}
    form = (
        ObjectionForm(data, initial=start)
        if names is None
        else NamedObjectionForm(data, initial=start, names=names)
    )
    if data is None:
        return Door(form)
    if over_limit(request, what, limit=LIMIT, seconds=AN_HOUR):
        form.add_error(None, _("Too many objections came from here. Try again in an hour, or telephone."))
        return Door(form, status=429)
    if form.is_valid():
        try:
            send(**form.cleaned_data)
        except refusal as refused:
            form.add_error(None, str(refused))
        else:
            return Door(form, received=True)
    return Door(form, status=422)
