"""What a class cost against its budget, and what its people thought of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.refusals import TrainingRefused
from academy.models import CostLine, Enrolment, Mentor, Opinion, TrainingClass
from craft_site.ledger.chain import append

FEWEST = 3  # answers before anything of them is shown: fewer could be told apart
S = TrainingClass.State


@dataclass(frozen=True, slots=True)
class Balance:
    """spent and budget in yuan; left is None without a budget and negative when it is overdrawn."""

    spent: Decimal
    budget: Decimal | None

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.spent


@transaction.atomic
def add_cost(
    *, training_class: TrainingClass, kind: str, amount: Decimal, on: date, by: Any, note: str = ""
) -> CostLine:
    """Adds one cost in yuan, two decimals. Costs come in after the end too. Raises TrainingRefused for what is no
    sum of money."""
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise TrainingRefused(_("Enter an amount above 0 with at most two decimals."), field="amount")
    now = locked(training_class.pk)
    line = CostLine.objects.create(
        training_class=now, kind=kind, amount=amount, on=on, note=note.strip(), by=by
    )
    append(
        now.chain, "cost.added", subject=f"cost:{line.uuid}", facts={"amount": amount, "kind": kind}, by=by
    )
    return line


@transaction.atomic
def drop_cost(*, cost: CostLine, by: Any) -> None:
    """Takes a cost back; the ledger keeps that it stood there."""
    now = locked(cost.training_class_id)
    uuid, amount = cost.uuid, cost.amount
    cost.delete()
    append(now.chain, "cost.dropped", subject=f"cost:{uuid}", facts={"amount": amount}, by=by)


def balance(training_class: TrainingClass) -> Balance:
    spent = training_class.costs.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return Balance(spent.quantize(Decimal("0.01")), training_class.budget)  # SQLite cuts the noughts


@transaction.atomic
def give_opinion(*, enrolment: Enrolment, score: int, words: str) -> None:
    """Keeps an anonymous form, once a person. No ledger line: its place in the chain would tell whose it is.

    Raises TrainingRefused: class not finished, not taken part, sent already, a score outside 1 to 5.
    """
    now = locked(enrolment.training_class_id)
    if now.state != S.FINISHED or enrolment.state not in Enrolment.SEATED:
        raise TrainingRefused(_("A class is rated by those who took part, when it is finished."))
    if not 1 <= score <= 5:
        raise TrainingRefused(_("Choose from 1 to 5."), field="score")
    if not Enrolment.objects.filter(pk=enrolment.pk, rated=False).update(rated=True):
        raise TrainingRefused(_("You have rated this class already."))
    Opinion.objects.create(training_class=now, score=score, words=words.strip())


@dataclass(frozen=True, slots=True)
class Rating:
    """How a class, or a mentor's classes, were rated: the mean of 1 to 5 to one decimal; None below three answers."""

    answers: int
    mean: Decimal | None


def rating(training_class: TrainingClass) -> Rating:
    found = training_class.opinions.aggregate(count=Count("pk"), sum=Sum("score"))
    return _rating(found["count"], found["sum"])


def ratings_of(mentors: list[Mentor]) -> dict[int, Rating]:
    """By key of the mentor: the opinions on all finished classes in which the mentor taught. Two queries."""
    pairs = set(
        TrainingClass.objects.filter(sessions__mentor__in=mentors, state=S.FINISHED).values_list(
            "pk", "sessions__mentor"
        )
    )
    scores = {
        pk: (count, total)
        for pk, count, total in Opinion.objects.filter(training_class__in={pk for pk, _mentor in pairs})
        .order_by()
        .values_list("training_class")
        .annotate(count=Count("pk"), total=Sum("score"))
    }
    sums: dict[int, list[int]] = {mentor.pk: [0, 0] for mentor in mentors}
    for pk, mentor_pk in pairs:
        # A class with fewer answers stays out: a mean over several would let its answers be told by subtraction.
        if mentor_pk in sums and pk in scores and scores[pk][0] >= FEWEST:
            sums[mentor_pk][0] += scores[pk][0]
            sums[mentor_pk][1] += scores[pk][1]
    return {pk: _rating(count, total) for pk, (count, total) in sums.items()}


def words_of(training_class: TrainingClass) -> list[str]:
    """What people wrote, in drawn order; nothing while there are fewer than three answers."""
    if training_class.opinions.count() < FEWEST:
        return []
    return list(training_class.opinions.exclude(words="").values_list("words", flat=True))


def _rating(count: int, total: int | None) -> Rating:
    if count < FEWEST or total is None:
        return Rating(count, None)
    return Rating(count, (Decimal(total) / count).quantize(Decimal("0.1")))
