"""How far the judges of a panel agree: intraclass correlations, Kendall's W, Krippendorff's alpha.

Sums are kept as whole numbers, so the order of judges and entries has no influence.
Sources: Shrout and Fleiss 1979; McGraw and Wong 1996; Kendall and Babington Smith 1939; Krippendorff 2004.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum, inf

from .distributions import chi_square_tail, f_quantile, f_tail
from .ratings import Grid

ICC_FORMS = ("1,1", "A,1", "C,1", "1,k", "A,k", "C,k")
ALPHA_LEVELS = ("nominal", "ordinal", "interval", "ratio")


class NotComputable(ValueError):
    """The figure does not exist for these marks. `code` is stable: too_few, gaps, no_differences, negative."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Icc:
    """Six forms of the intraclass correlation with 95 % intervals.

    1: each entry has its own judges; A: the same judges, and their levels must agree; C: only their order counts.
    1 or k: one judge's mark, or the mean of all k. f, df, p: the test of the single forms, by form.
    """

    values: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    f: Mapping[str, float]
    df: Mapping[str, tuple[int, int]]
    p: Mapping[str, float]
    mean_squares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kendall:
    """Concordance of the judges' orders: 1 one order, 0 none in common. w: corrected for ties."""

    w: float
    w_uncorrected: float
    chi2: float
    df: int
    p: float


def _complete(grid: Grid) -> list[list[int]]:
    if len(grid.rows) < 2 or len(grid.rows[0]) < 2:
        raise NotComputable("too_few")
    if grid.gaps:
        raise NotComputable("gaps")
    return [[value for value in row if value is not None] for row in grid.rows]


def icc(grid: Grid) -> Icc:
    """All forms of one table without gaps. Raises NotComputable."""
    rows = _complete(grid)
    n, k = len(rows), len(rows[0])
    total = sum(map(sum, rows))
    middle = Fraction(total * total, n * k)
    between = Fraction(sum(sum(row) ** 2 for row in rows), k) - middle
    judges = Fraction(sum(sum(column) ** 2 for column in zip(*rows, strict=True)), n) - middle
    everything = sum(value * value for row in rows for value in row) - middle
    msb, msw = between / (n - 1), (everything - between) / (n * (k - 1))
    msj, mse = judges / (k - 1), (everything - between - judges) / ((n - 1) * (k - 1))
    if everything == 0:
        raise NotComputable("no_differences")
    exact = {
        "1,1": (msb - msw, msb + (k - 1) * msw),
        "A,1": (msb - mse, msb + (k - 1) * mse + k * (msj - mse) / n),
        "C,1": (msb - mse, msb + (k - 1) * mse),
        "1,k": (msb - msw, msb),
        "A,k": (msb - mse, msb + (msj - mse) / n),
        "C,k": (msb - mse, msb),
    }
    if any(below == 0 for _above, below in exact.values()):
        raise NotComputable("no_differences")
    values = {form: float(above / below) for form, (above, below) in exact.items()}
    one = _Ratio(msb, msw, n - 1, n * (k - 1))
    two = _Ratio(msb, mse, n - 1, (n - 1) * (k - 1))
    squares = {
        name: float(value / grid.scale**2)
        for name, value in zip(("rows", "within", "judges", "residual"), (msb, msw, msj, mse), strict=True)
    }
    return Icc(
        values,
        _intervals(values, one, two, squares, n, k),
        {"1": one.f, "A": two.f, "C": two.f},
        {"1": one.df, "A": two.df, "C": two.df},
        {"1": one.p, "A": two.p, "C": two.p},
        squares,
    )


class _Ratio:
    """A ratio of two mean squares with its test."""

    def __init__(self, above: Fraction, below: Fraction, df_above: int, df_below: int) -> None:
        self.f = float(above / below) if below else inf
        self.df = (df_above, df_below)
        self.p = f_tail(self.f, df_above, df_below)

    def limits(self) -> tuple[float, float]:
        above, below = self.df
        return self.f / f_quantile(0.975, above, below), self.f * f_quantile(0.975, below, above)


def _intervals(
    values: Mapping[str, float], one: _Ratio, two: _Ratio, ms: Mapping[str, float], n: int, k: int
) -> dict[str, tuple[float, float]]:
    found = {}
    for form, ratio in (("1", one), ("C", two)):
        if ratio.f == inf:
            found[f"{form},1"] = found[f"{form},k"] = (1.0, 1.0)
            continue
        low, high = ratio.limits()
        found[f"{form},1"] = ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
        found[f"{form},k"] = (1 - 1 / low, 1 - 1 / high) if low > 0 else (-inf, -inf)
    found["A,1"] = low, high = _absolute_interval(values["A,1"], ms, n, k)
    found["A,k"] = (_stepped_up(low, k), _stepped_up(high, k))
    return found


