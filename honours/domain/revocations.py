"""Honours taken back: one asks, another decides, with a date. The record and the reason stay; public pages, stories,
the growth record and benefits follow at once."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append, lock_head
from craft_site.search import index
from honours import roles_after as roles
from honours.domain import certificates, register, stories
from honours.domain.refusals import HonourRefused
from honours.findable import HOLDERS
from honours.models import Honour, Revocation

R = Revocation.State
LEAST_REASON = 4


@transaction.atomic
def ask(*, honour: Honour, ground: str, reason: str, by: Any, document_no: str = "") -> Revocation:
    """Asks that an honour be revoked. Nothing changes for the holder yet. Raises PermissionDenied, HonourRefused."""
    roles.can_ask_revocation(by, honour).or_refuse()
    lock_head(honour.chain)
    honour = _again(honour)
    if honour.state != Honour.State.STANDS:
        raise HonourRefused(_("This honour has been revoked already."))
    if honour.revocations.filter(state=R.ASKED).exists():  # type: ignore[attr-defined]
        raise HonourRefused(_("A revocation of this honour waits to be decided already."))
    if ground not in Revocation.Ground.values:
        raise HonourRefused(_("Choose the ground."), field="ground")
    if len(reason.strip()) < LEAST_REASON:
        raise HonourRefused(_("Write the reason."), field="reason")
    found = Revocation(honour=honour, ground=ground, document_no=document_no.strip(), asked_by=by)
    found.reason = reason.strip()
    found.save()
    facts = {"revocation": str(found.uuid), "ground": ground, "reason_hash": words_hash(reason.strip())}
    append(honour.chain, "revocation.asked", subject=honour.subject, facts=facts, by=by)
    return found


@transaction.atomic
def decide(
    *, revocation: Revocation, grant: bool, answer: str, by: Any, effective_on: date | None = None
) -> Revocation:
    """Grants or refuses what somebody else has asked. Raises PermissionDenied, HonourRefused."""
    lock_head(revocation.honour.chain)
    found = Revocation.objects.select_for_update(of=("self",)).get(pk=revocation.pk)
    honour = _again(found.honour)
    found.honour = honour
    roles.can_decide_revocation(by, found).or_refuse()
    if found.state != R.ASKED:
        raise HonourRefused(_("This revocation has been decided."))
    if len(answer.strip()) < LEAST_REASON:
        raise HonourRefused(_("Write why it is decided so."), field="answer")
    if grant and effective_on is None:
        raise HonourRefused(_("Enter the day from which it takes effect."), field="effective_on")
    if effective_on is not None and effective_on > timezone.localdate():
        raise HonourRefused(_("The day lies ahead: decide on that day."), field="effective_on")
    found.state = R.GRANTED if grant else R.REFUSED
    found.effective_on = effective_on if grant else None
    found.answer = answer.strip()[:300]
    found.decided_by, found.decided_at = by, timezone.now()
    found.save()
    if grant and effective_on is not None:
        honour.state = Honour.State.REVOKED
        honour.save(update_fields=["state"])
        register.take_off_record(honour)
        stories.hide(holder=honour.holder, by=by)
        index.refresh(HOLDERS, [honour.holder.uuid])
        certificates.take_back(honour=honour, effective_on=effective_on, by=by)
    facts = {"revocation": str(found.uuid), "granted": grant, "answer_hash": words_hash(found.answer)}
    if grant:
        facts["effective_on"] = effective_on  # type: ignore[assignment]
    append(honour.chain, "revocation.decided", subject=honour.subject, facts=facts, by=by)
    return found


def _again(honour: Honour) -> Honour:
    rows = Honour.objects.select_for_update(of=("self",)).select_related("title", "holder__worker")
    return rows.get(pk=honour.pk)
