"""When the next step of a visit is due: days by state and urgency, counted from the day on which the state began."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

URGENCIES = ("urgent", "soon", "normal")
# Calendar days for a step, by urgency: accept or decline, find who goes, get everybody's answer.
DAYS: Mapping[str, Mapping[str, int]] = {
    "requested": {"urgent": 1, "soon": 2, "normal": 5},
    "triaged": {"urgent": 2, "soon": 4, "normal": 10},
    "matched": {"urgent": 1, "soon": 3, "normal": 5},
}
REPORT_DAYS = 3  # after the planned day
RATE_DAYS = 14  # for the firm to rate, after the visit or the follow-up


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a visit stands. since: the day on which this state began; open_until: the earliest day on which a problem
    that is still open is looked at again, None where nothing is open."""

    state: str
    urgency: str
    since: date
    planned_on: date | None = None
    open_until: date | None = None
    rated: bool = False


def due(stand: Stand) -> date | None:
    """The last day for the next step, None where there is none."""
    if (days := DAYS.get(stand.state)) is not None:
        return stand.since + timedelta(days=days[stand.urgency])
    if stand.state == "agreed":
        return (stand.planned_on or stand.since) + timedelta(days=REPORT_DAYS)
    if stand.state not in ("visited", "followed_up"):
        return None
    if stand.open_until is not None:
        return stand.open_until
    # Rated already, it can be closed at once.
    return stand.since if stand.rated else stand.since + timedelta(days=RATE_DAYS)
