"""The rooms of the academy at the desk: what the person's roles open, on the bar above and beside the page."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

R = roles
OFFICE = frozenset({R.ORGANISER, R.REVIEWER, R.SUPERVISOR})
WHOLE_DESK = OFFICE | {R.EMPLOYER, R.FINANCE}

# group, key, title, address, the roles that open it.
SECTIONS: tuple[tuple[Promise | None, str, Promise, str, frozenset[str]], ...] = (
    (None, "academy", pgettext_lazy("academy", "Overview"), "desk:academy", WHOLE_DESK),
    (_("Training"), "classes", _("Classes"), "desk:classes", OFFICE | {R.EMPLOYER}),
    (None, "training_programmes", pgettext_lazy("class", "Programmes"), "desk:training_programmes", OFFICE),
    (None, "academies", _("Academies and studios"), "desk:academies", OFFICE),
    (None, "mentors", _("Mentors"), "desk:mentors", OFFICE | {R.EMPLOYER}),
    (_("Masters and apprentices"), "pairs", _("Pairs"), "desk:pairs", OFFICE | {R.EMPLOYER}),
    (None, "rounds", _("Rounds of matching"), "desk:rounds", frozenset({R.ORGANISER, R.SUPERVISOR})),
    (None, "lineage", _("Lineage"), "desk:lineage", OFFICE | {R.EMPLOYER}),
    (None, "rewards", _("Rewards"), "desk:rewards", frozenset({R.ORGANISER, R.FINANCE, R.SUPERVISOR})),
    (_("Subsidies"), "claims", _("Claims"), "desk:claims", OFFICE | {R.FINANCE}),
    (None, "subsidies", _("Programmes"), "desk:subsidies", OFFICE | {R.FINANCE}),
    (None, "postings", _("Public notices"), "desk:postings", OFFICE),
    (None, "payments", _("Payments"), "desk:payments", frozenset({R.FINANCE, R.ORGANISER, R.SUPERVISOR})),
)


def desk_nav(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The sections that this person may open: {group, title, url, current}. A group's name stands at its first."""
    found: list[dict[str, Any]] = []
    group: Promise | None = None
    for heading, key, title, name, for_roles in SECTIONS:
        group = heading or group
        if not request.user.role_names & for_roles:  # type: ignore[union-attr]
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append({"group": group, "title": title, "url": url, "current": key == current})
        group = None
    return found


def academy_page(request: PersonRequest, current: str) -> dict[str, Any]:
    """What base_desk.html needs beside the page's own things. current: a key of SECTIONS."""
    return {"desk_nav": desk_nav(request, current), "desk_title": _("Craftsman academy")}
