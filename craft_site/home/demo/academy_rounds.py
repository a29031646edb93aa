"""Rounds of matching of the demonstration: one takes wishes now, one waits for people to decide on its proposals."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from academy.domain import round_matching, round_wishes, rounds
from academy.models import MatchRound, Mentor, Offer, PairScheme, Seeker
from craft_site.home.demo import people
from craft_site.home.demo.academy_house import House
from craft_site.home.demo.academy_pair_steps import SKILLS
from craft_site.home.demo.academy_pairs import SCHEME
from craft_site.home.demo.academy_people import Hall, give_certificate
from craft_site.home.demo.chance import number, one_of
from craft_site.people.models import Worker

HOPES = ("想学冲模间隙调整和试模", "希望掌握二次回路查线", "想考高级工，缺实操指导", "")
MASTERS_NOW, MASTERS_BEFORE = (2, 3, 4, 6, 9, 11), (1, 2, 3, 5, 7, 10)  # places of mentors


def make_rounds(hall: Hall, house: House) -> None:
    scheme = PairScheme.objects.get(code=SCHEME)
    if MatchRound.objects.filter(scheme=scheme).exists():
        return
    year, half = hall.today.year, 1 if hall.today.month < 7 else 2
    before = _round(
        hall, scheme, "before", (f"{year}年结对匹配（上一轮）", f"Matching of {year}, last round"), -40, 1
    )
    _wishes(hall, before, house.mentors, MASTERS_BEFORE, seekers=14)
    before = rounds.stop(round_=before, by=hall.cast.organiser)
    MatchRound.objects.filter(pk=before.pk).update(closes_at=hall.at(-4, 17))
    before.refresh_from_db()
    round_matching.compute(round_=before, by=hall.cast.organiser)
    now = _round(
        hall, scheme, "now", (f"{year}年第{half}轮结对匹配", f"Matching of {year}, round {half}"), -6, 15
    )
    _wishes(hall, now, house.mentors, MASTERS_NOW, seekers=10)


def _round(
    hall: Hall, scheme: PairScheme, key: str, name: tuple[str, str], opens: int, closes: int
) -> MatchRound:
    made = rounds.make(
        scheme=scheme,
        code=f"match-{hall.today.year}-{key}",
        name=name[0],
        name_en=name[1],
        opens_at=hall.at(opens, 9),
        closes_at=hall.at(closes, 17),
        by=hall.cast.organiser,
    )
    return rounds.open_(round_=made, by=hall.cast.organiser)


@transaction.atomic
def _wishes(
    hall: Hall, held: MatchRound, mentors: Sequence[Mentor], masters: Sequence[int], *, seekers: int
) -> None:
    """Masters offer places, workers say whom they would like, then the masters whom of these."""
    chosen = [mentors[place] for place in masters]
    offers = [_offer(hall, held, mentor, ()) for mentor in chosen]
    looking = [_seeker(hall, held, n, offers) for n in range(seekers)]
    for mentor, offer in zip(chosen, offers, strict=True):
        near = [one for one in looking if one.trade_id == offer.trade_id and one.grade < offer.grade]
        wished = [one for n, one in enumerate(near) if n % 2 == mentor.pk % 2][:3]
        _offer(hall, held, mentor, wished)


def _offer(hall: Hall, held: MatchRound, mentor: Mentor, wishes: Sequence[Seeker]) -> Offer:
    return round_wishes.offer(
        round_=held,
        worker=mentor.worker,
        trade=mentor.trade,
        places=1 + mentor.pk % 2,
        wishes=wishes,
        teaches="、".join(SKILLS[mentor.trade.name][2:]),
        by=hall.cast.organiser,
    )


def _seeker(hall: Hall, held: MatchRound, n: int, offers: Sequence[Offer]) -> Seeker:
    worker, like = _worker(hall, held, n), offers[n % len(offers)]
    give_certificate(worker, like.trade, 3, date(2023, 5, 1) + timedelta(days=n))
    fitting = [one for one in offers if one.trade_id == like.trade_id]
    first = number(0, len(fitting) - 1, held.code, n)
    return round_wishes.seek(
        round_=held,
        worker=worker,
        trade=like.trade,
        wishes=(fitting[first:] + fitting[:first])[:2] if n % 4 else (),
        hopes=one_of(HOPES, "hopes", held.code, n),
        by=hall.cast.organiser,
    )


def _worker(hall: Hall, held: MatchRound, n: int) -> Worker:
    firms = hall.cast.employers
    return people.make_worker(f"{held.code}/{n}", employer=firms[(3 * n) % len(firms)])
