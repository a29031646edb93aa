"""The targets of the yearly training plan: kept by the office, each change with a line in the ledger."""

from typing import Any

from django.db import transaction

from academy.models import TrainingTarget
from craft_site.ledger.chain import append


@transaction.atomic
def set_target(*, year: int, kind: str, sessions: int, people: int, by: Any) -> TrainingTarget:
    """Keeps what the plan of a year asks of one kind of training; set again it is corrected, unchanged it is left.

    kind: a TrainingClass.Kind; sessions, people: at least so many, 0 where the plan asks for none.
    """
    found, made = TrainingTarget.objects.select_for_update().get_or_create(year=year, kind=kind)
    if not made and (found.sessions, found.people) == (sessions, people):
        return found
    found.sessions, found.people = sessions, people
    found.save(update_fields=("sessions", "people"))
    _tell(found, "training.target", by)
    return found


@transaction.atomic
def drop_target(*, target: TrainingTarget, by: Any) -> None:
    """Takes a target out of the plan; the ledger keeps that it stood there."""
    _tell(target, "training.target_dropped", by)
    target.delete()


def _tell(target: TrainingTarget, kind: str, by: Any) -> None:
    facts = {"sessions": target.sessions, "people": target.people}
    append(target.chain, kind, subject=f"target:{target.year}:{target.kind}", facts=facts, by=by)
