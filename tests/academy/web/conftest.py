import pytest
from django.urls import reverse

from tests.academy.subsidies import make_claimant


@pytest.fixture
def at(client):
    """Signs in and gets a page as text."""

    def get(user, name, *args, **query):
        client.force_login(user)
        answer = client.get(reverse(name, args=args), query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()

    return get


@pytest.fixture
def finance(client, office):
    client.force_login(office.finance)
    return office.finance


@pytest.fixture
def me(client, office):
    """A worker of the office's firm who has signed in."""
    worker = make_claimant(office)
    client.force_login(worker.user)
    return worker
