"""A judge's sheets in the order of work: by event and session, with what is left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from competitions.domain.panel_waits import held_back
from competitions.models import Event, Session, Sheet

OPEN_EVENTS = (Event.State.FROZEN, Event.State.RUNNING, Event.State.SCORING, Event.State.RECHECKING)


@dataclass(slots=True)
class SheetGroup:
    """The sheets of one event and, at the benches, of one session."""

    event: Event
    session: Session | None
    role: str
    mine: list[Sheet] = field(default_factory=list)
    witnessed: list[Sheet] = field(default_factory=list)
    reviewed: list[Sheet] = field(default_factory=list)  # signed by others, to be reviewed for the group
    held_back: set[int] = field(
        default_factory=set
    )  # keys of mine that are marked and wait for others of the panel

    @property
    def open(self) -> list[Sheet]:
        return [sheet for sheet in self.mine if sheet.state in Sheet.OPEN]

    @property
    def receipted(self) -> list[Sheet]:
        """Those on which something was entered."""
        return [sheet for sheet in self.mine if sheet.marks_in]

    @property
    def signed(self) -> int:
        return len(self.mine) - len(self.open)

    @property
    def alarms(self) -> int:
        return sum(1 for sheet in self.mine if sheet.alarm)

    @property
    def next(self) -> Sheet | None:
        """The sheet to take in hand: an alarm first, then one that is begun, then the first. None that only others can
        bring on."""
        if self.event.state not in (Event.State.RUNNING, Event.State.SCORING):
            return None
        mine = [sheet for sheet in self.open if sheet.pk not in self.held_back]
        waiting = sorted(mine, key=lambda s: (not s.alarm, not 0 < s.marks_in < s.marks_due))
        return waiting[0] if waiting else None

    @property
    def marks_in(self) -> int:
        return sum(sheet.marks_in for sheet in self.mine)

    @property
    def marks_due(self) -> int:
        return sum(sheet.marks_due for sheet in self.mine)

    @property
    def percent(self) -> int:
        return 100 * self.marks_in // self.marks_due if self.marks_due else 0


def sheet_groups(user: Any) -> list[SheetGroup]:
    """The sheets that this person marks, witnesses or reviews for the group, of events that are not locked yet. Two
    queries, and one more where sheets are marked and not signed."""
    sheets = (
        Sheet.objects.visible_to(user)
        .filter(event__state__in=OPEN_EVENTS)
        .for_list()
        .with_reopened()
        .order_by("event_id", "code__session__number", "seat__role", "seat_id", "code__number")
    )
    groups: dict[tuple[Any, ...], SheetGroup] = {}
    for sheet in _own(sheets, user, review=set(_to_review(user))):
        key = (sheet.event_id, sheet.seat.role, sheet.code.session_id)
        if key not in groups:
            groups[key] = SheetGroup(sheet.event, sheet.code.session, sheet.seat.get_role_display())
        group = groups[key]
        if sheet.seat.user_id == user.pk:
            group.mine.append(sheet)
        else:
            (group.witnessed if sheet.seat.witness_id == user.pk else group.reviewed).append(sheet)
    marked = [
        sheet
        for group in groups.values()
        for sheet in group.mine
        if sheet.state == Sheet.State.ENTERED and not sheet.alarm
    ]
    held = held_back(marked)
    for group in groups.values():
        group.held_back = held & {sheet.pk for sheet in group.mine}
    return list(groups.values())


def _to_review(user: Any) -> Iterable[int]:
    """Keys of sheets that wait for this person's signature for the group; of an event that marks now."""
    waiting = Sheet.objects.for_review_by(user).filter(
        state=Sheet.State.SIGNED, event__state__in=(Event.State.RUNNING, Event.State.SCORING)
    )
    return waiting.values_list("pk", flat=True)


def _own(sheets: Iterable[Sheet], user: Any, *, review: set[int]) -> list[Sheet]:
    """A chief judge sees all sheets, but at the desk."""
    return [
        sheet
        for sheet in sheets
        if user.pk in (sheet.seat.user_id, sheet.seat.witness_id) or sheet.pk in review
    ]
