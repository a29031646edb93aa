"""What a correction order may change: one aspect of a sheet, a mark that comes whole, a penalty.

Each kind says what it is as plain facts (the payload that is hashed and approved), whether it still fits what stands,
how it would be scored, and how it is carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain import mark_revisions
from competitions.domain.component_marks import MOST_PLACES, component_of
from competitions.domain.incidents import IncidentRefused, fits_scheme
from competitions.domain.mark_revisions import Reading, ReadingRefused
from competitions.domain.results import Swap
from competitions.models import Code, EnteredMark, Event, PenaltyRecord, Sheet, Team
from competitions.scoring.numbers import plain_text
from competitions.scoring.penalties import PenaltyInput
from craft_site.ledger.chain import Draft, append_many
from craft_site.ledger.models import Chain

APPROVED = PenaltyRecord.State.APPROVED


class ChangeRefused(Exception):
    """This change cannot be ordered, or no longer fits what stands. field: the form field concerned, if any."""

    def __init__(self, message: str, field: int | str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Order:
    """What the lines and rows of a carried-out order say besides: its label, its hash, its words, who did what."""

    label: str
    payload_hash: str
    reason: str
    requested_by: Any
    approved_by: Any

    def facts(self) -> dict[str, str]:
        return {"order": self.label, "payload": self.payload_hash}


@dataclass(frozen=True, slots=True)
class MarkChange:
    """One aspect of a locked sheet should read otherwise. values as in Mark.values."""

    sheet: Sheet
    aspect: str
    values: Any
    not_done: bool = False
    kind = "mark"

    def facts(self) -> dict[str, Any]:
        """Raises ChangeRefused."""
        sheet = self.sheet
        try:
            reading = mark_revisions.checked_reading(
                sheet.event, self.aspect, self.values, not_done=self.not_done
            )
            mark = mark_revisions.current_mark(sheet, self.aspect)
            if reading.says_the_same(mark):
                raise ChangeRefused(_("%(aspect)s: this is what stands there.") % {"aspect": self.aspect})
            mark_revisions.refuse_spread(sheet, self.aspect, reading)
        except ReadingRefused as refused:
            raise ChangeRefused(str(refused), refused.field) from refused
        return {
            "sheet": str(sheet.uuid),
            "aspect": self.aspect,
            "before": Reading(mark.values, mark.not_done).facts() | {"revision": mark.revision},
            "after": reading.facts(),
        }

    def rows(self) -> dict[str, Any]:
        return {"sheet": self.sheet}

    @property
    def event_id(self) -> int:
        return self.sheet.event_id


@dataclass(frozen=True, slots=True)
class ComponentChange:
    """A mark that comes whole, of a contestant number or a team, should be another one."""

    entered: EnteredMark
    mark: Decimal
    kind = "component"

    def facts(self) -> dict[str, Any]:
        """Raises ChangeRefused."""
        entered = self.entered
        component = component_of(entered.event, entered.component)
        full = component.full if component else Decimal(0)
        if not self.mark.is_finite() or not 0 <= self.mark <= full:
            raise ChangeRefused(
                _("%(mark)s is not between 0 and %(full)s.") % {"mark": self.mark, "full": plain_text(full)},
                "mark",
            )
        if len(plain_text(self.mark).partition(".")[2]) > MOST_PLACES:
            raise ChangeRefused(_("At most %(places)d decimals.") % {"places": MOST_PLACES}, "mark")
        if self.mark == entered.mark:
            raise ChangeRefused(_("This is the mark that stands there."), "mark")
        return {
            "component": entered.component,
            "code": str(entered.code.uuid) if entered.code else None,
            "team": entered.team_id,
            "before": {"mark": plain_text(entered.mark), "revision": entered.revision},
            "after": {"mark": plain_text(self.mark)},
        }

    def rows(self) -> dict[str, Any]:
        return {"code": self.entered.code, "team": self.entered.team}

    @property
    def event_id(self) -> int:
        return self.entered.event_id


@dataclass(frozen=True, slots=True)
class PenaltyChange:
    """An approved penalty is lifted (`record`), or one is given that nobody had recorded (`code`, `rule`, ...)."""

    record: PenaltyRecord | None = None
    code: Code | None = None
    rule: str = ""
    times: int = 1
    aspects: tuple[str, ...] = ()
    kind = "penalty"

    def facts(self) -> dict[str, Any]:
        """Raises ChangeRefused."""
        if self.record is not None:
            record = self.record
            if record.state != APPROVED:
                raise ChangeRefused(_("This penalty does not stand."), "penalty")
            facts = {"penalty": record.pk, "rule": record.rule, "times": record.times}
            return facts | {
                "code": str(record.code.uuid),
                "aspects": list(record.aspects),
                "before": {"state": "approved"},
                "after": {"state": "lifted"},
            }
        if self.code is None or self.code.layer != Code.Layer.STATION:
            raise ChangeRefused(_("Incidents are recorded at a station number."), "code")
        try:
            fits_scheme(self.code.event, self.rule, self.times, self.aspects)
        except IncidentRefused as refused:
            raise ChangeRefused(str(refused), refused.field) from refused
        return {
            "penalty": None,
            "rule": self.rule,
            "times": self.times,
            "code": str(self.code.uuid),
            "aspects": list(self.aspects),
            "before": {"state": "none"},
            "after": {"state": "approved"},
        }

    def rows(self) -> dict[str, Any]:
        return {"code": self.record.code if self.record else self.code}

    @property
    def event_id(self) -> int:
        code = self.record.code if self.record else self.code
        return code.event_id if code else 0


Change = MarkChange | ComponentChange | PenaltyChange


# --- from the payload back to what stands ----------------------------------------------------------------------------


def swap_of(event: Event, payload: Mapping[str, Any]) -> Swap:
    """How the change would be scored. Raises ChangeRefused when what it speaks of stands no longer."""
    match payload["kind"]:
        case "mark":
            mark = _standing_mark(event, payload)
            after = Reading.of(payload["after"])
            return Swap(marks={(mark.sheet_id, mark.aspect): (after.values, after.not_done)})
        case "component":
            return Swap(components={_standing_entered(event, payload).pk: Decimal(payload["after"]["mark"])})
    record = _standing_penalty(event, payload)
    if record is not None:
        return Swap(dropped=frozenset({record.pk}))
    given = PenaltyInput(payload["rule"], payload["times"], tuple(payload["aspects"]))
    return Swap(added=((_code(event, payload).pk, given),))


def carry_out(event: Event, payload: Mapping[str, Any], *, order: Order, head: Chain) -> None:
    """Writes the change beside what stood. head: of the event's chain, locked. Raises ChangeRefused."""
    match payload["kind"]:
        case "mark":
            _revise_mark(event, payload, order, head)
        case "component":
            _revise_entered(event, payload, order, head)
        case _:
            _change_penalty(event, payload, order, head)


