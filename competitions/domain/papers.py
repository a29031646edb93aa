"""Marking on paper when tablets or the network fail: printed forms, entered twice blindly, set against each other.

What both recorders read alike, and does not contradict the tablet, holds. Every other field is looked at on the paper
by a third person. The marks then come to the sheet by the same verb as those of a tablet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.marking import NewMark, Status, refuse_unless_open, write_marks
from competitions.domain.panel_readers import may_read_form
from competitions.domain.refusals import Readings, checked_values
from competitions.domain.results import scheme_of
from competitions.models import Event, Mark, PaperCheck, PaperEntry, PaperSheet, Seat, Sheet
from competitions.scoring.numbers import NotANumber, read_number
from competitions.scoring.scheme import Aspect
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.kit.canonical import sha256_hex, words_hash
from craft_site.kit.language import listed
from craft_site.ledger.chain import Draft, append_many, lock_head

State = PaperSheet.State
Holds = PaperCheck.Holds
USED_IN = (Event.State.RUNNING, Event.State.SCORING)


class PaperRefused(Exception):
    """Nothing was written. faults: what is wrong by aspect, when single fields are."""

    def __init__(self, message: str | Promise, faults: Mapping[str, "FieldFault"] | None = None) -> None:
        super().__init__(message)
        self.faults = dict(faults or {})


@dataclass(frozen=True, slots=True)
class FieldFault:
    """Why one field is not taken. asks: taken when the recorder has looked a second time."""

    message: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands on the paper for one aspect. values: see refusals.checked_values."""

    values: Any
    not_done: bool = False
    second_look: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A checked value, in the form in which it is kept and compared."""

    values: Readings
    not_done: bool

    @classmethod
    def kept(cls, stored: Mapping[str, Any] | None) -> "Read | None":
        return None if stored is None else cls(stored["values"], stored["not_done"])

    def stored(self) -> dict[str, Any]:
        return {"values": self.values, "not_done": self.not_done}

    def says(self, other: "Read | None") -> bool:
        """Whether both mean the same: 5.0 and 5 do."""
        if other is None or self.not_done != other.not_done:
            return False
        return self.not_done or _plain(self.values) == _plain(other.values)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that must be looked at on the paper. None: blank there. tablet: what the judge's tablet sent."""

    aspect: str
    first: Read | None
    second: Read | None
    tablet: Read | None

    def of(self, holds: str) -> Read | None:
        return {Holds.FIRST: self.first, Holds.SECOND: self.second, Holds.TABLET: self.tablet}[Holds(holds)]


# --- who may --------------------------------------------------------------------------------------------------------


def can_print(user: Any, event: Event) -> Decision:
    """Print forms: a recorder, the chief judge, the organiser."""
    return roles.can_record(user, event) if not roles.can_organise(user, event) else ALLOWED


def can_enter(user: Any, paper: PaperSheet) -> Decision:
    """Read a paper into the machine: a recorder who neither marked it nor entered it before, nor must stay blind to
    its panels (panel_readers)."""
    if not roles.has_seat(user, paper.sheet.event, Seat.Role.RECORDER):
        return refused(_("Only a recorder of this event can do this."))
    if user.pk in (paper.sheet.seat.user_id, paper.sheet.seat.witness_id):
        return refused(_("Nobody enters a sheet that they marked."))
    if any(entry.by_id == user.pk for entry in paper.entries.all()):
        return refused(_("You have entered this paper. Somebody else enters it the second time."))
    return may_read_form(user, paper.sheet)


def can_settle(user: Any, paper: PaperSheet) -> Decision:
    """Look at the paper where it differs: the chief judge or a recorder, who neither marked nor entered it, nor must
    stay blind to its panels."""
    may = roles.can_record(user, paper.sheet.event)
    if not may:
        return may
    if user.pk in (paper.sheet.seat.user_id, paper.sheet.seat.witness_id):
        return refused(_("Nobody settles a sheet that they marked."))
    if any(entry.by_id == user.pk for entry in paper.entries.all()):
        return refused(_("Somebody who entered neither side looks at the paper."))
    return may_read_form(user, paper.sheet)


# --- printing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def print_papers(*, event: Event, sheets: Sequence[Sheet], by: Any) -> list[PaperSheet]:
    """A form for each of these sheets, in their order. A sheet that has a standing form keeps it: printed again, the
    same form comes out. Signed sheets get none. Raises PermissionDenied, PaperRefused.
    """
    can_print(by, event).or_refuse()
    head = lock_head(event.chain)
    event.refresh_from_db(fields=("state",))
    if event.state not in USED_IN:
        raise PaperRefused(_("Forms are printed while the event is marked."))
    wanted = [sheet.pk for sheet in sheets]
    open_sheets = set(
        Sheet.objects.filter(pk__in=wanted, event=event, state__in=Sheet.OPEN).values_list("pk", flat=True)
    )
    there = {paper.sheet_id for paper in PaperSheet.objects.standing().filter(sheet__in=open_sheets)}
    fresh = [PaperSheet(sheet_id=pk, printed_by=by) for pk in wanted if pk in open_sheets - there]
    PaperSheet.objects.bulk_create(fresh)
    uuids = {sheet.pk: sheet.uuid for sheet in sheets}
    append_many(
        head,
        [Draft("paper.printed", f"sheet:{uuids[paper.sheet_id]}", {"paper": paper.uuid}) for paper in fresh],
        by=by,
    )
    found = {
        paper.sheet_id: paper
        for paper in PaperSheet.objects.standing().for_list().filter(sheet__in=open_sheets)
    }
    return [found[pk] for pk in wanted if pk in found]


