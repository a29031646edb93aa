"""Who may do what with honours: one function a question, each answering with a reason. Views and verbs ask here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from honours.models import Holder

OFFICE = (roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR)


def can_keep_titles(user: Any) -> Decision:
    """Say which titles there are and what they ask for."""
    return ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only an organiser keeps honour titles."))


def can_keep_register(user: Any) -> Decision:
    """Enter honours, read them from a workbook, say who may be named."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("Only an organiser enters honours."))


def can_consent(user: Any, holder: Holder) -> Decision:
    """Say whether one is named, and what of the own record is shown: the person alone."""
    if holder.worker is not None and holder.worker.user_id == user.pk:
        return ALLOWED
    return refused(_("Only the person decides what is shown of them."))
