"""The demonstration's scorecards print what the report prints."""

from datetime import date

import pytest

from craft_site.home.demo.honours_roll import make_roll
from craft_site.home.demo.scorecard import make_scorecards
from craft_site.home.scorecard import years
from craft_site.home.scorecard.models import Figure, Scorecard, Snapshot
from craft_site.home.scorecard.plan import Standing
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)


@pytest.fixture
def made():
    organiser, supervisor = make_user("organiser"), make_user("supervisor")
    make_roll(organiser)
    for _twice in range(2):
        make_scorecards(organiser, supervisor, TODAY)


def shown(year: int) -> dict[str, list[str]]:
    found = years.shown(year, public=True, today=TODAY)
    return {line.code: [one.shown for one in line.numbers] for line in found.sheet.lines}


def test_2024_is_the_year_of_the_report_and_closed_by_two(made):
    year = shown(2024)
    assert year["contests"] == ["5"]
    assert year["talks"] == ["52", "8,700+"]
    assert year["visits"] == ["12"]
    assert year["jinhua-craftsmen"] == ["31"]
    assert year["provincial-honours"] == ["4", "1"]
    assert year["national-honours"] == ["1", "1"]
    assert year["merit"] == ["1", "1", "1"]
    [visits] = years.shown(2024, public=True, today=TODAY).sheet.line("visits").numbers
    assert visits.days == "2024-01-01 – 2025-04-30"
    assert year["bargaining"] == ["935", "12", "8", "up to 40", "100,000+", "", ""]
    assert year["hardship"] == ["23", "98,500"]
    assert Snapshot.objects.get().confirmed_by != Snapshot.objects.get().asked_by


def test_2025_is_its_plan(made):
    year = years.shown(2025, public=True, today=TODAY).sheet
    targets = {line.code: [one.target_shown for one in line.numbers] for line in year.lines}
    assert targets["contests"] == ["≥5"]
    assert targets["retraining"] == ["≥20", "≥800"]
    assert targets["visits"] == ["≥12"]
    [visits] = year.line("visits").numbers
    assert "since 2024" in visits.period  # why none of them is counted twice
    assert targets["reform-shares"] == ["30", "40", "30"]
    assert targets["bargaining"][-2:] == ["≥90", "≥85"]
    assert targets["stations"][:2] == ["55", "21"]
    assert shown(2025)["elite-contest"] == ["80+", "20+"]
    assert year.standings()[Standing.BEHIND] == 0  # nothing that no source tells is called missing


def test_this_year_is_counted_against_the_targets_carried_over(made):
    assert list(Scorecard.objects.values_list("year", flat=True)) == [2026, 2025, 2024]
    row = Figure.objects.get(card__year=2026, measure__indicator__code="contests")
    assert (row.basis, row.target, row.carried_from) == ("counted", 5, 2025)


def test_every_number_of_the_report_has_its_sentence(made):
    assert not Figure.objects.filter(actual__isnull=False, quote="").exists()
    assert Figure.objects.filter(card__year=2024, actual__isnull=False).count() == 62
