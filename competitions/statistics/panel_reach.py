"""How far a few changed marks carry what one panel gives for one aspect.

A changed mark is another value of the scale in the place of one that a judge gave; who was absent stays absent. The
panel's marks must stand together as they then are: a change after which the panel would have to discuss (`max_spread`)
is none, so 3, 3 and 2 with a spread of 1 cannot become 3, 3 and 0. What the panel gives is computed by the engine.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from competitions.scoring.marking import AspectMarker
from competitions.scoring.numbers import read_number
from competitions.scoring.panels import scale_top
from competitions.scoring.scheme import Aspect, RoundingStep
from competitions.scoring.totals import rounded

from .reach import Change, Changes, Reach

MOST_VALUES = 200  # of a scale, tried where a panel's rule may give less for more


class Step(NamedTuple):
    """So many changed marks. bound: no choice of them makes the aspect's mark better; mark: what `moved` makes of it,
    place to new value."""

    bound: Fraction
    mark: Fraction
    moved: Mapping[int, Decimal]


class PanelReach:
    """Made once for an aspect, asked for many entries. Equal marks are looked at once."""

    def __init__(self, aspect: Aspect, step: RoundingStep | None) -> None:
        """aspect: a judged one. step: the rounding of aspects."""
        assert aspect.panel is not None
        self.aspect, self.panel = aspect, aspect.panel
        scale = self.panel.scale
        self._ends = (
            min(scale.values, default=scale.minimum),
            scale_top(panel=self.panel, max_mark=aspect.max_mark),
        )
        self._step = step
        self._marker = AspectMarker(aspect, None, step)
        self._bounds = [AspectMarker(as_if, None, step) for as_if in _settled(aspect)]
        self._seen: dict[object, list[Step]] = {}

    def of(self, entry: str, raw: Any, *, absent: Collection[int] = (), upward: bool) -> Reach:
        """One way from `raw`, readings that the engine takes. entry: whose sheets they stand on.

        absent: numbers from 1 of judges whose marks do not count.
        """
        difficulty = raw["difficulty"] if isinstance(raw, Mapping) else None
        given = tuple(
            None if value is None or place in absent else read_number(value)
            for place, value in enumerate(raw["marks"] if isinstance(raw, Mapping) else raw, start=1)
        )
        key = (given, difficulty, upward)
        if key not in self._seen:
            self._seen[key] = self._steps(given, difficulty, upward)
        steps = self._seen[key]

        def changes(count: int) -> Changes:
            moved = steps[min(count, len(steps) - 1)].moved
            return tuple(
                Change(entry, self.aspect.code, place, before, moved[place])
                for place, before in enumerate(given)
                if place in moved and before is not None
            )

        return Reach(tuple(step.bound for step in steps), changes)

    def _steps(self, given: Sequence[Decimal | None], difficulty: Any, upward: bool) -> list[Step]:
        """From no change to all marks changed, as far as it helps.

        The marks to change are those that stand farthest back. That leaves the others closest together, so the new
        ones may go farthest; and whatever is dropped, every mark in the panel's order is then as far on as so many
        changes can bring it.
        """
        best = max if upward else min
        held = {place: mark for place, mark in enumerate(given) if mark is not None}
        order = sorted(held, key=lambda place: (held[place] if upward else -held[place], place))
        as_it_is = self._mark(self._marker, given, {}, difficulty)
        steps = [Step(as_it_is, as_it_is, {})]
        for count in range(1, len(order) + 1):
            behind, ahead = order[:count], [held[place] for place in order[count:]]
            goal = self._farthest(ahead, upward)
            tried = [dict.fromkeys(behind, value) for value in self._worth_trying(goal)]
            marks = [self._mark(self._marker, given, moved, difficulty) for moved in tried]
            mark = best(marks)
            moved = {
                place: value for place, value in tried[marks.index(mark)].items() if value != held[place]
            }
            bound = best([mark, *self._bound(given, dict.fromkeys(behind, goal), difficulty, upward)])
            last, bound = steps[-1], best(bound, steps[-1].bound)
            if best(mark, last.mark) == last.mark:
                steps.append(Step(bound, last.mark, last.moved))
            else:
                steps.append(Step(bound, mark, moved))
        while len(steps) > 1 and steps[-1][:2] == steps[-2][:2]:
            steps.pop()
        return steps

    def _mark(
        self,
        marker: AspectMarker,
        given: Sequence[Decimal | None],
        moved: Mapping[int, Decimal],
        difficulty: Any,
    ) -> Fraction:
        marks = [moved.get(place, mark) for place, mark in enumerate(given)]
        found = marker.mark(marks if difficulty is None else {"marks": marks, "difficulty": difficulty})
        assert found.mark is not None, found.refusal
        return found.mark

    def _farthest(self, ahead: Sequence[Decimal], upward: bool) -> Decimal:
        """The last value of the scale that the spread allows beside the marks that stay."""
        low, high = self._ends
        scale, spread = self.panel.scale, self.panel.max_spread
        if spread is not None and ahead:
            low, high = max(low, max(ahead) - spread), min(high, min(ahead) + spread)
        if scale.values:
            return (
                max(v for v in scale.values if v <= high)
                if upward
                else min(v for v in scale.values if v >= low)
            )
        if scale.step is None:
            return high if upward else low
        away = (high if upward else low) - scale.minimum
        steps = away // scale.step if upward else -(-away // scale.step)
        return scale.minimum + steps * scale.step

    def _worth_trying(self, goal: Decimal) -> Sequence[Decimal]:
        """The goal alone; where a wide spread makes other marks count, values of the scale on the way to it too."""
        low, high = self._ends
        scale = self.panel.scale
        if not self._bounds:
            return [goal]
        step = scale.step or (high - low) / MOST_VALUES
        values = scale.values or [
            scale.minimum + n * step for n in range(int((high - scale.minimum) / step) + 1)
        ]
        every = max(1, len(values) // MOST_VALUES)
        return [goal, *values[::every]] if self.panel.max_spread is None else [goal]

    def _bound(
        self, given: Sequence[Decimal | None], moved: Mapping[int, Decimal], difficulty: Any, upward: bool
    ) -> list[Fraction]:
        """No choice of marks does better, whichever of the panel's marks count in the end."""
        if not self._bounds:
            return []
        if self.panel.combine == "sum":
            return [rounded(Fraction(self.aspect.max_mark), self._step) if upward else Fraction(0)]
        return [self._mark(marker, given, moved, difficulty) for marker in self._bounds]


def _settled(aspect: Aspect) -> list[Aspect]:
    """The aspect with the one and with the other of the marks counting that a wide spread switches between."""
    assert aspect.panel is not None
    if not aspect.panel.alarm:
        return []
    never = replace(aspect.panel, alarm=())
    return [replace(aspect, panel=panel) for panel in (never, replace(never, drop_high=0, drop_low=0))]
