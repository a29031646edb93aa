"""Enrolling and withdrawing. A place that becomes free goes to whoever has waited longest, at that very moment."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, TrainingClass
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people.models import Worker

S = Enrolment.State
C = TrainingClass.State
CLOSED = frozenset({C.FINISHED, C.CANCELLED})

MOVES: dict[str, tuple[str, ...]] = {
    S.ENROLLED: (S.WITHDRAWN, S.COMPLETED, S.FAILED),
    S.WAITING: (S.ENROLLED, S.WITHDRAWN),
    S.WITHDRAWN: (S.ENROLLED, S.WAITING),
    S.COMPLETED: (),
    S.FAILED: (),
}


@transaction.atomic
def enrol(*, training_class: TrainingClass, worker: Worker, by: Any, from_roster: bool = False) -> Enrolment:
    """Gives a worker a place, or a place in the waiting list when all are taken. Sent twice it is one enrolment.

    Raises TrainingRefused when enrolment is not open.
    """
    now = locked(training_class.pk)
    known = Enrolment.objects.filter(training_class=now, worker=worker).first()
    if known is not None and known.state != S.WITHDRAWN:
        return known
    if not now.takes_enrolments():
        raise TrainingRefused(_("This class does not take enrolments now."))
    to = S.ENROLLED if free_places(now) > 0 else S.WAITING
    return _take_in(now, known, worker, to, by=by, roster=from_roster)


@transaction.atomic
def enrol_late(*, training_class: TrainingClass, worker: Worker, reason: str, by: Any) -> Enrolment:
    """Lets a worker into a class that runs already, with a reason. Sent twice it is one enrolment.

    Sessions that are over count as missed, with coming late as their reason: the hours of the whole course stand on the
    certificate. Whoever was there all the same is signed in by attendance.make_up.

    Raises TrainingRefused: no reason, a class that does not run, no place free, somebody in the waiting list.
    """
    now = locked(training_class.pk)
    known = Enrolment.objects.filter(training_class=now, worker=worker).first()
    if known is not None and known.state == S.ENROLLED:
        return known
    if now.state != C.RUNNING:
        raise TrainingRefused(_("Only a class that runs is joined late."))
    if not reason.strip():
        raise TrainingRefused(_("Give a reason."), field="reason")
    if known is not None and known.state == S.WAITING:
        raise TrainingRefused(
            _("This worker is in the waiting list: a free place goes to the first in it."), field="worker"
        )
    if free_places(now) <= 0:
        raise TrainingRefused(_("All places are taken. Give the class more places first."), field="worker")
    return _take_in(now, known, worker, S.ENROLLED, by=by, late_reason=reason.strip())


def _take_in(
    now: TrainingClass,
    known: Enrolment | None,
    worker: Worker,
    to: str,
    *,
    by: Any,
    roster: bool = False,
    late_reason: str = "",
) -> Enrolment:
    """Keeps an enrolment with its line, new or of one who comes back: they stand at the end of the list."""
    if known is not None:
        _check_move(known, to)
    made = known or Enrolment(training_class=now, worker=worker)
    before, at = made.state, timezone.now()
    made.state, made.queued_at, made.from_roster = to, at, roster
    made.moved_up_at, made.late_at, made.late_reason = None, at if late_reason else None, late_reason
    made.employer_id = worker.employer_id
    made.save()
    facts: dict[str, Any] = {"from": before, "to": to, "roster": roster}
    if late_reason:
        facts |= {"late": True, "reason_hash": words_hash(late_reason)}
    append(now.chain, "enrolment.made", subject=f"enrolment:{made.uuid}", facts=facts, by=by)
    return made


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: Any) -> list[Enrolment]:
    """Gives a place back; the first in the waiting list gets it. Sent twice it happens once.

    Answers who moved up. Raises TrainingRefused once the class is finished or cancelled.
    """
    now = locked(enrolment.training_class_id)
    current = Enrolment.objects.get(pk=enrolment.pk)
    if current.state == S.WITHDRAWN:
        return []
    if now.state in CLOSED:
        raise TrainingRefused(_("This class is closed."))
    move(current, S.WITHDRAWN, now=now, by=by)
    return fill(now, by=by)


def move(enrolment: Enrolment, to: str, *, now: TrainingClass, by: Any) -> None:
    """One move of one enrolment with its ledger line, inside the transaction of whoever locked the class."""
    _check_move(enrolment, to)
    before = enrolment.state
    enrolment.state = to
    if (before, to) == (S.WAITING, S.ENROLLED):
        enrolment.moved_up_at = timezone.now()
    enrolment.save(update_fields=("state", "moved_up_at"))
    append(
        now.chain,
        "enrolment.moved",
        subject=f"enrolment:{enrolment.uuid}",
        facts={"from": before, "to": to},
        by=by,
    )


def fill(now: TrainingClass, *, by: Any) -> list[Enrolment]:
    """Lets people in from the waiting list, the longest waiting first, while there are places. The class is locked."""
    free = free_places(now)
    if free <= 0 or now.state not in (C.OPEN, C.RUNNING):
        return []
    queue = Enrolment.objects.filter(training_class=now, state=S.WAITING).order_by("queued_at", "pk")
    let_in = list(queue[:free])
    for one in let_in:
        move(one, S.ENROLLED, now=now, by=by)
    return let_in


def free_places(now: TrainingClass) -> int:
    return now.places - Enrolment.objects.filter(training_class=now).seated().count()


def queue_of(training_class: TrainingClass) -> list[int]:
    """Keys of those who wait, the next first. A closed class has a list that nobody moves up in."""
    queue = Enrolment.objects.filter(training_class=training_class, state=S.WAITING)
    return list(queue.order_by("queued_at", "pk").values_list("pk", flat=True))


def place_in_queue(enrolment: Enrolment) -> int | None:
    """1 for whoever is next; None for who does not wait."""
    if enrolment.state != S.WAITING:
        return None
    queue = Enrolment.objects.filter(training_class=enrolment.training_class_id, state=S.WAITING)
    earlier = queue.filter(queued_at__lt=enrolment.queued_at)
    same = queue.filter(queued_at=enrolment.queued_at, pk__lt=enrolment.pk)
    return earlier.count() + same.count() + 1


def places_in_queue(found: Iterable[Enrolment]) -> dict[int, int]:
    """By key of those that wait, 1 for whoever is next; one query."""
    waiting = [one for one in found if one.state == S.WAITING]
    queues = Enrolment.objects.filter(
        training_class__in=[one.training_class_id for one in waiting], state=S.WAITING
    ).order_by("training_class", "queued_at", "pk")
    numbers: dict[int, int] = {}
    standing: Counter[int] = Counter()
    for key, held in queues.values_list("pk", "training_class"):
        standing[held] += 1
        numbers[key] = standing[held]
    return {one.pk: numbers[one.pk] for one in waiting if one.pk in numbers}


def _check_move(enrolment: Enrolment, to: str) -> None:
    if to not in MOVES[enrolment.state]:
        raise TrainingRefused(
            _("From “%(before)s” an enrolment cannot go to “%(after)s”.")
            % {"before": enrolment.get_state_display(), "after": S(to).label}
        )
