"""Questions between wings: empty as long as nobody answers, then the answer."""

import pytest
from django.utils import timezone

from academy import kin
from academy.models import Pair
from craft_site.kit import questions
from craft_site.kit.questions import Question
from tests.academy.pairs import make_town, running


def test_a_question_without_an_answer_is_empty_and_then_is_answered():
    question = Question(lambda keys: [])
    assert question({1}) == []
    question.answered_by(lambda keys: sorted(keys))
    assert question({2, 1}) == [1, 2]


@pytest.mark.django_db
def test_the_roof_has_answered_every_question():
    assert questions.published_results(None) == {}
    assert questions.published_rows({("nowhere", "C-001")}) == {}
    assert questions.lineage([]) == []


@pytest.mark.django_db
def test_kin_are_told_from_both_sides_and_only_who_agreed():
    pair = running(make_town())
    assert kin.of([pair.mentor, pair.apprentice]) == []
    Pair.objects.filter(pk=pair.pk).update(mentor_public_at=timezone.now())
    assert kin.of([pair.mentor]) == []
    Pair.objects.filter(pk=pair.pk).update(apprentice_public_at=timezone.now())
    (master,), (apprentice,) = kin.of([pair.apprentice]), kin.of([pair.mentor])
    assert (master.name, master.is_master) == (pair.mentor.name, True)
    assert (apprentice.name, apprentice.is_master) == (pair.apprentice.name, False)
    assert apprentice.worker == pair.apprentice_id
    assert kin.of([pair.mentor, pair.apprentice]) == []  # each other's kin are told of already
