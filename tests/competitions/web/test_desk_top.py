"""The navigation on top of the desk: what the person's roles open, on every face of work, and the way out."""

import pytest
from django.urls import reverse

from craft_site.people import roles
from tests.factories import make_employer, make_user

pytestmark = pytest.mark.django_db


def top(client, user, name="desk:home"):
    client.force_login(user)
    return [place["url"] for place in client.get(reverse(name)).context["desk_top"]]


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (
            roles.ORGANISER,
            (
                "desk:events",
                "desk:entries",
                "desk:roster",
                "desk:declarations",
                "wagtailadmin_home",
                "desk:academy",
                "desk:campaigns",
                "desk:scorecards",
                "desk:certificates",
                "desk:data_requests",
            ),
        ),
        (
            roles.REVIEWER,
            ("desk:events", "desk:entries", "desk:academy", "desk:campaigns", "desk:scorecards"),
        ),
        (
            roles.SUPERVISOR,
            (
                "desk:events",
                "desk:academy",
                "desk:campaigns",
                "desk:scorecards",
                "desk:certificates",
                "desk:data_requests",
            ),
        ),
        (roles.FINANCE, ("desk:academy", "desk:benefits")),
        (roles.JUDGE, ("desk:home", "judge:home", "judge:declare")),
    ],
)
def test_everybody_sees_the_places_of_their_role_and_each_of_them_opens(client, role, opens):
    shown = top(client, make_user(role))
    assert shown == [reverse(name) for name in opens]
    ours = [
        url for url in shown if url != reverse("wagtailadmin_home")
    ]  # Wagtail's own rights open its rooms
    assert [client.get(url).status_code for url in ours] == [200] * len(ours)


def test_an_employers_contact_sees_entries_rosters_the_academy_and_rounds_of_honours(client):
    contact = make_user(roles.EMPLOYER, employer=make_employer())
    shown = top(client, contact)
    rooms = ("desk:entries", "desk:roster", "desk:academy", "desk:campaigns")
    assert shown == [reverse(name) for name in rooms]
    assert [client.get(url).status_code for url in shown] == [200] * 4


def test_the_place_where_one_stands_is_marked(client):
    client.force_login(make_user(roles.ORGANISER))
    page = client.get(reverse("desk:declarations"))
    assert [place["url"] for place in page.context["desk_top"] if place["current"]] == [
        reverse("desk:declarations")
    ]


@pytest.mark.parametrize("name", ["desk:home", "judge:home"])
def test_the_faces_of_work_have_a_way_out_and_a_way_to_ones_own_pages(client, name):
    client.force_login(make_user(roles.JUDGE))
    page = client.get(reverse(name)).content.decode()
    assert f'action="{reverse("logout")}"' in page
    assert f'href="{reverse("me:home")}"' in page


def test_the_page_to_sign_in_bears_the_name_of_the_site_and_not_of_its_host(client):
    page = client.get(reverse("login")).content.decode()
    assert "testserver" not in page
