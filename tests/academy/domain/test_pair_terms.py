"""A pair under way: extended, ended, given another master, named in public, seen by whom it concerns."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import pair_agreements, pair_moves, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import Pair
from academy.rules.pairing import add_months
from craft_site.ledger.chain import first_broken_line
from tests.academy.pairs import (
    Town,
    again,
    completed,
    half_way,
    make_person,
    make_town,
    proposed,
    running,
)
from tests.factories import make_employer, make_user

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town()


def today() -> date:
    return timezone.localdate()


# --- extending, ending, another master -------------------------------------------------------------------------------


def test_an_extension_keeps_what_was_signed(town):
    pair = half_way(town)
    signed = pair.content_hash
    until = add_months(pair.ends_on, 6)
    first_end = pair.ends_on
    pair = pairs.extend(pair=pair, until=until, reason="Long illness", by=town.organiser)
    assert (pair.state, pair.ends_on, pair.agreed_ends_on) == (S.EXTENDED, until, first_end)
    assert pair_agreements.content_hash(again(pair)) == signed
    again_later = add_months(until, 3)
    pair = pairs.extend(pair=pair, until=again_later, reason="Still ill", by=town.reviewer)
    assert [step.until for step in pair.steps.filter(state=S.EXTENDED)] == [until, again_later]
    with pytest.raises(PairRefused, match="12 months at most"):
        pairs.extend(pair=pair, until=add_months(again_later, 13), reason="Too long", by=town.organiser)
    with pytest.raises(PairRefused, match="before the old one"):
        pairs.extend(pair=pair, until=again_later, reason="The same", by=town.organiser)
    with pytest.raises(PermissionDenied):
        pairs.extend(pair=pair, until=add_months(again_later, 1), reason="Own wish", by=town.mentor.user)


def test_either_may_step_back_in_the_first_month_and_later_only_the_office_ends(town):
    pair = running(town, since=today() - timedelta(days=10))
    assert pairs.may_object(town.apprentice.user, pair)
    assert not pairs.may_object(town.contact, pair)
    pair = pairs.end_early(pair=pair, reason="We do not get on", by=town.apprentice.user)
    assert (pair.state, pair.ended_on) == (S.ENDED_EARLY, today())
    late = running(town, since=today() - timedelta(days=31))
    with pytest.raises(PermissionDenied):
        pairs.end_early(pair=late, reason="We do not get on", by=town.apprentice.user)
    assert pairs.end_early(pair=late, reason="Firm closes", by=town.reviewer).state == S.ENDED_EARLY


def test_a_new_master_takes_over_what_is_not_learnt_yet(town):
    pair = running(town)
    pair.skills.filter(name="铣削加工").update(done_on=today())
    other = make_person(town.firm, town.trade, grade=5)
    made = pairs.new_mentor(
        pair=pair, mentor=other, reason="The master retires", starts_on=today(), by=town.organiser
    )
    assert again(pair).state == S.ENDED_EARLY
    assert (made.state, made.follows, made.mentor) == (S.PROPOSED, pair, other)
    assert [skill.name for skill in made.skills.all()] == ["模具装配"]
    assert first_broken_line(town.scheme.chain) is None


def test_a_new_master_near_the_end_gets_the_least_term(town):
    pair = running(town, since=today() - timedelta(days=700))
    other = make_person(town.firm, town.trade, grade=5)
    made = pairs.new_mentor(
        pair=pair, mentor=other, reason="The master retires", starts_on=today(), by=town.organiser
    )
    assert made.ends_on == add_months(today(), 12)


def test_when_the_new_master_has_no_place_the_old_pair_goes_on(town):
    pair = running(town)
    with pytest.raises(PairRefused):
        pairs.new_mentor(
            pair=pair, mentor=town.apprentice, reason="A mistake", starts_on=today(), by=town.organiser
        )
    assert again(pair).state == S.RUNNING


def test_states_of_no_return(town):
    pair = completed(town)
    with pytest.raises(PairRefused):
        pairs.end_early(pair=pair, reason="Too late", by=town.organiser)
    for state in (S.ENDED_EARLY, S.DECLINED, S.REWARDED):
        assert not pair_moves.MOVES[state]
    assert set(pair_moves.MOVES) == set(S)


# --- named in public -------------------------------------------------------------------------------------------------


def test_a_pair_is_named_in_public_when_both_agree_and_each_only_for_themselves(town):
    pair = running(town, since=today() - timedelta(days=3))
    pairs.agree_to_be_named(pair=pair, agree=True, by=town.mentor.user)
    assert not Pair.objects.named_in_public().exists()
    pairs.agree_to_be_named(pair=pair, agree=True, by=town.apprentice.user)
    assert Pair.objects.named_in_public().get() == pair
    with pytest.raises(PermissionDenied):
        pairs.agree_to_be_named(pair=pair, agree=True, by=town.organiser)
    pairs.agree_to_be_named(pair=pair, agree=False, by=town.mentor.user)
    assert not Pair.objects.named_in_public().exists()


# --- who sees --------------------------------------------------------------------------------------------------------


def test_who_sees_a_pair(town):
    pair = proposed(town)
    other_firm = make_employer()
    seen = [
        town.organiser, town.reviewer, town.contact, town.mentor.user, town.apprentice.user,
        make_user("supervisor"), make_user("reviewer", union=town.firm_union.parent),
    ]  # fmt: skip
    hidden = [
        make_user("worker"), make_user("reviewer"), make_user("employer", employer=other_firm),
        make_user("judge"), make_user("finance"),
    ]  # fmt: skip
    for user in seen:
        assert Pair.objects.visible_to(user).filter(pk=pair.pk).exists()
    for user in hidden:
        assert not Pair.objects.visible_to(user).filter(pk=pair.pk).exists()
