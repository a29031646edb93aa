"""My visits and talks: what a firm's contact asked for, where a craftsman goes, what a speaker says."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit import ical
from craft_site.kit.access import signed_in
from craft_site.kit.private_files import private_response
from craft_site.people import roles as site_roles
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest
from honours.domain import outreach_feeds, outreach_pictures, speakers
from honours.models import Speaker, Talk, Visit, VisitCraftsman
from honours.web import visit_words

MOST = 60


@signed_in
@never_cache
def overview(request: PersonRequest) -> HttpResponse:
    """Three lists; whoever has none of them is told what this is."""
    user = request.user
    firm = user.employer if user.has_role(site_roles.EMPLOYER) else None
    asked = Visit.objects.filter(employer=firm).order_by("-asked_on", "-pk")[:MOST] if firm else []
    mine = VisitCraftsman.objects.filter(worker__user=user).exclude(answer=VisitCraftsman.Answer.DROPPED)
    going = list(mine.select_related("visit__employer").order_by("-visit__planned_on", "-pk")[:MOST])
    speaking = list(Speaker.objects.filter(worker__user=user).for_list())
    talks = Talk.objects.filter(speakers__in=speaking).distinct().order_by("-planned_on", "-pk")
    context = {
        "firm": firm,
        "asked": [_row(visit, visit.problem) for visit in asked],
        "going": [_row(one.visit, str(one.visit.employer)) for one in going],
        "speaking": speaking,
        "talks": [
            {
                "title": talk.topic,
                "hint": f"{talk.on:%Y-%m-%d} · {talk.host} · {talk.place}",
                "url": "",
                "status": talk.get_state_display(),
                "status_kind": visit_words.TALK_KIND[Talk.State(talk.state)],
            }
            for talk in (talks[:MOST] if speaking else [])
        ],
        "me_nav": me_nav(request),
        "page_title": _("My visits and talks"),
    }
    return render(request, "honours/me/outreach.html", context)


def _row(visit: Visit, title: str) -> dict[str, Any]:
    day = visit.visited_on or visit.planned_on
    hint = [visit.number, visit.get_kind_display()] + ([f"{day:%Y-%m-%d}"] if day else [])
    return {
        "title": title if len(title) <= 60 else f"{title[:60]}…",
        "hint": " · ".join(hint),
        "url": visit.my_url(),
        "status": visit.get_state_display(),
        "status_kind": visit_words.STATE_KIND[Visit.State(visit.state)],
    }


@signed_in
@require_POST
def named(request: PersonRequest, uuid: str) -> HttpResponse:
    """Whether the public page of talks names me."""
    mine = get_object_or_404(Speaker, uuid=uuid, worker__user=request.user)
    speakers.say_named(speaker=mine, named=request.POST.get("named") == "yes", by=request.user)
    messages.success(request, _("Public pages follow at once."))
    return redirect("me:outreach")


@signed_in
def calendar(request: PersonRequest) -> HttpResponse:
    """My days as a file for a calendar program."""
    return ical.response("visits-and-talks", outreach_feeds.person_feed(request.user))


@signed_in
def picture(request: PersonRequest, uuid: str) -> FileResponse:
    """A picture of a visit or talk, for those who may know of it."""
    found = get_object_or_404(outreach_pictures.visible_to(request.user), uuid=uuid)
    return private_response(
        found.file.name,
        content_type=found.file.content_type,
        filename=f"picture-{found.uuid.hex[:8]}",
        inline=True,
    )


urlpatterns = [
    path("outreach/", overview, name="outreach"),
    path("outreach/calendar.ics", calendar, name="outreach_calendar"),
    path("outreach/pictures/<uuid:uuid>/", picture, name="outreach_picture"),
    path("outreach/speaking/<uuid:uuid>/", named, name="speaker_named"),
]
