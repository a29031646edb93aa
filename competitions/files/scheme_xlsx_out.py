"""Writes a marking scheme as a workbook that reads back as the very same scheme, or refuses."""

import io
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from competitions.files.scheme_layout import (
    BY_SHEET,
    CONTEST,
    CONTEST_COLUMNS,
    EMPTY_TEXT,
    FIRST_ROW,
    GUIDE,
    JUDGED_FIELDS,
    KEY_ROW,
    LABEL_ROW,
    TABLES,
    Column,
    Table,
)
from competitions.files.scheme_paths import as_json, flattened, is_plain, taken
from competitions.files.scheme_xlsx import WorkbookErrors, read_scheme_workbook
from competitions.scoring.numbers import NotANumber, read_number
from competitions.scoring.scheme import Scheme, content_hash, dotted, dump_scheme

Rows = dict[str, list[dict[str, Any]]]
EMPTY_ROWS = 400
_GREY = Font(color="707070", size=9)
_BOLD = Font(bold=True)
_BAND = PatternFill("solid", fgColor="EFEAE2")
# Groups of the document that are written even when nothing is left in them.
_KEPT = frozenset({"trade", "standard_level", "basis", "time", "workpiece", "blind", "time_credit", "theory"})


class NotForAWorkbook(ValueError):
    """The scheme holds something that a workbook cannot carry without loss (a control character, a huge text)."""


def scheme_workbook(scheme: Scheme) -> bytes:
    """The XLSX file of a scheme. Raises NotForAWorkbook when it would not read back as the same scheme."""
    try:
        content = _written(dump_scheme(scheme))
        same = content_hash(read_scheme_workbook(content)) == content_hash(scheme)
    except (IllegalCharacterError, WorkbookErrors, KeyError) as error:
        raise NotForAWorkbook(str(error)) from error
    if not same:
        raise NotForAWorkbook("the workbook would read back as another scheme")
    return content


def empty_workbook() -> bytes:
    """The same sheets and headings without a scheme, to be filled in."""
    return _written(
        {
            "schema": "skills-marking-scheme/1",
            "id": "",
            "version": "1.0",
            "title": {"zh": "", "en": ""},
            "locale": ["zh-Hans", "en"],
        }
    )


def _written(document: dict[str, Any]) -> bytes:
    rows = _rows(document)
    book = Workbook()
    contest = book.active
    assert isinstance(contest, Worksheet)
    contest.title = CONTEST
    _head(contest, CONTEST_COLUMNS)
    for offset, (path, leaf) in enumerate(_leaves(document)):
        _fill_contest(contest, FIRST_ROW + offset, dotted(path), leaf)
    for table in TABLES:
        sheet = book.create_sheet(table.sheet)
        _head(sheet, table.columns)
        for offset, row in enumerate(rows.get(table.sheet, ())):
            for index, column in enumerate(table.columns, start=1):
                if column.key in row:
                    _fill(sheet.cell(FIRST_ROW + offset, index), row.pop(column.key), column)
            if row:
                raise KeyError(f"{table.sheet}: {', '.join(row)}")
        _choices(sheet, table)
    _write_guide(book.create_sheet(GUIDE))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _rows(document: dict[str, Any]) -> Rows:
    """Takes every list that has a sheet of its own out of the document."""
    rows: Rows = defaultdict(list)
    for table in TABLES:
        if table.mapping:
            group = document.get("methods", {}).get("judged", {})
            for code in [key for key in group if key not in JUDGED_FIELDS]:
                _add(rows, table, group.pop(code) | {"code": code}, "")
        elif table.paths:
            for name, path in table.paths:
                for item in taken(document, path) or ():
                    _add(rows, table, {"key": item} if table.scalar else item, name)
        elif table.path:
            for item in taken(document, table.path) or ():
                _add(rows, table, item, "")
    return rows


