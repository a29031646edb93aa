"""What every template knows of the site: its name, navigation and footer, how the reader wants it shown.

Everything that costs a query is lazy and asked once a request, so a page that shows no navigation pays nothing.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from competitions.web.desk.top import desk_top
from craft_site.home.models import SiteSettings
from craft_site.kit.pages import headings, share_address

DISPLAY_MODES = ("normal", "elder")
DISPLAY_THEMES = ("", "light", "dark")  # empty: as the device has it


def site(request: HttpRequest) -> dict[str, Any]:
    mode = request.COOKIES.get("display_mode", "")
    theme = request.COOKIES.get("display_theme", "")
    return {
        "display_mode": mode if mode in DISPLAY_MODES else "normal",
        "display_theme": theme if theme in DISPLAY_THEMES else "",
        **_once(request),
    }


def _once(request: HttpRequest) -> dict[str, Any]:
    """Several templates may be rendered for one answer; they share what was asked for the first."""
    if not hasattr(request, "_site_context"):
        request._site_context = {  # type: ignore[attr-defined]  # ours, on Django's request
            "site_name": SimpleLazyObject(lambda: _name(request)),
            "site_nav": SimpleLazyObject(lambda: navigation(request)),
            "site_footer": SimpleLazyObject(lambda: footer(request)),
            "share_image": SimpleLazyObject(lambda: _share_image(request)),
            "desk_top": SimpleLazyObject(lambda: desk_top(request)),
        }
    return request._site_context  # type: ignore[attr-defined, no-any-return]


def _settings(request: HttpRequest) -> SiteSettings | None:
    return SiteSettings.for_request(request) if Site.find_for_request(request) else None


def _name(request: HttpRequest) -> str:
    known = _settings(request)
    return known.site_name if known else settings.WAGTAIL_SITE_NAME


def _share_image(request: HttpRequest) -> str:
    known = _settings(request)
    return share_address(request, known.share_image) if known and known.share_image else ""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The live pages below the front page that editors put into menus; one query."""
    here = Site.find_for_request(request)
    if here is None:
        return []
    pages = Page.objects.child_of(here.root_page).live().in_menu().order_by("path")
    return [item | {"current": request.path.startswith(item["url"])} for item in headings(pages)]


def footer(request: HttpRequest) -> dict[str, str]:
    """The footer that the law asks for, from the site's settings; an empty value is not shown."""
    known = _settings(request)
    if known is None:
        return {}
    pages = {
        "accessibility_url": known.accessibility_page,
        "about_url": known.about_page,
        "contact_url": known.contact_page,
    }
    return {
        "host": known.host_name,
        "contact": known.hours,
        "phone": known.phone,
        "email": known.email,
        "address": known.place,
        "icp": known.icp,
        "police": known.police,
        "police_url": _police_address(known.police),
        "public_body_url": known.public_body_mark,
        "public_body_code": known.public_body_code,
        **{name: page.get_url(request) for name, page in pages.items() if page is not None and page.live},
    }


def _police_address(record: str) -> str:
    digits = "".join(sign for sign in record if sign.isdigit())
    return f"https://beian.mps.gov.cn/#/query/webSearch?code={digits}" if digits else ""
