"""When the time for an appeal begins and ends. It begins when the contestant could first know: with the end of play
for what happened at the bench, with the publication that first showed the mark for marks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from competitions.models import Appeal, Code, Entry, Event, Release, Violation

K = Appeal.KnownFrom
AT_THE_BENCH = (
    Appeal.Subject.EQUIPMENT,
    Appeal.Subject.TOOLS,
    Appeal.Subject.RULES,
    Appeal.Subject.STAFF,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """known_at and until are None while the clock has not begun: then nothing is late."""

    known_from: str
    known_at: datetime | None
    until: datetime | None
    release: Release | None = None

    def is_over(self, at: datetime | None = None) -> bool:
        return self.until is not None and (at or timezone.now()) > self.until


def bench_clock(entry: Entry) -> Clock:
    """From the end of play; where nobody took the time, from the end of the contestant's session."""
    code = (
        Code.objects.filter(layer=Code.Layer.STATION, parent__entry=entry)
        .select_related("play", "session")
        .first()
    )
    if code is None:
        return Clock(K.NOT_YET, None, None)
    play = getattr(code, "play", None)
    if play is not None and play.started_at is not None:
        return _clock(entry.event, K.END_OF_PLAY, play.ended_at)
    return _clock(entry.event, K.END_OF_SESSION, code.session.ends_at if code.session else None)


def marks_clock(entry: Entry) -> Clock:
    """From the newest version of the result that changed something for this entry; NOT_YET before the first one."""
    row = entry.release_rows.select_related("release").order_by("-release__number").first()
    number = row.contestant_no if row is not None else ""
    for release in entry.event.releases.select_related("event"):
        changes = release.amendments.get("changes", ())
        team = entry.team.name if entry.team else None
        if not release.amendments or any(
            (number and change["entry"] == number) or (team and change["team"] == team) for change in changes
        ):
            until = release.appeals_until or release.published_at + timedelta(
                minutes=entry.event.appeal_minutes
            )
            return Clock(K.PUBLICATION, release.published_at, until, release)
    return Clock(K.NOT_YET, None, None)


def measure_clock(violation: Violation) -> Clock:
    """From the decision on a violation."""
    return _clock(violation.event, K.DECISION, violation.decided_at)


def clock_of(*, entry: Entry | None, subject: str, violation: Violation | None = None) -> Clock:
    """The clock of an appeal that somebody would file now."""
    if violation is not None:
        return measure_clock(violation)
    assert entry is not None
    return marks_clock(entry) if subject == Appeal.Subject.MARKS else bench_clock(entry)


def _clock(event: Event, known_from: str, at: datetime | None) -> Clock:
    if at is None:
        return Clock(K.NOT_YET, None, None)
    return Clock(known_from, at, at + timedelta(minutes=event.appeal_minutes))
