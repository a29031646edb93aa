"""What the app adds to the desk: its room in the bar on top, and what waits there for a second person."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from craft_site.credentials.models import Revocation
from craft_site.credentials.permissions import AT_THE_DESK


def desk_top(request: HttpRequest) -> list[dict[str, Any]]:
    """{title, url, current} of the certificates' room, for whoever may enter. No query beyond the person's roles."""
    user = request.user
    if not user.is_authenticated or not user.role_names & AT_THE_DESK:
        return []
    url = reverse("desk:certificates")
    return [{"title": _("Issued certificates"), "url": url, "current": request.path.startswith(url)}]


def desk_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Revocations that somebody else has asked for, as a row of the desk's first page."""
    user = request.user
    if not user.is_authenticated or not user.role_names & AT_THE_DESK:
        return []
    count = Revocation.objects.filter(state=Revocation.State.ASKED).exclude(asked_by=user).count()
    if not count:
        return []
    return [
        {
            "title": _("Revocations wait for a second person"),
            "count": count,
            "kind": "warn",
            "url": f"{reverse('desk:certificates')}?state=asked",
            "note": "",
            "place": "",
        }
    ]
