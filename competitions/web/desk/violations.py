"""The register of violations at the desk: one enters, another decides. Contestants by number, officials by seat."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from competitions import roles
from competitions.domain import violations as verbs
from competitions.domain.codes import typed_number
from competitions.models import Code, Event, Seat, Violation
from competitions.web.desk.event_forms import MomentField
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.kit.language import bracketed, in_language, listed
from craft_site.kit.private_files import private_response
from craft_site.kit.uploads import SCAN
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import CleanFileField, posted
from craft_site.people.web.requests import PersonRequest

may_enter = needs(site_roles.ORGANISER, site_roles.REVIEWER, site_roles.JUDGE, site_roles.SUPERVISOR)
SHOWN = 300
STATE_KIND = {
    Violation.State.NOTICED: "warn",
    Violation.State.DECIDED: "bad",
    Violation.State.DISMISSED: "plain",
    Violation.State.LIFTED: "good",
}


class NoticeForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number of the contestant or the work"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A number that you may read; for an official leave it empty."),
    )
    seat = forms.ModelChoiceField(
        label=gettext_lazy("Or an official"), queryset=Seat.objects.none(), required=False
    )
    happened_at = MomentField(label=gettext_lazy("When"))
    text = forms.CharField(
        label=gettext_lazy("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    evidence = CleanFileField(label=gettext_lazy("Evidence"), policy=SCAN, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._codes = Code.objects.visible_to(by).filter(event=event)
        seats = self.fields["seat"]
        assert isinstance(seats, forms.ModelChoiceField)
        seats.queryset = Seat.objects.taken().filter(event=event).exclude(user=by).select_related("user")
        seats.label_from_instance = lambda obj: f"{obj} · {obj.user}"  # type: ignore[method-assign, assignment]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        number = (given.get("number") or "").strip()
        given["code"] = (
            self._codes.filter(number__in=(number, typed_number(number))).first() if number else None
        )
        if number and given["code"] is None:
            self.add_error("number", _("There is no such number that you may read."))
        elif bool(number) == bool(given.get("seat")):
            self.add_error("number", _("Name either a number or a seat."))
        return given


class MeasureForm(forms.Form):
    measure = forms.ChoiceField(label=gettext_lazy("Measure"))
    rule = forms.ChoiceField(
        label=gettext_lazy("Penalty of the scheme"),
        required=False,
        help_text=gettext_lazy("For a deduction, a zero or a stop."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    public_reason = forms.CharField(
        label=gettext_lazy("Reason as it is published"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when a result is cancelled. It names nobody."),
    )

    def __init__(self, *args: Any, violation: Violation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        official = violation.seat_id is not None
        fitting = Violation.FOR_OFFICIALS if official else Violation.FOR_CONTESTANTS
        self.fields["measure"].choices = [(m.value, m.label) for m in fitting]  # type: ignore[attr-defined]
        if official:
            del self.fields["rule"], self.fields["public_reason"]
            return
        rules = {
            rule.code: f"{rule.code} {in_language(rule.zh, rule.en)}"
            for measure in verbs.EFFECTS
            for rule in verbs.rules_for(violation.event, measure)
        }
        self.fields["rule"].choices = [("", "–"), *rules.items()]  # type: ignore[attr-defined]


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_notice_violations(request.user, event).or_refuse()
    return event


@may_enter
@never_cache
def violations(request: PersonRequest, code: str) -> HttpResponse:
    """The register, what waits first, and the form for a new line."""
    event = _event(request, code)
    initial = {"client_id": uuid4(), "happened_at": timezone.localtime()}
    form = NoticeForm(posted(request), request.FILES or None, event=event, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verbs.notice(
                event=event,
                code=given["code"],
                seat=given["seat"],
                happened_at=given["happened_at"],
                text=given["text"],
                upload=given["evidence"],
                client_id=given["client_id"],
                by=request.user,
            )
        except verbs.ViolationRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Recorded."))
            return redirect("desk:violations", code)
    found = (
        Violation.objects.visible_to(request.user)
        .filter(event=event)
        .select_related("code", "seat__user", "noticed_by", "decided_by")
        .order_by("-number")[:SHOWN]
    )
    readable = set(Code.objects.visible_to(request.user).filter(event=event).values_list("pk", flat=True))
    rows = [
        {
            "violation": violation,
            "about": _about(violation, readable),
            "kind": STATE_KIND[Violation.State(violation.state)],
        }
        for violation in found
    ]
    context = desk_page(request, event, "violations") | {"rows": rows, "form": form}
    return render(request, "competitions/desk/violations.html", context, status=422 if form.errors else 200)


def _about(violation: Violation, readable: set[int]) -> str:
    """The number, for whoever may read numbers of its layer; the seat of an official."""
    if violation.seat is not None:
        return f"{violation.seat} · {violation.seat.user}"
    assert violation.code is not None
    return str(violation.code) if violation.code_id in readable else _("a contestant")


def _who_decides(violation: Violation) -> str:
    """The person or the role whose decision it waits for."""
    if violation.seat_id is not None:
        return _("an organiser who did not enter it")
    if seats := verbs.who_decides(violation):
        return listed([f"{seat.user}{bracketed(seat.get_role_display())}" for seat in seats])
    role = Seat.Role.SUPERVISOR if verbs.noticed_by_the_chief(violation) else Seat.Role.CHIEF
    return _("“%(seat)s”, a seat that nobody holds yet") % {"seat": role.label}


@may_enter
@never_cache
def violation(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """One violation: what happened, what was decided, and the decision while it waits."""
    event = _event(request, code)
    found = get_object_or_404(
        Violation.objects.visible_to(request.user)
        .filter(event=event)
        .select_related("event", "code", "seat__user", "noticed_by", "decided_by", "penalty"),
        uuid=uuid,
    )
    may = verbs.can_decide(request.user, found)
    form = MeasureForm(posted(request), violation=found)
    if request.method == "POST":
        may.or_refuse()
    if request.method == "POST" and "dismiss" in request.POST:
        reason = request.POST.get("reason", "")
        try:
            verbs.dismiss(violation=found, reason=reason, by=request.user)
        except verbs.ViolationRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Recorded."))
            return redirect("desk:violations", code)
    elif request.method == "POST" and form.is_valid():
        try:
            verbs.decide(violation=found, by=request.user, **form.cleaned_data)
        except verbs.ViolationRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Recorded."))
            return redirect("desk:violations", code)
    readable = set(
        Code.objects.visible_to(request.user).filter(pk=found.code_id or 0).values_list("pk", flat=True)
    )
    earlier = []
    if found.seat is not None:
        earlier = list(
            Violation.objects.filter(seat__user=found.seat.user, state=Violation.State.DECIDED)
            .exclude(pk=found.pk)
            .select_related("event")[:20]
        )
    context = desk_page(request, event, "violations") | {
        "violation": found,
        "about": _about(found, readable),
        "kind": STATE_KIND[Violation.State(found.state)],
        "text": found.text.reveal(),
        "reason": found.reason.reveal(),
        "form": form,
        "may_decide": bool(may) and found.state == Violation.State.NOTICED,
        "why_not": "" if may else may.reason,
        "waits_for": _who_decides(found) if found.state == Violation.State.NOTICED else "",
        "earlier": earlier,
    }
    return render(request, "competitions/desk/violation.html", context, status=422 if form.errors else 200)


@may_enter
@never_cache
def violation_file(request: PersonRequest, code: str, uuid: str) -> FileResponse:
    """The evidence, for whoever may read the violation."""
    event = _event(request, code)
    found = get_object_or_404(
        Violation.objects.visible_to(request.user)
        .filter(event=event, evidence__isnull=False)
        .select_related("evidence"),
        uuid=uuid,
    )
    paper = found.evidence
    assert paper is not None
    return private_response(
        paper.name, content_type=paper.content_type, filename=f"{found}-{paper.uuid.hex[:8]}", inline=True
    )


urlpatterns = [
    path("events/<slug:code>/violations/", violations, name="violations"),
    path("events/<slug:code>/violations/<uuid:uuid>/", violation, name="violation"),
    path("events/<slug:code>/violations/<uuid:uuid>/evidence/", violation_file, name="violation_file"),
]
