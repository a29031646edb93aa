"""Django's messages that the site words itself are still those that Django says."""

import re
from pathlib import Path

import django
import pytest
from django.utils.translation import override

from craft_site.kit import django_words


@pytest.fixture(scope="module")
def said() -> str:
    """Django's own sources without blanks and with the texts that stand on several lines joined."""
    root = Path(django.__file__).parent
    files = [root / "core/validators.py", *root.glob("forms/*.py"), *root.glob("contrib/auth/*.py")]
    return re.sub(r"\s+", "", "".join(file.read_text() for file in files)).replace('""', "")


@pytest.mark.parametrize("words", django_words.SINGLE)
def test_every_message_is_one_of_djangos(said, words):
    assert "".join(words.split()) in said


@pytest.mark.parametrize("at", range(len(django_words.COUNTED)))
def test_every_message_with_a_number_is_one_of_djangos(said, at):
    with override("en"):
        assert "".join(str(django_words.COUNTED[at]).split()) in said
