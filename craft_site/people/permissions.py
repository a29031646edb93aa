"""Who may do what with accounts: one function a question, each answering with a reason. Views and verbs ask here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles

AT_THE_DESK = frozenset({roles.ORGANISER, roles.SUPERVISOR})


def can_keep_accounts(user: Any) -> Decision:
    """List accounts and make new ones. Organisers do not: who runs contests does not also say who may judge them."""
    if user.is_superuser or user.has_role(roles.ACCOUNTS):
        return ALLOWED
    return refused(_("Only a keeper of accounts can do this."))


def can_change_account(user: Any, account: Any) -> Decision:
    """Change somebody's account: its particulars, roles, password and whether it is active. Nobody does that to the
    own account, so nobody raises themselves; the site's administrators are changed by administrators alone."""
    keeps = can_keep_accounts(user)
    if not keeps:
        return keeps
    if user.pk == account.pk:
        return refused(_("Nobody changes their own account here. Ask another keeper of accounts."))
    if account.is_superuser and not user.is_superuser:
        return refused(_("Only an administrator of the site changes an administrator's account."))
    return ALLOWED


def can_ask_for_own_data(user: Any, worker: Any) -> Decision:
    """Ask for correction or deletion, take a copy, take back a consent: the person alone."""
    if worker.user_id is not None and worker.user_id == user.pk:
        return ALLOWED
    return refused(_("Only the person decides about their own data."))


def can_answer_data(user: Any, request: Any) -> Decision:
    """Answer a request about somebody's data: organisers and supervisors, never the person."""
    if not user.has_role(*AT_THE_DESK):
        return refused(_("Requests about personal data are answered by organisers and supervisors."))
    if request.worker.user_id == user.pk:
        return refused(_("Nobody decides about their own request."))
    return ALLOWED


def can_decide_data(user: Any, request: Any) -> Decision:
    """Decide a deletion that somebody else has proposed to grant or to refuse."""
    if request.first_by_id == user.pk:
        return refused(_("Who proposed cannot decide: a second person does."))
    return can_answer_data(user, request)
