"""Standardised score, our own formula: centre + spread x (mark - middle) / deviation, clamped.

The scale of WorldSkills has no public formula; this one is open and its parameters stand in the
scheme, so a published score can be repeated by hand. Decimal throughout, 50 digits.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, localcontext

from .scheme import StandardScale

DIGITS = 50
# Makes the median absolute deviation of a normal distribution equal to its standard deviation.
MAD_FACTOR = Decimal("1.4826")


def standard_scores(*, marks: Mapping[str, Decimal], scale: StandardScale) -> dict[str, Decimal]:
    """Entry to standardised score. Empty below `minimum_n` marks.

    Marks that do not differ (deviation 0) all get the centre.
    """
    if len(marks) < scale.minimum_n:
        return {}
    with localcontext(Context(prec=DIGITS)):
        values = sorted(marks.values())
        middle, deviation = _middle_and_deviation(values, scale.estimator)
        scores = {}
        for entry, mark in marks.items():
            score = scale.centre
            if deviation:
                score += scale.spread * (mark - middle) / deviation
            score = min(max(score, scale.low), scale.high)
            scores[entry] = score.quantize(Decimal(f"1E-{scale.round.places}"), rounding=scale.round.mode)
        return scores


def _middle_and_deviation(values: Sequence[Decimal], estimator: str) -> tuple[Decimal, Decimal]:
    """values: sorted. mad works around the median, sd and sd_population around the mean."""
    if estimator == "mad":
        middle = _median(values)
        return middle, MAD_FACTOR * _median(sorted(abs(value - middle) for value in values))
    mean = sum(values, Decimal(0)) / len(values)
    squares = sum(((value - mean) ** 2 for value in values), Decimal(0))
    freedom = len(values) - (1 if estimator == "sd" else 0)
    return mean, (squares / freedom).sqrt()


def _median(values: Sequence[Decimal]) -> Decimal:
    middle = len(values) // 2
    return (values[middle] + values[-middle - 1]) / 2
