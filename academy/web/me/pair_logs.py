"""The month's log on a phone: the apprentice writes and sends, the master reads and comments."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from academy import roles_pairs as roles
from academy.domain import pair_logs as verbs
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairLog
from academy.web import pair_words
from academy.web.fields import put_refusal
from academy.web.me.pairs import my_pair, page
from craft_site.kit.access import signed_in
from craft_site.kit.private_files import private_response
from craft_site.kit.uploads import PHOTO
from craft_site.people.web.forms import CleanFileField, posted
from craft_site.people.web.requests import PersonRequest

L = PairLog.State


class LogForm(forms.Form):
    """One month. A draft may lack anything; what is sent is whole."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours together"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=300,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    topic = forms.CharField(
        label=gettext_lazy("What this month was about"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A few words: Assembling a compound die"),
    )
    task = forms.CharField(
        label=gettext_lazy("Task"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What the master gave you to do."),
    )
    reflection = forms.CharField(
        label=gettext_lazy("What I learnt"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What went well, what was hard, what you would do otherwise."),
    )
    evidence = CleanFileField(label=gettext_lazy("Photograph of the work"), policy=PHOTO, required=False)

    def __init__(self, *args: Any, sending: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("hours", "topic", "reflection"):
            self.fields[name].required = sending
            self.fields[name].unmarked = True  # type: ignore[attr-defined]  # what is sent needs it
        self.fields["hours"].unit = gettext_lazy("hours")  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What you say to this month"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What was good, what to practise next. The apprentice and the office read it."
        ),
    )


@signed_in
@never_cache
def log(request: PersonRequest, uuid: UUID, month: str) -> HttpResponse:
    """Writes a month; kept as a draft or sent to the master."""
    found, first = my_pair(request, uuid), _month(month)
    roles.can_write_log(request.user, found).or_refuse()
    kept = found.logs.filter(month=first).select_related("evidence").first()  # type: ignore[attr-defined]
    if kept is not None and kept.state != L.DRAFT:
        return redirect("me:pair_month", uuid, month)
    if kept is None and first not in verbs.months_to_write(found):
        raise Http404
    names = ("hours", "topic", "task", "reflection")
    initial = {name: getattr(kept, name) for name in names} if kept is not None else {}
    send = "keep" not in request.POST
    form = LogForm(posted(request), request.FILES or None, initial=initial, sending=send)
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in names}
        try:
            verbs.write_with_photo(
                pair=found,
                photo=form.cleaned_data["evidence"],
                by=request.user,
                month=first,
                send=send,
                **answers,
            )
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            words = _("Sent. Your master reads it now.") if send else _("Kept. You can go on writing later.")
            messages.success(request, words)
            return redirect(found.my_url())
    context = {"pair": found, "form": form, "label": pair_words.month(first), "month": month, "kept": kept}
    return page(request, "pair_log", context, status=422 if form.errors else 200)


@signed_in
@never_cache
def month(request: PersonRequest, uuid: UUID, month: str) -> HttpResponse:
    """A month as it was sent; the master comments here."""
    found = my_pair(request, uuid)
    sent = found.logs.exclude(state=L.DRAFT).select_related("evidence")  # type: ignore[attr-defined]
    one: PairLog = get_object_or_404(sent, month=_month(month))
    teaches = found.mentor.user_id == request.user.pk
    form = CommentForm(posted(request), initial={"text": one.comment})
    if request.method == "POST":
        roles.can_teach(request.user, found).or_refuse()
        if form.is_valid():
            try:
                verbs.comment(log=one, text=form.cleaned_data["text"], by=request.user)
            except PairRefused as refused:
                put_refusal(form, refused)
            else:
                messages.success(request, _("Your words are kept; the apprentice sees them now."))
                return redirect(found.my_url())
    context = {
        "pair": found,
        "log": one,
        "label": pair_words.month(one.month),
        "rows": pair_words.log_rows(one),
        "form": form if teaches and found.state in (*Pair.UNDER_WAY, Pair.State.FINAL_OK) else None,
    }
    return page(request, "pair_month", context, status=422 if form.errors else 200)


@signed_in
@never_cache
def photo(request: PersonRequest, uuid: UUID, month: str) -> FileResponse:
    """The photograph of a month; of a draft for the apprentice alone."""
    found = my_pair(request, uuid)
    logs = found.logs.filter(evidence__isnull=False).select_related("evidence")  # type: ignore[attr-defined]
    if found.apprentice.user_id != request.user.pk:
        logs = logs.exclude(state=L.DRAFT)
    one: PairLog = get_object_or_404(logs, month=_month(month))
    paper = one.evidence
    assert paper is not None
    return private_response(
        paper.name, content_type=paper.content_type, filename=f"{found}-{one}", inline=True
    )


def _month(text: str) -> date:
    """The first day of a month such as "2025-03", or 404."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error


urlpatterns = [
    path("academy/pairs/<uuid:uuid>/months/<str:month>/", month, name="pair_month"),
    path("academy/pairs/<uuid:uuid>/months/<str:month>/write/", log, name="pair_log"),
    path("academy/pairs/<uuid:uuid>/months/<str:month>/photo/", photo, name="pair_photo"),
]
