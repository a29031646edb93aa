"""Reads a marking scheme from a workbook: exact numbers, and a sheet and cell for every fault."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from competitions.files.scheme_layout import (
    BY_SHEET,
    CONTEST,
    CONTEST_COLUMNS,
    EMPTY_TEXT,
    FIRST_ROW,
    GUIDE,
    KEY_ROW,
    TABLES,
    Column,
    Table,
)
from competitions.files.scheme_paths import parsed_path, put
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Scheme, SchemeErrors, parse_scheme
from competitions.scoring.scheme.errors import Path
from craft_site.kit.file_kinds import damaged
from craft_site.kit.tables import TableFault, TableLimits
from craft_site.kit.workbook_guard import guarded

MAX_ROWS, MAX_COLUMNS = 3_000, 60
LIMITS = TableLimits(max_bytes=5_000_000, max_unpacked=20_000_000)
# The templates are the message ids of the translation catalogue.
MESSAGES = {
    "too_big": "the workbook is too big for a marking scheme",
    "sheet_missing": "the sheet {sheet} is missing",
    "sheet_unknown": "the sheet {sheet} is not part of a marking scheme",
    "column_unknown": "the column {column} is not part of this sheet",
    "column_twice": "the column {column} is there twice",
    "formula": "the cell holds a formula: write its value",
    "field_unreadable": "{value} is not a field of a marking scheme, or it is there twice",
    "json_unreadable": "the value cannot be read as JSON",
    "belongs_nowhere": "there is no {column} {value} for this row to belong to",
    "code_twice": "{value} is there twice",
    "cell_error": "the cell holds the error {value}",
}
_YES = frozenset({"true", "yes", "1", "是", "对"})
_NO = frozenset({"false", "no", "0", "否", "不"})


@dataclass(frozen=True, slots=True)
class CellError:
    """One fault and the cell in which it is to be mended; a fault of the file as a whole has no sheet, and its message
    is in the reader's language already."""

    sheet: str
    cell: str
    path: Path
    code: str
    params: dict[str, str]
    message: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.message}" if self.sheet else self.message


