"""What the pages of one round have in common: the round, its rooms beside the page, its state in words."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy import roles_rounds as roles
from academy.models import MatchRound
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

S = MatchRound.State
STATE_KIND = {S.DRAFT: "plain", S.OPEN: "good", S.PROPOSED: "warn", S.DECIDED: "dark"}
OFFICE = (site_roles.ORGANISER, site_roles.SUPERVISOR)

ROOMS: tuple[tuple[str, Promise, str], ...] = (
    ("round", gettext_lazy("Proposals"), "desk:round"),
    ("without", gettext_lazy("Without a master"), "desk:round_without"),
    ("seekers", gettext_lazy("Who looks for a master"), "desk:round_seekers"),
    ("offers", gettext_lazy("Who has places"), "desk:round_offers"),
    ("weights", gettext_lazy("What counts"), "desk:round_weights"),
)


def state_of(held: MatchRound) -> tuple[str, str]:
    """The state in words and its kind: a round whose time for wishes is over is open no more for those who read."""
    if held.state == S.OPEN and held.closes_at < timezone.now():
        return _("Wishes are in"), "warn"
    return held.get_state_display(), STATE_KIND[S(held.state)]


def round_at_desk(request: PersonRequest, code: str) -> MatchRound:
    """The round, if the person may know of it; else 404."""
    return get_object_or_404(MatchRound.objects.visible_to(request.user).for_list(), code=code)


def round_context(request: PersonRequest, held: MatchRound, room: str) -> dict[str, Any]:
    """What every page of a round shows. room: a key of ROOMS."""
    state_words, state_kind = state_of(held)
    counts = {"seekers": held.seeking, "offers": held.offering}  # type: ignore[attr-defined]
    return {
        "desk_nav": [
            {
                "title": title,
                "url": reverse(name, args=(held.code,)),
                "current": key == room,
                "count": counts.get(key),
            }
            for key, title, name in ROOMS
        ],
        "crumbs": _crumbs(held, room),
        "desk_title": str(held),
        "desk_subtitle": _("Round of matching"),
        "held": held,
        "state_words": state_words,
        "state_kind": state_kind,
        "may_run": bool(roles.can_run(request.user)),
    }


def _crumbs(held: MatchRound, room: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"title": _("Rounds of matching"), "url": reverse("desk:rounds")}]
    found.append({"title": str(held), "url": held.get_absolute_url()})
    inner = [{"title": title, "url": ""} for key, title, _name in ROOMS if key == room != "round"]
    return [*found, *inner]


def round_page(
    request: PersonRequest, held: MatchRound, name: str, *, room: str, status: int = 200, **context: Any
) -> HttpResponse:
    """name: of the template."""
    base = round_context(request, held, room)
    return render(request, f"academy/desk/{name}.html", base | context, status=status)


def names_of_masters(held: MatchRound) -> dict[str, str]:
    """Names by the key under which reasons speak of a master."""
    rows = held.offers.values_list("worker__uuid", "worker__name")  # type: ignore[attr-defined]
    return {str(key): name for key, name in rows}
