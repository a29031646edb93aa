"""Marks that did not come through the network: a file, or codes read off the screen of a judge's device."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import tablets
from competitions.domain.mark_entry import MarkAnswer, NewMark, Status
from competitions.domain.marking import MOST_MARKS, enter_batch
from competitions.models import Event, KeptMark, Mark, Sheet
from craft_site.ledger.chain import Draft, append_many, lock_head


def hand_in(*, judge: UUID, device: UUID, marks: Sequence[NewMark], digest: str, by: Any) -> list[MarkAnswer]:
    """Takes what a device could not send; one answer for each mark, in their order.

    The judge who made them writes them as if the device had sent them. The chief judge of their events has them kept
    beside the marks, where they count nothing until released. digest: SHA-256 of the file, for the ledger.
    """
    if judge == by.uuid:
        answers: list[MarkAnswer] = []
        for at in range(0, len(marks), MOST_MARKS):
            answers += enter_batch(marks=marks[at : at + MOST_MARKS], by=by, device=device).answers
        return answers
    return _keep(judge, device, marks, digest, by)


@transaction.atomic
def _keep(judge: UUID, device: UUID, marks: Sequence[NewMark], digest: str, by: Any) -> list[MarkAnswer]:
    wanted = {mark.sheet for mark in marks if mark.sheet is not None}
    found = Sheet.objects.filter(uuid__in=wanted, seat__user__uuid=judge).select_related(
        "event", "seat__user"
    )
    sheets = {sheet.uuid: sheet for sheet in found if roles.can_chair(by, sheet.event)}
    groups: dict[Event, list[tuple[Sheet, NewMark]]] = defaultdict(list)
    ids = [mark.client_id for mark in marks]
    known = set(Mark.objects.filter(client_id__in=ids).values_list("client_id", flat=True))
    known |= set(KeptMark.objects.filter(client_id__in=ids).values_list("client_id", flat=True))
    answers = []
    for mark in marks:
        sheet = sheets.get(mark.sheet) if mark.sheet else None
        if sheet is None:
            message = _("You are not the chief judge of the event of this mark.")
            answers.append(
                MarkAnswer(mark.client_id, mark.sheet, mark.aspect, Status.FORBIDDEN, message=message)
            )
        elif mark.client_id in known:
            answers.append(MarkAnswer(mark.client_id, mark.sheet, mark.aspect, Status.REPEATED))
        else:
            known.add(mark.client_id)
            groups[sheet.event].append((sheet, mark))
            answers.append(MarkAnswer(mark.client_id, mark.sheet, mark.aspect, Status.QUARANTINED))
    for event in sorted(groups, key=lambda event: event.pk):
        _keep_of(event, groups[event], judge, device, digest, by)
    return answers


def _keep_of(
    event: Event, kept: list[tuple[Sheet, NewMark]], judge: UUID, device: UUID, digest: str, by: Any
) -> None:
    head = lock_head(event.chain)
    now = timezone.now()
    owner = kept[0][0].seat.user
    tablets.seen(device=device, user=owner, at=now)
    tablets.keep(device=device, user=owner, marks=kept, at=now)
    told = {"judge": judge, "file": digest, "marks": [mark.client_id for _sheet, mark in kept]}
    append_many(head, [Draft("marks.handed_in", f"tablet:{device}", told)], by=by)
