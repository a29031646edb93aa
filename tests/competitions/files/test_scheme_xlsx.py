"""A scheme goes through a workbook and through YAML without loss, and every fault of a workbook has its cell."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from competitions import messages as words
from competitions.files.scheme_paths import flattened, parsed_path, put
from competitions.files.scheme_xlsx import MESSAGES, WorkbookErrors, read_scheme_workbook
from competitions.files.scheme_xlsx_out import NotForAWorkbook, empty_workbook, scheme_workbook
from competitions.files.scheme_yaml import read_scheme
from competitions.files.scheme_yaml_out import scheme_yaml
from competitions.scoring.readings import MESSAGES as READINGS
from competitions.scoring.results import PROBLEMS
from competitions.scoring.scheme import MESSAGES as SCHEME
from competitions.scoring.scheme import content_hash, dotted, dump_scheme, parse_scheme
from tests.competitions.schemes import NAMES, library_scheme, stamping


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_reads_back_the_same_from_workbook_and_yaml(name):
    scheme = library_scheme(name)
    assert read_scheme_workbook(scheme_workbook(scheme)) == scheme
    assert read_scheme(scheme_yaml(scheme)) == scheme


WORDS = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0x2FFFF), min_size=1, max_size=30
)
NUMBERS = st.decimals(
    min_value="-9999", max_value="9999", places=4, allow_nan=False, allow_infinity=False
).map(lambda number: format(number, "f"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(zh=WORDS, en=WORDS, note=WORDS, nominal=NUMBERS, extra=WORDS, nothing=st.none())
def test_odd_words_and_numbers_survive_or_are_refused(zh, en, note, nominal, extra, nothing):
    document = dump_scheme(stamping())
    aspect = document["criteria"][0]["sub_criteria"][0]["aspects"][0]
    aspect |= {"name": {"zh": zh, "en": en}, "note": note, "nominal": nominal}
    document["theory"] = {extra: [zh, {"empty": {}, "list": [], "none": nothing, "flag": True}], "n": "007"}
    scheme = parse_scheme(document)
    assert content_hash(read_scheme(scheme_yaml(scheme))) == content_hash(scheme)
    try:
        content = scheme_workbook(scheme)
    except NotForAWorkbook:
        return
    assert content_hash(read_scheme_workbook(content)) == content_hash(scheme)


@pytest.mark.parametrize(
    "name", ["=1+1", "@x", "'quoted", "1", "TRUE", "  spaces  ", '""', "a\nb", "1E5", "#N/A"]
)
def test_a_text_that_looks_like_something_else_stays_a_text(name):
    document = dump_scheme(stamping())
    document["criteria"][0]["name"] = {"zh": name, "en": name}
    scheme = parse_scheme(document)
    try:
        content = scheme_workbook(scheme)
    except NotForAWorkbook:
        assert name == '""'
        return
    assert read_scheme_workbook(content) == scheme


def edited(change):
    book = load_workbook(BytesIO(scheme_workbook(stamping())))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def column(sheet, key):
    return next(cell.column_letter for cell in sheet[1] if cell.value == key)


def places(content):
    with pytest.raises(WorkbookErrors) as found:
        read_scheme_workbook(content)
    return {(f"{error.sheet}!{error.cell}", error.code) for error in found.value.errors}


def test_a_wrong_sum_is_named_at_the_mark_of_its_sub_criterion():
    def change(book):
        sheet = book["Aspects"]
        sheet[f"{column(sheet, 'max_mark')}3"] = 2.4

    found = places(edited(change))
    assert ("SubCriteria!E3", "sum_aspects") in found


def test_a_number_typed_in_a_spreadsheet_is_taken_as_typed():
    def change(book):
        sheet = book["Aspects"]
        sheet[f"{column(sheet, 'nominal')}3"] = 59.78  # a binary float, as every spreadsheet keeps it
        sheet[f"{column(sheet, 'upper')}3"] = 0.02

    assert read_scheme_workbook(edited(change)) == stamping()


def test_what_is_left_of_a_calculation_in_binary_is_refused_at_its_cell():
    def change(book):
        sheet = book["Aspects"]
        sheet[f"{column(sheet, 'upper')}3"] = 0.1 + 0.2 - 0.28  # 0.02000000000000002

    assert {code for _place, code in places(edited(change))} == {"not_a_number"}


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("Aspects", "A3", "Z9", "belongs_nowhere"),
        ("Aspects", "G3", "=1+1", "formula"),
        ("Aspects", "AA1", "surprise", "column_unknown"),
        ("Contest", "A3", "schema..x", "field_unreadable"),
        ("Contest", "C3", "json", "json_unreadable"),
        ("Panels", "A4", "panel3", "code_twice"),
    ],
)
def test_a_fault_of_the_layout_is_named_by_its_cell(sheet, cell, value, code):
    def change(book):
        book[sheet][cell] = value

    found = places(edited(change))
    assert code in {fault for _place, fault in found}
    if code not in {"json_unreadable"}:
        assert (f"{sheet}!{cell}", code) in found


def test_unknown_sheets_and_a_missing_one_are_named():
    book = Workbook()
    book.active.title = "Marks"
    out = BytesIO()
    book.save(out)
    assert {code for _place, code in places(out.getvalue())} == {"sheet_unknown", "sheet_missing"}


@pytest.mark.parametrize("content", [b"", b"PK", b"no workbook at all", b"PK\x03\x04" + b"\0" * 400])
def test_a_file_that_is_no_workbook_is_one_fault(content):
    with pytest.raises(WorkbookErrors) as found:
        read_scheme_workbook(content)
    (error,) = found.value.errors
    assert (error.sheet, error.cell) == ("", "")  # no cell of a scheme is to blame


def test_the_empty_workbook_has_every_sheet_and_asks_for_a_composition():
    assert "missing" in {code for _place, code in places(empty_workbook())}


@pytest.mark.parametrize("path", [("a",), ("a", 0, "b"), ("theory", "types", 3, "code")])
def test_a_path_is_read_as_it_is_written(path):
    assert parsed_path(dotted(path)) == path


@pytest.mark.parametrize("text", ["", "a..b", "[0]", "a[x]", "a b", "a[99999]"])
def test_a_path_that_leads_nowhere_is_not_read(text):
    assert parsed_path(text) is None


def test_values_are_put_where_they_were_found():
    document = {"a": [{"b": "1"}, "c"], "d": {"e": {}}, "f": []}
    again: dict = {}
    assert all(put(again, path, leaf) for path, leaf in flattened(document))
    assert again == document
    assert not put({"a": []}, ("a", 1), "x")
    assert not put({"a": "text"}, ("a", "b"), "x")


def test_every_message_of_the_engine_and_the_readers_has_its_words():
    for templates, known in (
        (words.SCHEME, SCHEME),
        (words.READINGS, READINGS),
        (words.PROBLEMS, PROBLEMS),
        (words.WORKBOOK, MESSAGES),
    ):
        assert {code: str(text) for code, text in templates.items()} == known
