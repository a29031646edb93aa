"""One sheet of a recheck: compared with its original, found right or reported in a written notice, corrected.

The supervisors check; the chief judge corrects. Nobody checks a sheet that they marked or witnessed.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import mark_revisions, sheet_states
from competitions.domain.mark_revisions import Reading
from competitions.domain.rechecks import RecheckRefused, locked, still_checking
from competitions.domain.signing import content_hash
from competitions.models import ErrorNotice, RecheckItem, Sheet, Signature
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many
from craft_site.ledger.models import Chain

Outcome = RecheckItem.Outcome


@transaction.atomic
def check_ok(*, item: RecheckItem, by: Any) -> RecheckItem:
    """A supervisor has compared every reading of the sheet with its original: all agree. Sent twice it counts once.

    Raises PermissionDenied, RecheckRefused when an error notice stands on the sheet.
    """
    item, head = _checkable(item, by)
    if item.outcome == Outcome.OK:
        return item
    if item.outcome == Outcome.ERROR:
        raise RecheckRefused(_("An error notice stands on this sheet. Withdraw it first if it was wrong."))
    sheet = item.sheet
    item.outcome, item.checked_by, item.checked_at = Outcome.OK, by, timezone.now()
    item.content_hash = content_hash(sheet, sheet.marks.filter(is_current=True))
    item.save(update_fields=("outcome", "checked_by", "checked_at", "content_hash"))
    _moved(sheet, Sheet.State.RECHECKED)
    facts = {"outcome": "ok", "content": item.content_hash}
    append_many(head, [Draft("recheck.checked", f"sheet:{sheet.uuid}", facts)], by=by)
    return item


@transaction.atomic
def raise_notice(
    *, item: RecheckItem, aspect: str, values: Any, by: Any, not_done: bool = False, note: str = ""
) -> ErrorNotice:
    """A written notice: this aspect should read so. The same notice sent twice is one.

    values: as in Mark.values. Raises PermissionDenied, RecheckRefused when the reading is no reading of this aspect,
    says what stands there, or another notice on the aspect is open.
    """
    item, head = _checkable(item, by)
    sheet = item.sheet
    try:
        should = mark_revisions.checked_reading(sheet.event, aspect, values, not_done=not_done)
        mark = mark_revisions.current_mark(sheet, aspect)
    except mark_revisions.ReadingRefused as refused:
        raise RecheckRefused(str(refused), field=refused.field) from refused
    if should.says_the_same(mark):
        raise RecheckRefused(_("%(aspect)s: this is what stands there.") % {"aspect": aspect})
    standing = item.notices.filter(aspect=aspect, state=ErrorNotice.State.OPEN).first()
    if standing is not None:
        if Reading.of(standing.should) == should and standing.raised_by_id == by.pk:
            return standing
        raise RecheckRefused(
            _("%(aspect)s: notice no. %(number)d is open already.")
            % {"aspect": aspect, "number": standing.number}
        )
    notice = ErrorNotice.objects.create(
        item=item,
        number=ErrorNotice.objects.filter(item__recheck=item.recheck).count() + 1,
        aspect=aspect,
        revision=mark.revision,
        stands=Reading(mark.values, mark.not_done).facts(),
        should=should.facts(),
        note=note.strip()[:300],
        raised_by=by,
    )
    if sheet.state == Sheet.State.RECHECKED:  # found right, or corrected before
        _moved(sheet, Sheet.State.CHIEF_SIGNED)
    item.outcome, item.checked_by, item.checked_at, item.content_hash = Outcome.ERROR, by, timezone.now(), ""
    item.save(update_fields=("outcome", "checked_by", "checked_at", "content_hash"))
    facts = {
        "notice": notice.number,
        "aspect": aspect,
        "revision": mark.revision,
        "stands": notice.stands,
        "should": notice.should,
    }
    append_many(head, [Draft("recheck.error", f"sheet:{sheet.uuid}", facts)], by=by)
    return notice


@transaction.atomic
def withdraw_notice(*, notice: ErrorNotice, reason: str, by: Any) -> ErrorNotice:
    """Whoever raised a notice takes it back with a reason; the sheet is to be checked again when none is left on it.

    Raises PermissionDenied, RecheckRefused.
    """
    item, head = _checkable(notice.item, by)
    notice = ErrorNotice.objects.get(pk=notice.pk)
    if notice.raised_by_id != by.pk:
        raise PermissionDenied(_("Whoever raised the notice withdraws it."))
    if notice.state == ErrorNotice.State.WITHDRAWN:
        return notice
    if notice.state != ErrorNotice.State.OPEN:
        raise RecheckRefused(_("This notice has been answered already."))
    if not reason.strip():
        raise RecheckRefused(_("Say why the notice was wrong."), field="reason")
    notice.state, notice.answer = ErrorNotice.State.WITHDRAWN, reason.strip()[:300]
    notice.answered_by, notice.answered_at = by, timezone.now()
    notice.save(update_fields=("state", "answer", "answered_by", "answered_at"))
    if not item.notices.exclude(state=ErrorNotice.State.WITHDRAWN).exists():
        item.outcome, item.checked_by, item.checked_at = Outcome.OPEN, None, None
        item.save(update_fields=("outcome", "checked_by", "checked_at"))
    elif not item.notices.filter(state=ErrorNotice.State.OPEN).exists():
        _all_corrected(item)
    facts = {"notice": notice.number, "reason_hash": words_hash(notice.answer)}
    append_many(head, [Draft("recheck.withdrawn", f"sheet:{item.sheet.uuid}", facts)], by=by)
    return notice


@transaction.atomic
def correct(*, notice: ErrorNotice, by: Any) -> ErrorNotice:
    """The chief judge corrects what the notice says and signs the sheet anew. Sent twice it is corrected once.

    The mark gets a new revision; the signatures on the sheet are void, because they covered the old one.
    Raises PermissionDenied, RecheckRefused when the mark is not the one that the notice speaks of.
    """
    roles.can_chair(by, notice.item.recheck.event).or_refuse()
    recheck, head = locked(notice.item.recheck)
    still_checking(recheck)
    notice = ErrorNotice.objects.select_related("item__sheet__event").get(pk=notice.pk)
    if notice.state == ErrorNotice.State.CORRECTED:
        return notice
    if notice.state != ErrorNotice.State.OPEN:
        raise RecheckRefused(_("This notice has been withdrawn."))
    if notice.raised_by_id == by.pk:
        raise RecheckRefused(_("Whoever raised the notice cannot correct it too."))
    item = notice.item
    sheet = item.sheet
    mark = mark_revisions.current_mark(sheet, notice.aspect)
    if mark.revision != notice.revision:
        raise RecheckRefused(
            _("The mark was changed after this notice. Withdraw it and check the sheet again.")
        )
    try:
        mark_revisions.refuse_spread(sheet, notice.aspect, Reading.of(notice.should))
    except mark_revisions.ReadingRefused as refused:
        raise RecheckRefused(str(refused)) from refused
    reason = _("Recheck, notice no. %(number)d") % {"number": notice.number}
    mark_revisions.revise(
        sheet=sheet,
        old=mark,
        reading=Reading.of(notice.should),
        reason=reason,
        kind="mark.corrected",
        facts={"recheck": str(recheck.uuid), "notice": notice.number},
        head=head,
        by=by,
    )
    notice.state, notice.answered_by, notice.answered_at = ErrorNotice.State.CORRECTED, by, timezone.now()
    notice.save(update_fields=("state", "answered_by", "answered_at"))
    digest = content_hash(sheet, sheet.marks.filter(is_current=True))
    sheet.signatures.filter(void=False).update(void=True, void_reason=reason)
    Signature.objects.create(sheet=sheet, part=Signature.Part.CHIEF, content_hash=digest, by=by)
    drafts = [
        Draft("sheet.chief_signed", f"sheet:{sheet.uuid}", {"content": digest, "notice": notice.number})
    ]
    append_many(head, drafts, by=by)
    if not item.notices.filter(state=ErrorNotice.State.OPEN).exists():
        _all_corrected(item)
    return notice


def _all_corrected(item: RecheckItem) -> None:
    sheet = item.sheet
    item.content_hash = content_hash(sheet, sheet.marks.filter(is_current=True))
    item.save(update_fields=("content_hash",))
    _moved(sheet, Sheet.State.RECHECKED)


def _checkable(item: RecheckItem, by: Any) -> tuple[RecheckItem, Chain]:
    event = item.recheck.event
    roles.can_supervise(by, event).or_refuse()
    recheck, head = locked(item.recheck)
    still_checking(recheck)
    fresh = RecheckItem.objects.select_related("sheet__event", "sheet__seat").get(pk=item.pk)
    fresh.recheck = recheck
    if by.pk in (fresh.sheet.seat.user_id, fresh.sheet.seat.witness_id):
        raise PermissionDenied(_("Nobody checks a sheet that they marked or witnessed."))
    return fresh, head


def _moved(sheet: Sheet, to: str) -> None:
    try:
        sheet_states.move(sheets=[sheet.pk], to=to)
    except sheet_states.SheetMoveRefused as refused:
        raise RecheckRefused(str(refused)) from refused
