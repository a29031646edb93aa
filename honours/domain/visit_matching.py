"""What is known of those who could go to a firm, read for the rules of the match: six queries for any number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from craft_site.people.models import Employment, Qualification, Union, Worker
from craft_site.people.models.trade import Grade
from honours.models import Honour, Visit, VisitCraftsman, VisitProblem
from honours.rules.visit_match import Craftsman, Fit, Need, ranked

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go, and how they fit."""

    worker: Worker
    fit: Fit


def craftsmen() -> Any:
    """Who counts as a craftsman: a checked certificate of technician or above, or an honour that stands."""
    skilled = Qualification.objects.filter(
        checked=True, kind=Qualification.Kind.LEVEL, grade__gte=Grade.TECHNICIAN
    )
    honoured = Honour.objects.standing().filter(holder__worker__isnull=False)
    known = Q(pk__in=skilled.values("worker")) | Q(pk__in=honoured.values("holder__worker"))
    return Worker.objects.filter(known)


def candidates(visit: Visit, *, year: int, most: int = SHOWN) -> list[Candidate]:
    """The fittest for a request, the best first. Those of the trade asked for, and everybody with an honour."""
    known = craftsmen()
    if visit.trade_id is not None:
        of_trade = Qualification.objects.filter(checked=True, trade=visit.trade_id).values("worker")
        honoured = Honour.objects.standing().filter(holder__worker__isnull=False).values("holder__worker")
        known = known.filter(Q(pk__in=of_trade) | Q(pk__in=honoured))
    workers = {worker.pk: worker for worker in known.select_related("employer__union__parent").order_by("pk")}
    found = ranked(need_of(visit), _read(workers.values(), year))
    return [Candidate(workers[one.key], one) for one in found[:most] if not one.barred]


def fits_of(visit: Visit, workers: Iterable[Worker], *, year: int) -> dict[int, Fit]:
    """How these fit, by key of the worker, the fittest first."""
    keys = {worker.pk for worker in workers}
    read = Worker.objects.filter(pk__in=keys).select_related("employer__union__parent")
    return {one.key: one for one in ranked(need_of(visit), _read(read, year))}


def need_of(visit: Visit) -> Need:
    town = town_of(visit.employer)
    return Need(
        employer=visit.employer_id,
        kind=str(visit.kind),
        trade=visit.trade_id,
        town=town.pk if town else None,
        spot=town.spot if town else None,
    )


def town_of(employer: Any) -> Union | None:
    """The town of a firm: its union, or the one above."""
    union: Union | None = employer.union if employer is not None else None
    if union is None or union.level == Union.Level.TOWN:
        return union
    above = union.parent
    return above if above is not None and above.level == Union.Level.TOWN else None


def _read(workers: Iterable[Worker], year: int) -> list[Craftsman]:
    people = list(workers)
    keys = [worker.pk for worker in people]
    grades, former = _grades(keys), _former(keys)
    honours, solved, visits = _honours(keys), _solved(keys), _visits(keys, year)
    found = []
    for worker in people:
        town = town_of(worker.employer)
        found.append(
            Craftsman(
                key=worker.pk,
                grades=grades[worker.pk],
                honour=honours.get(worker.pk, 0),
                solved=solved[worker.pk],
                town=town.pk if town else None,
                spot=town.spot if town else None,
                visits=visits.get(worker.pk, 0),
                employer=worker.employer_id,
                former=frozenset(one for one in former[worker.pk] if one != worker.employer_id),
            )
        )
    return found


def _grades(keys: list[int]) -> Mapping[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    held = Qualification.objects.filter(worker__in=keys, checked=True).order_by()
    for worker, trade, grade in held.values_list("worker_id", "trade_id", "grade"):
        if trade is not None and grade is not None:
            found[worker][trade] = max(grade, found[worker].get(trade, 0))
    return found


def _former(keys: list[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    known = Employment.objects.filter(worker__in=keys).order_by()
    for worker, employer in known.values_list("worker_id", "employer_id"):
        found[worker].add(employer)
    return found


def _honours(keys: list[int]) -> dict[int, int]:
    """The highest level of the honours that stand."""
    standing = Honour.objects.standing().filter(holder__worker__in=keys).order_by()
    return dict(standing.values_list("holder__worker").annotate(level=Max("title__level")))


def _solved(keys: list[int]) -> Mapping[int, dict[str, int]]:
    """Problems solved at visits to which they came, by kind."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    solved = (
        VisitProblem.objects.filter(
            solved_on__isnull=False, visit__craftsmen__came=True, visit__craftsmen__worker__in=keys
        )
        .order_by()
        .values_list("visit__craftsmen__worker", "kind")
        .annotate(count=Count("pk"))
    )
    for worker, kind, count in solved:
        found[worker][kind] = count
    return found


def _visits(keys: list[int], year: int) -> dict[int, int]:
    """How many visits of a year somebody made or has promised; being asked is not yet a visit."""
    promised = (
        VisitCraftsman.objects.filter(worker__in=keys, visit__planned_on__year=year)
        .filter(answer=VisitCraftsman.Answer.YES)
        .exclude(visit__state__in=(Visit.State.DECLINED, Visit.State.CANCELLED, Visit.State.TRIAGED))
    )
    return dict(promised.order_by().values_list("worker").annotate(count=Count("visit", distinct=True)))
