"""My nomination: where it stands, what it says of me, my agreement, and what I say is wrong in it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import signed_in
from craft_site.kit.language import listed
from craft_site.people.models import Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest
from honours.domain import nominations, nominees
from honours.domain.refusals import HonourRefused
from honours.models import Nomination
from honours.web import nomination_words, words
from honours.web.fields import put_refusal

S = Nomination.State


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is wrong, and what would be right"),
        max_length=nominees.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Your unit or the union answers you. Until then nothing goes on notice."),
    )


def rows_of(found: list[Nomination]) -> list[dict[str, Any]]:
    """Nominations as components/task_list.html takes them."""
    return [
        {
            "title": str(one.campaign.title),
            "hint": f"{one.campaign} · {one.reference}",
            "url": reverse("me:nomination", args=(one.uuid,)),
            "status": one.get_state_display(),
            "status_kind": nomination_words.state_kind(one.state),
        }
        for one in found
    ]


def owed(found: list[Nomination]) -> list[dict[str, Any]]:
    """Nominations that I have not confirmed yet, as tasks."""
    return [
        {
            "title": _("You are nominated: %(title)s") % {"title": one.campaign.title},
            "hint": _("Read what is said of you; agree, or say what is wrong."),
            "url": reverse("me:nomination", args=(one.uuid,)),
            "due": None,
            "status": _("To confirm"),
            "status_kind": "warn",
        }
        for one in found
        if one.confirmed_at is None and nominees.may_decline(one)
    ]


def nominations_of(worker: Worker | None) -> list[Nomination]:
    return nominees.of_worker(worker) if worker is not None else []


def _mine(request: PersonRequest, uuid: str) -> Nomination:
    return get_object_or_404(Nomination.objects.for_list().filter(worker__user=request.user), uuid=uuid)


@signed_in
@never_cache
def nomination(request: PersonRequest, uuid: str) -> HttpResponse:
    """The whole nomination, as those read it who decide; and my word on it."""
    found = _mine(request, uuid)
    form = RemarkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            nominees.object_to_fact(nomination=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Your remark is kept; the answer will stand here."))
            return redirect("me:nomination", uuid)
    remarks = list(found.remarks.all())  # type: ignore[attr-defined]
    speaks = nominees.may_decline(found)
    context = {
        "nomination": found,
        "kind": nomination_words.state_kind(found.state),
        "way": nomination_words.way(found),
        "next": nomination_words.NEXT.get(S(found.state), ""),
        "traits": listed(words.TRAITS[trait] for trait in found.traits),
        "evidence": list(found.evidence.all()),  # type: ignore[attr-defined]
        "fallen": nominations.fallen(found),
        "reason": _reason(found),
        "remarks": [
            {"row": one, "text": one.text.reveal(), "answer": one.answer.reveal() if one.answer else ""}
            for one in remarks
        ],
        "speaks": speaks,
        "form": form if speaks and all(one.answered_at for one in remarks) else None,
        "me_nav": me_nav(request),
        "page_title": _("My nomination"),
    }
    status = 422 if form.errors else 200
    return render(request, "honours/me/nomination.html", context, status=status)


def _reason(found: Nomination) -> str:
    """Why it was returned, refused or withdrawn."""
    if found.state not in (S.RETURNED, S.REFUSED, S.WITHDRAWN):
        return ""
    last = found.steps.filter(to=found.state).order_by("-pk").first()  # type: ignore[attr-defined]
    return last.reason if last else ""


@signed_in
@require_POST
def answer(request: PersonRequest, uuid: str) -> HttpResponse:
    """Agrees, or declines."""
    found = _mine(request, uuid)
    try:
        if request.POST.get("action") == "agree":
            nominees.confirm(nomination=found, by=request.user)
            messages.success(request, _("You agree to the nomination and its public notices."))
        elif request.POST.get("action") == "decline":
            nominees.decline(nomination=found, by=request.user)
            messages.info(request, _("The nomination is withdrawn; nothing of it goes on notice."))
        else:
            raise PermissionDenied(_("This step is not made here."))
    except HonourRefused as refused:
        messages.error(request, str(refused))
    return redirect("me:nomination", uuid)


urlpatterns = [
    path("honours/nominations/<uuid:uuid>/", nomination, name="nomination"),
    path("honours/nominations/<uuid:uuid>/answer/", answer, name="nomination_answer"),
]
