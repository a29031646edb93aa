"""Single cells: what was meant is read, what was lost is refused."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from craft_site.kit.cells import CellFault, CellKind, read_cell


def fault(raw, kind, max_length=50):
    with pytest.raises(CellFault) as caught:
        read_cell(raw, kind, max_length=max_length)
    assert caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (CellKind.TEXT, None, ""),
        (CellKind.TEXT, "\u3000永康 五金\u00a0\n", "永康 五金"),
        (CellKind.TEXT, "\u200b\ufeff张三", "张三"),
        (CellKind.TEXT, 7, "7"),
        (CellKind.TEXT, 7.0, "7"),
        (CellKind.TEXT, 0.1, "0.1"),
        (CellKind.TEXT, True, "TRUE"),
        (CellKind.CODE, 13800001234.0, "13800001234"),
        (CellKind.CODE, 999999999999999, "999999999999999"),
        (CellKind.CODE, " １１０１０５ 19491231 002x", "11010519491231002X"),
        (CellKind.DECIMAL, 0.1 + 0.2, Decimal("0.3")),
        (CellKind.DECIMAL, 75.3, Decimal("75.3")),
        (CellKind.DECIMAL, 1e-7, Decimal("0.0000001")),
        (CellKind.DECIMAL, "－１２．５０", Decimal("-12.50")),
        (CellKind.DECIMAL, "1,234.5", Decimal("1234.5")),
        (CellKind.DECIMAL, " ", None),
        (CellKind.DECIMAL, None, None),
        (CellKind.DECIMAL, 0, Decimal(0)),
        (CellKind.INTEGER, 3.0, 3),
        (CellKind.INTEGER, "0003", 3),
        (CellKind.DATE, datetime(2025, 4, 8, 9, 30), date(2025, 4, 8)),
        (CellKind.DATE, date(2025, 4, 8), date(2025, 4, 8)),
        (CellKind.DATE, "2025-04-08 00:00:00", date(2025, 4, 8)),
        (CellKind.DATE, "２０２５年４月８日", date(2025, 4, 8)),
        (CellKind.DATE, "2025.4.8", date(2025, 4, 8)),
        (CellKind.DATE, "2025/04/08", date(2025, 4, 8)),
        (CellKind.DATE, 20250408.0, date(2025, 4, 8)),
        (CellKind.DATE, "", None),
    ],
)
def test_cells_are_read_as_they_were_meant(kind, raw, value):
    read = read_cell(raw, kind, max_length=50)
    assert (read, type(read)) == (value, type(value))
    assert str(read) == str(value)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (CellKind.CODE, 1.10105194912310e17, "lossy_number"),
        (CellKind.CODE, 110105194912310021, "lossy_number"),
        (CellKind.CODE, 1e15, "lossy_number"),
        (CellKind.CODE, "1.10105E+17", "lossy_number"),
        (CellKind.TEXT, 6222000011112222333, "lossy_number"),
        (CellKind.TEXT, datetime(2025, 1, 2), "is_date"),
        (CellKind.TEXT, "x" * 51, "too_long"),
        (CellKind.DECIMAL, "7,5", "not_a_number"),
        (CellKind.DECIMAL, "1e5", "not_a_number"),
        (CellKind.DECIMAL, "NaN", "not_a_number"),
        (CellKind.DECIMAL, float("inf"), "not_a_number"),
        (CellKind.DECIMAL, float("nan"), "not_a_number"),
        (CellKind.DECIMAL, True, "not_a_number"),
        (CellKind.DECIMAL, date(2025, 4, 8), "not_a_number"),
        (CellKind.DECIMAL, "1" * 400, "not_a_number"),
        (CellKind.DECIMAL, "12mm", "not_a_number"),
        (CellKind.DECIMAL, "٣", "not_a_number"),
        (CellKind.INTEGER, 3.5, "not_a_whole_number"),
        (CellKind.DATE, 45755, "not_a_date"),
        (CellKind.DATE, "2025-02-30", "not_a_date"),
        (CellKind.DATE, "08.04.2025", "not_a_date"),
        (CellKind.DATE, "0025-04-08", "not_a_date"),
        (CellKind.DATE, True, "not_a_date"),
    ],
)
def test_cells_that_cannot_be_known_are_refused_by_their_reason(kind, raw, code):
    assert fault(raw, kind) == code


@pytest.mark.parametrize("kind", CellKind)
def test_a_fault_found_by_the_reader_is_handed_on(kind):
    assert fault(CellFault("formula", "x"), kind) == "formula"
