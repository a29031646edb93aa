"""The roles a person may hold on the whole site. Group names are ASCII and never translated; labels are.

What somebody is in one contest (chief judge, coding judge, supervisor, ...) is a seat of that contest, not a role.
"""

from django.utils.translation import gettext_lazy as _

WORKER = "worker"
EMPLOYER = "employer"
REVIEWER = "reviewer"
ORGANISER = "organiser"
JUDGE = "judge"
SUPERVISOR = "supervisor"
EDITOR = "editor"
ACCOUNTS = "accounts"
FINANCE = "finance"

LABELS = {
    WORKER: _("Worker"),
    EMPLOYER: _("Employer's contact"),
    REVIEWER: _("Union reviewer"),
    ORGANISER: _("Organiser"),
    JUDGE: _("Judge"),
    SUPERVISOR: _("Supervisor"),
    EDITOR: _("Editor"),
    ACCOUNTS: _("Keeper of accounts"),
    FINANCE: _("Finance officer"),
}
ALL = tuple(LABELS)
DESK = (EMPLOYER, REVIEWER, ORGANISER, JUDGE, SUPERVISOR, ACCOUNTS, FINANCE)
