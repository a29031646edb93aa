"""The days that a pair must keep: its monthly logs, the evaluation at half time and the last one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from academy.domain.pair_moves import S, rules_of
from academy.domain.pair_reviews import mid_due_on
from academy.models import Pair, PairLog
from academy.rules import pairing

LOG, MID, FINAL = "log", "mid", "final"
BEFORE_MID = (S.SIGNED, S.RUNNING)


@dataclass(frozen=True, slots=True)
class DueDay:
    """One thing that is due on a day. kind: LOG, MID or FINAL; month: of a log, its first day."""

    pair: Pair
    kind: str
    on: date
    month: date | None = None


def of_person(user: Any) -> list[DueDay]:
    """What is due in the pairs of a person that are signed and not over, in the order of the days; two queries.

    A log is the apprentice's: the master is not reminded of it. A month stays until its log was sent.
    """
    mine = Pair.objects.filter(Q(mentor__user=user) | Q(apprentice__user=user))
    pairs = list(
        mine.filter(state__in=(S.SIGNED, *Pair.UNDER_WAY)).select_related("scheme", "trade", "apprentice")
    )
    learning = [pair for pair in pairs if pair.apprentice.user_id == user.pk]
    sent = PairLog.objects.filter(pair__in=learning).exclude(state=PairLog.State.DRAFT).order_by()
    written = set(sent.values_list("pair_id", "month")) if learning else set()
    found = [day for pair in pairs for day in _evaluations(pair)]
    found += [day for pair in learning for day in _logs(pair) if (pair.pk, day.month) not in written]
    return sorted(found, key=lambda day: (day.on, day.pair.pk, day.kind))


def _logs(pair: Pair) -> Iterable[DueDay]:
    """Every month that needs a log, on the day from which the apprentice is asked for it."""
    rules = rules_of(pair.scheme)
    for month in pairing.months_owed(rules, pair.began_on or pair.starts_on, pair.ends_on):
        yield DueDay(pair, LOG, month.replace(day=rules.remind_day), month)


def _evaluations(pair: Pair) -> Iterator[DueDay]:
    if pair.state in BEFORE_MID:
        yield DueDay(pair, MID, mid_due_on(pair))
    yield DueDay(pair, FINAL, pair.ends_on)
