"""Who taught whom, at the desk: everybody of the pairs that this person may see, named."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.domain import lineage
from academy.web import lineage_pages
from academy.web.desk.nav import academy_page
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR, site_roles.EMPLOYER)


def _address(key: str) -> str:
    return reverse("desk:lineage_of", args=(key,))


@at_the_desk
@never_cache
def index(request: PersonRequest) -> HttpResponse:
    lines = lineage.for_desk(request.user)
    context = lineage_pages.families(lines, _address, request.GET)
    context |= academy_page(request, "lineage") | {"page_title": _("Lineage"), "in_public": _in_public(lines)}
    return render(request, "academy/desk/lineage.html", context)


def _in_public(lines: lineage.Lines) -> int:
    """How many of these people the public page names as well."""
    named = {key for key, one in lineage.for_public().people.items() if one.named}
    return len(named & lines.people.keys())


@at_the_desk
@never_cache
def branch(request: PersonRequest, key: str) -> HttpResponse:
    found = lineage_pages.person(lineage.for_desk(request.user), _address, key)
    if found is None:
        raise Http404
    found["crumbs"] = [{"title": _("Lineage"), "url": reverse("desk:lineage")}, *found["crumbs"]]
    context = found | academy_page(request, "lineage") | {"page_title": lineage_pages.title_of(found)}
    return render(request, "academy/desk/lineage_of.html", context)


urlpatterns = [
    path("academy/lineage/", index, name="lineage"),
    path("academy/lineage/<slug:key>/", branch, name="lineage_of"),
]
