"""The session and its account are one query, and everything that ends a session still ends it."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from craft_site.people.models import Session
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = make_user("judge", password="a-good-password")
    user.groups.add(Group.objects.get_or_create(name="worker")[0])
    client.force_login(user)
    return user


def who(client):
    """The judge that hello names, or the status."""
    answer = client.get(reverse("judge:hello"))
    return answer.json()["judge"] if answer.status_code == 200 else answer.status_code


def test_one_query_brings_session_account_and_roles(client, person):
    who(client)
    with CaptureQueriesContext(connection) as captured:
        assert who(client) == str(person.uuid)
    assert len(captured) == 1
    assert Session.objects.get().user == person


def test_an_expired_session_is_none(client, person):
    Session.objects.update(expire_date=timezone.now())
    assert who(client) == 401


def test_another_password_ends_the_session(client, person):
    person.set_password("another-good-one")
    person.save()
    assert who(client) == 401


def test_a_closed_account_ends_the_session(client, person):
    person.is_active = False
    person.save()
    assert who(client) == 401


def test_roles_are_those_of_now(client, person):
    person.groups.clear()
    assert who(client) == 403


def test_the_column_alone_signs_nobody_in(client, person):
    Session.objects.update(user=make_user("judge"))
    assert who(client) == str(person.uuid)
    session = client.session
    del session[SESSION_KEY]
    session.save()
    Session.objects.update(user=person)
    assert who(client) == 401


def test_signed_out_the_session_is_gone(client, person):
    client.post(reverse("logout"))
    assert not Session.objects.filter(user=person).exists()
    assert who(client) == 401
