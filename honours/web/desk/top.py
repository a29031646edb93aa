"""What the wing adds to the desk as a whole: one room on the bar above, and what waits there."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from honours.domain import waiting
from honours.web.desk.nav import CARE, WHOLE_DESK, desk_nav
from honours.web.me.tasks import of_firm, speaks_for_a_firm


def desk_top(request: HttpRequest) -> list[dict[str, Any]]:
    """{title, url, current} for the first room that this person may enter."""
    user = request.user
    if not user.is_authenticated or not user.role_names & (WHOLE_DESK | CARE):
        return []
    nav = desk_nav(request, "")
    here = request.path.startswith("/desk/honours/")
    return [{"title": _("Honours"), "url": nav[0]["url"], "current": here}] if nav else []


def desk_buttons(request: HttpRequest) -> list[dict[str, Any]]:
    """{title, url} of what a firm may begin from the first page of the desk."""
    if not request.user.is_authenticated or not speaks_for_a_firm(request.user):
        return []
    return [{"title": _("Ask craftsmen for help"), "url": reverse("me:firm_visit_new")}]


def desk_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """What waits for whoever asks, for the first page of the desk; nothing for strangers."""
    user = request.user
    if not user.is_authenticated or not user.role_names & (WHOLE_DESK | CARE):
        return []
    of_the_firm = [
        {
            "title": row["title"],
            "count": row["status"],
            "kind": row["status_kind"],
            "url": row["url"],
            "note": "",
            "place": row["hint"],
        }
        for row in of_firm(user)
    ]
    ways = {
        "nominations": (_("Nominations wait for you"), f"{reverse('desk:nominations')}?waits=me"),
        "objections": (_("Objections to nominations wait for an answer"), reverse("desk:honour_notices")),
        "conferrals": (_("Decrees wait to be confirmed"), reverse("desk:campaigns")),
        "revocations": (
            _("Revocations of honours wait to be decided"),
            f"{reverse('desk:revocations')}?state=asked",
        ),
        "firm_requests": (
            _("Firms ask for help: accept and find who fits"),
            f"{reverse('desk:firm_visits')}?late=office",
        ),
        "firm_visits_late": (
            _("Visits to firms are behind their time"),
            f"{reverse('desk:firm_visits')}?late=yes",
        ),
        "talks_late": (
            _("Talks wait to be written down"),
            f"{reverse('desk:talks')}?state=planned",
        ),
    }
    return of_the_firm + [
        {"title": ways[key][0], "count": count, "kind": "warn", "url": ways[key][1], "note": "", "place": ""}
        for key, count in waiting.matters(user).items()
    ]
