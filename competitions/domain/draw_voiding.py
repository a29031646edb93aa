"""A draw that went wrong is voided by two people: one asks with a reason that will be published, another decides.

The outcome is kept, the codes go, and the lots are drawn again as a new round.
"""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.draw_lists import BEFORE
from competitions.domain.draws import DrawRefused, in_force, tell
from competitions.models import Code, Draw, Event
from craft_site.kit.canonical import words_hash

P = Draw.Purpose
AFTER: dict[str, str] = {before: purpose for purpose, before in BEFORE.items()}


@transaction.atomic
def ask_to_void(*, draw: Draw, reason: str, by: Any) -> Draw:
    """The coding judge asks that a draw be voided; the reason will be published with it.

    Raises PermissionDenied, DrawRefused.
    """
    roles.can_code(by, draw.event).or_refuse()
    draw = in_force(draw)
    if not reason.strip():
        raise DrawRefused(_("Say why the draw is to be voided."))
    _nothing_hangs_on(draw)
    if draw.void_asked_by_id == by.pk and draw.void_reason == reason.strip()[:300]:
        return draw
    draw.void_reason, draw.void_asked_by = reason.strip()[:300], by
    draw.save(update_fields=("void_reason", "void_asked_by"))
    tell(draw, "draw.void_asked", by, reason_hash=words_hash(draw.void_reason))
    return draw


@transaction.atomic
def void_draw(*, draw: Draw, by: Any) -> Draw:
    """The chief judge or a supervisor, not the one who asked, voids a draw: its codes go, its outcome is kept.

    A voided draw stays voided when this is sent twice. Raises PermissionDenied, DrawRefused.
    """
    _can_void(by, draw.event)
    locked = Draw.objects.select_for_update().get(pk=draw.pk)
    if locked.state == Draw.State.VOID:
        return locked
    draw = in_force(draw)
    _asked_by_another(draw, by)
    _nothing_hangs_on(draw)
    try:
        Code.objects.filter(event=draw.event, layer=draw.purpose).delete()
    except ProtectedError as error:
        raise DrawRefused(_("Marks or records stand under these codes, so the draw must stand.")) from error
    draw.state, draw.voided_by, draw.voided_at = Draw.State.VOID, by, timezone.now()
    draw.save(update_fields=("state", "voided_by", "voided_at"))
    tell(draw, "draw.voided", by, asked_by=str(draw.void_asked_by.uuid))
    return draw


@transaction.atomic
def keep_draw(*, draw: Draw, by: Any) -> Draw:
    """The chief judge or a supervisor refuses to void a draw; it stands. Raises PermissionDenied, DrawRefused."""
    _can_void(by, draw.event)
    draw = in_force(draw)
    _asked_by_another(draw, by)
    tell(draw, "draw.kept", by, asked_by=str(draw.void_asked_by.uuid))
    draw.void_reason, draw.void_asked_by = "", None
    draw.save(update_fields=("void_reason", "void_asked_by"))
    return draw


def _can_void(by: Any, event: Event) -> None:
    if not roles.can_supervise(by, event):
        roles.can_chair(by, event).or_refuse()


def _asked_by_another(draw: Draw, by: Any) -> None:
    if draw.void_asked_by_id is None:
        raise DrawRefused(_("Nobody has asked to void this draw."))
    if draw.void_asked_by_id == by.pk:
        raise DrawRefused(_("Whoever asked to void a draw cannot decide on it too."))


def _nothing_hangs_on(draw: Draw) -> None:
    later = AFTER.get(draw.purpose)
    if later and Draw.objects.in_force().filter(event=draw.event, purpose=later).exists():
        raise DrawRefused(
            _("“%(draw)s” builds on this draw: void that one first.") % {"draw": P(later).label}
        )
    used = Q(sheets__isnull=False) | Q(play__isnull=False) | Q(penalties__isnull=False)
    used |= Q(time_credits__isnull=False) | Q(entered_marks__isnull=False) | Q(child__isnull=False)
    if Code.objects.filter(event=draw.event, layer=draw.purpose).filter(used).exists():
        raise DrawRefused(_("Sheets, marks or records stand under these codes, so the draw must stand."))
