"""Two who issue, or two who decide, at the same moment, with real threads."""

import pytest
from django.db import connection

from craft_site.credentials.domain.issuing import issue_many
from craft_site.credentials.domain.revoking import CHAIN, RevocationRefused, ask, decide
from craft_site.credentials.models import Certificate
from craft_site.ledger.models import Chain, Line
from craft_site.ledger.verification import verify
from tests.competitions.marking_contest import together
from tests.credentials.making import make_certificate, make_order
from tests.factories import make_user

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def test_a_fact_that_six_certify_at_once_has_one_certificate():
    orders = [make_order() for _ in range(5)]
    together(lambda n: issue_many(orders=orders if n % 2 else orders[::-1], by=None), 6)
    assert Certificate.objects.count() == 5
    assert Line.objects.filter(chain__name=CHAIN).count() == 5
    assert verify(Chain.objects.get(name=CHAIN)).holds


def test_of_six_decisions_at_once_one_counts():
    request = ask(certificate=make_certificate(), cause="error", reason="x", by=make_user("organiser"))
    people = [make_user("supervisor") for _ in range(6)]
    refused = []

    def work(n: int) -> None:
        try:
            decide(revocation=request, confirm=bool(n % 2), by=people[n])
        except RevocationRefused:
            refused.append(n)

    together(work, 6)
    assert len(refused) == 5
    kinds = Line.objects.filter(chain__name=CHAIN).values_list("kind", flat=True)
    assert len(kinds) == 3
    assert verify(Chain.objects.get(name=CHAIN)).holds
