from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from craft_site.jobs.models import Job
from craft_site.kit.access import signed_in
from craft_site.people import roles
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

# What the progress bar of the page calls the four states.
BAR_STATES = {
    Job.State.WAITING: "new",
    Job.State.RUNNING: "run",
    Job.State.DONE: "done",
    Job.State.FAILED: "dead",
}


@signed_in
@never_cache
def progress(request: PersonRequest, uuid: str) -> HttpResponse:
    """The progress of a job, for the person who asked for it: a page that survives a reload, or JSON for its bar."""
    job = get_object_or_404(Job, uuid=uuid, by=request.user)
    state = BAR_STATES[Job.State(job.state)]
    failed = job.error if job.state == Job.State.FAILED else ""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {
                "state": state,
                "done": job.done,
                "total": job.total,
                "message": failed,
                "url": job.back_to,
            }
        )
    mine = _is_own_page(request, job)
    context = {
        "job": job,
        "state": state,
        "failed": failed,
        "frame": "base_me.html" if mine else "base_desk.html",
        "me_nav": me_nav(request) if mine else [],
    }
    return render(request, "jobs/progress.html", context)


def _is_own_page(request: PersonRequest, job: Job) -> bool:
    """Whether the job was asked for on the person's own pages; one that leads nowhere goes by the person's roles."""
    if job.back_to:
        return job.back_to.startswith(reverse("me:home"))
    return not request.user.has_role(*roles.DESK)
