"""Ties: who may not judge whom. The ground knows the facts; a wing asks before it assigns anybody."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from craft_site.people.models import Employment, Tie, Worker

SAME_EMPLOYER_YEARS = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """Why two people may not judge one another. kind: "employer" or a Tie.Kind."""

    worker_id: int
    kind: str


@transaction.atomic
def declare(*, one: Worker, other: Worker, kind: str, note: str = "", until: date | None = None) -> Tie:
    """Writes a tie between two people, once, whoever of them is named first.

    Raises ValueError when both are the same person.
    """
    if one.pk == other.pk:
        raise ValueError("a tie needs two people")
    first, second = sorted((one, other), key=lambda w: w.pk)
    tie, _ = Tie.objects.update_or_create(
        first=first, second=second, kind=kind, defaults={"note": note, "until": until}
    )
    return tie


def bars_between(judge: Worker, contestants: Iterable[int], *, on: date) -> dict[int, list[Bar]]:
    """Which of these workers (primary keys) the judge may not mark, and why. Three queries for any number.

    Barred: a tie in force on that day, and whoever works or within three years worked for the same employer.
    """
    return bars_for([Official(judge.pk, judge.pk)], contestants, on=on).get(judge.pk, {})


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who judges. key: whatever the caller knows them by; worker: their worker record, if they have one;
    employers: firms that their account names, for judges without a worker record."""

    key: int
    worker: int | None
    employers: frozenset[int] = frozenset()


def bars_for(
    officials: Iterable[Official], contestants: Iterable[int], *, on: date
) -> dict[int, dict[int, list[Bar]]]:
    """The same for many judges at once: bars by the official's key and the worker's. Three queries for any number."""
    officials, wanted = list(officials), set(contestants)
    keys: dict[int, list[int]] = defaultdict(list)  # several accounts may be one worker's
    for official in officials:
        if official.worker is not None:
            keys[official.worker].append(official.key)
    found: dict[int, dict[int, list[Bar]]] = defaultdict(lambda: defaultdict(list))
    ties = Tie.objects.in_force(on).filter(Q(first__in=keys) | Q(second__in=keys))
    for first, second, kind in ties.values_list("first", "second", "kind"):
        for judge, other in ((first, second), (second, first)):
            if other in wanted:
                for key in keys.get(judge, ()):
                    found[key][other].append(Bar(other, kind))
    employers = employers_of({*keys, *wanted}, on=on)
    for official in officials:
        if official.worker in wanted:
            found[official.key][official.worker].append(Bar(official.worker, "self"))
        own = official.employers | employers.get(official.worker or 0, set())
        for other in wanted:
            if other != official.worker and employers.get(other, set()) & own:
                found[official.key][other].append(Bar(other, "employer"))
    return {key: dict(bars) for key, bars in found.items()}


def employers_of(workers: Iterable[int], *, on: date) -> dict[int, set[int]]:
    """Whom each of these workers works for, or did within three years before that day. Two queries."""
    wanted = set(workers)
    since = (
        on.replace(year=on.year - SAME_EMPLOYER_YEARS)
        if (on.month, on.day) != (2, 29)
        else date(on.year - SAME_EMPLOYER_YEARS, 2, 28)
    )
    employers: dict[int, set[int]] = defaultdict(set)
    current = Worker.objects.filter(pk__in=wanted).exclude(employer=None)
    for pk, employer in current.values_list("pk", "employer"):
        employers[pk].add(employer)
    recent = Employment.objects.filter(Q(until__isnull=True) | Q(until__gte=since), since__lte=on)
    for pk, employer in recent.filter(worker__in=wanted).values_list("worker", "employer"):
        employers[pk].add(employer)
    return dict(employers)
