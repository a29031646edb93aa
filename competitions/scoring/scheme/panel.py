"""A panel of judges as data: who must be there, on which scale, and what becomes of their marks."""

from dataclasses import dataclass
from decimal import Decimal

COMBINATIONS = ("mean", "median", "sum")
RESULTS = ("share_of_max", "value")


@dataclass(frozen=True, slots=True)
class RoundingStep:
    """Round to `places` decimals by one of decimal's ROUND_* modes."""

    places: int
    mode: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The marks that one judge may give: listed values, or a range in steps.

    maximum None means the aspect's own max_mark.
    """

    values: tuple[Decimal, ...] = ()
    minimum: Decimal = Decimal(0)
    maximum: Decimal | None = None
    step: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SpreadBand:
    """From a combined mark of `at_least` on, the counting marks may lie `spread` apart."""

    at_least: Decimal
    spread: Decimal


@dataclass(frozen=True, slots=True)
class Panel:
    """How one judged aspect gets its mark.

    The `drop_high` highest and `drop_low` lowest marks do not count; the rest are combined and, where
    `round` says so, rounded. `result` share_of_max: max_mark x combined / top of the scale;
    value: the combined mark itself, times the aspect's factor.
    """

    code: str
    judges: int
    judges_min: int
    scale: Scale
    result: str
    combine: str = "mean"
    drop_high: int = 0
    drop_low: int = 0
    max_spread: Decimal | None = None
    round: RoundingStep | None = None
    alarm: tuple[SpreadBand, ...] = ()
    on_spread: str = ""
    zh: str = ""
    en: str = ""
