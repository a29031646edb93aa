"""What a revoked tablet sent, for the chief judge: released it is that judge's mark, discarded it never counts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.marking import NewMark, NotMarkedNow, SheetClosed, Status, write_marks
from competitions.models import Event, KeptMark
from craft_site.kit.access import Decision
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Chain, Draft, append_many, lock_head

D = KeptMark.Decision
LONGEST_REASON = 300


class KeptMarkRefused(Exception):
    """The mark stays where it is; the message says why. asks: it is released after a second look at the value."""

    def __init__(self, message: str, *, asks: bool = False) -> None:
        super().__init__(message)
        self.asks = asks


def can_decide(user: Any, event: Event) -> Decision:
    """Release or discard what a revoked tablet sent: the chief judge."""
    return roles.can_chair(user, event)


@transaction.atomic
def release_mark(*, kept: KeptMark, by: Any, reason: str, base: int, second_look: bool = False) -> KeptMark:
    """Writes a kept mark onto its sheet as the mark of the judge who made it, after the same checks as any other.

    base: the revision that the chief judge saw there, 0 for none. Released twice it is written once.
    Raises PermissionDenied, KeptMarkRefused.
    """
    head, fresh, reason = _begin(kept, by, reason)
    if fresh.decision == D.RELEASED:
        return fresh
    mark = NewMark(
        aspect=fresh.aspect,
        values=fresh.values,
        client_id=fresh.client_id,
        base=base,
        not_done=fresh.not_done,
        second_look=second_look,
        reason=reason if base else "",
        client_at=fresh.client_at,
        withdraw=fresh.withdraw,
    )
    facts = {"judge": fresh.user.uuid, "tablet": fresh.tablet.uuid, "released": words_hash(reason)}
    try:
        [answer] = write_marks(sheet=fresh.sheet, marks=[mark], by=fresh.user, actor=by, facts=facts)
    except (SheetClosed, NotMarkedNow) as error:
        raise KeptMarkRefused(str(error)) from error
    except PermissionDenied as error:
        raise KeptMarkRefused(_("This judge no longer marks that sheet.")) from error
    if answer.status not in (Status.SAVED, Status.REPEATED):
        raise KeptMarkRefused(answer.message, asks=answer.status == Status.CONFIRM)
    return _decide(fresh, D.RELEASED, head, by, reason)


@transaction.atomic
def discard_mark(*, kept: KeptMark, by: Any, reason: str) -> KeptMark:
    """Leaves a kept mark uncounted for good; it stays on record. Raises PermissionDenied, KeptMarkRefused."""
    head, fresh, reason = _begin(kept, by, reason)
    if fresh.decision == D.DISCARDED:
        return fresh
    return _decide(fresh, D.DISCARDED, head, by, reason)


def _begin(kept: KeptMark, by: Any, reason: str) -> tuple[Chain, KeptMark, str]:
    """The chain's locked head, the mark as it stands behind it, and the reason. A decision is not turned round."""
    event = kept.sheet.event
    can_decide(by, event).or_refuse()
    if not (reason := reason.strip()[:LONGEST_REASON]):
        raise KeptMarkRefused(_("Say why."))
    head = lock_head(event.chain)
    return head, KeptMark.objects.for_list().get(pk=kept.pk), reason


def _decide(kept: KeptMark, to: str, head: Chain, by: Any, reason: str) -> KeptMark:
    if kept.decision != D.WAITING:
        raise KeptMarkRefused(_("This mark has been decided on already."))
    kept.decision, kept.decided_by, kept.decided_at, kept.decision_reason = to, by, timezone.now(), reason
    kept.save(update_fields=("decision", "decided_by", "decided_at", "decision_reason"))
    head.refresh_from_db()  # the released mark has moved it
    draft = Draft(
        f"kept_mark.{to}",
        f"sheet:{kept.sheet.uuid}",
        {
            "aspect": kept.aspect,
            "values": kept.values,
            "not_done": kept.not_done,
            "withdraw": kept.withdraw,
            "client_id": kept.client_id,
            "tablet": kept.tablet.uuid,
            "judge": kept.user.uuid,
            "reason_hash": words_hash(reason),
        },
    )
    append_many(head, [draft], by=by)
    return kept
