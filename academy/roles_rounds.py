"""Who may do what in a round of matching: one function a question, each answering with a reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.models import MatchProposal
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from craft_site.people.models import Worker


def can_run(user: Any) -> Decision:
    """Make rounds, open and close them, let the program propose."""
    return ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only an organiser runs rounds."))


def can_speak_for(user: Any, worker: Worker) -> Decision:
    """Say what a worker wishes: the worker; and an organiser for somebody who hands in paper."""
    if worker.user_id == user.pk or user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("These are somebody else's wishes."))


def can_decide(user: Any, proposal: MatchProposal) -> Decision:
    """An organiser; never one of the two."""
    if user.pk in (proposal.seeker.worker.user_id, proposal.offer.worker.user_id):
        return refused(_("Nobody decides on a pair of their own."))
    return can_run(user)
