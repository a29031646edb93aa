"""Workbooks that leave the house: text stays text, numbers stay exact, templates come back readable."""

import enum
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from craft_site.kit.tables import CellKind, Column
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book, Head
from craft_site.kit.xlsx_template import template


def reopened(book):
    return openpyxl.load_workbook(BytesIO(book.content()))


def written(value, **head):
    book = Book()
    book.add_sheet("s", [Head("h", **head)], [[value]])
    return reopened(book)["s"]["A2"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+86",
        "-5",
        "@SUM(A1)",
        "\tx",
        "#REF!",
        "#N/A",
        "2025-04-08",
        "007",
        "1E5",
    ],
)
def test_text_is_stored_as_text_and_never_as_a_formula(text):
    cell = written(text)
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))


def test_headers_captions_and_notes_are_no_formulas_either():
    book = Book()
    book.add_sheet("=s", ["=1+1"], [], caption="=2+2")
    book.add_notes("n", ["=3+3"])
    read = reopened(book)
    assert [read["=s"]["A1"].data_type, read["=s"]["A2"].data_type, read["n"]["A1"].data_type] == ["s"] * 3


@pytest.mark.parametrize(
    ("value", "places", "number", "shown"),
    [
        (Decimal("75.3"), 2, 75.3, "0.00"),
        (Decimal("75.30"), None, 75.3, "0.00"),
        (Decimal("75.355"), 2, 75.355, "0.000"),
        (Decimal("80"), 0, 80, "0"),
        (Decimal("1E+2"), None, 100, "0"),
        (Decimal("-0.5"), 1, -0.5, "0.0"),
        (7, None, 7, "0"),
        (7, 2, 7, "0.00"),
    ],
)
def test_decimals_are_numbers_that_show_their_places_and_never_less_than_their_value(
    value, places, number, shown
):
    cell = written(value, places=places)
    assert (cell.data_type, cell.value, cell.number_format) == ("n", number, shown)


@pytest.mark.parametrize("value", [110105194912310021, Decimal("1234567890.123456789"), Decimal("1E+15")])
def test_numbers_too_long_for_a_spreadsheet_are_written_as_text(value):
    cell = written(value)
    assert (cell.data_type, cell.value) == ("s", format(Decimal(value), "f"))


def test_dates_times_and_the_rest():
    class State(enum.StrEnum):
        OPEN = "open"

    key = UUID("018f0000-0000-7000-8000-000000000001")
    assert written(date(2025, 4, 8)).value == datetime(2025, 4, 8)
    assert written(date(2025, 4, 8)).number_format == "yyyy-mm-dd"
    assert written(datetime(2025, 4, 8, 16, 30, tzinfo=UTC)).value == datetime(2025, 4, 9, 0, 30)
    with translation.override("en"):
        texts = [written(value).value for value in (None, True, State.OPEN, key, _("Yes"))]
    assert texts == [None, "Yes", "open", str(key), "Yes"]


@pytest.mark.parametrize("value", [0.1, b"x", object(), datetime(2025, 4, 8), Decimal("NaN"), [1]])
def test_what_is_not_exact_or_not_known_is_refused(value):
    with pytest.raises(TypeError):
        written(value)


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 values for 1"):
        Book().add_sheet("s", ["a"], [[1, 2]])


def test_control_characters_do_not_break_the_file_and_long_texts_are_cut():
    assert written("a\x00\x0bb").value == "ab"
    assert len(written("x" * 40_000).value) == 32_767


def test_sheet_names_are_made_legal_and_unique():
    book = Book()
    for title in ("成绩/2025", "成绩/2025", "x" * 40, "", "'[]'"):
        book.add_sheet(title, ["a"], [])
    assert reopened(book).sheetnames == ["成绩 2025", "成绩 2025 2", "x" * 28, "Sheet", "Sheet 2"]


def test_the_header_is_frozen_repeated_and_columns_fit_chinese():
    book = Book()
    book.add_sheet(
        "s",
        ["名", Head("b", width=40), "c"],
        [["永康市五金技师学院", "x", "y" * 200]],
        caption="很长很长的标题",
    )
    sheet = reopened(book)["s"]
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [20, 40, 60]
    assert sheet.auto_filter.ref == "A2:C3"
    assert sheet.page_setup.fitToHeight == 0


def test_the_download_has_its_chinese_name_and_is_kept_by_no_cache():
    book = Book()
    book.add_sheet("s", ["a"], [])
    response = book.response("成绩册 2025/4")
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E6%88%90%E7%BB%A9%E5%86%8C%202025%204.xlsx"
    )
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.content[:2] == b"PK"


def test_nobody_signs_the_file():
    book = Book()
    book.add_sheet("s", ["a"], [])
    assert not reopened(book).properties.creator


# --- templates --------------------------------------------------------------------------------------------

COLUMNS = (
    Column("name", "Name", hint="As on the card"),
    Column("id", "Citizen number", CellKind.CODE),
    Column("born", "Date of birth", CellKind.DATE, needed=False, blank=True),
    Column("mark", "Mark", CellKind.DECIMAL, blank=True),
    Column("level", "Level", blank=True),
)


def filled(book, *rows):
    workbook = openpyxl.load_workbook(BytesIO(book.content()))
    for row in rows:
        workbook.worksheets[0].append(row)
    out = BytesIO()
    workbook.save(out)
    return BytesIO(out.getvalue())


def test_a_template_comes_back_readable():
    book = template("Roster", COLUMNS, choices={"level": ["一级", "二级"]}, notes=["Send it back."])
    reading = read_table(filled(book, ["张三", "11010519491231002X", date(1990, 1, 2), 1.5, "一级"]), COLUMNS)
    assert (reading.errors, reading.warnings) == ([], [])
    assert reading.rows[0].values == {
        "name": "张三",
        "id": "11010519491231002X",
        "born": date(1990, 1, 2),
        "mark": Decimal("1.5"),
        "level": "一级",
    }


def test_an_empty_template_is_a_table_without_rows():
    reading = read_table(filled(template("Roster", COLUMNS)), COLUMNS)
    assert [error.code for error in reading.errors] == ["no_rows"]


def test_a_template_in_one_language_is_read_in_the_other():
    columns = (Column("name", _("Name")), Column("yes", _("Yes")))
    with translation.override("zh-hans"):
        book = template("Roster", columns)
    with translation.override("en"):
        reading = read_table(filled(book, ["a", "b"]), columns)
    assert reading.rows[0].values == {"name": "a", "yes": "b"}


def test_number_columns_are_text_and_obligatory_headers_carry_a_star():
    sheet = reopened(template("Roster", COLUMNS)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "Name *",
        "Citizen number *",
        "Date of birth",
        "Mark",
        "Level",
    ]
    assert sheet.column_dimensions["B"].number_format == "@"
    assert sheet.column_dimensions["C"].number_format == "yyyy-mm-dd"


def test_choices_hang_on_their_column_and_may_hold_commas():
    read = reopened(template("Roster", COLUMNS, choices={"level": ["a, b", "=c"]}, rows=50))
    (rule,) = read.worksheets[0].data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("lists!$A$1:$A$2", "E2:E51")
    assert read["lists"].sheet_state == "hidden"
    assert [cell.value for cell in read["lists"]["A"]] == ["a, b", "=c"]
    assert read["lists"]["A2"].data_type == "s"


def test_the_notes_explain_every_column():
    read = reopened(template("Roster", COLUMNS, notes=["Send it back by Friday."]))
    texts = [cell.value for row in read.worksheets[1] for cell in row]
    assert {"Name", "As on the card", "Send it back by Friday."} <= set(texts)
