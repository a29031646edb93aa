"""Words that the extraction cannot find stay English in every language: no other name for gettext than its own or _,
and no call of it within an f-string."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GETTEXT = re.compile(r"_|n?p?gettext(_lazy)?")
RENAMED = re.compile(r"\bn?p?gettext(?:_lazy)? as (\w+)")


@pytest.mark.parametrize("wing", ["academy", "competitions", "craft_site", "honours"])
def test_gettext_is_called_by_a_name_that_the_extraction_knows(wing):
    renamed = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / wing).rglob("*.py")
        for name in RENAMED.findall(path.read_text())
        if name != "_"
    }
    assert renamed == set()


@pytest.mark.parametrize("wing", ["academy", "competitions", "craft_site", "honours"])
def test_no_words_stand_in_an_f_string(wing):
    hidden = {
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / wing).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and GETTEXT.fullmatch(call.func.id)
    }
    assert hidden == set()
