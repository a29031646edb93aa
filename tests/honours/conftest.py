"""Stories stand in the page tree."""

from tests.home.conftest import media, tree  # noqa: F401
