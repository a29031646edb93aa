"""My data: what is kept and why, a copy of it, corrections, consents, deletion."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from craft_site.kit.access import signed_in
from craft_site.kit.encryption import SealError
from craft_site.people import keeping
from craft_site.people.domain import data_requests, exporting
from craft_site.people.domain.data_requests import DataRefused
from craft_site.people.models import DataExport, DataRequest, Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

K, S = DataRequest.Kind, DataRequest.State
STATE_KIND = {
    S.ASKED: "info",
    S.PROPOSED: "info",
    S.GRANTED: "warn",
    S.REFUSED: "bad",
    S.WITHDRAWN: "plain",
    S.DONE: "good",
}


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Which fact is wrong, and what would be right"),
        max_length=data_requests.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Say where it stands and how it can be checked. The office answers with a reason."
        ),
    )


class DeletionForm(forms.Form):
    """The password once more: whoever finds an open telephone deletes nobody."""

    text = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=data_requests.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sure = forms.BooleanField(label=gettext_lazy("I have read what goes and cannot come back"))
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


def _worker(request: PersonRequest) -> Worker | None:
    return Worker.objects.filter(user=request.user).select_related("user", "employer").first()


def _page(request: PersonRequest, title: str) -> dict[str, Any]:
    return {"me_nav": me_nav(request), "page_title": title}


def request_rows(worker: Worker) -> list[dict[str, Any]]:
    """My requests, the newest first, with the answers. One query."""
    return [
        {
            "row": one,
            "text": one.text.reveal() if one.text else "",
            "answer": one.answer.reveal()
            if one.answer and one.state in (S.DONE, S.REFUSED, S.GRANTED)
            else "",
            "kind": STATE_KIND[S(one.state)],
            "may_take_back": one.state in (S.ASKED, S.PROPOSED),
        }
        for one in DataRequest.objects.filter(worker=worker)
    ]


@signed_in
@never_cache
def data(request: PersonRequest) -> HttpResponse:
    """What is kept, grouped by what for, the latest of each kind in a line; who sees it; for how long. A query for each
    kind of which there is something, however much of it."""
    worker = _worker(request)
    if worker is None:
        return redirect("me:record")
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for kept, count in exporting.counts(worker):
        if count:
            title = str(kept.title)
            kind = groups.setdefault(kept.purpose, {}).setdefault(
                title,
                {"title": title, "count": 0, "lines": [], "more": 0, "above": kept.model in exporting.OWN},
            )
            kind["count"] += count
            kind["lines"] += exporting.first_rows(kept, worker)[: exporting.FIRST - len(kind["lines"])]
            kind["more"] = kind["count"] - len(kind["lines"])
    context = _page(request, _("What is kept about me")) | {
        "groups": [
            {"purpose": purpose, "kinds": list(groups[key].values())}
            for key, purpose in keeping.PURPOSES.items()
            if key in groups
        ],
        "facts": exporting.own_facts(worker),
        "requests": request_rows(worker),
    }
    return render(request, "people/my_data.html", context)


@signed_in
@never_cache
def export(request: PersonRequest) -> HttpResponse:
    """My copies; POST asks for a new one, whose progress the next page shows."""
    if request.method == "POST":
        with transaction.atomic():
            made = exporting.ask(
                user=request.user, title=_("Copy of my data"), back_to=reverse("me:data_export")
            )
        return redirect("job", made.job.uuid) if made.job else redirect("me:data_export")
    mine = DataExport.objects.filter(user=request.user).select_related("file", "job")
    context = _page(request, _("A copy of my data")) | {
        "copies": [{"row": one, "ready": one.is_ready()} for one in mine]
    }
    return render(request, "people/my_data_export.html", context)


@signed_in
@never_cache
def download(request: PersonRequest, uuid: str) -> HttpResponse:
    """The file, for the person alone."""
    found = get_object_or_404(DataExport.objects.select_related("file"), uuid=uuid, user=request.user)
    if not found.is_ready():
        raise Http404
    try:
        content = exporting.read(found)
    except (FileNotFoundError, SealError) as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type="application/zip")
    name = f"my-data-{timezone.localtime(found.asked_at):%Y%m%d}.zip"  # no name of a person: a file's name travels far
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@signed_in
@never_cache
def correct(request: PersonRequest) -> HttpResponse:
    """A fact that others decided is wrong: the office is asked."""
    worker = _worker(request)
    if worker is None:
        return redirect("me:record")
    form = CorrectionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = data_requests.ask(worker=worker, kind=K.CORRECTION, by=request.user, **form.cleaned_data)
        except DataRefused as refused:
            form.add_error("text", str(refused))
        else:
            words = _("Your request is kept. The office answers by %(day)s.")
            messages.success(request, words % {"day": f"{made.due_on:%Y-%m-%d}"})
            return redirect("me:data")
    context = _page(request, _("A fact about me is wrong")) | {"form": form}
    return render(request, "people/my_data_correct.html", context, status=422 if form.errors else 200)


@signed_in
@never_cache
def consents(request: PersonRequest) -> HttpResponse:
    """What I agreed to; POST takes one back."""
    worker = _worker(request)
    if worker is None:
        return redirect("me:record")
    found = keeping.consents(worker)
    if request.method == "POST":
        meant = next((one for one in found if one.key == request.POST.get("key")), None)
        if meant is None:
            messages.info(request, _("You have taken that back already."))
        else:
            meant.withdraw(by=request.user)
            messages.success(request, _("Taken back: %(what)s.") % {"what": meant.title})
        return redirect("me:data_consents")
    context = _page(request, _("What I agreed to")) | {"consents": found}
    return render(request, "people/my_data_consents.html", context)


@signed_in
@never_cache
@sensitive_post_parameters()
def delete(request: PersonRequest) -> HttpResponse:
    """What goes, what stays and why, what stands in the way; then the request."""
    worker = _worker(request)
    if worker is None:
        return redirect("me:record")
    open_one = DataRequest.objects.open().filter(worker=worker, kind=K.DELETION).first()
    form = DeletionForm(posted(request), user=request.user)
    if request.method == "POST" and open_one is None and form.is_valid():
        try:
            data_requests.ask(worker=worker, kind=K.DELETION, text=form.cleaned_data["text"], by=request.user)
        except DataRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your request is kept. Two people of the office decide it."))
            return redirect("me:data_delete")
    context = _page(request, _("Delete everything about me")) | {
        "form": None if open_one else form,
        "open_one": open_one,
        "holds": keeping.holds(worker),
    }
    return render(request, "people/my_data_delete.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def take_back(request: PersonRequest, uuid: str) -> HttpResponse:
    """I take a request back."""
    found = get_object_or_404(DataRequest, uuid=uuid, worker__user=request.user)
    try:
        data_requests.take_back(request=found, by=request.user)
    except DataRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your request is taken back."))
    return redirect("me:data")


urlpatterns = [
    path("data/", data, name="data"),
    path("data/copy/", export, name="data_export"),
    path("data/copy/<uuid:uuid>/", download, name="data_download"),
    path("data/correct/", correct, name="data_correct"),
    path("data/consents/", consents, name="data_consents"),
    path("data/delete/", delete, name="data_delete"),
    path("data/requests/<uuid:uuid>/back/", take_back, name="data_take_back"),
]
