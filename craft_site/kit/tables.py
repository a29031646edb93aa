"""Tables that people send: what a column is called, what its cells may hold, and where exactly something is wrong.

The same interface for workbooks (kit.xlsx_in) and CSV files (kit.csv_in). Reading never stops at the first fault:
the sender gets every cell that needs a look in one answer.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from craft_site.kit.cells import CellFault, CellKind, read_cell
from craft_site.kit.language import colon, listed

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

__all__ = ["CellKind", "Column", "Row", "RowError", "TableLimits", "TableReading"]

HEADER_ROWS = 10  # a title and a few lines of explanation may stand above the header row


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. header: its translated name; all languages of the site and `aliases` are recognised.

    needed: the header must be there; blank: a cell may be empty. An empty cell reads as "" in text columns and as
    None in all others. max_length: characters. hint: what to enter, for the notes of a template.
    """

    key: str
    header: "str | StrPromise"
    kind: CellKind = CellKind.TEXT
    needed: bool = True
    blank: bool = False
    aliases: Sequence[str] = ()
    max_length: int = 200
    hint: "str | StrPromise" = ""

    def names(self) -> set[str]:
        """Every accepted spelling of the header, folded."""
        spellings = {folded_header(name) for name in (self.key, *self.aliases)}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                spellings.add(folded_header(str(self.header)))
        return spellings


@dataclass(frozen=True, slots=True)
class Row:
    """One row that could be read whole. number: as the spreadsheet counts, from 1; values by column key."""

    number: int
    values: dict[str, Any]
    letters: dict[str, str] = field(repr=False)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def cell_ref(self, key: str) -> str:
        """Where a value stood ("B7"); "7" for a column that the file does not have."""
        return f"{self.letters.get(key, '')}{self.number}"

    def error(self, key: str, message: str, *, code: str) -> "RowError":
        """A fault that the caller finds in this row's value, with its place filled in."""
        return RowError(row=self.number, column=key, cell=self.cell_ref(key), code=code, message=message)


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing to correct. row, column (its key) and cell ("B7") are None or "" when the whole file is meant."""

    row: int | None
    column: str | None
    code: str
    message: str
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.cell}{colon()}{self.message}" if self.cell else self.message


@dataclass(frozen=True, slots=True)
class TableReading:
    """The rows without a fault, all faults, and warnings (unknown headers) that need no correction."""

    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    # Rows at fault, with "" or None in the cells named by `errors`: a caller may look at their other cells, so that
    # one answer names everything that is wrong with a row.
    faulty: list[Row] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors


@dataclass(frozen=True, slots=True)
class TableLimits:
    """What is read at most. Bytes as sent and unpacked; rows below the header; columns from the left."""

    max_bytes: int = 10 * 1024 * 1024
    max_unpacked: int = 64 * 1024 * 1024
    max_entries: int = 500
    max_rows: int = 5_000
    max_columns: int = 100


DEFAULT_LIMITS = TableLimits()


class TableFault(Exception):
    """The file as a whole cannot be read; becomes the one error of its TableReading."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def reading(self) -> TableReading:
        return TableReading(errors=[RowError(row=None, column=None, code=self.code, message=self.message)])


def folded_header(name: str) -> str:
    """A header as it is compared: no spaces, no star or note of obligation, one width, one case."""
    text = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    for ending in ("(必填)", "(选填)", "(required)", "(optional)"):
        text = text.removesuffix(ending)
    return text.strip("*:")


