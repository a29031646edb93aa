"""From marks to the steps of a rating scale, which is what a Rasch model speaks about."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

MOST_STEPS = 16  # different marks that are each a step of their own
CLASSES = 10  # of equal width, where there are more


@dataclass(frozen=True, slots=True)
class StepScale:
    """values: the mark that stands for each step, lowest first. grouped: each step is a class of marks.

    Marks that nobody gave are no steps: nothing can be learnt about them.
    """

    values: tuple[float, ...]
    bounds: tuple[Decimal, ...]  # the lowest mark of each step
    grouped: bool

    def step(self, mark: Decimal) -> int:
        return bisect_right(self.bounds, mark) - 1

    def mark(self, step: float) -> float:
        """The mark at a place between steps, by straight lines."""
        low = min(int(step), len(self.values) - 2) if len(self.values) > 1 else 0
        if len(self.values) == 1:
            return self.values[0]
        return self.values[low] + (self.values[low + 1] - self.values[low]) * (step - low)


def step_scale(marks: Iterable[Decimal]) -> StepScale:
    """The steps that these marks use: each different mark, or classes of equal width when there are too many."""
    different: Sequence[Decimal] = sorted(set(marks))
    if len(different) <= MOST_STEPS:
        return StepScale(tuple(map(float, different)), tuple(different), False)
    lowest, width = different[0], (different[-1] - different[0]) / CLASSES
    classes: dict[int, list[Decimal]] = {}
    for mark in different:
        classes.setdefault(min(CLASSES - 1, int((mark - lowest) / width)), []).append(mark)
    used = [classes[place] for place in sorted(classes)]
    return StepScale(
        tuple(float(sum(held) / len(held)) for held in used), tuple(held[0] for held in used), True
    )
