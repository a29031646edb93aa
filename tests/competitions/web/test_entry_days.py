"""What a contestant's entry says of the contest: its days, where it stands now, its documents, the own bench."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.models import Code, Event
from craft_site.kit.language import short_day
from tests.competitions.appealing import THREE, entry_of
from tests.competitions.contest import make_contest
from tests.home.conftest import media, tree  # noqa: F401  (fixtures)
from tests.home.makers import make_contest_page


@pytest.fixture
def event(tree):  # noqa: F811
    found = make_contest(THREE, state=Event.State.SCORING)
    now = timezone.now()
    for kind, days in (("check_in", -2), ("theory", -2), ("practice", -1), ("marking", 0), ("publicity", 4)):
        found.calendar.create(kind=kind, starts_at=now + timedelta(days=days), place=f"Hall of {kind}")
    return found


def page_of(client, entry):
    client.force_login(entry.worker.user)
    return client.get(reverse("me:entry", args=(entry.uuid,))).content.decode()


def test_the_days_the_documents_and_the_state_of_the_contest_stand_on_the_entry(client, event, tree):  # noqa: F811
    contest_page = make_contest_page(tree, event.competition)
    page = page_of(client, entry_of(event))
    for kind in ("check_in", "theory", "practice"):
        assert f"Hall of {kind}" in page
    assert "Hall of marking" not in page
    assert f'href="{contest_page.url}"' in page
    notice = event.calendar.get(kind="publicity")
    day = short_day(notice.starts_at, year=True)
    assert f"Marking is under way. The results are published on {day} or after." in page


def test_the_bench_is_told_only_once_the_codes_are_open(client, event):
    entry = entry_of(event)
    bench = Code.objects.get(layer="station", parent__entry=entry)
    said = f"<strong>{bench.number}</strong>"
    page = page_of(client, entry)
    assert said not in page
    assert "It is told in the hall" in page
    Event.objects.filter(pk=event.pk).update(state=Event.State.DECODED)
    assert said in page_of(client, entry)
