"""Templates: an empty table that people fill in and send back, made from the columns that will read it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from craft_site.kit.cells import CellKind
from craft_site.kit.tables import Column
from craft_site.kit.xlsx_out import DATE_FORMAT, TEXT_FORMAT, Book, Head, cell_at, dress_table, write_text

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LISTS_SHEET = "lists"
NARROWEST_ENTRY = 14
_FORMATS = {CellKind.TEXT: TEXT_FORMAT, CellKind.CODE: TEXT_FORMAT, CellKind.DATE: DATE_FORMAT}


def template(
    title: "str | StrPromise",
    columns: Sequence[Column],
    *,
    choices: Mapping[str, Sequence["str | StrPromise"]] | None = None,
    notes: Iterable["str | StrPromise"] = (),
    rows: int = 1_000,
) -> Book:
    """A workbook with the headers of `columns`, ready for kit.xlsx_in.read_table, and a sheet that explains them.

    Text columns are formatted as text: that is what keeps an 18-digit number whole. A star marks what must be
    filled in. choices: column key -> texts offered in a drop-down of the first `rows` rows (others are refused).
    """
    book = Book()
    sheet = book.new_sheet(title)
    for index, column in enumerate(columns, start=1):
        star = " *" if column.needed and not column.blank else ""
        write_text(cell_at(sheet, 1, index), f"{column.header}{star}")
        style = sheet.column_dimensions[get_column_letter(index)]
        style.number_format = _FORMATS.get(column.kind, "General")
    dress_table(sheet, header=1)
    for index, column in enumerate(columns, start=1):
        width = sheet.column_dimensions[get_column_letter(index)]
        width.width = max(width.width, 22 if column.kind is CellKind.CODE else NARROWEST_ENTRY)
    _explain(book, columns, notes)
    if choices:
        _offer(book, sheet, columns, choices, rows=rows)
    return book


def _explain(book: Book, columns: Sequence[Column], notes: Iterable["str | StrPromise"]) -> None:
    kinds = {
        CellKind.TEXT: _("text"),
        CellKind.CODE: _("number kept as text; do not change the format of the column"),
        CellKind.DECIMAL: _("number"),
        CellKind.INTEGER: _("whole number"),
        CellKind.DATE: _("date, for example 2025-04-08"),
    }
    table = [
        (column.header, not column.blank and column.needed, kinds[column.kind], column.hint)
        for column in columns
    ]
    heads = [
        Head(_("Column")),
        Head(_("Must be filled in")),
        Head(_("Kind"), width=40),
        Head(_("What to enter"), width=60),
    ]
    sheet = book.add_sheet(_("How to fill in"), heads, table)
    for line, note in enumerate(notes, start=len(table) + 3):
        cell = write_text(cell_at(sheet, line, 1), str(note))
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(heads))
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _offer(
    book: Book,
    sheet: Worksheet,
    columns: Sequence[Column],
    choices: Mapping[str, Sequence["str | StrPromise"]],
    *,
    rows: int,
) -> None:
    """Drop-downs over a hidden sheet: a list written into the rule itself ends at 255 characters and at commas."""
    lists = book.new_sheet(LISTS_SHEET)
    lists.sheet_state = "hidden"
    keys = [column.key for column in columns]
    for number, (key, texts) in enumerate(choices.items(), start=1):
        for line, text in enumerate(texts, start=1):
            write_text(cell_at(lists, line, number), str(text))
        source, target = get_column_letter(number), get_column_letter(keys.index(key) + 1)
        rule = DataValidation(
            type="list",
            formula1=f"{lists.title}!${source}$1:${source}${max(len(texts), 1)}",
            allow_blank=True,
        )
        rule.showErrorMessage = True
        rule.error = _("Choose one of the list.")
        rule.add(f"{target}2:{target}{rows + 1}")
        sheet.add_data_validation(rule)
