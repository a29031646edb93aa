"""Figures of the academy for its first page: a fixed number of queries, whatever there is to count."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractMonth

from academy.models import Enrolment, Pair, SubsidyProgramme, TrainingClass, TrainingTarget
from craft_site.people import roles

OFFICE = (roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR)
MONTHS = 12


def trained(user: Any, year: int) -> dict[str, list[int]]:
    """Courses completed in each month of a year, by kind of class; kinds without any are left out. One query.

    The office counts everybody, a firm's contact the people whom the firm enrolled, anybody else nobody.
    """
    found = Enrolment.objects.filter(state=Enrolment.State.COMPLETED, training_class__finished_on__year=year)
    if not user.has_role(*OFFICE):
        own = user.employer_id if user.has_role(roles.EMPLOYER) else None
        if own is None:
            return {}
        found = found.filter(employer=own)
    months = (
        found.order_by()
        .values_list("training_class__kind", ExtractMonth("training_class__finished_on"))
        .annotate(people=Count("pk"))
    )
    by_kind: dict[str, list[int]] = {}
    for kind, month, people in months:
        by_kind.setdefault(kind, [0] * MONTHS)[month - 1] = people
    return {kind: by_kind[kind] for kind in TrainingClass.Kind.values if kind in by_kind}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """How far one kind of training has come: sessions held and people who completed, beside what the plan asks."""

    target: TrainingTarget
    sessions: int
    people: int


def against_plan(year: int, trained_by_kind: dict[str, list[int]]) -> list[PlanLine]:
    """A line for each target of the year, from the whole office's `trained` of it. Two queries."""
    targets = list(TrainingTarget.objects.filter(year=year))
    held = dict(
        TrainingClass.objects.filter(state=TrainingClass.State.FINISHED, finished_on__year=year)
        .order_by()
        .values_list("kind")
        .annotate(classes=Count("pk"))
    )
    return [PlanLine(one, held.get(one.kind, 0), sum(trained_by_kind.get(one.kind, ()))) for one in targets]


def pairs_by_state(user: Any) -> dict[str, int]:
    """How many of the pairs that the person may see are in each state, in the order of a pair's life. One query."""
    found = dict(
        Pair.objects.filter(pk__in=Pair.objects.visible_to(user).order_by().values("pk"))
        .order_by()
        .values_list("state")
        .annotate(pairs=Count("pk"))
    )
    return {state: found[state] for state in Pair.State.values if state in found}


def money() -> list[SubsidyProgramme]:
    """The programmes that were opened, the newest first; each knows its budget, what is claimed, paid and left."""
    return list(SubsidyProgramme.objects.exclude(state=SubsidyProgramme.State.DRAFT))
