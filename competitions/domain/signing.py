"""Signing sheets: the judge, the second judge, the group where the event asks for it, the chief judge; reopening with
a reason; locking the whole event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions import roles
from competitions.domain import sheet_states
from competitions.domain.alarms import alarms_of
from competitions.domain.events import move
from competitions.domain.evidence import seal
from competitions.domain.lock_blockers import lock_blockers
from competitions.domain.panel_waits import judging_again, names_of, waits_for
from competitions.domain.readiness import Blocker
from competitions.domain.results import scheme_of
from competitions.models import Event, Mark, Reopening, Sheet, Signature
from competitions.scoring.scheme import Scheme
from craft_site.kit.access import Decision
from craft_site.kit.canonical import sha256_hex, words_hash
from craft_site.kit.language import listed
from craft_site.ledger.chain import Draft, append_many, lock_head
from craft_site.ledger.checkpoints import LedgerBroken, Reason

MOST_NAMED = 12  # works in one refusal
MARKED_IN = (Event.State.RUNNING, Event.State.SCORING)
Part = Signature.Part
WORDS = {
    Part.JUDGE: "sheet.signed",
    Part.WITNESS: "sheet.witnessed",
    Part.GROUP: "sheet.group_reviewed",
    Part.CHIEF: "sheet.chief_signed",
}


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
    Until then nobody changes it, unless the second judge sends it back. Signing again changes nothing.
    Raises PermissionDenied, SigningRefused naming blanks and alarms.
    """
    sheet = _locked(sheet)
    if sheet.seat.user_id != by.pk or sheet.seat.left_at is not None:
        raise PermissionDenied(_("This sheet is assigned to another judge."))
    if sheet.state not in (Sheet.OPEN if witness is None else Sheet.UNSIGNED):
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
    if sheet.state not in Sheet.UNSIGNED:
        return sheet
    _refuse_unless_whole(sheet)
    if Part.JUDGE not in _standing(sheet):
        raise SigningRefused(_("The judge of this sheet signs first."))
    return _sign(sheet, [(Part.WITNESS, by)])


@transaction.atomic
def send_back_sheet(*, sheet: Sheet, by: Any, reason: str) -> Sheet:
    """The second judge does not sign: the sheet goes back to its judge, whose signature is void. Sent back twice it is
    sent back once.

    Raises PermissionDenied, SigningRefused without a reason or when it no longer waits for the second judge.
    """
    fresh = _locked(sheet)
    if fresh.seat.witness_id != by.pk:
        raise PermissionDenied(_("You are not the second judge of this sheet."))
    if not reason.strip():
        raise SigningRefused(_("Say what is not right."))
    if fresh.state in Sheet.OPEN:
        return fresh
    if fresh.state != Sheet.State.HALF_SIGNED:
        raise SigningRefused(_("This sheet is signed; ask the chief judge to reopen it."))
    return _give_back(fresh, by=by, reason=reason, by_second_judge=True)


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
            % {"aspects": names_of(sheet.event).aspects(missing)}
        )
    if alarmed := alarms_of(sheet.alarm):
        raise SigningRefused(
            _("The panel is too far apart on %(aspects)s. Discuss, then each judges again.")
            % {"aspects": names_of(sheet.event).aspects(alarmed)}
        )
    if waits := waits_for(sheet):
        raise SigningRefused(waits)


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
    stale = sheet.signatures.filter(void=False).exclude(content_hash=digest)
    stale.update(void=True, void_reason=_("The marks were changed afterwards."))
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
    if sheet.state == Sheet.State.ISSUED:  # every aspect is there, whatever the count of it said
        _moved([sheet.pk], Sheet.State.ENTERED)
    sheet.state = Sheet.State.SIGNED if wanted <= there else Sheet.State.HALF_SIGNED
    _moved([sheet.pk], sheet.state)
    return sheet


def _moved(sheets: Sequence[int], to: str) -> None:
    try:
        sheet_states.move(sheets=sheets, to=to)
    except sheet_states.SheetMoveRefused as refused:
        raise SigningRefused(str(refused)) from refused


# --- the group ------------------------------------------------------------------------------------------------------


@transaction.atomic
def review_sheet(*, sheet: Sheet, by: Any) -> Sheet:
    """Another judge of the same kind reviews a signed sheet and signs for the group. Reviewed twice it is once.

    Raises PermissionDenied for anybody whom the sheet is not shown to for review (Sheet.objects.for_review_by),
    SigningRefused when the marks were changed since the judge signed, or a panel of the sheet judges again.
    """
    fresh = _locked(sheet)
    if fresh.state == Sheet.State.GROUP_REVIEWED:
        return fresh
    if not Sheet.objects.for_review_by(by).filter(pk=fresh.pk).exists():
        raise PermissionDenied(_("You do not review this sheet for the group."))
    standing = _standing(fresh)
    if Part.JUDGE not in standing:
        raise SigningRefused(_("The judge of this sheet signs first."))
    if waiting := judging_again(fresh.event, [fresh]):
        raise SigningRefused(waiting[fresh.pk])
    digest = standing[Part.JUDGE].content_hash
    Signature.objects.create(sheet=fresh, part=Part.GROUP, content_hash=digest, by=by)
    _moved([fresh.pk], Sheet.State.GROUP_REVIEWED)
    fresh.state = Sheet.State.GROUP_REVIEWED
    head = lock_head(fresh.event.chain)
    append_many(head, [Draft(WORDS[Part.GROUP], f"sheet:{fresh.uuid}", {"content": digest})], by=by)
    return fresh


