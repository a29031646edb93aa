"""A certificate is revoked by two people; what a decided result takes away is revoked at once. Nothing is taken
back."""

import pytest
from django.db import IntegrityError, transaction

from craft_site.credentials.domain import revoking
from craft_site.credentials.domain.checking import State, by_number
from craft_site.credentials.domain.revoking import CHAIN, RevocationRefused, ask, decide, withdraw
from craft_site.credentials.models import Certificate, Revocation
from craft_site.ledger.models import Line
from craft_site.ledger.verification import verify
from tests.credentials.making import make_certificate
from tests.factories import make_user

pytestmark = pytest.mark.django_db
REASON = "Zyxwold's paper was swapped"


@pytest.fixture
def office(db):
    return make_user("organiser")


@pytest.fixture
def second(db):
    return make_user("supervisor")


def test_one_asks_and_another_decides(office, second):
    certificate = make_certificate()
    asked = ask(certificate=certificate, cause="fraud", reason=REASON, by=office)
    assert by_number(certificate.number).state is State.VALID
    decide(revocation=asked, confirm=True, by=second)
    answer = by_number(certificate.number)
    assert (answer.state, answer.certificate.cause) == (State.REVOKED, "Obtained by deception")


def test_who_asked_cannot_decide(office):
    asked = ask(certificate=make_certificate(), cause="error", reason=REASON, by=office)
    with pytest.raises(RevocationRefused):
        decide(revocation=asked, confirm=True, by=office)
    assert Certificate.objects.standing().count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.filter(pk=asked.pk).update(decided_by=office)


def test_a_refused_request_leaves_the_certificate_and_another_may_follow(office, second):
    certificate = make_certificate()
    decide(
        revocation=ask(certificate=certificate, cause="error", reason=REASON, by=office),
        confirm=False,
        by=second,
    )
    assert by_number(certificate.number).state is State.VALID
    assert ask(certificate=certificate, cause="fraud", reason=REASON, by=second).state == "asked"


def test_asking_twice_is_one_request_and_a_second_person_is_told(office, second):
    certificate = make_certificate()
    first = ask(certificate=certificate, cause="error", reason=REASON, by=office)
    assert ask(certificate=certificate, cause="error", reason=REASON, by=office) == first
    with pytest.raises(RevocationRefused):
        ask(certificate=certificate, cause="error", reason=REASON, by=second)


def test_a_reason_is_needed_and_what_is_decided_stays(office, second):
    certificate = make_certificate()
    with pytest.raises(RevocationRefused):
        ask(certificate=certificate, cause="error", reason="  ", by=office)
    asked = ask(certificate=certificate, cause="error", reason=REASON, by=office)
    decide(revocation=asked, confirm=True, by=second)
    for again in (True, False):
        with pytest.raises(RevocationRefused):
            decide(revocation=asked, confirm=again, by=second)
    with pytest.raises(RevocationRefused):
        ask(certificate=certificate, cause="error", reason=REASON, by=office)


def test_every_step_is_a_line_without_the_words(office, second):
    asked = ask(certificate=make_certificate(), cause="error", reason=REASON, by=office)
    decide(revocation=asked, confirm=True, by=second)
    lines = list(Line.objects.filter(chain__name=CHAIN))
    assert [line.kind for line in lines] == ["certificate.issued", "revocation.asked", "certificate.revoked"]
    assert not any("Zyxwold" in line.body for line in lines)
    assert lines[1].body.count(str(office.uuid)) == lines[2].body.count(str(second.uuid)) == 1


def test_a_fact_that_no_longer_stands_takes_its_certificate_with_it(office):
    certificate = make_certificate()
    gone = withdraw(holder=certificate.holder, source=certificate.source, by=office)
    assert gone == certificate
    assert by_number(certificate.number).certificate.cause == "The result or honour no longer stands"
    assert withdraw(holder=certificate.holder, source=certificate.source, by=office) is None


def test_the_walk_over_the_ledger_finds_a_revocation_undone_in_the_database(office):
    certificate = make_certificate()
    withdraw(holder=certificate.holder, source=certificate.source, by=office)
    chain = Line.objects.filter(chain__name=CHAIN).first().chain
    assert verify(chain).holds
    Certificate.objects.update(revoked_at=None)
    assert [fault.seq for fault in verify(chain).faults] == [2]
    Revocation.objects.all().delete()
    Certificate.objects.all().delete()
    assert len(verify(chain).faults) == 2


def test_a_request_falls_with_the_certificate(office):
    certificate = make_certificate()
    ask(certificate=certificate, cause="error", reason=REASON, by=office)
    withdraw(holder=certificate.holder, source=certificate.source, by=office)
    assert not Revocation.objects.filter(state=revoking.State.ASKED).exists()
