"""Visits and talks on the scorecard: those that took place, from the first day of a period to its last."""

from datetime import date

import pytest

from craft_site.home.scorecard.counters import registry
from honours.models import Visit
from tests.factories import make_user
from tests.honours.outreach import make_help, make_speaker, make_talk, requested, visited

pytestmark = pytest.mark.django_db
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def _asked(key):
    [count] = registry.counted([(key, *YEAR)]).values()
    return count


def test_visits_that_took_place_are_counted_to_the_last_day():
    help_ = make_help()
    for day in (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)):
        Visit.objects.filter(pk=visited(help_).pk).update(visited_on=day)
    requested(help_)
    assert int(_asked("outreach.visits").value) == 2


def test_talks_that_were_held_are_counted_with_their_audience():
    office = make_user("organiser")
    make_talk(office, on=date(2024, 12, 31), audience=150)
    make_talk(office, on=date(2024, 1, 1), audience=50)
    make_talk(office, make_speaker(office, since=date(2023, 1, 1)), on=date(2023, 12, 31), audience=99)
    make_talk(office, on=date(2024, 6, 1), held=False)
    assert [int(_asked(f"outreach.{key}").value) for key in ("talks", "audience")] == [2, 200]


def test_a_visit_is_a_record_that_names_only_a_firm_that_agreed():
    help_ = make_help()
    quiet, told = visited(help_), visited(help_)
    Visit.objects.filter(pk=quiet.pk).update(visited_on=date(2024, 3, 1), may_publish=False)
    Visit.objects.filter(pk=told.pk).update(visited_on=date(2024, 5, 6), may_publish=True)
    records = _asked("outreach.visits").records
    assert [one.name for one in records] == ["2024-03-01", f"2024-05-06 {told.employer.name}"]
    assert records[1].desk == told.get_absolute_url()


def test_a_record_leads_to_the_page_of_its_own_year():
    help_ = make_help()
    for day in (date(2024, 12, 31), date(2025, 4, 30)):
        Visit.objects.filter(pk=visited(help_).pk).update(visited_on=day)
    [count] = registry.counted([("outreach.visits", date(2024, 1, 1), date(2025, 4, 30))]).values()
    assert [one.public[-9:] for one in count.records] == ["year=2024", "year=2025"]


def test_the_records_of_talks_are_their_months():
    office = make_user("organiser")
    speaker = make_speaker(office, since=date(2023, 1, 1))
    for day, people in ((date(2024, 2, 1), 50), (date(2024, 2, 9), 30), (date(2024, 11, 2), 5)):
        make_talk(office, speaker, on=day, audience=people)
    assert [(one.name, one.value) for one in _asked("outreach.talks").records] == [
        ("2024年2月", 2),
        ("2024年11月", 1),
    ]
    assert [one.value for one in _asked("outreach.audience").records] == [80, 5]


def test_the_numbers_lead_to_their_lists():
    page = "/honours/visits-and-talks/?year=2024"
    assert _asked("outreach.visits").public == _asked("outreach.talks").public == page
    assert _asked("outreach.visits").desk == "/desk/honours/firm-visits/"
    assert _asked("outreach.audience").desk == "/desk/honours/talks/"


def test_records_cost_the_same_at_any_number(django_assert_max_num_queries):
    help_ = make_help()
    for months in (1, 12):
        for month in range(1, months + 1):
            Visit.objects.filter(pk=visited(help_).pk).update(visited_on=date(2024, month, 1))
        with django_assert_max_num_queries(3):
            for key in ("visits", "talks", "audience"):
                _asked(f"outreach.{key}")
