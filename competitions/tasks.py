"""Work after the answer: each handler takes keys and calls a verb. All of them are safe to repeat."""

from typing import Any

from competitions.domain import releases
from competitions.models import Event
from competitions.web.published_pages import write_pages
from craft_site.jobs.models import Job
from craft_site.jobs.queue import Rejected, handler, report


@handler("competitions.publish")
def publish_result(job: Job, *, event: str, reason: str) -> dict[str, Any]:
    """Makes the release of an event and writes its pages."""
    try:
        release = releases.publish(
            event=Event.objects.get(code=event),
            by=job.by,
            reason=reason,
            progress=lambda done, total: report(job, done, total + 1),
        )
    except (releases.PublishingBlocked, ValueError) as refusal:
        raise Rejected(str(refusal)) from refusal
    write_pages(release)
    return {"release": release.slug}
