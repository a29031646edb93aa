"""Visits and talks together at the desk: the figures of a year, the months as a list and as a file, pictures."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as show
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit import ical
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest
from honours.domain import outreach_feeds, outreach_pictures
from honours.models import OutreachPicture, Talk, Visit
from honours.web import outreach_words, visit_words
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.steps import add_picture

office = needs(*OFFICE)
organiser_only = needs(site_roles.ORGANISER)
YEARS_AHEAD = 3


@office
@never_cache
def figures(request: PersonRequest) -> HttpResponse:
    """Tiles and charts of one year."""
    context = honours_page(request, "outreach") | outreach_words.year_page(request.GET.get("year", ""))
    return show(request, "honours/desk/outreach.html", context)


@office
@never_cache
def month(request: PersonRequest) -> HttpResponse:
    """Everything of one month, day by day: what is planned and what was."""
    first = _month_of(request)
    after = _shift(first, 1)
    rows: list[dict[str, Any]] = [
        {
            "on": one.visited_on or one.planned_on,
            "title": str(one.employer),
            "note": f"{one.number} · {one.get_kind_display()}",
            "place": one.place,
            "url": one.get_absolute_url(),
            "what": _("Visit to a firm"),
            "state": one.get_state_display(),
            "kind": visit_words.STATE_KIND[Visit.State(one.state)],
        }
        for one in outreach_feeds.visits_between(request.user, first, after)
    ]
    rows += [
        {
            "on": one.on,
            "title": one.topic,
            "note": f"{one.host} · {one.get_host_kind_display()}",
            "place": one.place,
            "url": one.get_absolute_url(),
            "what": _("Talk"),
            "state": one.get_state_display(),
            "kind": visit_words.TALK_KIND[Talk.State(one.state)],
        }
        for one in outreach_feeds.talks_between(first, after)
    ]
    days: dict[date, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (row["on"], row["title"])):
        days.setdefault(row["on"], []).append(row)
    context = honours_page(request, "outreach_month") | {
        "first": first,
        "before": f"{_shift(first, -1):%Y-%m}",
        "after": f"{after:%Y-%m}",
        "this": f"{timezone.localdate():%Y-%m}",
        "days": [{"on": on, "rows": found} for on, found in days.items()],
        "today": timezone.localdate(),
    }
    return show(request, "honours/desk/outreach_month.html", context)


def _month_of(request: HttpRequest) -> date:
    """The first day of the month asked for, 2026-11; of this one where it cannot be read."""
    today = timezone.localdate()
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return first if 1980 <= first.year <= today.year + YEARS_AHEAD else today.replace(day=1)


def _shift(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


@office
def calendar(request: PersonRequest) -> HttpResponse:
    """A year back and what is planned, for a calendar program."""
    today = timezone.localdate()
    start, end = date(today.year - 1, 1, 1), date(today.year + YEARS_AHEAD, 1, 1)
    return ical.response("visits-and-talks", outreach_feeds.office_feed(request.user, start, end))


@organiser_only
@never_cache
def visit_picture(request: PersonRequest, uuid: str) -> HttpResponse:
    found = get_object_or_404(Visit.objects.visible_to(request.user).for_list(), uuid=uuid)
    return _add(request, found, "firm_visits")


@organiser_only
@never_cache
def talk_picture(request: PersonRequest, uuid: str) -> HttpResponse:
    return _add(request, get_object_or_404(Talk, uuid=uuid), "talks")


def _add(request: PersonRequest, of: Visit | Talk, section: str) -> HttpResponse:
    form = add_picture(request, of)
    if form is None:
        return redirect(of)
    title = _("Add a picture: %(what)s") % {"what": of}
    return form_page(request, form, section=section, title=title, back=of.get_absolute_url(), multipart=True)


@organiser_only
@require_POST
def picture_drop(request: PersonRequest, uuid: str) -> HttpResponse:
    found = get_object_or_404(OutreachPicture.objects.select_related("visit", "talk", "file"), uuid=uuid)
    of = found.visit or found.talk
    if of is None:
        raise Http404("a picture of nothing")
    outreach_pictures.drop(picture=found, by=request.user)
    messages.success(request, _("The picture is gone."))
    return redirect(of)


urlpatterns = [
    path("honours/outreach/", figures, name="outreach"),
    path("honours/outreach/month/", month, name="outreach_month"),
    path("honours/outreach/calendar.ics", calendar, name="outreach_calendar"),
    path("honours/firm-visits/<uuid:uuid>/picture/", visit_picture, name="firm_visit_picture"),
    path("honours/talks/<uuid:uuid>/picture/", talk_picture, name="talk_picture"),
    path("honours/pictures/<uuid:uuid>/drop/", picture_drop, name="outreach_picture_drop"),
]
