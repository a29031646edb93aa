"""Results at the desk: what is missing, the chief judge's choices, publishing, the final list."""

import json
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from competitions import roles
from competitions.domain import appeal_effects, releases, results
from competitions.domain.events import MoveRefused
from competitions.domain.readiness import Blocker
from competitions.domain.release_content import facts
from competitions.domain.release_difference import core, difference
from competitions.messages import problem_in_words
from competitions.models import AwardChoice, Code, Event, Release
from competitions.proof.build import ProofRefused, build_proof
from competitions.scheme_names import SchemeNames
from competitions.scoring.results import NOT_STARTED, EntryResult, Problem, ScoringErrors
from competitions.scoring.scheme import Composition
from competitions.web.amendments import change_rows, status_word
from competitions.web.desk.asking import ask, is_sure
from competitions.web.desk.certificates import certificate_section
from competitions.web.desk.nav import blocker_url, desk_page, section_url
from craft_site.jobs.queue import enqueue
from craft_site.kit.access import roles as needs
from craft_site.kit.canonical import canonical_json
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


def shown_by(event: Event) -> str:
    """The layer under which entries appear: before decoding the work number, which leads nobody to a person."""
    return Code.Layer.CONTESTANT if event.is_decoded else Code.Layer.WORK


def _standing(event: Event, newest: Release | None, scored: results.Scored) -> dict[str, Any]:
    """How what is computed now compares with what is published: {same, newest, changes}."""
    if newest is None or not event.is_decoded:
        return {"newest": None, "same": False, "changes": []}
    before = json.loads(newest.body)
    after = json.loads(canonical_json(facts(event, scored)))
    changes = difference(before, after)
    return {
        "newest": newest,
        "same": not changes and core(before) == after,
        "changes": change_rows([asdict(change) for change in changes], newest),
    }


def in_short(problems: Sequence[Problem], names: SchemeNames, *, works: Container[str] = ()) -> list[Blocker]:
    """What is missing in words; the marks that one contestant lacks are one line with their number.

    works: the aspects that are marked on the work, where entries appear by work number: its sheets bear the number.
    """
    lacking = Counter(problem.entry for problem in problems if problem.code == "missing_mark")
    several = {entry: n for entry, n in lacking.items() if n > 1}
    on_the_work = {
        problem.entry
        for problem in problems
        if problem.code == "missing_mark"
        and problem.params.get("aspect") in works
        and not str(problem.entry).startswith(results.WITHOUT)
    }
    lines = []
    for problem in problems:
        at = releases.MENDED_AT.get(problem.code, "")
        number = str(problem.entry) if problem.code == "missing_mark" and problem.entry in on_the_work else ""
        if problem.code != "missing_mark" or problem.entry not in several:
            lines.append(Blocker(problem.code, problem_in_words(problem, names), at, number))
        elif n := several[problem.entry]:
            words = ngettext("%(n)s mark missing", "%(n)s marks missing", n) % {"n": n}
            lines.append(Blocker(problem.code, f"{problem.entry}{colon()}{words}", at, number))
            several[problem.entry] = 0
    return lines


def _on_works(event: Event, scored: results.Scored) -> set[str]:
    """The aspects whose sheets bear the number under which the entries appear now."""
    if shown_by(event) != Code.Layer.WORK:
        return set()
    return {aspect.code for aspect in scored.scheme.scheme.aspects() if aspect.stage != "process"}


def _shown_number(entry: EntryResult) -> str:
    """The number; of who has none in this layer, only that: the counter that stands for it names nobody."""
    if not entry.entry.startswith(results.WITHOUT):
        return entry.entry
    return pgettext("result", "Absent") if entry.status == NOT_STARTED else _("no work number")


def award_names(composition: Composition, *, teams: bool = False) -> dict[str, str]:
    """The awards of a scheme by code, as they are read: the persons', or the teams', which may use the same codes."""
    of_teams = composition.teams.awards if composition.teams else None
    rule = of_teams if teams else composition.awards
    return {t.code: in_language(t.name.zh, t.name.en) for t in rule.tiers} if rule else {}


