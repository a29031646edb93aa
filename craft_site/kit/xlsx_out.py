"""Writing workbooks: result books and lists for the desk.

    book = Book()
    book.add_sheet(_("Results"), [Head(_("Rank")), Head(_("Name")), Head(_("Total"), places=2)], rows)
    book.add_notes(_("Notes"), [_("Totals are rounded half up.")])
    return book.response(_("Result book"))

Text is always text: a name that begins with = + - @ or a tab is stored as a string and never calculated. Decimals
are numbers and show their declared places; a value with more places than declared shows all of its own, because
an export must not round what it reports.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from craft_site.kit.filenames import safe_filename

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_FORMAT, DATE_FORMAT, TIME_FORMAT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
MAX_CELL = 32_767  # characters that one cell can hold
EXACT_DIGITS = 15  # digits that a spreadsheet keeps of a number
NARROWEST, WIDEST = 6, 60  # columns, in half-width characters
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD_FONT, _HEAD_FILL = Font(bold=True), PatternFill("solid", fgColor="E8ECF1")
_TOP_WRAPPED = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of an outgoing sheet. places: decimals shown of its Decimals; width: in half-width characters."""

    text: "str | StrPromise"
    places: int | None = None
    width: int | None = None


class Book:
    """A workbook in the making; sheets stand in the order in which they are added."""

    def __init__(self) -> None:
        self.workbook = Workbook()
        del self.workbook[self.workbook.sheetnames[0]]
        self.workbook.properties.creator = ""  # neither a person nor a library signs an official list

    def add_sheet(
        self,
        title: "str | StrPromise",
        heads: Sequence["Head | str | StrPromise"],
        rows: Iterable[Sequence[Any]],
        *,
        caption: "str | StrPromise" = "",
    ) -> Worksheet:
        """One table: a caption if given, the header (frozen on screen, repeated in print), the rows.

        A value is None, text, int, Decimal, bool, date, datetime (aware: shown in local time), UUID or Enum.
        Raises TypeError for anything else (floats are not exact) and ValueError for a row of another length.
        """
        columns = [head if isinstance(head, Head) else Head(head) for head in heads]
        sheet = self.new_sheet(title)
        if caption:
            write_text(cell_at(sheet, 1, 1), str(caption)).font = Font(bold=True, size=14)
        header = 2 if caption else 1
        for index, head in enumerate(columns, start=1):
            write_text(cell_at(sheet, header, index), str(head.text))
        last = header
        for last, row in enumerate(rows, start=header + 1):
            if len(row) != len(columns):
                raise ValueError(f"row {last} of {title} has {len(row)} values for {len(columns)} columns")
            for index, (head, value) in enumerate(zip(columns, row, strict=True), start=1):
                write_value(cell_at(sheet, last, index), value, places=head.places)
        dress_table(sheet, header=header, widths=[head.width for head in columns])
        sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(columns))}{last}"
        return sheet

    def add_notes(self, title: "str | StrPromise", lines: Iterable["str | StrPromise"]) -> Worksheet:
        """A sheet of plain sentences, one a row, wrapped for reading."""
        sheet = self.new_sheet(title)
        sheet.column_dimensions["A"].width = 90
        for number, line in enumerate(lines, start=1):
            write_text(cell_at(sheet, number, 1), str(line)).alignment = _TOP_WRAPPED
        return sheet

    def new_sheet(self, title: "str | StrPromise") -> Worksheet:
        """An empty sheet whose name is cut to what spreadsheets allow and made unique."""
        allowed = "".join(" " if char in "[]:*?/\\" else char for char in str(title))
        stem = ILLEGAL_CHARACTERS_RE.sub("", allowed).strip(" '")[:28] or "Sheet"
        taken = {name.casefold() for name in self.workbook.sheetnames}
        names = [stem, *(f"{stem} {number}" for number in range(2, 100))]
        sheet: Worksheet = self.workbook.create_sheet(
            next(name for name in names if name.casefold() not in taken)
        )
        return sheet

    def content(self) -> bytes:
        """The finished file."""
        out = BytesIO()
        self.workbook.save(out)
        return out.getvalue()

    def response(self, filename: "str | StrPromise") -> HttpResponse:
        """A download under a readable name (".xlsx" is added); lists with people in them are kept by no cache."""
        response = HttpResponse(self.content(), content_type=CONTENT_TYPE)
        name = safe_filename(str(filename), suffix=".xlsx")
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell of a row and column from 1; never the hidden part of a merged one, which cannot be written."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} lies inside merged cells")
    return cell


def write_value(cell: Cell, value: Any, *, places: int | None = None) -> None:
    """Put a value into a cell with the format of its type; see Book.add_sheet."""
    match value:
        case None:
            return
        case bool():
            write_text(cell, _("Yes") if value else _("No"))
        case Enum():
            write_value(cell, value.value, places=places)
        case int() | Decimal():
            _write_number(cell, Decimal(value), places=places)
        case datetime():
            if timezone.is_naive(value):
                raise TypeError("a time without a zone cannot be exported")
            cell.value = timezone.make_naive(value).replace(microsecond=0)
            cell.number_format = TIME_FORMAT
        case date():
            cell.value = value
            cell.number_format = DATE_FORMAT
        case str() | Promise() | UUID():
            write_text(cell, str(value))
        case _:
            raise TypeError(f"{type(value).__name__} cannot be exported")


def write_text(cell: Cell, text: str) -> Cell:
    """Text as text: no formula, no error value, no characters that break the file; answers with the cell."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.value = clean if len(clean) <= MAX_CELL else clean[: MAX_CELL - 1] + "…"
    cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
    if clean.startswith(_STARTS_A_FORMULA):
        cell.quotePrefix = True  # stays text when somebody edits the cell
    return cell


def dress_table(sheet: Worksheet, *, header: int, widths: Sequence[int | None] = ()) -> None:
    """Freeze and repeat the header row, fit the page to its width and the columns to their content."""
    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]  # a new sheet has it
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"  # A4
    for cell in sheet[header]:
        cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _TOP_WRAPPED
    for index, column in enumerate(sheet.iter_cols(min_row=header)):
        declared = widths[index] if index < len(widths) else None
        needed = max(shown_width(cell) for cell in column) + 2
        sheet.column_dimensions[get_column_letter(index + 1)].width = declared or min(
            max(needed, NARROWEST), WIDEST
        )


def shown_width(cell: Any) -> int:
    """Half-width characters that a cell takes: Chinese ones count double."""
    if isinstance(cell.value, datetime):
        return len(TIME_FORMAT)
    lines = str("" if cell.value is None else cell.value).split("\n")
    return max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) for line in lines)


def _write_number(cell: Cell, value: Decimal, *, places: int | None) -> None:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"{value} cannot be exported")
    digits = len(format(abs(value), "f").replace(".", "").strip("0"))
    if digits > EXACT_DIGITS or abs(value) >= 10**EXACT_DIGITS:
        write_text(cell, format(value, "f"))  # as a number its end would be lost
        return
    own = max(-value.normalize().as_tuple().exponent, 0)  # type: ignore[operator]  # finite: checked above
    shown = max(-exponent if places is None else places, own)
    cell.value = value
    cell.number_format = "0." + "0" * shown if shown else "0"
