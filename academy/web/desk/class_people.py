"""The people of a class: who has a place, who waits and in which order; enrolling one, giving a place back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from academy import roles
from academy.domain import enrolments as verbs
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, TrainingClass
from academy.rules.completion import Held, outlook
from academy.web.desk.class_nav import OFFICE_AND_FIRMS, class_at_desk, class_page, form_page
from academy.web.desk.worker_choice import WorkerChoice, answer_status
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.kit.xlsx_out import Book
from craft_site.people import roles as site_roles
from craft_site.people.models import Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(*OFFICE_AND_FIRMS)
organiser_only = needs(site_roles.ORGANISER)
who_enrols = needs(site_roles.ORGANISER, site_roles.EMPLOYER)
S = Enrolment.State
STATE_KIND = {
    S.ENROLLED: "info",
    S.WAITING: "warn",
    S.WITHDRAWN: "plain",
    S.COMPLETED: "good",
    S.FAILED: "bad",
}


@at_the_desk
@never_cache
def people(request: PersonRequest, code: str) -> HttpResponse:
    """Those with a place, the waiting list in its order, and who withdrew. A firm's contact reads the own people, with
    their true place in the list."""
    held = class_at_desk(request, code)
    mine = list(_of(request, held))
    order = {pk: number for number, pk in enumerate(verbs.queue_of(held), start=1)}
    seated = sorted((one for one in mine if one.state in Enrolment.SEATED), key=lambda one: one.worker.name)
    waiting = [one for one in mine if one.state == S.WAITING]
    may_run = bool(roles.can_run_training(request.user))
    return class_page(
        request,
        held,
        "class_people",
        room="people",
        seated=[_row(request, held, one) for one in seated],
        waiting=[_row(request, held, one) | {"number": order.get(one.pk)} for one in waiting],
        withdrawn=[one for one in mine if one.state == S.WITHDRAWN],
        may_enrol_late=held.state == TrainingClass.State.RUNNING and bool(roles.can_enrol_late(request.user)),
        may_enrol=held.takes_enrolments() and (may_run or request.user.has_role(site_roles.EMPLOYER)),
        own_only=not request.user.has_role(*roles.OFFICE),
    )


def _of(request: PersonRequest, held: TrainingClass) -> Any:
    shown = Enrolment.objects.visible_to(request.user).filter(training_class=held)
    return shown.select_related("worker", "employer").order_by("queued_at", "pk")


def _row(request: PersonRequest, held: TrainingClass, one: Enrolment) -> dict[str, Any]:
    open_class = held.state not in verbs.CLOSED
    return {
        "enrolment": one,
        "kind": STATE_KIND[S(one.state)],
        "may_withdraw": open_class and bool(roles.can_withdraw(request.user, one)),
    }


@at_the_desk
def export(request: PersonRequest, code: str) -> HttpResponse:
    """The people of the class as a workbook, for the door: no document and no telephone number."""
    held = class_at_desk(request, code)
    heads = (
        _("Name"),
        _("Employer"),
        _("Post"),
        _("State"),
        _("From the employer's roster"),
        _("Asked on"),
        _("Joined late on"),
    )
    rows = [
        (
            one.worker.name,
            str(one.employer or ""),
            one.worker.post,
            one.get_state_display(),
            one.from_roster,
            one.queued_at,
            one.late_at,
        )
        for one in _of(request, held)
    ]
    book = Book()
    book.add_sheet(_("People"), heads, rows, caption=str(held))
    return book.response(" ".join((str(held), _("People"))))


@who_enrols
@never_cache
def enrol(request: PersonRequest, code: str) -> HttpResponse:
    """Enrols one worker: the organiser anybody, a contact somebody of the firm."""
    held = class_at_desk(request, code)
    back = reverse("desk:class_people", args=(code,))
    form = WorkerChoice(posted(request), among=Worker.objects.visible_to(request.user))
    if request.method == "POST" and form.is_valid():
        worker = form.cleaned_data["worker"]
        roles.can_enrol(request.user, worker).or_refuse()
        try:
            made = verbs.enrol(training_class=held, worker=worker, by=request.user)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            words = _("%(name)s: %(state)s.")
            messages.success(request, words % {"name": worker.name, "state": made.get_state_display()})
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Enrol one worker"),
        submit=_("Enrol"),
        back=back,
        held=held,
        room="people",
        status=answer_status(form),
    )


class LateForm(WorkerChoice):
    """Who comes late into a class that runs, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("For example: the firm sent the list late. It stands in the class's record."),
    )


