"""The checklist of departments: each is asked about a nominee, and what it answers is entered with its number."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.ledger.chain import append
from honours import roles_rounds as roles
from honours.domain import rounds
from honours.domain.nominations import S, again, move
from honours.domain.refusals import HonourRefused
from honours.models import Clearance, Nomination

A = Clearance.Answer


@transaction.atomic
def enter(
    *, nomination: Nomination, department: str, answer: str, by: Any, document_no: str = "", note: str = ""
) -> Clearance:
    """Enters what a department answered; entered again it is corrected, until the city's notice. When the last has
    nothing against it the nomination is cleared, and an objection takes that back.

    note: what was said, kept sealed. Raises PermissionDenied, HonourRefused.
    """
    roles.can_run_rounds(by).or_refuse()
    rounds.locked(nomination.campaign_id)
    found = again(nomination)
    if found.worker is not None and found.worker.user_id == by.pk:
        raise HonourRefused(_("Nobody decides on their own nomination."))
    if found.state not in (S.CLEARING, S.CLEARED):
        raise HonourRefused(_("The departments are not asked about this nomination now."))
    row = found.clearances.filter(department=department).first()  # type: ignore[attr-defined]
    if row is None:
        raise HonourRefused(_("This department is not asked here."), field="department")
    if answer not in (A.CLEAR, A.OBJECTS):
        raise HonourRefused(_("Choose what the department answered."), field="answer")
    if answer == A.OBJECTS and not note.strip():
        raise HonourRefused(_("Write what the department objects to."), field="note")
    row.answer, row.document_no, row.note = answer, document_no.strip(), note.strip()
    row.entered_by, row.entered_at = by, timezone.now()
    row.save()
    facts = {"department": department, "answer": str(answer)}
    append(found.campaign.chain, "nomination.clearance", subject=found.subject, facts=facts, by=by)
    all_clear = not found.clearances.exclude(answer=A.CLEAR).exists()  # type: ignore[attr-defined]
    if all_clear and found.state == S.CLEARING:
        move(found, S.CLEARED, by=by)
        if found.campaign.asks.days["city"] == 0:
            move(found, S.LISTED, by=by)
    elif not all_clear and found.state == S.CLEARED:
        move(found, S.CLEARING, by=by)
    return row
