"""Small makers of rounds and of the people in them. What is not given is plain and valid."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from academy.domain import rounds
from academy.models import MatchRound, Offer, OfferWish, PairScheme, Seeker, SeekerWish
from craft_site.people.models import Qualification, Worker
from tests.factories import make_employer, make_trade, make_user, make_worker

_serial = count(1)
HOUR = timedelta(hours=1)


def make_scheme(code: str = "", *, most: int = 5, **data: Any) -> PairScheme:
    n = next(_serial)
    code = code or f"rules-{n}"
    return PairScheme.objects.create(
        code=code, name=f"Rules {n}", data={"apprentices": {"least": 1, "most": most}, **data}
    )


def make_round(code: str = "", *, by: Any = None, is_open: bool = True, **fields: Any) -> MatchRound:
    """A round that takes wishes since an hour ago and for ten more days."""
    now = timezone.now()
    made = rounds.make(
        scheme=fields.pop("scheme", None) or make_scheme(),
        code=code or f"round-{next(_serial)}",
        name=fields.pop("name", "Spring round"),
        opens_at=fields.pop("opens_at", now - HOUR),
        closes_at=fields.pop("closes_at", now + 240 * HOUR),
        by=by or make_user("organiser"),
        **fields,
    )
    return rounds.open_(round_=made, by=by or make_user("organiser")) if is_open else made


def shut(round_: MatchRound) -> MatchRound:
    """Its time is over."""
    MatchRound.objects.filter(pk=round_.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    round_.refresh_from_db()
    return round_


def skilled(name: str = "", *, grade: int = 5, trade: Any = None, **fields: Any) -> Worker:
    """A worker with an account, an employer and a checked level; grade 0 for none."""
    n = next(_serial)
    fields.setdefault("user", make_user("worker"))
    fields.setdefault("employer", make_employer())
    worker = make_worker(name or f"Skilled {n}", **fields)
    if grade:
        Qualification.objects.create(
            worker=worker, trade=trade or make_trade(), grade=grade, certificate_no=f"C{n}", checked=True
        )
    return worker


def make_offer(round_: MatchRound, worker: Worker | None = None, **fields: Any) -> Offer:
    fields = {"trade": fields.pop("trade", None) or make_trade(), "grade": 5, "places": 1} | fields
    wishes = fields.pop("wishes", ())
    made = Offer.objects.create(round=round_, worker=worker or skilled(), **fields)
    OfferWish.objects.bulk_create(
        OfferWish(offer=made, seeker=seeker, rank=n) for n, seeker in enumerate(wishes, start=1)
    )
    return made


def make_seeker(round_: MatchRound, worker: Worker | None = None, **fields: Any) -> Seeker:
    fields = {"trade": fields.pop("trade", None) or make_trade(), "grade": 3} | fields
    wishes = fields.pop("wishes", ())
    made = Seeker.objects.create(round=round_, worker=worker or skilled(grade=3), **fields)
    SeekerWish.objects.bulk_create(
        SeekerWish(seeker=made, offer=offer, rank=n) for n, offer in enumerate(wishes, start=1)
    )
    return made