def ready_for_chief(event: Event) -> str:
    """The state in which a sheet waits for the chief judge's signature."""
    reviewed = event.group_review == Event.GroupReview.GROUP
    return Sheet.State.GROUP_REVIEWED if reviewed else Sheet.State.SIGNED


# --- the chief judge ------------------------------------------------------------------------------------------------


@transaction.atomic
def chief_sign(*, event: Event, sheets: Sequence[Sheet], by: Any) -> int:
    """The chief judge signs signed sheets, one or many; returns how many were signed now.

    A fixed number of queries. Sheets that the chief judge has signed already are passed over.
    Raises PermissionDenied, SigningRefused naming the panels that judge again, or the sheets that are not ready; then
    none was signed.
    """
    roles.can_chair(by, event).or_refuse()
    head = lock_head(event.chain)
    found = list(
        Sheet.objects.filter(event=event, pk__in=[sheet.pk for sheet in sheets])
        .exclude(state__in=Sheet.FINISHED)
        .select_related("code", "seat")
        .order_by("pk")
    )
    marks: dict[int, list[Mark]] = {sheet.pk: [] for sheet in found}
    for mark in Mark.objects.filter(sheet__in=marks, is_current=True):
        marks[mark.sheet_id].append(mark)
    digests = {sheet.pk: content_hash(sheet, marks[sheet.pk]) for sheet in found}
    if waiting := judging_again(event, found):
        raise SigningRefused(" ".join(list(dict.fromkeys(waiting.values()))[:MOST_NAMED]))
    _refuse_unready(event, found, digests)
    Signature.objects.bulk_create(
        Signature(sheet=sheet, part=Part.CHIEF, content_hash=digests[sheet.pk], by=by, at=timezone.now())
        for sheet in found
    )
    _moved(list(marks), Sheet.State.CHIEF_SIGNED)
    drafts = [
        Draft(WORDS[Part.CHIEF], f"sheet:{sheet.uuid}", {"content": digests[sheet.pk]}) for sheet in found
    ]
    append_many(head, drafts, by=by)
    return len(found)


def _refuse_unready(event: Event, sheets: Sequence[Sheet], digests: Mapping[int, str]) -> None:
    wanted = ready_for_chief(event)
    signed = set(
        Signature.objects.filter(sheet__in=digests, part=Part.JUDGE, void=False).values_list(
            "sheet_id", "content_hash"
        )
    )
    unready = [
        str(sheet.code)
        for sheet in sheets
        if sheet.state != wanted or sheet.alarm or (sheet.pk, digests[sheet.pk]) not in signed
    ]
    if unready and wanted == Sheet.State.GROUP_REVIEWED:
        raise SigningRefused(
            _("Not reviewed by the group yet: %(codes)s.") % {"codes": listed(unready[:MOST_NAMED])}
        )
    if unready:
        raise SigningRefused(
            _("Not signed by the judges yet: %(codes)s.") % {"codes": listed(unready[:MOST_NAMED])}
        )


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
    return _give_back(fresh, by=by, reason=reason)


def _give_back(fresh: Sheet, *, by: Any, reason: str, by_second_judge: bool = False) -> Sheet:
    """The sheet is open again and its signatures are void; behind the locked chain."""
    reason = reason.strip()
    kept = reason[:300]
    fresh.signatures.filter(void=False).update(void=True, void_reason=kept)
    Reopening.objects.create(sheet=fresh, by=by, by_second_judge=by_second_judge, reason=kept)
    _moved([fresh.pk], Sheet.State.ENTERED)
    fresh.state = Sheet.State.ENTERED
    head = lock_head(fresh.event.chain)
    append_many(
        head, [Draft("sheet.reopened", f"sheet:{fresh.uuid}", {"reason_hash": words_hash(reason)})], by=by
    )
    return fresh


@transaction.atomic
def lock_marks(*, event: Event, by: Any) -> Event:
    """The chief judge locks the marks: every sheet is closed for good, the event moves to locked, the ledger is signed.

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
    sheets = Sheet.objects.filter(event=event).values_list("pk", flat=True)
    try:
        sheet_states.move(sheets=sheets, to=Sheet.State.LOCKED)
    except sheet_states.SheetMoveRefused as refused:
        raise LockRefused([Blocker("sheets", str(refused), "progress")]) from refused
    try:
        seal(event=event, reason=Reason.LOCK)
    except LedgerBroken as broken:
        raise LockRefused([Blocker("ledger", str(broken), "event")]) from broken
    return event


PART_WORDS: dict[str, str | Promise] = {
    Part.JUDGE: gettext_lazy("Judge"),
    Part.WITNESS: gettext_lazy("Second judge"),
    Part.GROUP: gettext_lazy("For the group"),
    Part.CHIEF: gettext_lazy("Chief judge"),
}


def signed_parts(sheet: Sheet) -> Iterator[tuple[str, Signature]]:
    """The signatures that stand, in the order in which they were given."""
    for signature in sheet.signatures.filter(void=False).select_related("by").order_by("at", "pk"):
        yield str(PART_WORDS[signature.part]), signature
