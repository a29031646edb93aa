"""Who may do what with the scorecard: one function a question, each answering with a reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.home.scorecard.models import FreezeRequest
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles

OFFICE = frozenset({roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR})
CONFIRM = frozenset({roles.ORGANISER, roles.SUPERVISOR})


def can_keep(user: Any) -> Decision:
    """Enter figures and targets, say which indicators there are, publish a year, ask that it be closed."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("Only an organiser keeps the scorecard."))


def can_confirm(user: Any, request: FreezeRequest) -> Decision:
    """Close the year: another organiser or a supervisor, never who asked."""
    if request.asked_by_id == user.pk:
        return refused(_("Whoever asks to close the year does not confirm it: a colleague does."))
    if user.has_role(*CONFIRM):
        return ALLOWED
    return refused(_("A year is closed by another organiser or a supervisor."))
