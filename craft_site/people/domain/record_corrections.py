"""What the office corrects in a worker's record: name and identity document, and its word on a certificate.

Each correction leaves a row that says who, when and why; none writes a ledger line, because what was published before
stands as it was published. Whether somebody may do it is asked by the wing whose desk it is done at.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.identity import Document
from craft_site.people import roles
from craft_site.people.domain import accounts
from craft_site.people.models import Qualification, RecordAct, Worker

SHORTEST_REASON = 4


class CorrectionRefused(Exception):
    """The record stays as it is; the message says why and what to do, `field` where in the form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def correct_identity(*, worker: Worker, name: str, document: Document | None, reason: str, by: Any) -> Worker:
    """Corrects a worker's name, document or both; sent twice it changes them once. Birth and sex follow a number that
    tells them. An account that is a worker's and nothing else is renamed too.

    name: normalised (kit.names); document: parsed (kit.identity), None keeps the present one. Raises CorrectionRefused.
    """
    worker = Worker.objects.select_for_update(of=("self",)).select_related("user").get(pk=worker.pk)
    old_name, old_number = worker.name, worker.id_number.masked()
    renamed = name != worker.name
    same = Worker.objects.by_document(document.kind, document.number).first() if document else worker
    if not renamed and same == worker:
        return worker
    reason = _needed(reason)
    if same is not None and same != worker:
        raise CorrectionRefused(
            _(
                "This document already belongs to the record of %(name)s. Compare it with the card. If both records "
                "are one person, keep that record and withdraw this one's entries: records are not joined here."
            )
            % {"name": same.name},
            "id_number",
        )
    worker.name = name
    if document is not None and same is None:
        worker.set_document(document.kind, document.number)
        if document.birth is not None:
            worker.birth = document.birth.isoformat()
        worker.sex = document.sex or worker.sex
    try:
        with transaction.atomic():
            worker.save()
    except IntegrityError as error:
        raise CorrectionRefused(
            _(
                "This document was registered for somebody else at this very moment. Compare it with the card."
            ),
            "id_number",
        ) from error
    if renamed:
        _keep(worker, RecordAct.Kind.NAME, before=old_name, after=name, reason=reason, by=by)
        if worker.user is not None and worker.user.role_names <= {roles.WORKER}:
            accounts.rename_with_record(user=worker.user, name=name, reason=reason, by=by)
    if same is None:
        number = worker.id_number.masked()
        _keep(worker, RecordAct.Kind.DOCUMENT, before=old_number, after=number, reason=reason, by=by)
    return worker


@transaction.atomic
def judge_certificate(
    *, qualification: Qualification, accepted: bool, reason: str = "", by: Any
) -> Qualification:
    """The office's word on a certificate: compared with its paper, or not accepted, which needs a reason that its
    holder reads. The same word again changes nothing. Raises CorrectionRefused."""
    found = Qualification.objects.select_for_update(of=("self",)).get(pk=qualification.pk)
    reason = " ".join(reason.split())[:200]
    if (found.checked, found.refused) == (accepted, not accepted) and found.refusal == (
        "" if accepted else reason
    ):
        return found
    if not accepted:
        reason = _needed(reason)
    found.checked, found.refused = accepted, not accepted
    found.refusal = "" if accepted else reason
    found.checked_by, found.checked_at = by, timezone.now()
    found.save(update_fields=["checked", "refused", "refusal", "checked_by", "checked_at"])
    kind = RecordAct.Kind.CHECKED if accepted else RecordAct.Kind.NOT_ACCEPTED
    _keep(found.worker, kind, reason=reason, by=by, qualification=found)
    return found


def _needed(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise CorrectionRefused(_("Say why, in a few words at least; the reason is kept."), "reason")
    return reason[:200]


def _keep(
    worker: Worker,
    kind: RecordAct.Kind,
    *,
    reason: str,
    by: Any,
    before: str = "",
    after: str = "",
    qualification: Qualification | None = None,
) -> None:
    RecordAct.objects.create(
        worker=worker,
        kind=kind,
        before=before[:60],
        after=after[:60],
        reason=reason,
        by=by,
        qualification=qualification,
    )
