"""Revoking certificates. At the desk one person asks and another decides; a verb of a wing that two people decided
(a new version of a result) revokes at once what follows from it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.credentials.models import Certificate, Revocation
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append, append_many, lock_head
from craft_site.people.models import Worker

CHAIN = "certificates"
Cause = Revocation.Cause
State = Revocation.State


class RevocationRefused(Exception):
    """Nothing was changed; the message says why."""


@transaction.atomic
def ask(*, certificate: Certificate, cause: str, reason: str, by: Any) -> Revocation:
    """Asks to revoke a certificate. reason: for the office alone. Asked twice by the same person it is one request.

    Raises RevocationRefused: revoked already, somebody else has asked, no reason.
    """
    if not reason.strip():
        raise RevocationRefused(_("Give a reason; the office keeps it."))
    lock_head(CHAIN)
    now = (
        Certificate.objects.select_related("status_list")
        .prefetch_related("revocations")
        .get(pk=certificate.pk)
    )
    if now.revoked_at is not None:
        raise RevocationRefused(_("This certificate has been revoked already."))
    if (waiting := now.open_request) is not None:
        if waiting.asked_by_id == by.pk and waiting.cause == cause:
            return waiting
        raise RevocationRefused(_("Somebody has asked for this already. Decide on that first."))
    made = Revocation.objects.create(certificate=now, cause=cause, reason=reason.strip(), asked_by=by)
    append(
        CHAIN,
        "revocation.asked",
        subject=f"certificate:{now.uuid}",
        facts={"cause": cause, "reason": words_hash(reason)},
        by=by,
    )
    return made


@transaction.atomic
def decide(*, revocation: Revocation, confirm: bool, by: Any) -> Revocation:
    """Revokes the certificate, or leaves it as it is. The second person is another one than who asked.

    Raises RevocationRefused: decided already, or asked for by the same person.
    """
    head = lock_head(CHAIN)
    found = Revocation.objects.select_related("certificate__status_list").get(pk=revocation.pk)
    if found.state != State.ASKED:
        raise RevocationRefused(_("This has been decided already."))
    if found.asked_by_id == by.pk:
        raise RevocationRefused(_("Who asked cannot decide: a second person does."))
    now = timezone.now()
    found.state = State.CONFIRMED if confirm else State.REFUSED
    found.decided_by, found.decided_at = by, now
    found.save(update_fields=("state", "decided_by", "decided_at"))
    if confirm:
        Certificate.objects.filter(pk=found.certificate_id).update(revoked_at=now)
        drafts = [_line(found.certificate, found.cause)]
    else:
        drafts = [
            Draft("revocation.refused", f"certificate:{found.certificate.uuid}", {"cause": found.cause})
        ]
    append_many(head, drafts, by=by)
    return found


@transaction.atomic
def withdraw(*, holder: Worker | None, source: str, by: Any, since: date | None = None) -> Certificate | None:
    """Revokes the certificate of a fact that no longer stands, when there is one. For verbs that two people decided.

    holder: None for a unit's or team's. since: the day from which the fact does not stand, where their decision names
    one; else today.
    """
    head = lock_head(CHAIN)
    standing = Certificate.objects.standing().filter(holder=holder, source=source)
    found = standing.select_related("status_list").first()
    if found is not None:
        now = timezone.now()
        append_many(head, revoke_drafts(found, cause=Cause.CANCELLED, by=by, at=now, since=since), by=by)
    return found


def revoke_drafts(
    certificate: Certificate, *, cause: str, by: Any, at: datetime, since: date | None = None
) -> list[Draft]:
    """Revokes at once, in the caller's transaction and behind the chain's head; the lines are the caller's to
    write."""
    Revocation.objects.filter(
        certificate=certificate, state=State.ASKED
    ).delete()  # answered by what happened
    Revocation.objects.create(
        certificate=certificate,
        cause=cause,
        state=State.CONFIRMED,
        asked_by=by,
        decided_at=at,
        effective_on=since,
        by_result=True,
    )
    Certificate.objects.filter(pk=certificate.pk).update(revoked_at=at)
    certificate.revoked_at = at
    return [_line(certificate, cause)]


def _line(certificate: Certificate, cause: str) -> Draft:
    status = f"{certificate.status_list.number}#{certificate.status_index}"
    return Draft("certificate.revoked", f"certificate:{certificate.uuid}", {"cause": cause, "status": status})
