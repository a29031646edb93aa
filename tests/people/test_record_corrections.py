"""The office corrects a record: one person stays one record, every act has its reason and no number in clear."""

import pytest

from craft_site.kit.identity import parse_document
from craft_site.ledger.models import Line
from craft_site.people.domain import record_corrections, workers
from craft_site.people.domain.record_corrections import CorrectionRefused
from craft_site.people.models import Qualification, RecordAct
from tests.factories import citizen_number, make_trade, make_user, make_worker


@pytest.fixture
def worker(employer):
    return make_worker("Zhang Sann", employer=employer, id_number=citizen_number(11))


@pytest.fixture
def certificate(worker):
    return Qualification.objects.create(worker=worker, trade=make_trade(), grade=4, certificate_no="S1")


def correct(worker, by, *, name=None, number=None, reason="Compared with the card"):
    document = parse_document("citizen", number) if number else None
    return record_corrections.correct_identity(
        worker=worker, name=name or worker.name, document=document, reason=reason, by=by
    )


def test_a_corrected_number_brings_birth_and_sex_and_is_kept_masked(worker, reviewer):
    number = citizen_number(22, birth="19910203")
    corrected = correct(worker, reviewer, name="Zhang San", number=number)
    corrected.refresh_from_db()
    assert (corrected.name, corrected.id_number.reveal()) == ("Zhang San", number)
    assert (corrected.birth.reveal(), corrected.sex) == ("1991-02-03", "f")
    acts = {act.kind: act for act in RecordAct.objects.all()}
    assert (acts["name"].before, acts["name"].after) == ("Zhang Sann", "Zhang San")
    assert {act.reason for act in acts.values()} == {"Compared with the card"}
    assert number not in str([(act.before, act.after) for act in acts.values()])
    assert not Line.objects.exists()


def test_the_same_correction_again_changes_nothing(worker, reviewer):
    for _ in range(2):
        correct(worker, reviewer, name="Zhang San", number=citizen_number(11))
    assert RecordAct.objects.count() == 1


def test_somebody_elses_document_is_refused_in_words(worker, reviewer):
    make_worker("Li Si", id_number=citizen_number(33))
    with pytest.raises(CorrectionRefused, match="Li Si") as refusal:
        correct(worker, reviewer, name="Zhang San", number=citizen_number(33))
    worker.refresh_from_db()
    assert (refusal.value.field, worker.name, RecordAct.objects.count()) == ("id_number", "Zhang Sann", 0)


@pytest.mark.parametrize("reason", ["", "  ", "x"])
def test_without_a_reason_nothing_is_corrected(worker, reviewer, reason):
    with pytest.raises(CorrectionRefused):
        correct(worker, reviewer, name="Zhang San", reason=reason)


@pytest.mark.parametrize(("roles", "named"), [(("worker",), "Zhang San"), (("worker", "judge"), "Old")])
def test_an_account_that_is_the_workers_alone_is_renamed_with_the_record(worker, reviewer, roles, named):
    worker.user = make_user(*roles, name="Old")
    worker.save()
    correct(worker, reviewer, name="Zhang San")
    worker.user.refresh_from_db()
    assert worker.user.name == named
    assert worker.user.acts.count() == (named == "Zhang San")


def test_a_certificate_is_checked_by_somebody_at_some_time(certificate, reviewer):
    for _ in range(2):
        record_corrections.judge_certificate(qualification=certificate, accepted=True, by=reviewer)
    certificate.refresh_from_db()
    assert (certificate.checked, certificate.refused, certificate.checked_by) == (True, False, reviewer)
    assert certificate.checked_at is not None
    assert RecordAct.objects.get().kind == "checked"


def test_a_certificate_that_is_not_accepted_needs_a_reason_and_is_no_longer_checked(certificate, reviewer):
    record_corrections.judge_certificate(qualification=certificate, accepted=True, by=reviewer)
    with pytest.raises(CorrectionRefused):
        record_corrections.judge_certificate(qualification=certificate, accepted=False, by=reviewer)
    record_corrections.judge_certificate(
        qualification=certificate, accepted=False, reason="The scan is of another person", by=reviewer
    )
    certificate.refresh_from_db()
    assert (certificate.checked, certificate.refused) == (False, True)
    assert certificate.refusal == "The scan is of another person"


@pytest.mark.parametrize(("grade", "open_again"), [(4, False), (5, True)])
def test_the_same_certificate_again_stays_refused_until_something_is_new(
    certificate, reviewer, grade, open_again
):
    record_corrections.judge_certificate(
        qualification=certificate, accepted=False, reason="Not readable", by=reviewer
    )
    again = workers.add_qualification(
        worker=certificate.worker,
        kind=certificate.kind,
        trade=certificate.trade,
        grade=grade,
        certificate_no="S1",
        source=Qualification.Source.ROSTER,
    )
    assert again.refused is not open_again
