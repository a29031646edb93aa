"""The demonstration's visits and talks count what the newspaper's report counts, and send nobody real."""

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from craft_site.home.demo import people
from craft_site.home.demo.academy_people import Hall
from craft_site.home.demo.contests import Cast
from craft_site.home.demo.honours_talks import make_talks
from craft_site.home.demo.honours_visits import make_visits
from craft_site.kit.private_files import in_one_piece
from craft_site.people.models import User
from honours.domain import outreach_counts
from honours.models import Honour, Talk, Visit, VisitCraftsman

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall():
    people.make_groups()
    trades = people.make_trades()
    firms = people.make_employers(people.make_unions())
    organiser = people.make_account("O-001", "organiser", name="组织员甲")
    people.make_account("E-001", "employer", name="企业联系人甲", employer=firms[0])
    master = people.make_worker("master", employer=firms[5])
    master.user = people.make_account("M-001", "worker", name="师傅甲")
    master.save()
    cast = Cast(
        organiser=organiser,
        reviewer=organiser,
        supervisor=organiser,
        chief=organiser,
        coding=organiser,
        judges={},
        employers=firms,
        trades=trades,
    )
    return Hall(cast, timezone.localdate())


def test_twelve_visits_and_52_talks_before_more_than_8700_people(hall):
    for _twice in range(2):
        with in_one_piece():
            make_visits(hall)
            make_talks(hall)
    assert outreach_counts.visits(date(2024, 1, 1), date(2025, 5, 1)).count() == 12
    assert Visit.objects.held().count() == 12
    year = (date(2024, 1, 1), date(2025, 1, 1))
    assert (outreach_counts.talks(*year).count(), outreach_counts.talk_audience(*year)) == (52, 8736)
    assert set(Visit.objects.values_list("state", flat=True)) == set(Visit.State.values)
    assert set(Talk.objects.values_list("state", flat=True)) == {"held", "planned"}
    assert not Visit.objects.filter(employer__is_generated=False).exists()
    assert not VisitCraftsman.objects.filter(worker__is_generated=False).exists()
    assert not Honour.objects.filter(holder__worker__firm_visits__isnull=False).exists()
    contact = User.objects.get(staff_no="E-001")
    states = set(Visit.objects.filter(employer=contact.employer_id).values_list("state", flat=True))
    assert states == {"visited", "requested", "matched"}


def test_nobody_is_at_two_places_on_one_day(hall):
    with in_one_piece():
        make_visits(hall)
        make_talks(hall)
    went = VisitCraftsman.objects.filter(visit__planned_on__isnull=False).select_related("visit")
    days = Counter((one.worker_id, one.visit.visited_on or one.visit.planned_on) for one in went)
    for talk in Talk.objects.prefetch_related("speakers"):
        days.update((speaker.worker_id, talk.held_on or talk.planned_on) for speaker in talk.speakers.all())
    assert len(days) > 60
    assert {place: count for place, count in days.items() if count > 1} == {}
