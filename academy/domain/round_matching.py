"""The program proposes: everybody of a round as plain values, matched, with a reason for each pair and each gap."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_rounds as roles
from academy.domain.rounds import RoundRefused, S, check_undecided, locked, move, weights_of
from academy.matching.figures import Figures, figures
from academy.matching.people import Apprentice, Mentor, Weights
from academy.matching.places import apart
from academy.matching.reasons import Reason, Without, reasons, without
from academy.matching.record import record
from academy.matching.stable import Market, market, match
from academy.models import MatchProposal, MatchRound, Offer, OfferWish, Pair, Seeker, SeekerWish
from academy.rules import pairing
from craft_site.kit.canonical import sha256_hex
from craft_site.people.models import Union, Worker

AT_ONCE = 500  # rows an insert
UNION = ("level", "name", "latitude", "longitude")  # what a round reads of a union


@dataclass(frozen=True, slots=True)
class Standing:
    """A round as it stands. settled: seekers who have found a master in their trade outside the round."""

    market: Market
    seekers: dict[str, Seeker]
    offers: dict[str, Offer]
    settled: list[str]


def market_of(round_: MatchRound, *, weights: Weights | None = None) -> Standing:
    """Everybody of a round by the key of their record; five queries for any number of people.

    Barred are two who have been a pair, whoever taught then, unless it was not concluded. Places are at most what the
    rules leave free now.
    """
    near = "worker__employer__union__parent"
    seekers = {str(one.worker.uuid): one for one in _people(round_.seekers, near)}
    offers = {str(one.worker.uuid): one for one in _people(round_.offers, near)}
    key_of = {one.worker_id: key for key, one in (seekers | offers).items()}
    said = SeekerWish.objects.filter(seeker__round=round_).order_by("seeker", "rank")
    wishes = _wishes(said.values_list("seeker_id", "offer__worker__uuid"))
    said_by_masters = OfferWish.objects.filter(offer__round=round_).order_by("offer", "rank")
    wished = _wishes(said_by_masters.values_list("offer_id", "seeker__worker__uuid"))
    pairs = _pairs(round_)
    busy = {(p.apprentice_id, p.trade_id) for p in pairs if p.state in Pair.STANDING}
    taken = Counter(p.mentor_id for p in pairs if p.state in Pair.STANDING)
    most = pairing.read(round_.scheme.data).most
    settled = [key for key, one in seekers.items() if (one.worker_id, one.trade_id) in busy]
    apprentices = [
        Apprentice(
            key,
            str(one.trade_id),
            one.grade,
            *_place(one.worker),
            wishes=wishes.get(one.pk, ()),
            only_wishes=one.only_wishes,
        )
        for key, one in seekers.items()
        if key not in set(settled)
    ]
    mentors = [
        Mentor(
            key,
            str(one.trade_id),
            one.grade,
            max(0, min(one.places, most - taken[one.worker_id])),
            *_place(one.worker),
            wishes=wished.get(one.pk, ()),
            only_wishes=one.only_wishes,
        )
        for key, one in offers.items()
    ]
    barred = {
        (key_of[a], key_of[m])
        for pair in pairs
        for a, m in ((pair.apprentice_id, pair.mentor_id), (pair.mentor_id, pair.apprentice_id))
        if a in key_of and m in key_of and key_of[a] in seekers and key_of[m] in offers
    }
    towns = _towns([*seekers.values(), *offers.values()])
    spots = {key: spot for key, town in towns.items() if (spot := town.spot) is not None}
    whole = market(
        code=round_.code,
        apprentices=apprentices,
        mentors=mentors,
        weights=weights or weights_of(round_),
        barred=barred,
        apart=apart(spots),
    )
    return Standing(whole, seekers, offers, sorted(settled))


@transaction.atomic
def compute(*, round_: MatchRound, by: Any) -> MatchRound:
    """Makes the proposals of a closed round, with their reasons, and keeps the values they were computed from.

    Computed again it begins anew; refused once anything is decided or while wishes are taken.
    """
    roles.can_run(by).or_refuse()
    now = locked(round_)
    if now.takes_wishes() or (now.state == S.OPEN and timezone.now() < now.closes_at):
        raise RoundRefused(_("Wishes are still taken: close the round first."))
    check_undecided(now)
    standing = market_of(now)
    matched = match(standing.market)
    kept = record(standing.market)
    now.proposals.all().delete()
    MatchProposal.objects.bulk_create(
        [
            MatchProposal(
                round=now,
                seeker=standing.seekers[reason.apprentice],
                offer=standing.offers[reason.mentor],
                reason=reason_values(reason),
            )
            for reason in reasons(standing.market, matched)
        ],
        batch_size=AT_ONCE,
    )
    now.outcome = {
        "figures": figures(standing.market, matched).plain(),
        "without": [without_values(one) for one in without(standing.market, matched)],
        "settled": standing.settled,
        "market": kept,
    }
    now.market_hash, now.computed_at = sha256_hex(kept), timezone.now()
    proposed = sha256_hex(sorted([list(pair) for pair in matched.items()]))
    move(now, S.PROPOSED, by=by, market_hash=now.market_hash, proposals_hash=proposed, pairs=len(matched))
    return now


def what_if(round_: MatchRound, weights: Weights) -> Figures:
    """The numbers that other weights would give with the people who are in the round now. Nothing is kept."""
    whole = market_of(round_, weights=weights).market
    return figures(whole, match(whole))


def unplaced_towns(round_: MatchRound) -> list[str]:
    """Names of the unions of towns in a round that have no coordinates; two queries."""
    near = "worker__employer__union__parent"
    towns = _towns([*_people(round_.seekers, near), *_people(round_.offers, near)])  # type: ignore[attr-defined]
    return sorted(town.name for town in towns.values() if town.spot is None)


def reason_values(reason: Reason) -> dict[str, Any]:
    """A reason as it is kept; people by the key of their record."""
    return {
        "wish": reason.wish,
        "mentors_wish": reason.mentors_wish,
        "rank": reason.rank,
        "score": asdict(reason.score) if reason.score is not None else None,
        "passed": {str(why): count for why, count in reason.passed.items()},
        "wishes": [[mentor, str(why)] for mentor, why in reason.wishes],
    }


def without_values(one: Without) -> dict[str, Any]:
    return {
        "apprentice": one.apprentice,
        "considered": one.considered,
        "passed": {str(why): count for why, count in one.passed.items()},
        "facts": one.facts,
        "only_wishes": one.only_wishes,
        "wishes": [[mentor, str(why)] for mentor, why in one.wishes],
    }


def _people(rows: Any, near: str) -> QuerySet[Any]:
    only = ("trade_id", "grade", "only_wishes", "round_id")
    found = rows.select_related(near)
    union = "worker__employer__union"
    of_union = [f"{at}__{name}" for at in (union, f"{union}__parent") for name in UNION]
    extra = ("places",) if rows.model is Offer else ()
    return found.only(
        *only,
        *extra,
        "worker__uuid",
        "worker__employer_id",
        *of_union,
    ).order_by("worker__uuid")


def _wishes(rows: Any) -> dict[int, tuple[str, ...]]:
    """Keys of those wished for by who wishes, the dearest first. rows: (who wishes, key) in their order."""
    found: dict[int, list[str]] = {}
    for one, key in rows:
        found.setdefault(one, []).append(str(key))
    return {one: tuple(keys) for one, keys in found.items()}


def _pairs(round_: MatchRound) -> list[Pair]:
    """Every pair, concluded once or proposed now, of a master or a worker of the round."""
    seeking = Worker.objects.filter(seeks__round=round_).values("pk")
    offering = Worker.objects.filter(offers__round=round_).values("pk")
    theirs = Q(mentor__in=offering) | Q(apprentice__in=seeking) | Q(mentor__in=seeking)
    known = Pair.objects.exclude(state=Pair.State.DECLINED).filter(theirs)
    return list(known.only("mentor_id", "apprentice_id", "trade_id", "state"))


def _place(worker: Worker) -> tuple[str, str]:
    """Employer and town as keys, "" where there is none."""
    town = _town(worker)
    return (
        str(worker.employer_id) if worker.employer_id is not None else "",
        str(town.pk) if town is not None else "",
    )


def _town(worker: Worker) -> Union | None:
    """The town's union above the worker's firm."""
    union = worker.employer.union if worker.employer is not None else None
    return next((one for one in _chain(union) if one.level == Union.Level.TOWN), None)


def _towns(people: Sequence[Seeker | Offer]) -> dict[str, Union]:
    """The towns of a round by the key that `_place` gives them."""
    found = (_town(one.worker) for one in people)
    return {str(town.pk): town for town in found if town is not None}


def _chain(union: Union | None) -> list[Union]:
    return [] if union is None else [union] if union.parent_id is None else [union, union.parent]  # type: ignore[list-item]
