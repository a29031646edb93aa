"""Public notices of an event: the list of accepted contestants, for its days and not longer."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition

from competitions.domain import accepted as accepted_lists
from competitions.models import AcceptedList
from craft_site.kit.access import public

FOR_A_MINUTE = 60  # a consent taken back must leave the page soon


def _newest(code: str) -> AcceptedList | None:
    found = AcceptedList.objects.filter(event__code=code).select_related("event__competition")
    return found.order_by("-number").first()


def _etag(request: HttpRequest, code: str) -> str | None:
    """The same while the same rows would be shown to the same kind of reader; none for a signed-in one."""
    if request.user.is_authenticated or (published := _newest(code)) is None:
        return None
    shown_as = (get_language(), request.COOKIES.get("display_mode"), request.COOKIES.get("display_theme"))
    key = sha256(repr((accepted_lists.public_stamp(published), shown_as)).encode()).hexdigest()
    return f'"{key[:32]}"'


@public
@condition(etag_func=_etag)
def accepted(request: HttpRequest, code: str) -> HttpResponse:
    """Name, employer and reference number of those who agreed to it; of the others only that they are there.

    When the notice is over the page says so and names nobody.
    """
    published = _newest(code)
    if published is None:
        raise Http404
    rows = accepted_lists.public_rows(published) if published.on_notice else []
    context = {
        "list": published,
        "event": published.event,
        "rows": rows,
        "withheld": sum(row["name"] is None for row in rows),
    }
    response = render(request, "competitions/public/accepted.html", context)
    response["X-Robots-Tag"] = "noindex, noarchive"
    patch_cache_control(response, private=True, max_age=0 if request.user.is_authenticated else FOR_A_MINUTE)
    return response


urlpatterns = [path("accepted/<slug:code>/", accepted, name="accepted")]
