"""The states of a pair and the one way from one to the next.

Everything that changes a pair locks it first; what counts a master's apprentices locks the master before.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain.lineage import key_of
from academy.findable import LINEAGE
from academy.models import Pair, PairScheme, PairStep
from academy.rules import pairing
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people.domain import ties
from craft_site.people.models import Tie
from craft_site.search import index

S = Pair.State

MOVES: dict[str, frozenset[str]] = {
    S.PROPOSED: frozenset({S.SIGNED, S.DECLINED}),
    S.SIGNED: frozenset({S.RUNNING, S.ENDED_EARLY}),
    S.RUNNING: frozenset({S.MID_OK, S.MID_WARN, S.ENDED_EARLY}),
    S.MID_OK: frozenset({S.EXTENDED, S.FINAL_OK, S.ENDED_EARLY}),
    S.MID_WARN: frozenset({S.MID_OK, S.EXTENDED, S.FINAL_OK, S.ENDED_EARLY}),
    S.EXTENDED: frozenset({S.EXTENDED, S.FINAL_OK, S.ENDED_EARLY}),
    S.FINAL_OK: frozenset({S.REWARDED}),
    S.ENDED_EARLY: frozenset(),
    S.REWARDED: frozenset(),
    S.DECLINED: frozenset(),
}
OVER = (S.FINAL_OK, S.REWARDED, S.ENDED_EARLY, S.DECLINED)


class PairRefused(Exception):
    """The pair cannot do this; the message says why and what to do. field: of the form, "" for none."""

    def __init__(self, message: Any, *, field: str = "") -> None:
        super().__init__(str(message))
        self.field = field


def rules_of(scheme: PairScheme) -> pairing.Rules:
    """The scheme's rules, read anew: they were read before they were kept."""
    return pairing.read(scheme.data)


def locked(pair: Pair, *, with_scheme: bool = False) -> Pair:
    """The pair as it is now, with its people; whoever else would change it waits until the transaction ends.

    with_scheme: lock its scheme first. The order for all is: master, scheme, pair, head of the chain.
    """
    if with_scheme:
        lock_scheme(pair.scheme_id)
    found = Pair.objects.select_for_update(of=("self",)).select_related(
        "scheme", "mentor", "apprentice", "employer__union__parent__parent", "trade"
    )
    return found.get(pk=pair.pk)


def lock_scheme(pk: int) -> PairScheme:
    return PairScheme.objects.select_for_update(no_key=True).get(pk=pk)


@transaction.atomic
def move(
    *,
    pair: Pair,
    to: str,
    by: Any,
    at: datetime | None = None,
    reason: str = "",
    until: date | None = None,
) -> Pair:
    """Moves a locked pair: row, step and ledger line together. Other fields may have been set and are written along.

    at: when it happened, now if none is given. until: the new last day of an extension. Raises PairRefused.
    """
    if to not in MOVES[pair.state]:
        raise PairRefused(
            _("From “%(before)s” a pair cannot go to “%(after)s”.")
            % {"before": pair.get_state_display(), "after": S(to).label}
        )
    at = at or timezone.now()
    was, pair.state = pair.state, to
    if to in (S.FINAL_OK, S.ENDED_EARLY):
        pair.ended_on = pair.ended_on or timezone.localtime(at).date()
    pair.save()
    PairStep.objects.create(pair=pair, was=was, state=to, until=until, reason=reason[:300], by=by, at=at)
    facts: dict[str, Any] = {"from": was, "to": str(to), "number": pair.number}
    if reason:
        facts["reason_hash"] = words_hash(reason)
    if until is not None:
        facts["until"] = until
    tell(pair, "pair.moved", facts, by)
    if pair.mentor_public_at and pair.apprentice_public_at:
        show_in_search(pair)
    if to == S.SIGNED:
        ties.declare(one=pair.mentor, other=pair.apprentice, kind=Tie.Kind.MENTOR, note=pair.number)
    if to in (S.FINAL_OK, S.ENDED_EARLY):
        _loosen_tie(pair)
    return pair


def show_in_search(pair: Pair) -> None:
    """Whoever is named in the lineage is found, and nobody else."""
    index.refresh(LINEAGE, [key_of(one.uuid) for one in (pair.mentor, pair.apprentice)])


def tell(pair: Pair, kind: str, facts: dict[str, Any], by: Any) -> None:
    """One line in the chain of the pair's scheme."""
    append(pair.scheme.chain, kind, subject=f"pair:{pair.uuid}", facts=facts, by=by)


def said(reason: str) -> str:
    """A reason, trimmed. Raises PairRefused when there is none."""
    reason = reason.strip()
    if len(reason) < 2:
        raise PairRefused(_("Write the reason: it is kept with the pair."), field="reason")
    return reason[:300]


def _loosen_tie(pair: Pair) -> None:
    """The two may judge one another again some years after the last pair between them has ended."""
    assert pair.ended_on is not None
    between = Pair.objects.filter(
        mentor__in=(pair.mentor_id, pair.apprentice_id), apprentice__in=(pair.mentor_id, pair.apprentice_id)
    )
    if between.exclude(pk=pair.pk).filter(state__in=(S.SIGNED, *Pair.UNDER_WAY)).exists():
        return
    until = pairing.add_months(pair.ended_on, 12 * rules_of(pair.scheme).tie_years)
    ties.declare(one=pair.mentor, other=pair.apprentice, kind=Tie.Kind.MENTOR, note=pair.number, until=until)
