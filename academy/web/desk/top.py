"""What the wing adds to the bar on top of the desk: one room, where the person's roles open it."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from academy.web.desk.nav import WHOLE_DESK


def desk_top(request: HttpRequest) -> list[dict[str, Any]]:
    """{title, url, current} for each room of the academy that this person may enter."""
    user = request.user
    if not user.is_authenticated or not user.role_names & WHOLE_DESK:
        return []
    try:
        url = reverse("desk:academy")
    except NoReverseMatch:
        return []
    return [{"title": _("Craftsman academy"), "url": url, "current": request.path.startswith(url)}]
