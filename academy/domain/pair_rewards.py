"""What masters earn by their apprentices' results: found by the rules, approved by a second person, paid by a third
and confirmed by a fourth.

A level is read from checked certificates. A contest's line of the growth record names no tier, so a person says of
which tier it was and what place; the line is the evidence.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain import pair_moves
from academy.domain.pair_moves import PairRefused, S, rules_of, said, tell
from academy.models import Pair, PairReward
from academy.rules import pairing
from craft_site.kit.canonical import words_hash
from craft_site.people.models import GrowthEntry, Qualification

R = PairReward.State

MOVES: dict[str, frozenset[str]] = {
    R.PROPOSED: frozenset({R.APPROVED, R.REFUSED}),
    R.APPROVED: frozenset({R.MARKED}),
    R.MARKED: frozenset({R.PAID, R.APPROVED}),
    R.REFUSED: frozenset(),
    R.PAID: frozenset(),
}
EARNING = (S.SIGNED, *Pair.UNDER_WAY, S.FINAL_OK, S.REWARDED)


@dataclass(frozen=True, slots=True)
class Found:
    """A reward that the rules give and that nobody has proposed yet."""

    pair: Pair
    rule: pairing.RewardRule
    result: pairing.Result
    evidence: str


def level_results(pair: Pair) -> list[tuple[pairing.Result, str]]:
    """The apprentice's checked certificates in the trade, as results with their words."""
    held = Qualification.objects.filter(
        worker=pair.apprentice_id,
        trade=pair.trade_id,
        kind=Qualification.Kind.LEVEL,
        checked=True,
        grade__isnull=False,
        issued_on__isnull=False,
    )
    return [
        (
            pairing.Result(kind="level", on=one.issued_on, source=f"qualification:{one.pk}", grade=one.grade),
            f"{pair.trade} {one.get_grade_display()} {one.certificate_no}".strip(),
        )
        for one in held
        if one.issued_on is not None and one.grade is not None
    ]


def find(pair: Pair) -> list[Found]:
    """The rewards by level that the rules give for this pair and that are not proposed yet."""
    signed_on = signed_day(pair)
    if signed_on is None or pair.state not in EARNING:
        return []
    results = level_results(pair)
    words = {result.source: text for result, text in results}
    best = pairing.best(
        rules_of(pair.scheme),
        [result for result, _text in results],
        signed_on=signed_on,
        grade_from=pair.grade_from or 0,
    )
    taken = _tiers_taken(pair)
    return [
        Found(pair, rule, result, words[result.source])
        for tier, (rule, result) in sorted(best.items())
        if tier not in taken
    ]


@transaction.atomic
def propose_found(*, pair: Pair, by: Any) -> list[PairReward]:
    """Proposes what `find` finds now. Sent twice it finds nothing the second time."""
    pair = _locked(pair)
    roles.can_propose_reward(by, pair).or_refuse()
    return [_keep(pair, one.rule, one.result, one.evidence, by) for one in find(pair)]


def contest_lines(pair: Pair) -> list[GrowthEntry]:
    """The apprentice's contest results since signing that have earned nothing in this pair yet."""
    signed_on = signed_day(pair)
    if signed_on is None or pair.state not in EARNING:
        return []
    lines = GrowthEntry.objects.filter(
        worker=pair.apprentice_id, kind=GrowthEntry.Kind.CONTEST, withdrawn=False, on__gt=signed_on
    )
    used = PairReward.objects.filter(pair=pair).exclude(state=R.REFUSED).values_list("source", flat=True)
    limit = pairing.add_months(signed_on, rules_of(pair.scheme).reward_months)
    return list(lines.filter(on__lte=limit).exclude(source__in=used))


@transaction.atomic
def propose_contest(
    *, pair: Pair, line: GrowthEntry, contest: str, by: Any, rank: int | None = None, prize: bool = True
) -> PairReward:
    """Proposes the reward for a contest, whose tier and place a person reads from the line of the growth record.

    contest: of pairing.CONTESTS; rank: from 1; prize: whether the place won one. A better result takes the place of
    a proposal in the same tier. Raises PairRefused when the rules give nothing, PermissionDenied.
    """
    pair = _locked(pair)
    roles.can_propose_reward(by, pair).or_refuse()
    signed_on = signed_day(pair)
    if signed_on is None or pair.state not in EARNING:
        raise PairRefused(_("Only a signed pair earns rewards."))
    if line.worker_id != pair.apprentice_id or line.kind != GrowthEntry.Kind.CONTEST or line.withdrawn:
        raise PairRefused(_("This is no contest result of the apprentice."), field="line")
    result = pairing.Result(
        kind="contest", on=line.on, source=line.source, contest=contest, rank=rank, prize=prize
    )
    rule = pairing.earns(rules_of(pair.scheme), result, signed_on=signed_on, grade_from=pair.grade_from or 0)
    if rule is None:
        raise PairRefused(_("The rules give nothing for this result: compare tier, place and date."))
    standing = PairReward.objects.filter(
        pair__apprentice=pair.apprentice_id, pair__scheme=pair.scheme_id, tier=rule.tier
    ).exclude(state=R.REFUSED)
    if (before := standing.select_related("pair").first()) is not None:
        if before.state != R.PROPOSED or before.yuan >= rule.yuan:
            raise PairRefused(
                _("“%(evidence)s” counts in this tier already, and a tier is rewarded once.")
                % {"evidence": before.evidence}
            )
        _settle(before, R.REFUSED, by=None, reason=_("A better result takes its place."))
    return _keep(pair, rule, result, f"{line.title} {line.detail}".strip(), by)


@transaction.atomic
def approve(*, reward: PairReward, by: Any) -> PairReward:
    """A second person approves. Raises PairRefused, PermissionDenied."""
    return _decide(reward, R.APPROVED, by)


