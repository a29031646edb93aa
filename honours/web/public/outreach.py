"""Visits and talks for everybody: the figures of a year, and of single ones what was agreed for publication."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from craft_site.kit.access import public
from craft_site.kit.private_files import private_response
from honours.domain import outreach_figures, outreach_pictures
from honours.models import OutreachPicture, Speaker, Talk, Visit, VisitCraftsman
from honours.web import outreach_words

A_PAGE = 12


@public
def index(request: HttpRequest) -> HttpResponse:
    """The figures count everything that took place; the lists hold what firms, hosts and people agreed to. Opens on the
    newest year that has something in its lists."""
    newest = outreach_figures.newest_told()
    page = outreach_words.year_page(request.GET.get("year", ""), opens_on=newest)
    year = page["year"]
    visits = Paginator(_visits(year), A_PAGE).get_page(request.GET.get("visits"))
    talks = Paginator(_talks(year), A_PAGE).get_page(request.GET.get("talks"))
    context = page | {
        "page_title": _("Visits to firms and talks"),
        "visits": visits,
        "talks": talks,
        "crumbs": [
            {"title": _("Honour roll"), "url": reverse("honours:roll")},
            {"title": _("Visits to firms and talks"), "url": ""},
        ],
    }
    return render(request, "honours/public/outreach.html", context)


def _shown(name: str) -> Prefetch[str, Any, str]:
    return Prefetch(name, OutreachPicture.objects.filter(may_publish=True), to_attr="shown")


def _visits(year: int) -> Any:
    named = VisitCraftsman.objects.filter(came=True, may_name=True).select_related("worker__employer")
    found = Visit.objects.in_public().filter(visited_on__year=year).for_list()
    return found.order_by("-visited_on", "-pk").prefetch_related(
        Prefetch("craftsmen", named, to_attr="named"), "problems", _shown("pictures")
    )


def _talks(year: int) -> Any:
    named = Speaker.objects.filter(may_name=True).select_related("worker__employer")
    found = Talk.objects.in_public().filter(held_on__year=year).order_by("-held_on", "-pk")
    return found.prefetch_related(Prefetch("speakers", named, to_attr="named"), _shown("pictures"))


@public
def picture(request: HttpRequest, uuid: str) -> FileResponse:
    """A picture that may be shown; 404 once a consent is taken back."""
    found = get_object_or_404(outreach_pictures.in_public(), uuid=uuid)
    return private_response(
        found.file.name,
        content_type=found.file.content_type,
        filename=f"picture-{found.uuid.hex[:8]}",
        inline=True,
    )


urlpatterns = [
    path("visits-and-talks/", index, name="outreach"),
    path("visits-and-talks/pictures/<uuid:uuid>/", picture, name="outreach_picture"),
]
