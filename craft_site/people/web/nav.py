"""The tabs of /me/: up to five, at the thumb on a phone."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


def me_nav(request: HttpRequest) -> list[dict[str, Any]]:
    """Where a worker can go, the present place marked. A place that this installation does not have is left out."""
    places = (
        ("me:home", _("To do"), "list"),
        ("me:entries", _("My entries"), "calliper"),
        ("me:scores", _("My scores"), "medal"),
        ("me:academy", _("Learning"), "book"),
        ("me:profile", _("My profile"), "user"),
    )
    tabs = []
    for name, title, icon in places:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        here = request.path == url or (name != "me:home" and request.path.startswith(url))
        tabs.append({"title": title, "url": url, "icon": icon, "current": here})
    return tabs
