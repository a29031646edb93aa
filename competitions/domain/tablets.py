"""Devices that judges mark on: written down when first seen, revoked by the chief judge or the organiser.

What a revoked device still sends is kept beside the marks (domain.kept_marks decides on it): an honest judge's work is
not lost with the tablet, and a thief's counts nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.locked_sheets import PanelSheet
from competitions.domain.mark_entry import NewMark
from competitions.models import Event, KeptMark, Sheet, Tablet
from craft_site.kit.access import Decision
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many, lock_head


class TabletRefused(Exception):
    """The device cannot be revoked like this; the message says what to do."""


def can_revoke(user: Any, event: Event) -> Decision:
    """Revoke a device of a judge of the event: its chief judge or the organiser."""
    allowed = roles.can_chair(user, event)
    return allowed or roles.can_organise(user, event)


def seen(*, device: UUID, user: Any, at: datetime) -> None:
    """Inside the transaction of the marks. Two first requests at once make one row."""
    if not Tablet.objects.filter(uuid=device, user=user).update(last_seen=at):
        # A device that is revoked stays so for whoever signs in on it next.
        other = Tablet.objects.filter(uuid=device, revoked_at__isnull=False).first()
        revoked = (
            {}
            if other is None
            else {
                "revoked_at": other.revoked_at,
                "revoked_by_id": other.revoked_by_id,
                "revoke_reason": other.revoke_reason,
            }
        )
        Tablet.objects.bulk_create(
            [Tablet(uuid=device, user=user, first_seen=at, last_seen=at, **revoked)], ignore_conflicts=True
        )


def is_revoked(device: UUID) -> bool:
    return Tablet.objects.filter(uuid=device, revoked_at__isnull=False).exists()


def keep(
    *, device: UUID, user: Any, marks: Sequence[tuple[PanelSheet | Sheet, NewMark]], at: datetime
) -> None:
    """Keeps what a revoked device sent. Sent again it is kept once."""
    tablet = Tablet.objects.get(uuid=device, user=user)
    KeptMark.objects.bulk_create(
        [
            KeptMark(
                client_id=mark.client_id,
                tablet=tablet,
                user=user,
                sheet_id=sheet.pk,
                aspect=mark.aspect,
                values=mark.values,
                not_done=mark.not_done,
                withdraw=mark.withdraw,
                base=mark.base,
                reason=mark.reason,
                client_at=mark.client_at,
                received_at=at,
            )
            for sheet, mark in marks
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def revoke_tablet(*, event: Event, tablet: Tablet, by: Any, reason: str) -> Tablet:
    """From now on nothing that this device sends counts, whoever is signed in on it. Revoked twice it is revoked once.

    Raises PermissionDenied, TabletRefused without a reason or for a device of nobody who marks in the event.
    """
    can_revoke(by, event).or_refuse()
    if not (reason := reason.strip()):
        raise TabletRefused(_("Say why the tablet is revoked."))
    head = lock_head(event.chain)
    fresh = Tablet.objects.of_event(event).filter(pk=tablet.pk).first()
    if fresh is None:
        raise TabletRefused(_("Nobody marks in this event on that tablet."))
    if fresh.revoked_at is not None:
        return fresh
    now = timezone.now()
    Tablet.objects.filter(uuid=fresh.uuid, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by=by, revoke_reason=reason[:300]
    )
    append_many(
        head,
        [
            Draft(
                "tablet.revoked",
                f"tablet:{fresh.uuid}",
                {"judge": fresh.user.uuid, "reason_hash": words_hash(reason)},
            )
        ],
        by=by,
    )
    fresh.refresh_from_db()
    return fresh
