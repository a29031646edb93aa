"""Reading workbooks that strangers filled in.

openpyxl reads with defusedxml and without the formulas; kit.workbook_guard looks at the archive first. Cells whose
value is not in the file (a formula that was never calculated) or not theirs (merged cells) are named, not guessed.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import repeat
from typing import IO, Any
from zipfile import ZipFile

from django.core.files.base import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from craft_site.kit.cells import CellFault
from craft_site.kit.file_kinds import damaged
from craft_site.kit.tables import DEFAULT_LIMITS, Column, TableFault, TableLimits, TableReading, read_rows
from craft_site.kit.workbook_guard import guarded, holds_formulas, merged_ranges, too_large

EMPTY_ROWS_FACTOR = (
    4  # rows walked for each row that may be read: a forged row number is not a loop without end
)


def read_table(
    file: "IO[bytes] | File[Any]",
    columns: Sequence[Column],
    *,
    sheet: str | None = None,
    limits: TableLimits = DEFAULT_LIMITS,
) -> TableReading:
    """The rows of one sheet by its headers, in whatever order these stand.

    sheet: its name; the first visible one if None. Faults of the file (those of kit.workbook_guard, no_sheet,
    no_header), of headers and of cells all come back as `errors`; nothing is raised.
    """
    try:
        file.seek(0)
        content: bytes = file.read(limits.max_bytes + 1)
        if len(content) > limits.max_bytes:
            raise too_large(limits)
        with guarded(content, limits=limits) as archive:
            return _read(content, archive, columns, sheet=sheet, limits=limits)
    except TableFault as fault:
        return fault.reading()


def _read(
    content: bytes, archive: ZipFile, columns: Sequence[Column], *, sheet: str | None, limits: TableLimits
) -> TableReading:
    opened: list[Any] = []
    try:
        opened.append(
            values := load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        )
        worksheet = _sheet(values, sheet)
        part = archive.read(worksheet._worksheet_path)
        formulas = None
        if holds_formulas(part):  # read twice only when there is something to find
            opened.append(
                second := load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
            )
            formulas = second[worksheet.title]
        merged = _merged_cells(merged_ranges(part), limits)
        return read_rows(_lines(worksheet, formulas, merged, limits), columns, limits=limits)
    except (TableFault, MemoryError):
        raise
    except Exception as error:
        # openpyxl raises whatever its descriptors raise (TypeError, KeyError, ParseError ...) on odd files.
        raise damaged() from error
    finally:
        for workbook in opened:
            workbook.close()


def _sheet(workbook: Any, name: str | None) -> Any:
    for worksheet in workbook.worksheets:
        if worksheet.title == name or (name is None and worksheet.sheet_state == "visible"):
            return worksheet
    if name is None:
        raise TableFault("no_sheet", _("The workbook has no visible sheet."))
    raise TableFault("no_sheet", _("The workbook has no sheet “%(name)s”.") % {"name": name})


def _lines(
    worksheet: Any, formulas: Any | None, merged: dict[tuple[int, int], str], limits: TableLimits
) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cell values) with a CellFault in the place of every value that cannot be trusted."""
    seconds: Iterator[Any] = _cells(formulas, limits) if formulas is not None else repeat(())
    for number, (cells, written) in enumerate(zip(_cells(worksheet, limits), seconds, strict=False), start=1):
        line: list[Any] = []
        for index, cell in enumerate(cells):
            formula = written[index] if index < len(written) else None
            line.append(_value(cell, formula, merged.get((number, index + 1))))
        yield number, line


def _cells(worksheet: Any, limits: TableLimits) -> Iterator[Any]:
    worksheet.reset_dimensions()  # the declared size is a claim, and a large one costs memory
    for number, cells in enumerate(worksheet.iter_rows(max_col=limits.max_columns)):
        if number >= limits.max_rows * EMPTY_ROWS_FACTOR:
            message = _("The sheet reaches below row %(row)d. Delete the empty rows at its end.") % {
                "row": number
            }
            raise TableFault("too_many_rows", message)
        yield cells


def _value(cell: Any, formula: Any, merged: str | None) -> Any:
    if merged is not None:
        return CellFault(
            "merged", _("The cells %(range)s are merged. Split them and fill in each.") % {"range": merged}
        )
    if cell.value is None:
        # "str" is the type of a formula that was calculated and gave an empty text.
        if formula is not None and formula.data_type == "f" and cell.data_type != "str":
            return CellFault("formula", _("The formula has no stored result. Enter the value itself."))
        return None
    if cell.data_type == "e":
        return CellFault(
            "error_value", _("The cell shows %(error)s. Enter the value itself.") % {"error": cell.value}
        )
    return cell.value


def _merged_cells(ranges: list[str], limits: TableLimits) -> dict[tuple[int, int], str]:
    """Every cell that a merger emptied -> its range. The first cell keeps its value, and titles and headers may be
    merged: a fault counts where a value is read, below the header. Raises TableFault: merged."""
    covered: dict[tuple[int, int], str] = {}
    budget = limits.max_rows * limits.max_columns  # of cells looked at, however often the ranges overlap
    for reference in ranges:
        left, top, right, bottom = (side or 1 for side in range_boundaries(reference))
        right = min(right, limits.max_columns)
        bottom = min(bottom, top + limits.max_rows)
        budget -= max(0, right - left + 1) * (bottom - top + 1)
        if budget < 0:
            raise TableFault("merged", _("Far too many cells are merged. Copy the values into a new sheet."))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    covered[row, column] = reference
    return covered
