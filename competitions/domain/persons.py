"""The office corrects who a contestant is, or says whether a certificate holds; the rules are then looked at again."""

from typing import Any

from django.db import transaction

from competitions import roles
from competitions.domain import eligibility
from competitions.domain.entries import REVIEWED_IN
from competitions.models import Entry
from craft_site.kit.identity import Document
from craft_site.people.domain import record_corrections
from craft_site.people.models import Qualification, Worker


@transaction.atomic
def correct_identity(*, entry: Entry, name: str, document: Document | None, reason: str, by: Any) -> Worker:
    """Corrects the name or the document of the entry's worker. Published lists and results stay as they are.

    Raises PermissionDenied, record_corrections.CorrectionRefused.
    """
    roles.can_correct_person(by, entry).or_refuse()
    worker = record_corrections.correct_identity(
        worker=entry.worker, name=name, document=document, reason=reason, by=by
    )
    _look_again(worker)
    return worker


@transaction.atomic
def judge_certificate(
    *, entry: Entry, qualification: Qualification, accepted: bool, reason: str, by: Any
) -> Qualification:
    """Marks a certificate of the entry's worker as checked or not accepted. Raises as correct_identity."""
    roles.can_correct_person(by, entry).or_refuse()
    judged = record_corrections.judge_certificate(
        qualification=qualification, accepted=accepted, reason=reason, by=by
    )
    _look_again(entry.worker)
    return judged


def _look_again(worker: Worker) -> None:
    """Findings of every entry of this worker that is still reviewed and has been looked at before."""
    entries = Entry.objects.filter(
        worker=worker, event__state__in=REVIEWED_IN, state__in=eligibility.COUNTED
    ).select_related("event", "worker")
    for entry in entries:
        eligibility.check(entry=entry)
