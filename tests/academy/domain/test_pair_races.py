"""Two at the same moment: for a master's last place, for one apprentice, and for one tier of reward."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from academy.domain import pair_rewards
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairReward
from craft_site.ledger.chain import first_broken_line
from tests.academy.pairs import certify, make_person, make_town, proposed, running

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def all_at_once(deeds: list[Callable[[], Any]]) -> list[str]:
    """Does every deed from a thread of its own; how each came out."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=60)
            deed()
        except PairRefused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


def test_the_last_place_with_a_master_goes_to_exactly_one():
    town = make_town(apprentices={"least": 1, "most": 2})
    proposed(town)
    people = [make_person(town.firm, town.trade) for _n in range(12)]
    deeds = [lambda one=one: proposed(town, apprentice=one) for one in people]
    assert all_at_once(deeds) == ["done"] + ["refused"] * 11
    assert Pair.objects.standing().filter(mentor=town.mentor).count() == 2
    assert first_broken_line(town.scheme.chain) is None


def test_an_apprentice_gets_exactly_one_master():
    town = make_town()
    masters = [make_person(town.firm, town.trade, grade=6) for _n in range(8)]
    deeds = [lambda one=one: proposed(town, mentor=one) for one in masters]
    assert all_at_once(deeds) == ["done"] + ["refused"] * 7
    assert Pair.objects.filter(apprentice=town.apprentice).count() == 1


def test_a_tier_is_proposed_once():
    town = make_town()
    pair = running(town, since=date(2025, 3, 3))
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    deeds = [lambda: pair_rewards.propose_found(pair=pair, by=town.organiser)] * 8
    assert all_at_once(deeds) == ["done"] * 8
    assert PairReward.objects.count() == 1
