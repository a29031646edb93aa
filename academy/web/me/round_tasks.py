"""What /me/ tells a worker of rounds of matching: that one takes wishes now, and where the own ones stand."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from academy.models import MatchRound, Offer, Pair, Seeker
from academy.web.me.rounds import round_rows
from craft_site.people.models import Worker


def owed(worker: Worker) -> list[dict[str, Any]]:
    """Nothing is owed; but whoever has no master and has said nothing yet is asked once. One query."""
    said = [
        Exists(rows.filter(round=OuterRef("pk"), worker=worker)) for rows in (Seeker.objects, Offer.objects)
    ]
    learning = Exists(Pair.objects.standing().filter(apprentice=worker))
    return [
        {
            "title": _("Masters and apprentices: %(round)s") % {"round": one},
            "hint": _("Say whom you would like to learn from, or offer a place."),
            "url": reverse("me:round", args=(one.code,)),
            "due": one.closes_at,
            "status": _("Open to you"),
            "status_kind": "info",
        }
        for one in MatchRound.objects.open_now()
        .defer("outcome")
        .exclude(said[0])
        .exclude(said[1])
        .exclude(learning)
    ]


def section(worker: Worker) -> dict[str, Any] | None:
    """{title, items, url, link}; None for whoever has nothing to do with a round, and none takes wishes."""
    rows = round_rows(worker.user, worker) if worker.user else []
    if not rows:
        return None
    return {
        "title": _("Finding a master"),
        "items": rows[:3],
        "url": reverse("me:rounds"),
        "link": _("All rounds"),
    }
