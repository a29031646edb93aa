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
    wanted = set(contestants)
    found: dict[int, list[Bar]] = defaultdict(list)
    for tie in Tie.objects.in_force(on).filter(Q(first=judge) | Q(second=judge)):
        other = tie.second_id if tie.first_id == judge.pk else tie.first_id
        if other in wanted:
            found[other].append(Bar(other, tie.kind))
    if judge.pk in wanted:
        found[judge.pk].append(Bar(judge.pk, "self"))
    for other in _colleagues(judge, wanted, on=on):
        found[other].append(Bar(other, "employer"))
    return dict(found)


def _colleagues(judge: Worker, wanted: set[int], *, on: date) -> set[int]:
    since = (
        on.replace(year=on.year - SAME_EMPLOYER_YEARS)
        if (on.month, on.day) != (2, 29)
        else date(on.year - SAME_EMPLOYER_YEARS, 2, 28)
    )
    employers: dict[int, set[int]] = defaultdict(set)
    current = Worker.objects.filter(Q(pk=judge.pk) | Q(pk__in=wanted)).exclude(employer=None)
    for pk, employer in current.values_list("pk", "employer"):
        employers[pk].add(employer)
    recent = Employment.objects.filter(Q(until__isnull=True) | Q(until__gte=since), since__lte=on)
    for pk, employer in recent.filter(Q(worker=judge) | Q(worker__in=wanted)).values_list(
        "worker", "employer"
    ):
        employers[pk].add(employer)
    own = employers.pop(judge.pk, set())
    return {pk for pk, theirs in employers.items() if theirs & own}
