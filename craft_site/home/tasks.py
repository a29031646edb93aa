"""Work of the roof after the answer: the morning mail of what is due, the papers of a year that was closed."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from craft_site.home import digest
from craft_site.home.scorecard.domain import freezing
from craft_site.home.scorecard.files import drawing
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.jobs.queue import handler
from craft_site.jobs.repeating import KEPT, every
from craft_site.people.models import User

MAIL = "home.mail_digest"


@every(timedelta(days=1), offset=timedelta(hours=23, minutes=30))  # 07:30 in China
@handler("home.digests")
def digests(job: Job) -> dict[str, Any]:
    """Asks for a mail to everybody who left an address: one row a person a day, however often this runs."""
    Job.objects.filter(name=MAIL, state=Job.State.DONE, created_at__lt=timezone.now() - KEPT).delete()
    if not digest.can_send():
        return {"asked": 0}
    on = timezone.localdate(job.created_at).isoformat()
    asked = [
        queue.enqueue(MAIL, payload={"user": pk, "on": on}, once=f"{pk}:{on}") for pk in digest.readers()
    ]
    return {"asked": len(asked)}


@handler(MAIL)
def mail_digest(job: Job, *, user: int, on: str) -> dict[str, Any]:
    """One person's mail. On another day than its own it is not made up for: the next one tells everything."""
    found = User.objects.filter(pk=user, is_active=True).exclude(email="").first()
    day = date.fromisoformat(on)
    if found is None or day != timezone.localdate():
        return {"matters": 0}
    return {"matters": digest.send(user=found, on=day)}


@handler(freezing.JOB)
def draw_scorecard(job: Job, *, year: int) -> dict[str, Any]:
    """Draws the files of a closed year, so that nobody waits for them. Without a font here the page says so."""
    try:
        drawing.draw_closed(year)
    except ScorecardRefused as refused:
        raise queue.Rejected(str(refused)) from refused
    return {"year": year}