@transaction.atomic
def void_paper(*, paper: PaperSheet, reason: str, by: Any) -> PaperSheet:
    """Takes a form out of use, e.g. because it was lost or spoilt; the sheet may get another one.

    Raises PermissionDenied, PaperRefused without a reason or when its marks are on the sheet.
    """
    can_print(by, paper.sheet.event).or_refuse()
    if not reason.strip():
        raise PaperRefused(_("Say why the form is void."))
    head = lock_head(paper.sheet.event.chain)
    fresh = _fresh(paper)
    if fresh.state == State.VOID:
        return fresh
    if fresh.state == State.AGREED:
        raise PaperRefused(_("The marks of this form are on the sheet already."))
    fresh.move(State.VOID)
    fresh.void_reason = reason.strip()[:300]
    fresh.save(update_fields=("state", "void_reason"))
    facts = {"paper": fresh.uuid, "reason_hash": words_hash(fresh.void_reason)}
    append_many(head, [Draft("paper.void", f"sheet:{fresh.sheet.uuid}", facts)], by=by)
    return fresh


# --- entering twice -------------------------------------------------------------------------------------------------


@transaction.atomic
def enter_paper(*, paper: PaperSheet, filled: Mapping[str, Filled], by: Any) -> PaperSheet:
    """One recorder's reading of the whole form; aspects left out stand blank on the paper.

    After the second reading the form is agreed, and its marks are on the sheet, or it differs. The same person
    sending the same again changes nothing.
    Raises PermissionDenied, PaperRefused with the faults by aspect, SheetClosed, NotMarkedNow.
    """
    head = lock_head(paper.sheet.event.chain)
    fresh = _fresh(paper)
    aspects = _aspects(fresh)
    read = _checked(aspects, filled)
    mine = next((entry for entry in fresh.entries.all() if entry.by_id == by.pk), None)
    if mine is not None and mine.values == read:
        return fresh
    can_enter(by, fresh).or_refuse()
    refuse_unless_open(fresh.sheet)
    if fresh.state not in (State.PRINTED, State.ENTERED_ONCE):
        raise PaperRefused(_("This form has been entered twice already, or is void."))
    turn = 1 if fresh.state == State.PRINTED else 2
    PaperEntry.objects.create(paper=fresh, turn=turn, by=by, values=read)
    facts = {"paper": fresh.uuid, "turn": turn, "content": sha256_hex(read)}
    append_many(head, [Draft("paper.entered", f"sheet:{fresh.sheet.uuid}", facts)], by=by)
    if turn == 1:
        return _moved(fresh, State.ENTERED_ONCE)
    fresh = _fresh(fresh)
    if differences(fresh):
        return _moved(fresh, State.DIFFERS)
    return _agreed(fresh, {}, by=by)


def differences(paper: PaperSheet) -> list[Difference]:
    """The fields in which the two readings differ from each other or from what the tablet sent, in the order of the
    sheet; none before the second reading. Blank on the paper does not contradict the tablet. Two queries."""
    entries = {entry.turn: entry.values for entry in paper.entries.all()}
    if set(entries) != {1, 2}:
        return []
    standing = _standing(paper)
    found = []
    for aspect in paper.sheet.aspects:
        first, second = (Read.kept(entries[turn].get(aspect)) for turn in (1, 2))
        tablet = standing.get(aspect)
        if first is None and second is None:
            continue
        alike = first is not None and first.says(second)
        if not alike or (tablet is not None and first is not None and not first.says(tablet)):
            found.append(Difference(aspect, first, second, tablet))
    return found


@transaction.atomic
def settle_paper(*, paper: PaperSheet, holds: Mapping[str, str], by: Any) -> PaperSheet:
    """The third person says for every difference which side reads as the paper does, and the marks go to the sheet.

    holds: {aspect: first | second | tablet}. Raises PermissionDenied, PaperRefused naming the fields that lack an
    answer or whose answer names a side that is not there, SheetClosed, NotMarkedNow.
    """
    lock_head(paper.sheet.event.chain)
    fresh = _fresh(paper)
    can_settle(by, fresh).or_refuse()
    if fresh.state == State.AGREED:
        return fresh
    if fresh.state != State.DIFFERS:
        raise PaperRefused(_("There is nothing to settle: this form has not been entered twice."))
    refuse_unless_open(fresh.sheet)
    found = {one.aspect: one for one in differences(fresh)}
    faults = {
        aspect: FieldFault(_("Say which one reads as the paper does."))
        for aspect, one in found.items()
        if holds.get(aspect) not in Holds.values or (holds[aspect] == Holds.TABLET and one.tablet is None)
    }
    if faults:
        raise PaperRefused(_("Every difference needs an answer."), faults)
    PaperCheck.objects.bulk_create(
        PaperCheck(
            paper=fresh,
            aspect=aspect,
            first=_stored(one.first),
            second=_stored(one.second),
            tablet=_stored(one.tablet),
            holds=holds[aspect],
            by=by,
        )
        for aspect, one in found.items()
    )
    fresh.settled_by = by
    return _agreed(fresh, {aspect: one.of(holds[aspect]) for aspect, one in found.items()}, by=by)


