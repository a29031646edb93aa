"""People decide on what the program proposed: a proposal taken becomes a proposed pair, which four then sign."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_rounds as roles
from academy.domain import pairs
from academy.domain.pair_moves import PairRefused
from academy.domain.rounds import RoundRefused, S, locked
from academy.models import MatchProposal, MatchRound, PairScheme
from academy.rules import pairing
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append

P = MatchProposal.State


@dataclass(frozen=True, slots=True)
class Term:
    """From when and for how many months the new pairs run, how often the two meet at least a month, and what the
    employer pays the master a month, in yuan."""

    starts_on: date
    months: int
    meetings: int = 2
    allowance: int = 0

    @property
    def ends_on(self) -> date:
        return pairing.add_months(self.starts_on, self.months) - timedelta(days=1)


@dataclass(slots=True)
class Outcome:
    """What became of many decisions. refused: with the words for the person who decided."""

    decided: list[MatchProposal] = field(default_factory=list)
    refused: list[tuple[MatchProposal, str]] = field(default_factory=list)


def usual_term(scheme: PairScheme, *, on: date | None = None) -> Term:
    """From the first of the next month, for two years or what the rules allow next to it."""
    first = pairing.add_months(pairing.first_of(on or timezone.localdate()), 1)
    return Term(first, pairing.usual_months(pairing.read(scheme.data)))


@transaction.atomic
def take(*, proposal: MatchProposal, term: Term, by: Any, note: str = "") -> MatchProposal:
    """Makes the two a proposed pair towards the next level of the trade. Taken twice it is one pair.

    Raises RoundRefused with the reason when the pair cannot be any more, PermissionDenied.
    """
    now, found = _open(proposal, by)
    if found.state == P.TAKEN:
        return found
    _check_pending(found)
    seeker, offer = found.seeker, found.offer
    try:
        found.pair = pairs.propose(
            scheme=now.scheme,
            mentor=offer.worker,
            apprentice=seeker.worker,
            trade=seeker.trade,
            target_grade=next_level(seeker.trade, seeker.grade),
            target_on=term.ends_on,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            meetings=term.meetings,
            allowance=term.allowance,
            appointment=offer.appointment if offer.trade_id == seeker.trade_id else None,
            by=by,
        )
    except PairRefused as refused:
        raise RoundRefused(str(refused)) from refused
    return _decided(now, found, P.TAKEN, note=note, by=by, pair=found.pair.number)


@transaction.atomic
def drop(*, proposal: MatchProposal, note: str, by: Any) -> MatchProposal:
    """The two do not become a pair; the note says why and is the office's own. Dropped twice it happens once."""
    now, found = _open(proposal, by)
    if found.state == P.DROPPED:
        return found
    _check_pending(found)
    if len(note.strip()) < 2:
        raise RoundRefused(_("Write down why, for whoever asks later."), field="note")
    return _decided(now, found, P.DROPPED, note=note, by=by)


def decide_many(
    *, proposals: Sequence[MatchProposal], take_them: bool, by: Any, term: Term, note: str = ""
) -> Outcome:
    """The same decision on each, in their order; one that cannot be leaves the others as they are."""
    outcome = Outcome()
    for one in proposals:
        try:
            if take_them:
                outcome.decided.append(take(proposal=one, term=term, by=by, note=note))
            else:
                outcome.decided.append(drop(proposal=one, note=note, by=by))
        except (RoundRefused, PermissionDenied) as refused:
            outcome.refused.append((one, str(refused)))
    return outcome


def next_level(trade: Any, grade: int) -> int:
    """The level above, of those that the trade has."""
    above = trade.levels.filter(grade__gt=grade).order_by("grade").values_list("grade", flat=True).first()
    return above or min(grade + 1, 8)


def _open(proposal: MatchProposal, by: Any) -> tuple[MatchRound, MatchProposal]:
    now = locked(proposal.round_id)
    found = MatchProposal.objects.select_related(
        "round", "seeker__worker__employer", "seeker__trade", "offer__worker", "offer__appointment"
    ).get(pk=proposal.pk)
    roles.can_decide(by, found).or_refuse()
    if now.state != S.PROPOSED:
        raise RoundRefused(_("This round is closed: nothing can be changed any more."))
    return now, found


def _check_pending(found: MatchProposal) -> None:
    if found.state != P.PENDING:
        raise RoundRefused(_("This proposal is decided: %(state)s.") % {"state": found.get_state_display()})


def _decided(
    now: MatchRound, found: MatchProposal, to: str, *, note: str, by: Any, **facts: Any
) -> MatchProposal:
    found.state, found.note = to, note.strip()[:200]
    found.decided_by, found.decided_at = by, timezone.now()
    found.save(update_fields=("state", "note", "pair", "decided_by", "decided_at"))
    facts |= {"round": now.code, "to": str(to)}
    if found.note:
        facts["note_hash"] = words_hash(found.note)
    append(now.scheme.chain, "proposal.decided", subject=f"proposal:{found.uuid}", facts=facts, by=by)
    return found
