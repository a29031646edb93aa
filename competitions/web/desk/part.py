"""What one person is in one event, from one query. Pages ask it what to show; verbs ask roles.py again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from competitions.models import Event, Seat
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles as site_roles

R = Seat.Role


class Part:
    """Flags for templates, and the answers to who may open the pages of draws, seats and the door."""

    def __init__(self, user: Any, event: Event) -> None:
        held = set(Seat.objects.held_by(user).filter(event=event).values_list("role", flat=True))
        self.marks = bool(held & set(Seat.MARKING))
        self.code = R.CODING in held
        self.chair = R.CHIEF in held
        self.witness = R.SUPERVISOR in held
        self.decide_void = self.witness or self.chair
        self.waive = self.witness or self.chair
        self.organise = user.has_role(site_roles.ORGANISER) and not self.marks
        self.check_in = self.code or self.organise
        self.issue = self.code or self.chair or self.organise

    def can_see_draws(self) -> Decision:
        """Whoever codes, watches or chairs, and the organiser: but of a draw they have no part in only what is
        public."""
        if self.code or self.witness or self.chair or self.organise:
            return ALLOWED
        return refused(
            _("Only the coding judge, the chief judge, a supervisor and the organiser see the draws.")
        )

    def can_see_seats(self) -> Decision:
        """Who holds which seat: the organiser, the chief judge and a supervisor, unless they mark in the event."""
        if self.organise or ((self.chair or self.witness) and not self.marks):
            return ALLOWED
        return refused(_("Only the organiser, the chief judge and a supervisor see the seats."))

    def can_check_in(self) -> Decision:
        """The same people as domain.check_in allows."""
        if self.check_in:
            return ALLOWED
        return refused(_("Only the coding judge and the organiser check contestants in."))

    def can_issue(self) -> Decision:
        """The same people as domain.issuing allows."""
        if self.issue:
            return ALLOWED
        return refused(_("Only the coding judge, the chief judge and the organiser issue sheets."))
