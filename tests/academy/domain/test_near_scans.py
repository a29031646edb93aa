"""Scans that resemble one another are found in whichever bits they differ, by the database's first sieve too."""

import random

import pytest

from academy.domain.claim_checks import NEAR, _near
from academy.models import ClaimFile
from craft_site.people.models import PrivateFile
from tests.academy.subsidies import attach, draft, make_office

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(6))
def test_up_to_so_many_bits_are_near_and_one_more_is_not(seed):
    chance = random.Random(seed)
    office = make_office()
    mine, other = (draft(office).files.get() for _n in range(2))
    known = ClaimFile.objects.filter(pk=other.pk)
    bits = chance.getrandbits(64)
    _hash(mine, bits)
    for differing, near in ((0, True), (NEAR, True), (NEAR + 1, False)):
        turned = sum(1 << place for place in chance.sample(range(64), differing))
        _hash(other, bits ^ turned)
        assert len(_near(ClaimFile.objects.get(pk=mine.pk), known)) == near


def test_a_scan_without_a_hash_resembles_nothing():
    office = make_office()
    mine, other = draft(office).files.get(), attach(draft(office))
    _hash(mine, 7)
    assert not _near(ClaimFile.objects.get(pk=mine.pk), ClaimFile.objects.filter(pk=other.pk))


def _hash(row: ClaimFile, bits: int) -> None:
    PrivateFile.objects.filter(pk=row.file_id).update(image_hash=f"{bits:016x}")
