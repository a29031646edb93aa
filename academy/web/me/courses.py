"""A worker's courses, phone first: find a class, enrol, see where one stands, ask leave, rate, withdraw."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy import noticeboard
from academy.domain import accounts, attendance, enrolments, feeds, standing
from academy.domain.refusals import TrainingRefused
from academy.models import ClassSession, Enrolment, TrainingClass
from academy.noticeboard import Course
from academy.web.class_filter import ClassFilter
from academy.web.me import course_tasks
from academy.web.me.course_forms import LeaveForm, RatingForm
from academy.web.me.course_words import (
    STATE_KIND,
    UNDER_WAY,
    mark_rows,
    next_words,
    sitting_row,
    verdict_words,
)
from craft_site.kit import ical
from craft_site.kit.access import signed_in
from craft_site.people.models import Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

S = Enrolment.State
PER_PAGE = 24


def page(request: PersonRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context["me_nav"] = me_nav(request)
    return render(request, f"academy/me/{name}.html", context, status=status)


def answered(form: Any) -> int:
    """200 for a form that is shown, 422 for one that comes back with what is wrong."""
    return 422 if form.errors else 200


def _worker(request: PersonRequest) -> Worker | None:
    return Worker.objects.filter(user=request.user).select_related("employer").first()


def _course(request: PersonRequest, code: str) -> Course:
    found = noticeboard.courses(TrainingClass.objects.visible_to(request.user).filter(code=code))
    if not found:
        raise Http404("no such class is announced")
    return found[0]


def _own(request: PersonRequest, held: TrainingClass) -> Enrolment | None:
    """My own enrolment in this class, also one that I withdrew from: whatever other roles I hold."""
    mine = Enrolment.objects.visible_to(request.user).filter(worker__user=request.user)
    found = mine.filter(training_class=held).select_related("worker").first()
    if found is not None:
        found.training_class = held
    return found


def _taking_part(request: PersonRequest, code: str) -> tuple[Course, Enrolment]:
    """The class and my place or waiting place in it, else 404."""
    course = _course(request, code)
    enrolment = _own(request, course.held)
    if enrolment is None or enrolment.state == S.WITHDRAWN:
        raise Http404("not enrolled in this class")
    return course, enrolment


@signed_in
@never_cache
def courses(request: PersonRequest) -> HttpResponse:
    """My courses first, then the classes that I can still enrol in."""
    worker = _worker(request)
    open_now = noticeboard.open_classes()
    if worker is not None:
        mine = Enrolment.objects.filter(worker=worker).exclude(state=S.WITHDRAWN)
        open_now = open_now.exclude(pk__in=mine.values("training_class"))
    chosen = ClassFilter(request.GET, classes=open_now)
    found = Paginator(chosen.narrowed(open_now).for_desk().with_counts(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "mine": course_tasks.my_courses(worker),
        "teaches": course_tasks.teaching(request.user),
        "filter": chosen,
        "found": found,
        "courses": noticeboard.as_courses(found),
        "page_title": _("My courses"),
    }
    return page(request, "courses", context)


@signed_in
@never_cache
def course(request: PersonRequest, code: str) -> HttpResponse:
    """Where I stand in a class; what it is and how to get in for whoever is not in it."""
    found = _course(request, code)
    held = found.held
    enrolment = _own(request, held)
    context: dict[str, Any] = {"course": found, "page_title": str(held)}
    if enrolment is None or enrolment.state == S.WITHDRAWN:
        return page(request, "course_offer", context | {"sessions": noticeboard.timetable(held)})
    context |= {
        "enrolment": enrolment,
        "kind": STATE_KIND[S(enrolment.state)],
        "may_withdraw": S.WITHDRAWN in enrolments.MOVES[enrolment.state] and held.state in UNDER_WAY,
        "queue": enrolments.place_in_queue(enrolment),
    }
    now = timezone.now()
    stands = standing.of(enrolment, now)
    enrolled = enrolment.state == S.ENROLLED
    context["rows"] = [sitting_row(one, held, now, enrolled=enrolled) for one in stands.sittings]
    if enrolment.state in Enrolment.SEATED and held.state != TrainingClass.State.CANCELLED:
        context |= {
            "verdict": verdict_words(stands, held, enrolment.state),
            "marks": mark_rows(stands, held),
            "may_rate": held.state == TrainingClass.State.FINISHED and not enrolment.rated,
        }
    return page(request, "course", context)


@signed_in
@never_cache
def enrol(request: PersonRequest, code: str) -> HttpResponse:
    """What enrolling means for me, and the button."""
    found = _course(request, code)
    worker = _worker(request)
    if worker is None:
        messages.info(request, _("Add your identity document first; then you can enrol."))
        return redirect("me:record")
    mine = _own(request, found.held)
    if mine is not None and mine.state != S.WITHDRAWN:
        return redirect("me:course", code=code)
    status = 200
    if request.method == "POST":
        try:
            enrolments.enrol(training_class=found.held, worker=worker, by=request.user)
        except TrainingRefused as refusal:
            messages.error(request, str(refusal))
            status = 422
        else:
            return redirect("me:enrolled", code=code)
    context = {
        "course": found,
        "worker": worker,
        "clashes": standing.clashes(worker, found.held) if found.takes else [],
        "page_title": _("Enrol"),
    }
    return page(request, "course_enrol", context, status=status)


@signed_in
@never_cache
def enrolled(request: PersonRequest, code: str) -> HttpResponse:
    """The place or the number in the waiting list, and what happens next."""
    found, enrolment = _taking_part(request, code)
    first = next((one for one in noticeboard.timetable(found.held) if one.ends_at > timezone.now()), None)
    queue = enrolments.place_in_queue(enrolment)
    context = {
        "course": found,
        "title": _("You are in the waiting list") if queue else _("You are enrolled"),
        "queue": queue,
        "next_step": next_words(enrolment, first, queue),
    }
    return page(request, "course_enrolled", context)


@signed_in
@never_cache
def withdraw(request: PersonRequest, code: str) -> HttpResponse:
    """Asks once, then gives the place back."""
    found, enrolment = _taking_part(request, code)
    if request.method == "POST":
        try:
            enrolments.withdraw(enrolment=enrolment, by=request.user)
        except TrainingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have withdrawn from this class."))
        return redirect("me:course", code=code)
    return page(request, "course_withdraw", {"course": found, "enrolment": enrolment})


@signed_in
@never_cache
def leave(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """Asks to be away from one session, with the reason."""
    found, enrolment = _taking_part(request, code)
    session = get_object_or_404(ClassSession.objects.filter(training_class=found.held).for_lists(), uuid=uuid)
    known = enrolment.leaves.filter(session=session).first()
    form = LeaveForm(posted(request), initial={"reason": known.reason if known else ""})
    if request.method == "POST" and form.is_valid():
        try:
            attendance.ask_leave(enrolment=enrolment, session=session, by=request.user, **form.cleaned_data)
        except TrainingRefused as refusal:
            form.add_error("reason" if refusal.field == "reason" else None, str(refusal))
        else:
            messages.success(request, _("The office has your request; its answer stands beside the session."))
            return redirect("me:course", code=code)
    context = {"course": found, "session": session, "form": form, "asked": known is not None}
    return page(request, "course_leave", context, status=answered(form))


@signed_in
@never_cache
def rate(request: PersonRequest, code: str) -> HttpResponse:
    """One form a person, which knows neither its writer nor its hour."""
    found, enrolment = _taking_part(request, code)
    if enrolment.rated:
        messages.info(request, _("You have rated this class already."))
        return redirect("me:course", code=code)
    form = RatingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.give_opinion(enrolment=enrolment, **form.cleaned_data)
        except TrainingRefused as refusal:
            form.add_error("score" if refusal.field == "score" else None, str(refusal))
        else:
            messages.success(request, _("Thank you. Nobody can tell which form is yours."))
            return redirect("me:course", code=code)
    return page(request, "course_rate", {"course": found, "form": form}, status=answered(form))


@signed_in
@never_cache
def calendar(request: PersonRequest, code: str) -> HttpResponse:
    """The timetable of one class as a file."""
    held = _course(request, code).held
    return ical.response(held.code, feeds.class_feed(held))


@signed_in
@never_cache
def my_calendar(request: PersonRequest) -> HttpResponse:
    """The address under which a calendar program finds my sessions; drawn, drawn anew or given up."""
    if request.method == "POST":
        if request.POST.get("act") == "give_up":
            feeds.give_up_address(user=request.user)
            messages.success(request, _("The address is closed: nobody sees anything under it any more."))
        else:
            feeds.draw_address(user=request.user)
            messages.success(request, _("Here is your address. An earlier one is closed."))
        return redirect("me:my_calendar")
    address = feeds.address_of(request.user)
    token = feeds.address_token(address) if address else ""
    url = request.build_absolute_uri(reverse("academy:calendar_feed", args=(token,))) if token else ""
    return page(request, "my_calendar", {"address": address, "url": url})


urlpatterns = [
    path("academy/courses/", courses, name="courses"),
    path("academy/calendar/", my_calendar, name="my_calendar"),
    path("academy/courses/<slug:code>/", course, name="course"),
    path("academy/courses/<slug:code>/enrol/", enrol, name="enrol"),
    path("academy/courses/<slug:code>/enrolled/", enrolled, name="enrolled"),
    path("academy/courses/<slug:code>/withdraw/", withdraw, name="course_withdraw"),
    path("academy/courses/<slug:code>/leave/<uuid:uuid>/", leave, name="leave_ask"),
    path("academy/courses/<slug:code>/rate/", rate, name="course_rate"),
    path("academy/courses/<slug:code>/calendar.ics", calendar, name="course_calendar"),
]
