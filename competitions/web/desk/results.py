"""Results at the desk: what is missing, the chief judge's choices, publishing, the final list."""

from collections import Counter
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import releases, results
from competitions.messages import problem_in_words
from competitions.models import AwardChoice, Event
from competitions.scoring.results import Problem, ScoringErrors
from competitions.scoring.scheme import Composition
from competitions.web.desk.nav import desk_nav
from craft_site.jobs.queue import enqueue
from craft_site.kit.access import roles as needs
from craft_site.kit.language import colon, in_language, semicolon
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

SHOWN_BLOCKERS = 60
may_enter = needs(site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)


class AwardChoiceForm(forms.ModelForm):
    class Meta:
        model = AwardChoice
        fields = ("scope", "tier", "choice", "reason")
        widgets = {"scope": forms.HiddenInput, "tier": forms.HiddenInput, "choice": forms.RadioSelect}


class PublishForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What changed and why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed from the second version on; it is published with the result."),
    )


def _event(request: PersonRequest, code: str) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).for_desk(), code=code)


def in_short(problems: Sequence[Problem]) -> list[str]:
    """What is missing in words; the marks that one contestant lacks are one line with their number."""
    lacking = Counter(problem.entry for problem in problems if problem.code == "missing_mark")
    several = {entry: n for entry, n in lacking.items() if n > 1}
    lines = []
    for problem in problems:
        if problem.code != "missing_mark" or problem.entry not in several:
            lines.append(problem_in_words(problem))
        elif n := several[problem.entry]:
            words = ngettext("%(n)s mark missing", "%(n)s marks missing", n) % {"n": n}
            lines.append(f"{problem.entry}{colon()}{words}")
            several[problem.entry] = 0
    return lines


def award_names(composition: Composition) -> dict[str, str]:
    """The awards of a scheme by code, as they are read."""
    rules = [composition.awards, composition.teams.awards if composition.teams else None]
    return {t.code: in_language(t.name.zh, t.name.en) for rule in rules if rule for t in rule.tiers}


@may_enter
def desk_results(request: PersonRequest, code: str) -> HttpResponse:
    """Where the result stands: blockers first, then choices, then the list, then what is published."""
    event = _event(request, code)
    roles.can_see_provisional(request.user, event).or_refuse()
    context = {
        "event": event,
        "desk_nav": desk_nav(request, event, "results"),
        "desk_title": str(event),
        "releases": list(event.releases.select_related("by")),
        "may_publish": bool(roles.can_publish(request.user, event)),
        "may_choose": bool(roles.can_chair(request.user, event)),
        "publish_form": PublishForm(),
        "may_finalise": event.state == Event.State.PUBLICITY
        and bool(roles.can_organise(request.user, event)),
    }
    try:
        scored = results.score(event, provisional=True)
    except results.NoScheme as error:
        return render(request, "competitions/desk/results.html", context | {"no_result": str(error)})
    except ScoringErrors as errors:
        words = semicolon().join(map(problem_in_words, errors.problems[:SHOWN_BLOCKERS]))
        return render(request, "competitions/desk/results.html", context | {"no_result": words})
    composition = scored.scheme.scheme.composition
    tiers = award_names(composition)
    blockers = in_short(scored.result.problems)
    context |= {
        "blockers": blockers[:SHOWN_BLOCKERS],
        "more_blockers": max(0, len(blockers) - SHOWN_BLOCKERS),
        "choices": [
            {
                "choice": choice,
                "tier": tiers.get(choice.tier, choice.tier),
                "form": AwardChoiceForm(initial={"scope": choice.scope, "tier": choice.tier}),
            }
            for choice in scored.result.open_choices
        ],
        "chosen": [
            {"made": made, "tier": tiers.get(made.tier, made.tier)}
            for made in event.award_choices.select_related("by")
        ],
        "components": [in_language(c.name.zh, c.name.en) for c in composition.components],
        "rows": [
            {"entry": entry, "award": tiers.get(entry.award or "", entry.award)}
            for entry in scored.result.entries
        ],
        "teams": scored.result.teams,
        "scheme": scored.scheme,
    }
    return render(request, "competitions/desk/results.html", context)


@may_enter
@require_POST
def choose_award(request: PersonRequest, code: str) -> HttpResponse:
    """The chief judge settles equals at the edge of an award."""
    event = _event(request, code)
    roles.can_chair(request.user, event).or_refuse()
    form = AwardChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Choose what happens and give the reason: it is published with the result.")
        )
        return redirect("desk:results", code)
    try:
        results.choose_award(
            event=event,
            scope=form.cleaned_data["scope"],
            tier=form.cleaned_data["tier"],
            choice=form.cleaned_data["choice"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except ValueError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The choice is recorded."))
    return redirect("desk:results", code)


@may_enter
@require_POST
def publish(request: PersonRequest, code: str) -> HttpResponse:
    """Asks for the release; the progress page shows how far it is."""
    event = _event(request, code)
    roles.can_publish(request.user, event).or_refuse()
    form = PublishForm(request.POST)
    form.is_valid()
    if found := releases.blockers(event):
        for blocker in found[:5]:
            messages.error(request, blocker)
        return redirect("desk:results", code)
    reason = form.cleaned_data.get("reason", "").strip()
    if event.releases.exists() and not reason:
        messages.error(request, _("Say what changed and why: it is published with the new version."))
        return redirect("desk:results", code)
    with transaction.atomic():
        job = enqueue(
            "competitions.publish",
            payload={"event": event.code, "reason": reason},
            by=request.user,
            title=_("Publishing the result of %(event)s") % {"event": event},
            back_to=reverse("desk:results", args=(code,)),
            total=event.entries.count() + 1,
        )
    return redirect("job", job.uuid)


@may_enter
@require_POST
def finalise(request: PersonRequest, code: str) -> HttpResponse:
    """Ends the notice and makes the newest release final."""
    event = _event(request, code)
    roles.can_organise(request.user, event).or_refuse()
    try:
        releases.finalise(event=event, by=request.user)
    except releases.PublishingBlocked as blocked:
        for blocker in blocked.blockers:
            messages.error(request, blocker)
    else:
        messages.success(request, _("The result is final and stands in everybody's record."))
    return redirect("desk:results", code)


urlpatterns = [
    path("events/<slug:code>/results/", desk_results, name="results"),
    path("events/<slug:code>/results/award/", choose_award, name="choose_award"),
    path("events/<slug:code>/results/publish/", publish, name="publish"),
    path("events/<slug:code>/results/final/", finalise, name="finalise"),
]
