"""The lineage of 5,000 people from the database to the page. Deterministic; run by tests.bench or by itself."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.domain import lineage
from academy.models import Pair, PairScheme
from craft_site.people.models import Employer, Worker
from tests.bench.measure import Row
from tests.factories import credit_code, make_trade

PEOPLE, FIRST = 5_000, 20


def a_lineage() -> None:
    """Twenty first masters; each newcomer learns from somebody who came before, the younger the likelier. Nine of
    ten agreed to be named."""
    chance, now = random.Random(PEOPLE), timezone.now()
    scheme = PairScheme.objects.create(code="bench-lineage", name="Bench lineage", data={})
    firm = Employer.objects.create(name="Bench lineage firm", credit_code=credit_code(990_000))
    trade = make_trade()
    workers = Worker.objects.bulk_create(
        Worker(name=f"Lineage {n}", id_index=f"bench-lineage-{n}", employer=firm) for n in range(PEOPLE)
    )
    pairs = []
    for n in range(FIRST, PEOPLE):
        starts = date(1970, 1, 1) + timedelta(days=n * 4)
        agreed = now if chance.random() < 0.9 else None
        pairs.append(
            Pair(
                scheme=scheme,
                number=f"B{n}",
                mentor=workers[max(chance.randrange(n), chance.randrange(n))],
                apprentice=workers[n],
                employer=firm,
                trade=trade,
                state=Pair.State.FINAL_OK,
                target_grade=4,
                target_on=starts + timedelta(days=300),
                starts_on=starts,
                ends_on=starts + timedelta(days=365),
                mentor_public_at=now,
                apprentice_public_at=agreed,
            )
        )
    Pair.objects.bulk_create(pairs, batch_size=500)


def rows() -> list[Row]:
    a_lineage()
    lineage._public.cache_clear()
    spent, lines = _timed(lineage.for_public)
    largest = next(key for key in lines.graph.roots if lines.people[key].named)
    found = [
        Row(
            f"read a lineage of {PEOPLE:,} people",
            spent,
            note=f"{len(lines.people):,} shown, {max(lines.graph.generations.values())} generations",
        )
    ]
    client = Client()
    for words, url in (
        ("its first page", reverse("academy:lineage")),
        ("one branch as picture and list", reverse("academy:lineage_of", args=(largest,))),
    ):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            spent, page = _timed(lambda url=url: client.get(url))
        found.append(Row(words, spent, queries=len(asked), size=len(page.content)))
    return found


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of processor time, and what came out."""
    start = time.process_time()
    done = work()
    return (time.process_time() - start) * 1000, done
