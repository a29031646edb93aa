"""What workers and masters say in a round: who looks for a master, who has places, whom each would like."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_rounds as roles
from academy.domain import pairs
from academy.domain.rounds import RoundRefused, locked, weights_of
from academy.models import MatchRound, Mentor, Offer, OfferWish, Pair, Seeker, SeekerWish
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people.models import Qualification, Trade, Worker

MOST_WISHES = 5
MOST_WISHES_OF_A_MASTER = 10


@transaction.atomic
def seek(
    *,
    round_: MatchRound,
    worker: Worker,
    trade: Trade,
    by: Any,
    wishes: Sequence[Offer] = (),
    only_wishes: bool = False,
    hopes: str = "",
) -> Seeker:
    """Enters a worker who looks for a master, or changes what was said before; until the round closes.

    wishes: masters of the round, the dearest first, at most MOST_WISHES. Raises RoundRefused, PermissionDenied.
    """
    roles.can_speak_for(by, worker).or_refuse()
    now = _taking(round_)
    if worker.employer_id is None:
        raise RoundRefused(
            _("Add your employer to your profile first: the employer signs the agreement too.")
        )
    if Pair.objects.standing().filter(apprentice=worker, trade=trade).exists():
        raise RoundRefused(_("You have a master in this trade already."), field="trade")
    grade = pairs.level_of(worker, trade)
    _check_wishes(wishes, most=MOST_WISHES, only=only_wishes)
    weights = weights_of(now)
    for place, offer in enumerate(wishes, start=1):
        if offer.round_id != now.pk or offer.worker_id == worker.pk:
            raise _wish_refused(_("This master is not in the round any more."), place)
        if offer.grade <= grade:
            raise _wish_refused(
                _("%(name)s stands no level above you in this trade.") % {"name": offer}, place
            )
        if weights.same_trade_only and offer.trade_id != trade.pk:
            words = _("%(name)s teaches another trade: %(trade)s.")
            raise _wish_refused(words % {"name": offer, "trade": offer.trade}, place)
    said = {"trade": trade, "grade": grade, "only_wishes": only_wishes, "hopes": hopes.strip()[:200]}
    seeker, _made = Seeker.objects.update_or_create(round=now, worker=worker, defaults=said)
    seeker.wishes.all().delete()
    SeekerWish.objects.bulk_create(
        SeekerWish(seeker=seeker, offer=offer, rank=rank) for rank, offer in enumerate(wishes, start=1)
    )
    _told(now, "seeker", seeker, by=by, grade=grade, words=seeker.hopes, wishes=wishes, only=only_wishes)
    return seeker


@transaction.atomic
def offer(
    *,
    round_: MatchRound,
    worker: Worker,
    trade: Trade,
    places: int,
    by: Any,
    wishes: Sequence[Seeker] = (),
    only_wishes: bool = False,
    teaches: str = "",
) -> Offer:
    """Enters a master with free places, or changes what was said before; until the round closes.

    wishes: workers of the round, the dearest first. Raises RoundRefused, PermissionDenied.
    """
    roles.can_speak_for(by, worker).or_refuse()
    now = _taking(round_)
    appointment = Mentor.objects.serving().filter(worker=worker, trade=trade).order_by("-grade", "pk").first()
    grade = max(pairs.level_of(worker, trade), appointment.grade if appointment else 0)
    if grade == 0:
        raise RoundRefused(
            _("No level in this trade has been checked yet: add the certificate to your profile."),
            field="trade",
        )
    free = pairs.places_left(worker, now.scheme)
    if not 1 <= places <= free:
        raise RoundRefused(
            _("By the rules you can take %(free)d more.") % {"free": free}
            if free
            else _("You have no place free."),
            field="places",
        )
    _check_wishes(wishes, most=MOST_WISHES_OF_A_MASTER, only=only_wishes)
    for place, one in enumerate(wishes, start=1):
        if one.round_id != now.pk or one.worker_id == worker.pk:
            raise _wish_refused(_("This worker is not in the round any more."), place)
    said = {
        "appointment": appointment,
        "trade": trade,
        "grade": grade,
        "places": places,
        "only_wishes": only_wishes,
        "teaches": teaches.strip()[:200],
    }
    found, _made = Offer.objects.update_or_create(round=now, worker=worker, defaults=said)
    found.wishes.all().delete()
    OfferWish.objects.bulk_create(
        OfferWish(offer=found, seeker=seeker, rank=rank) for rank, seeker in enumerate(wishes, start=1)
    )
    _told(
        now,
        "offer",
        found,
        by=by,
        grade=grade,
        places=places,
        words=found.teaches,
        wishes=wishes,
        only=only_wishes,
    )
    return found


@transaction.atomic
def leave(*, one: Seeker | Offer, by: Any) -> None:
    """Takes somebody out of a round that still takes wishes; wishes for them go with them."""
    roles.can_speak_for(by, one.worker).or_refuse()
    now = _taking(one.round_id)
    subject = f"{one._meta.model_name}:{one.uuid}"
    append(now.scheme.chain, "round.left", subject=subject, facts={"round": now.code}, by=by)
    one.delete()


def masters_for(round_: MatchRound, worker: Worker) -> QuerySet[Offer]:
    """Whom a worker can wish for: every master of the round but the worker, by trade, level and name."""
    found = round_.offers.exclude(worker=worker).select_related("worker__employer", "trade")  # type: ignore[attr-defined]
    return found.order_by("trade__name", "-grade", "worker__name", "pk")


def workers_for(round_: MatchRound, worker: Worker, trades: Collection[int]) -> QuerySet[Seeker]:
    """Whom a master can wish for: the workers of the round who look in one of the trades that the master can teach,
    in any trade where the round does not mind."""
    found = round_.seekers.exclude(worker=worker).select_related("worker__employer", "trade")  # type: ignore[attr-defined]
    if weights_of(round_).same_trade_only:
        found = found.filter(trade__in=trades)
    return found.order_by("trade__name", "grade", "worker__name", "pk")


def trades_taught(worker: Worker) -> list[Trade]:
    """The trades in which somebody has a checked level or is appointed; one query."""
    level = Qualification.Kind.LEVEL
    held = Qualification.objects.filter(worker=worker, kind=level, checked=True, grade__isnull=False)
    appointed = Mentor.objects.serving().filter(worker=worker)
    return list(Trade.objects.filter(Q(pk__in=held.values("trade")) | Q(pk__in=appointed.values("trade"))))


def _taking(round_: MatchRound | int) -> MatchRound:
    now = locked(round_)
    if not now.takes_wishes():
        if now.state == MatchRound.State.OPEN and timezone.now() < now.opens_at:
            raise RoundRefused(_("This round has not begun yet."))
        raise RoundRefused(_("This round is closed: nothing can be changed any more."))
    return now


def _check_wishes(wishes: Sequence[Seeker] | Sequence[Offer], *, most: int, only: bool) -> None:
    first: dict[int, int] = {}
    for place, one in enumerate(wishes, start=1):
        if first.setdefault(one.pk, place) != place:
            words = _("%(name)s stands twice among the wishes. Choose somebody else here, or nobody.")
            raise _wish_refused(words % {"name": one}, place)
    if len(wishes) > most:
        raise _wish_refused(_("At most %(most)d wishes.") % {"most": most}, most + 1)
    if only and not wishes:
        raise RoundRefused(_("“Nobody else” needs at least one wish."), field="only_wishes")


def _wish_refused(message: str, place: int) -> RoundRefused:
    return RoundRefused(message, field="wishes", place=place)


def _told(
    now: MatchRound, what: str, row: Seeker | Offer, *, by: Any, words: str, wishes: Any, **facts: Any
) -> None:
    facts |= {"round": now.code, "wishes": [one.uuid for one in wishes]}
    if words:
        facts["words_hash"] = words_hash(words)
    append(now.scheme.chain, f"{what}.said", subject=f"{what}:{row.uuid}", facts=facts, by=by)