class WorkbookErrors(ValueError):
    """All faults of a workbook."""

    def __init__(self, errors: list[CellError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


def read_scheme_workbook(content: bytes) -> Scheme:
    """The scheme of an XLSX file. Raises WorkbookErrors with every fault found."""
    reader = _Reader()
    document = reader.document(content)
    if reader.errors:
        raise WorkbookErrors(reader.errors)
    try:
        return parse_scheme(document)
    except SchemeErrors as faults:
        raise WorkbookErrors(
            [
                CellError(*reader.place(e.path), e.path, e.code, e.message_params, e.message)
                for e in faults.errors
            ]
        ) from None


@dataclass(slots=True)
class _Row:
    """The filled cells of one row, by column key."""

    number: int
    values: dict[str, Any]
    cells: dict[str, str]

    @property
    def first(self) -> str:
        return f"A{self.number}"


@dataclass(slots=True)
class _Reader:
    """Builds the plain document and remembers where each part of it stands."""

    errors: list[CellError] = field(default_factory=list)
    places: dict[Path, tuple[str, str]] = field(default_factory=dict)

    def document(self, content: bytes) -> dict[str, Any]:
        book = self._open(content)
        if book is None:
            return {}
        document: dict[str, Any] = {}
        known = {CONTEST, GUIDE, *BY_SHEET}
        for name in book.sheetnames:
            if name not in known:
                self._fault(name, "A1", "sheet_unknown", sheet=name)
        if CONTEST not in book.sheetnames:
            self._fault(CONTEST, "A1", "sheet_missing", sheet=CONTEST)
            return document
        for row in self._rows(book[CONTEST], CONTEST_COLUMNS):
            self._take_field(document, row)
        items: dict[str, dict[str, tuple[Path, dict[str, Any]]]] = {}
        for table in TABLES:
            items[table.sheet] = {}
            if table.sheet in book.sheetnames:
                for row in self._rows(book[table.sheet], table.columns):
                    self._take_item(document, table, row, items)
        return document

    def place(self, path: Path) -> tuple[str, str]:
        """The cell of a part, of something below it, or of the nearest part around it."""
        here = path
        while here:
            if here in self.places:
                return self.places[here]
            for known, place in self.places.items():
                if known[: len(here)] == here:
                    return place
            here = here[:-1]
        return CONTEST, "A1"

    def _fault(self, sheet: str, cell: str, code: str, /, **params: str) -> None:
        message = MESSAGES[code].format(**params)
        self.errors.append(CellError(sheet, cell, (), code, params, message))

    def _open(self, content: bytes) -> Any:
        try:
            guarded(content, limits=LIMITS).close()
            return load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
        except TableFault as fault:
            whole = fault
        except Exception:  # openpyxl raises whatever a broken file makes it stumble over
            whole = damaged()
        self.errors.append(CellError("", "", (), whole.code, {}, whole.message))
        return None

    def _rows(self, sheet: Any, columns: tuple[Column, ...]) -> Iterator[_Row]:
        if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
            self._fault(sheet.title, "A1", "too_big")
            return
        known = {column.key: column for column in columns}
        at: dict[int, Column] = {}
        for cell in sheet[KEY_ROW]:
            key = str(cell.value).strip() if cell.value is not None else ""
            if key in known:
                if known[key] in at.values():
                    self._fault(sheet.title, cell.coordinate, "column_twice", column=key)
                at[cell.column] = known[key]
            elif key:
                self._fault(sheet.title, cell.coordinate, "column_unknown", column=key[:40])
        for number in range(FIRST_ROW, sheet.max_row + 1):
            row = _Row(number, {}, {})
            for index, column in at.items():
                value = self._value(sheet, number, index, column)
                if value is not None:
                    row.values[column.key] = value
                    row.cells[column.key] = f"{get_column_letter(index)}{number}"
            if row.values:
                yield row

    def _value(self, sheet: Any, row: int, index: int, column: Column) -> Any:
        """None for a blank cell, else the value in the column's kind."""
        cell = sheet.cell(row, index)
        value = cell.value
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if cell.data_type == "f":
            self._fault(sheet.title, cell.coordinate, "formula")
            return None
        if cell.data_type == "e":
            self._fault(sheet.title, cell.coordinate, "cell_error", value=str(value)[:40])
            return None
        if column.kind == "flag":
            return _flag(value)
        if isinstance(value, bool):
            return value
        if isinstance(value, (int, float)):
            # The shortest decimal that the stored binary number stands for is what was typed.
            number = Decimal(repr(value))
            return plain_text(number) if column.kind == "text" else number
        text = str(value)
        if column.kind == "number":
            return text.strip()
        return "" if text == EMPTY_TEXT else text

    def _take_field(self, document: dict[str, Any], row: _Row) -> None:
        name, cell = str(row.values.get("field", "")).strip(), row.cells.get("field", row.first)
        value = row.values.get("value")
        if value is None:
            return
        path = parsed_path(name)
        if row.values.get("form") == "json":
            try:
                value = json.loads(str(value), parse_float=Decimal)
            except (ValueError, RecursionError):
                self._fault(CONTEST, row.cells["value"], "json_unreadable")
                return
        if path is None or not put(document, path, value):
            self._fault(CONTEST, cell, "field_unreadable", value=name[:60])
            return
        self.places[path] = (CONTEST, row.cells["value"])

    def _take_item(
        self,
        document: dict[str, Any],
        table: Table,
        row: _Row,
        items: dict[str, dict[str, tuple[Path, dict[str, Any]]]],
    ) -> None:
        found = self._list_of(document, table, row, items)
        if found is None:
            column = table.first_column
            value = str(row.values.get(column, ""))[:40]
            self._fault(
                table.sheet, row.cells.get(column, row.first), "belongs_nowhere", column=column, value=value
            )
            return
        path, holder = found
        if table.scalar:
            holder.append(row.values.get("key", ""))
            self.places[(*path, len(holder) - 1)] = (table.sheet, row.cells.get("key", row.first))
            return
        item = self._item(table, row)
        code = str(item.get("code", ""))
        if table.mapping:
            item.pop("code", None)
            at: Path = (*path, code)
            if code in holder:
                self._fault(table.sheet, row.cells.get("code", row.first), "code_twice", value=code[:40])
            holder[code] = item
        else:
            at = (*path, len(holder))
            holder.append(item)
        items[table.sheet].setdefault(code, (at, item))
        self.places[at] = (table.sheet, row.cells.get("code", row.first))
        for key, cell in row.cells.items():
            self.places[(*at, *key.split("."))] = (table.sheet, cell)
        if "scale.values" in row.cells:
            self.places[(*at, "scale")] = (table.sheet, row.cells["scale.values"])

    def _list_of(
        self,
        document: dict[str, Any],
        table: Table,
        row: _Row,
        items: dict[str, dict[str, tuple[Path, dict[str, Any]]]],
    ) -> tuple[Path, Any] | None:
        """The list (or mapping) that a row belongs to, and its path."""
        if table.parent:
            parent = items[table.parent].get(str(row.values.get(table.parent_column, "")))
            if parent is None:
                return None
            return (*parent[0], table.child), parent[1].setdefault(table.child, [])
        path = dict(table.paths).get(str(row.values.get("list", ""))) if table.paths else table.path
        if path is None:
            return None
        here: Any = document
        for step in path[:-1]:
            here = here.setdefault(step, {})
            if not isinstance(here, dict):
                return None
        holder = here.setdefault(path[-1], {} if table.mapping else [])
        return (path, holder) if isinstance(holder, dict if table.mapping else list) else None

    def _item(self, table: Table, row: _Row) -> dict[str, Any]:
        item: dict[str, Any] = {}
        for key, value in row.values.items():
            if key != table.first_column:
                put(item, tuple(key.split(".")), value)
        scale = item.get("scale")
        if isinstance(scale, dict) and "values" in scale:
            item["scale"] = [part.strip() for part in str(scale["values"]).replace(",", ";").split(";")]
        return item


def _flag(value: Any) -> Any:
    word = str(value).strip().lower()
    return True if word in _YES else False if word in _NO else value
