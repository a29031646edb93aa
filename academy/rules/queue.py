"""Who comes first when there are fewer places than claims.

A programme may name groups that come first ("first: [model_worker, new_form]": 劳模 and workers in new forms of
employment, Zhejiang 2024, Zhoushan 2025). A claim is of them when its claimant belonged to at least one of the groups
on the day of filing; more groups give nothing more, and no group stands before another. What that means, exactly:

First come, first served. Whoever files while there is a place has it at once, and a place that was given is never taken
away again for somebody else. In a programme that names groups, a claim filed after the last place waits in a line
instead of being refused. Each place that comes free, because a claim is withdrawn or refused or because places are
added, goes to the head of the line: claims with priority first, then by the server's time stamp of the filing; of two
with the same stamp the smaller reference number.

By lot. One throw gives one order of all claims (kit.draw, draw-v1). Then the claims with priority are placed before
the others, each part in its drawn order: as long as their number is within the places, all of them have one, and the
lots decide for the rest; if there are more of them than places, the lots decide among them. Who has priority is frozen
and published with a hash of its own before the dice fall, so that nobody is moved over afterwards.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")

RECORD, STATED = "record", "stated"


@dataclass(frozen=True, slots=True)
class InLine:
    """A claim that waits for a place. at: the server's time stamp of its filing."""

    reference: str
    first: bool
    at: datetime


def in_order(waiting: Iterable[InLine]) -> list[InLine]:
    """The line, its head first."""
    return sorted(waiting, key=lambda one: (not one.first, one.at, one.reference))


def first_drawn(order: Sequence[T], first: Collection[T]) -> list[T]:
    """A drawn order with those that have priority in front; within each part the order stays."""
    return [one for one in order if one in first] + [one for one in order if one not in first]


def priority(
    groups: Iterable[str], *, proved: Collection[str], said: Mapping[str, bool | None]
) -> dict[str, str]:
    """Why a claim comes first, by group: "record" where the record proves it, "stated" where the claimant says so
    and the union is to confirm it. Empty: it does not come first. groups: of the programme."""
    found = {}
    for group in groups:
        if group in proved:
            found[group] = RECORD
        elif said.get(group) is True:
            found[group] = STATED
    return found
