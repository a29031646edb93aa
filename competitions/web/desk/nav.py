"""The side navigation of one event at the desk: what the person may open there, and nothing else."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, FilteredRelation, Q
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.domain.readiness import Blocker
from competitions.models import Event, Seat
from competitions.roles import (
    can_see_appeals,
    can_see_corrections,
    can_see_judge_report,
    can_see_provisional,
    read_seats,
)
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

OFFICE = frozenset({roles.ORGANISER, roles.REVIEWER})
UNION = "union"  # a reviewer of a union below the city's, who reads the entries of its firms and nothing else
R = Seat.Role

# key, title, address, who: site roles that may open it (unless they mark in the event), and seats that may.
SECTIONS: tuple[tuple[str, Promise, str, frozenset[str], frozenset[str]], ...] = (
    (
        "event",
        _("Overview"),
        "desk:event",
        OFFICE | {roles.SUPERVISOR},
        frozenset({R.CHIEF, R.CODING, R.RECORDER, R.SUPERVISOR, R.ARBITER, R.COMMITTEE}),
    ),
    ("setup", _("Set-up"), "desk:event_setup", frozenset({roles.ORGANISER}), frozenset()),
    (
        "documents",
        _("Technical document"),
        "desk:documents",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF, R.SUPERVISOR}),
    ),
    (
        "scheme",
        _("Marking scheme"),
        "desk:scheme",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF, R.SUPERVISOR}),
    ),
    ("entries", _("Entries"), "desk:entries", OFFICE | {UNION, roles.EMPLOYER}, frozenset()),
    ("roster", _("Employers' rosters"), "desk:event_roster", frozenset({roles.EMPLOYER}), frozenset()),
    (
        "draws",
        _("Draws and codes"),
        "desk:draws",
        frozenset({roles.ORGANISER}),
        frozenset({R.CODING, R.CHIEF, R.SUPERVISOR}),
    ),
    ("seats", _("Judges"), "desk:seats", frozenset({roles.ORGANISER}), frozenset({R.CHIEF, R.SUPERVISOR})),
    (
        "progress",
        _("Progress of marking"),
        "desk:progress",
        frozenset({roles.ORGANISER, roles.SUPERVISOR}),
        frozenset({R.CHIEF, R.SUPERVISOR}),
    ),
    (
        "recheck",
        _("Recheck"),
        "desk:recheck",
        frozenset({roles.ORGANISER, roles.SUPERVISOR}),
        frozenset({R.CHIEF, R.SUPERVISOR}),
    ),
    (
        "tablets",
        _("Tablets"),
        "desk:tablets",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF}),
    ),
    ("incidents", _("Incidents"), "desk:incidents", frozenset(), frozenset({R.CHIEF, R.SUPERVISOR, R.FLOOR})),
    (
        "papers",
        _("Paper forms"),
        "desk:papers",
        frozenset({roles.ORGANISER}),
        frozenset({R.RECORDER, R.CHIEF}),
    ),
    ("imports", _("Imports"), "desk:imports", frozenset(), frozenset({R.RECORDER, R.CHIEF})),
    (
        "judge_report",
        _("Report on the judges"),
        "desk:judge_report",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF, R.SUPERVISOR}),
    ),
    (
        "violations",
        _("Violations"),
        "desk:violations",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF, R.SUPERVISOR, R.ARBITER, R.COMMITTEE}),
    ),
    (
        "appeals",
        _("Appeals"),
        "desk:appeals",
        frozenset({roles.ORGANISER}),
        frozenset({R.ARBITER, R.COMMITTEE, R.SUPERVISOR, R.CHIEF}),
    ),
    (
        "objections",
        _("Objections"),
        "desk:objections",
        frozenset({roles.ORGANISER}),
        frozenset({R.SUPERVISOR}),
    ),
    (
        "results",
        _("Results"),
        "desk:results",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF, R.SUPERVISOR}),
    ),
    (
        "corrections",
        _("Correction orders"),
        "desk:corrections",
        frozenset({roles.ORGANISER}),
        frozenset({R.CHIEF, R.SUPERVISOR, R.ARBITER}),
    ),
)
# Sections that wait for a state of the event too.
MAY_OPEN = {
    "results": can_see_provisional,
    "judge_report": can_see_judge_report,
    "corrections": can_see_corrections,
    "appeals": can_see_appeals,
}


def desk_nav(request: PersonRequest, event: Event, current: str = "") -> list[dict[str, Any]]:
    """The sections of an event that this person may open: {title, url, current, count}.

    current: the key of the page's own section (event, setup, documents, scheme, entries, roster, draws, seats,
    progress, recheck, tablets, incidents, papers, imports, judge_report, results, corrections).
    """
    seats = read_seats(request.user, event)
    site_roles = frozenset() if seats & frozenset(Seat.MARKING) else _roles_here(request.user)
    return [
        {"title": title, "url": url, "current": key == current, "count": 0}
        for key, title, name, for_roles, for_seats in SECTIONS
        if (site_roles & for_roles or seats & for_seats)
        and (key not in MAY_OPEN or MAY_OPEN[key](request.user, event))
        and (url := _address(name, event))
    ]


def _roles_here(user: Any) -> frozenset[str]:
    names: frozenset[str] = user.role_names
    if roles.REVIEWER in names and not user.in_office:
        return names - {roles.REVIEWER} | {UNION}
    return names


def desk_page(request: PersonRequest, event: Event, current: str) -> dict[str, Any]:
    """What base_desk.html needs beside the page's own things."""
    return {
        "event": event,
        "desk_nav": desk_nav(request, event, current),
        "desk_title": str(event),
        "desk_subtitle": event.get_state_display(),
    }


def event_at_desk(request: PersonRequest, code: str) -> Event:
    """The event of an address, if the person works on it, with the seats that the person holds in it, for
    roles.seats_held; 404 otherwise. One query."""
    user = request.user
    rows = list(
        Event.objects.visible_to(user)
        .for_desk()
        .filter(code=code)
        .annotate(
            held=FilteredRelation("seats", condition=Q(seats__user=user, seats__left_at__isnull=True)),
            held_role=F("held__role"),
        )
    )
    if not rows:
        raise Http404
    event = rows[0]
    event.seats_read = {user.pk: frozenset(row.held_role for row in rows if row.held_role)}
    return event


def section_url(section: str, event: Event) -> str:
    """The address of a section of the desk by its key, nothing where there is none."""
    names = {key: name for key, _title, name, _roles, _seats in SECTIONS}
    return _address(names[section], event) if section in names else ""


def blocker_url(blocker: Blocker, event: Event) -> str:
    """Where it is mended: a work's own sheets where it is of one work."""
    address = section_url(blocker.at, event)
    return f"{address}?{urlencode({'q': blocker.number})}" if address and blocker.number else address


def door(user: Any, event: Event, seats: frozenset[str]) -> str:
    """Where this person's work on an event begins: its desk, the entries of a union's firms, the firm's roster, the
    sheets, or nowhere."""
    if seats & frozenset(Seat.MARKING):
        return reverse("judge:home")
    if user.in_office or user.has_role(roles.SUPERVISOR) or seats:
        return event.get_absolute_url()
    if user.has_role(roles.REVIEWER):
        return section_url("entries", event)
    return section_url("roster", event)


def _address(name: str, event: Event) -> str:
    """The list of entries belongs to all events and is narrowed to this one."""
    if name == "desk:entries":
        return f"{reverse(name)}?event={event.pk}"
    return reverse(name, args=(event.code,))
