"""manage.py score: from files to ranks, without a database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from competitions.files.scheme_yaml import read_yaml

SCHEME = Path(__file__).parents[1] / "fixtures" / "schemes" / "stamping-compound-die.yaml"


@pytest.fixture
def golden():
    example = read_yaml(SCHEME.read_text("utf-8"), max_bytes=10**6).content["golden_case"]
    return {
        "entry": "W-53",
        "raw": {code: item["raw"] for code, item in example["entries"].items()},
        "theory": example["theory"],
        "penalties": example["penalties"],
        "elapsed_seconds": 14000,
    }


def write(path, entries):
    text = json.dumps(entries, default=lambda number: f"<{number}>", ensure_ascii=False)
    # Decimals go into the file as bare numbers, as people write them.
    path.write_text(text.replace('"<', "").replace('>"', ""), encoding="utf-8")
    return path


def score(*args):
    out = StringIO()
    call_command("score", *map(str, args), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["entries.json", "entries.yaml"])
def test_json_answer_of_the_golden_case(tmp_path, golden, name):
    answer = json.loads(score(SCHEME, write(tmp_path / name, [golden]), "--json"))
    (entry,) = answer["entries"]
    assert entry["entry"] == "W-53"
    assert (entry["total"], entry["rank"], entry["award"]) == ("75.35", 1, "first")
    assert entry["components"] == {"T": "86.00", "P": "70.78"}
    assert entry["criteria"] == {"A": "27.13", "B": "16.50", "C": "17.92", "D": "5.67", "E": "8.56"}
    assert (entry["aspects"]["A3.6"], entry["aspects"]["B2.3"]) == ("1.13", "0.00")
    assert entry["ties"] == []


def test_ties_are_explained_in_both_languages(tmp_path, golden):
    rows = [{**golden, "entry": "slow", "elapsed_seconds": 14100}, {**golden, "entry": "quick"}]
    answer = json.loads(score(SCHEME, write(tmp_path / "e.json", rows), "--json"))
    assert [(e["entry"], e["rank"]) for e in answer["entries"]] == [("quick", 1), ("slow", 2)]
    tie = answer["entries"][0]["ties"][0]
    assert tie["winner"] == "quick"
    assert tie["steps"][-1]["key"] == "P.elapsed_seconds asc"
    assert "用时：14000 对 14100，少者在前" in tie["zh"]


def test_a_slipped_decimal_point_is_asked_about_and_scored_as_it_stands(tmp_path, golden):
    golden["raw"]["A1.1"] = ["597.95"]
    out, err = StringIO(), StringIO()
    call_command(
        "score", str(SCHEME), str(write(tmp_path / "e.json", [golden])), "--json", stdout=out, stderr=err
    )
    assert json.loads(out.getvalue())["entries"][0]["aspects"]["A1.1"] == "0.00"
    (question,) = err.getvalue().splitlines()
    assert question.startswith("entry W-53: aspect A1.1: reading 1: 597.95 is more than 10 tolerances off")


def test_a_table_for_people(tmp_path, golden):
    table = score(SCHEME, write(tmp_path / "e.json", [golden]))
    assert table.splitlines()[0].split() == ["rank", "entry", "T", "P", "total", "award", "status"]
    assert table.splitlines()[1].split() == ["1", "W-53", "86.00", "70.78", "75.35", "first", "ranked"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"raw": {"B1.3": [0, 2, 2]}}, "entry W-53: aspect B1.3: the judges are 2 apart"),
        ({"raw": {"A2.3": ["5.395"]}}, "entry W-53: aspect A2.3: 2 readings are needed, there are 1"),
        ({"raw": {"A1.4": None}}, "entry W-53: aspect A1.4 has no mark"),
        ({"raw": {"Z1": [1]}}, "entry W-53: the scheme has no aspect Z1"),
        ({"theory": None}, "entry W-53: T has no mark"),
        ({"theory": 186}, "entry W-53: T must be a number from 0 to 100, not 186"),
        ({"surprise": 1}, "row 1, entry W-53: unknown field surprise"),
        ({"entry": ""}, "row 1: the entry has no code"),
        ({"penalties": [{"code": "P2", "times": 0}]}, "times must be a whole number from 1"),
        ({"penalties": ["P2"]}, "a penalty needs a code"),
        ({"elapsed_seconds": "soon"}, "the elapsed time must be a number of seconds, not soon"),
        ({"started": "yes"}, "started must be true or false"),
        ({"absent": ["x"]}, "absent must be a list of judges' seat numbers"),
        ({"raw": []}, "raw must hold named fields"),
    ],
)
def test_entries_that_cannot_be_scored_are_named(tmp_path, capsys, golden, change, message):
    raw = change.get("raw")
    entry = {**golden, **change}
    if isinstance(raw, dict):
        entry["raw"] = {**golden["raw"], **raw}
    with pytest.raises(CommandError) as caught:
        score(SCHEME, write(tmp_path / "entries.json", [entry]), "--json")
    assert message in str(caught.value)
    assert caught.value.returncode == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("e.json", "[{", "e.json: line 1: not readable as JSON"),
        ("e.json", '{"entry": "a"}', "e.json: expected a list of entries"),
        ("e.json", '[{"entry": "a", "entry": "b"}]', "field entry is there twice"),
        ("e.json", '[{"entry": "a", "theory": NaN}]', "NaN is not a number"),
        ("e.json", "[" * 200_000 + "]" * 200_000, "not readable as JSON"),
        ("e.json", "[1]", "row 1: expected an entry"),
        ("e.yaml", "- entry: a\n  entry: b", "e.yaml: line 2: field entry is there twice"),
        ("e.yaml", "- entry: a\n- entry: b\n  size: 3", "e.yaml: line 2, row 2, entry b: unknown field size"),
        ("e.yaml", "", "e.yaml: expected a list of entries"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        score(SCHEME, path)
    assert message in str(caught.value)


def test_files_that_are_not_there_or_not_text(tmp_path, golden):
    entries = write(tmp_path / "e.json", [golden])
    with pytest.raises(CommandError, match=r"nowhere\.yaml: No such file"):
        score(tmp_path / "nowhere.yaml", entries)
    with pytest.raises(CommandError, match="Is a directory"):
        score(tmp_path, entries)
    (tmp_path / "gbk.yaml").write_bytes("模具".encode("gbk"))
    with pytest.raises(CommandError, match="not UTF-8"):
        score(tmp_path / "gbk.yaml", entries)


def test_a_scheme_with_a_fault_names_its_line(tmp_path, golden):
    text = SCHEME.read_text("utf-8").replace("max_mark: 34", "max_mark: 35", 1)
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text(text, encoding="utf-8")
    line = text[: text.index("max_mark: 35")].count("\n") + 1
    with pytest.raises(CommandError, match=f"scheme.yaml: line {line}: the sub-criteria of A add up to 34"):
        score(scheme, write(tmp_path / "e.json", [golden]))
