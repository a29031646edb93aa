"""A round of 2,000 workers and 500 masters through the verbs and pages, with the database. Deterministic."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.domain import round_matching, rounds
from academy.models import MatchRound, Offer, OfferWish, PairScheme, Seeker, SeekerWish
from craft_site.people.models import Employer, Union, Worker
from tests.bench.measure import Row
from tests.factories import credit_code, make_trade, make_user

SEEKERS, OFFERS = 2_000, 500
TRADES, FIRMS, TOWNS = 5, 60, 15


def a_round() -> tuple[MatchRound, Any]:
    """A closed round and its organiser. Every second person names up to three wishes; three places a master."""
    chance, organiser = random.Random(2_000), make_user("organiser")
    now = timezone.now()
    scheme = PairScheme.objects.create(code="bench", name="Bench", data={})
    round_ = rounds.make(
        scheme=scheme,
        code="bench",
        name="Bench",
        opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(hours=1),
        by=organiser,
    )
    rounds.open_(round_=round_, by=organiser)
    trades, firms = [make_trade(f"Trade {n}") for n in range(TRADES)], _firms()
    workers = Worker.objects.bulk_create(
        Worker(name=f"Worker {n}", id_index=f"bench-round-{n}", employer=chance.choice(firms))
        for n in range(SEEKERS + OFFERS)
    )
    seekers = Seeker.objects.bulk_create(
        Seeker(round=round_, worker=worker, trade=chance.choice(trades), grade=chance.randint(0, 4))
        for worker in workers[:SEEKERS]
    )
    offers = Offer.objects.bulk_create(
        Offer(round=round_, worker=worker, trade=chance.choice(trades), grade=grade, places=places)
        for worker in workers[SEEKERS:]
        for grade, places in [(chance.randint(4, 7), chance.randint(1, 5))]
    )
    SeekerWish.objects.bulk_create(
        SeekerWish(seeker=one, offer=offer, rank=rank)
        for one in seekers
        for rank, offer in enumerate(chance.sample(offers, chance.choice((0, 0, 1, 3))), start=1)
    )
    OfferWish.objects.bulk_create(
        OfferWish(offer=one, seeker=seeker, rank=rank)
        for one in offers
        for rank, seeker in enumerate(chance.sample(seekers, chance.choice((0, 0, 1, 3))), start=1)
    )
    return rounds.stop(round_=round_, by=organiser), organiser


def rows() -> list[Row]:
    round_, organiser = a_round()
    spent, done = _timed(lambda: round_matching.compute(round_=round_, by=organiser))
    client = Client()
    client.force_login(organiser)
    found = [
        Row(
            f"compute a round of {SEEKERS:,} workers and {OFFERS} masters",
            spent,
            note=f"{done.proposals.count():,} pairs",
        )
    ]
    for name, words in (
        ("round", "its proposals with reasons"),
        ("round_without", "who stays without, and why"),
    ):
        url = reverse(f"desk:{name}", args=[round_.code])
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            spent, page = _timed(lambda url=url: client.get(url))
        found.append(Row(words, spent, queries=len(asked), size=len(page.content)))
    return found


def _firms() -> list[Employer]:
    towns = [Union.objects.create(name=f"Round town {n}", level=Union.Level.TOWN) for n in range(TOWNS)]
    return Employer.objects.bulk_create(
        Employer(name=f"Round firm {n}", credit_code=credit_code(900_000 + n), union=towns[n % TOWNS])
        for n in range(FIRMS)
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of processor time, and what came out."""
    start = time.process_time()
    done = work()
    return (time.process_time() - start) * 1000, done
