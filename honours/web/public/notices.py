"""Names on public notice, with a door for objections while the notice stands."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from craft_site.kit.access import public
from craft_site.people.web import objections
from honours.domain import notices
from honours.domain.refusals import HonourRefused
from honours.models import HonourNotice


@public
@never_cache
def notice(request: HttpRequest, uuid: str) -> HttpResponse:
    """The names while they are on notice; afterwards only that they were."""
    found = get_object_or_404(HonourNotice.objects.select_related("campaign__title", "union"), uuid=uuid)
    stands = notices.stands(found)
    door = objections.answer(
        request,
        what="honour-objection",
        send=partial(notices.object_to, notice=found),
        refusal=HonourRefused,
        names=frozenset(row["name"] for row in found.rows) if stands else frozenset(),
    )
    if door.received:
        return redirect("honours:objection_done", uuid)
    context = {
        "notice": found,
        "stands": stands,
        "now": timezone.now(),
        "rows": found.rows if stands else [],
        "form": door.form,
    }
    return render(request, "honours/public/notice.html", context, status=door.status)


@public
@never_cache
def objection_done(request: HttpRequest, uuid: str) -> HttpResponse:
    found = get_object_or_404(HonourNotice.objects.select_related("campaign"), uuid=uuid)
    return render(request, "honours/public/objection_done.html", {"notice": found})


urlpatterns = [
    path("notices/<uuid:uuid>/", notice, name="notice"),
    path("notices/<uuid:uuid>/received/", objection_done, name="objection_done"),
]
