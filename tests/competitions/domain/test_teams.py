import pytest
from django.core.exceptions import PermissionDenied

from competitions.domain import teams
from competitions.models import Code, Entry, Event, Session, Station
from craft_site.ledger.models import Line
from tests.factories import make_entry, make_event, make_seat


@pytest.fixture
def event(db):
    return make_event(scope=Event.Scope.TEAM)


@pytest.fixture
def team(event, organiser):
    return teams.make_team(event=event, name="Red", by=organiser)


def test_a_team_gets_exactly_the_members_named(event, team, organiser):
    first, second, third = (make_entry(event) for _ in range(3))
    teams.set_members(team=team, entries=[first.pk, second.pk], by=organiser)
    teams.set_members(team=team, entries=[second.pk, third.pk], by=organiser)
    assert set(team.members.all()) == {second, third}
    assert teams.without_team(event) == 1


def test_whoever_joins_a_team_leaves_the_other(event, team, organiser):
    entry = make_entry(event)
    other = teams.make_team(event=event, name="Blue", by=organiser)
    teams.set_members(team=team, entries=[entry.pk], by=organiser)
    teams.set_members(team=other, entries=[entry.pk], by=organiser)
    assert (team.members.count(), other.members.count()) == (0, 1)


def test_an_entry_of_another_event_joins_no_team(team, organiser):
    stranger = make_entry(make_event())
    with pytest.raises(teams.TeamRefused):
        teams.set_members(team=team, entries=[stranger.pk], by=organiser)
    assert not team.members.exists()


def test_a_withdrawn_entry_joins_no_team(event, team, organiser):
    gone = make_entry(event, state=Entry.State.WITHDRAWN)
    with pytest.raises(teams.TeamRefused):
        teams.set_members(team=team, entries=[gone.pk], by=organiser)


def test_a_name_is_given_once_an_event(event, team, organiser):
    with pytest.raises(teams.TeamRefused) as caught:
        teams.make_team(event=event, name="Red", by=organiser)
    assert caught.value.field == "name"


def test_an_event_of_individuals_has_no_teams(db, organiser):
    with pytest.raises(teams.TeamRefused):
        teams.make_team(event=make_event(), name="Red", by=organiser)


def test_teams_stay_as_they_are_once_stations_are_drawn(event, team, organiser):
    entry = make_entry(event)
    contestant = Code.objects.create(event=event, layer="contestant", number="C-001", entry=entry)
    Code.objects.create(
        event=event,
        layer="station",
        number="S-101",
        parent=contestant,
        session=Session.objects.create(
            event=event, number=1, starts_at=event.registration_closes, ends_at=event.registration_closes
        ),
        station=Station.objects.create(event=event, number=1),
    )
    with pytest.raises(teams.TeamRefused):
        teams.set_members(team=team, entries=[entry.pk], by=organiser)
    with pytest.raises(teams.TeamRefused):
        teams.drop_team(team=team, by=organiser)


def test_a_dropped_team_leaves_its_members_entered(event, team, organiser):
    entry = make_entry(event)
    teams.set_members(team=team, entries=[entry.pk], by=organiser)
    teams.drop_team(team=team, by=organiser)
    entry.refresh_from_db()
    assert (entry.state, entry.team) == (Entry.State.ACCEPTED, None)


def test_the_ledger_names_entries_and_no_person(event, team, organiser):
    entry = make_entry(event)
    teams.set_members(team=team, entries=[entry.pk], by=organiser)
    line = Line.objects.get(kind="team.members")
    assert str(entry.uuid) in line.body
    assert entry.worker.name not in line.body


@pytest.mark.parametrize("kind", ["reviewer", "outsider", "marking organiser"])
def test_only_an_organiser_who_does_not_mark_forms_teams(request, event, organiser, kind):
    if kind == "marking organiser":
        make_seat(event, "result", user=organiser)
        user = organiser
    else:
        user = request.getfixturevalue(kind)
    with pytest.raises(PermissionDenied):
        teams.make_team(event=event, name="Red", by=user)