@may_enter
def desk_results(request: PersonRequest, code: str) -> HttpResponse:
    """Where the result stands: blockers first, then choices, then the list, then what is published."""
    event = _event(request, code)
    roles.can_see_provisional(request.user, event).or_refuse()
    published = list(event.releases.select_related("by", "scheme"))
    context = desk_page(request, event, "results") | {
        "releases": published,
        "by_work": shown_by(event) == Code.Layer.WORK,
        "may_publish": bool(roles.can_publish(request.user, event)),
        "may_choose": bool(roles.can_chair(request.user, event)),
        "publish_form": PublishForm(),
        "certificates": certificate_section(request, event),
        "may_finalise": event.state == Event.State.PUBLICITY
        and bool(roles.can_organise(request.user, event)),
    }
    try:
        scored = results.score(event, provisional=True, shown_by=shown_by(event))
    except results.NoScheme as error:
        return render(request, "competitions/desk/results.html", context | {"no_result": str(error)})
    except ScoringErrors as errors:
        names = SchemeNames(results.scheme_of(event).scheme)
        words = semicolon().join(problem_in_words(p, names) for p in errors.problems[:SHOWN_BLOCKERS])
        return render(request, "competitions/desk/results.html", context | {"no_result": words})
    composition = scored.scheme.scheme.composition
    tiers = {"individual": award_names(composition), "team": award_names(composition, teams=True)}
    parts_by_code = {c.code: in_language(c.name.zh, c.name.en) for c in composition.components}
    blockers = [
        *releases.early_blockers(event),
        *in_short(scored.result.problems, SchemeNames(scored.scheme.scheme), works=_on_works(event, scored)),
    ]
    context |= {
        "blockers": [
            {"text": str(found.message), "url": blocker_url(found, event)}
            for found in blockers[:SHOWN_BLOCKERS]
        ],
        "more_blockers": max(0, len(blockers) - SHOWN_BLOCKERS),
        "choices": [
            {
                "choice": choice,
                "tier": tiers[choice.scope].get(choice.tier, choice.tier),
                "form": AwardChoiceForm(initial={"scope": choice.scope, "tier": choice.tier}),
            }
            for choice in scored.result.open_choices
        ],
        "chosen": [
            {"made": made, "tier": tiers[made.scope].get(made.tier, made.tier)}
            for made in event.award_choices.select_related("by")
        ],
        "components": list(parts_by_code.values()),
        "rows": [
            {
                "entry": entry,
                "number": _shown_number(entry),
                "parts": [
                    (parts_by_code.get(part.code, part.code), part.mark) for part in entry.components.values()
                ],
                # What is missing counts nothing here, so a place among the others would say what is not so.
                "rank": None if entry.missing else entry.rank,
                "award": "" if entry.missing else tiers["individual"].get(entry.award or "", entry.award),
                "status": "" if entry.status == "ranked" else status_word(entry.status),
            }
            for entry in scored.result.entries
        ],
        "some_missing": any(entry.missing for entry in scored.result.entries),
        "teams": scored.result.teams,
        "scheme": scored.scheme,
        "pending": appeal_effects.causes(event) if event.is_decoded else [],
        "final_blockers": [
            {"text": found.message, "url": section_url(found.at, event)}
            for found in releases.final_blockers(event)
        ]
        if event.state == Event.State.PUBLICITY
        else [],
        "standing": _standing(event, published[0] if published else None, scored),
    }
    return render(request, "competitions/desk/results.html", context)


@may_enter
@require_safe
def release_proof(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """The proof of a published version for those who hold the result: where an event publishes totals alone, nobody
    else can download it."""
    event = _event(request, code)
    roles.can_see_provisional(request.user, event).or_refuse()
    release = get_object_or_404(event.releases, number=number)
    try:
        built = build_proof(release)
    except ProofRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk:results", code)
    response = HttpResponse(built.content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{release.slug}.zip"'
    response["Cache-Control"] = "no-store"
    return response


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
            messages.error(request, str(blocker.message))
        return redirect("desk:results", code)
    reason = form.cleaned_data.get("reason", "").strip()
    if event.releases.exists() and not reason:
        messages.error(request, _("Say what changed and why: it is published with the new version."))
        return redirect("desk:results", code)
    if not is_sure(request):
        return _ask_to_publish(request, event)
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


def _ask_to_publish(request: PersonRequest, event: Event) -> HttpResponse:
    newest = event.releases.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    said = [
        _("Version %(number)d can be read by everybody, with names, and is never changed again.")
        % {"number": number},
        _("What is found wrong later becomes a new version with its reason beside this one."),
    ]
    if newest is None:
        said.append(_("The days of public notice and the time to appeal begin with it."))
    return ask(
        request,
        event,
        "results",
        heading=_("Publish version %(number)d?") % {"number": number},
        consequences=said,
        confirm=_("Publish it"),
        back=reverse("desk:results", args=(event.code,)),
    )


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
            messages.error(request, str(blocker.message))
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        with transaction.atomic():
            enqueue("competitions.write_pages", payload={"event": event.code}, by=request.user)
        messages.success(request, _("The result is final and stands in everybody's record."))
    return redirect("desk:results", code)


urlpatterns = [
    path("events/<slug:code>/results/", desk_results, name="results"),
    path("events/<slug:code>/results/<int:number>/proof.zip", release_proof, name="release_proof"),
    path("events/<slug:code>/results/award/", choose_award, name="choose_award"),
    path("events/<slug:code>/results/publish/", publish, name="publish"),
    path("events/<slug:code>/results/final/", finalise, name="finalise"),
]