def _add(rows: Rows, table: Table, item: dict[str, Any], belongs_to: str) -> None:
    item = dict(item)
    for below in TABLES:
        if below.parent == table.sheet:
            for child in item.pop(below.child, ()):
                _add(rows, below, child, item["code"])
    if isinstance(item.get("scale"), list):
        item["scale"] = {"values": "; ".join(item["scale"])}
    row = {dotted(path): leaf for path, leaf in flattened(item)}
    if table.first_column:
        row[table.first_column] = belongs_to
    rows[table.sheet].append(row)


def _leaves(document: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What is left for the sheet Contest, without the shells of the lists that were taken out."""
    for key in [key for key in document if key not in _KEPT]:
        document[key] = _without_shells(document[key])
    return [(path, leaf) for path, leaf in flattened(document) if path[0] in _KEPT or leaf not in ({}, [])]


def _without_shells(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_shells(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ({}, [])}
    return value


def _head(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    for index, column in enumerate(columns, start=1):
        key, label = sheet.cell(KEY_ROW, index, column.key), sheet.cell(LABEL_ROW, index, str(column.label))
        key.font, label.font = _GREY, _BOLD
        key.fill = label.fill = _BAND
        label.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        if column.kind == "text":
            sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = f"A{FIRST_ROW}"


def _fill(cell: Any, value: Any, column: Column) -> None:
    if column.kind == "number" and isinstance(value, str) and (number := _shown_exactly(value)) is not None:
        cell.value = number
    elif isinstance(value, bool):
        cell.value = value
    else:
        _fill_text(cell, str(value))


def _fill_contest(sheet: Worksheet, row: int, field: str, leaf: Any) -> None:
    _fill_text(sheet.cell(row, 1), field)
    cell = sheet.cell(row, 2)
    if isinstance(leaf, bool):
        cell.value = leaf
    elif is_plain(leaf):
        _fill_text(cell, leaf)
    else:
        _fill_text(cell, as_json(leaf))
        _fill_text(sheet.cell(row, 3), "json")


def _fill_text(cell: Any, text: str) -> None:
    """Text and nothing else: what looks like a formula stays words."""
    assert isinstance(cell, Cell)
    if len(text) > 32_000:
        raise NotForAWorkbook(f"{cell.coordinate}: the text is too long for a cell")
    cell.value = text or EMPTY_TEXT
    cell.data_type = "s"
    cell.number_format = "@"


def _shown_exactly(text: str) -> Decimal | None:
    """The number, when the spreadsheet's own arithmetic (binary, 15 digits) gives it back unchanged."""
    try:
        number = read_number(text)
    except NotANumber:
        return None
    digits = len(number.as_tuple().digits)
    return number if digits <= 15 and Decimal(repr(float(number))) == number else None


def _choices(sheet: Worksheet, table: Table) -> None:
    for index, column in enumerate(table.columns, start=1):
        if column.choices:
            listed = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            letter = get_column_letter(index)
            listed.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + EMPTY_ROWS}")
            sheet.add_data_validation(listed)


def _write_guide(sheet: Worksheet) -> None:
    lines = [
        (_("This workbook is a marking scheme. It can be read back by the site and becomes a new version."),),
        (_("Rows 1 and 2 of each sheet are headings: do not change row 1. The lists begin in row 3."),),
        (
            _(
                "Write plain values, not formulas. A blank cell means: not given. Two quotes mean: an empty text."
            ),
        ),
        (
            _(
                "Marks add up: aspects to their sub-criterion, sub-criteria to their criterion, criteria to the "
                "full mark of their component; the weights of the components make 1."
            ),
        ),
        (),
        (_("sheet"), _("column"), _("meaning"), _("one of")),
    ]
    for table in (*BY_SHEET.values(),):
        lines += [
            (table.sheet, column.key, str(column.label), ", ".join(column.choices))
            for column in table.columns
        ]
    for number, line in enumerate(lines, start=1):
        for index, text in enumerate(line, start=1):
            sheet.cell(number, index, text or None)
    for letter, width in zip("ABCD", (18, 20, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width
