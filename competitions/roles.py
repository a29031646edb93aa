"""Who may do what in a contest: one function a question, each answering with a reason. Views and verbs ask here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from competitions.models import Entry, Event, Seat, Sheet
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles as site_roles

NOT_YOUR_SHEET = _("This sheet is assigned to another judge.")


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


def works_at_the_desk(user: Any) -> bool:
    """Whether a judge's work is at the desk: seats that mark nothing, and none that marks, in events not yet over."""
    over = (Event.State.FINAL, Event.State.ARCHIVED)
    held = set(Seat.objects.held_by(user).exclude(event__state__in=over).values_list("role", flat=True))
    return bool(held) and not held & frozenset(Seat.MARKING)


def can_organise(user: Any, event: Event) -> Decision:
    """Change the event, its scheme, its draws and seats."""
    if not user.has_role(site_roles.ORGANISER):
        return refused(_("Only an organiser can do this."))
    if marks_in(user, event):
        return refused(_("You mark in this event, so its organisation is closed to you."))
    return ALLOWED


def can_open_desk(user: Any, event: Event) -> Decision:
    """See the event's overview, technical document and marking scheme at the desk: what is not about persons."""
    office = user.in_office or user.has_role(site_roles.SUPERVISOR)
    if office and not marks_in(user, event):
        return ALLOWED
    if has_seat(
        user,
        event,
        Seat.Role.CHIEF,
        Seat.Role.CODING,
        Seat.Role.RECORDER,
        Seat.Role.SUPERVISOR,
        Seat.Role.ARBITER,
        Seat.Role.COMMITTEE,
    ):
        return ALLOWED
    return refused(_("Only the office and the officials of this event open its desk."))


def can_review_entries(user: Any, event: Event) -> Decision:
    """Decide on entries for the office: the organisers and the reviewers of the city federation. A union below it
    reads the entries of its own firms and decides on none."""
    if not user.in_office:
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
        return refused(NOT_YOUR_SHEET)
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


def can_see_judge_report(user: Any, event: Event) -> Decision:
    """See how the judges agree and how strictly each marks: chief judge and supervisor by work number; the organiser
    once decoded, without names of judges (can_name_judges)."""
    if marks_in(user, event):
        return refused(_("You mark in this event, so the report on its judges is closed to you."))
    if has_seat(user, event, Seat.Role.CHIEF, Seat.Role.SUPERVISOR):
        return ALLOWED
    if event.is_decoded:
        return can_organise(user, event)
    return refused(_("Until the event is decoded the chief judge and the supervisor alone see this report."))


def can_name_judges(user: Any, event: Event) -> Decision:
    """Read in the report on the judges which figure is whose."""
    if has_seat(user, event, Seat.Role.CHIEF, Seat.Role.SUPERVISOR):
        return ALLOWED
    return refused(_("Only the chief judge and the supervisor of this event see which figure is whose."))


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
    """Make a release; after the final list too, when a result is cancelled later."""
    if event.state not in (Event.State.DECODED, Event.State.PUBLICITY, Event.State.FINAL):
        return refused(_("Results are published after decoding."))
    return can_organise(user, event)


def can_see_corrections(user: Any, event: Event) -> Decision:
    """See the correction orders: who decides on them, the arbiters, and the organiser once the event is decoded."""
    if marks_in(user, event):
        return refused(_("You mark in this event, so its correction orders are closed to you."))
    if has_seat(user, event, Seat.Role.CHIEF, Seat.Role.SUPERVISOR, Seat.Role.ARBITER):
        return ALLOWED
    if event.is_decoded:
        return can_organise(user, event)
    return refused(_("Marks are sealed until the event is decoded."))


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


def can_add_papers(user: Any, entry: Entry) -> Decision:
    """Add what a roster does not carry to an entry of the firm: its contact, or the office."""
    return can_review_entries(user, entry.event) or can_review_for_employer(user, entry.employer_id)


def can_correct_person(user: Any, entry: Entry) -> Decision:
    """Correct who a contestant is, and say whether a certificate holds: the office. Nobody their own record; and
    nobody who marks in any event of this contestant that is not decoded, whichever entry led here."""
    office = can_review_entries(user, entry.event)
    if not office:
        return office
    if entry.worker.user_id == user.pk:
        return refused(_("Nobody corrects their own record here."))
    marked = Seat.objects.held_by(user, *Seat.MARKING).exclude(event__state__in=Event.DECODED_ON)
    if marked.filter(event__entries__worker=entry.worker_id).exists():
        return refused(_("You mark in an event of this contestant, so the record is closed to you."))
    return ALLOWED


def can_load_roster(user: Any, event: Event, employer_id: int | None) -> Decision:
    """Load an employer's roster: its own contact, or an organiser for any firm."""
    if user.has_role(site_roles.ORGANISER):
        return can_organise(user, event)
    return can_review_for_employer(user, employer_id)


def can_speak_for(user: Any, entry: Entry) -> Decision:
    """File an appeal for an entry: the contestant, or the contact of the firm that entered them (their team leader)."""
    if entry.worker.user_id == user.pk or can_review_for_employer(user, entry.employer_id):
        return ALLOWED
    return refused(_("Only the contestant or the team leader appeals."))


def can_see_appeals(user: Any, event: Event) -> Decision:
    """Read the appeals of an event at the desk; Appeal.visible_to says the same row by row."""
    if marks_in(user, event):
        return refused(_("You mark in this event, so its appeals are closed to you."))
    if user.has_role(site_roles.ORGANISER):
        return ALLOWED
    if has_seat(user, event, Seat.Role.ARBITER, Seat.Role.COMMITTEE, Seat.Role.SUPERVISOR):
        return ALLOWED
    if event.is_decoded and has_seat(user, event, Seat.Role.CHIEF):
        return ALLOWED
    return refused(
        _("Only the arbiters, the appeals committee, a supervisor and the organiser read appeals.")
    )


def can_arbitrate(user: Any, event: Event, instance: int) -> Decision:
    """Decide on appeals: arbiters in the first instance, the appeals committee in the second."""
    if has_seat(user, event, Seat.Role.ARBITER if instance == 1 else Seat.Role.COMMITTEE):
        return ALLOWED
    if instance == 1:
        return refused(_("Only an arbiter of this event decides in the first instance."))
    return refused(_("Only the appeals committee of this event decides in the second instance."))


def can_notice_violations(user: Any, event: Event) -> Decision:
    """Enter a violation in the register, and read it: chief judge, supervisor, arbiters, organiser."""
    if not marks_in(user, event) and (
        user.has_role(site_roles.ORGANISER)
        or has_seat(
            user, event, Seat.Role.CHIEF, Seat.Role.SUPERVISOR, Seat.Role.ARBITER, Seat.Role.COMMITTEE
        )
    ):
        return ALLOWED
    return refused(
        _("Only the chief judge, a supervisor, the arbiters and the organiser keep this register.")
    )


def can_answer_objections(user: Any, event: Event) -> Decision:
    """Read and answer what the public says against a result."""
    if not marks_in(user, event) and (
        user.has_role(site_roles.ORGANISER) or has_seat(user, event, Seat.Role.SUPERVISOR)
    ):
        return ALLOWED
    return refused(_("Only the organiser and a supervisor of this event read objections."))
