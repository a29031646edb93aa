"""Persons and teams may share the codes of their awards; each list bears its own awards' names."""

from copy import deepcopy
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from competitions.domain import releases
from competitions.models import Event, Team
from craft_site.people.models import GrowthEntry
from tests.competitions.contest import SCHEME, make_contest

FOUR = [("90", 7, (3, 3, 3)), ("60", 6, (1, 1, 1)), ("80", 7, (3, 3, 3)), ("70", 7, (2, 2, 2))]


def with_teams():
    scheme = deepcopy(SCHEME)
    tier = {"code": "first", "name": {"zh": "团体一等奖", "en": "Team gold"}, "by": "count", "value": 1}
    scheme["composition"]["teams"] = {"combine": "mean", "size": 2, "awards": {"tiers": [tier]}}
    return scheme


@pytest.fixture
def release(db, organiser):
    event = make_contest(FOUR, scheme=with_teams())
    Event.objects.filter(pk=event.pk).update(scope=Event.Scope.TEAM)
    event.refresh_from_db()
    members = list(event.entries.order_by("pk"))
    for n, name in enumerate(("Red", "Blue")):
        team = Team.objects.create(event=event, name=name)
        event.entries.filter(pk__in=[entry.pk for entry in members[2 * n : 2 * n + 2]]).update(team=team)
    return releases.publish(event=event, by=organiser)


def test_the_best_person_has_the_persons_prize_and_the_best_team_the_teams(client, release):
    context = client.get(reverse("contest:release_en", args=(release.slug,))).context
    persons = {row["code"]: row["award"] for row in context["rows"]}
    teams = {row["name"]: row["award"] for row in context["team_rows"]}
    assert persons["C-001"] == "First prize"  # whose team came second
    assert teams == {"Blue": "Team gold", "Red": ""}
    assert "Team gold" not in persons.values()


def test_a_persons_own_line_and_growth_record_bear_the_persons_prize(client, release):
    page = client.get(reverse("contest:release_row", args=(release.slug, "C-001"))).content.decode()
    assert ("First prize" in page, "Team gold" in page) == (True, False)
    releases.record_growth(release)
    found = GrowthEntry.objects.get(worker__name="Contestant 1")
    assert (found.detail, found.detail_en) == ("第1名 一等奖", "Rank 1 First prize")


def test_the_result_book_names_the_awards_of_each_list(client, release):
    book = load_workbook(BytesIO(client.get(reverse("contest:release_book", args=(release.slug,))).content))
    persons, teams = (str(list(book[name].iter_rows(values_only=True))) for name in ("Results", "Teams"))
    assert ("First prize" in persons, "Team gold" in persons) == (True, False)
    assert "Team gold" in teams
