"""Roles come as fixtures: organiser, reviewer, employer_contact, judge, chief, supervisor, contestant, outsider."""

import pytest
from django.conf import settings

from craft_site.people.models import User
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker


def pytest_configure() -> None:
    settings.LANGUAGE_CODE = "en"  # tests read the msgids; the Chinese catalogue has tests of its own


@pytest.fixture
def organiser(db) -> User:
    return make_user("organiser")


@pytest.fixture
def reviewer(db) -> User:
    return make_user("reviewer")


@pytest.fixture
def employer(db):
    return make_employer()


@pytest.fixture
def employer_contact(employer) -> User:
    return make_user("employer", employer=employer)


@pytest.fixture
def outsider(db) -> User:
    return make_user("worker")


@pytest.fixture
def event(db):
    return make_event()


@pytest.fixture
def worker(employer):
    return make_worker(employer=employer)


@pytest.fixture
def contestant(event, employer) -> User:
    """A signed-in worker with an accepted entry in `event`."""
    user = make_user("worker")
    make_entry(event, worker=make_worker(employer=employer, user=user))
    return user


@pytest.fixture
def chief(event) -> User:
    return make_seat(event, "chief").user


@pytest.fixture
def supervisor(event) -> User:
    return make_seat(event, "supervisor", user=make_user("supervisor")).user


@pytest.fixture
def coding_judge(event) -> User:
    return make_seat(event, "coding").user


@pytest.fixture
def judge(event) -> User:
    """A result judge of `event`."""
    return make_seat(event, "result").user
