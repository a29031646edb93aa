"""Is this certificate real? By the QR code, by number and name, or by the file; without a script and without an
account.

A number is random and long, so there is nothing to leaf through; the name is asked for and never shown whole before it
was given. What is typed goes by POST: no name ever stands in an address.
"""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from craft_site.credentials import numbers
from craft_site.credentials.domain import checking
from craft_site.credentials.domain.checking import Answer, State
from craft_site.credentials.web import words
from craft_site.kit.access import public
from craft_site.people.web.throttle import over_limit, over_limit_of

TEN_MINUTES, AN_HOUR = 600, 3600
A_HALL_FULL = 120  # everybody at a ceremony scans through one address
FILES = 40
WRONG_NAMES = 10  # guesses at the holder of one certificate


class NumberForm(forms.Form):
    """number: as printed, with or without dashes; name: may be left empty."""

    number = forms.CharField(
        label=gettext_lazy("Number of the certificate"),
        max_length=60,
        help_text=gettext_lazy("Sixteen letters and digits beside the QR code, e.g. 7K3M-9QXT-0BZ4-M1EA"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the holder"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "With it you also learn whether the certificate is theirs: a person's or a unit's."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FileForm(forms.Form):
    """file: JSON, JWT or PNG."""

    file = forms.FileField(
        label=gettext_lazy("File of the certificate"),
        help_text=gettext_lazy(
            "Choose the file that the holder gave you, or drop it here: JSON, JWT or PNG."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.jwt,.txt,.png,application/json,image/png"}),
    )

    def clean_file(self) -> bytes:
        sent: UploadedFile = self.cleaned_data["file"]
        if (sent.size or 0) > checking.MAX_FILE:
            raise forms.ValidationError(_("The file is too big to be a certificate of this site."))
        return bytes(sent.read())


@public
@never_cache
@sensitive_post_parameters("name")
def page(request: HttpRequest) -> HttpResponse:
    """The door to every check, and the answer to number and name or to a file."""
    if request.method != "POST":
        return _page(request, NumberForm(), FileForm())
    if "file" in request.FILES or request.POST.get("by") == "file":
        return _by_file(request)
    form = NumberForm(request.POST)
    if _too_many(request):
        return _refused(request, form, FileForm())
    if not form.is_valid():
        return _page(request, form, FileForm(), status=422)
    number, name = form.cleaned_data["number"], form.cleaned_data["name"]
    answer = checking.by_number(number, name=name)
    if answer.named is False and over_limit_of(
        numbers.read(number) or "", "verify-name", limit=WRONG_NAMES, seconds=AN_HOUR
    ):
        form.add_error("name", _("Too many names were tried with this certificate. Try again in an hour."))
        return _page(request, form, FileForm(), status=429)
    return _page(request, form, FileForm(), answer=answer)


@public
@never_cache
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What the QR code leads to."""
    form = NumberForm(initial={"number": number[:60]})
    if _too_many(request):
        return _refused(request, form, FileForm())
    answer = checking.by_number(number)
    status = 404 if answer.state is State.UNKNOWN else 200
    return _page(request, form, FileForm(), answer=answer, status=status)


def _by_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if over_limit(request, "verify-file", limit=FILES, seconds=TEN_MINUTES):
        return _refused(request, NumberForm(), form)
    if not form.is_valid():
        return _page(request, NumberForm(), form, status=422)
    try:
        answer = checking.by_file(form.cleaned_data["file"])
    except checking.NotReadable:
        form.add_error(
            "file", _("This file carries no certificate: choose the JSON, JWT or PNG file itself.")
        )
        return _page(request, NumberForm(), form, status=422)
    return _page(request, NumberForm(), form, answer=answer)


def _too_many(request: HttpRequest) -> bool:
    return over_limit(request, "verify", limit=A_HALL_FULL, seconds=TEN_MINUTES)


def _refused(request: HttpRequest, number: forms.Form, file: forms.Form) -> HttpResponse:
    problem = {"text": _("Too many checks came from here. Try again in ten minutes."), "url": ""}
    return _page(request, number, file, status=429, problems=[problem])


def _page(
    request: HttpRequest,
    number: forms.Form,
    file: forms.Form,
    *,
    answer: Answer | None = None,
    status: int = 200,
    problems: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    context = {
        "number_form": number,
        "file_form": file,
        "form": file if file.is_bound else number,  # whose faults the summary names
        "problems": problems,
        "answer": words.answer_words(answer) if answer else None,
        "doors": _doors(),
    }
    return render(request, "credentials/verify.html", context, status=status)


def _doors() -> list[dict[str, Any]]:
    """What else can be checked on this site. What an installation does not have is left out."""
    places = (
        (
            "verify:contest",
            _("A published result"),
            _("Its proof computes every mark, total, rank and award again."),
        ),
        ("receipts:look_up", _("The receipt of a mark"), _("Whether the ledger still holds it, unchanged.")),
    )
    doors = []
    for name, title, text in places:
        try:
            doors.append({"url": reverse(name), "title": title, "text": text})
        except NoReverseMatch:
            continue
    return doors


urlpatterns = [
    path("", page, name="page"),
    path("<slug:number>/", certificate, name="certificate"),  # after every other address below /verify/
]