@organiser_only
@never_cache
def enrol_late(request: PersonRequest, code: str) -> HttpResponse:
    """Lets one worker into a class that runs, saying what is missed already."""
    held = class_at_desk(request, code)
    back = reverse("desk:class_people", args=(code,))
    form = LateForm(posted(request), among=Worker.objects.visible_to(request.user))
    if request.method == "POST" and form.is_valid():
        worker = form.cleaned_data["worker"]
        try:
            verbs.enrol_late(
                training_class=held, worker=worker, reason=form.cleaned_data["reason"], by=request.user
            )
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s has joined the class.") % {"name": worker.name})
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Let a worker join late"),
        submit=_("Let the worker join"),
        intro=_missed_words(held),
        back=back,
        held=held,
        room="people",
        status=answer_status(form),
    )


def _missed_words(held: TrainingClass) -> str:
    """What whoever joins now has missed, and whether the attendance needed can still be reached."""
    now = timezone.now()
    taken = [(Held(hours=one.hours, turns=1, made=0), one.ends_at <= now) for one in held.sessions.all()]
    ahead = outlook(taken, attendance_percent=held.programme.attendance_percent)
    said = _(
        "%(missed)s of %(hours)s class hours are over. They count as missed, with coming late as the reason; "
        "whoever was there all the same is signed in on the page of attendance."
    ) % {"missed": ahead.missed, "hours": ahead.missed + ahead.ahead}
    if not ahead.within_reach:
        said += " " + _(
            "The attendance needed, %(percent)s %%, cannot be reached any more: the course will not be completed."
        ) % {"percent": held.programme.attendance_percent}
    return said


def _moved_up_words(request: PersonRequest, held: TrainingClass, moved_up: list[Enrolment]) -> str:
    """Who has the place now; a firm's contact reads the names of the firm's own people alone."""
    if not moved_up:
        return ""
    seen = _of(request, held).filter(pk__in=[one.pk for one in moved_up])
    names = list(seen.order_by("queued_at", "pk").values_list("worker__name", flat=True))
    if not names:
        return _("The first of the waiting list has moved up.")
    return _("Moved up from the waiting list: %(names)s.") % {"names": listed(names)}


@who_enrols
@never_cache
def withdraw(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Asks once more, naming who moves up; then gives the place back."""
    held = class_at_desk(request, code)
    one = get_object_or_404(_of(request, held), uuid=uuid)
    roles.can_withdraw(request.user, one).or_refuse()
    if request.method == "POST":
        try:
            moved_up = verbs.withdraw(enrolment=one, by=request.user)
        except TrainingRefused as refused:
            messages.error(request, str(refused))
        else:
            said = _("%(name)s has withdrawn.") % {"name": one.worker.name}
            messages.success(request, f"{said} {_moved_up_words(request, held, moved_up)}".strip())
        return redirect("desk:class_people", code)
    return class_page(
        request,
        held,
        "class_withdraw",
        room="people",
        enrolment=one,
        waiting=len(verbs.queue_of(held)) if one.state != S.WAITING else 0,
    )


urlpatterns = [
    path("academy/classes/<slug:code>/people/", people, name="class_people"),
    path("academy/classes/<slug:code>/people/export/", export, name="class_people_export"),
    path("academy/classes/<slug:code>/people/enrol/", enrol, name="class_enrol"),
    path("academy/classes/<slug:code>/people/late/", enrol_late, name="class_enrol_late"),
    path("academy/classes/<slug:code>/people/<uuid:uuid>/withdraw/", withdraw, name="class_withdraw"),
]
