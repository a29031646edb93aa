"""Files of measuring machines: work number, aspect, point, value; UTF-8 or GB 18030, headers in either language."""

from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from competitions.domain.imports import Reading, RowFault
from craft_site.kit.cells import CellKind
from craft_site.kit.csv_in import read_csv_table
from craft_site.kit.tables import Column, TableLimits

COLUMNS = (
    Column("work", _("Work number"), CellKind.CODE, aliases=("作品号", "work no", "work_no"), max_length=20),
    Column("aspect", _("Aspect"), aliases=("评分项", "检测项", "项目"), max_length=20),
    Column("point", _("Point"), CellKind.INTEGER, aliases=("测点", "点号", "点")),
    Column(
        "value",
        _("Value"),
        CellKind.DECIMAL,
        blank=True,
        aliases=("读数", "实测值", "测量值", "数值", "reading"),
    ),
)
LIMITS = TableLimits(max_bytes=4 * 1024 * 1024, max_rows=20_000, max_columns=20)
EXAMPLE = (("W-01", "A1.1", 1, "59.795"), ("W-01", "A2.3", 1, "5.395"), ("W-01", "A2.3", 2, "5.412"))


def read_readings(file: IO[bytes] | File[Any]) -> tuple[list[Reading], list[RowFault], list[str]]:
    """Rows, faults and warnings of a file. An empty value is a point that was not done."""
    table = read_csv_table(file, COLUMNS, limits=LIMITS)
    readings = [
        Reading(row.number, row["work"], row["aspect"], row["point"], row["value"]) for row in table.rows
    ]
    faults = [RowFault(error.row or 0, str(error)) for error in table.errors]
    return readings, faults, [str(warning) for warning in table.warnings]


def template_csv() -> bytes:
    """An example to fill in, with a byte order mark so that spreadsheets read the Chinese headers."""
    lines = [",".join(str(column.header) for column in COLUMNS)]
    lines += [",".join(map(str, row)) for row in EXAMPLE]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
