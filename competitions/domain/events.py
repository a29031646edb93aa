"""An event's life: one table of moves, one verb that refuses the rest, and the moves that the office makes."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competitions.domain.contest_pages import open_page
from competitions.domain.readiness import Blocker, blockers
from competitions.findable import EVENTS
from competitions.models import Event, Recheck, Sheet
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.search import index

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

# These moves come with a deed of their own (the office publishes the accepted list, the chief judge locks, two people
# decode, a result is published, the final list is written into everybody's record).
BY_DEED = frozenset({S.BRIEFED, S.LOCKED, S.DECODED, S.PUBLICITY, S.FINAL})


class MoveRefused(Exception):
    """The event cannot make this move; the message says what is missing, `missing` names each thing."""

    def __init__(self, message: Any, missing: tuple[Blocker, ...] = ()) -> None:
        super().__init__(message)
        self.missing = missing


def is_step_back(before: str, to: str) -> bool:
    """Whether a move undoes an earlier one: then it needs a reason."""
    order = list(MOVES)
    return order.index(to) < order.index(before)


@transaction.atomic
def move(*, event: Event, to: str, by: Any, reason: str = "") -> Event:
    """Moves an event to its next state, with one ledger line. Sent twice it moves once.

    Freezing the event freezes its scheme; announcing it opens the contest's public page. Raises MoveRefused when the
    table has no such move, something is missing for it, a step back gives no reason, or the event moved meanwhile.
    """
    # Waits for whoever edits the scheme or moves the event now; the caller's copy may be old.
    current = Event.objects.select_for_update().get(pk=event.pk)
    if current.state == to:
        event.state = to
        return event
    if current.state != event.state:
        raise MoveRefused(_("Somebody else moved this event meanwhile. Reload the page."))
    before = event.state
    if to not in MOVES[before]:
        raise MoveRefused(
            _("From “%(before)s” an event cannot go to “%(after)s”.")
            % {"before": S(before).label, "after": S(to).label}
        )
    if is_step_back(before, to) and not reason.strip():
        raise MoveRefused(_("A step back needs a reason."))
    if missing := blockers(event, to):
        raise MoveRefused(" ".join(str(blocker.message) for blocker in missing), tuple(missing))
    if not Event.objects.filter(pk=event.pk, state=before).update(state=to):
        raise MoveRefused(_("Somebody else moved this event meanwhile. Reload the page."))
    event.state = to
    if to == S.FROZEN and (version := event.scheme_version) is not None:
        event.schemes.filter(pk=version.pk, frozen_at__isnull=True).update(frozen_at=timezone.now())
    if to == S.PUBLISHED:
        open_page(competition=event.competition, by=by)
        index.refresh(EVENTS, [event.code])
    if (before, to) == (S.RECHECKING, S.SCORING):
        # Marks may change now, so what was checked is checked again, in a new round.
        Recheck.objects.in_force().filter(event=event).update(state=Recheck.State.VOID)
        Sheet.objects.filter(event=event, state=Sheet.State.RECHECKED).update(state=Sheet.State.CHIEF_SIGNED)
    append(
        event.chain,
        "event.moved",
        subject=f"event:{event.code}",
        facts={"from": before, "to": to, "reason_hash": words_hash(reason)},
        by=by,
    )
    return event
