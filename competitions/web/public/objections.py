"""The form by which the public says something against a result on notice. It shows nothing that others wrote."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache

from competitions.domain import publicity
from competitions.web.public.results import released
from craft_site.kit.access import public
from craft_site.people.web import objections


@public
@never_cache
def objection_new(request: HttpRequest, slug: str) -> HttpResponse:
    """The form while the result is on notice, and what else one can do."""
    release = released(slug)
    door = objections.answer(
        request,
        what="objection",
        send=partial(publicity.object_to, release=release),
        refusal=publicity.ObjectionRefused,
    )
    if door.received:
        return redirect("contest:objection_done", slug)
    return _page(request, "objection", {"release": release, "form": door.form}, status=door.status)


@public
@never_cache
def objection_done(request: HttpRequest, slug: str) -> HttpResponse:
    """It has arrived."""
    return _page(request, "objection_done", {"release": released(slug)})


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    release = context["release"]
    context |= {
        "event": release.event,
        "competition": release.event.competition,
        "open": publicity.on_notice(release),
    }
    return render(request, f"competitions/public/{name}.html", context, status=status)


urlpatterns = [
    path("results/<slug:slug>/object/", objection_new, name="objection"),
    path("results/<slug:slug>/object/received/", objection_done, name="objection_done"),
]
