"""When a course is completed: the share of class hours attended and the marks of the exam, exact and pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Held:
    """One session: its class hours, the sign-ins asked for (1 or 2), those that the person made, whether it was missed
    on leave, and whether it was over before the person had a place."""

    hours: int
    turns: int
    made: int
    on_leave: bool = False
    before: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """complete: the answer. attended: share of the class hours from 0 to 1. The rest names what is missing.

    short: attendance is below the need; missing: parts of the exam without a mark; below: parts under the pass mark.
    leave_hours and before_hours explain absences, they excuse none: a certificate speaks of the hours of the whole
    course, so whoever comes late is measured by all of them.
    """

    complete: bool
    attended: Fraction
    short: bool
    missing: tuple[str, ...]
    below: tuple[str, ...]
    leave_hours: int
    before_hours: int = 0


def share(sessions: Iterable[Held]) -> Fraction:
    """Class hours attended of all that were held. One sign-in of two earns half a session's hours; no sessions, all."""
    hours, earned = 0, Fraction(0)
    for one in sessions:
        hours += one.hours
        earned += Fraction(one.hours * min(one.made, one.turns), one.turns)
    return earned / hours if hours else Fraction(1)


def percent(attended: Fraction) -> Decimal:
    """The share in per cent with one decimal, rounded half up; but never up to a whole per cent that is not reached:
    79.96 % is not yet 80 %."""
    rounded = (attended * 1000 + Fraction(1, 2)) // 1
    if rounded % 10 == 0 and rounded > attended * 1000:
        rounded -= 1
    return Decimal(int(rounded)).scaleb(-1)


def judge(
    sessions: Sequence[Held],
    *,
    attendance_percent: int,
    parts: Sequence[str],
    marks: Mapping[str, Decimal],
    pass_mark: Decimal,
) -> Verdict:
    """The verdict on one person. parts: of the exam, in their order; marks: those that are known, of 100."""
    attended = share(sessions)
    short = attended * 100 < attendance_percent
    missing = tuple(part for part in parts if part not in marks)
    below = tuple(part for part in parts if part in marks and marks[part] < pass_mark)
    leave = sum(one.hours for one in sessions if one.on_leave and not one.made)
    before = sum(one.hours for one in sessions if one.before and not one.made and not one.on_leave)
    return Verdict(not (short or missing or below), attended, short, missing, below, leave, before)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How attendance stands in the middle of a class, in class hours: needed of all, made, gone for ever, ahead."""

    needed: Fraction
    made: Fraction
    missed: Fraction
    ahead: Fraction

    @property
    def still(self) -> Fraction:
        """What must still be attended."""
        return max(self.needed - self.made, Fraction(0))

    @property
    def within_reach(self) -> bool:
        return self.still <= self.ahead


def outlook(sessions: Iterable[tuple[Held, bool]], *, attendance_percent: int) -> Outlook:
    """sessions: each with whether it is over; what was not signed in to then is missed, before that it is ahead."""
    total, made, missed, ahead = 0, Fraction(0), Fraction(0), Fraction(0)
    for one, over in sessions:
        earned = Fraction(one.hours * min(one.made, one.turns), one.turns)
        total += one.hours
        made += earned
        if over:
            missed += one.hours - earned
        else:
            ahead += one.hours - earned
    return Outlook(Fraction(total * attendance_percent, 100), made, missed, ahead)
