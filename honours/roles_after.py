"""Who may take an honour back and look after those who hold one: one function a question."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from honours.models import Benefit, Honour, Revocation, city_of


def _own(user: Any, honour: Honour) -> bool:
    worker = honour.holder.worker
    return worker is not None and worker.user_id == user.pk


def can_ask_revocation(user: Any, honour: Honour) -> Decision:
    """The organiser and the city's reviewers; never the holder."""
    if _own(user, honour):
        return refused(_("This is your own honour."))
    if user.has_role(roles.ORGANISER) or city_of(user):
        return ALLOWED
    return refused(_("A revocation is asked for by an organiser or the city federation."))


def can_decide_revocation(user: Any, revocation: Revocation) -> Decision:
    """Somebody else of them than who asked."""
    if user.pk == revocation.asked_by_id:
        return refused(_("Whoever asked for the revocation does not decide it: a colleague does."))
    return can_ask_revocation(user, revocation.honour)


def can_keep_benefits(user: Any) -> Decision:
    """Enter what was paid: finance officers and the organiser."""
    if user.has_role(roles.FINANCE, roles.ORGANISER):
        return ALLOWED
    return refused(_("Benefits are entered by finance officers and organisers."))


def can_cancel_benefit(user: Any, benefit: Benefit) -> Decision:
    """Somebody else of them than who entered it."""
    if user.pk == benefit.made_by_id:
        return refused(_("Whoever entered the payment does not cancel it: a colleague does."))
    return can_keep_benefits(user)


def can_keep_visits(user: Any) -> Decision:
    """Write down visits: the organiser and the reviewers of the unions, who go there."""
    if user.has_role(roles.ORGANISER, roles.REVIEWER):
        return ALLOWED
    return refused(_("Visits are written down by organisers and union reviewers."))
