"""Closing a year: one asks, another confirms the very content that was asked for; or an organiser closes it alone and
says why. What is closed never changes. A correction is a new version with a reason."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.home.scorecard import document, roles
from craft_site.home.scorecard.models import CHAIN, FreezeRequest, Scorecard, Snapshot
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.jobs import queue
from craft_site.kit.canonical import canonical_json, sha256_hex, words_hash
from craft_site.ledger.chain import append, lock_head

JOB = "scorecard.draw"
R = FreezeRequest.State
LEAST_REASON = 4


@transaction.atomic
def ask(*, card: Scorecard, by: Any, reason: str = "") -> FreezeRequest:
    """Asks that the year be closed as it stands now. reason: what changed and why, of a closed year.

    Raises PermissionDenied, ScorecardRefused.
    """
    roles.can_keep(by).or_refuse()
    lock_head(CHAIN)
    card = Scorecard.objects.select_for_update().get(pk=card.pk)
    if card.requests.filter(state=R.ASKED).exists():  # type: ignore[attr-defined]
        raise ScorecardRefused(_("Closing this year waits to be confirmed already."))
    content = _content(card, reason)
    made = FreezeRequest.objects.create(
        card=card, content_hash=sha256_hex(content), reason=reason.strip()[:300], asked_by=by
    )
    facts = {"content_hash": made.content_hash, "reason_hash": words_hash(reason)}
    append(CHAIN, "scorecard.freeze_asked", subject=card.subject, facts=facts, by=by)
    return made


@transaction.atomic
def decide(*, request: FreezeRequest, confirm: bool, by: Any, answer: str = "") -> Snapshot | None:
    """Closes the year, or says why not. Confirmed is the content that was asked for: where a figure or a record has
    changed since, the year is not closed. Raises PermissionDenied, ScorecardRefused."""
    lock_head(CHAIN)
    found = FreezeRequest.objects.select_for_update(of=("self",)).select_related("card").get(pk=request.pk)
    roles.can_confirm(by, found).or_refuse()
    if found.state != R.ASKED:
        raise ScorecardRefused(_("This has been decided."))
    if not confirm and len(answer.strip()) < LEAST_REASON:
        raise ScorecardRefused(_("Write why the year is not closed."), field="answer")
    made = None
    if confirm:
        content = _content(found.card, found.reason)
        if sha256_hex(content) != found.content_hash:
            raise ScorecardRefused(
                _(
                    "A figure or a record has changed since this was asked for. Answer no, and let it be asked again."
                )
            )
        made = _freeze(found.card, content, asked_by=found.asked_by, confirmed_by=by, reason=found.reason)
    found.state = R.DONE if confirm else R.DROPPED
    found.answer = answer.strip()[:300]
    found.decided_by, found.decided_at = by, timezone.now()
    found.save()
    if not confirm:
        facts = {"answer_hash": words_hash(answer)}
        append(CHAIN, "scorecard.freeze_dropped", subject=found.card.subject, facts=facts, by=by)
    return made


@transaction.atomic
def freeze_alone(*, card: Scorecard, why: str, by: Any, reason: str = "") -> Snapshot:
    """Closes the year with one pair of eyes. why: why nobody confirms it; it stands on the page.

    Raises PermissionDenied, ScorecardRefused.
    """
    roles.can_keep(by).or_refuse()
    lock_head(CHAIN)
    card = Scorecard.objects.select_for_update().get(pk=card.pk)
    if card.requests.filter(state=R.ASKED).exists():  # type: ignore[attr-defined]
        raise ScorecardRefused(_("Closing this year waits to be confirmed already."))
    if len(why.strip()) < LEAST_REASON:
        raise ScorecardRefused(_("Write why nobody else confirms it."), field="alone")
    content = _content(card, reason)
    return _freeze(
        card, content, asked_by=by, confirmed_by=by, reason=reason.strip()[:300], alone=why.strip()
    )


def _content(card: Scorecard, reason: str) -> bytes:
    """What would be closed now. Raises ScorecardRefused where there is nothing to close, or nothing new."""
    now = document.live(card).document
    if all(one["value"] is None for one in document.numbers(now).values()):
        raise ScorecardRefused(_("This year has no figure yet."))
    content = canonical_json(now)
    last = card.snapshots.order_by("-number").first()  # type: ignore[attr-defined]
    if last is not None:
        if last.content_hash == sha256_hex(content):
            raise ScorecardRefused(_("Nothing has changed since the year was closed."))
        if len(reason.strip()) < LEAST_REASON:
            raise ScorecardRefused(_("Write what is corrected and why."), field="reason")
    return content


def _freeze(
    card: Scorecard, content: bytes, *, asked_by: Any, confirmed_by: Any, reason: str, alone: str = ""
) -> Snapshot:
    number = card.snapshots.count() + 1  # type: ignore[attr-defined]
    made = Snapshot.objects.create(
        card=card,
        number=number,
        body=content.decode(),
        content_hash=sha256_hex(content),
        reason=reason if number > 1 else "",
        alone=alone[:300],
        asked_by=asked_by,
        confirmed_by=confirmed_by,
        frozen_at=timezone.now(),
    )
    Scorecard.objects.filter(pk=card.pk).update(published=True)
    facts = {
        "number": number,
        "content_hash": made.content_hash,
        "asked_by": str(asked_by.uuid),
        "alone": bool(alone),
        "reason_hash": words_hash(made.reason),
    }
    append(CHAIN, "scorecard.frozen", subject=card.subject, facts=facts, by=confirmed_by)
    queue.enqueue(JOB, payload={"year": card.year}, once=f"{card.year}:{number}")
    return made
