"""The certificates of a final result: issued by themselves, and asked for again when something was put right."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import certificates
from competitions.models import Event
from craft_site.credentials.models import Certificate
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

FINAL = (Event.State.FINAL, Event.State.ARCHIVED)


def certificate_section(request: PersonRequest, event: Event) -> dict[str, Any] | None:
    """What the page of results says of certificates to whoever looks after them; nothing before it is final."""
    if event.state not in FINAL or not request.user.has_role(site_roles.ORGANISER, site_roles.SUPERVISOR):
        return None
    sources = (certificates.source_of(event), certificates.team_source_of(event))
    found = Certificate.objects.visible_to(request.user).standing().filter(source__in=sources)
    counts = found.aggregate(all=Count("pk"), unprintable=Count("pk", filter=~Q(unprintable="")))
    these = f"{reverse('desk:certificates')}?{urlencode({'q': event.competition.name})}"
    return {
        "count": counts["all"],
        "list": these,
        "unprintable": counts["unprintable"],
        "unprintable_list": f"{these}&state=unprintable",
        "may_issue": bool(roles.can_organise(request.user, event)),
    }


@needs(site_roles.ORGANISER)
@require_POST
def certify(request: PersonRequest, code: str) -> HttpResponse:
    """Issues what is missing as a job, whose progress the next page shows."""
    event = get_object_or_404(Event.objects.visible_to(request.user).for_desk(), code=code)
    roles.can_organise(request.user, event).or_refuse()
    if event.state not in FINAL:
        messages.error(request, _("Certificates are issued when the result is final."))
        return redirect("desk:results", code)
    with transaction.atomic():
        job = certificates.ask_for(
            event=event,
            by=request.user,
            title=_("Certificates of %(event)s") % {"event": event},
            back_to=reverse("desk:results", args=(code,)),
        )
    return redirect("job", job.uuid)


urlpatterns = [path("events/<slug:code>/results/certificates/", certify, name="results_certify")]
