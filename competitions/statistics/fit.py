"""How well marks and model fit: infit, outfit, unexpected marks, separation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from math import exp, fsum, sqrt
from operator import mul

from .distributions import chi_square_tail
from .jmle import SURE, Cell, Place

UNEXPECTED_FROM = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the model expects of one mark: its mean in steps, its variance, the chance of every step."""

    mean: float
    variance: float
    shares: tuple[float, ...]


def expectations(place: Place, cells: Sequence[Cell]) -> list[Expectation]:
    """One for every mark, in order."""
    falls = list(accumulate(place.steps, initial=0.0))
    ks = [float(k) for k in range(len(falls))]
    squares = [k * k for k in ks]
    known: dict[float, Expectation] = {}
    found = []
    for entry, judge, item in cells:
        theta = place.entries[entry] - place.judges[judge] - place.items[item]
        if theta not in known:
            heights = [theta * k - fallen for k, fallen in zip(ks, falls, strict=True)]
            top = max(heights)
            terms = [exp(height - top) for height in heights]
            total = sum(terms)
            mean = sum(map(mul, terms, ks)) / total
            variance = max(SURE, sum(map(mul, terms, squares)) / total - mean * mean)
            known[theta] = Expectation(mean, variance, tuple(term / total for term in terms))
        found.append(known[theta])
    return found


@dataclass(slots=True)
class FitSums:
    """Sums over the marks of one element. infit weighs each mark by what it can tell, outfit takes all alike."""

    residuals: float = 0.0
    variances: float = 0.0
    standard: float = 0.0
    count: int = 0

    def add(self, given: int, expected: Expectation) -> None:
        off = (given - expected.mean) ** 2
        self.residuals += off
        self.variances += expected.variance
        self.standard += off / expected.variance
        self.count += 1

    @property
    def infit(self) -> float | None:
        return self.residuals / self.variances if self.count else None

    @property
    def outfit(self) -> float | None:
        return self.standard / self.count if self.count else None


def standard_residual(given: int, expected: Expectation) -> float:
    return (given - expected.mean) / sqrt(expected.variance)


def exact_agreement(
    cells: Sequence[Cell], given: Sequence[int], expected: Sequence[Expectation]
) -> tuple[float, float] | None:
    """The share of pairs of judges with the same mark on the same item of an entry, and the share that the model
    expects of judges who each judge by themselves. None where no two judges meet."""
    met: dict[tuple[int, int], list[int]] = defaultdict(list)
    for n, (entry, _judge, item) in enumerate(cells):
        met[entry, item].append(n)
    pairs = same = 0
    chances = 0.0
    for marks in met.values():
        count = len(marks)
        pairs += count * (count - 1) // 2
        same += sum(given[one] == given[other] for one, other in combinations(marks, 2))
        # Over all pairs the products of shares add up to (square of the sum - sum of the squares) / 2.
        for shares in zip(*(expected[n].shares for n in marks), strict=True):
            chances += (sum(shares) ** 2 - sum(share * share for share in shares)) / 2
    return (same / pairs, chances / pairs) if pairs else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How well the measures of one kind are told apart: true spread by error (separation), the share of the variance
    that is true (reliability), how many levels that makes (strata). chi2: that they are all the same."""

    separation: float
    reliability: float
    strata: float
    chi2: float
    df: int
    p: float


def separation(measures: Sequence[float], errors: Sequence[float]) -> Spread | None:
    """None for fewer than two. Sources: Wright and Masters 1982; Facets manual, table 7 (sample of all there are)."""
    count = len(measures)
    if count < 2:
        return None
    mean = fsum(measures) / count
    variance = fsum((value - mean) ** 2 for value in measures) / count
    error = fsum(se * se for se in errors) / count
    true = max(0.0, variance - error)
    ratio = sqrt(true / error)
    reliability, strata = levels(ratio)
    chi2, df, p = _sameness(measures, errors)
    return Spread(ratio, reliability, strata, chi2, df, p)


def levels(ratio: float) -> tuple[float, float]:
    """Reliability and strata that belong to a separation."""
    return ratio**2 / (1 + ratio**2), (4 * ratio + 1) / 3


def _sameness(measures: Sequence[float], errors: Sequence[float]) -> tuple[float, int, float]:
    weights = [1 / (se * se) for se in errors]
    squares = fsum(w * m * m for w, m in zip(weights, measures, strict=True))
    mean = fsum(map(mul, weights, measures))
    chi2 = max(0.0, squares - mean**2 / fsum(weights))
    return chi2, len(measures) - 1, chi_square_tail(chi2, len(measures) - 1)
