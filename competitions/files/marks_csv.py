"""A table of marks as a file: judge, entry, item, value. What the judge report reads, and what it writes for others."""

import csv
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO
from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from competitions.statistics.ratings import Rating, Ratings
from craft_site.kit.cells import CellKind
from craft_site.kit.csv_in import read_csv_table
from craft_site.kit.tables import Column, TableLimits

COLUMNS = (
    Column("judge", gettext_lazy("Judge"), aliases=("裁判", "评委", "rater"), max_length=60),
    Column(
        "entry",
        pgettext_lazy("table of marks", "Entry"),
        aliases=("作品号", "作品", "选手", "work"),
        max_length=60,
    ),
    Column(
        "item",
        gettext_lazy("Item"),
        needed=False,
        blank=True,
        aliases=("评分项", "项目", "aspect"),
        max_length=60,
    ),
    Column(
        "value",
        gettext_lazy("Mark"),
        CellKind.DECIMAL,
        blank=True,
        aliases=("分数", "得分", "value", "score"),
    ),
)
LIMITS = TableLimits(max_bytes=32 * 1024 * 1024, max_rows=500_000, max_columns=20)
SHOWN_FAULTS = 20


class MarksFileError(ValueError):
    """The file cannot be used; one message a fault, each with its line."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


def read_marks(file: IO[bytes] | File[Any]) -> Ratings:
    """The marks of a file; an empty value is a gap. Raises MarksFileError."""
    table = read_csv_table(file, COLUMNS, limits=LIMITS)
    faults = [_in_line(fault.row, str(fault)) for fault in table.errors]
    first: dict[tuple[str, str, str], int] = {}
    marks: list[Rating] = []
    for row in table.rows:
        if row["value"] is None:
            continue
        item = row.values.get("item") or ""
        key = (row["judge"], row["entry"], item)
        if key in first:
            words = _("%(judge)s already marked %(entry)s in line %(line)d. Keep one of the two.")
            named = {"judge": key[0], "entry": f"{key[1]} {item}".strip(), "line": first[key]}
            faults.append(_in_line(row.number, words % named))
            continue
        first[key] = row.number
        marks.append(Rating(*key, row["value"]))
    if faults:
        shown = faults[:SHOWN_FAULTS]
        if len(faults) > SHOWN_FAULTS:
            shown.append(_("and %(n)d more faults") % {"n": len(faults) - SHOWN_FAULTS})
        raise MarksFileError(shown)
    if not marks:
        raise MarksFileError([_("The file holds no marks.")])
    return Ratings(marks)


def _in_line(line: int | None, message: str) -> str:
    return message if line is None else _("line %(line)d: %(message)s") % {"line": line, "message": message}


def write_marks(rows: Iterable[tuple[str, str, str, Decimal]]) -> bytes:
    """The same table as CSV that a spreadsheet opens (UTF-8 with a byte order mark)."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.key for column in COLUMNS)
    for judge, entry, item, value in rows:
        writer.writerow((judge, entry, item, format(value, "f")))
    return ("\ufeff" + out.getvalue()).encode()
