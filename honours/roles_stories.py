"""Who may say that a story is told of somebody, and that it is told no longer: one function a question."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from honours.models import Holder


def is_the_person(user: Any, holder: Holder) -> bool:
    return holder.worker is not None and holder.worker.user_id == user.pk


def can_agree(user: Any, holder: Holder) -> Decision:
    """Say of oneself that one's story may be told."""
    return ALLOWED if is_the_person(user, holder) else refused(_("Only the person agrees for themselves."))


def can_give_consent(user: Any, holder: Holder) -> Decision:
    """The person for themselves; the organiser writes down what was signed on paper."""
    if is_the_person(user, holder) or user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("A consent is given by the person, or written down by an organiser."))


def can_withdraw_consent(user: Any, holder: Holder) -> Decision:
    """Whoever may give it. Nobody is asked for a reason but the office."""
    if is_the_person(user, holder) or user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("A consent is withdrawn by the person or by an organiser."))
