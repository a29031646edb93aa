"""Classes for everybody: which are open, what one teaches and when, its timetable for a calendar.

An academy with a page of its own shows its classes there: an address here leads to that one.
"""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy import noticeboard
from academy.domain import feeds
from academy.noticeboard import Course
from academy.pages import page_of
from academy.web.class_filter import ClassFilter
from craft_site.kit import ical
from craft_site.kit.access import public

PER_PAGE = 24


@public
@never_cache
def classes(request: HttpRequest) -> HttpResponse:
    """Those that take enrolments now."""
    open_now = noticeboard.open_classes()
    chosen = ClassFilter(request.GET, classes=open_now)
    found = Paginator(chosen.narrowed(open_now).for_desk().with_counts(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "filter": chosen,
        "found": found,
        "courses": noticeboard.as_courses(found),
        "page_title": _("Classes open for enrolment"),
    }
    return render(request, "academy/public/classes.html", context)


def _announced(code: str) -> Course:
    course = noticeboard.announced(code)
    if course is None:
        raise Http404("no such class is announced")
    return course


@public
@never_cache
def one_class(request: HttpRequest, code: str) -> HttpResponse:
    """What the class teaches, when, where, and how to get in."""
    course = _announced(code)
    if (page := page_of(course.held.academy)) is not None:
        return redirect(page.class_url(code))
    context = {
        "course": course,
        "sessions": noticeboard.timetable(course.held),
        "mine": noticeboard.place_of(request.user, course.held),
        "page_title": str(course.held),
        "share_title": str(course.held),
    }
    return render(request, "academy/public/class.html", context)


@public
def class_calendar(request: HttpRequest, code: str) -> HttpResponse:
    course = _announced(code)
    return ical.response(course.held.code, feeds.class_feed(course.held))


@public
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's own timetable for a calendar program, which cannot sign in: the address is the key."""
    owner = feeds.owner_of(token)
    if owner is None:
        raise Http404("no calendar here")
    return ical.response("calendar", feeds.person_feed(owner))


urlpatterns = [
    path("", classes, name="classes"),
    path("classes/<slug:code>/", one_class, name="class"),
    path("classes/<slug:code>/calendar.ics", class_calendar, name="class_calendar"),
    path("calendar/<str:token>.ics", feed, name="calendar_feed"),
]
