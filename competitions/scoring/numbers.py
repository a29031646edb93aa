"""Exact numbers: what may come in, how sums are kept, how a step is rounded, how a value goes out.

Marks are `Fraction` inside (a third of a mark is a third, not 0.333), `Decimal` at every door, and
never a float. Rounding happens only at the steps that a scheme declares.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import lcm

ROUNDING_MODES = (
    "ROUND_HALF_UP",
    "ROUND_HALF_EVEN",
    "ROUND_HALF_DOWN",
    "ROUND_UP",
    "ROUND_DOWN",
    "ROUND_CEILING",
    "ROUND_FLOOR",
    "ROUND_05UP",
)

# Wide enough for any instrument and any mark, narrow enough that no typed number can exhaust memory.
MAX_WHOLE_DIGITS = 15
MAX_DECIMALS = 12
_LIMIT = Decimal(10**MAX_WHOLE_DIGITS)
_FINEST = Decimal(1).scaleb(-MAX_DECIMALS)
_NUMBER = re.compile(rf"[+-]?[0-9]{{1,{MAX_WHOLE_DIGITS}}}(\.[0-9]{{1,{MAX_DECIMALS}}})?", re.ASCII)


class NotANumber(ValueError):
    """The value is no exact number. `code` is `float` (inexact by nature) or `not_a_number`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_number(value: object) -> Decimal:
    """The exact number meant by an int, a bool (true is 1), a Decimal or a plain decimal text.

    Raises NotANumber for floats, NaN, infinities, exponents in texts and more than 15 + 12 digits.
    """
    if isinstance(value, Decimal):
        if value.is_finite() and -_LIMIT < value < _LIMIT and value == value.quantize(_FINEST):
            return value
    elif isinstance(value, int):
        if -(10**MAX_WHOLE_DIGITS) < value < 10**MAX_WHOLE_DIGITS:
            return Decimal(value)
    elif isinstance(value, float):
        raise NotANumber("float")
    elif isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    raise NotANumber("not_a_number")


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """Sum without loss, as integers over the common denominator: one reduction instead of one a term."""
    ratios = [value.as_integer_ratio() for value in values]
    common = lcm(*[denominator for _, denominator in ratios])
    return Fraction(sum([numerator * (common // denominator) for numerator, denominator in ratios]), common)


def round_exact(value: Fraction, *, places: int, mode: str) -> Fraction:
    """`value` rounded to `places` decimals. `mode` is one of decimal's ROUND_* names."""
    scale = 10**places
    scaled = value.numerator * scale
    negative = scaled < 0
    quotient, remainder = divmod(abs(scaled), value.denominator)
    if remainder and _away_from_zero(mode, quotient, 2 * remainder, value.denominator, negative):
        quotient += 1
    return Fraction(-quotient if negative else quotient, scale)


def _away_from_zero(mode: str, quotient: int, twice: int, denominator: int, negative: bool) -> bool:
    match mode:
        case "ROUND_HALF_UP":
            return twice >= denominator
        case "ROUND_HALF_DOWN":
            return twice > denominator
        case "ROUND_HALF_EVEN":
            return twice > denominator or (twice == denominator and quotient % 2 == 1)
        case "ROUND_UP":
            return True
        case "ROUND_DOWN":
            return False
        case "ROUND_CEILING":
            return not negative
        case "ROUND_FLOOR":
            return negative
        case "ROUND_05UP":
            return quotient % 5 == 0
    raise ValueError(f"unknown rounding mode {mode!r}")


def to_decimal(value: Fraction, *, places: int = 0) -> Decimal:
    """`value` as a Decimal with at least `places` decimals.

    Exact wherever the value ends within 12 decimals. A value that does not (an unrounded third) is
    shown half-even to 12: that is for reading only, the engine goes on with the fraction.
    """
    scaled, rest = divmod(value.numerator * 10**places, value.denominator)
    if rest == 0:
        return _shifted(scaled, places)
    for decimals in range(places + 1, MAX_DECIMALS + 1):
        scaled, rest = divmod(value.numerator * 10**decimals, value.denominator)
        if rest == 0:
            return _shifted(scaled, decimals)
    shown = round_exact(value, places=MAX_DECIMALS, mode="ROUND_HALF_EVEN")
    return _shifted(int(shown * 10**MAX_DECIMALS), MAX_DECIMALS)


def _shifted(scaled: int, places: int) -> Decimal:
    # From text, because that is exact whatever the caller's decimal context is.
    return Decimal(f"{scaled}E-{places}")


def plain_text(value: Decimal) -> str:
    """The shortest plain writing of a number: 0.30 and 0.3 are both "0.3", 2E+1 is "20", -0 is "0"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
