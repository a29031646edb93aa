"""What a master earns: found by the rules, decided by a second person, paid by a third."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from academy.domain import pair_rewards, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairReward
from craft_site.ledger.models import Line
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry
from tests.academy.pairs import (
    Town,
    again,
    certify,
    completed,
    evaluate,
    half_way,
    make_person,
    make_town,
    proposed,
    running,
    sign,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def pair(town) -> Pair:
    return running(town, since=date(2025, 3, 3))


def contest(
    pair: Pair, name: str = "mould", *, on: date = date(2026, 4, 8), detail: str = "第2名"
) -> GrowthEntry:
    return growth.record(
        worker=pair.apprentice,
        kind=GrowthEntry.Kind.CONTEST,
        on=on,
        title=f"技能大赛 {name}",
        detail=detail,
        source=f"competitions:event:{name}",
    )


def pay(town: Town, reward: PairReward) -> PairReward:
    reward = pair_rewards.mark_paid(reward=reward, on=timezone.localdate(), by=town.finance)
    return pair_rewards.confirm_paid(reward=reward, by=town.second)


def test_a_level_is_found_proposed_once_approved_and_paid(town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    [found] = pair_rewards.find(pair)
    assert (found.rule.key, found.rule.yuan) == ("senior-technician", 5000)
    [reward] = pair_rewards.propose_found(pair=pair, by=town.reviewer)
    assert pair_rewards.propose_found(pair=pair, by=town.reviewer) == []
    with pytest.raises(PermissionDenied):
        pair_rewards.approve(reward=reward, by=town.finance)
    reward = pair_rewards.approve(reward=reward, by=town.organiser)
    with pytest.raises(PermissionDenied):
        pair_rewards.mark_paid(reward=reward, by=town.organiser, on=date(2026, 6, 1))
    with pytest.raises(PairRefused, match="cannot become"):
        pair_rewards.confirm_paid(reward=reward, by=town.organiser)
    for _n in range(2):
        reward = pair_rewards.mark_paid(reward=reward, by=town.finance, on=date(2026, 6, 1))
    assert (reward.state, reward.paid_on) == ("marked", date(2026, 6, 1))
    with pytest.raises(PermissionDenied, match="marked a reward"):
        pair_rewards.confirm_paid(reward=reward, by=town.finance)
    with pytest.raises(PermissionDenied):
        pair_rewards.confirm_paid(reward=reward, by=town.reviewer)
    for _n in range(2):
        reward = pair_rewards.confirm_paid(reward=reward, by=town.organiser)
    assert (reward.state, reward.paid_on) == ("paid", date(2026, 6, 1))
    assert Line.objects.filter(kind="reward.moved").count() == 3


def test_a_payment_neither_lies_ahead_nor_before_the_result(town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    [reward] = pair_rewards.propose_found(pair=pair, by=town.reviewer)
    pair_rewards.approve(reward=reward, by=town.organiser)
    for on, words in (
        (timezone.localdate() + timedelta(days=1), "still to come"),
        (date(2026, 4, 30), "before the result"),
    ):
        with pytest.raises(PairRefused, match=words):
            pair_rewards.mark_paid(reward=reward, on=on, by=town.finance)


def test_the_database_holds_the_four_eyes_of_a_payment(town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    [reward] = pair_rewards.propose_found(pair=pair, by=town.reviewer)
    same = {"marked_by": town.finance, "confirmed_by": town.finance, "paid_on": date(2026, 6, 1)}
    for values in (same, {"state": "paid"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PairReward.objects.filter(pk=reward.pk).update(**values)


def test_a_level_without_the_target_or_before_signing_or_unchecked_earns_nothing(town, pair):
    certify(town.apprentice, town.trade, 5, on=date(2026, 5, 1))
    certify(town.apprentice, town.trade, 6, on=date(2025, 3, 3))
    unchecked = certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    unchecked.checked = False
    unchecked.save()
    assert pair_rewards.find(pair) == []


def test_whoever_proposes_does_not_decide(town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    [reward] = pair_rewards.propose_found(pair=pair, by=town.organiser)
    for decide in (pair_rewards.approve, lambda **who: pair_rewards.refuse(reason="My own", **who)):
        with pytest.raises(PermissionDenied, match="proposed"):
            decide(reward=reward, by=town.organiser)
    assert pair_rewards.approve(reward=reward, by=town.second).decided_by == town.second


def test_a_master_from_the_office_decides_nothing_about_the_own_reward(town):
    town.mentor.user = make_user("worker", "organiser", "finance")
    town.mentor.save()
    pair = running(town, since=date(2025, 3, 3))
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    with pytest.raises(PermissionDenied):
        pair_rewards.propose_found(pair=pair, by=town.mentor.user)
    [reward] = pair_rewards.propose_found(pair=pair, by=town.organiser)
    with pytest.raises(PermissionDenied):
        pair_rewards.approve(reward=reward, by=town.mentor.user)
    reward = pair_rewards.approve(reward=reward, by=town.second)
    for verb in (
        lambda: pair_rewards.mark_paid(reward=reward, on=date(2026, 6, 1), by=town.mentor.user),
        lambda: pair_rewards.confirm_paid(reward=reward, by=town.mentor.user),
        lambda: pair_rewards.take_back_mark(reward=reward, reason="Not so", by=town.mentor.user),
    ):
        with pytest.raises(PermissionDenied, match="own pair"):
            verb()


def test_a_contest_is_read_by_a_person_from_the_growth_record(town, pair):
    line = contest(pair)
    assert pair_rewards.contest_lines(pair) == [line]
    reward = pair_rewards.propose_contest(pair=pair, line=line, contest="national", rank=2, by=town.organiser)
    assert (reward.yuan, reward.tier, reward.source) == (8000, "national", line.source)
    assert reward.evidence == "技能大赛 mould 第2名"
    assert pair_rewards.contest_lines(pair) == []


def test_a_result_that_the_rules_do_not_reward_is_refused(town, pair):
    with pytest.raises(PairRefused, match="give nothing"):
        pair_rewards.propose_contest(pair=pair, line=contest(pair), contest="city", rank=1, by=town.organiser)
    stranger = make_person(town.firm, town.trade)
    line = growth.record(
        worker=stranger, kind="contest", on=date(2026, 4, 8), title="x", source="competitions:event:x"
    )
    with pytest.raises(PairRefused, match="no contest result"):
        pair_rewards.propose_contest(pair=pair, line=line, contest="national", rank=1, by=town.organiser)


def test_a_withdrawn_result_or_one_outside_the_window_is_not_offered(pair):
    contest(pair, "before", on=date(2025, 3, 3))
    contest(pair, "late", on=date(2030, 3, 4))
    contest(pair, "cancelled")
    growth.withdraw(worker=pair.apprentice, source="competitions:event:cancelled")
    assert pair_rewards.contest_lines(pair) == []


def test_a_better_result_takes_the_place_of_a_proposal_and_not_of_a_decision(town, pair):
    fifth = pair_rewards.propose_contest(
        pair=pair, line=contest(pair, "a"), contest="national", rank=5, by=town.organiser
    )
    second = pair_rewards.propose_contest(
        pair=pair, line=contest(pair, "b"), contest="national", rank=2, by=town.organiser
    )
    fifth.refresh_from_db()
    assert (fifth.state, second.yuan) == ("refused", 8000)
    with pytest.raises(PairRefused, match="rewarded once"):
        pair_rewards.propose_contest(
            pair=pair, line=contest(pair, "c"), contest="national", rank=6, by=town.organiser
        )
    pair_rewards.approve(reward=second, by=town.second)
    with pytest.raises(PairRefused, match="rewarded once"):
        pair_rewards.propose_contest(
            pair=pair, line=contest(pair, "d"), contest="national", rank=1, by=town.organiser
        )


def test_a_tier_is_rewarded_once_for_an_apprentice_whoever_the_master_is(town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    pair_rewards.propose_found(pair=pair, by=town.organiser)
    other = make_person(town.firm, town.trade, grade=6)
    pairs.end_early(pair=pair, reason="Another trade", by=town.organiser)
    Pair.objects.filter(pk=pair.pk).update(grade_from=3)
    later = sign(town, proposed(town, mentor=other, grade_from=3, target_grade=4))
    certify(town.apprentice, town.trade, 6, on=timezone.localdate() + timedelta(days=30))
    assert pair_rewards.find(later) == []


def test_several_apprentices_add_up(town, pair):
    second = make_person(town.firm, town.trade, grade=3)
    other = running(town, since=date(2025, 3, 3), apprentice=second)
    for one, name in ((pair, "a"), (other, "b")):
        pair_rewards.propose_contest(
            pair=one, line=contest(one, name), contest="national", rank=1, by=town.organiser
        )
    assert sum(PairReward.objects.values_list("yuan", flat=True)) == 16000


def test_a_refused_reward_frees_the_tier(town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    [reward] = pair_rewards.propose_found(pair=pair, by=town.organiser)
    with pytest.raises(PairRefused, match="reason"):
        pair_rewards.refuse(reward=reward, reason="", by=town.second)
    pair_rewards.refuse(reward=reward, reason="Certificate revoked", by=town.second)
    assert len(pair_rewards.find(pair)) == 1


def test_only_signed_pairs_earn(town):
    pair = proposed(town)
    certify(town.apprentice, town.trade, 6, on=timezone.localdate())
    assert pair_rewards.find(pair) == []
    line = contest(pair, on=timezone.localdate())
    with pytest.raises(PairRefused, match="Only a signed pair"):
        pair_rewards.propose_contest(pair=pair, line=line, contest="national", rank=1, by=town.organiser)


def test_a_completed_pair_is_done_once_everything_is_paid(town):
    pair = completed(town, since=date(2025, 3, 3))
    paid = []
    for name, tier in (("a", "national"), ("b", "province")):
        reward = pair_rewards.propose_contest(
            pair=pair, line=contest(pair, name), contest=tier, rank=1, by=town.organiser
        )
        paid.append(pair_rewards.approve(reward=reward, by=town.second))
    pay(town, paid[0])
    pair_rewards.mark_paid(reward=paid[1], on=timezone.localdate(), by=town.finance)
    assert again(pair).state == Pair.State.FINAL_OK
    pair_rewards.confirm_paid(reward=paid[1], by=town.second)
    assert again(pair).state == Pair.State.REWARDED


def test_what_was_paid_on_the_way_closes_the_pair_at_its_completion(town):
    pair = half_way(town, since=date(2025, 3, 3))
    reward = pair_rewards.propose_contest(
        pair=pair, line=contest(pair), contest="national", rank=1, by=town.organiser
    )
    pay(town, pair_rewards.approve(reward=reward, by=town.second))
    evaluate(town, again(pair), "final")
    assert again(pair).state == Pair.State.REWARDED
