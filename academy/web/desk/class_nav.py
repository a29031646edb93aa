"""What the pages of one class have in common: the class, its rooms beside the page, its state in words."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from academy import roles
from academy.models import TrainingClass
from academy.web.desk.nav import academy_page
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

S = TrainingClass.State
STATE_KIND = {S.PLANNED: "plain", S.OPEN: "info", S.RUNNING: "good", S.FINISHED: "dark", S.CANCELLED: "bad"}
OFFICE_AND_FIRMS = (*roles.OFFICE, site_roles.EMPLOYER)

# key, title, address; who sees it: everybody at the desk, the office, or a mentor of the class as well.
ROOMS: tuple[tuple[str, Promise, str, str], ...] = (
    ("class", pgettext_lazy("class", "Overview"), "desk:class", "desk"),
    ("timetable", gettext_lazy("Timetable"), "desk:class_timetable", "desk"),
    ("people", gettext_lazy("People"), "desk:class_people", "desk"),
    ("attendance", gettext_lazy("Attendance"), "desk:class_attendance", "mentor"),
    ("marks", gettext_lazy("Exam marks"), "desk:class_marks", "marks"),
    ("completion", gettext_lazy("Completion"), "desk:class_completion", "office"),
    ("accounts", gettext_lazy("Costs and opinions"), "desk:class_accounts", "office"),
)


def class_at_desk(request: PersonRequest, code: str) -> TrainingClass:
    """The class, if the person may know of it; else 404."""
    found = TrainingClass.objects.visible_to(request.user).for_desk().with_branch()
    return get_object_or_404(found, code=code)


def class_page(
    request: PersonRequest, held: TrainingClass, name: str, *, room: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the class. name: of its template; room: a key of ROOMS."""
    at_desk = request.user.has_role(*OFFICE_AND_FIRMS)
    base = {
        # A mentor comes from the own pages and goes back there.
        "desk_home": "" if at_desk else reverse("me:academy"),
        "class_url": held.get_absolute_url() if at_desk else "",
        "desk_nav": _rooms(request, held, room),
        "desk_title": str(held),
        "desk_subtitle": str(held.academy),
        "held": held,
        "state_kind": STATE_KIND[S(held.state)],
        "may_run": bool(roles.can_run_training(request.user)),
    }
    return render(request, f"academy/desk/{name}.html", base | context, status=status)


def form_page(
    request: PersonRequest,
    form: Any,
    *,
    title: str,
    back: str,
    section: str = "classes",
    held: TrainingClass | None = None,
    room: str = "class",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """A page that is one form. back: where Cancel leads; more: submit, intro, multipart."""
    context = {"form": form, "heading": title, "cancel_url": back, "submit": "", "intro": ""} | more
    if held is not None:
        return class_page(request, held, "form", room=room, status=status, **context)
    return render(request, "academy/desk/form.html", academy_page(request, section) | context, status=status)


def _rooms(request: PersonRequest, held: TrainingClass, current: str) -> list[dict[str, Any]]:
    user = request.user
    office, desk = user.has_role(*roles.OFFICE), user.has_role(*OFFICE_AND_FIRMS)
    mentor = (not office or current == "marks") and roles.teaches(user, held)
    open_to = {
        "desk": desk,
        "office": office,
        "mentor": office or mentor,
        "marks": user.has_role(site_roles.ORGANISER) or mentor,
    }
    found: list[dict[str, Any]] = []
    if desk:
        found.append({"title": _("All classes"), "url": reverse("desk:classes"), "current": False})
    found += [
        {"title": title, "url": reverse(name, args=(held.code,)), "current": key == current}
        for key, title, name, who in ROOMS
        if open_to[who]
    ]
    return found
