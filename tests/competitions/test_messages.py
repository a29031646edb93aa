"""What the engine answers with a code is read in the reader's language."""

import re

import pytest
from django.utils import translation

from competitions import messages
from competitions.domain import releases
from competitions.models import Mark, Sheet
from competitions.scheme_names import SchemeNames
from competitions.scoring import results
from competitions.scoring.readings import MESSAGES, Refusal
from competitions.scoring.scheme import parse_scheme
from tests.competitions.contest import SCHEME, make_contest

ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")  # two words in a row: codes stand alone


def test_an_organiser_reads_in_chinese_what_keeps_a_result_from_being_published(db):
    event = make_contest([("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3))])
    Mark.objects.filter(sheet__code__number="W-88", sheet__seat__place=2).delete()
    Sheet.objects.filter(code__number="W-88").update(state=Sheet.State.SIGNED)
    with translation.override("zh-hans"):
        found = [str(blocker.message) for blocker in releases.blockers(event)]
    assert any("C-002" in words and "A1.2" in words for words in found)
    assert [words for words in found if ENGLISH.search(words)] == []


@pytest.mark.parametrize("code", results.PROBLEMS)
def test_every_problem_has_chinese_words(code):
    names = re.findall(r"{(\w+)}", results.PROBLEMS[code])
    with translation.override("zh-hans"):
        words = messages.problem_in_words(results.problem(code, **dict.fromkeys(names, "X1")))
    assert not ENGLISH.search(words), words


@pytest.mark.parametrize(
    ("code", "params", "told"),
    [
        ("missing_component", {"entry": "C-001", "component": "T"}, "理论"),
        ("missing_mark", {"entry": "C-001", "aspect": "A1.2"}, "A1.2 外观"),
        ("decision_without_reason", {"tier": "first"}, "一等奖"),
        ("tie_value_missing", {"entry": "C-001", "key": "P.total desc"}, "操作"),
    ],
)
def test_a_problem_names_the_parts_of_the_scheme_in_the_readers_language(code, params, told):
    problem = results.problem(code, **params)
    with translation.override("zh-hans"):
        names = SchemeNames(parse_scheme(SCHEME))
        assert told in messages.problem_in_words(problem, names)


def test_a_code_that_the_scheme_does_not_know_stays_as_it_is():
    names = SchemeNames(parse_scheme(SCHEME))
    assert (names.component("X"), names.award("X"), names.part("A1.2")) == ("X", "X", "A1.2 Finish")
    assert SchemeNames(None).aspects(["A1.2"]) == "A1.2"


@pytest.mark.parametrize("code", MESSAGES)
def test_the_reason_of_a_refused_mark_is_in_chinese_too(code):
    params = dict.fromkeys(re.findall(r"{(\w+)}", MESSAGES[code]), "5")
    refusal = Refusal(code, params, MESSAGES[code].format(**params))
    found = results.problem("refused_mark", refusal, entry="C-001", aspect="A1.1", reason=refusal.message)
    with translation.override("zh-hans"):
        words = messages.problem_in_words(found)
    assert "A1.1" in words
    assert not ENGLISH.search(words), words
