"""Signing sheets: the judge, the second judge, the chief judge; reopening with a reason; locking the whole event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions import roles
from competitions.domain.events import move
from competitions.domain.lock_blockers import lock_blockers
from competitions.domain.panel_spread import alarms_of
from competitions.domain.readiness import Blocker
from competitions.domain.results import scheme_of
from competitions.models import Event, Mark, Sheet, Signature
from competitions.scoring.scheme import Scheme
from craft_site.kit.access import Decision
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.language import listed
from craft_site.ledger.chain import Draft, append_many, lock_head

MARKED_IN = (Event.State.RUNNING, Event.State.SCORING)
Part = Signature.Part
WORDS = {Part.JUDGE: "sheet.signed", Part.WITNESS: "sheet.witnessed", Part.CHIEF: "sheet.chief_signed"}


class SigningRefused(Exception):
    """The sheet cannot be signed or reopened like this; the message says what to do."""


class LockRefused(Exception):
    """The marks cannot be locked yet; blockers names each thing that is missing."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = tuple(blockers)
        super().__init__(" ".join(str(blocker.message) for blocker in blockers))


def content_hash(sheet: Sheet, marks: Iterable[Mark]) -> str:
    """What a signature covers: the sheet and its current marks, each with its revision."""
    return sha256_hex(
        {
            "sheet": sheet.uuid,
            "marks": sorted([mark.aspect, mark.values, mark.not_done, mark.revision] for mark in marks),
        }
    )


def wants_witness(sheet: Sheet, scheme: Scheme) -> bool:
    """Whether a second judge signs too: the scheme wants two at an instrument, and the sheet holds readings of one."""
    if scheme.measuring.judges_min < 2 or sheet.seat.witness_id is None:
        return False
    held = set(sheet.aspects)
    return any(aspect.method == "measured" and aspect.code in held for aspect in scheme.aspects())


def missing_on(sheet: Sheet) -> list[str]:
    """Aspects of the sheet that have no mark, in the order of the sheet."""
    marked = set(sheet.marks.filter(is_current=True).values_list("aspect", flat=True))
    return [aspect for aspect in sheet.aspects if aspect not in marked]


@transaction.atomic
def sign_sheet(*, sheet: Sheet, by: Any, witness: Any = None) -> Sheet:
    """The judge signs the sheet as it stands, and with the same deed the second judge who stands beside.

    witness: the account of the second judge, who has just given the own password; None when that judge signs later
    (`witness_sheet`) or none is wanted. The sheet is signed when everybody wanted has signed the same content.
    Signing again changes nothing. Raises PermissionDenied, SigningRefused naming blanks and alarms.
    """
    sheet = _locked(sheet)
    if sheet.seat.user_id != by.pk or sheet.seat.left_at is not None:
        raise PermissionDenied(_("This sheet is assigned to another judge."))
    if sheet.state not in Sheet.OPEN:
        return sheet
    _refuse_unless_whole(sheet)
    parts: list[tuple[str, Any]] = [(Part.JUDGE, by)]
    if witness is not None:
        _refuse_wrong_witness(sheet, witness)
        parts.append((Part.WITNESS, witness))
    return _sign(sheet, parts)


@transaction.atomic
def witness_sheet(*, sheet: Sheet, by: Any) -> Sheet:
    """The second judge signs, from the own account, what the judge has signed.

    Raises PermissionDenied, SigningRefused when the judge has not signed or the marks were changed since.
    """
    sheet = _locked(sheet)
    if sheet.seat.witness_id != by.pk:
        raise PermissionDenied(_("You are not the second judge of this sheet."))
    if sheet.state not in Sheet.OPEN:
        return sheet
    _refuse_unless_whole(sheet)
    if Part.JUDGE not in _standing(sheet):
        raise SigningRefused(_("The judge of this sheet signs first."))
    return _sign(sheet, [(Part.WITNESS, by)])


def _locked(sheet: Sheet) -> Sheet:
    """The sheet as it stands behind the locked chain."""
    lock_head(sheet.event.chain)
    fresh = Sheet.objects.select_related("event", "seat", "seat__witness", "code").get(pk=sheet.pk)
    if fresh.event.state not in MARKED_IN:
        raise SigningRefused(_("This event is not being marked now."))
    return fresh


def _refuse_unless_whole(sheet: Sheet) -> None:
    if missing := missing_on(sheet):
        raise SigningRefused(
            _("Not marked yet: %(aspects)s. Enter a value or “not done” for each.")
            % {"aspects": listed(missing)}
        )
    if alarmed := alarms_of(sheet.alarm):
        raise SigningRefused(
            _("The panel is too far apart on %(aspects)s. Discuss, then each judges again.")
            % {"aspects": listed(alarmed)}
        )


def _refuse_wrong_witness(sheet: Sheet, witness: Any) -> None:
    if sheet.seat.witness_id != witness.pk:
        raise SigningRefused(_("This person is not the second judge of this sheet."))
    if not witness.is_active or witness.pk == sheet.seat.user_id:
        raise SigningRefused(_("The second judge must be another person with an open account."))


def _standing(sheet: Sheet) -> dict[str, Signature]:
    """Signatures that cover the sheet as it stands now."""
    digest = content_hash(sheet, sheet.marks.filter(is_current=True))
    return {s.part: s for s in sheet.signatures.filter(void=False, content_hash=digest)}


