"""A person's own calendar: what is in it, and who can open it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.domain import feeds
from academy.models import CalendarAddress
from tests.academy.training import make_academy, make_class, make_mentor, make_session, seat
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db


def uids(content):
    return content.decode().count("BEGIN:VEVENT")


def test_it_holds_what_somebody_attends_and_teaches_and_nothing_else():
    user = make_user("worker")
    worker = make_worker("Zhang San", user=user)
    academy = make_academy()
    seat(make_class(sessions=2), worker=worker)
    seat(make_class(), worker=worker, state="waiting")
    seat(make_class(), worker=worker, state="withdrawn")
    taught = make_class(academy=academy, sessions=0)
    make_session(
        taught, mentor=make_mentor(academy, worker=worker), starts_at=timezone.now() + timedelta(days=1)
    )
    seat(taught)
    make_class()
    content = feeds.person_feed(user)
    assert uids(content) == 3
    assert "Zhang San" not in content.decode()


def test_a_cancelled_class_stays_in_it_as_cancelled():
    mine = seat(make_class(state="cancelled"))
    assert b"STATUS:CANCELLED" in feeds.person_feed(mine.worker.user)


def test_an_address_opens_until_another_is_drawn_or_it_is_given_up():
    user = make_user("worker")
    first = feeds.address_token(feeds.draw_address(user=user))
    assert feeds.owner_of(first) == user
    second = feeds.address_token(feeds.draw_address(user=user))
    assert (feeds.owner_of(first), feeds.owner_of(second)) == (None, user)
    feeds.give_up_address(user=user)
    assert feeds.owner_of(second) is None
    assert not CalendarAddress.objects.exists()


def test_who_may_not_sign_in_has_no_feed():
    user = make_user("worker")
    token = feeds.address_token(feeds.draw_address(user=user))
    user.is_active = False
    user.save()
    assert feeds.owner_of(token) is None


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + "x", lambda t: t.split("~")[0], lambda t: "工匠~" + t])
def test_a_token_that_is_not_signed_opens_nothing(spoil):
    token = feeds.address_token(feeds.draw_address(user=make_user("worker")))
    assert feeds.owner_of(spoil(token)) is None
