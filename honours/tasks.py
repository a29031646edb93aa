"""Work of the honours that waits for nobody's page: handlers take keys, call a verb and are safe to repeat."""

from typing import Any

from craft_site.jobs.models import Job
from craft_site.jobs.queue import handler, report
from honours import story_card
from honours.domain import certificates
from honours.pages import StoryPage


@handler(story_card.JOB)
def draw_story_card(job: Job, *, page: int) -> dict[str, bool]:
    """Draws the share card of a story that has been published."""
    found = StoryPage.to_show().filter(pk=page, live=True).first()
    return {"drawn": found is not None and story_card.draw(found)}


@handler(certificates.JOB)
def certify(job: Job, *, conferral: str) -> dict[str, Any]:
    """Issues the certificates of a conferral, or of all that was conferred here."""
    return certificates.certify_conferred(
        conferral=conferral, by=job.by, progress=lambda done, total: report(job, done, total)
    ).counts()
