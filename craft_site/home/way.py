"""The way to a public page: the pages of its address and those of the menu in one query, the page itself in a second.

Wagtail asks twice for each step of an address and twice more for who may look. What is found here is what Wagtail
would find; only that a page stands before the sections of those above it.
"""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet
from wagtail.views import serve

from craft_site.home.here import site_of
from craft_site.kit.pages import BilingualPage, with_english
from craft_site.kit.prepared import prepared


def page(request: HttpRequest, path: str) -> HttpResponse:
    """Answers an address of the page tree."""
    if (site := site_of(request)) is not None:
        _route(request, site, [step for step in path.split("/") if step])
    return serve(request, path)


def _route(request: HttpRequest, site: Site, steps: list[str]) -> None:
    """Leaves the answer where Wagtail looks for it; a page that is none of ours is left to Wagtail."""
    root: Page = site.root_page
    first, last = (root.path + sign * Page.steplen for sign in (Page.alphabet[0], Page.alphabet[-1]))
    above = [root.path[: n * Page.steplen] for n in range(1, root.depth + 1)]
    found = list(_pages(above=above, steps=steps, first=first, last=last))
    request._craft_menu = [  # type: ignore[attr-defined]  # ours, on Django's request
        one for one in found if one.live and one.show_in_menus and one.depth == root.depth + 1
    ]
    way = [one for one in found if one.path in above]
    for step in steps:
        below = (one for one in found if one.slug == step and one.path[: -Page.steplen] == way[-1].path)
        if (child := next(below, None)) is None:
            break
        way.append(child)
    kind = way[-1].specific_class
    if kind is None or not issubclass(kind, BilingualPage):
        return
    shown = kind.to_show().filter(pk=way[-1].pk).first()
    if shown is None:
        return
    shown.way_here = way[:-1]
    shown.is_open = not any(one.restricted or one.alias_of_id for one in way)
    try:
        route = shown.route(request, steps[len(way) - len(above) :])
    except Http404:
        route = None
    request._wagtail_route_for_request = route  # type: ignore[attr-defined]


@prepared
def _pages(*, above: list[str], steps: list[str], first: str, last: str) -> PageQuerySet:
    """Those above the front page and itself, then below it the steps of an address and the pages in menus."""
    asked = Q(slug__in=steps) | Q(live=True, show_in_menus=True)
    closed = PageViewRestriction.objects.filter(Q(page=OuterRef("pk")) | Q(page=OuterRef("alias_of")))
    found = Page.objects.filter(Q(path__in=above) | Q(path__range=(first, last)) & asked)
    return with_english(found.annotate(restricted=Exists(closed))).order_by("path")
