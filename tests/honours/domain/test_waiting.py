"""What waits for whom: counted as the verbs allow it, and shown on the desk's first page."""

import pytest
from django.urls import reverse

from honours.domain import waiting
from honours.models import Nomination
from tests.factories import make_user
from tests.honours.domain.test_after import ask
from tests.honours.makers import make_honour
from tests.honours.rounds import at_town, handed_in, make_house, make_nominee, met, objected, posted, proposed

pytestmark = pytest.mark.django_db


def test_each_sees_what_they_may_do_and_no_more():
    house = make_house()
    handed_in(house)
    proposed(house)
    at_town(house)
    own = at_town(house, make_nominee(house, user=house.town))
    one = met(house)
    objected(posted(house, "unit"), one.name)
    ask(make_honour("A"), house.organiser)
    assert waiting.matters(house.unit) == {"nominations": 1}
    assert waiting.matters(house.town) == {"nominations": 1}  # not the own one
    Nomination.objects.exclude(pk=own.pk).update(made_by=house.town)
    assert waiting.matters(house.town) == {}
    assert waiting.matters(house.organiser) == {
        "objections": 1
    }  # entered the decree, asked for the revocation
    assert waiting.matters(house.second) == {"objections": 1, "conferrals": 1, "revocations": 1}
    assert waiting.matters(house.city) == {"objections": 1, "conferrals": 1, "revocations": 1}
    for role in ("supervisor", "employer", "worker", "finance"):
        assert waiting.matters(make_user(role)) == {}


def test_what_waits_is_on_the_first_page_of_the_desk_and_leads_to_the_work(client):
    house = make_house()
    found = handed_in(house)
    client.force_login(house.unit)
    address = f"{reverse('desk:nominations')}?waits=me"
    assert address in client.get(reverse("desk:home")).content.decode()
    assert found.name in client.get(address).content.decode()
