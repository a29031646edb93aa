"""Tail probabilities of the chi-square, F and t distributions, from the incomplete gamma and beta functions.

Sources: Abramowitz and Stegun 6.5, 26.4, 26.5; continued fractions by the modified Lentz method.
"""

from math import exp, inf, lgamma, log

_TINY, _EPSILON, _STEPS = 1e-300, 1e-15, 2000


def chi_square_tail(value: float, freedom: float) -> float:
    """P(X >= value) with that many degrees of freedom."""
    return _upper_gamma(freedom / 2, value / 2) if value > 0 else 1.0


def f_tail(value: float, above: float, below: float) -> float:
    """P(X >= value) for F with `above` and `below` degrees of freedom."""
    if value <= 0:
        return 1.0
    if value == inf:
        return 0.0
    return _beta(below / 2, above / 2, below / (below + above * value))


def f_quantile(share: float, above: float, below: float) -> float:
    """The value below which F stays with probability `share`, by bisection on its logarithm."""
    low, high = -60.0, 60.0
    for _step in range(200):
        middle = (low + high) / 2
        if 1 - f_tail(exp(middle), above, below) < share:
            low = middle
        else:
            high = middle
    return exp((low + high) / 2)


def t_two_sided(value: float, freedom: float) -> float:
    """P(|T| >= |value|)."""
    return f_tail(value * value, 1, freedom)


def _upper_gamma(a: float, x: float) -> float:
    """Q(a, x): the regularised upper incomplete gamma function."""
    scale = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _STEPS):
            term *= x / (a + n)
            total += term
            if term < total * _EPSILON:
                break
        return max(0.0, 1 - total * scale)
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    h = d
    for n in range(1, _STEPS):
        an = -n * (n - a)
        b += 2
        d = 1 / _safe(an * d + b)
        c = _safe(b + an / c)
        h *= d * c
        if abs(d * c - 1) < _EPSILON:
            break
    return scale * h


def _beta(a: float, b: float, x: float) -> float:
    """I_x(a, b): the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _safe(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / _safe(1 + step * d)
            c = _safe(1 + step / c)
            h *= d * c
        if abs(d * c - 1) < _EPSILON:
            break
    return h


def _safe(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
