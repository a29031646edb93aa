import pytest
from django.template import Context, Template
from django.utils import translation

from craft_site.kit import language


@pytest.mark.parametrize(
    ("code", "joined", "named"), [("zh-hans", "A1、A2", "A1：A2（A3）"), ("en", "A1, A2", "A1: A2 (A3)")]
)
def test_punctuation_follows_the_reader(code, joined, named):
    with translation.override(code):
        assert language.listed(["A1", "A2"]) == joined
        assert f"A1{language.colon()}A2{language.bracketed('A3')}" == named


@pytest.mark.parametrize(
    ("code", "name", "question"),
    [
        ("zh-hans", "姓名：", "为什么？"),
        ("en", "Name: ", "Why? "),
        ("zh-hans", "姓名：", "本人已核对。"),
        ("en", "Name: ", "I have checked. "),
    ],
)
def test_a_question_or_a_sentence_stands_before_its_answer_without_a_colon(code, name, question):
    with translation.override(code):
        assert language.introducing(name.strip("：: ")) == name
        assert language.introducing(question.strip()) == question


def test_without_a_language_words_are_joined_in_english():
    with translation.override(None):
        assert language.listed([1, 2]) == "1, 2"


def test_templates_have_the_same_punctuation_and_escape_what_they_join():
    words = Template(
        "{% load words %}{{ items|listed }}{% colon %}{{ one|bracketed }}{% comma %}{% semicolon %}"
    )
    with translation.override("zh-hans"):
        assert (
            words.render(Context({"items": ["<a>", "b"], "one": "<c>"})) == "&lt;a&gt;、b：（&lt;c&gt;）、；"
        )
