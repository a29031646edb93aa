"""A sheet's life: one table of moves and one verb that refuses the rest. Issued, entered, signed by its judge and,
where two sign, by the second; reviewed by the group where the event asks for it, signed by the chief judge, rechecked
where it is on the list, locked.
"""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competitions.models import Sheet

S = Sheet.State

# from -> to. Back to "entered" is reopening: then the signatures are void. Locked is for good; what was wrong
# afterwards is put right by a correction order, which leaves the state as it is.
MOVES: dict[str, tuple[str, ...]] = {
    S.ISSUED: (S.ENTERED,),
    S.ENTERED: (S.ISSUED, S.HALF_SIGNED, S.SIGNED),
    S.HALF_SIGNED: (S.SIGNED, S.ENTERED),
    S.SIGNED: (S.GROUP_REVIEWED, S.CHIEF_SIGNED, S.ENTERED),
    S.GROUP_REVIEWED: (S.CHIEF_SIGNED, S.ENTERED),
    S.CHIEF_SIGNED: (S.RECHECKED, S.LOCKED, S.ENTERED),
    S.RECHECKED: (S.LOCKED, S.CHIEF_SIGNED, S.ENTERED),
    S.LOCKED: (),
}


class SheetMoveRefused(Exception):
    """Some of the sheets cannot make this move from the state they are in."""


def move(*, sheets: "Collection[int] | QuerySet[Sheet, int]", to: str) -> None:
    """Moves sheets (their keys) in one conditional UPDATE, inside the caller's transaction and behind its locked chain.

    Raises SheetMoveRefused when one of them is not where the table allows the move; then none has moved.
    """
    before = [state for state, after in MOVES.items() if to in after]
    there = Sheet.objects.filter(pk__in=sheets)
    if there.exclude(state__in=before).exists():
        raise SheetMoveRefused(_("The sheets have moved on meanwhile. Reload the page."))
    there.update(state=to, updated_at=timezone.now())
