"""Which of Wagtail's sites is asked for, with its settings: one query a request, its SQL written once a process.

Every page shows the name, the menu and the footer, a refusal too. Asked as Wagtail asks, they cost a refusal more than
everything else together.
"""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from craft_site.home.models import SiteSettings
from craft_site.kit.pages import with_english
from craft_site.kit.prepared import prepared


@prepared
def _candidates(*, host: str) -> QuerySet[Site]:
    related = [f"sitesettings__{name}" for name in SiteSettings.select_related]
    return (
        Site.objects.filter(Q(hostname=host) | Q(is_default_site=True))
        .select_related("root_page", "sitesettings", *related)
        .order_by("pk")
    )


@prepared
def _menu(*, first: str, last: str) -> PageQuerySet:
    return with_english(Page.objects.filter(path__range=(first, last)).live().in_menu().order_by("path"))


def site_of(request: HttpRequest) -> Site | None:
    """The site that Wagtail would find; kept on the request where Wagtail looks for it."""
    if not hasattr(request, "_craft_site"):
        # The raw host, as Wagtail does: a page of a failure is shown to a wrong host too.
        host = split_domain_port(request._get_raw_host())[0]  # type: ignore[attr-defined]
        found = choose(list(_candidates(host=host)), host=host, port=request.get_port())
        request._craft_site = request._wagtail_site = found  # type: ignore[attr-defined]
    return request._craft_site  # type: ignore[attr-defined, no-any-return]


def settings_of(request: HttpRequest) -> SiteSettings | None:
    """The settings of the site asked for; empty ones as long as nobody saved any."""
    if (here := site_of(request)) is None:
        return None
    return getattr(here, "sitesettings", None) or SiteSettings(site=here)


def choose(sites: list[Site], *, host: str, port: str) -> Site | None:
    """Wagtail's order: host and port; the default of this host; the only one of this host; the default."""
    own = [site for site in sites if site.hostname == host]
    exact = [site for site in own if str(site.port) == port] or [s for s in own if s.is_default_site]
    if exact:
        return exact[0]
    default = [site for site in sites if site.is_default_site]
    if len(own) == 1:
        return own[0]
    return default[0] if default else None


def menu_of(site: Site) -> list[Page]:
    """The live pages just below the front page that editors put into menus."""
    above = site.root_page
    first, last = (above.path + sign * Page.steplen for sign in (Page.alphabet[0], Page.alphabet[-1]))
    return [page for page in _menu(first=first, last=last) if page.depth == above.depth + 1]
