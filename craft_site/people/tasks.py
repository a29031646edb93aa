"""Work after the answer, and what repeats by itself: copies of people's data, deletion, files without a row."""

from datetime import timedelta
from typing import Any

from craft_site.jobs.models import Job
from craft_site.jobs.queue import Rejected, handler, report
from craft_site.jobs.repeating import every
from craft_site.people.domain import data_requests, erasing, exporting, files
from craft_site.people.models import DataExport, DataRequest


@every(timedelta(days=1), offset=timedelta(hours=19))  # 03:00 in China
@handler("people.delete_strays")
def delete_strays(job: Job) -> dict[str, Any]:
    """Files in private storage that no row points at, older than a day."""
    return {"deleted": files.delete_strays()}


@handler(exporting.JOB)
def make_copy(job: Job, *, export: str, language: str) -> dict[str, Any]:
    """Makes the copy that somebody asked for of their own data."""
    found = DataExport.objects.select_related("user").filter(uuid=export).first()
    if found is None:
        return {}  # its days are over
    exporting.make(export=found, language=language, progress=lambda done, total: report(job, done, total))
    return {"made": True}


@handler(data_requests.JOB)
def erase(job: Job, *, request: str) -> dict[str, Any]:
    """Deletes what is kept of a person, as two people decided."""
    try:
        stone = erasing.erase(request=DataRequest.objects.get(uuid=request), by=job.by)
    except data_requests.DataRefused as refusal:
        raise Rejected(str(refusal)) from refusal
    return {"rows": stone.rows, "files": stone.files, "leftovers": len(stone.leftovers)}


@every(timedelta(hours=6))
@handler("people.remove_copies")
def remove_copies(job: Job) -> dict[str, Any]:
    """Copies of people's data whose days are over."""
    return {"removed": exporting.remove_old()}
