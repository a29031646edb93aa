"""Who may do what with visits to firms and with talks: one function a question. Organisers triage and match, the firm's
contact speaks for the own firm alone, a craftsman for themselves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from craft_site.people.models import Employer
from honours.models import OutreachPicture, Speaker, Visit, VisitCraftsman


def can_request_visit(user: Any, employer: Employer) -> Decision:
    """The firm's contact for the own firm; the office for whoever called."""
    if user.has_role(roles.ORGANISER) or is_contact(user, employer.pk):
        return ALLOWED
    return refused(_("You can ask for help for your own firm only."))


def can_run_visits(user: Any) -> Decision:
    """Triage, match, write down, follow up, close."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("Only an organiser decides about visits."))


def can_cancel_visit(user: Any, visit: Visit) -> Decision:
    if user.has_role(roles.ORGANISER) or is_contact(user, visit.employer_id):
        return ALLOWED
    return refused(_("A visit is cancelled by the firm or by an organiser."))


def can_speak_for_firm(user: Any, visit: Visit) -> Decision:
    """Agree to the visit, rate it, allow publication: the firm's contact. The office writes down what a firm says that
    has no account here."""
    if is_contact(user, visit.employer_id):
        return ALLOWED
    if not user.has_role(roles.ORGANISER):
        return refused(_("Only the firm's contact answers for the firm."))
    contacts = visit.employer.contacts.filter(is_active=True, groups__name=roles.EMPLOYER)  # type: ignore[attr-defined]
    if contacts.exists():
        return refused(_("This firm has an account: its contact answers there."))
    return ALLOWED


def can_answer_invitation(user: Any, invited: VisitCraftsman) -> Decision:
    """The craftsman; the office for somebody who has no account here."""
    if invited.worker.user_id is None:
        return can_run_visits(user)
    if invited.worker.user_id == user.pk:
        return ALLOWED
    return refused(_("A craftsman with an account answers there, nobody for them."))


def can_add_picture(user: Any, visit: Visit) -> Decision:
    """Who was there: the firm, a craftsman who came, the office."""
    if user.has_role(roles.ORGANISER) or is_contact(user, visit.employer_id):
        return ALLOWED
    if VisitCraftsman.objects.filter(visit=visit, worker__user=user, came=True).exists():
        return ALLOWED
    return refused(_("Pictures are added by those who were there."))


def can_drop_picture(user: Any, picture: OutreachPicture) -> Decision:
    """Whoever added it, or the office."""
    if user.has_role(roles.ORGANISER) or picture.made_by_id == user.pk:
        return ALLOWED
    return refused(_("Only who added the picture, or an organiser, takes it away."))


def can_keep_talks(user: Any) -> Decision:
    """Speakers and talks."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("Only an organiser keeps talks and speakers."))


def can_say_named(user: Any, speaker: Speaker) -> Decision:
    """Whether public pages name a speaker: the person; the office writes it down for who has no account."""
    worker = speaker.worker
    if worker is not None and worker.user_id == user.pk:
        return ALLOWED
    if worker is None or worker.user_id is None:
        return can_keep_talks(user)
    return refused(_("Only the person decides whether they are named."))


def is_contact(user: Any, employer: int | None) -> bool:
    """Whether the account speaks for this firm (key)."""
    return bool(user.has_role(roles.EMPLOYER) and user.employer_id and user.employer_id == employer)
