"""manage.py judge_report: from a CSV of marks to figures, without a database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from competitions.files.marks_csv import write_marks
from tests.competitions.statistics.tables import KRIPPENDORFF_15, SHROUT_FLEISS, by_entry, by_judge, guilford

HEAD = "judge,entry,item,value\n"


def run(path, *options):
    out = StringIO()
    call_command("judge_report", str(path), *options, stdout=out)
    return out.getvalue()


def refused(path):
    with pytest.raises(CommandError) as error:
        run(path, "--json")
    assert error.value.returncode == 2
    return str(error.value)


@pytest.fixture
def write(tmp_path):
    def write(content, name="marks.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def table(ratings):
    return write_marks(ratings.rows)


def test_json_of_the_published_tables(write):
    answer = json.loads(run(write(table(by_entry(SHROUT_FLEISS))), "--json"))
    assert {form: round(value, 6) for form, value in answer["icc"].items()} == {
        "1,1": 0.165742,
        "A,1": 0.289764,
        "C,1": 0.714841,
        "1,k": 0.442797,
        "A,k": 0.620051,
        "C,k": 0.909316,
    }
    answer = json.loads(run(write(table(guilford())), "--json"))
    assert {judge: round(one["severity"], 3) for judge, one in answer["judges"].items()} == {
        "J1": 0.04,
        "J2": 0.245,
        "J3": -0.096,
    }


def test_empty_values_and_missing_rows_are_gaps(write):
    text = table(by_judge(KRIPPENDORFF_15)).decode() + "C,E1,,\r\n"
    answer = json.loads(run(write(text), "--json"))
    assert round(answer["alpha"]["interval"], 6) == 0.810845
    assert set(answer["icc"].values()) == {None}
    assert any(note["code"] == "gaps" and note["concerns"] == "icc" for note in answer["notes"])


def test_the_table_for_people_names_the_judges(write):
    text = run(write(table(guilford())))
    assert "J2" in text
    assert "0.245" in text
    assert "unexpected marks: 5" in text


def test_the_item_may_be_left_out_and_columns_may_stand_in_any_order(write):
    rows = [(1, "x", 5), (1, "y", 7), (2, "x", 6), (2, "y", 9)]
    one = run(write("value;entry;judge\n" + "".join(f"{v};{e};{j}\n" for e, j, v in rows)), "--json")
    other = run(write("judge,entry,value\n" + "".join(f"{j},{e},{v}\n" for e, j, v in rows)), "--json")
    assert json.loads(one) == json.loads(other)
    assert json.loads(one)["items"].keys() == {""}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_chinese_spreadsheets(write, encoding):
    text = "裁判,作品号,评分项,分数\n张三,W-1,外观,8\n李四,W-1,外观,9\n张三,W-2,外观,5\n李四,W-2,外观,7\n"
    answer = json.loads(run(write(text.encode(encoding)), "--json"))
    assert list(answer["judges"]) == ["张三", "李四"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (HEAD + "A,1,x,2\nB,1,x,two\n", ("line 3", "D3")),
        (HEAD + "A,1,x,2\nB,1,x,1e5\n", ("line 3",)),
        (HEAD + "A,1,x,2\nB,1,x,NaN\n", ("line 3",)),
        (HEAD + "A,1,x,2\nB,1,x,3\nA,1,x,4\n", ("line 4", "A", "line 2")),
        (HEAD + "A,1,x,2\n,1,x,3\n", ("line 3",)),
        ("judge,entry,item\nA,1,x\n", ("missing",)),
        (HEAD, ("no rows",)),
        (HEAD + "A,1,x,\n", ("no marks",)),
        ("", ("header",)),
        (b"\xff\xfe\x00", ("UTF-8",)),
        (b"PK\x03\x04 a workbook", ("workbook",)),
    ],
)
def test_a_file_that_cannot_be_used_says_where(write, content, named):
    message = refused(write(content))
    for part in named:
        assert part in message


def test_a_file_that_is_not_there(tmp_path):
    assert "nowhere.csv" in refused(tmp_path / "nowhere.csv")
    assert refused(tmp_path)


def test_every_fault_is_named_up_to_twenty(write):
    message = refused(write(HEAD + "".join(f"A,{n},x,?\n" for n in range(30))))
    assert message.count("line") == 20
    assert "and 10 more" in message
