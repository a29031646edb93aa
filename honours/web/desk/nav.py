"""The rooms of the wing at the desk: what the person's roles open, on the bar above and beside the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

R = roles
OFFICE = frozenset({R.ORGANISER, R.REVIEWER, R.SUPERVISOR})
WHOLE_DESK = OFFICE | {R.EMPLOYER}
CARE = OFFICE | {R.FINANCE}

# group, key, title, address, the roles that open it.
SECTIONS: tuple[tuple[Promise | None, str, Promise, str, frozenset[str]], ...] = (
    (_("Nominations"), "campaigns", _("Rounds"), "desk:campaigns", WHOLE_DESK),
    (None, "nominations", _("Nominations"), "desk:nominations", WHOLE_DESK),
    (None, "notices", _("Public notices"), "desk:honour_notices", OFFICE),
    (pgettext_lazy("honours", "Register"), "honours", _("Honours held"), "desk:honours", OFFICE),
    (None, "tallies", _("Counts without names"), "desk:tallies", OFFICE),
    (None, "titles", _("Honour titles"), "desk:titles", OFFICE),
    (None, "revocations", _("Revocations"), "desk:revocations", OFFICE),
    (_("Visits and talks"), "firm_visits", _("Visits to firms"), "desk:firm_visits", WHOLE_DESK),
    (None, "talks", pgettext_lazy("speakers' group", "Talks"), "desk:talks", OFFICE),
    (None, "speakers", _("Speakers"), "desk:speakers", OFFICE),
    (None, "outreach_month", _("Calendar"), "desk:outreach_month", OFFICE),
    (None, "outreach", _("Figures of the year"), "desk:outreach", OFFICE),
    (_("Holders"), "benefits", _("Benefits"), "desk:benefits", CARE),
    (None, "home_visits", _("Visits"), "desk:home_visits", OFFICE),
    (None, "stories", _("Consents to stories"), "desk:story_consents", OFFICE),
)


def desk_nav(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The sections that this person may open: {group, title, url, current}. A group's name stands at its first."""
    found: list[dict[str, Any]] = []
    group: Promise | None = None
    for heading, key, title, name, for_roles in SECTIONS:
        group = heading or group
        if not request.user.role_names & for_roles:  # type: ignore[union-attr]
            continue
        found.append({"group": group, "title": title, "url": reverse(name), "current": key == current})
        group = None
    return found


def honours_page(request: PersonRequest, current: str) -> dict[str, Any]:
    """What base_desk.html needs beside the page's own things. current: a key of SECTIONS."""
    return {"desk_nav": desk_nav(request, current), "desk_title": _("Honours")}


def form_page(
    request: PersonRequest, form: Any, *, section: str, title: str, back: str, **more: Any
) -> HttpResponse:
    """A page that is one form. back: where Cancel leads; more: submit, intro, multipart."""
    context = {"form": form, "heading": title, "cancel_url": back, "submit": "", "intro": ""} | more
    status = 422 if form.is_bound else 200
    return render(request, "honours/desk/form.html", honours_page(request, section) | context, status=status)
