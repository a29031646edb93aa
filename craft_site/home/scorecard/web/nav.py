"""The rooms of the scorecard at the desk, and what waits there."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from craft_site.home.scorecard.models import FreezeRequest, Scorecard
from craft_site.home.scorecard.roles import CONFIRM, OFFICE
from craft_site.people.web.requests import PersonRequest

ROOM = "/desk/scorecard/"


def desk_top(request: HttpRequest) -> list[dict[str, Any]]:
    """{title, url, current} of the one room, for whoever may enter."""
    user = request.user
    if not user.is_authenticated or not user.role_names & OFFICE:
        return []
    here = request.path.startswith(ROOM)
    return [{"title": _("Scorecard"), "url": reverse("desk:scorecards"), "current": here}]


def desk_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Years that wait to be closed by whoever asks. One query, none for strangers."""
    user = request.user
    if not user.is_authenticated or not user.role_names & CONFIRM:
        return []
    asked = FreezeRequest.objects.filter(state=FreezeRequest.State.ASKED).exclude(asked_by=user)
    waiting = list(asked.values_list("card__year", flat=True))
    if not waiting:
        return []
    return [
        {
            "title": _("Years of the scorecard wait to be closed"),
            "count": len(waiting),
            "kind": "warn",
            "url": reverse("desk:scorecard_year", args=(waiting[0],)),
            "note": "",
            "place": "",
        }
    ]


def scorecard_page(request: PersonRequest, current: str) -> dict[str, Any]:
    """What base_desk.html needs beside the page's own things. current: a year, or indicators, or empty."""
    years = [
        {
            "group": _("Years") if n == 0 else None,
            "title": str(card.year),
            "url": card.get_absolute_url(),
            "current": current == str(card.year),
        }
        for n, card in enumerate(Scorecard.objects.all())
    ]
    rooms = [
        {"group": None, "title": _("All years"), "url": reverse("desk:scorecards"), "current": not current},
        *years,
        {
            "group": _("Settings"),
            "title": _("Indicators"),
            "url": reverse("desk:scorecard_indicators"),
            "current": current == "indicators",
        },
    ]
    return {"desk_nav": rooms, "desk_title": _("Scorecard")}
