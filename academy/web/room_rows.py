"""What is left of a programme, as bars."""

from typing import Any

from django.utils.translation import gettext as _

from academy.domain.claim_room import Room, share
from academy.models import SubsidyProgramme


def room_figures(
    programme: SubsidyProgramme, rooms: dict[str, Room], names: dict[str, str]
) -> list[dict[str, Any]]:
    """Bars of what is left, for components/figures.html. names: of the items, by key. Lots leave all places open."""
    by_lot = programme.allocation == SubsidyProgramme.Allocation.LOTTERY
    rows: list[dict[str, Any]] = [
        {"label": names[key], "value": f"{room.places:,}", "unit": _("places, by lot")}
        if by_lot
        else {
            "label": names[key],
            "value": f"{room.left:,}",
            "unit": _("of %(places)s places left") % {"places": f"{room.places:,}"},
            "percent": 100 - room.percent,
        }
        for key, room in rooms.items()
        if key in names and room.left is not None
    ]
    budget = {
        "label": _("Budget"),
        "value": f"{programme.left:,}",
        "unit": _("of %(yuan)s yuan left") % {"yuan": f"{programme.budget:,}"},
        "percent": 100 - share(programme.committed, programme.budget),
    }
    return [*rows, budget]
