"""Workbooks of component marks: contestant number and mark of a theory paper, or team and mark of a team task."""

from collections.abc import Sequence
from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain.component_marks import ComponentMark
from competitions.domain.imports import RowFault
from craft_site.kit.cells import CellKind
from craft_site.kit.tables import Column
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book
from craft_site.kit.xlsx_template import template

_MARK = Column("mark", gettext_lazy("Mark"), CellKind.DECIMAL, aliases=("成绩", "分数", "得分"))
CONTESTANTS = (
    Column(
        "key",
        gettext_lazy("Contestant number"),
        CellKind.CODE,
        aliases=("参赛编号", "参赛号", "contestant no"),
        max_length=20,
    ),
    _MARK,
)
TEAMS = (Column("key", gettext_lazy("Team"), aliases=("参赛队", "队名", "代表队"), max_length=80), _MARK)


def columns_of(scope: str) -> Sequence[Column]:
    """The columns of a component of this scope: individual or team."""
    return TEAMS if scope == "team" else CONTESTANTS


def read_marks(
    file: IO[bytes] | File[Any], *, scope: str
) -> tuple[list[ComponentMark], list[RowFault], list[str]]:
    """Rows, faults and warnings of a workbook."""
    table = read_table(file, columns_of(scope))
    rows = [ComponentMark(row.number, row["key"], row["mark"]) for row in table.rows]
    faults = [RowFault(error.row or 0, str(error)) for error in table.errors]
    return rows, faults, [str(warning) for warning in table.warnings]


def marks_template(*, scope: str, component: str) -> Book:
    """An empty workbook for one component."""
    notes = [
        _("One row for each; the mark between 0 and the full mark. A corrected file changes what differs.")
    ]
    return template(component, columns_of(scope), notes=notes)
