"""The wings meet on the ground: a pair that the academy signs bars the master from judging the apprentice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.domain import pairs
from competitions.domain import conflicts
from tests.academy.pairs import Town, make_person, make_town, proposed, running, sign
from tests.factories import make_employer, make_entry, make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    """The master works elsewhere, so that no shared employer bars anybody."""
    made = make_town()
    made.mentor.employer = make_employer()
    made.mentor.user = make_user("worker", "judge")
    made.mentor.save()
    return made


def test_a_signed_pair_bars_the_master_and_a_proposal_does_not(town, event):
    entry = make_entry(event, worker=town.apprentice)
    other = make_entry(event, worker=make_person(town.firm, town.trade))
    seat = make_seat(event, "result", user=town.mentor.user)
    pair = sign(town, proposed(town), "apprentice", "mentor", "employer")
    assert conflicts.barred_now(event) == {}
    sign(town, pair, "union")
    assert conflicts.barred_now(event) == {seat.pk: {entry.pk: frozenset({"mentor"})}}
    assert other.pk not in conflicts.barred_now(event)[seat.pk]


def test_the_bar_stands_for_three_years_after_the_end(town, event):
    entry = make_entry(event, worker=town.apprentice)
    judge = town.mentor.user
    pair = running(town)
    pairs.end_early(pair=pair, reason="Moved away", by=town.organiser)
    today = timezone.localdate()
    for days, barred in ((0, True), (1090, True), (1100, False)):
        found = conflicts.ties_between(judge, entry, on=today + timedelta(days=days))
        assert ("mentor" in found) == barred


def test_the_apprentice_cannot_judge_the_master_either(town, event):
    running(town)
    town.apprentice.user.groups.add(*make_user("judge").groups.all())
    entry = make_entry(event, worker=town.mentor)
    assert conflicts.ties_between(town.apprentice.user, entry) == {"mentor"}
