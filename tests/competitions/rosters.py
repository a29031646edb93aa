"""Roster workbooks for tests, as an employer's contact would fill them in."""

from io import BytesIO
from typing import Any

from openpyxl import Workbook

from competitions.files.roster import HEADERS
from tests.factories import citizen_number

KEYS = ("name", "id_number", "mobile", "trade_years", "grade", "certificate_no", "publicity")


def line(serial: int, **values: Any) -> dict[str, Any]:
    return {
        "name": f"Roster {chr(ord('A') + serial % 26)}",
        "id_number": citizen_number(serial),
        "mobile": f"1391234{serial:04d}",
        "trade_years": 5,
    } | values


def workbook(*lines: dict[str, Any], keys: tuple[str, ...] = KEYS) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append([str(HEADERS[key]) for key in keys])
    for given in lines:
        sheet.append([given.get(key) for key in keys])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
