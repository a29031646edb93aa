import pytest
from django.test import override_settings

from craft_site.home.foundation import Tree, make_site


@pytest.fixture
def media(tmp_path):
    """Pictures of a test lie in a folder of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def tree(db) -> Tree:
    """The site as the command makes it."""
    return make_site()
