"""The wall: a full screen in the room with the code that signs people in. It changes by itself every 30 seconds."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy import roles
from academy.domain import attendance
from academy.models import ClassSession
from craft_site.kit.access import signed_in
from craft_site.kit.qr import qr_svg
from craft_site.people.web.requests import PersonRequest


@signed_in
@never_cache
def wall(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The whole screen; without scripts it loads itself again."""
    return _wall(request, uuid, "academy/desk/wall.html")


@signed_in
@never_cache
def code(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The part that renews itself: the code, how many are there, the clock."""
    return _wall(request, uuid, "academy/desk/wall_code.html")


def _wall(request: PersonRequest, uuid: UUID, template: str) -> HttpResponse:
    session = get_object_or_404(
        ClassSession.objects.select_related(
            "training_class__programme", "training_class__academy", "mentor__worker", "place"
        ),
        uuid=uuid,
    )
    roles.can_show_wall(request.user, session.training_class).or_refuse()
    answer = render(request, template, _shown(request, session))
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _shown(request: PersonRequest, session: ClassSession) -> dict[str, Any]:
    now = timezone.now()
    there = attendance.there_now(session, now)
    svg = ""
    if there.turn is not None:
        address = reverse("me:attend", args=(attendance.wall_token(session, now),))
        svg = qr_svg(request.build_absolute_uri(address), label=_("Code to sign in with"))
    if session.training_class.state not in attendance.SCANNED_IN:
        closed = _("This class is not held now.")
    elif there.opens:
        opens = timezone.localtime(there.opens)
        closed = _("Signing in opens at %(moment)s.") % {"moment": f"{opens:%Y-%m-%d %H:%M}"}
    else:
        closed = _("Signing in is over.")
    return {
        "session": session,
        "held": session.training_class,
        "svg": svg,
        "closed": closed,
        "there": there,
        "turns": session.training_class.sign_ins,
        "now": now,
        "back": reverse("desk:class_attendance", args=(session.training_class.code,)),
    }


urlpatterns = [
    path("academy/wall/<uuid:uuid>/", wall, name="wall"),
    path("academy/wall/<uuid:uuid>/code/", code, name="wall_code"),
]
