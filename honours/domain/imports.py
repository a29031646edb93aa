"""Honours of the years before, from a workbook: all rows or none, each fault named by its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from honours import roles
from honours.domain import register
from honours.domain.refusals import HonourRefused
from honours.domain.register import Held
from honours.models import Honour

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the workbook. row: as the spreadsheet counts."""

    row: int
    held: Held


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row (0: with the file). The message names the row."""

    row: int
    message: str


class ImportRefused(HonourRefused):
    """Nothing was read in. faults: the rows at fault."""

    def __init__(self, message: Any, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = list(faults)


def check(lines: Sequence[Line]) -> list[Fault]:
    """Every row that cannot be read in, and why. Two queries at any size."""
    known = register.Known([line.held for line in lines])
    seen: dict[tuple[Any, ...], int] = {}
    faults = []
    for line in lines:
        held = line.held
        who = held.worker.pk if held.worker else (held.name, held.unit)
        first = seen.setdefault((held.title.pk, held.in_year, who), line.row)
        try:
            if first != line.row:
                raise HonourRefused(_("the same honour stands in row %(first)s.") % {"first": first})
            register.check(held, known)
        except HonourRefused as refused:
            words = _("Row %(row)s: %(problem)s") % {"row": line.row, "problem": refused}
            faults.append(Fault(line.row, words))
    return faults


@transaction.atomic
def load(*, lines: Sequence[Line], by: Any) -> list[Honour]:
    """Writes all rows down, or none. The names come from a document that is public: the workbook's column says which.

    Raises PermissionDenied, ImportRefused.
    """
    roles.can_keep_register(by).or_refuse()
    if len(lines) > MOST_ROWS:
        raise ImportRefused(_("A workbook holds at most %(rows)s rows.") % {"rows": MOST_ROWS})
    if faults := check(lines):
        raise ImportRefused(_("Nothing was read in: correct the rows named."), faults)
    try:
        return register.write(
            helds=[line.held for line in lines], by=by, origin=Honour.Origin.IMPORTED, announced=True
        )
    except HonourRefused as refused:  # somebody entered one of them at this very moment
        raise ImportRefused(str(refused)) from refused


def known_holders(lines: Sequence[Line]) -> set[int]:
    """Rows whose holder is in the register of honours already. Two queries."""
    known = register.Known([line.held for line in lines])
    return {line.row for line in lines if known.find(line.held) is not None}
