"""An event's life: one table of moves, one verb that refuses the rest."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from competitions.models import Event
from craft_site.ledger.chain import append

S = Event.State

# from -> to. A step back exists only where nothing has been shown or marked yet.
MOVES: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.FILED,),
    S.FILED: (S.PUBLISHED, S.DRAFT),
    S.PUBLISHED: (S.REGISTERING,),
    S.REGISTERING: (S.ELIGIBILITY,),
    S.ELIGIBILITY: (S.BRIEFED, S.REGISTERING),
    S.BRIEFED: (S.FROZEN, S.ELIGIBILITY),
    S.FROZEN: (S.RUNNING,),
    S.RUNNING: (S.SCORING,),
    S.SCORING: (S.RECHECKING, S.LOCKED),
    S.RECHECKING: (S.LOCKED, S.SCORING),
    S.LOCKED: (S.DECODED,),
    S.DECODED: (S.PUBLICITY,),
    S.PUBLICITY: (S.FINAL,),
    S.FINAL: (S.ARCHIVED,),
    S.ARCHIVED: (),
}


class MoveRefused(Exception):
    """The event cannot make this move; the message says what is missing."""


@transaction.atomic
def move(*, event: Event, to: str, by: Any, reason: str = "") -> Event:
    """Moves an event to its next state, with one ledger line. Sent twice it moves once.

    Raises MoveRefused when the table has no such move or the event moved meanwhile.
    """
    if event.state == to:
        return event
    before = event.state
    if to not in MOVES[before]:
        raise MoveRefused(
            _("From “%(before)s” an event cannot go to “%(after)s”.")
            % {"before": S(before).label, "after": S(to).label}
        )
    if not Event.objects.filter(pk=event.pk, state=before).update(state=to):
        raise MoveRefused(_("Somebody else moved this event meanwhile. Reload the page."))
    event.state = to
    append(
        event.chain,
        "event.moved",
        subject=f"event:{event.code}",
        facts={"from": before, "to": to, "reason": reason},
        by=by,
    )
    return event
