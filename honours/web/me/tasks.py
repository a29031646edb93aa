"""What somebody still owes the wing of honours, for the first page of /me/: a craftsman's and a firm's answers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from craft_site.people import roles
from craft_site.people.models import Worker
from honours.models import Visit, VisitCraftsman

S = Visit.State
MOST = 20


def owed(worker: Worker | None, user: Any = None) -> list[dict[str, Any]]:
    """Tasks as components/task_list.html takes them. user: the account, for a firm's contact, who may be no worker.
    At most two queries."""
    rows = _of_craftsman(worker) if worker is not None else []
    return rows + of_firm(user) if user is not None else rows


def _of_craftsman(worker: Worker) -> list[dict[str, Any]]:
    asked = VisitCraftsman.objects.filter(
        worker=worker, answer=VisitCraftsman.Answer.ASKED, visit__state=S.MATCHED
    ).select_related("visit__employer")
    return [
        _task(
            _("Can you help %(firm)s?") % {"firm": one.visit.employer},
            f"{one.visit.planned_on:%Y-%m-%d} · {one.visit.place}",
            one.visit.my_url(),
            _("Waits for your answer"),
            "bad" if one.visit.is_late else "warn",
        )
        for one in asked.order_by("visit__planned_on", "pk")[:MOST]
    ]


def speaks_for_a_firm(user: Any) -> bool:
    return bool(user.has_role(roles.EMPLOYER) and user.employer_id)


def of_firm(user: Any) -> list[dict[str, Any]]:
    """Proposals to agree to and visits to rate; nothing for whoever speaks for no firm."""
    if not speaks_for_a_firm(user):
        return []
    waits = Visit.objects.filter(employer=user.employer_id, state__in=(S.MATCHED, S.VISITED, S.FOLLOWED_UP))
    rows = []
    for visit in waits.order_by("due_on", "pk")[:MOST]:
        late = "bad" if visit.is_late else "warn"
        if visit.state == S.MATCHED and visit.firm_agreed_on is None:
            title = _("Does this day suit your firm: %(day)s?") % {"day": f"{visit.planned_on:%Y-%m-%d}"}
            rows.append(_task(title, visit.number, visit.my_url(), _("Waits for your answer"), late))
        elif visit.state != S.MATCHED and visit.rating is None:
            title = _("Rate the visit of %(day)s") % {"day": f"{visit.visited_on:%Y-%m-%d}"}
            url = reverse("me:firm_visit_rate", args=(visit.uuid,))
            rows.append(_task(title, visit.number, url, _("To rate"), "warn"))
    return rows


def _task(title: str, hint: str, url: str, status: str, kind: str) -> dict[str, Any]:
    return {"title": title, "hint": hint, "url": url, "status": status, "status_kind": kind}
