"""The worker's first page: what do I still owe, where am I entered, what is open. The roof asks every wing."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from competitions.web.me import tasks as contest_tasks
from craft_site.kit.access import signed_in
from craft_site.people.web.me import profile_tasks, worker_of
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


@signed_in
@never_cache
def home(request: PersonRequest) -> HttpResponse:
    """Tasks first, then my entries, then the events that are open."""
    worker = worker_of(request)
    context = {
        "worker": worker,
        "tasks": [*profile_tasks(request.user, worker), *contest_tasks.owed(worker)],
        "entries": contest_tasks.entries_of(worker),
        "events": contest_tasks.open_events(worker),
        "me_nav": me_nav(request),
        "page_title": _("What I still have to do"),
    }
    return render(request, "home/me.html", context)
