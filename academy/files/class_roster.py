"""The workbook of a class's roster: the empty one to download, and the filled one read cell by cell."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.domain.rosters import MOST_ROWS, Fault, Line
from academy.models import TrainingClass
from craft_site.kit.identity import parse_document, parse_mobile
from craft_site.kit.names import normalise_name
from craft_site.kit.tables import CellKind, Column, Row, TableLimits
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book
from craft_site.kit.xlsx_template import template
from craft_site.people.models import Worker

LIMITS = TableLimits(
    max_bytes=2 * 1024 * 1024, max_unpacked=32 * 1024 * 1024, max_rows=MOST_ROWS, max_columns=20
)
COLUMNS = (
    Column("name", gettext_lazy("Name"), aliases=("姓名",), max_length=60),
    Column(
        "id_number",
        gettext_lazy("Document number"),
        CellKind.CODE,
        aliases=("身份证号", "身份证号码", "证件号码"),
        max_length=40,
        hint=gettext_lazy("Resident identity card; people with another document enrol themselves."),
    ),
    Column(
        "mobile",
        gettext_lazy("Mobile number"),
        CellKind.CODE,
        aliases=("手机", "手机号", "手机号码"),
        max_length=20,
    ),
    Column(
        "post", gettext_lazy("Post"), blank=True, needed=False, aliases=("岗位", "部门岗位"), max_length=60
    ),
)


def empty(training_class: TrainingClass) -> Book:
    """The workbook to download."""
    notes = [
        str(training_class),
        _("One worker a row, at most %(rows)s rows.") % {"rows": MOST_ROWS},
        _("Loading the same roster again corrects its rows; nobody is enrolled twice."),
        _("When all places are taken, the rest stand in the waiting list in the order of their rows."),
    ]
    return template(_("Roster"), COLUMNS, notes=notes, rows=MOST_ROWS)


def read(content: bytes) -> tuple[list[Line], list[Fault]]:
    """The lines of a roster and every fault with its cell. A row with a fault is not among the lines."""
    reading = read_table(BytesIO(content), COLUMNS, limits=LIMITS)
    faults = [Fault(error.row or 0, str(error)) for error in reading.errors]
    lines = []
    for row in reading.rows:
        line, problems = _line(row)
        faults += problems
        if line is not None:
            lines.append(line)
    named = {(error.row, error.column) for error in reading.errors}
    for row in reading.faulty:
        _none, problems = _line(
            row, silent={column or "" for number, column in named if number == row.number}
        )
        faults += problems
    return lines, sorted(faults, key=lambda fault: fault.row)


def _line(row: Row, silent: set[str] | frozenset[str] = frozenset()) -> tuple[Line | None, list[Fault]]:
    """The line of a row, or everything that is wrong with it. silent: columns whose fault is named already."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for key, check in (
        ("name", lambda: normalise_name(row["name"])),
        ("id_number", lambda: parse_document(Worker.IdKind.CITIZEN, row["id_number"])),
        ("mobile", lambda: parse_mobile(row["mobile"])),
    ):
        try:
            values[key] = check()
        except ValidationError as error:
            if key not in silent:
                faults.append(Fault(row.number, str(row.error(key, " ".join(error.messages), code=key))))
    if faults or len(values) < 3:
        return None, faults
    return (
        Line(row.number, values["name"], values["id_number"], values["mobile"], row.values.get("post") or ""),
        [],
    )
