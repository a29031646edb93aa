"""A host's usual calendar around a contest day: what filling in lays where, and what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from competitions.models import CalendarStep, Event

K = CalendarStep.Kind


@dataclass(frozen=True, slots=True)
class DefaultStep:
    """Where a step of the calendar usually lies: days from the contest day, hours of the day."""

    kind: str
    from_day: int
    from_hour: tuple[int, int]
    to_day: int
    to_hour: tuple[int, int]


# A host's usual calendar around one contest day (day 0). Notice D-60, registration D-45 to D-20, list D-15 for three
# working days, briefing and draw D-1, marks locked D+1, results on notice for five working days, final D+10.
DEFAULT_CALENDAR = (
    DefaultStep(K.FILING, -75, (9, 0), -61, (17, 0)),
    DefaultStep(K.NOTICE, -60, (9, 0), -60, (17, 0)),
    DefaultStep(K.REGISTRATION, -45, (9, 0), -20, (17, 0)),
    DefaultStep(K.ELIGIBILITY, -20, (17, 0), -16, (17, 0)),
    DefaultStep(K.LIST, -15, (9, 0), -12, (17, 0)),
    DefaultStep(K.PAPERS, -10, (9, 0), -3, (17, 0)),
    DefaultStep(K.TRAINING, -2, (9, 0), -2, (17, 0)),
    DefaultStep(K.BRIEFING, -1, (14, 0), -1, (15, 0)),
    DefaultStep(K.DRAW, -1, (15, 0), -1, (17, 0)),
    DefaultStep(K.THEORY, -1, (19, 0), -1, (20, 0)),
    DefaultStep(K.CHECK_IN, 0, (7, 30), 0, (8, 15)),
    DefaultStep(K.PRACTICE, 0, (8, 30), 0, (12, 30)),
    DefaultStep(K.COLLECTION, 0, (13, 0), 0, (13, 30)),
    DefaultStep(K.MEASURING, 0, (13, 30), 0, (19, 0)),
    DefaultStep(K.MARKING, 0, (13, 30), 0, (21, 0)),
    DefaultStep(K.RECHECK, 0, (19, 0), 1, (12, 0)),
    DefaultStep(K.LOCK, 1, (14, 0), 1, (14, 30)),
    DefaultStep(K.DECODING, 1, (14, 30), 1, (15, 30)),
    DefaultStep(K.TOTALS, 1, (15, 30), 1, (17, 0)),
    DefaultStep(K.PUBLICITY, 2, (9, 0), 9, (9, 0)),
    DefaultStep(K.APPEALS, 2, (9, 0), 9, (9, 0)),
    DefaultStep(K.FINAL, 10, (9, 0), 10, (17, 0)),
    DefaultStep(K.PROMOTION, 30, (9, 0), 60, (17, 0)),
    DefaultStep(K.REVIEW, 40, (9, 0), 70, (17, 0)),
)


def default_calendar(
    day: date, *, opens: datetime | None = None, closes: datetime | None = None
) -> list[dict[str, Any]]:
    """The usual steps around a contest day, as fields of CalendarStep, in the site's time zone.

    opens, closes: of the registration where they are given already. The notice then comes no later than the opening,
    and the review and the list of the accepted follow the closing, at the latest until the briefing.
    """

    def at(offset: int, hour: tuple[int, int]) -> datetime:
        return timezone.make_aware(datetime.combine(day + timedelta(days=offset), time(*hour)))

    steps: dict[str, tuple[datetime, datetime]] = {
        step.kind: (at(step.from_day, step.from_hour), at(step.to_day, step.to_hour))
        for step in DEFAULT_CALENDAR
    }
    if opens is not None and closes is not None and closes < steps[K.BRIEFING][0]:
        _opening, usual_closing = steps[K.REGISTRATION]
        steps[K.REGISTRATION] = (opens, closes)
        if opens < steps[K.NOTICE][1]:
            moved = opens - steps[K.NOTICE][1]
            for kind in (K.FILING, K.NOTICE):
                steps[kind] = (steps[kind][0] + moved, steps[kind][1] + moved)
        later, latest = closes - usual_closing, steps[K.BRIEFING][0]
        for kind in (K.ELIGIBILITY, K.LIST):
            begins, ends = steps[kind]
            if kind == K.ELIGIBILITY or later > timedelta(0):
                steps[kind] = (min(begins + later, latest), min(ends + later, latest))
    return [{"kind": kind, "starts_at": begins, "ends_at": ends} for kind, (begins, ends) in steps.items()]


def usual_steps(event: Event, day: date) -> list[dict[str, Any]]:
    """The usual calendar of an event. A notice whose usual day has passed comes now, if nobody can register yet."""
    steps = default_calendar(day, opens=event.registration_opens, closes=event.registration_closes)
    now, opens = timezone.now().replace(second=0, microsecond=0), event.registration_opens
    for step in steps:
        if step["kind"] == K.NOTICE and is_over(step, day) and opens is not None and opens > now:
            step["starts_at"], step["ends_at"] = now, opens
    return steps


def is_over(step: Mapping[str, Any], day: date) -> bool:
    """Whether the usual time of a step has passed before a contest that is still to come."""
    return day >= timezone.localdate() and step["ends_at"] < timezone.now()


def steps_over(*, event: Event, day: date) -> list[str]:
    """The steps that filling in leaves out, by name: nobody plans into the past."""
    kept = set(event.calendar.values_list("kind", flat=True))
    return [
        str(K(step["kind"]).label)
        for step in usual_steps(event, day)
        if step["kind"] not in kept and is_over(step, day)
    ]
