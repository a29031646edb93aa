"""Work of the academy that waits for nobody's page: handlers take keys, call a verb and are safe to repeat."""

from datetime import timedelta
from typing import Any

from academy.domain import diplomas, pairs, rosters
from academy.files import class_roster
from academy.models import Pair, TrainingClass
from craft_site.jobs.models import Job
from craft_site.jobs.queue import handler, report
from craft_site.jobs.repeating import every
from craft_site.people.domain import roster_uploads
from craft_site.people.models import Employer


@every(timedelta(days=1), offset=timedelta(hours=16, minutes=5))  # five past midnight in China
@handler("academy.start_pairs")
def start_pairs(job: Job) -> dict[str, Any]:
    """Signed pairs whose first day has come are under way."""
    return {"begun": pairs.start_due()}


@handler(diplomas.JOB_CLASS)
def certify_class(job: Job, *, code: str) -> dict[str, Any]:
    """Issues the certificates of everybody who completed a class."""
    found = TrainingClass.objects.select_related("programme__trade", "academy").get(code=code)
    return diplomas.certify_class(
        training_class=found, by=job.by, progress=lambda done, total: report(job, done, total)
    ).counts()


@handler(diplomas.JOB_PAIR)
def certify_pair(job: Job, *, number: str) -> dict[str, Any]:
    """Issues the certificate of a completed apprenticeship."""
    found = Pair.objects.select_related("scheme__academy", "trade").get(number=number)
    return diplomas.certify_pair(pair=found, by=job.by).counts()


@handler("academy.load_roster")
def load_roster(job: Job, *, code: str, employer: int, upload: int) -> dict[str, Any]:
    """Loads an uploaded roster of a class, all rows or none; either way its file is gone afterwards."""
    return (
        roster_uploads.load(
            upload=upload,
            read=lambda content: class_roster.read(content)[0],
            verb=lambda lines: rosters.load(
                training_class=TrainingClass.objects.get(code=code),
                employer=Employer.objects.get(pk=employer),
                lines=lines,
                by=job.by,
            ),
            refusal=rosters.RosterRefused,
        )
        or {}
    )
