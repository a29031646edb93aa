"""Publishing the list of accepted entries."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from competitions import roles
from competitions.domain import accepted, events, readiness
from competitions.models import Entry, Event
from competitions.web.desk.entries_forms import PublishForm
from competitions.web.desk.nav import desk_page, section_url
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

PUBLISHED_FROM = (Event.State.ELIGIBILITY, Event.State.BRIEFED)


@needs(site_roles.ORGANISER)
@never_cache
def accepted_list(request: PersonRequest, code: str) -> HttpResponse:
    """What is still undecided, the day until which the list hangs, and the button; then the lists published."""
    event = get_object_or_404(Event.objects.visible_to(request.user).for_desk(), code=code)
    roles.can_organise(request.user, event).or_refuse()
    form = PublishForm(posted(request), initial={"until": accepted.notice_ends(event)})
    if request.method == "POST" and form.is_valid():
        try:
            accepted.publish(event=event, by=request.user, until=form.cleaned_data["until"])
        except (accepted.ListRefused, events.MoveRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The list is on public notice."))
            return redirect("desk:accepted", code=code)
    lists = list(event.accepted_lists.order_by("-number"))
    waiting = event.state in PUBLISHED_FROM and not (event.state == Event.State.BRIEFED and lists)
    context = desk_page(request, event, "entries") | {
        "form": form if waiting else None,
        "blockers": [
            {"text": blocker.message, "url": section_url(blocker.at, event)} for blocker in _blockers(event)
        ]
        if waiting
        else [],
        "lists": lists,
        "accepted_count": event.entries.filter(state=Entry.State.ACCEPTED).count(),
    }
    return render(request, "competitions/desk/accepted.html", context, status=422 if form.errors else 200)


def _blockers(event: Event) -> list[readiness.Blocker]:
    """What keeps the list from being published: everything but that it is not published yet."""
    found = readiness.blockers(event, Event.State.BRIEFED)
    return [blocker for blocker in found if blocker.code != readiness.LIST_NOT_PUBLISHED]


urlpatterns = [path("events/<slug:code>/accepted/", accepted_list, name="accepted")]
