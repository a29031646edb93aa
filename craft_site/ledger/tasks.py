"""Work after the answer: the anchors of a checkpoint, and the nightly walk over every chain."""

import logging
from datetime import timedelta
from typing import Any

from craft_site.jobs.models import Job
from craft_site.jobs.queue import Rejected, handler
from craft_site.jobs.repeating import every
from craft_site.ledger import anchors
from craft_site.ledger.models import Chain, Checkpoint
from craft_site.ledger.verification import verify

log = logging.getLogger(__name__)


@handler(anchors.JOB)
def anchor(job: Job, *, checkpoint: int) -> dict[str, Any]:
    """Writes the files of a checkpoint."""
    return {"files": anchors.write_files(Checkpoint.objects.select_related("chain").get(pk=checkpoint))}


@every(timedelta(days=1), offset=timedelta(hours=19))  # 03:00 in China
@handler("ledger.verify")
def verify_all(job: Job) -> dict[str, Any]:
    """Walks every chain. What does not hold is logged line by line, and the job fails with it."""
    reports = [verify(chain) for chain in Chain.objects.order_by("name")]
    faults = [str(fault) for report in reports for fault in report.faults]
    for fault in faults:
        log.critical("the ledger does not hold: %s", fault)
    if faults:
        raise Rejected("\n".join(faults[:20]))
    return {"chains": len(reports), "lines": sum(report.lines for report in reports)}
