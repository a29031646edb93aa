"""Incidents at the desk: the chief judge decides on breaches and lost time, a supervisor attests refused signatures."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import incidents as verbs
from competitions.models import Event, PenaltyRecord, TimeCredit
from competitions.scoring.scheme import PenaltyRule
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

officials = needs(site_roles.JUDGE, site_roles.SUPERVISOR)
D = TimeCredit.Decision


class CreditDecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[(d.value, d.label) for d in (D.PAUSE, D.ADD, D.LAST_SESSION, D.REFUSED)],
    )
    minutes = forms.DecimalField(
        label=gettext_lazy("Minutes credited"),
        required=False,
        min_value=0,
        max_value=720,
        decimal_places=1,
        help_text=gettext_lazy("Left empty: the time that was lost."),
    )


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    verbs.can_see_incidents(request.user, event).or_refuse()
    return event


@officials
@never_cache
def incidents(request: PersonRequest, code: str) -> HttpResponse:
    """What waits first, then what was decided."""
    event = _event(request, code)
    return _page(request, event)


def _page(
    request: PersonRequest, event: Event, *, bad: tuple[int, CreditDecisionForm] | None = None
) -> HttpResponse:
    rules = {rule.code: rule for rule in verbs.penalty_rules(event)}
    people = ("proposed_by", "seconded_by", "refusal_seen_by", "decided_by")
    penalties = PenaltyRecord.objects.filter(code__event=event).select_related("code", *people)
    credits = TimeCredit.objects.filter(code__event=event).select_related("code", "recorded_by", "decided_by")
    penalty_lines = [_penalty_line(record, rules.get(record.rule)) for record in penalties]
    credit_lines: list[dict[str, Any]] = [
        {
            "credit": credit,
            "lost": int((credit.to_at - credit.from_at).total_seconds() // 60),
            "given": f"{credit.seconds // 60}:{credit.seconds % 60:02d}",
            "form": bad[1] if bad and bad[0] == credit.pk else CreditDecisionForm(auto_id=f"c{credit.pk}_%s"),
        }
        for credit in credits
    ]
    context = desk_page(request, event, "incidents") | {
        "open_penalties": [line for line in penalty_lines if line["open"]],
        "open_credits": [line for line in credit_lines if line["credit"].decision == D.PENDING],
        "done_penalties": [line for line in penalty_lines if not line["open"]],
        "done_credits": [line for line in credit_lines if line["credit"].decision != D.PENDING],
        "may_decide": bool(roles.can_chair(request.user, event)),
        "may_attest": bool(roles.can_supervise(request.user, event)),
        "error_form": bad[1] if bad else None,
    }
    return render(request, "competitions/desk/incidents.html", context, status=422 if bad else 200)


def _penalty_line(record: PenaltyRecord, rule: PenaltyRule | None) -> dict[str, Any]:
    signed = record.contestant_signed or record.refusal_seen_by_id is not None
    return {
        "record": record,
        "rule": f"{rule.code} {in_language(rule.zh, rule.en)}" if rule else record.rule,
        "effect": _effect(record, rule) if rule else "",
        "open": record.state in verbs.OPEN,
        "signed": signed,
        "ready": signed and record.state == PenaltyRecord.State.SECONDED,
    }


def _effect(record: PenaltyRecord, rule: PenaltyRule) -> str:
    words = {
        "total_points": _("%(points)s points off the total") % {"points": rule.points},
        "zero_aspects": _("aspects count nothing"),
        "zero_all": _("everything counts nothing"),
        "stop": _("stopped"),
        "disqualify": _("disqualified"),
    }
    if rule.effect == "total_points" and rule.points is not None and rule.each:
        return _("%(points)s points off the total") % {"points": rule.points * record.times}
    return words.get(rule.effect, rule.effect)


@officials
@require_POST
def penalty(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """The chief judge approves or refuses; the supervisor attests that the signature was refused."""
    event = _event(request, code)
    record = get_object_or_404(PenaltyRecord.objects.select_related("code__event"), pk=pk, code__event=event)
    action = request.POST.get("action", "")
    try:
        if action == "attest":
            verbs.see_refusal(record=record, by=request.user)
        elif action in ("approve", "refuse"):
            verbs.decide_penalty(record=record, approve=action == "approve", by=request.user)
        else:
            return redirect("desk:incidents", code)
    except verbs.IncidentRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Recorded."))
    return redirect("desk:incidents", code)


@officials
@require_POST
def credit(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """The chief judge decides on lost time."""
    event = _event(request, code)
    found = get_object_or_404(TimeCredit.objects.select_related("code__event"), pk=pk, code__event=event)
    form = CreditDecisionForm(request.POST, auto_id=f"c{pk}_%s")
    if form.is_valid():
        minutes = form.cleaned_data["minutes"]
        try:
            verbs.decide_credit(
                credit=found,
                decision=form.cleaned_data["decision"],
                seconds=None if minutes is None else int(minutes * 60),
                by=request.user,
            )
        except verbs.IncidentRefused as refused:
            form.add_error("minutes" if refused.field == "seconds" else refused.field, str(refused))
        else:
            messages.success(request, _("Recorded."))
            return redirect("desk:incidents", code)
    return _page(request, event, bad=(pk, form))


urlpatterns = [
    path("events/<slug:code>/incidents/", incidents, name="incidents"),
    path("events/<slug:code>/incidents/penalties/<int:pk>/", penalty, name="penalty"),
    path("events/<slug:code>/incidents/credits/<int:pk>/", credit, name="credit"),
]
