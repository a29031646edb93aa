"""Work after the answer: each handler takes keys and calls a verb. All of them are safe to repeat."""

from typing import Any

from django.db import transaction

from competitions.domain import releases, roster_uploads, rosters
from competitions.files import roster as roster_file
from competitions.models import Event
from competitions.web.published_pages import write_pages
from craft_site.jobs.models import Job
from craft_site.jobs.queue import Rejected, handler, report
from craft_site.people.domain import files
from craft_site.people.models import Employer, PrivateFile


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


@handler("competitions.load_roster")
def load_roster(job: Job, *, event: str, employer: int, upload: int) -> dict[str, Any]:
    """Loads an uploaded roster, all rows or none; either way its file is gone afterwards."""
    file = PrivateFile.objects.filter(pk=upload).first()
    if file is None:
        return {}  # an earlier run has done it
    lines, _faults, _warnings = roster_file.read(roster_uploads.read_upload(file=file))
    try:
        with transaction.atomic():
            made = rosters.load(
                event=Event.objects.get(code=event),
                employer=Employer.objects.get(pk=employer),
                lines=lines,
                by=job.by,
            )
            files.drop(file=file)
    except rosters.RosterRefused as refusal:
        files.drop(file=file)
        named = " ".join(fault.message for fault in refusal.faults[:5])
        raise Rejected(f"{refusal} {named}".strip()) from refusal
    return made.counts()
