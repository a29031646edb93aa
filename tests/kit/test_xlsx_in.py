"""Workbooks from strangers: every fault named with its cell, no bomb opened, nothing guessed."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.utils.translation import gettext_lazy as _

from craft_site.kit.csv_in import read_csv_table
from craft_site.kit.tables import CellKind, Column, TableLimits
from craft_site.kit.xlsx_in import read_table

COLUMNS = (
    Column("name", "Name", aliases=("姓名",), max_length=50),
    Column("id", "Citizen number", CellKind.CODE, aliases=("身份证号",)),
    Column("born", "Date of birth", CellKind.DATE, needed=False, blank=True, aliases=("出生日期",)),
    Column("mark", "Mark", CellKind.DECIMAL, needed=False, blank=True),
)
ID = "11010519491231002X"


def book(*rows, edit=None):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    if edit:
        edit(sheet)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(content, **options):
    return read_table(BytesIO(content), COLUMNS, **options)


def faults(reading):
    return [(error.code, error.cell) for error in reading.errors]


def rezipped(content, changes=None, extra=(), compression=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, (changes or {}).get(name, lambda text: text)(part))
        for name, part in extra:
            new.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_rows_come_by_header_in_any_order_with_their_places():
    reading = read(
        book(
            ["2025 roster"],
            [],
            ["Mark", "身份证号 *", "出生日期（选填）", "NAME"],
            [75.3, ID, date(1949, 12, 31), " 张三 "],
            [],
            [None, ID, None, "李四"],
        )
    )
    assert reading.ok
    assert [row.values for row in reading.rows] == [
        {"name": "张三", "id": ID, "born": date(1949, 12, 31), "mark": Decimal("75.3")},
        {"name": "李四", "id": ID, "born": None, "mark": None},
    ]
    assert [row.number for row in reading.rows] == [4, 6]
    assert reading.rows[0].cell_ref("id") == "B4"
    error = reading.rows[1].error("name", "Already registered.", code="known")
    assert (error.row, error.cell, str(error)) == (6, "D6", "D6: Already registered.")


def test_a_header_is_recognised_in_every_language_of_the_site():
    columns = (Column("name", _("Name")), Column("yes", _("Yes")))
    reading = read_table(BytesIO(book(["name", "是"], ["a", "b"])), columns)
    assert reading.rows[0].values == {"name": "a", "yes": "b"}


def test_every_fault_is_named_at_once_and_good_rows_are_kept():
    reading = read(
        book(
            ["Name", "Citizen number", "Mark"],
            ["张三", 1.10105194912310e17, 5],
            ["李四", ID, "five"],
            [None, ID, 5],
            ["王五", ID, 5],
        )
    )
    assert faults(reading) == [("lossy_number", "B2"), ("not_a_number", "C3"), ("blank", "A4")]
    assert [row["name"] for row in reading.rows] == ["王五"]
    assert "text" in reading.errors[0].message


def test_missing_double_and_unknown_headers_are_named():
    reading = read(book(["Name", "姓名", "Shoe size"], ["a", "b", 42]))
    assert faults(reading) == [("double_header", "B1"), ("missing_header", "")]
    assert "Citizen number" in reading.errors[1].message
    assert [(warning.code, warning.cell) for warning in reading.warnings] == [("unknown_header", "C1")]
    assert "Shoe size" in reading.warnings[0].message


def test_the_first_of_two_header_rows_is_the_header():
    reading = read(book(["Name", "Citizen number"], ["Name", "Citizen number"]))
    assert [row.values["name"] for row in reading.rows] == ["Name"]


def test_a_file_without_headers_or_rows_says_so():
    assert faults(read(book(["a", "b"], ["c", "d"]))) == [("no_header", "")]
    assert faults(read(book())) == [("no_header", "")]
    assert faults(read(book(["Name", "Citizen number"]))) == [("no_rows", "")]


def test_a_formula_without_a_stored_result_is_named_and_one_with_a_result_is_read():
    content = book(["Name", "Citizen number", "Mark"], ["张三", ID, "=1+1"], ["李四", ID, "=2+2"])
    assert faults(read(content)) == [("formula", "C2"), ("formula", "C3")]
    calculated = rezipped(
        content, {SHEET: lambda part: part.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")}
    )
    reading = read(calculated)
    assert faults(reading) == [("formula", "C3")]
    assert reading.rows[0]["mark"] == Decimal(2)


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell():
    content = book(["Name", "Citizen number", "Mark"], ["张三", ID, "=1+1"])
    empty = rezipped(
        content,
        {SHEET: lambda part: part.replace(b'<c r="C2"><f>1+1</f>', b'<c r="C2" t="str"><f>1+1</f>')},
    )
    assert empty != content
    reading = read(empty)
    assert reading.ok
    assert reading.rows[0]["mark"] is None


def test_an_error_value_is_named():
    def broken(sheet):
        sheet["C2"] = "#REF!"

    reading = read(book(["Name", "Citizen number", "Mark"], ["张三", ID, 0], edit=broken))
    assert faults(reading) == [("error_value", "C2")]
    assert "#REF!" in reading.errors[0].message


def test_merged_cells_are_named_in_the_table_and_harmless_above_it():
    def merge(sheet):
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A4")

    reading = read(
        book(["Roster"], ["Name", "Citizen number", "Mark"], ["张三", ID, 1], ["", ID, 2], edit=merge)
    )
    assert faults(reading) == [("merged", "A4")]
    assert "A3:A4" in reading.errors[0].message
    assert [row["name"] for row in reading.rows] == ["张三"]


def test_overlapping_merges_cannot_keep_the_reader_busy():
    def forged(part):
        return part.replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 5000
        )

    content = rezipped(book(["Name", "Citizen number"], ["a", ID]), {SHEET: forged})
    assert [error.code for error in read(content).errors] == ["merged"]


def test_a_hidden_first_sheet_is_passed_over_and_a_sheet_can_be_named():
    workbook = openpyxl.Workbook()
    workbook.active.title = "lists"
    workbook.active.sheet_state = "hidden"
    for title, name in (("roster", "张三"), ("more", "李四")):
        sheet = workbook.create_sheet(title)
        sheet.append(["Name", "Citizen number"])
        sheet.append([name, ID])
    out = BytesIO()
    workbook.save(out)
    assert read(out.getvalue()).rows[0]["name"] == "张三"
    assert read(out.getvalue(), sheet="more").rows[0]["name"] == "李四"
    assert faults(read(out.getvalue(), sheet="nowhere")) == [("no_sheet", "")]


def test_too_many_rows_are_refused_and_a_forged_size_is_not_believed():
    rows = [["Name", "Citizen number"], *(["张三", ID] for _n in range(4))]
    assert faults(read(book(*rows), limits=TableLimits(max_rows=4))) == []
    assert faults(read(book(*rows), limits=TableLimits(max_rows=3))) == [("too_many_rows", "")]

    def forged(part):
        start, end = part.index(b"<dimension"), part.index(b"/>", part.index(b"<dimension")) + 2
        return part[:start] + b'<dimension ref="A1:XFD1048576"/>' + part[end:]

    assert read(rezipped(book(*rows), {SHEET: forged})).ok


def test_a_forged_row_number_is_not_a_loop_without_end():
    def forged(part):
        return part.replace(b'<row r="2"', b'<row r="2000000000"')

    content = rezipped(book(["Name", "Citizen number"], ["a", ID]), {SHEET: forged})
    assert [error.code for error in read(content).errors] == ["too_many_rows"]


def test_zip_bombs_are_not_unpacked():
    good = book(["Name", "Citizen number"], ["a", ID])
    bomb = rezipped(good, extra=[("xl/media/x.bin", b"\0" * 70_000_000)])
    assert len(bomb) < 1_000_000
    assert faults(read(bomb)) == [("unsafe_workbook", "")]
    assert faults(read(rezipped(good, compression=zipfile.ZIP_LZMA))) == [("unsafe_workbook", "")]
    many = rezipped(good, extra=[(f"xl/{n}.bin", b"") for n in range(600)])
    assert faults(read(many)) == [("unsafe_workbook", "")]
    with pytest.warns(UserWarning, match="Duplicate"):
        double = rezipped(good, extra=[(SHEET, b"<x/>")])
    assert faults(read(double)) == [("unsafe_workbook", "")]


XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize(
    "poison",
    [
        lambda text: XXE + text,
        lambda text: b" " * 5000 + XXE.lower() + text,
        lambda text: (XXE.decode() + text.decode()).encode("utf-16"),
        lambda text: (XXE.decode() + text.decode()).encode("utf-16-le"),
        lambda text: b'<?xml version="1.0" encoding="utf-7"?>' + text,
    ],
)
def test_entities_and_odd_encodings_are_refused_in_every_part(part, poison):
    content = rezipped(book(["Name", "Citizen number"], ["a", ID]), {part: poison})
    assert faults(read(content)) == [("unsafe_workbook", "")]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\0" * 100, "empty_file"),
        (b"name,id\n", "text_file"),
        ("姓名,证件号\n".encode("gb18030"), "text_file"),
        ("姓名\t证件号\n".encode("utf-16"), "text_file"),
        (b"\xef\xbb\xbf<html><table>", "web_page"),
        (b"%PDF-1.7 ...", "paper_file"),
        (b"\x00\x01\x02 anything", "not_a_workbook"),
        (b"PK\x03\x04 nothing", "cut_off"),
        (OLE + b"\0" * 600, "old_workbook"),
        (OLE + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99, "locked_workbook"),
    ],
)
def test_other_files_are_refused_by_their_reason(content, code):
    assert faults(read(content)) == [(code, "")]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("word/document.xml", "other_document"),
        ("content.xml", "other_document"),
        ("xl/workbook.bin", "other_document"),
        ("roster.xlsx", "archive"),
    ],
)
def test_another_document_or_archive_is_told_apart(part, code):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "<x/>")
    assert faults(read(out.getvalue())) == [(code, "")]


@pytest.mark.parametrize("share", [0.2, 0.6, 0.98])
def test_a_workbook_that_was_cut_off_is_told_so(share):
    good = book(["Name", "Citizen number"], ["a", ID])
    assert faults(read(good[: int(len(good) * share)])) == [("cut_off", "")]


def test_damaged_workbooks_are_refused_and_never_crash():
    good = book(["Name", "Citizen number"], ["a", ID])
    assert faults(read(rezipped(good, {SHEET: lambda part: part[: len(part) // 2]}))) == [
        ("not_a_workbook", "")
    ]
    dangling = {SHEET: lambda part: part.replace(b't="inlineStr"><is><t>a</t></is>', b't="s"><v>99</v>')}
    assert faults(read(rezipped(good, dangling))) == [("not_a_workbook", "")]
    for place in range(0, len(good), 41):
        read(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])


def test_a_file_over_the_limit_is_refused():
    content = book(["Name", "Citizen number"], ["a", ID])
    assert faults(read(content, limits=TableLimits(max_bytes=len(content) - 1))) == [("too_large", "")]


# --- CSV --------------------------------------------------------------------------------------------------

CSV = "姓名,身份证号,Mark\r\n张三,11010519491231002x,75.30\r\n\r\n李四,1.10105E+17,x\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_delimiter_in_use(encoding, delimiter):
    content = CSV.replace(",", delimiter).encode(encoding)
    reading = read_csv_table(BytesIO(content), COLUMNS)
    assert [row.values for row in reading.rows] == [
        {"name": "张三", "id": ID, "born": None, "mark": Decimal("75.30")}
    ]
    assert faults(reading) == [("lossy_number", "B4"), ("not_a_number", "C4")]


def test_csv_cells_may_hold_delimiters_and_line_breaks():
    content = 'name,id\n"张, 三",1\n"a\nb",2\n'.encode()
    reading = read_csv_table(BytesIO(content), COLUMNS)
    assert [(row.number, row["name"]) for row in reading.rows] == [(2, "张, 三"), (3, "a\nb")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", "not_csv"),
        (b"name,id\n\xff\xff\xff", "encoding"),
        (b"name,id\n\x00,1", "encoding"),
        (b"name,id\n" + b"x" * 200_000, "not_csv"),
        (b"", "no_header"),
    ],
)
def test_what_is_no_csv_is_refused_by_its_reason(content, code):
    assert faults(read_csv_table(BytesIO(content), COLUMNS)) == [(code, "")]


def test_a_csv_over_the_limit_is_refused():
    assert faults(read_csv_table(BytesIO(b"x" * 11), COLUMNS, limits=TableLimits(max_bytes=10))) == [
        ("too_large", "")
    ]
