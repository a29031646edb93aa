import pytest

from tests.academy.subsidies import make_office


@pytest.fixture
def office(db):
    return make_office()
