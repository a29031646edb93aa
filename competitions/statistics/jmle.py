"""The likelihood of the many-facet Rasch model and its summit. Everything here is in numbered elements and steps."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, fsum, log
from operator import mul

from .linear import Matrix, solve

CLOSE_ENOUGH = 1e-5  # logits
MOST_ROUNDS = 40
LONGEST_STEP = 2.0  # logits in one Newton step
FARTHEST = 10.0  # logits; beyond, marks leave nothing to chance and the summit lies at infinity
SURE = 1e-9  # the least variance of a mark, so that nothing is divided by a rounding error
PATIENCE = 15  # rounds after which it is enough that judges and items stand still
STILL, NO_GAIN = 1e-4, 1e-5  # logits; of the logarithm of the likelihood
# Divisions of a logit, for the curvature of the steps alone: fine where that costs little.
FINE, COARSE, FINE_UP_TO, ZERO_BIN = 64, 4, 40_000, 100_000

Cell = tuple[int, int, int]  # entry, judge, item
Vector = list[float]


@dataclass(slots=True)
class Place:
    """Where the search stands: entries, judges, items and steps, in logits."""

    entries: Vector
    judges: Vector
    items: Vector
    steps: Vector

    def moved(self, by: "Place", share: float) -> "Place":
        return Place(
            *(
                [_held(value + share * step) for value, step in zip(old, new, strict=True)]
                for old, new in zip(self.facets(), by.facets(), strict=True)
            )
        )

    def facets(self) -> tuple[Vector, Vector, Vector, Vector]:
        return self.entries, self.judges, self.items, self.steps

    def weights(self) -> Vector:
        """exp(-F_1 - ... - F_k) for every step k from 0."""
        return [exp(-total) for total in accumulate(self.steps, initial=0.0)]


@dataclass(slots=True)
class Summit:
    """The end of the search. Elements without marks stay at 0.

    converged: judges and items stand still. settled: entries and steps do too; they do not where marks part the
    entries so wholly that nothing says how far.
    """

    place: Place
    loglikelihood: float
    rounds: int
    converged: bool
    settled: bool


def _at_least(on_step: Sequence[float]) -> Vector:
    """From how many marks are on each step to how many are on it or higher, from step 1."""
    return list(accumulate(reversed(on_step)))[::-1][1:]


def _at(weights: Sequence[float], theta: float) -> tuple[Vector, Vector]:
    """For every step: the chance to be on it or higher, and how that goes with the mark (covariance)."""
    terms = [weight * exp(theta * k) for k, weight in enumerate(weights)]
    total = sum(terms)
    shares = [term / total for term in terms]
    expected = sum(k * share for k, share in enumerate(shares))
    return _at_least(shares), _at_least([share * (k - expected) for k, share in enumerate(shares)])


def _held(value: float) -> float:
    return max(-FARTHEST, min(FARTHEST, value))


@dataclass(slots=True)
class _View:
    """What one look at all marks tells: expected sums, curvatures, and the part of the likelihood that needs them."""

    log_sums: float
    entries: tuple[Vector, Vector]  # expected, variance, one entry of each group
    judges: tuple[Vector, Vector]
    items: tuple[Vector, Vector]
    steps: Vector  # expected number of marks on each step
    entry_judge: list[Vector]
    entry_item: list[Vector]
    judge_item: list[Vector]
    entry_bins: list[dict[int, float]]  # how many marks lie near which value of B - D - C
    cell_bins: list[dict[int, float]]


class Marks:
    """The marks in the form the search needs. Entries that were marked by the same judges on the same items with the
    same sum have the same measure, so they are one group."""

    def __init__(self, cells: Sequence[Cell], steps: Sequence[int], sizes: Cell, top: int) -> None:
        self.sizes, self.top = sizes, top
        self.count = len(cells)
        self.bins = FINE if self.count * top <= FINE_UP_TO else COARSE
        of_entry: dict[int, list[tuple[int, int]]] = defaultdict(list)
        scores: list[int] = [0] * sizes[0]
        self.judge_scores, self.item_scores = [0] * sizes[1], [0] * sizes[2]
        self.on_step = [0] * (top + 1)
        for (entry, judge, item), step in zip(cells, steps, strict=True):
            of_entry[entry].append((judge, item))
            scores[entry] += step
            self.judge_scores[judge] += step
            self.item_scores[item] += step
            self.on_step[step] += 1
        groups: dict[tuple[object, int], list[int]] = defaultdict(list)
        for entry, held in of_entry.items():
            groups[tuple(sorted(held)), scores[entry]].append(entry)
        self.members = list(groups.values())
        self.group_scores = [scores[members[0]] for members in self.members]
        by_cell: dict[tuple[int, int], list[int]] = defaultdict(list)
        for group, members in enumerate(self.members):
            for judge, item in of_entry[members[0]]:
                by_cell[judge, item].append(group)
        self.cells = sorted(by_cell.items())

    def summit(self) -> Summit:
        """Climbs by Newton steps; a step that would lead down is halved."""
        place = Place(
            [0.0] * len(self.members), [0.0] * self.sizes[1], [0.0] * self.sizes[2], [0.0] * self.top
        )
        view = self._view(place)
        height = self._height(place, view)
        converged = settled = False
        rounds = 0
        while rounds < MOST_ROUNDS and not converged:
            rounds += 1
            step = self._step(place, view)
            longest = max((abs(value) for facet in step.facets() for value in facet), default=0.0)
            share = min(1.0, LONGEST_STEP / longest) if longest else 1.0
            for _halving in range(12):
                there = place.moved(step, share)
                view_there = self._view(there)
                height_there = self._height(there, view_there)
                if height_there >= height - 1e-9 * abs(height):
                    break
                share /= 2
            moved = share * max(map(abs, (*step.judges, *step.items)))
            settled = longest < CLOSE_ENOUGH
            converged = settled or (rounds >= PATIENCE and moved < STILL and height_there - height < NO_GAIN)
            place, view, height = self._centred(there), view_there, height_there
        spread_out = Place([0.0] * self.sizes[0], place.judges, place.items, place.steps)
        for group, members in enumerate(self.members):
            for entry in members:
                spread_out.entries[entry] = place.entries[group]
        return Summit(spread_out, height, rounds, converged, settled)

    def _height(self, place: Place, view: _View) -> float:
        return (
            fsum(
                b * score * len(members)
                for b, score, members in zip(place.entries, self.group_scores, self.members, strict=True)
            )
            - fsum(map(mul, place.judges, self.judge_scores))
            - fsum(map(mul, place.items, self.item_scores))
            - fsum(map(mul, place.steps, _at_least(self.on_step)))
            - view.log_sums
        )

    def _view(self, place: Place) -> _View:
        groups, (_entries, judges, items) = len(self.members), self.sizes
        ks = [float(k) for k in range(self.top + 1)]
        squares = [k * k for k in ks]
        weights = place.weights()
        powers = [[exp(b * k) for k in ks] for b in place.entries]
        sizes = [len(members) for members in self.members]
        e_group, v_group = [0.0] * groups, [0.0] * groups
        e_judge, v_judge, e_item, v_item = [0.0] * judges, [0.0] * judges, [0.0] * items, [0.0] * items
        on_step = [0.0] * (self.top + 1)
        entry_judge = [[0.0] * groups for _ in range(judges)]
        entry_item = [[0.0] * groups for _ in range(items)]
        judge_item = [[0.0] * items for _ in range(judges)]
        entry_bins: list[dict[int, float]] = [defaultdict(float) for _ in range(groups)]
        cell_bins: list[dict[int, float]] = []
        log_sums, per_logit = 0.0, self.bins
        for (judge, item), held in self.cells:
            bins: dict[int, float] = defaultdict(float)
            cell_bins.append(bins)
            shift = place.judges[judge] + place.items[item]
            here = [weight * exp(-shift * k) for weight, k in zip(weights, ks, strict=True)]
            by_judge, by_item = entry_judge[judge], entry_item[item]
            e_cell = v_cell = 0.0
            for group in held:
                terms = list(map(mul, powers[group], here))
                total = sum(terms)
                expected = sum(map(mul, terms, ks)) / total
                variance = sum(map(mul, terms, squares)) / total - expected * expected
                if variance < SURE:
                    variance = SURE
                size = sizes[group]
                e_group[group] += expected
                v_group[group] += variance
                by_judge[group] += variance
                by_item[group] += variance
                e_cell += size * expected
                v_cell += size * variance
                log_sums += size * log(total)
                share = size / total
                on_step = [seen + share * term for seen, term in zip(on_step, terms)]  # noqa: B905
                near = int((place.entries[group] - shift) * per_logit + ZERO_BIN + 0.5)
                bins[near] += size
                entry_bins[group][near] += size
            e_judge[judge] += e_cell
            v_judge[judge] += v_cell
            e_item[item] += e_cell
            v_item[item] += v_cell
            judge_item[judge][item] += v_cell
        return _View(
            log_sums,
            (e_group, v_group),
            (e_judge, v_judge),
            (e_item, v_item),
            on_step,
            entry_judge,
            entry_item,
            judge_item,
            entry_bins,
            cell_bins,
        )

    def _step(self, place: Place, view: _View) -> Place:
        """One joint Newton step. Entries are many and do not meet one another, so they are eliminated first
        (Schur complement); what is left is judges, items and the steps of the scale."""
        sizes = [len(members) for members in self.members]
        judges, items = self.sizes[1:]
        r_entry = [
            (score - expected) * size
            for score, expected, size in zip(self.group_scores, view.entries[0], sizes, strict=True)
        ]
        v_entry = [variance * size for variance, size in zip(view.entries[1], sizes, strict=True)]
        both, entry_steps = self._curvature(place, view)
        columns = [list(map(mul, column, sizes)) for column in (*view.entry_judge, *view.entry_item)]
        columns += [list(column) for column in zip(*entry_steps, strict=True)]
        seen, wanted = (_at_least(self.on_step), _at_least(view.steps))
        right = [
            expected - given
            for expected, given in zip(
                (*view.judges[0], *view.items[0], *wanted),
                (*self.judge_scores, *self.item_scores, *seen),
                strict=True,
            )
        ]
        for n, column in enumerate(columns):
            scaled = [value / v for value, v in zip(column, v_entry, strict=True)]
            right[n] += sum(map(mul, scaled, r_entry))
            for m in range(n, len(columns)):
                both[n][m] -= sum(map(mul, scaled, columns[m]))
                both[m][n] = both[n][m]
        # Heights that the likelihood does not notice are held: the sums of judges, of items, of steps.
        weight = sum(v_entry)
        for start, end in ((0, judges), (judges, judges + items), (judges + items, len(columns))):
            for n in range(start, end):
                for m in range(start, end):
                    both[n][m] += weight / (end - start)
        found = solve(both, right, size_of_sums=weight)
        entries = []
        for group, residual in enumerate(r_entry):
            pull = sum(column[group] * step for column, step in zip(columns, found, strict=True))
            entries.append((residual + pull) / v_entry[group])
        return Place(entries, found[:judges], found[judges : judges + items], found[judges + items :])

    def _curvature(self, place: Place, view: _View) -> tuple[Matrix, Matrix]:
        """Judges, items and steps by one another; entries by steps. Where the steps come in, marks near one another
        are taken together: that costs the search a round, and the summit nothing."""
        judges, items = self.sizes[1:]
        side = judges + items + self.top
        both = [[0.0] * side for _ in range(side)]
        for n, variance in enumerate((*view.judges[1], *view.items[1])):
            both[n][n] = variance
        for judge in range(judges):
            for item in range(items):
                both[judge][judges + item] = both[judges + item][judge] = view.judge_item[judge][item]
        weights = place.weights()
        known: dict[int, tuple[Vector, Vector]] = {}

        def near(bin_: int) -> tuple[Vector, Vector]:
            if bin_ not in known:
                known[bin_] = _at(weights, (bin_ - ZERO_BIN) / self.bins)
            return known[bin_]

        first = judges + items
        whole: dict[int, float] = defaultdict(float)
        for ((judge, item), _held_groups), bins in zip(self.cells, view.cell_bins, strict=True):
            for bin_, times in bins.items():
                whole[bin_] += times
                for k, value in enumerate(near(bin_)[1], start=first):
                    both[judge][k] += times * value
                    both[judges + item][k] += times * value
        for n in range(first):
            for k in range(first, side):
                both[k][n] = both[n][k]
        for bin_, times in whole.items():
            above = near(bin_)[0]
            for k in range(self.top):
                for other in range(k, self.top):
                    both[first + k][first + other] += times * (above[other] - above[k] * above[other])
        for k in range(self.top):
            for other in range(k):
                both[first + k][first + other] = both[first + other][first + k]
        entry_steps = []
        for bins in view.entry_bins:
            row = [0.0] * self.top
            for bin_, times in bins.items():
                row = [value + times * more for value, more in zip(row, near(bin_)[1], strict=True)]
            entry_steps.append(row)
        return both, entry_steps

    def _centred(self, place: Place) -> Place:
        """B, D and F at mean 0; what is taken from them goes where the likelihood does not notice."""
        members = [len(held) for held in self.members]
        b = fsum(map(mul, place.entries, members)) / sum(members)
        d = fsum(place.items) / len(place.items)
        f = fsum(place.steps) / len(place.steps)
        return Place(
            [value - b for value in place.entries],
            [value - b + d + f for value in place.judges],
            [value - d for value in place.items],
            [value - f for value in place.steps],
        )
