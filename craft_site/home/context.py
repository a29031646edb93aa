"""What every template knows of the site: its name, navigation and footer, how the reader wants it shown.

Everything that costs a query is lazy and asked once a request, so a page that shows no navigation pays nothing.
"""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from academy.pages import AcademyIndexPage
from academy.web.desk.overview_matters import desk_waiting as academy_waiting
from academy.web.desk.top import desk_top as academy_rooms
from competitions.web.desk.top import desk_top as contest_rooms
from craft_site.credentials.web.top import desk_top as certificate_rooms
from craft_site.credentials.web.top import desk_waiting as certificates_waiting
from craft_site.home.approvals import desk_waiting as approvals_waiting
from craft_site.home.here import menu_of, settings_of, site_of
from craft_site.home.scorecard.web.nav import desk_top as scorecard_room
from craft_site.home.scorecard.web.nav import desk_waiting as scorecard_waiting
from craft_site.kit.pages import headings, share_address
from craft_site.people.web.data_requests import desk_top as data_rooms
from craft_site.people.web.data_requests import desk_waiting as data_waiting
from honours.web.desk.top import desk_buttons
from honours.web.desk.top import desk_top as honour_rooms
from honours.web.desk.top import desk_waiting as honours_waiting

LEARNING = "/training/"
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
            "desk_top": SimpleLazyObject(
                lambda: [
                    *contest_rooms(request),
                    *academy_rooms(request),
                    *honour_rooms(request),
                    *scorecard_room(request),
                    *certificate_rooms(request),
                    *data_rooms(request),
                ]
            ),
            "desk_buttons": SimpleLazyObject(lambda: desk_buttons(request)),
            "desk_waiting": SimpleLazyObject(
                lambda: [
                    *academy_waiting(request),
                    *honours_waiting(request),
                    *scorecard_waiting(request),
                    *approvals_waiting(request),
                    *certificates_waiting(request),
                    *data_waiting(request),
                ]
            ),
        }
    return request._site_context  # type: ignore[attr-defined, no-any-return]


def _name(request: HttpRequest) -> str:
    known = settings_of(request)
    return known.site_name if known else settings.WAGTAIL_SITE_NAME


def _share_image(request: HttpRequest) -> str:
    known = settings_of(request)
    return share_address(request, known.share_image) if known and known.share_image else ""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The live pages below the front page that editors put into menus, and among them, third after the contests and the
    academy, the honour roll; one query."""
    if (here := site_of(request)) is None:
        return []
    pages = menu_of(here) if (known := getattr(request, "_craft_menu", None)) is None else known
    learning = _door_to_learning() if request.path.startswith(LEARNING) else None
    shown: list[dict[str, Any]] = [
        item | {"current": request.path.startswith(item["url"]) or page.content_type_id == learning}
        for page, item in zip(pages, headings(pages, request), strict=True)
    ]
    roll = reverse("honours:roll")  # no page of the tree: its facts are rows
    shown.insert(2, {"title": _("Honour roll"), "url": roll, "current": request.path.startswith(roll)})
    return shown


def _door_to_learning() -> int:
    """Public pages of the academy outside the tree (classes, subsidies, lineage) belong to its page in the menu."""
    return ContentType.objects.get_for_model(AcademyIndexPage).pk


def footer(request: HttpRequest) -> dict[str, str]:
    """The footer that the law asks for, from the site's settings; an empty value is not shown."""
    known = settings_of(request)
    if known is None:
        return {}
    pages = {
        "accessibility_url": known.accessibility_page,
        "about_url": known.about_page,
        "contact_url": known.contact_page,
    }
    return {
        "verify_url": reverse("verify:page"),
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
