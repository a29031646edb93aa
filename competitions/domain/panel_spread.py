"""When a panel's judges are too far apart: all of them discuss and judge again; the first values stay in the log.

Nobody's value is compared, and nobody sees another's, before every judge of the panel has entered. The alarm stands on
each sheet as text, "C3.3@1207": the aspect, and the number of the ledger line that raised it. A judge who has judged
again takes the alarm off the own sheet; when the last one has, the spread is looked at once more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, PositiveSmallIntegerField, Value, When
from django.utils import timezone

from competitions.domain.locked_sheets import LockedSheets, PanelSheet
from competitions.models import Mark, Sheet, Signature
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Aspect
from craft_site.ledger.chain import Draft
from craft_site.ledger.models import Line

SMALL = PositiveSmallIntegerField()
SIGNED = (Sheet.State.SIGNED, Sheet.State.CHIEF_SIGNED)


def alarms_of(alarm: str) -> dict[str, int]:
    """Aspects of a sheet's alarm, each with the number of the ledger line that raised it."""
    found = {}
    for part in alarm.split():
        aspect, _at, seq = part.rpartition("@")
        found[aspect] = int(seq)
    return found


def alarm_text(alarms: Mapping[str, int]) -> str:
    return " ".join(f"{aspect}@{seq}" for aspect, seq in sorted(alarms.items()))


def judged_value(values: Any, not_done: bool) -> Decimal:
    """One judge's value as it counts: work that was not done is worth 0."""
    return Decimal(0) if not_done else Decimal(values[0])


def spread_of(aspect: Aspect, values: Iterable[Decimal]) -> Decimal | None:
    """How far the judges are apart when that is more than the rule allows, else None."""
    given = list(values)
    if aspect.panel is None or aspect.panel.max_spread is None or len(given) < 2:
        return None
    spread = max(given) - min(given)
    return spread if spread > aspect.panel.max_spread else None


@dataclass(slots=True)
class Spread:
    """What the marks just taken change: aspects judged again on the own sheet, aspects now too far apart."""

    renewed: set[str] = field(default_factory=set)
    raised: dict[str, Decimal] = field(default_factory=dict)
    panels: dict[str, list[PanelSheet]] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    reopened: list[PanelSheet] = field(default_factory=list)

    def drafts(self, sheet: Sheet) -> list[Draft]:
        return [
            Draft(
                "panel.spread",
                f"sheet:{sheet.uuid}",
                {
                    "aspect": aspect,
                    "spread": plain_text(spread),
                    "sheets": [other.uuid for other in self.panels[aspect]],
                },
            )
            for aspect, spread in self.raised.items()
        ]

    def alarm_from(self, lines: Sequence[Line]) -> None:
        self.seqs = {aspect: line.seq for aspect, line in zip(self.raised, lines, strict=True)}

    def reopening_drafts(self) -> list[Draft]:
        return [
            Draft("sheet.reopened", f"sheet:{sheet.uuid}", {"reason": "spread"}) for sheet in self.reopened
        ]


def after(locked: LockedSheets, latest: Mapping[str, Mark]) -> Spread:
    """What the new marks of the own sheet (by aspect) mean for the panel. Nothing is written."""
    spread = Spread()
    alarmed = alarms_of(locked.own.alarm)
    for code, mark in latest.items():
        aspect = locked.aspects[code]
        if aspect.panel is None or aspect.panel.max_spread is None:
            continue
        if code in alarmed:
            spread.renewed.add(code)
        panel = [sheet for sheet in locked.panel if code in sheet.aspects]
        others = [sheet for sheet in panel if sheet.pk != locked.own.pk]
        if any(code not in sheet.marks or code in alarms_of(sheet.alarm) for sheet in others):
            continue  # somebody has not judged yet, or not again
        values = [judged_value(s.marks[code].values, s.marks[code].not_done) for s in others]
        too_far = spread_of(aspect, [*values, judged_value(mark.values, mark.not_done)])
        if too_far is not None:
            spread.raised[code] = too_far
            spread.panels[code] = panel
    return spread


def save(locked: LockedSheets, spread: Spread, *, marks_in: int) -> None:
    """One UPDATE: what is in on the own sheet, and the alarms of the whole panel. marks_in: newly marked aspects."""
    own = locked.own
    before = {sheet.pk: (sheet.alarm, sheet.state) for sheet in locked.panel}
    own.marks_in += marks_in
    own.state = Sheet.State.ENTERED if own.marks_in >= own.marks_due else Sheet.State.ISSUED
    for sheet in locked.panel:
        alarms = alarms_of(sheet.alarm)
        if sheet.pk == own.pk:
            alarms = {aspect: seq for aspect, seq in alarms.items() if aspect not in spread.renewed}
        raised = {a: spread.seqs[a] for a, panel in spread.panels.items() if sheet in panel}
        sheet.alarm = alarm_text(alarms | raised)
        if raised and sheet.state in SIGNED:
            sheet.state = Sheet.State.ENTERED
            spread.reopened.append(sheet)
    changed = [s for s in locked.panel if s.pk != own.pk and (s.alarm, s.state) != before[s.pk]]
    now = timezone.now()
    if not changed:
        Sheet.objects.filter(pk=own.pk).update(
            marks_in=own.marks_in, state=own.state, alarm=own.alarm, updated_at=now
        )
        return
    both = [own, *changed]
    Sheet.objects.filter(pk__in=[sheet.pk for sheet in both]).update(
        marks_in=Case(
            When(pk=own.pk, then=Value(own.marks_in, SMALL)), default=F("marks_in"), output_field=SMALL
        ),
        state=Case(*(When(pk=sheet.pk, then=Value(str(sheet.state))) for sheet in both)),
        alarm=Case(*(When(pk=sheet.pk, then=Value(sheet.alarm)) for sheet in both)),
        updated_at=now,
    )
    if spread.reopened:
        Signature.objects.filter(sheet__in=[sheet.pk for sheet in spread.reopened], void=False).update(
            void=True
        )
