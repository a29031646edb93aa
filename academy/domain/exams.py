"""Marks of the exam: entered by the mentor who teaches the class or by the office, corrected until it is finished."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, ExamMark, TrainingClass
from craft_site.ledger.chain import Draft, append_many, lock_head

PLACES = Decimal("0.01")
FULL = Decimal(100)


@transaction.atomic
def enter_marks(
    *, training_class: TrainingClass, marks: Mapping[tuple[int, str], Decimal | None], by: Any
) -> int:
    """Keeps marks by (enrolment key, part); None takes a mark back. All of them or none; says how many changed.

    Raises TrainingRefused: class not running, a person of another class, a part the programme has no exam in, a mark
    outside 0 to 100 or with more than two decimals.
    """
    now = locked(training_class.pk)
    if now.state != TrainingClass.State.RUNNING:
        raise TrainingRefused(_("Marks are entered while the class runs."))
    people = {
        one.pk: one for one in Enrolment.objects.filter(training_class=now, state=Enrolment.State.ENROLLED)
    }
    parts = now.programme.exam_parts()
    head = lock_head(now.chain)
    known = {(one.enrolment_id, one.part): one for one in ExamMark.objects.filter(enrolment__in=people)}
    drafts = []
    for (key, part), mark in marks.items():
        if key not in people or part not in parts:
            raise TrainingRefused(_("This person or part does not belong to the exam of this class."))
        if mark is not None and not _is_mark(mark):
            raise TrainingRefused(_("A mark is a number from 0 to 100 with at most two decimals."))
        before = known.get((key, part))
        if (before.mark if before else None) == mark:
            continue
        if mark is None and before is not None:
            before.delete()
        elif mark is not None:
            ExamMark.objects.update_or_create(
                enrolment=people[key], part=part, defaults={"mark": mark.quantize(PLACES), "by": by}
            )
        facts = {"part": part, "from": before.mark if before else None, "to": mark}
        drafts.append(Draft("exam.marked", f"enrolment:{people[key].uuid}", facts))
    append_many(head, drafts, by=by)
    return len(drafts)


def _is_mark(mark: Decimal) -> bool:
    return mark.is_finite() and 0 <= mark <= FULL and mark == mark.quantize(PLACES)