def _stepped_up(value: float, k: int) -> float:
    """From one judge to the mean of k (Spearman and Brown); one judge's value cannot be below -1 / (k - 1)."""
    below = 1 + value * (k - 1)
    return value * k / below if below > 1e-12 else -inf


def _absolute_interval(value: float, ms: Mapping[str, float], n: int, k: int) -> tuple[float, float]:
    """McGraw and Wong 1996, table 7, for absolute agreement with judges drawn at random."""
    msb, msj, mse = ms["rows"], ms["judges"], ms["residual"]
    if mse == 0:
        return value, value
    fj = msj / mse
    inner = n * (1 + (k - 1) * value) - k * value
    above = (k - 1) * (n - 1) * (k * value * fj + inner) ** 2
    below = (n - 1) * k**2 * value**2 * fj**2 + inner**2
    v = above / below
    f_low, f_high = f_quantile(0.975, n - 1, v), f_quantile(0.975, v, n - 1)
    rest = k * msj + (k * n - k - n) * mse
    lowest = -1 / (k - 1)
    below_low, below_high = f_low * rest + n * msb, rest + n * f_high * msb
    return (
        n * (msb - f_low * mse) / below_low if below_low > 0 else lowest,
        n * (f_high * msb - mse) / below_high if below_high > 0 else lowest,
    )


def kendall(grid: Grid) -> Kendall:
    """Kendall's W of a table without gaps; equal marks of a judge share the middle rank. Raises NotComputable."""
    rows = _complete(grid)
    columns = list(zip(*rows, strict=True))
    n, m = len(rows), len(columns)
    sums = [Fraction(sum(ranks), 2) for ranks in zip(*map(double_ranks, columns), strict=True)]
    ties = sum(t**3 - t for column in columns for t in Counter(column).values())
    spread = squared_spread(sums)
    full = m * m * (n**3 - n)
    if full == m * ties:
        raise NotComputable("no_differences")
    w = Fraction(12 * spread, full - m * ties)
    chi2 = m * (n - 1) * w
    return Kendall(
        float(w),
        float(12 * spread / full),
        float(chi2),
        n - 1,
        chi_square_tail(float(chi2), n - 1),
    )


def squared_spread(sums: Sequence[Fraction]) -> Fraction:
    """Sum of squared distances of rank sums from their mean: Kendall's S."""
    mean = sum(sums, Fraction(0)) / len(sums)
    return sum(((value - mean) ** 2 for value in sums), Fraction(0))


def double_ranks(values: Sequence[int]) -> list[int]:
    """Twice the rank of each value, so that a shared middle rank is whole."""
    counts = Counter(values)
    ranks, before = {}, 0
    for value in sorted(counts):
        ranks[value] = 2 * before + counts[value] + 1
        before += counts[value]
    return [ranks[value] for value in values]


def alpha(grid: Grid, level: str) -> float:
    """Krippendorff's alpha; missing marks are allowed, a subject with one mark says nothing.

    level: nominal, ordinal, interval or ratio. Raises NotComputable.
    """
    units = [[value for value in row if value is not None] for row in grid.rows]
    units = [unit for unit in units if len(unit) > 1]
    if not units:
        raise NotComputable("too_few")
    pooled = [value for unit in units for value in unit]
    if level == "ordinal":
        ranks = dict(zip(pooled, double_ranks(pooled), strict=True))
        units = [[ranks[value] for value in unit] for unit in units]
        pooled = [ranks[value] for value in pooled]
    if level == "ratio" and min(pooled) < 0:
        raise NotComputable("negative")
    if level == "ratio":
        expected: float = _relative(pooled)
        observed = fsum(_relative(unit) / (len(unit) - 1) for unit in units)
    else:
        distance = _unequal if level == "nominal" else _squared
        # Ordinal distances are squared differences of middle ranks: Krippendorff's sum over the values between.
        expected = distance(pooled)
        observed = float(sum((Fraction(distance(unit), len(unit) - 1) for unit in units), Fraction(0)))
    if not expected:
        raise NotComputable("no_differences")
    return float(1 - (len(pooled) - 1) * observed / expected)


def _unequal(values: Sequence[int]) -> int:
    return len(values) ** 2 - sum(count**2 for count in Counter(values).values())


def _squared(values: Sequence[int]) -> int:
    """Sum of squared differences over all ordered pairs."""
    return 2 * (len(values) * sum(value * value for value in values) - sum(values) ** 2)


def _relative(values: Sequence[int]) -> float:
    counts = sorted(Counter(values).items())
    return fsum(
        2 * many * times * ((value - other) / (value + other)) ** 2
        for place, (value, many) in enumerate(counts)
        for other, times in counts[:place]
    )