def _sign(sheet: Sheet, parts: Sequence[tuple[str, Any]]) -> Sheet:
    digest = content_hash(sheet, sheet.marks.filter(is_current=True))
    sheet.signatures.filter(void=False).exclude(content_hash=digest).update(void=True)
    there = {s.part for s in sheet.signatures.filter(void=False)}
    head = lock_head(sheet.event.chain)
    for part, person in parts:
        if part in there:
            continue
        Signature.objects.create(sheet=sheet, part=part, content_hash=digest, by=person)
        append_many(head, [Draft(WORDS[Part(part)], f"sheet:{sheet.uuid}", {"content": digest})], by=person)
        there.add(part)
    wanted = (
        {Part.JUDGE, Part.WITNESS} if wants_witness(sheet, scheme_of(sheet.event).scheme) else {Part.JUDGE}
    )
    if wanted <= there:
        sheet.state = Sheet.State.SIGNED
        sheet.save(update_fields=("state", "updated_at"))
    return sheet


# --- the chief judge ------------------------------------------------------------------------------------------------


@transaction.atomic
def chief_sign(*, event: Event, sheets: Sequence[Sheet], by: Any) -> int:
    """The chief judge signs signed sheets, one or many; returns how many were signed now.

    A fixed number of queries. Sheets that the chief judge has signed already are passed over.
    Raises PermissionDenied, SigningRefused naming the sheets that are not ready; then none was signed.
    """
    roles.can_chair(by, event).or_refuse()
    head = lock_head(event.chain)
    found = list(
        Sheet.objects.filter(event=event, pk__in=[sheet.pk for sheet in sheets])
        .exclude(state__in=(Sheet.State.CHIEF_SIGNED, Sheet.State.LOCKED))
        .select_related("code", "seat")
        .order_by("pk")
    )
    marks: dict[int, list[Mark]] = {sheet.pk: [] for sheet in found}
    for mark in Mark.objects.filter(sheet__in=marks, is_current=True):
        marks[mark.sheet_id].append(mark)
    digests = {sheet.pk: content_hash(sheet, marks[sheet.pk]) for sheet in found}
    _refuse_unready(found, digests)
    Signature.objects.bulk_create(
        Signature(sheet=sheet, part=Part.CHIEF, content_hash=digests[sheet.pk], by=by, at=timezone.now())
        for sheet in found
    )
    Sheet.objects.filter(pk__in=marks).update(state=Sheet.State.CHIEF_SIGNED, updated_at=timezone.now())
    drafts = [
        Draft(WORDS[Part.CHIEF], f"sheet:{sheet.uuid}", {"content": digests[sheet.pk]}) for sheet in found
    ]
    append_many(head, drafts, by=by)
    return len(found)


def _refuse_unready(sheets: Sequence[Sheet], digests: Mapping[int, str]) -> None:
    signed = set(
        Signature.objects.filter(sheet__in=digests, part=Part.JUDGE, void=False).values_list(
            "sheet_id", "content_hash"
        )
    )
    unready = [
        str(sheet.code)
        for sheet in sheets
        if sheet.state != Sheet.State.SIGNED or sheet.alarm or (sheet.pk, digests[sheet.pk]) not in signed
    ]
    if unready:
        raise SigningRefused(_("Not signed by the judges yet: %(codes)s.") % {"codes": listed(unready[:12])})


def can_reopen(user: Any, sheet: Sheet) -> Decision:
    """Reopen a signed sheet: the chief judge, while the event is marked."""
    return roles.can_chair(user, sheet.event)


@transaction.atomic
def reopen_sheet(*, sheet: Sheet, by: Any, reason: str) -> Sheet:
    """The chief judge gives a signed sheet back to its judge; its signatures are void. An open sheet stays as it is.

    Raises PermissionDenied, SigningRefused without a reason or when the marks are locked.
    """
    can_reopen(by, sheet).or_refuse()
    if not reason.strip():
        raise SigningRefused(_("Say why the sheet is reopened."))
    fresh = _locked(sheet)
    if fresh.state in Sheet.OPEN:
        return fresh
    if fresh.state == Sheet.State.LOCKED:
        raise SigningRefused(_("The marks of this event are locked."))
    fresh.signatures.filter(void=False).update(void=True)
    fresh.state = Sheet.State.ENTERED
    fresh.save(update_fields=("state", "updated_at"))
    head = lock_head(fresh.event.chain)
    append_many(head, [Draft("sheet.reopened", f"sheet:{fresh.uuid}", {"reason": reason.strip()})], by=by)
    return fresh


@transaction.atomic
def lock_marks(*, event: Event, by: Any) -> Event:
    """The chief judge locks the marks: every sheet is closed for good and the event moves to locked.

    Locked twice it is locked once. Raises PermissionDenied, LockRefused naming all that is missing, MoveRefused.
    """
    roles.can_chair(by, event).or_refuse()
    # In the order in which everybody locks: the event, then its chain.
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state == Event.State.LOCKED:
        return event
    lock_head(event.chain)
    if event.state not in (Event.State.SCORING, Event.State.RECHECKING):
        raise LockRefused([Blocker("state", _("Marks are locked at the end of the marking."), "event")])
    if missing := lock_blockers(event, by):
        raise LockRefused(missing)
    event = move(event=event, to=Event.State.LOCKED, by=by)
    Sheet.objects.filter(event=event).update(state=Sheet.State.LOCKED, updated_at=timezone.now())
    return event


PART_WORDS: dict[str, str | Promise] = {
    Part.JUDGE: gettext_lazy("Judge"),
    Part.WITNESS: gettext_lazy("Second judge"),
    Part.CHIEF: gettext_lazy("Chief judge"),
}


def signed_parts(sheet: Sheet) -> Iterator[tuple[str, Signature]]:
    """The signatures that stand, in the order in which they were given."""
    for signature in sheet.signatures.filter(void=False).select_related("by").order_by("at", "pk"):
        yield str(PART_WORDS[signature.part]), signature
