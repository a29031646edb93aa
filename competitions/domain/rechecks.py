"""The recheck before the lock: the list frozen and a secret committed by the chief judge, the dice entered by a
supervisor, all sheets when the error rate is above the limit, and at the end what the recheck is worth.

What is done with one sheet stands in `recheck_checks`.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.draws import DrawRefused, read_dice
from competitions.domain.events import move
from competitions.domain.lock_blockers import lock_blockers
from competitions.domain.readiness import Blocker
from competitions.domain.recheck_risk import decimals, marked_event, risk_of, statement_facts
from competitions.domain.results import scheme_of
from competitions.models import ErrorNotice, Event, Recheck, RecheckItem, Sheet
from competitions.scoring.recheck import draw_sample, error_rate, needs_full_recheck, plan_recheck
from competitions.scoring.scheme import RecheckRule
from craft_site.kit import draw as lots
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many, lock_head

S, State, Why, Outcome = Event.State, Recheck.State, RecheckItem.Why, RecheckItem.Outcome


class RecheckRefused(Exception):
    """The recheck cannot do this step; the message says why, `missing` names each thing, field the form field."""

    def __init__(self, message: str, missing: Iterable[Blocker] = (), field: int | str | None = None) -> None:
        super().__init__(message)
        self.missing = tuple(missing)
        self.field = field


# --- the list and the draw -------------------------------------------------------------------------------------------


@transaction.atomic
def start(*, event: Event, by: Any, alternative: bool = False) -> Recheck:
    """The chief judge freezes the list and commits a secret; the event moves to rechecking. Sent twice it starts once.

    alternative: the second form of the full check, where the scheme has one. A scheme without a rule has every sheet
    of everybody checked. Raises PermissionDenied, NoScheme, MoveRefused, RecheckRefused naming what is missing.
    """
    roles.can_chair(by, event).or_refuse()
    event = Event.objects.select_for_update().get(pk=event.pk)
    head = lock_head(event.chain)
    standing = Recheck.objects.in_force().filter(event=event).first()
    if standing is not None:
        return standing
    if event.state not in (S.SCORING, S.RECHECKING):
        raise RecheckRefused(_("Sheets are rechecked after the marking and before the lock."))
    if missing := lock_blockers(event, by, with_recheck=False):
        raise RecheckRefused(_("Something is missing before the recheck."), missing)
    if event.state == S.SCORING:
        event = move(event=event, to=S.RECHECKING, by=by)
        head = lock_head(event.chain)
    version = scheme_of(event)
    contestants = marked_event(event).contestants()
    if not contestants:
        raise RecheckRefused(_("There is no sheet to check."))
    rule = version.scheme.recheck
    if rule is None:
        top, rest, size = [s for one in contestants for s in one.sheets], [], 0
    else:
        if alternative and rule.alternative_full_check is None:
            raise RecheckRefused(_("The scheme has only one form of the full check."))
        plan = plan_recheck(rule=rule, contestants=contestants, alternative=alternative)
        top, rest, size = list(plan.full), list(plan.rest), plan.sample_size
    secret = secrets.token_hex(32)
    recheck = Recheck(
        event=event,
        round=Recheck.objects.filter(event=event).count() + 1,
        scheme=version,
        rule=_rule_facts(rule, alternative),
        algorithm=lots.ALGORITHM,
        top=list(lots.canonical(top)) if top else [],
        items=list(lots.canonical(rest)) if rest else [],
        sample_size=size,
        top_hash=lots.list_hash(top) if top else "",
        list_hash=lots.list_hash(rest) if rest else "",
        commitment=lots.commitment(secret),
        committed_by=by,
    )
    recheck.secret = secret
    recheck.save()
    facts = {
        "algorithm": recheck.algorithm,
        "list_hash": recheck.list_hash,
        "top_hash": recheck.top_hash,
        "commitment": recheck.commitment,
        "sheets": len(top) + len(rest),
        "top": len(top),
        "sample": size,
        "rule": recheck.rule,
    }
    append_many(head, [_draft(recheck, "recheck.committed", facts)], by=by)
    if not size:  # nothing is drawn, so there is nothing to throw for
        _begin(recheck, sample=())
    return recheck


def _rule_facts(rule: RecheckRule | None, alternative: bool) -> dict[str, str]:
    if rule is None:
        return {"by": "rank_share", "value": "1", "sample": "0", "limit": "0"}
    full = (rule.alternative_full_check if alternative else None) or rule.full_check
    return {
        "by": full.by,
        "value": str(full.value),
        "sample": str(rule.sample_rest),
        "limit": str(rule.error_rate_full_recheck),
    }


@transaction.atomic
def throw(*, recheck: Recheck, dice: str, by: Any) -> Recheck:
    """A supervisor enters what was thrown in the hall; the sample is drawn at once. Sent twice it is drawn once.

    Raises PermissionDenied, RecheckRefused.
    """
    roles.can_supervise(by, recheck.event).or_refuse()
    recheck, head = locked(recheck)
    try:
        dice = read_dice(dice)
    except DrawRefused as refused:
        raise RecheckRefused(str(refused), field="dice") from refused
    if recheck.state != State.COMMITTED:
        if recheck.dice == dice:
            return recheck
        raise RecheckRefused(_("The sample has been drawn already."))
    if recheck.committed_by_id == by.pk:
        raise RecheckRefused(_("Whoever froze the list cannot enter the throw too."))
    recheck.seed = lots.seed(recheck.list_hash, recheck.secret.reveal(), dice)
    recheck.dice, recheck.thrown_by, recheck.thrown_at = dice, by, timezone.now()
    recheck.save(update_fields=("seed", "dice", "thrown_by", "thrown_at"))
    sample = draw_sample(sheets=recheck.items, size=recheck.sample_size, seed=recheck.seed)
    facts = {"dice": dice, "secret": recheck.secret.reveal(), "seed": recheck.seed, "drawn": list(sample)}
    append_many(head, [_draft(recheck, "recheck.drawn", facts)], by=by)
    _begin(recheck, sample=sample)
    return recheck


def _begin(recheck: Recheck, *, sample: Iterable[str]) -> None:
    why = {uuid: str(Why.TOP) for uuid in recheck.top} | {uuid: str(Why.SAMPLE) for uuid in sample}
    _list(recheck, why)
    recheck.state = State.CHECKING
    recheck.save(update_fields=("state",))


def _list(recheck: Recheck, why: dict[str, str]) -> None:
    sheets = Sheet.objects.filter(event=recheck.event_id, uuid__in=why).values_list("pk", "uuid")
    RecheckItem.objects.bulk_create(
        RecheckItem(recheck=recheck, sheet_id=pk, why=why[str(uuid)]) for pk, uuid in sheets
    )


# --- all of them, and the end ----------------------------------------------------------------------------------------


def rate(recheck: Recheck) -> tuple[int, int]:
    """Sheets checked, and wrong ones among them."""
    checked = recheck.checks.exclude(outcome=Outcome.OPEN).count()
    return checked, recheck.checks.in_error().count()


def must_widen(recheck: Recheck) -> bool:
    """Whether so many of the sheets on the first list were wrong that all must be checked.

    The rate is known when the first list has been checked whole; more sheets than the limit allows of the whole list
    are too many before that.
    """
    first = recheck.checks.exclude(why=Why.WIDENED)
    listed, wrong = first.count(), first.in_error().count()
    return needs_full_recheck(limit=recheck.limit, checked=listed, wrong=wrong)


@transaction.atomic
def widen(*, recheck: Recheck, by: Any, reason: str = "") -> int:
    """A supervisor puts all sheets on the list; returns how many were added. Sent twice it adds them once.

    reason: needed unless the error rate demands it. Raises PermissionDenied, RecheckRefused.
    """
    roles.can_supervise(by, recheck.event).or_refuse()
    recheck, head = locked(recheck)
    still_checking(recheck)
    if recheck.widened_at is not None:
        return 0
    checked, wrong = rate(recheck)
    if must_widen(recheck):
        reason = reason.strip() or _("More than %(limit)s %% of the sheets on the list are wrong.") % {
            "limit": f"{recheck.limit * 100:f}".rstrip("0").rstrip(".")
        }
    if not reason.strip():
        raise RecheckRefused(_("Say why all sheets are to be checked."), field="reason")
    there = {str(uuid) for uuid in recheck.checks.values_list("sheet__uuid", flat=True)}
    rest = [uuid for uuid in recheck.items if uuid not in there]
    _list(recheck, dict.fromkeys(rest, Why.WIDENED))
    recheck.widened_by, recheck.widened_at, recheck.widen_reason = by, timezone.now(), reason.strip()[:300]
    recheck.save(update_fields=("widened_by", "widened_at", "widen_reason"))
    facts = {
        "added": len(rest),
        "checked": checked,
        "wrong": wrong,
        "rate": decimals(error_rate(checked=checked, wrong=wrong)),
        "reason_hash": words_hash(recheck.widen_reason),
    }
    append_many(head, [_draft(recheck, "recheck.widened", facts)], by=by)
    return len(rest)


def finish_blockers(recheck: Recheck) -> list[Blocker]:
    """What keeps a recheck from being finished; empty when nothing does."""
    found = []
    if recheck.state == State.COMMITTED:
        return [Blocker("not_drawn", _("The sample has not been drawn yet."), "recheck")]
    if waiting := recheck.checks.filter(outcome=Outcome.OPEN).count():
        text = _("%(count)d sheets on the list have not been checked.") % {"count": waiting}
        found.append(Blocker("unchecked", text, "recheck"))
    if waiting := open_notices(recheck).count():
        text = _("%(count)d error notices wait for the chief judge.") % {"count": waiting}
        found.append(Blocker("open_notices", text, "recheck"))
    if recheck.widened_at is None and must_widen(recheck):
        found.append(
            Blocker(
                "must_widen", _("The error rate is above the limit: all sheets are to be checked."), "recheck"
            )
        )
    return found


def open_notices(recheck: Recheck) -> Any:
    return ErrorNotice.objects.filter(item__recheck=recheck, state=ErrorNotice.State.OPEN)


@transaction.atomic
def finish(*, recheck: Recheck, by: Any) -> Recheck:
    """A supervisor ends the recheck; what it is worth is computed and kept. Sent twice it ends once.

    Raises PermissionDenied, RecheckRefused naming what is missing.
    """
    roles.can_supervise(by, recheck.event).or_refuse()
    recheck, head = locked(recheck)
    if recheck.state == State.FINISHED:
        return recheck
    still_checking(recheck, also_committed=True)
    if missing := finish_blockers(recheck):
        raise RecheckRefused(" ".join(str(blocker.message) for blocker in missing), missing)
    recheck.statement = figures(recheck)
    recheck.state, recheck.finished_by, recheck.finished_at = State.FINISHED, by, timezone.now()
    recheck.save(update_fields=("statement", "state", "finished_by", "finished_at"))
    append_many(head, [_draft(recheck, "recheck.finished", recheck.statement)], by=by)
    return recheck


def figures(recheck: Recheck) -> dict[str, Any]:
    """The figures of the statement with what has been checked by now. Raises NoScheme."""
    done = recheck.checks.exclude(outcome=Outcome.OPEN)
    urn = done.exclude(why=Why.TOP)
    stated = risk_of(recheck.event, urn=list(recheck.items), drawn=urn.count(), errors=urn.in_error().count())
    checked, wrong = rate(recheck)
    return statement_facts(stated) | {
        "wrong": wrong,
        "checked": checked,
        "rate": decimals(error_rate(checked=checked, wrong=wrong)),
        "notices": ErrorNotice.objects.filter(
            item__recheck=recheck, state=ErrorNotice.State.CORRECTED
        ).count(),
    }


# --- guards ----------------------------------------------------------------------------------------------------------


def locked(recheck: Recheck) -> tuple[Recheck, Any]:
    """The recheck as it stands behind the locked event and its chain, in the order in which everybody locks."""
    event = Event.objects.select_for_update().get(pk=recheck.event_id)
    head = lock_head(event.chain)
    fresh = Recheck.objects.select_related("event", "scheme").get(pk=recheck.pk)
    fresh.event = event
    if fresh.state == State.VOID:
        raise RecheckRefused(_("This recheck is void: the marking was opened again."))
    return fresh, head


def still_checking(recheck: Recheck, *, also_committed: bool = False) -> None:
    if recheck.state == State.FINISHED:
        raise RecheckRefused(_("This recheck is finished."))
    if recheck.event.state != S.RECHECKING:
        raise RecheckRefused(_("Sheets are rechecked after the marking and before the lock."))
    if recheck.state == State.COMMITTED and not also_committed:
        raise RecheckRefused(_("The sample has not been drawn yet."))


def _draft(recheck: Recheck, kind: str, facts: dict[str, Any]) -> Draft:
    return Draft(kind, f"recheck:{recheck.uuid}", facts)
