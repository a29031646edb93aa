"""Classes at the desk: the list with filters and workbook, planning and changing, one class and its next moves."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import class_changes, classes, feeds
from academy.domain.accounts import balance, rating
from academy.domain.refusals import TrainingRefused
from academy.models import ClassSession, TrainingClass
from academy.web.desk.class_forms import MOVE_WORDS, ClassForm, ClassMoveForm, NewClassForm
from academy.web.desk.class_nav import OFFICE_AND_FIRMS, class_at_desk, class_page, form_page
from academy.web.desk.class_tables import ClassFilter, ClassTable, percent_of, workbook
from academy.web.desk.nav import academy_page
from academy.web.fields import put_refusal
from craft_site.kit import ical
from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.kit.money import yuan
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(*OFFICE_AND_FIRMS)
organiser_only = needs(site_roles.ORGANISER)
NEXT_SESSIONS = 5
S = TrainingClass.State


class ClassList(DeskList):
    """Every class for the office, the announced ones for a firm's contact."""

    access = frozenset(OFFICE_AND_FIRMS)
    table_class = ClassTable
    filterset_class = ClassFilter
    template_name = "academy/desk/classes.html"

    def get_queryset(self) -> Any:
        return _listed(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        may_run = bool(roles.can_run_training(self.request.user))
        return context | academy_page(self.request, "classes") | {"may_run": may_run}


def _listed(user: Any) -> Any:
    """The latest first, said here because counting drops the order of the model."""
    found = TrainingClass.objects.visible_to(user).for_desk().with_counts()
    return found.order_by("-starts_on", "-pk")


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = ClassFilter(request.GET, queryset=_listed(request.user))
    if not found.is_valid():
        return redirect(f"{reverse('desk:classes')}?{request.GET.urlencode()}")
    return workbook(found.qs).response(_("Classes"))


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """Plans a class. ?after=code begins with what that class was, one edition later."""
    form = NewClassForm(posted(request), initial=_after(request))
    if request.method == "POST" and form.is_valid():
        try:
            held = classes.plan_class(training_class=form.instance, by=request.user)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The class is planned. Next comes its timetable."))
            return redirect("desk:class_timetable", held.code)
    return form_page(
        request,
        form,
        title=_("Plan a class"),
        submit=_("Plan the class"),
        back=reverse("desk:classes"),
        status=422 if form.is_bound else 200,
    )


def _after(request: PersonRequest) -> dict[str, Any]:
    before = (
        TrainingClass.objects.visible_to(request.user).filter(code=request.GET.get("after", "")[:50]).first()
    )
    if before is None:
        return {}
    kept = ("academy_id", "programme_id", "kind", "places", "sign_ins", "budget")
    return {name.removesuffix("_id"): getattr(before, name) for name in kept} | {
        "edition": before.edition + 1
    }


@organiser_only
@never_cache
def edit(request: PersonRequest, code: str) -> HttpResponse:
    held = class_at_desk(request, code)
    form = ClassForm(posted(request), instance=class_at_desk(request, code))
    if request.method == "POST" and form.is_valid():
        try:
            class_changes.change_class(training_class=form.instance, by=request.user)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The class has been changed."))
            return redirect(held)
    return form_page(
        request,
        form,
        title=_("Change the class"),
        back=held.get_absolute_url(),
        held=held,
        status=422 if form.is_bound else 200,
    )


@at_the_desk
@never_cache
def training_class(request: PersonRequest, code: str) -> HttpResponse:
    """One class: where it stands, what it may become, what comes next in it."""
    held = class_at_desk(request, code)
    office = request.user.has_role(*roles.OFFICE)
    sessions = list(held.sessions.select_related("mentor__worker", "place").order_by("starts_at", "pk"))
    known = classes.Standing(len(sessions), *classes.people_of(held))
    now = timezone.now()
    may_run = bool(roles.can_run_training(request.user))
    return class_page(
        request,
        held,
        "class",
        room="class",
        figures=_figures(held, known, sessions, office=office),
        moves=_moves(held, known) if may_run else [],
        coming=[one for one in sessions if one.ends_at >= now][:NEXT_SESSIONS],
        office=office,
        may_show=bool(roles.can_show_wall(request.user, held)),
        may_load=bool(roles.can_load_roster(request.user, request.user.employer_id)),
    )


def _figures(
    held: TrainingClass, known: classes.Standing, sessions: list[ClassSession], *, office: bool
) -> list[dict[str, Any]]:
    taken, waiting = known.seated, known.waiting
    over = [one for one in sessions if one.ends_at <= timezone.now()]
    found: list[dict[str, Any]] = [
        {
            "label": _("Places taken"),
            "value": taken,
            "max": held.places,
            "percent": percent_of(taken, held.places),
            "note": _("%(waiting)s waiting") % {"waiting": waiting} if waiting else "",
        },
        {
            "label": _("Sessions held"),
            "value": len(over),
            "max": len(sessions),
            "percent": percent_of(len(over), len(sessions)),
        },
        {
            "label": _("Class hours in the timetable"),
            "value": sum(one.hours for one in sessions),
            "max": held.programme.hours,
            "unit": _("of 45 minutes"),
            "percent": percent_of(sum(one.hours for one in sessions), held.programme.hours),
        },
    ]
    if not office:
        return found
    money, rated = balance(held), rating(held)
    url = reverse("desk:class_accounts", args=(held.code,))
    found.append(
        {
            "label": _("Spent"),
            "value": yuan(money.spent),
            "max": None if money.budget is None else yuan(money.budget),
            "unit": _("yuan"),
            "percent": percent_of(int(money.spent), int(money.budget)) if money.budget else None,
            "kind": "bad" if money.left is not None and money.left < 0 else "",
            "why_url": url,
            "why": _("Costs"),
        }
    )
    if rated.mean is not None:
        found.append(
            {"label": _("Satisfaction"), "value": rated.mean, "max": 5, "why_url": url, "why": _("Opinions")}
        )
    return found


def _moves(held: TrainingClass, known: classes.Standing) -> list[dict[str, Any]]:
    """What the class may become: {to, label, reason, url of a deed, lacking}."""
    return [
        {
            "to": to,
            "label": MOVE_WORDS[S(to)],
            "reason": to in classes.NEEDS_REASON,
            "url": reverse("desk:class_completion", args=(held.code,)) if to in classes.BY_DEED else "",
            "lacking": classes.lacking(held, to, known),
            "danger": to == S.CANCELLED,
        }
        for to in classes.MOVES[held.state]
    ]


@organiser_only
@require_POST
def move(request: PersonRequest, code: str) -> HttpResponse:
    """Moves the class on, with a reason where one is needed. Whether it begins early is asked once more."""
    held = class_at_desk(request, code)
    form = ClassMoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This move is not made here."))
        return redirect(held)
    asked = form.cleaned_data["to"] == S.RUNNING and not form.cleaned_data["early"]
    if asked and not classes.lacking(held, S.RUNNING) and (start := classes.early_start(held)):
        return class_page(request, held, "class_early", room="class", start=start)
    try:
        classes.move(training_class=held, by=request.user, **form.cleaned_data)
    except TrainingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The class is now: %(state)s.") % {"state": held.get_state_display()})
    return redirect(held)


@at_the_desk
def calendar(request: PersonRequest, code: str) -> HttpResponse:
    """The timetable for a calendar program."""
    held = class_at_desk(request, code)
    return ical.response(str(held), feeds.class_feed(held))


urlpatterns = [
    path("academy/classes/", ClassList.as_view(), name="classes"),
    path("academy/classes/export/", export, name="classes_export"),
    path("academy/classes/new/", new, name="class_new"),
    path("academy/classes/<slug:code>/", training_class, name="class"),
    path("academy/classes/<slug:code>/edit/", edit, name="class_edit"),
    path("academy/classes/<slug:code>/move/", move, name="class_move"),
    path("academy/classes/<slug:code>/calendar.ics", calendar, name="class_calendar"),
]
