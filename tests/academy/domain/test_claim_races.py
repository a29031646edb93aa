"""Fifty threads at the same moment: for the last place, the last money, with one certificate, with one draft."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident

import pytest
from django.db import connections

from academy.domain import claims
from academy.domain.claim_moves import ClaimRefused
from academy.models import CertificateHolder, Claim, Quota, SubsidyProgramme
from craft_site.ledger.chain import first_broken_line
from tests.academy.subsidies import certificate_no, draft, filed, make_claimant, make_office

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 50


def together(verbs: Sequence[Callable[[], object]]) -> list[str]:
    """Calls every verb from a thread of its own, all let go at the same moment; how each came out."""
    start, names = Barrier(len(verbs)), set()

    def one(verb: Callable[[], object]) -> str:
        names.add(get_ident())
        try:
            start.wait(timeout=60)
            verb()
        except ClaimRefused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        found = list(pool.map(one, verbs))
    assert len(names) == len(verbs) == THREADS
    return found


def filing(claim: Claim) -> Callable[[], object]:
    user = claim.worker.user
    return lambda: claims.file_claim(claim=claim, by=user)


def all_at_once(drafts: list[Claim]) -> list[str]:
    return together([filing(claim) for claim in drafts])


def test_the_last_place_goes_to_exactly_one():
    office = make_office()
    Quota.objects.filter(programme=office.programme, item="skill").update(places=1)
    found = all_at_once([draft(office) for _n in range(THREADS)])
    assert sorted(found) == ["done"] + ["refused"] * (THREADS - 1)
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 1
    assert SubsidyProgramme.objects.get(pk=office.programme.pk).committed == 1000
    assert first_broken_line(office.programme.chain) is None


def test_the_last_money_goes_to_exactly_one():
    office = make_office()
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(budget=1999)
    found = all_at_once([draft(office) for _n in range(THREADS)])
    assert sorted(found) == ["done"] + ["refused"] * (THREADS - 1)
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    assert (programme.committed, programme.left) == (1000, 999)
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 1


def test_a_place_given_up_among_fifty_goes_to_one_of_them():
    """One withdraws the last place while forty-nine ask for it: at most one gets it, and the books agree."""
    office = make_office()
    Quota.objects.filter(programme=office.programme, item="skill").update(places=1)
    holder = filed(office)
    drafts = [draft(office) for _n in range(THREADS - 1)]

    def give_up() -> None:
        claims.withdraw(claim=holder, by=holder.worker.user)

    found = together([give_up, *(filing(claim) for claim in drafts)])
    assert found[0] == "done"
    standing = Claim.objects.standing().count()
    assert standing == found[1:].count("done") <= 1
    assert Quota.objects.get(programme=office.programme, item="skill").taken == standing
    assert SubsidyProgramme.objects.get(pk=office.programme.pk).committed == 1000 * standing
    assert first_broken_line(office.programme.chain) is None


def test_one_draft_handed_in_fifty_times_is_filed_once():
    office = make_office()
    claim = draft(office)
    found = all_at_once([Claim.objects.get(pk=claim.pk) for _n in range(THREADS)])
    assert sorted(found) == ["done"] + ["refused"] * (THREADS - 1)
    assert claim.steps.count() == 1
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 1


def test_a_draft_begun_fifty_times_is_one():
    office = make_office()
    worker = make_claimant(office)
    by = worker.user
    begin = [lambda: claims.start(programme=office.programme, worker=worker, by=by)] * THREADS
    assert together(begin) == ["done"] * THREADS
    assert Claim.objects.count() == 1


def test_one_certificate_serves_exactly_one():
    office, other = make_office(), make_office()
    number = certificate_no(4711)
    half = THREADS // 2
    drafts = [draft(place, certificate_no=number) for place in (office, other) for _n in range(half)]
    found = all_at_once(drafts)
    assert sorted(found) == ["done"] + ["refused"] * (THREADS - 1)
    assert Claim.objects.standing().count() == 1
    taken = Quota.objects.filter(item="skill").values_list("taken", flat=True)
    assert sorted(taken) == [0, 1]


def test_a_certificate_given_up_among_fifty_serves_one_of_them_at_most():
    office, other = make_office(), make_office()
    number = certificate_no(4712)
    holder = filed(office, certificate_no=number)
    drafts = [draft((office, other)[n % 2], certificate_no=number) for n in range(THREADS - 1)]

    def give_up() -> None:
        claims.withdraw(claim=holder, by=holder.worker.user)

    found = together([give_up, *(filing(claim) for claim in drafts)])
    assert found[0] == "done"
    standing = Claim.objects.standing()
    assert len(standing) == found[1:].count("done") <= 1
    held = CertificateHolder.objects.filter(number=number).values_list("worker", flat=True)
    assert list(held) == [claim.worker_id for claim in standing]
