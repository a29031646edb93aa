"""Many-facet Rasch measurement by joint maximum likelihood: how strictly each judge marks, everything else equal.

log(P_k / P_(k-1)) = B_entry - D_item - C_judge - F_k, all steps sharing one scale (Linacre 1989). B, D and F are
centred on 0; C is not, so the judges' severities carry the height of the whole, and what tells is their difference.
The estimates are those of JMLE, uncorrected: their spread is somewhat too wide, in the same proportion for all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from . import fit, jmle
from .fit import FitSums, Spread
from .jmle import Cell, Place
from .linking import parts
from .ratings import Ratings
from .steps import StepScale, step_scale

EXTREME_ADJUSTMENT = (
    0.3  # steps: what somebody with nothing but top marks is taken to have missed (as Facets does)
)
ENTRY, JUDGE, ITEM = range(3)


class NoSeverity(ValueError):
    """Nothing can be measured. `code` is stable: too_few, no_differences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Measure:
    """One judge, item or entry, in logits. infit, outfit: around 1; above, less predictable than judges are.

    extreme: only top or only bottom marks; measured with an adjustment and without fit. part: who shares a number can
    be compared (see linking).
    """

    measure: float
    se: float
    infit: float | None
    outfit: float | None
    count: int
    extreme: bool
    part: int


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A mark that stands out from the judge's own severity and the entry's own level. z: in standard errors."""

    judge: str
    entry: str
    item: str
    value: float
    expected: float
    z: float


@dataclass(frozen=True, slots=True)
class Severity:
    """Everything measured. judges: the higher, the stricter; items: the harder; entries: the better. converged: of
    judges and items; settled: of entries and steps as well.

    agreement: share of equal marks between two judges, seen and expected of judges who judge by themselves.
    """

    judges: Mapping[str, Measure]
    items: Mapping[str, Measure]
    entries: Mapping[str, Measure]
    steps: tuple[float, ...]
    scale: StepScale
    unexpected: tuple[Unexpected, ...]
    agreement: tuple[float, float] | None
    spread: Mapping[str, Spread | None]
    loglikelihood: float
    rounds: int
    converged: bool
    settled: bool
    parts: int


def measure(ratings: Ratings) -> Severity:
    """Measures one panel; gaps are allowed. Raises NoSeverity."""
    if len(ratings.judges) < 2 or len(ratings.entries) < 2:
        raise NoSeverity("too_few")
    scale = step_scale(row.value for row in ratings.rows)
    if len(scale.values) < 2:
        raise NoSeverity("no_differences")
    entries, judges, items = (
        {name: n for n, name in enumerate(names)}
        for names in (ratings.entries, ratings.judges, ratings.items)
    )
    cells = [(entries[row.entry], judges[row.judge], items[row.item]) for row in ratings.rows]
    return _Panel(ratings, scale, cells).severity()


class _Panel:
    """One estimation: who is extreme, the measures of the others, then those of the extremes, then the fit."""

    def __init__(self, ratings: Ratings, scale: StepScale, cells: Sequence[Cell]) -> None:
        self.ratings, self.scale, self.cells = ratings, scale, cells
        self.given = [scale.step(row.value) for row in ratings.rows]
        self.sizes = (len(ratings.entries), len(ratings.judges), len(ratings.items))
        self.counts = [Counter(cell[facet] for cell in cells) for facet in (ENTRY, JUDGE, ITEM)]
        self.kept, self.extreme = _without_extremes(cells, self.given, self.sizes)
        if not self.kept:
            raise NoSeverity("no_differences")
        # Steps that only extreme elements used are no steps of what is left: they count as the nearest one.
        used = sorted({self.given[n] for n in self.kept})
        self.used = used
        self.codes = [min(range(len(used)), key=lambda k: abs(used[k] - step)) for step in self.given]

    def severity(self) -> Severity:
        cells, codes = [self.cells[n] for n in self.kept], [self.codes[n] for n in self.kept]
        summit = jmle.Marks(cells, codes, self.sizes, len(self.used) - 1).summit()
        place = summit.place
        for facet in (JUDGE, ITEM, ENTRY):
            self._place_extremes(place, facet)
        expected = fit.expectations(place, cells)
        sums = [[FitSums() for _ in range(size)] for size in self.sizes]
        for cell, code, expectation in zip(cells, codes, expected, strict=True):
            for facet, number in enumerate(cell):
                sums[facet][number].add(code, expectation)
        in_part = parts(self.cells, self.sizes)
        errors = self._errors(place)
        measures = [
            [
                self._measure(
                    place, facet, number, errors[facet][number], sums[facet][number], in_part[facet]
                )
                for number in range(size)
            ]
            for facet, size in enumerate(self.sizes)
        ]
        names = (self.ratings.entries, self.ratings.judges, self.ratings.items)
        found = [dict(zip(facet, held, strict=True)) for facet, held in zip(names, measures, strict=True)]
        return Severity(
            judges=found[JUDGE],
            items=found[ITEM],
            entries=found[ENTRY],
            steps=tuple(place.steps),
            scale=self.scale,
            unexpected=self._unexpected(codes, expected),
            agreement=fit.exact_agreement(cells, codes, expected),
            spread={
                name: _spread(found[facet].values())
                for name, facet in (("judges", JUDGE), ("items", ITEM), ("entries", ENTRY))
            },
            loglikelihood=summit.loglikelihood,
            rounds=summit.rounds,
            converged=summit.converged,
            settled=summit.settled,
            parts=len(set(in_part[JUDGE])),
        )

    def _measure(
        self, place: Place, facet: int, number: int, error: float, sums: FitSums, in_part: Sequence[int]
    ) -> Measure:
        return Measure(
            place.facets()[facet][number],
            error,
            sums.infit,
            sums.outfit,
            self.counts[facet][number],
            number in self.extreme[facet],
            in_part[number],
        )

    def _errors(self, place: Place) -> list[list[float]]:
        """Standard errors from all marks of an element, those of extreme ones too."""
        information = [[0.0] * size for size in self.sizes]
        for cell, expectation in zip(self.cells, fit.expectations(place, self.cells), strict=True):
            for facet, number in enumerate(cell):
                information[facet][number] += expectation.variance
        return [[1 / sqrt(value) for value in facet] for facet in information]

    def _place_extremes(self, place: Place, facet: int) -> None:
        """Measures who has only top or only bottom marks, all others being held: their sum is taken a little inside."""
        sign = 1 if facet == ENTRY else -1
        values = place.facets()[facet]
        for number, top in self.extreme[facet].items():
            own = [n for n, cell in enumerate(self.cells) if cell[facet] == number]
            best = (len(self.used) - 1) * len(own)
            wanted = best - EXTREME_ADJUSTMENT if top else EXTREME_ADJUSTMENT
            low, high = -2 * jmle.FARTHEST, 2 * jmle.FARTHEST
            for _step in range(50):
                values[number] = (low + high) / 2
                reached = sum(e.mean for e in fit.expectations(place, [self.cells[n] for n in own]))
                if (reached < wanted) == (sign > 0):
                    low = values[number]
                else:
                    high = values[number]

    def _unexpected(
        self, codes: Sequence[int], expected: Sequence[fit.Expectation]
    ) -> tuple[Unexpected, ...]:
        found = []
        for n, code, expectation in zip(self.kept, codes, expected, strict=True):
            z = fit.standard_residual(code, expectation)
            if abs(z) >= fit.UNEXPECTED_FROM:
                row = self.ratings.rows[n]
                mark = self._mark(expectation.mean)
                found.append(Unexpected(row.judge, row.entry, row.item, float(row.value), mark, z))
        return tuple(sorted(found, key=lambda mark: -abs(mark.z)))

    def _mark(self, code: float) -> float:
        """The mark at a place between the steps that are used."""
        low = min(int(code), len(self.used) - 2)
        step = self.used[low] + (self.used[low + 1] - self.used[low]) * (code - low)
        return self.scale.mark(step)


def _spread(measures: Iterable[Measure]) -> Spread | None:
    """Separation of those that were measured without an adjustment."""
    held = [m for m in measures if not m.extreme]
    return fit.separation([m.measure for m in held], [m.se for m in held])


def _without_extremes(
    cells: Sequence[Cell], given: Sequence[int], sizes: Cell
) -> tuple[list[int], list[dict[int, bool]]]:
    """The marks that can tell something, and per facet who has only top (True) or only bottom (False) marks.

    Taking one away can make the next extreme, so it is repeated until nobody is. An only item, or the only one left,
    is never extreme by itself: then nothing is left at all.
    """
    extreme: list[dict[int, bool]] = [{}, {}, {}]
    kept = list(range(len(cells)))
    while kept:
        low, high = min(given[n] for n in kept), max(given[n] for n in kept)
        if low == high:
            return [], extreme
        ranges: list[dict[int, tuple[int, int]]] = [{}, {}, {}]
        for n in kept:
            for facet, number in enumerate(cells[n]):
                lowest, highest = ranges[facet].get(number, (high, low))
                ranges[facet][number] = (min(lowest, given[n]), max(highest, given[n]))
        new = [
            {
                number: lowest == high
                for number, (lowest, highest) in held.items()
                if lowest == high or highest == low
            }
            for held in ranges
        ]
        if not any(new):
            break
        for known, found in zip(extreme, new, strict=True):
            known.update(found)
        kept = [n for n in kept if not any(number in new[facet] for facet, number in enumerate(cells[n]))]
    return kept, extreme
