"""Who may do what in a contest: one function a question, each answering with a reason. Views and verbs ask here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from competitions.models import Entry, Event, Seat, Sheet
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles as site_roles


def seats_held(user: Any, event: Event) -> frozenset[str]:
    """What the person is in the event now. An event that was read for a page of this person brings the answer along
    (web.desk.nav.event_at_desk), so that one page asks once."""
    known: dict[int, frozenset[str]] = getattr(event, "seats_read", {})
    if user.pk in known:
        return known[user.pk]
    return frozenset(Seat.objects.held_by(user).filter(event=event).values_list("role", flat=True))


def read_seats(user: Any, event: Event) -> frozenset[str]:
    """Asks once and keeps the answer on the event, which a page reads anew for each request."""
    held = seats_held(user, event)
    event.seats_read = {user.pk: held}
    return held


def has_seat(user: Any, event: Event, *names: str) -> bool:
    """Whether the person holds a seat of one of these roles in the event now."""
    return bool(seats_held(user, event) & frozenset(names))


def marks_in(user: Any, event: Event) -> bool:
    """Whether the person marks in the event: then no name and no other layer of codes may reach them."""
    return has_seat(user, event, *Seat.MARKING)


def can_organise(user: Any, event: Event) -> Decision:
    """Change the event, its scheme, its draws and seats."""
    if not user.has_role(site_roles.ORGANISER):
        return refused(_("Only an organiser can do this."))
    if marks_in(user, event):
        return refused(_("You mark in this event, so its organisation is closed to you."))
    return ALLOWED


def can_open_desk(user: Any, event: Event) -> Decision:
    """See the event's overview, technical document and marking scheme at the desk: what is not about persons."""
    office = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR)
    if user.has_role(*office) and not marks_in(user, event):
        return ALLOWED
    if has_seat(
        user,
        event,
        Seat.Role.CHIEF,
        Seat.Role.CODING,
        Seat.Role.RECORDER,
        Seat.Role.SUPERVISOR,
        Seat.Role.ARBITER,
    ):
        return ALLOWED
    return refused(_("Only the office and the officials of this event open its desk."))


def can_review_entries(user: Any, event: Event) -> Decision:
    """Decide on entries for the office."""
    if not user.has_role(site_roles.ORGANISER, site_roles.REVIEWER):
        return refused(_("Only the office reviews entries."))
    if marks_in(user, event):
        return refused(_("You mark in this event, so its entries are closed to you."))
    return ALLOWED


def can_review_for_employer(user: Any, employer_id: int | None) -> Decision:
    """Decide on entries for an employer."""
    if user.has_role(site_roles.EMPLOYER) and employer_id is not None and user.employer_id == employer_id:
        return ALLOWED
    return refused(_("Only the employer's own contact can do this."))


def can_code(user: Any, event: Event) -> Decision:
    """Run the draws and see all layers of codes."""
    if has_seat(user, event, Seat.Role.CODING):
        return ALLOWED
    return refused(_("Only the coding judge of this event can do this."))


def can_mark(user: Any, sheet: Sheet) -> Decision:
    """Enter marks on a sheet."""
    if sheet.seat.left_at is not None or sheet.seat.user_id != user.pk:
        return refused(_("This sheet is assigned to another judge."))
    if sheet.event.state not in (Event.State.RUNNING, Event.State.SCORING):
        return refused(_("This event is not being marked now."))
    if sheet.state not in Sheet.OPEN:
        return refused(_("This sheet is signed; ask the chief judge to reopen it."))
    return ALLOWED


def can_follow_marking(user: Any, event: Event) -> Decision:
    """See how far the marking is: sheets, states and alarms by work number, never a person."""
    if user.has_role(site_roles.ORGANISER, site_roles.SUPERVISOR) and not marks_in(user, event):
        return ALLOWED
    if has_seat(user, event, Seat.Role.CHIEF, Seat.Role.SUPERVISOR):
        return ALLOWED
    return refused(_("Only the chief judge, the supervisor and the organiser follow the marking."))


def can_chair(user: Any, event: Event) -> Decision:
    """Decide as chief judge: sign, reopen, time credits, penalties, lock."""
    if has_seat(user, event, Seat.Role.CHIEF):
        return ALLOWED
    return refused(_("Only the chief judge of this event can do this."))


def can_supervise(user: Any, event: Event) -> Decision:
    """Witness a draw, a waiver or the decoding."""
    if has_seat(user, event, Seat.Role.SUPERVISOR):
        return ALLOWED
    return refused(_("Only a supervisor of this event can do this."))


def can_record(user: Any, event: Event) -> Decision:
    """Import theory marks and measuring files."""
    if has_seat(user, event, Seat.Role.RECORDER, Seat.Role.CHIEF):
        return ALLOWED
    return refused(_("Only a recorder or the chief judge of this event can do this."))


def can_see_provisional(user: Any, event: Event) -> Decision:
    """See computed marks before they are published: the chief judge by code; the organiser once decoded."""
    if has_seat(user, event, Seat.Role.CHIEF):
        return ALLOWED
    if event.state in (Event.State.DECODED, Event.State.PUBLICITY, Event.State.FINAL, Event.State.ARCHIVED):
        return can_organise(user, event)
    return refused(_("Marks are sealed until the event is decoded."))


def can_publish(user: Any, event: Event) -> Decision:
    """Make a release."""
    if event.state not in (Event.State.DECODED, Event.State.PUBLICITY):
        return refused(_("Results are published after decoding."))
    return can_organise(user, event)


def can_decide_entry(user: Any, entry: Entry, decision: str) -> Decision:
    """Take one decision on one entry (domain.reviews). The office decides on all that waits; the employer's contact
    passes, returns or refuses what waits for the employer. Nobody decides on an entry of their own."""
    if entry.worker.user_id == user.pk:
        return refused(_("Nobody decides on an entry of their own."))
    office = can_review_entries(user, entry.event)
    if office:
        return office
    if entry.state == Entry.State.SUBMITTED and decision in ("pass", "return", "refuse"):
        return can_review_for_employer(user, entry.employer_id)
    return office


def can_load_roster(user: Any, event: Event, employer_id: int | None) -> Decision:
    """Load an employer's roster: its own contact, or an organiser for any firm."""
    if user.has_role(site_roles.ORGANISER):
        return can_organise(user, event)
    return can_review_for_employer(user, employer_id)
