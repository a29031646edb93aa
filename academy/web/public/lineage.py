"""Who taught whom, for everybody to walk through: families, one person's branch. Only those who agreed are named."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from academy.domain import lineage
from academy.web import lineage_pages
from craft_site.kit.access import public


def _address(key: str) -> str:
    return reverse("academy:lineage_of", args=(key,))


@public
def index(request: HttpRequest) -> HttpResponse:
    context = lineage_pages.families(lineage.for_public(), _address, request.GET)
    context["page_title"] = _("Masters and apprentices: the lineage")
    return render(request, "academy/public/lineage.html", context)


@public
def branch(request: HttpRequest, key: str) -> HttpResponse:
    """One person with masters above and apprentices below; 404 for whoever is not named."""
    found = lineage_pages.person(lineage.for_public(), _address, key)
    if found is None:
        raise Http404
    found["crumbs"] = [{"title": _("Lineage"), "url": reverse("academy:lineage")}, *found["crumbs"]]
    return render(
        request, "academy/public/lineage_of.html", found | {"page_title": lineage_pages.title_of(found)}
    )


urlpatterns = [
    path("lineage/", index, name="lineage"),
    path("lineage/<slug:key>/", branch, name="lineage_of"),
]
