"""Work of the search that repeats by itself: every night all public facts are read again.

The verbs keep the index; this mends what no verb of a wing told, such as a firm's or a trade's corrected name.
"""

from datetime import timedelta
from typing import Any

from craft_site.jobs.models import Job
from craft_site.jobs.queue import handler
from craft_site.jobs.repeating import every
from craft_site.search import index
from craft_site.search.documents import SOURCES


@every(timedelta(days=1), offset=timedelta(hours=19))  # 03:00 in China
@handler("search.read_again")
def read_again(job: Job) -> dict[str, Any]:
    """Answers how many documents of each source had to be written or taken out."""
    changed = {name: index.rebuild(source) for name, source in sorted(SOURCES.items())}
    return {"changed": {name: number for name, number in changed.items() if number}}
