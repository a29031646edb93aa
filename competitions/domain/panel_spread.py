"""When a panel's judges are too far apart: all of them discuss and judge again; the first values stay in the log.

Nobody's value is compared, and nobody sees another's, before every judge of the panel has entered. The alarm stands on
each sheet as text, "C3.3@1207": the aspect, and the number of the ledger line that raised it. A judge who has judged
again takes the alarm off the own sheet; when the last one has, the spread is looked at once more.

Whoever has left cannot discuss: that sheet takes no alarm, and its value counts in the first comparison. When those who
discussed agree and the value of the one who left is still too far from theirs, it is set aside, as if that judge had
been absent, provided that the panel may do without; if not, the alarm stands until the chief judge hands the sheet to
somebody else (domain.hand_over). Where the judges choose the difficulty, they must have chosen the same one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from competitions.domain.alarms import alarm_text, alarms_of
from competitions.domain.locked_sheets import Held, PanelSheet
from competitions.models import Sheet
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Aspect
from craft_site.ledger.chain import Added, Draft

SIGNED = (
    Sheet.State.HALF_SIGNED,
    Sheet.State.SIGNED,
    Sheet.State.GROUP_REVIEWED,
    Sheet.State.CHIEF_SIGNED,
)


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


def apart(aspect: Aspect, marks: Iterable[Held]) -> Decimal | None:
    """As spread_of, and 0 when the judges have chosen different difficulties."""
    given = list(marks)
    spread = spread_of(aspect, [judged_value(mark.values, mark.not_done) for mark in given])
    if spread is None and aspect.difficulty is not None:
        chosen = {Decimal(str(mark.values[1])) for mark in given if not mark.not_done}  # type: ignore[index]
        return Decimal(0) if len(chosen) > 1 else None
    return spread


@dataclass(slots=True)
class Spread:
    """What the marks just taken change on their panels. raised, aside: (sheet that was marked, aspect) with how far
    apart the judges are, and (sheet of who has left, aspect) with the same."""

    raised: dict[tuple[PanelSheet, str], Decimal] = field(default_factory=dict)
    aside: dict[tuple[PanelSheet, str], Decimal] = field(default_factory=dict)
    _panels: dict[tuple[PanelSheet, str], list[PanelSheet]] = field(default_factory=dict)

    def look(self, own: PanelSheet, panel: Sequence[PanelSheet], latest: Mapping[str, Held]) -> None:
        """What the new marks of one sheet, by aspect, mean for its panel. Alarms of the own sheet go; none is raised
        before the ledger line has its number (`raise_alarms`)."""
        alarms = alarms_of(own.alarm)
        for code, mark in latest.items():
            aspect = (own.event.scheme or {})[code]
            own.set_aside = [one for one in own.set_aside if one != code]
            if mark.withdrawn or not _is_compared(aspect):
                continue
            again = alarms.pop(code, None) is not None
            self._compare(aspect, own, mark, [one for one in panel if code in one.aspects], again)
        own.alarm = alarm_text(alarms)

    def _compare(
        self, aspect: Aspect, own: PanelSheet, mark: Held, panel: list[PanelSheet], again: bool
    ) -> None:
        code = aspect.code
        here = [one for one in panel if one is own or one.left_at is None]
        if any(code not in one.marks or code in alarms_of(one.alarm) for one in here if one is not own):
            return  # somebody has not judged yet, or not again
        given = [mark, *(one.marks[code] for one in here if one is not own)]
        gone = [one for one in panel if one not in here and code in one.marks and code not in one.set_aside]
        if (spread := apart(aspect, [*given, *(one.marks[code] for one in gone)])) is None:
            return
        if again and gone and apart(aspect, given) is None:
            far = [one for one in gone if apart(aspect, [*given, one.marks[code]]) is not None]
            left = [*given, *(one.marks[code] for one in gone if one not in far)]
            assert aspect.panel is not None
            if far and len(left) >= aspect.panel.judges_min and apart(aspect, left) is None:
                self.aside |= {(one, code): spread for one in far}
                return
        self.raised[own, code] = spread
        self._panels[own, code] = here

    def drafts(self) -> list[Draft]:
        """The ledger lines, in the order in which raise_alarms takes them back."""
        return [
            Draft(
                "panel.spread",
                f"sheet:{own.uuid}",
                {
                    "aspect": code,
                    "spread": plain_text(spread),
                    "sheets": [one.uuid for one in self._panels[own, code]],
                },
            )
            for (own, code), spread in self.raised.items()
        ] + [
            Draft("panel.set_aside", f"sheet:{gone.uuid}", {"aspect": code, "spread": plain_text(spread)})
            for (gone, code), spread in self.aside.items()
        ]

    def raise_alarms(self, lines: Sequence[Added]) -> list[Draft]:
        """Puts the alarms on the sheets, with the numbers of their lines; signed sheets are open again, and told so
        by the lines that come back."""
        reopened = []
        for (own, code), line in zip(self.raised, lines, strict=False):
            for one in self._panels[own, code]:
                one.alarm = alarm_text(alarms_of(one.alarm) | {code: line.seq})
                if one.state in SIGNED:
                    one.state = Sheet.State.ENTERED
                    reopened.append(Draft("sheet.reopened", f"sheet:{one.uuid}", {"reason": "spread"}))
        for gone, code in self.aside:
            gone.set_aside = [*gone.set_aside, code]
        return reopened


def _is_compared(aspect: Aspect) -> bool:
    return aspect.panel is not None and (aspect.panel.max_spread is not None or aspect.difficulty is not None)