def _agreed(paper: PaperSheet, settled: Mapping[str, Read | None], *, by: Any) -> PaperSheet:
    """Writes what holds to the sheet. settled: the fields that differed, None where the paper is blank after all."""
    first, second = (dict(entry.values) for entry in sorted(paper.entries.all(), key=lambda e: e.turn))
    standing = {mark.aspect: mark for mark in paper.sheet.marks.filter(is_current=True)}
    reading = {aspect: Read.kept(kept) for aspect, kept in first.items()} | dict(settled)
    marks = []
    for aspect in paper.sheet.aspects:
        read, current = reading.get(aspect), standing.get(aspect)
        if read is None or (current and read.says(Read(current.values, current.not_done))):
            continue
        marks.append(
            NewMark(
                aspect=aspect,
                values=read.values,
                not_done=read.not_done,
                client_id=uuid5(paper.uuid, aspect),
                base=current.revision if current else 0,
                second_look=True,  # each recorder was asked about far-off values
                reason=_("As on the paper form") if current else "",
            )
        )
    facts = {"paper": paper.uuid, "entries": [sha256_hex(first), sha256_hex(second)]}
    if marks:
        # In the name of whoever completed the record; the line names the form and both readings.
        answers = write_marks(
            sheet=paper.sheet,
            marks=marks,
            by=by,
            as_judge=False,
            facts=facts,
        )
        bad = [answer for answer in answers if answer.status not in (Status.SAVED, Status.REPEATED)]
        if bad:
            raise PaperRefused(
                _("The sheet does not take the form: %(faults)s")
                % {"faults": listed([f"{answer.aspect} {answer.message}" for answer in bad])}
            )
    head = lock_head(paper.sheet.event.chain)
    settled_facts = facts | {
        "settled": [
            {"aspect": check.aspect, "holds": check.holds} for check in paper.checks.order_by("aspect")
        ]
    }
    append_many(head, [Draft("paper.agreed", f"sheet:{paper.sheet.uuid}", settled_facts)], by=by)
    paper.settled_at = timezone.now()
    return _moved(paper, State.AGREED, "settled_by", "settled_at")


def _moved(paper: PaperSheet, to: str, *fields: str) -> PaperSheet:
    paper.move(to)
    paper.save(update_fields=("state", *fields))
    return paper


def _fresh(paper: PaperSheet) -> PaperSheet:
    """The form as it stands behind the locked chain."""
    return PaperSheet.objects.for_list().get(pk=paper.pk)


def _aspects(paper: PaperSheet) -> dict[str, Aspect]:
    """The aspects of the form by code, in its order."""
    known = {aspect.code: aspect for aspect in scheme_of(paper.sheet.event).scheme.aspects()}
    return {code: known[code] for code in paper.sheet.aspects if code in known}


def _checked(aspects: Mapping[str, Aspect], filled: Mapping[str, Filled]) -> dict[str, Any]:
    """The fields as they are kept. Raises PaperRefused naming every field that is not taken."""
    faults: dict[str, FieldFault] = {}
    read: dict[str, Any] = {}
    for code, given in filled.items():
        if (aspect := aspects.get(code)) is None:
            raise PaperRefused(_("%(aspect)s is not on this sheet.") % {"aspect": code[:20]})
        values, trouble = checked_values(aspect, given.values, not_done=given.not_done)
        if trouble is not None and not (trouble.asks and given.second_look):
            faults[code] = FieldFault(trouble.message, trouble.asks)
            continue
        read[code] = Read(values, given.not_done).stored()
    if faults:
        raise PaperRefused(_("Some fields cannot be taken like this."), faults)
    if not read:
        raise PaperRefused(_("The form is empty."))
    return read


def _standing(paper: PaperSheet) -> dict[str, Read]:
    found = Mark.objects.filter(sheet=paper.sheet, is_current=True)
    return {mark.aspect: Read(mark.values, mark.not_done) for mark in found}


def _stored(read: Read | None) -> dict[str, Any] | None:
    return None if read is None else read.stored()


def _plain(values: Readings) -> Any:
    """For comparing: numbers by their worth, counts of nothing left out."""
    if isinstance(values, dict):
        return {event: worth for event, count in values.items() if (worth := _worth(count))}
    return [_worth(value) for value in values]


def _worth(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return read_number(text)
    except NotANumber:
        return text


def paper_of(uuid: UUID) -> PaperSheet | None:
    """A form by the number in its QR code."""
    return PaperSheet.objects.for_list().filter(uuid=uuid).first()