def read_rows(
    lines: Iterable[tuple[int, Sequence[Any]]], columns: Sequence[Column], *, limits: TableLimits
) -> TableReading:
    """Find the header among the first rows and read what stands below it.

    lines: (row number from 1, cells); a cell is None, text, number, bool, date or a CellFault found on the way.
    """
    source = iter(lines)
    opening = list(islice(source, HEADER_ROWS))
    place = _header_place(opening, columns)
    reading = TableReading()
    letters, positions = _positions(opening[place], columns, reading)
    if reading.errors:
        return reading
    seen = 0
    for number, cells in chain(opening[place + 1 :], source):
        if all(_is_blank(cell) for cell in cells):
            continue
        seen += 1
        if seen > limits.max_rows:
            message = _("The table has more than %(limit)d rows. Split it.") % {"limit": limits.max_rows}
            reading.errors.append(RowError(row=number, column=None, code="too_many_rows", message=message))
            break
        _read_row(number, cells, columns, positions, letters, reading)
    if not seen:
        message = _("The table holds no rows below its headers.")
        reading.errors.append(RowError(row=None, column=None, code="no_rows", message=message))
    return reading


def _header_place(opening: Sequence[tuple[int, Sequence[Any]]], columns: Sequence[Column]) -> int:
    """The row that names most of the columns; the first of equals."""
    accepted = [column.names() for column in columns]
    best, found = 0, 0
    for place, (_number, cells) in enumerate(opening):
        texts = {folded_header(cell) for cell in cells if isinstance(cell, str)}
        hits = sum(bool(names & texts) for names in accepted)
        if hits > found:
            best, found = place, hits
    if not found:
        expected = listed(str(column.header) for column in columns if column.needed)
        raise TableFault(
            "no_header",
            _("No header row found in the first %(rows)d rows. These headers are needed: %(expected)s.")
            % {"rows": HEADER_ROWS, "expected": expected},
        )
    return best


def _positions(
    header: tuple[int, Sequence[Any]], columns: Sequence[Column], reading: TableReading
) -> tuple[dict[str, str], dict[str, int]]:
    """Letter and index of every column; missing and double headers become errors, unknown ones warnings."""
    number, cells = header
    by_name = {name: column for column in columns for name in column.names()}
    positions: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if _is_blank(cell) or isinstance(cell, CellFault):
            continue  # the rest of a merged header is no header
        place = f"{get_column_letter(index + 1)}{number}"
        text = cell.strip() if isinstance(cell, str) else str(cell)
        column = by_name.get(folded_header(text))
        if column is None:
            message = _("The column “%(header)s” is not known and was not read.") % {"header": text[:50]}
            reading.warnings.append(RowError(number, None, "unknown_header", message, place))
        elif column.key in positions:
            message = _("The header “%(header)s” stands there twice. Keep one.") % {"header": column.header}
            reading.errors.append(RowError(number, column.key, "double_header", message, place))
        else:
            positions[column.key] = index
    for column in columns:
        if column.needed and column.key not in positions:
            message = _("The column “%(header)s” is missing. Add it.") % {"header": column.header}
            reading.errors.append(RowError(number, column.key, "missing_header", message))
    return {key: get_column_letter(index + 1) for key, index in positions.items()}, positions


def _read_row(
    number: int,
    cells: Sequence[Any],
    columns: Sequence[Column],
    positions: dict[str, int],
    letters: dict[str, str],
    reading: TableReading,
) -> None:
    values: dict[str, Any] = {}
    faults: list[RowError] = []
    for column in columns:
        index = positions.get(column.key)
        raw = cells[index] if index is not None and index < len(cells) else None
        place = f"{letters[column.key]}{number}" if index is not None else ""
        try:
            value = read_cell(raw, column.kind, max_length=column.max_length)
            if value in (None, "") and not column.blank and index is not None:
                raise CellFault("blank", _("Fill in “%(header)s”.") % {"header": column.header})
            values[column.key] = value
        except CellFault as fault:
            faults.append(RowError(number, column.key, fault.code, fault.message, place))
            values[column.key] = "" if column.kind in (CellKind.TEXT, CellKind.CODE) else None
    reading.errors.extend(faults)
    (reading.faulty if faults else reading.rows).append(Row(number, values, letters))


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip("\u200b\ufeff \t\r\n\u00a0\u3000"))
