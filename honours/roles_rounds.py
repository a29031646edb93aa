"""Who may do what with rounds and nominations: one function a question, each answering with a reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from craft_site.people.models import Employer, Union
from honours.models import Conferral, Nomination, city_of

S = Nomination.State
UNIT_STEPS = (S.DRAFT, S.RETURNED, S.NOMINATED, S.UNIT_MET, S.UNIT_POSTED)


def can_run_rounds(user: Any) -> Decision:
    """Make, open and close rounds; enter what departments answered; report up; propose conferrals."""
    return (
        ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only an organiser runs rounds of honours."))
    )


def can_nominate(user: Any, employer: Employer) -> Decision:
    """Put somebody of a firm up: its contact, the reviewer of its union, the organiser."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    if user.has_role(roles.EMPLOYER) and user.employer_id == employer.pk:
        return ALLOWED
    if user.has_role(roles.REVIEWER) and user.union_id is not None and user.union_id == employer.union_id:
        return ALLOWED
    return refused(_("Nominations come from the unit: its contact, its union, or the organiser for it."))


def can_write(user: Any, nomination: Nomination) -> Decision:
    """Change what a nomination says, hand it in, take it back: whoever may nominate there."""
    return can_nominate(user, nomination.employer)


def can_act(user: Any, nomination: Nomination) -> Decision:
    """Take the step that the nomination waits for: a reviewer of that union; in the unit the organiser as well, who
    enters what came on paper. Nobody acts on the own nomination, and nobody reviews what they wrote."""
    if nomination.worker is not None and nomination.worker.user_id == user.pk:
        return refused(_("Nobody decides on their own nomination."))
    in_unit = nomination.state in UNIT_STEPS
    if not in_unit and nomination.made_by_id == user.pk:
        return refused(_("Who wrote the nomination does not review it: a colleague does."))
    if in_unit and user.has_role(roles.ORGANISER):
        return ALLOWED
    if user.has_role(roles.REVIEWER) and user.union_id and user.union_id == nomination.waits_for_id:
        return ALLOWED
    return refused(_("This nomination waits for another union."))


def can_refuse(user: Any, nomination: Nomination) -> Decision:
    """Refuse or return it: whoever takes its next step; from the city on the city's reviewers and the organiser."""
    if nomination.worker is not None and nomination.worker.user_id == user.pk:
        return refused(_("Nobody decides on their own nomination."))
    late = (S.AT_CITY, S.CLEARING, S.CLEARED, S.CITY_POSTED, S.LISTED, S.REPORTED)
    if nomination.state in late and (city_of(user) or user.has_role(roles.ORGANISER)):
        return ALLOWED
    return can_act(user, nomination)


def can_speak_for_self(user: Any, nomination: Nomination) -> Decision:
    """Agree to the own nomination, decline it, say what is wrong in it: the nominee alone."""
    if nomination.worker is not None and nomination.worker.user_id == user.pk:
        return ALLOWED
    return refused(_("Only the nominee speaks for themselves."))


def can_answer_nominee(user: Any, nomination: Nomination) -> Decision:
    """Answer what the nominee says is wrong: whoever may return the nomination, or wrote it; never the nominee."""
    if can_speak_for_self(user, nomination):
        return refused(_("Nobody decides on their own nomination."))
    return ALLOWED if can_write(user, nomination) else can_refuse(user, nomination)


def can_post(user: Any, union: Union | None) -> Decision:
    """Put names on notice and end it: a reviewer of the union whose notice it is, or the organiser."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    if union is not None and user.has_role(roles.REVIEWER) and user.union_id == union.pk:
        return ALLOWED
    return refused(_("This notice is another union's."))


def can_answer(user: Any) -> Decision:
    """Read who objected and answer: the city's reviewers and the organiser, at every stage. A unit does not learn who
    objected to its own candidate."""
    if city_of(user) or user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("Objections are answered by the city federation."))


def can_confirm(user: Any, conferral: Conferral) -> Decision:
    """Confirm a conferral: another organiser, or a reviewer of the city; never who proposed it, nor who is on it."""
    if user.pk == conferral.proposed_by_id:
        return refused(_("Whoever entered the decree does not confirm it: a colleague does."))
    if conferral.nominations.filter(worker__user=user).exists():  # type: ignore[attr-defined]
        return refused(_("Nobody decides on their own nomination."))
    if user.has_role(roles.ORGANISER) or city_of(user):
        return ALLOWED
    return refused(_("A conferral is confirmed by an organiser or the city federation."))
