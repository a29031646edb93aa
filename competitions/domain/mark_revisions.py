"""Putting one mark right on a closed sheet: a new revision beside the old one, never over it.

For the two deeds that may do so, each with its own rule of who and when: the chief judge answers an error notice of
the recheck (`rechecks`), and an approved correction order is carried out (`corrections`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain.locked_sheets import aspects_of
from competitions.domain.panel_spread import judged_value, spread_of
from competitions.domain.refusals import Readings, checked_values
from competitions.domain.results import scheme_of
from competitions.models import Event, Mark, Sheet
from competitions.scoring.scheme import Aspect
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many
from craft_site.ledger.models import Chain


class ReadingRefused(Exception):
    """These readings cannot stand for this aspect. field: place of the reading, or code of an event, if it is one."""

    def __init__(self, message: str, field: int | str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands, or should stand, for one aspect. values as in Mark.values."""

    values: Readings
    not_done: bool = False

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Reading":
        return cls(facts["values"], facts["not_done"])

    def facts(self) -> dict[str, Any]:
        return {"values": self.values, "not_done": self.not_done}

    def says_the_same(self, mark: Mark) -> bool:
        return self.not_done == mark.not_done and (self.not_done or self.values == mark.values)


def aspect_of(event: Event, code: str) -> Aspect:
    """An aspect of the scheme in force. Raises ReadingRefused when there is none of that code."""
    found = aspects_of(scheme_of(event).content_hash).get(code)
    if found is None:
        raise ReadingRefused(_("The scheme has no aspect %(aspect)s.") % {"aspect": code[:20]})
    return found


def checked_reading(event: Event, code: str, values: Any, *, not_done: bool) -> Reading:
    """A reading in its one spelling; what only asks for a second look is let through, two people look at it anyway.

    Raises ReadingRefused.
    """
    found, trouble = checked_values(aspect_of(event, code), values, not_done=not_done)
    if trouble is not None and not trouble.asks:
        raise ReadingRefused(trouble.message, trouble.field)
    return Reading(found, not_done)


def current_mark(sheet: Sheet, aspect: str) -> Mark:
    """The mark that stands. Raises ReadingRefused when the sheet has none for this aspect."""
    mark = sheet.marks.filter(aspect=aspect, is_current=True).first()
    if mark is None:
        raise ReadingRefused(_("%(aspect)s is not on this sheet.") % {"aspect": aspect[:20]})
    return mark


def refuse_spread(sheet: Sheet, aspect: str, reading: Reading) -> None:
    """A value that would leave the panel too far apart is no correction: the panel has to judge again.

    Raises ReadingRefused.
    """
    found = aspect_of(sheet.event, aspect)
    others = Mark.objects.filter(sheet__code=sheet.code_id, aspect=aspect, is_current=True).exclude(
        sheet=sheet.pk
    )
    if found.panel is None:
        return
    values = [judged_value(mark.values, mark.not_done) for mark in others]
    if spread_of(found, [*values, judged_value(reading.values, reading.not_done)]) is not None:
        raise ReadingRefused(
            _("%(aspect)s: with this value the panel is too far apart; it has to discuss and judge again.")
            % {"aspect": aspect}
        )


def revise(
    *,
    sheet: Sheet,
    old: Mark,
    reading: Reading,
    reason: str,
    kind: str,
    facts: Mapping[str, Any],
    head: Chain,
    by: Any,
) -> Mark:
    """Writes the next revision with its ledger line. head: of the event's chain, locked by the caller.

    kind: of the ledger line; facts: what it says besides. old: the current mark, read behind the locked chain.
    """
    client_id = uuid4()
    drafts = [
        Draft(
            kind,
            f"sheet:{sheet.uuid}",
            {
                "aspect": old.aspect,
                **reading.facts(),
                "revision": old.revision + 1,
                "reason_hash": words_hash(reason),
                "client_id": client_id,
                **facts,
            },
        )
    ]
    [line] = append_many(head, drafts, by=by)
    if not Mark.objects.filter(pk=old.pk, is_current=True).update(is_current=False):
        raise RuntimeError("a current mark changed behind the locked chain")
    return Mark.objects.create(
        sheet=sheet,
        aspect=old.aspect,
        values=reading.values,
        not_done=reading.not_done,
        revision=old.revision + 1,
        reason=reason[:300],
        client_id=client_id,
        by=by,
        at=timezone.now(),
        seq=line.seq,
    )
