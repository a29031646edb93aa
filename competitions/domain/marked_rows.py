"""What a request of marks writes: the rows, their ledger lines, and how their sheets stand now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from competitions.domain.locked_sheets import PanelSheet
from competitions.domain.mark_entry import NewRow
from competitions.domain.panel_spread import SIGNED
from competitions.models import Mark, Sheet, Signature
from craft_site.kit.canonical import words_hash
from craft_site.kit.inserts import insert_rows
from craft_site.kit.prepared import prepared_update
from craft_site.ledger.chain import Draft


def count(sheet: PanelSheet, gained: int) -> None:
    sheet.marks_in += gained
    sheet.state = Sheet.State.ENTERED if sheet.marks_in >= sheet.marks_due else Sheet.State.ISSUED


def mark_line(sheet: UUID | None, row: NewRow, facts: Mapping[str, Any], by: Any) -> Draft:
    told: dict[str, Any] = {
        "aspect": row.aspect,
        "revision": row.revision,
        "reason_hash": words_hash(row.reason),
        "client_id": row.client_id,
        "client_at": row.client_at,
        **facts,
    }
    if row.withdrawn:
        return Draft("mark.withdrawn", f"sheet:{sheet}", told, by)
    told |= {"values": row.values, "not_done": row.not_done, "second_look": row.second_look}
    return Draft("mark.entered", f"sheet:{sheet}", told, by)


def save_rows(rows: Collection[NewRow], replaced: set[int]) -> None:
    if replaced:
        found = Mark.objects.filter(pk__in=replaced, is_current=True)
        if found.update(is_current=False) != len(replaced):
            raise RuntimeError("a current mark changed behind the locked chain")
    insert_rows(Mark, _MARK_COLUMNS, [_columns_of(row) for row in rows])


_MARK_COLUMNS = tuple(column.name for column in fields(NewRow))
_columns_of = attrgetter(*_MARK_COLUMNS)


def save_sheets(sheets: Sequence[PanelSheet]) -> None:
    """One UPDATE for all sheets that changed; signatures of the reopened ones are void."""
    changed = [one for one in sheets if one.standing != one.before]
    if not changed:
        return
    now = timezone.now()
    _stands.each(
        [
            {"pk": one.pk, "state": str(one.state), "alarm": one.alarm, "marks_in": one.marks_in, "at": now}
            for one in changed
        ]
    )
    for one in changed:
        if one.before[-1] != one.standing[-1]:
            Sheet.objects.filter(pk=one.pk).update(set_aside=one.set_aside)
    reopened = [one.pk for one in changed if one.before[0] in SIGNED and one.state not in SIGNED]
    if reopened:
        Signature.objects.filter(sheet__in=reopened, void=False).update(
            void=True, void_reason=Signature.SPREAD
        )


@prepared_update
def _stands(
    *, pk: int, state: str, alarm: str, marks_in: int, at: datetime
) -> "tuple[QuerySet[Sheet], dict[str, Any]]":
    sheet = Sheet.objects.filter(pk=pk)
    return sheet, {"state": state, "alarm": alarm, "marks_in": marks_in, "updated_at": at}
