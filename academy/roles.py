"""Who may do what in the academy: one function a question, each answering with a reason. Views and verbs ask here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.models import Academy, Enrolment, TrainingClass
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from craft_site.people.models import Worker

OFFICE = (roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR)


def can_run_training(user: Any) -> Decision:
    """Keep academies, mentors, programmes and classes."""
    return ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only an organiser runs the academy."))


def teaches(user: Any, training_class: TrainingClass) -> bool:
    """Whether a session of the class is this person's to teach."""
    return training_class.sessions.filter(mentor__worker__user=user).exists()


def of_own_branch(user: Any, academy: Academy) -> bool:
    """Whether this reviewer's union is that of the firm in which the academy stands, or one above it. A branch without
    a firm of its own stands where the academy it belongs to does."""
    if not user.has_role(roles.REVIEWER) or user.union_id is None:
        return False
    firm = next((one.employer for one in academy.above() if one.employer_id), None)
    return firm is not None and firm.union is not None and user.union_id in {u.pk for u in firm.union.chain()}


def can_show_wall(user: Any, training_class: TrainingClass) -> Decision:
    """Show the code that signs people in: the organiser, the mentors who teach in the class, and the reviewer of the
    academy's own union, who stands in the room when the office does not."""
    if user.has_role(roles.ORGANISER) or of_own_branch(user, training_class.academy):
        return ALLOWED
    if teaches(user, training_class):
        return ALLOWED
    return refused(
        _("The code on the wall is shown by the organiser, the academy's own union or a mentor of the class.")
    )


def can_see_attendance(user: Any, training_class: TrainingClass) -> Decision:
    """See who was there: the office, and the mentors who teach in the class."""
    if user.has_role(*OFFICE) or teaches(user, training_class):
        return ALLOWED
    return refused(_("Attendance is seen by the office and the mentors of the class."))


def can_enter_marks(user: Any, training_class: TrainingClass) -> Decision:
    """Enter marks of the exam: the organiser, and the mentors who teach in the class."""
    if user.has_role(roles.ORGANISER) or teaches(user, training_class):
        return ALLOWED
    return refused(_("Marks are entered by the organiser or a mentor of the class."))


def can_load_roster(user: Any, employer: int | None) -> Decision:
    """Enrol many by a roster: the organiser for every firm, a contact for the own. employer: its key."""
    if user.has_role(roles.ORGANISER):
        return ALLOWED
    if user.has_role(roles.EMPLOYER) and employer is not None and user.employer_id == employer:
        return ALLOWED
    return refused(_("A roster is loaded by the organiser or by the employer's own contact."))


def can_enrol(user: Any, worker: Worker) -> Decision:
    """Enrol somebody else: the organiser everybody, a contact the firm's people."""
    return can_load_roster(user, worker.employer_id)


def can_enrol_late(user: Any) -> Decision:
    """Let a worker into a class that runs: the organiser alone."""
    return can_run_training(user)


def can_withdraw(user: Any, enrolment: Enrolment) -> Decision:
    """Give somebody's place back: the organiser, the contact of the firm that enrolled them, the person."""
    if enrolment.worker.user_id is not None and enrolment.worker.user_id == user.pk:
        return ALLOWED
    return can_load_roster(user, enrolment.employer_id)
