import pytest
from django.urls import reverse

from competitions.domain import teams
from competitions.models import Event
from tests.factories import make_entry, make_event


@pytest.fixture
def event(db):
    return make_event(scope=Event.Scope.TEAM)


def test_an_organiser_makes_a_team_and_ticks_its_members(client, event, organiser):
    entry = make_entry(event)
    client.force_login(organiser)
    answer = client.post(reverse("desk:teams", args=(event.code,)), {"name": "Red", "leader": "Lead"})
    team = event.teams.get()
    assert answer.url == reverse("desk:team", args=(event.code, team.pk))
    client.post(answer.url, {"members": [entry.pk]})
    assert list(team.members.all()) == [entry]
    page = client.get(reverse("desk:teams", args=(event.code,))).content.decode()
    assert entry.worker.name in page


def test_a_name_in_use_is_said_beside_the_field(client, event, organiser):
    teams.make_team(event=event, name="Red", by=organiser)
    client.force_login(organiser)
    page = client.post(reverse("desk:teams", args=(event.code,)), {"name": "Red"}).content.decode()
    assert "already has a team of this name" in page


def test_a_removed_team_is_gone(client, event, organiser):
    team = teams.make_team(event=event, name="Red", by=organiser)
    client.force_login(organiser)
    client.post(reverse("desk:team_drop", args=(event.code, team.pk)))
    assert not event.teams.exists()


@pytest.mark.parametrize("size", [1, 12])
def test_the_team_list_costs_the_same_queries_at_any_size(
    client, event, organiser, size, django_assert_max_num_queries
):
    for n in range(size):
        team = teams.make_team(event=event, name=f"Team {n}", by=organiser)
        teams.set_members(team=team, entries=[make_entry(event).pk], by=organiser)
    client.force_login(organiser)
    with django_assert_max_num_queries(12):
        client.get(reverse("desk:teams", args=(event.code,)))


def test_others_see_no_teams(client, event, reviewer, outsider):
    for user in (reviewer, outsider):
        client.force_login(user)
        assert client.get(reverse("desk:teams", args=(event.code,))).status_code == 403
