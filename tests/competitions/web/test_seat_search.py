"""Finding a person for a seat: who can hold it is offered, the others are named with the reason."""

import pytest
from django.urls import reverse

from tests.competitions.seats import coded_event
from tests.factories import make_entry, make_user, make_worker


@pytest.fixture
def event(db):
    return coded_event()


def test_the_search_offers_only_who_can_hold_the_seat_and_says_why_the_others_cannot(
    client, event, organiser
):
    fit = make_user("judge", name="Fit Judge")
    reviewer = make_user("reviewer", name="Some Reviewer")
    entered = make_user("judge", name="Entered Judge")
    make_entry(event, worker=make_worker(user=entered))
    client.force_login(organiser)
    page = client.get(reverse("desk:seat_new", args=(event.code,)), {"find-role": "chief"})
    assert list(page.context["form"].fields["user"].queryset) == [fit]
    reasons = {one["person"]: one["reason"] for one in page.context["cannot"]}
    assert "is not a Judge" in reasons[reviewer]
    assert "entered for the event" in reasons[entered]
    assert "to themselves" in reasons[organiser] or "is not a Judge" in reasons[organiser]
    assert page.context["form"]["role"].initial == "chief"


def test_the_search_finds_by_a_part_of_the_name_or_the_staff_number(client, event, organiser):
    one, other = make_user("judge", name="Zhang San"), make_user("judge", name="Li Si", staff_no="J-777")
    client.force_login(organiser)
    address = reverse("desk:seat_new", args=(event.code,))
    for words, found in (("zhang", one), ("777", other)):
        page = client.get(address, {"find-role": "result", "find-q": words})
        assert list(page.context["form"].fields["user"].queryset) == [found]


@pytest.mark.parametrize("many", [1, 40])
def test_the_search_costs_the_same_queries_for_any_number_of_people(
    client, event, organiser, many, django_assert_max_num_queries
):
    for _ in range(many):
        make_user("judge")
        make_user("reviewer")
    client.force_login(organiser)
    with django_assert_max_num_queries(12):
        client.get(reverse("desk:seat_new", args=(event.code,)), {"find-role": "chief"})
