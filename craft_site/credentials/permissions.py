"""Who may do what with certificates at the desk: one function a question, each answering with a reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.credentials.models import Certificate, Revocation
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles

AT_THE_DESK = frozenset({roles.ORGANISER, roles.SUPERVISOR})


def can_ask_to_revoke(user: Any, certificate: Certificate) -> Decision:
    """Asks for `revocations` of the certificate."""
    if not user.has_role(*AT_THE_DESK):
        return refused(_("Only organisers and supervisors revoke certificates."))
    if certificate.revoked_at is not None:
        return refused(_("This certificate has been revoked already."))
    if certificate.open_request is not None:
        return refused(_("Somebody has asked for this already. Decide on that first."))
    return ALLOWED


def can_hand_out(user: Any, certificate: Certificate) -> Decision:
    """Download the signed files. A person's are theirs alone to hand on; a unit or a team may have no account here."""
    if not user.has_role(*AT_THE_DESK):
        return refused(_("Only organisers and supervisors hand out certificates."))
    if not certificate.is_collective:
        return refused(_("A person's files are theirs to hand on: they find them under My certificates."))
    return ALLOWED


def can_decide(user: Any, revocation: Revocation) -> Decision:
    if not user.has_role(*AT_THE_DESK):
        return refused(_("Only organisers and supervisors revoke certificates."))
    if revocation.asked_by_id == user.pk:
        return refused(_("Who asked cannot decide: a second person does."))
    return ALLOWED
