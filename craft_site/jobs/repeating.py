"""Work that comes again: one job row for each stretch of time, made by whichever process looks first.

    @every(timedelta(minutes=5))
    @handler("contests.sign")
    def sign(job): ...

The row's uuid is computed from the name and the number of the stretch, so two processes cannot make two of them, and a
stretch in which nothing ran is not made up for. The thread runner looks while it idles, Celery's beat once a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from craft_site.jobs.models import Job

KEPT = timedelta(days=2)  # done rows of repeating work, so that somebody can look
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class _Rhythm:
    every: timedelta
    offset: timedelta

    def stretch(self, at: datetime) -> int:
        return int((at.timestamp() - self.offset.total_seconds()) // self.every.total_seconds())


_rhythms: dict[str, _Rhythm] = {}
_looked: dict[str, int] = {}


def every(span: timedelta, *, offset: timedelta = timedelta(0)) -> Callable[[Handler], Handler]:
    """Repeats a job without payload. It goes above `@handler`. offset: of the first stretch after midnight UTC."""

    def register(f: Handler) -> Handler:
        _rhythms[f.job_name] = _Rhythm(span, offset)  # type: ignore[attr-defined]  # set by handler
        return f

    return register


def make_due(now: datetime | None = None) -> int:
    """Makes the rows whose time has come and says how many. Cheap when there is nothing to make."""
    now = now or timezone.now()
    made = 0
    for name, rhythm in _rhythms.items():
        stretch = rhythm.stretch(now)
        if _looked.get(name) == stretch:
            continue
        _job, is_new = Job.objects.get_or_create(
            uuid=_uuid(name, stretch), defaults={"name": name, "due": now}
        )
        made += is_new
        _looked[name] = stretch
        Job.objects.filter(name=name, state=Job.State.DONE, created_at__lt=now - KEPT).delete()
    return made


def _uuid(name: str, stretch: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"job:{name}:{stretch}")