def _moved_on() -> ChangeRefused:
    return ChangeRefused(_("What this order speaks of was changed meanwhile. Withdraw it and ask anew."))


def _standing_mark(event: Event, payload: Mapping[str, Any]) -> Any:
    sheet = Sheet.objects.select_related("event").get(event=event, uuid=payload["sheet"])
    mark = sheet.marks.filter(aspect=payload["aspect"], is_current=True).first()
    if mark is None or mark.revision != payload["before"]["revision"]:
        raise _moved_on()
    mark.sheet = sheet
    return mark


def _standing_entered(event: Event, payload: Mapping[str, Any]) -> EnteredMark:
    found = EnteredMark.objects.filter(event=event, component=payload["component"], is_current=True)
    if payload["code"] is not None:
        found = found.filter(code__uuid=payload["code"])
    else:
        found = found.filter(team=Team.objects.filter(event=event, pk=payload["team"]).first())
    entered = found.first()
    if entered is None or entered.revision != payload["before"]["revision"]:
        raise _moved_on()
    return entered


def _standing_penalty(event: Event, payload: Mapping[str, Any]) -> PenaltyRecord | None:
    if payload["penalty"] is None:
        return None
    record = PenaltyRecord.objects.filter(code__event=event, pk=payload["penalty"]).first()
    if record is None or record.state != APPROVED:
        raise _moved_on()
    return record


def _code(event: Event, payload: Mapping[str, Any]) -> Code:
    return Code.objects.get(event=event, uuid=payload["code"])


def _revise_mark(event: Event, payload: Mapping[str, Any], order: Order, head: Chain) -> None:
    mark = _standing_mark(event, payload)
    reading = Reading.of(payload["after"])
    try:
        mark_revisions.refuse_spread(mark.sheet, mark.aspect, reading)
    except ReadingRefused as refused:
        raise ChangeRefused(str(refused)) from refused
    mark_revisions.revise(
        sheet=mark.sheet,
        old=mark,
        reading=reading,
        reason=f"{order.label}: {order.reason}",
        kind="mark.corrected",
        facts=order.facts(),
        head=head,
        by=order.approved_by,
    )


def _revise_entered(event: Event, payload: Mapping[str, Any], order: Order, head: Chain) -> None:
    old = _standing_entered(event, payload)
    EnteredMark.objects.filter(pk=old.pk).update(is_current=False)
    fresh = EnteredMark.objects.create(
        event=event,
        component=old.component,
        code=old.code,
        team=old.team,
        mark=Decimal(payload["after"]["mark"]),
        source=order.label,
        by=order.approved_by,
        revision=old.revision + 1,
        reason=order.reason[:300],
    )
    subject = f"code:{old.code.uuid}" if old.code else f"team:{old.team_id}"
    facts = {"component": old.component, "mark": fresh.mark, "revision": fresh.revision}
    append_many(head, [Draft("component.corrected", subject, facts | order.facts())], by=order.approved_by)


def _change_penalty(event: Event, payload: Mapping[str, Any], order: Order, head: Chain) -> None:
    record = _standing_penalty(event, payload)
    if record is not None:
        record.state = PenaltyRecord.State.REFUSED
        record.save(update_fields=("state",))
        kind = "penalty.lifted"
    else:
        kind = "penalty.ordered"
        record = PenaltyRecord.objects.create(
            code=_code(event, payload),
            rule=payload["rule"],
            times=payload["times"],
            aspects=payload["aspects"],
            happened_at=timezone.now(),
            note=f"{order.label}: {order.reason}"[:300],
            state=APPROVED,
            proposed_by=order.requested_by,
            seconded_by=order.approved_by,
            decided_by=order.requested_by,
            decided_at=timezone.now(),
        )
    facts = {
        "rule": record.rule,
        "times": record.times,
        "aspects": list(record.aspects),
        "code": record.code.uuid,
    }
    drafts = [Draft(kind, f"penalty:{record.pk}", facts | order.facts())]
    append_many(head, drafts, by=order.approved_by)