@transaction.atomic
def refuse(*, reward: PairReward, reason: str, by: Any) -> PairReward:
    """A second person refuses, with a reason; the tier is free again. Raises PairRefused, PermissionDenied."""
    return _decide(reward, R.REFUSED, by, reason=said(reason))


@transaction.atomic
def mark_paid(*, reward: PairReward, on: date, by: Any) -> PairReward:
    """The money was given on this day, says one; another person confirms. Sent twice it happens once.

    Raises PairRefused, PermissionDenied."""
    reward = _again(reward)
    roles.can_pay_reward(by, reward).or_refuse()
    if reward.state == R.MARKED and (reward.marked_by_id, reward.paid_on) == (by.pk, on):
        return reward
    if on > timezone.localdate():
        raise PairRefused(_("This day is still to come: mark the reward when it is paid."), field="on")
    if on < reward.result_on:
        raise PairRefused(_("The payment lies before the result. Compare the dates."), field="on")
    reward.paid_on, reward.marked_by, reward.marked_at = on, by, timezone.now()
    _settle(reward, R.MARKED, by=by, paid_on=on)
    return reward


@transaction.atomic
def confirm_paid(*, reward: PairReward, by: Any, at: datetime | None = None) -> PairReward:
    """A second person has compared the payment. A completed pair whose rewards are all paid is done. Sent twice it
    happens once. Raises PairRefused, PermissionDenied."""
    reward = _again(reward)
    if reward.state == R.PAID and reward.confirmed_by_id == by.pk:
        return reward
    roles.can_confirm_reward(by, reward).or_refuse()
    reward.confirmed_by, reward.confirmed_at = by, timezone.now()
    _settle(reward, R.PAID, by=by, paid_on=reward.paid_on)
    close_when_paid(reward.pair, by=by, at=at)
    return reward


@transaction.atomic
def take_back_mark(*, reward: PairReward, reason: str, by: Any) -> PairReward:
    """It was not paid after all, or on another day: it waits for payment again. Raises PairRefused,
    PermissionDenied."""
    reward = _again(reward)
    roles.can_take_back_mark(by, reward).or_refuse()
    reward.paid_on = reward.marked_by = reward.marked_at = None
    _settle(reward, R.APPROVED, by=by, reason=said(reason))
    return reward


def close_when_paid(pair: Pair, *, by: Any, at: datetime | None = None) -> None:
    """Moves a completed pair on once something is paid and nothing is open; inside the caller's lock."""
    states = set(PairReward.objects.filter(pair=pair).values_list("state", flat=True))
    if pair.state == S.FINAL_OK and R.PAID in states and not states & {R.PROPOSED, R.APPROVED, R.MARKED}:
        pair_moves.move(pair=pair, to=S.REWARDED, by=by, at=at)


def signed_day(pair: Pair) -> date | None:
    """The day of the fourth signature, None when it is not there."""
    last = pair.steps.filter(state=S.SIGNED).order_by("pk").first()  # type: ignore[attr-defined]
    return timezone.localtime(last.at).date() if last is not None else None


def _locked(pair: Pair) -> Pair:
    """The pair behind its scheme: "once a tier" is asked over all pairs of an apprentice under the same rules."""
    return pair_moves.locked(pair, with_scheme=True)


def _again(reward: PairReward) -> PairReward:
    """The reward as it stands, behind the lock of its pair."""
    pair = _locked(reward.pair)
    reward = PairReward.objects.get(pk=reward.pk)
    reward.pair = pair
    return reward


def _tiers_taken(pair: Pair) -> set[str]:
    taken = PairReward.objects.filter(pair__apprentice=pair.apprentice_id, pair__scheme=pair.scheme_id)
    return set(taken.exclude(state=R.REFUSED).values_list("tier", flat=True))


def _keep(pair: Pair, rule: pairing.RewardRule, result: pairing.Result, evidence: str, by: Any) -> PairReward:
    reward = PairReward(
        pair=pair,
        tier=rule.tier,
        rule=rule.key,
        yuan=rule.yuan,
        result_on=result.on,
        evidence=evidence[:200],
        source=result.source,
        proposed_by=by,
    )
    try:
        with transaction.atomic():
            reward.save()
    except IntegrityError as error:
        raise PairRefused(_("This tier is rewarded already.")) from error
    facts = {"reward": str(reward.uuid), "tier": rule.tier, "rule": rule.key, "yuan": rule.yuan}
    tell(pair, "reward.proposed", facts | {"source": result.source}, by)
    return reward


def _decide(reward: PairReward, to: str, by: Any, reason: str = "") -> PairReward:
    reward = _again(reward)
    pair = reward.pair
    if reward.state == to and reward.decided_by_id == by.pk:
        return reward
    roles.can_decide_reward(by, reward).or_refuse()
    reward.decided_by, reward.decided_at = by, timezone.now()
    _settle(reward, to, by=by, reason=reason)
    if to == R.REFUSED:
        close_when_paid(pair, by=by)
    return reward


def _settle(reward: PairReward, to: str, *, by: Any, reason: str = "", **more: Any) -> None:
    """Row and line of one move of a reward, inside the caller's lock."""
    if to not in MOVES[reward.state]:
        raise PairRefused(
            _("A reward that is “%(before)s” cannot become “%(after)s”.")
            % {"before": reward.get_state_display(), "after": R(to).label}
        )
    was, reward.state, reward.reason = reward.state, to, reason or reward.reason
    reward.save()
    facts = {"reward": str(reward.uuid), "from": was, "to": str(to), "yuan": reward.yuan, **more}
    if reason:
        facts["reason_hash"] = words_hash(reason)
    tell(reward.pair, "reward.moved", facts, by)
