"""Reading CSV files: measuring machines, survey tools and Chinese spreadsheets each write their own kind."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from craft_site.kit.file_kinds import OLE_MAGIC, ZIP_MAGIC
from craft_site.kit.tables import DEFAULT_LIMITS, Column, TableFault, TableLimits, TableReading, read_rows
from craft_site.kit.workbook_guard import too_large

DELIMITERS = ",;\t"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_csv_table(
    file: "IO[bytes] | File[Any]", columns: Sequence[Column], *, limits: TableLimits = DEFAULT_LIMITS
) -> TableReading:
    """The rows of a CSV file by its headers; see xlsx_in.read_table. Row numbers and cells as a spreadsheet shows.

    Encoding: by byte order mark, else UTF-8, else GB 18030. Delimiter: comma, semicolon or tab, whichever the
    first line with one has most of. Faults of the file: too_large, not_csv, encoding.
    """
    try:
        file.seek(0)
        content: bytes = file.read(limits.max_bytes + 1)
        if len(content) > limits.max_bytes:
            raise too_large(limits)
        return read_rows(_lines(decoded(content), limits), columns, limits=limits)
    except TableFault as fault:
        return fault.reading()


def decoded(content: bytes) -> str:
    """The text of a file in one of the encodings in use. Raises TableFault: not_csv, encoding."""
    if content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        raise TableFault(
            "not_csv", _("This is a workbook, not a CSV file. Save it as CSV, or send it as .xlsx.")
        )
    encodings = [name for mark, name in _BOMS if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableFault(
        "encoding", _("The file is no text in UTF-8 or GB 18030. Save it as “CSV UTF-8” and retry.")
    )


def _lines(text: str, limits: TableLimits) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, cells in enumerate(
            csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)), start=1
        ):
            yield number, cells[: limits.max_columns]
    except csv.Error as error:
        raise TableFault(
            "not_csv", _("The file cannot be read as CSV: a cell is far too long. Check it.")
        ) from error


def _delimiter(text: str) -> str:
    for line in text.splitlines()[:20]:
        counts = {mark: line.count(mark) for mark in DELIMITERS}
        if any(counts.values()):
            return max(DELIMITERS, key=lambda mark: counts[mark])
    return ","
