"""Four signatures under what was seen, in their order or on paper; the tie that they make."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import pair_agreements, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairSkill
from academy.rules.pairing import add_months
from craft_site.ledger.chain import first_broken_line
from craft_site.people.models import Qualification, Tie
from tests.academy.pairs import (
    Town,
    again,
    change,
    make_town,
    noon,
    proposed,
    running,
    sign,
)
from tests.factories import make_trade, make_user

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town()


def today() -> date:
    return timezone.localdate()


# --- signing ---------------------------------------------------------------------------------------------------------


def test_four_sign_in_their_order_and_the_pair_begins(town):
    pair = proposed(town)
    turns = []
    for side in ("apprentice", "mentor", "employer", "union"):
        turns.append(pair_agreements.next_side(pair))
        pair = sign(town, pair, side)
    assert turns == ["apprentice", "mentor", "employer", "union"]
    assert pair_agreements.next_side(pair) == ""
    assert (pair.state, pair.began_on) == (S.RUNNING, today())
    assert [step.state for step in pair.steps.all()] == [S.SIGNED, S.RUNNING]
    assert {one.content_hash for one in pair.signatures.all()} == {pair.content_hash}
    assert first_broken_line(town.scheme.chain) is None


def test_nobody_signs_before_their_turn_or_for_another_side(town):
    pair = proposed(town)
    with pytest.raises(PairRefused, match=r"Apprentice.* signs first"):
        sign(town, pair, "mentor")
    seen = pair.content_hash
    for by in (town.mentor.user, town.contact, town.organiser, make_user("worker")):
        with pytest.raises(PermissionDenied):
            pair_agreements.sign(pair=pair, side="apprentice", seen=seen, by=by)


def test_a_contact_who_is_the_master_signs_as_master_alone(town):
    town.mentor.user = make_user("worker", "employer", employer=town.firm)
    town.mentor.save()
    pair = sign(town, proposed(town), "apprentice", "mentor")
    with pytest.raises(PermissionDenied):
        pair_agreements.sign(pair=pair, side="employer", seen=pair.content_hash, by=town.mentor.user)


def test_signing_twice_is_one_signature(town):
    pair = sign(town, proposed(town), "apprentice", "apprentice")
    assert pair.signatures.count() == 1


def test_nobody_signs_what_they_have_not_seen(town):
    pair = proposed(town)
    seen = pair.content_hash
    pair = change(pair, town.organiser)
    with pytest.raises(PairRefused, match="has changed since you looked"):
        pair_agreements.sign(pair=pair, side="apprentice", seen=seen, by=town.apprentice.user)


def test_a_content_that_was_tampered_with_takes_no_more_signatures(town):
    pair = sign(town, proposed(town), "apprentice")
    PairSkill.objects.filter(pair=pair).update(name="Something else")
    with pytest.raises(PairRefused, match="has changed"):
        sign(town, pair, "mentor")


def test_the_office_enters_signatures_that_stand_on_paper(town):
    pair = proposed(town)
    with pytest.raises(PermissionDenied):
        pair_agreements.sign(
            pair=pair, side="apprentice", seen=pair.content_hash, by=town.contact, on_paper=True
        )
    for side in ("apprentice", "mentor", "employer", "union"):
        pair = pair_agreements.sign(
            pair=pair, side=side, seen=pair.content_hash, by=town.organiser, on_paper=True
        )
    assert pair.state == S.RUNNING
    assert all(one.on_paper for one in pair.signatures.all())


def test_a_pair_signed_before_its_first_day_begins_on_it(town):
    pair = sign(town, proposed(town, starts_on=today() + timedelta(days=3)))
    assert (pair.state, pair.began_on) == (S.SIGNED, None)
    assert pairs.start_due() == 0
    assert pairs.start_due(on=pair.starts_on) == 1
    assert again(pair).state == S.RUNNING
    assert pairs.start_due(on=pair.starts_on) == 0
    assert again(pair).began_on == pair.starts_on


def test_the_office_may_begin_a_signed_pair_and_the_two_may_not(town):
    pair = sign(town, proposed(town, starts_on=today() + timedelta(days=3)))
    with pytest.raises(PermissionDenied):
        pairs.start(pair=pair, by=town.mentor.user)
    assert pairs.start(pair=pair, by=town.reviewer).state == S.RUNNING
    assert pairs.start(pair=pair, by=town.reviewer).steps.count() == 2


# --- ties ------------------------------------------------------------------------------------------------------------


def tie(town) -> Tie | None:
    return Tie.objects.filter(kind=Tie.Kind.MENTOR).first()


def test_the_fourth_signature_ties_the_two_and_the_tie_outlives_the_pair_by_three_years(town):
    pair = sign(town, proposed(town), "apprentice", "mentor", "employer")
    assert tie(town) is None
    pair = sign(town, pair, "union")
    assert tie(town).until is None
    pairs.end_early(pair=pair, reason="Moved away", by=town.organiser)
    assert tie(town).until == add_months(today(), 36)


def test_a_tie_stays_while_another_pair_of_the_two_is_under_way(town):
    other_trade = make_trade("钳工")
    Qualification.objects.create(worker=town.mentor, trade=other_trade, grade=5, checked=True)
    pair = running(town)
    running(town, trade=other_trade)
    pairs.end_early(pair=pair, reason="Only one trade", by=town.organiser)
    assert tie(town).until is None


def test_dates_of_paper_signatures_may_lie_back(town):
    first = date(2023, 3, 1)
    pair = sign(town, proposed(town, starts_on=first), at=noon(first))
    assert (pair.began_on, pair.steps.first().at) == (first, noon(first))
