"""The worker's own page of the academy: courses, master or apprentices, subsidies."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.web.me import tasks
from craft_site.kit.access import signed_in
from craft_site.people.web.me import worker_of
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


@signed_in
@never_cache
def home(request: PersonRequest) -> HttpResponse:
    """What is owed first, then what there is."""
    worker = worker_of(request)
    context = {
        "tasks": tasks.owed(worker),
        "sections": tasks.sections(worker),
        "worker": worker,
        "me_nav": me_nav(request),
        "page_title": _("Learning and subsidies"),
    }
    return render(request, "academy/me/home.html", context)


urlpatterns = [path("academy/", home, name="academy")]
