from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from craft_site.jobs.models import Job
from craft_site.kit.access import signed_in


@signed_in
def progress(request: HttpRequest, uuid: str) -> HttpResponse:
    """The progress of a job, for the person who asked for it: a page that survives a reload, or JSON for its bar."""
    job = get_object_or_404(Job, uuid=uuid, by=request.user)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {
                "state": job.state,
                "done": job.done,
                "total": job.total,
                "error": job.error if job.state == Job.State.FAILED else "",
                "back_to": job.back_to,
            }
        )
    return render(request, "jobs/progress.html", {"job": job})
