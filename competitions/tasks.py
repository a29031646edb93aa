"""Work after the answer: each handler takes keys and calls a verb. All of them are safe to repeat."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from competitions.domain import certificates, evidence, judge_report, releases, results, reviews, rosters
from competitions.files import roster as roster_file
from competitions.models import Event, Release
from competitions.web.published_pages import write_pages
from craft_site.jobs.models import Job
from craft_site.jobs.queue import Rejected, handler, report
from craft_site.jobs.repeating import every
from craft_site.ledger.models import Checkpoint
from craft_site.people.domain import roster_uploads
from craft_site.people.models import Employer


@handler("competitions.publish")
def publish_result(job: Job, *, event: str, reason: str) -> dict[str, Any]:
    """Makes the release of an event and writes its pages, those of the earlier versions too."""
    found = Event.objects.get(code=event)
    pages = found.releases.count() + 1
    try:
        release = releases.publish(
            event=found,
            by=job.by,
            reason=reason,
            progress=lambda done, total: report(job, done, total + pages),
        )
    except (releases.PublishingBlocked, ValueError) as refusal:
        raise Rejected(str(refusal)) from refusal
    for done, one in enumerate(_versions(event), start=1):
        write_pages(one)
        report(job, job.total - pages + min(done, pages))
    return {"release": release.slug}


@handler("competitions.write_pages")
def write_event_pages(job: Job, *, event: str) -> dict[str, Any]:
    """Writes the pages of all versions of a result again: their state is another now."""
    return {"pages": [address for release in _versions(event) for address in write_pages(release)]}


def _versions(event: str) -> "QuerySet[Release]":
    return Release.objects.filter(event__code=event).select_related("event__competition", "scheme")


@handler(certificates.JOB)
def certify(job: Job, *, event: str) -> dict[str, Any]:
    """Issues the certificates of an event's prizes."""
    return certificates.issue_prizes(
        event=Event.objects.select_related("competition").get(code=event),
        by=job.by,
        progress=lambda done, total: report(job, done, total),
    ).counts()


@handler("competitions.judge_report")
def report_on_judges(job: Job, *, event: str) -> dict[str, Any]:
    """Computes the report on an event's judges; the job's own row keeps it. It names nobody."""
    try:
        return judge_report.compute(
            Event.objects.get(code=event), progress=lambda done, total: report(job, done, total)
        )
    except results.NoScheme as refusal:
        raise Rejected(str(refusal)) from refusal


@handler("competitions.load_roster")
def load_roster(job: Job, *, event: str, employer: int, upload: int) -> dict[str, Any]:
    """Loads an uploaded roster, all rows or none; either way its file is gone afterwards."""
    made = roster_uploads.load(
        upload=upload,
        read=lambda content: roster_file.read(content)[0],
        verb=lambda lines: rosters.load(
            event=Event.objects.get(code=event),
            employer=Employer.objects.get(pk=employer),
            lines=lines,
            by=job.by,
        ),
        refusal=rosters.RosterRefused,
    )
    return made.counts() if made is not None else {}


@handler(evidence.MAIL)
def mail_checkpoint(job: Job, *, event: str, checkpoint: int) -> dict[str, Any]:
    """Mails a signed note to the event's supervisors."""
    return {
        "sent": evidence.mail_checkpoint(
            event=Event.objects.get(code=event),
            checkpoint=Checkpoint.objects.select_related("chain").get(pk=checkpoint),
        )
    }


@every(timedelta(minutes=5))
@handler("competitions.seal_growing")
def seal_growing(job: Job) -> dict[str, Any]:
    """While marks come in, their ledgers are signed every five minutes."""
    return _sealed(evidence.seal_growing())


@every(timedelta(days=1), offset=timedelta(hours=18, minutes=30))  # 02:30 in China, before the nightly walk
@handler("competitions.seal_all")
def seal_all(job: Job) -> dict[str, Any]:
    """Once a night every ledger that grew is signed."""
    return _sealed(evidence.seal_all())


def _sealed(done: dict[str, list[str]]) -> dict[str, Any]:
    if done["broken"]:
        raise Rejected("\n".join(done["broken"]))
    return {"signed": done["signed"]}


@every(timedelta(hours=1))
@handler("competitions.refuse_overdue")
def refuse_overdue(job: Job) -> dict[str, Any]:
    """Returned entries that nobody corrected in time."""
    return {"refused": reviews.refuse_overdue()}
