"""Subsidy programmes at the desk: money and places of all, the rules of one in sentences, open and close."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from academy import roles_subsidies
from academy.domain import claim_reviews, programmes
from academy.domain.claim_moves import ClaimRefused
from academy.domain.programmes import ProgrammeRefused
from academy.models import Claim, SubsidyDraw, SubsidyProgramme
from academy.web import claim_words
from academy.web.desk import subsidy_facts
from academy.web.desk.claims import may_read
from academy.web.desk.nav import academy_page
from craft_site.kit.access import roles as needs
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

SHOWN = 200
may_run = needs(roles.ORGANISER)


@may_read
def overview(request: PersonRequest) -> HttpResponse:
    """Every programme with its budget bar and its quota meters."""
    found = (
        SubsidyProgramme.objects.prefetch_related("quotas", "versions")
        .annotate(
            in_review=Count("claims", filter=Q(claims__state__in=Claim.IN_REVIEW)),
            to_post=Count("claims", filter=Q(claims__state=Claim.State.CITY)),
            to_pay=Count("claims", filter=Q(claims__state=Claim.State.APPROVED)),
        )
        .order_by("-opens_at", "code")[:SHOWN]
    )
    rows = [
        {
            "programme": programme,
            "stands": subsidy_facts.stands(programme),
            "money": subsidy_facts.money(programme),
            "places": subsidy_facts.places(programme.quotas.all(), _newest(programme)),
        }
        for programme in found
    ]
    context = academy_page(request, "subsidies") | {
        "rows": rows,
        "can_run": bool(roles_subsidies.can_run_programmes(request.user)),
    }
    return render(request, "academy/desk/subsidies.html", context)


def _newest(programme: SubsidyProgramme) -> Any:
    """The version in force: they come newest first."""
    return next(iter(programme.versions.all()), None)  # type: ignore[attr-defined]


@may_read
def programme(request: PersonRequest, code: str) -> HttpResponse:
    """One programme: money, places, claims by state, rules of one version, draws."""
    found = get_object_or_404(SubsidyProgramme, code=code)
    versions = list(found.versions.select_related("made_by"))  # type: ignore[attr-defined]
    asked = request.GET.get("version", "")
    version = next((v for v in versions if str(v.number) == asked), versions[0])
    run = bool(roles_subsidies.can_run_programmes(request.user))
    context = academy_page(request, "subsidies") | {
        "programme": found,
        "stands": subsidy_facts.stands(found),
        "money": subsidy_facts.money(found),
        "places": subsidy_facts.places(found.quotas.all(), versions[0]),  # type: ignore[attr-defined]
        "beyond_budget": subsidy_facts.beyond_budget(found, versions[0]),
        "states": _states(request.user, found),
        "versions": versions,
        "version": version,
        "rules": subsidy_facts.rule_rows(version, found),
        "lots": _lots(found, versions[0]) if found.allocation == found.Allocation.LOTTERY else [],
        "in_line": _in_line(found) if found.allocation == found.Allocation.FIRST_COME else 0,
        "rehearses": found.rehearses(),
        "can_run": run,
        "moves": _moves(found) if run else [],
        "frozen": programmes.is_frozen(found),
        "takes_claims": found.takes_claims(),
    }
    return render(request, "academy/desk/subsidy.html", context)


def _states(user: Any, found: SubsidyProgramme) -> list[dict[str, Any]]:
    """How many claims stand where, each with the list that shows them; of those that this person sees."""
    counts = dict(
        Claim.objects.visible_to(user)
        .filter(programme=found)
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
    )
    return [
        {
            "label": state.label,
            "count": counts[state],
            "kind": claim_words.state_kind(state),
            "url": f"{reverse('desk:claims')}?programme={found.pk}&state={state}",
        }
        for state in Claim.State
        if counts.get(state)
    ]


def _in_line(found: SubsidyProgramme) -> int:
    """How many claims wait for a place to come free."""
    return Claim.objects.filter(programme=found, state=Claim.State.FILED, holds_place=False).count()


def _moves(found: SubsidyProgramme) -> list[dict[str, str]]:
    words = {"open": _("Open for claims"), "closed": _("Close for claims")}
    moves = programmes.MOVES[SubsidyProgramme.State(found.state)]
    if programmes.is_frozen(found):
        moves = moves - {SubsidyProgramme.State.OPEN}
    return [{"to": str(to), "label": words[to]} for to in moves]


def _lots(found: SubsidyProgramme, version: Any) -> list[dict[str, Any]]:
    """For every item: its draw, or how many claims would go into the urn."""
    draws = {draw.item: draw for draw in SubsidyDraw.objects.filter(programme=found)}
    waiting = dict(
        Claim.objects.filter(programme=found, state=Claim.State.FILED, holds_place=False)
        .order_by()
        .values_list("item")
        .annotate(count=Count("pk"))
    )
    return [
        {
            "item": item,
            "name": claim_words.in_language(item.name, item.name_en),
            "draw": draws.get(item.key),
            "waiting": waiting.get(item.key, 0),
            "can_freeze": item.key not in draws and waiting.get(item.key, 0) and not found.takes_claims(),
        }
        for item in version.rules.items
    ]


@may_run
@require_POST
def move(request: PersonRequest, code: str) -> HttpResponse:
    found = get_object_or_404(SubsidyProgramme, code=code)
    try:
        moved = programmes.move(programme=found, to=request.POST.get("to", ""), by=request.user)
    except ProgrammeRefused as refused:
        messages.error(request, str(refused))
    else:
        words = _("%(programme)s: %(state)s.")
        messages.success(request, words % {"programme": moved, "state": moved.get_state_display()})
    return redirect("desk:subsidy", code)


@may_run
@require_POST
def end_line(request: PersonRequest, code: str) -> HttpResponse:
    """After the end of filing: whoever still waits for a place is told that none came free."""
    found = get_object_or_404(SubsidyProgramme, code=code)
    try:
        count = claim_reviews.end_line(programme=found, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext(
            "%(n)d claim told that no place came free.", "%(n)d claims told that no place came free.", count
        )
        messages.success(request, words % {"n": count})
    return redirect("desk:subsidy", code)


urlpatterns = [
    path("academy/subsidies/", overview, name="subsidies"),
    path("academy/subsidies/<slug:code>/", programme, name="subsidy"),
    path("academy/subsidies/<slug:code>/move/", move, name="subsidy_move"),
    path("academy/subsidies/<slug:code>/end-line/", end_line, name="subsidy_end_line"),
]
