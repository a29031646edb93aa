"""A round of matching from its making to its end: what it values, when it takes wishes, when it is decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_rounds as roles
from academy.matching.people import Weights
from academy.matching.weights import WeightsRefused, plain, read
from academy.models import MatchProposal, MatchRound, PairScheme
from craft_site.ledger.chain import append

S = MatchRound.State

MOVES: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.OPEN}),
    S.OPEN: frozenset({S.PROPOSED}),
    S.PROPOSED: frozenset({S.PROPOSED, S.DECIDED}),
    S.DECIDED: frozenset(),
}


class RoundRefused(Exception):
    """The round cannot do this; the message says why and what to do. field: of the form, "" for none; place: which of
    the wishes given, from 1, 0 for none in particular."""

    def __init__(self, message: Any, *, field: str = "", place: int = 0) -> None:
        super().__init__(str(message))
        self.field, self.place = field, place


def locked(round_: MatchRound | int) -> MatchRound:
    """The round as it stands now, locked until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("a round changes inside a transaction")
    pk = round_ if isinstance(round_, int) else round_.pk
    return MatchRound.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=pk)


def move(now: MatchRound, to: str, *, by: Any, **facts: Any) -> None:
    """One move of a locked round with its ledger line. Raises RoundRefused for a move that MOVES does not know."""
    if to not in MOVES[now.state]:
        raise RoundRefused(
            _("From “%(before)s” a round cannot go to “%(after)s”.")
            % {"before": now.get_state_display(), "after": S(to).label}
        )
    was, now.state = now.state, to
    now.save()
    told(now, "round.moved", by=by, **{"from": was, "to": str(to)}, **facts)


def told(now: MatchRound, kind: str, *, by: Any, **facts: Any) -> None:
    """A line about the round in the chain of its scheme."""
    append(now.scheme.chain, kind, subject=f"round:{now.code}", facts=facts, by=by)


def weights_of(round_: MatchRound) -> Weights:
    return read(round_.weights)


@transaction.atomic
def make(
    *,
    scheme: PairScheme,
    code: str,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    by: Any,
    name_en: str = "",
) -> MatchRound:
    """A round in preparation, with the usual weights. Raises RoundRefused for a code that is taken or dates that
    cannot be."""
    roles.can_run(by).or_refuse()
    if MatchRound.objects.filter(code=code).exists():
        raise RoundRefused(_("A round has this code already: choose another."), field="code")
    _check_times(opens_at, closes_at)
    made = MatchRound.objects.create(
        scheme=scheme,
        code=code,
        name=name.strip(),
        name_en=name_en.strip(),
        opens_at=opens_at,
        closes_at=closes_at,
        weights=plain(),
    )
    told(made, "round.made", by=by, opens=opens_at, closes=closes_at, weights=made.weights)
    return made


@transaction.atomic
def change(
    *, round_: MatchRound, name: str, name_en: str, opens_at: datetime, closes_at: datetime, by: Any
) -> MatchRound:
    """Another name or other times, as long as the program has proposed nothing."""
    roles.can_run(by).or_refuse()
    now = _before_proposals(round_)
    _check_times(opens_at, closes_at)
    now.name, now.name_en = name.strip(), name_en.strip()
    now.opens_at, now.closes_at = opens_at, closes_at
    now.save(update_fields=("name", "name_en", "opens_at", "closes_at"))
    told(now, "round.changed", by=by, opens=opens_at, closes=closes_at)
    return now


@transaction.atomic
def weigh(*, round_: MatchRound, weights: Mapping[str, Any], by: Any) -> MatchRound:
    """Other weights, as long as nothing is decided; what was proposed by the old ones is computed again by hand.

    weights: as matching.weights.plain gives them. Raises RoundRefused with the field that cannot be.
    """
    roles.can_run(by).or_refuse()
    now = locked(round_)
    check_undecided(now)
    try:
        read(weights)
    except WeightsRefused as wrong:
        raise RoundRefused(_("Give a whole number from 0 to 100."), field=wrong.name) from wrong
    now.weights = dict(weights)
    now.save(update_fields=("weights",))
    told(now, "round.weighed", by=by, weights=now.weights)
    return now


@transaction.atomic
def open_(*, round_: MatchRound, by: Any) -> MatchRound:
    """From now on it takes wishes, between its two times."""
    roles.can_run(by).or_refuse()
    now = locked(round_)
    if now.closes_at <= timezone.now():
        raise RoundRefused(_("The closing time has passed. Change it first."))
    move(now, S.OPEN, by=by)
    return now


@transaction.atomic
def stop(*, round_: MatchRound, by: Any) -> MatchRound:
    """No more wishes from this moment on, before the time that was set."""
    roles.can_run(by).or_refuse()
    now, at = locked(round_), timezone.now()
    if not now.takes_wishes():
        raise RoundRefused(_("This round takes no wishes now."))
    now.closes_at = at
    now.save(update_fields=("closes_at",))
    told(now, "round.stopped", by=by, closes=at)
    return now


@transaction.atomic
def close(*, round_: MatchRound, by: Any) -> MatchRound:
    """The end of a round, once every proposal is decided; whoever is without is told why from then on."""
    roles.can_run(by).or_refuse()
    now = locked(round_)
    if now.proposals.filter(state=MatchProposal.State.PENDING).exists():
        raise RoundRefused(_("Some proposals are not decided yet."))
    move(now, S.DECIDED, by=by, taken=now.proposals.filter(state=MatchProposal.State.TAKEN).count())
    return now


def check_undecided(now: MatchRound) -> None:
    """Raises RoundRefused once a person has decided on a proposal of this round."""
    if now.state == S.DECIDED or now.proposals.exclude(state=MatchProposal.State.PENDING).exists():
        raise RoundRefused(
            _("Something has been decided in this round already: it stays as it was computed.")
        )


def _before_proposals(round_: MatchRound) -> MatchRound:
    now = locked(round_)
    if now.state not in (S.DRAFT, S.OPEN):
        raise RoundRefused(_("The program has made its proposals: name and times stay."))
    return now


def _check_times(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise RoundRefused(_("A round closes after it opens."), field="closes_at")
